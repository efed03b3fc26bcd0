package org.isocenter.server.render;

/// A picture on its way: 8-bit pixels, row by row from the top left, the components of a pixel side by side.
///
/// @param components 1 for grey, 3 for red, green and blue
/// @param pixels the array is written to while the picture is made
record Canvas(int width, int height, int components, byte[] pixels) {

    static Canvas grey(int width, int height) {
        return new Canvas(width, height, 1, new byte[width * height]);
    }

    static Canvas color(int width, int height) {
        return new Canvas(width, height, 3, new byte[Math.multiplyExact(3, width * height)]);
    }

    /// Gives a pixel the same value in all components; outside the picture nothing happens.
    void set(int x, int y, int value) {
        if (x >= 0 && y >= 0 && x < width && y < height) {
            int at = (y * width + x) * components;
            for (int i = 0; i < components; i++) {
                pixels[at + i] = (byte) value;
            }
        }
    }

    /// Brings a pixel of the picture nearer to white.
    ///
    /// @param share of the way, from 0 to 1
    void lighten(int x, int y, double share) {
        int at = (y * width + x) * components;
        for (int i = at; i < at + components; i++) {
            int value = pixels[i] & 0xFF;
            pixels[i] = (byte) (value + share * (255 - value) + 0.5);
        }
    }

    /// Turns the picture by quarters of a circle, clockwise, and then mirrors it left to right.
    Canvas oriented(int quarters, boolean mirrored) {
        if (quarters == 0 && !mirrored) {
            return this;
        }
        int w = (quarters & 1) == 0 ? width : height;
        int h = (quarters & 1) == 0 ? height : width;
        byte[] turned = new byte[pixels.length];
        // Where the first pixel of the new picture comes from, and how far the next one of its row and column is.
        int corner = switch (quarters) {
            case 0 -> 0;
            case 1 -> (height - 1) * width;
            case 2 -> height * width - 1;
            default -> width - 1;
        };
        int right = switch (quarters) {
            case 0 -> 1;
            case 1 -> -width;
            case 2 -> -1;
            default -> width;
        };
        int down = switch (quarters) {
            case 0 -> width;
            case 1 -> 1;
            case 2 -> -width;
            default -> -1;
        };
        if (mirrored) {
            corner += (w - 1) * right;
            right = -right;
        }
        int to = 0;
        for (int y = 0; y < h; y++) {
            int from = corner + y * down;
            for (int x = 0; x < w; x++, from += right) {
                for (int i = 0; i < components; i++) {
                    turned[to++] = pixels[from * components + i];
                }
            }
        }
        return new Canvas(w, h, components, turned);
    }
}
