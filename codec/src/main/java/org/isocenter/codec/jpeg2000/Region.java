package org.isocenter.codec.jpeg2000;

/// A part of a frame, in pixels from its top left.
public record Region(int x, int y, int width, int height) {
    public Region {
        if (x < 0 || y < 0 || width < 1 || height < 1) {
            throw new IllegalArgumentException("a region of " + width + " x " + height + " at " + x + ", " + y);
        }
    }
}
