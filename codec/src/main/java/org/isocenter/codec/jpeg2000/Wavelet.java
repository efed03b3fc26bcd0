package org.isocenter.codec.jpeg2000;

/// The inverse wavelet transforms (T.800 annex F), in place, over interleaved samples: lines first, then
/// columns.
final class Wavelet {
    private static final float ALPHA = -1.586134342059924f;
    private static final float BETA = -0.052980118572961f;
    private static final float GAMMA = 0.882911075530934f;
    private static final float DELTA = 0.443506852043971f;
    private static final float K = 1.230174104914001f;

    private Wavelet() {}

    /// The reversible transform, 5-3.
    ///
    /// @param x0 the place of the first column, whose parity tells what it is
    static void reversible(int[] a, int width, int height, int x0, int y0) {
        if (width > 1) {
            for (int y = 0; y < height; y++) {
                line(a, y * width, width, x0 & 1);
            }
        } else if ((x0 & 1) != 0) {
            for (int i = 0; i < height; i++) {
                a[i] >>= 1;
            }
        }
        if (height > 1) {
            for (int y = y0 & 1; y < height; y += 2) {
                lift(a, y * width, mirrored(y - 1, height) * width, mirrored(y + 1, height) * width, width);
            }
            for (int y = 1 - (y0 & 1); y < height; y += 2) {
                int above = mirrored(y - 1, height) * width;
                int below = mirrored(y + 1, height) * width;
                for (int x = 0; x < width; x++) {
                    a[y * width + x] += a[above + x] + a[below + x] >> 1;
                }
            }
        } else if ((y0 & 1) != 0) {
            for (int x = 0; x < width; x++) {
                a[x] >>= 1;
            }
        }
    }

    private static void lift(int[] a, int at, int above, int below, int width) {
        for (int x = 0; x < width; x++) {
            a[at + x] -= a[above + x] + a[below + x] + 2 >> 2;
        }
    }

    private static void line(int[] a, int at, int width, int odd) {
        for (int x = odd; x < width; x += 2) {
            int left = a[at + mirrored(x - 1, width)];
            int right = a[at + mirrored(x + 1, width)];
            a[at + x] -= left + right + 2 >> 2;
        }
        for (int x = 1 - odd; x < width; x += 2) {
            int left = a[at + mirrored(x - 1, width)];
            int right = a[at + mirrored(x + 1, width)];
            a[at + x] += left + right >> 1;
        }
    }

    private static int mirrored(int index, int length) {
        return index < 0 ? -index : index >= length ? 2 * length - 2 - index : index;
    }

    /// The irreversible transform, 9-7.
    static void irreversible(float[] a, int width, int height, int x0, int y0) {
        if (width > 1) {
            for (int y = 0; y < height; y++) {
                int at = y * width;
                int odd = x0 & 1;
                for (int x = 0; x < width; x++) {
                    a[at + x] *= (x + odd & 1) == 0 ? K : 1 / K;
                }
                step(a, at, width, odd, DELTA);
                step(a, at, width, 1 - odd, GAMMA);
                step(a, at, width, odd, BETA);
                step(a, at, width, 1 - odd, ALPHA);
            }
        } else if ((x0 & 1) != 0) {
            for (int i = 0; i < height; i++) {
                a[i] *= 0.5f;
            }
        }
        if (height > 1) {
            int odd = y0 & 1;
            for (int y = 0; y < height; y++) {
                float scale = (y + odd & 1) == 0 ? K : 1 / K;
                for (int x = 0; x < width; x++) {
                    a[y * width + x] *= scale;
                }
            }
            columns(a, width, height, odd, DELTA);
            columns(a, width, height, 1 - odd, GAMMA);
            columns(a, width, height, odd, BETA);
            columns(a, width, height, 1 - odd, ALPHA);
        } else if ((y0 & 1) != 0) {
            for (int x = 0; x < width; x++) {
                a[x] *= 0.5f;
            }
        }
    }

    private static void step(float[] a, int at, int width, int from, float factor) {
        for (int x = from; x < width; x += 2) {
            a[at + x] -= factor * (a[at + mirrored(x - 1, width)] + a[at + mirrored(x + 1, width)]);
        }
    }

    private static void columns(float[] a, int width, int height, int from, float factor) {
        for (int y = from; y < height; y += 2) {
            int above = mirrored(y - 1, height) * width;
            int below = mirrored(y + 1, height) * width;
            int at = y * width;
            for (int x = 0; x < width; x++) {
                a[at + x] -= factor * (a[above + x] + a[below + x]);
            }
        }
    }
}
