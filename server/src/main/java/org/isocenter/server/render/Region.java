package org.isocenter.server.render;

/// A rectangle of pixels within an image.
record Region(int x, int y, int width, int height) {

    int pixels() {
        return width * height;
    }
}
