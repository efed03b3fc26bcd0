package org.isocenter.server.render;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Brings a picture in colour to 256 colours.
///
/// A picture with no more of them keeps its own. Others get the same palette, whatever they show, so that
/// the frames of a cine do not flicker: 36 shades of grey, of which medical images are made, and a cube of
/// 6 x 6 x 6 colours. What a pixel differs from the nearest of those is given on to the next ones (Floyd
/// and Steinberg).
final class GifColors {
    private static final int COLORS = 256;
    private static final int SIDE = 6;
    private static final int SHADES = COLORS - SIDE * SIDE * SIDE;
    private static final int CUBE_STEP = 255 / (SIDE - 1);

    private GifColors() {}

    static BufferedImage reduced(Canvas canvas) {
        BufferedImage own = own(canvas);
        return own == null ? common(canvas) : own;
    }

    /// With its own colours, or null where those are too many.
    private static @Nullable BufferedImage own(Canvas canvas) {
        byte[] pixels = canvas.pixels();
        int count = canvas.width() * canvas.height();
        // Open addressing, at most a quarter full.
        int[] keys = new int[4 * COLORS];
        int[] places = new int[4 * COLORS];
        Arrays.fill(keys, -1);
        int[] palette = new int[COLORS];
        int found = 0;
        byte[] indices = new byte[count];
        for (int i = 0; i < count; i++) {
            int color = (pixels[3 * i] & 0xFF) << 16 | (pixels[3 * i + 1] & 0xFF) << 8 | pixels[3 * i + 2] & 0xFF;
            int slot = (color * 0x9E3779B1 >>> 22) & 4 * COLORS - 1;
            while (keys[slot] != -1 && keys[slot] != color) {
                slot = slot + 1 & 4 * COLORS - 1;
            }
            if (keys[slot] == -1) {
                if (found == COLORS) {
                    return null;
                }
                keys[slot] = color;
                places[slot] = found;
                palette[found++] = color;
            }
            indices[i] = (byte) places[slot];
        }
        return image(canvas, indices, palette);
    }

    private static BufferedImage common(Canvas canvas) {
        int[] palette = new int[COLORS];
        for (int i = 0; i < palette.length; i++) {
            int cube = i - SHADES;
            palette[i] = i < SHADES
                    ? (i * 255 / (SHADES - 1)) * 0x010101
                    : cube / SIDE / SIDE * CUBE_STEP << 16
                            | cube / SIDE % SIDE * CUBE_STEP << 8
                            | cube % SIDE * CUBE_STEP;
        }
        int width = canvas.width();
        byte[] indices = new byte[width * canvas.height()];
        // What is given on, in sixteenths, with a pixel of room at both ends.
        int[] here = new int[3 * (width + 2)];
        int[] below = new int[3 * (width + 2)];
        for (int y = 0, at = 0; y < canvas.height(); y++) {
            for (int x = 0; x < width; x++, at++) {
                int place = 3 * (x + 1);
                int red = wanted(canvas.pixels()[3 * at], here[place]);
                int green = wanted(canvas.pixels()[3 * at + 1], here[place + 1]);
                int blue = wanted(canvas.pixels()[3 * at + 2], here[place + 2]);
                int index = nearest(red, green, blue);
                indices[at] = (byte) index;
                spread(here, below, place, red - (palette[index] >> 16 & 0xFF));
                spread(here, below, place + 1, green - (palette[index] >> 8 & 0xFF));
                spread(here, below, place + 2, blue - (palette[index] & 0xFF));
            }
            int[] done = here;
            here = below;
            below = done;
            Arrays.fill(below, 0);
        }
        return image(canvas, indices, palette);
    }

    private static int wanted(byte value, int given) {
        return Math.clamp((value & 0xFF) + (given + 8 >> 4), 0, 255);
    }

    private static void spread(int[] here, int[] below, int place, int rest) {
        here[place + 3] += 7 * rest;
        below[place - 3] += 3 * rest;
        below[place] += 5 * rest;
        below[place + 3] += rest;
    }

    private static int nearest(int red, int green, int blue) {
        int shade = ((red + green + blue) * (SHADES - 1) + 382) / 765;
        int grey = shade * 255 / (SHADES - 1);
        int r = (red + CUBE_STEP / 2) / CUBE_STEP;
        int g = (green + CUBE_STEP / 2) / CUBE_STEP;
        int b = (blue + CUBE_STEP / 2) / CUBE_STEP;
        int toGrey = square(red - grey) + square(green - grey) + square(blue - grey);
        int toCube = square(red - r * CUBE_STEP) + square(green - g * CUBE_STEP) + square(blue - b * CUBE_STEP);
        return toGrey <= toCube ? shade : SHADES + (r * SIDE + g) * SIDE + b;
    }

    private static int square(int value) {
        return value * value;
    }

    private static BufferedImage image(Canvas canvas, byte[] indices, int[] palette) {
        IndexColorModel model = new IndexColorModel(8, COLORS, palette, 0, false, -1, DataBuffer.TYPE_BYTE);
        return JdkImages.of(model, canvas, indices);
    }
}
