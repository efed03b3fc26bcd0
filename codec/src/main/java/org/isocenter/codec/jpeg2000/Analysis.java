package org.isocenter.codec.jpeg2000;

/// The forward wavelet transforms (T.800 F.4), of a plane whose first sample is even across and down.
///
/// Across, lower frequencies go to the left half of a row and higher ones to its right half, again and again.
/// Down, rows stay where they are: what a decomposition has of low frequencies is in its even rows, which are
/// the rows of the next.
final class Analysis {
    private final int width;
    private final int height;
    private final int levels;

    Analysis(int width, int height, int levels) {
        this.width = width;
        this.height = height;
        this.levels = levels;
    }

    /// The row of the plane where a row of a band is.
    ///
    /// @param level 1 for the first decomposition, 0 for none
    /// @param down 1 for high frequencies down, 0 for low ones
    static int row(int level, int down, int y) {
        return level == 0 ? y : (2 * y + down) << level - 1;
    }

    /// The 5/3 transform, which loses nothing.
    void reversible(int[] plane) {
        int[] row = new int[width];
        int across = width;
        for (int level = 0; level < levels; level++) {
            int step = 1 << level;
            lift(plane, step, across, step, 0);
            lift(plane, 0, across, step, 1);
            for (int y = 0; across > 1 && y < height; y += step) {
                splitReversibly(plane, y * width, across, row);
            }
            across = across + 1 >> 1;
        }
    }

    private static void splitReversibly(int[] plane, int start, int across, int[] row) {
        System.arraycopy(plane, start, row, 0, across);
        int high = start + (across + 1 >> 1);
        int highs = across >> 1;
        for (int n = 0; n < highs - 1; n++) {
            plane[high + n] = row[2 * n + 1] - (row[2 * n] + row[2 * n + 2] >> 1);
        }
        // Beyond the edges, samples are mirrored.
        int last = across - 1 - (across & 1);
        plane[high + highs - 1] =
                row[last] - (row[last - 1] + row[Math.min(last + 1, 2 * (across - 1) - last - 1)] >> 1);
        plane[start] = row[0] + (2 * plane[high] + 2 >> 2);
        for (int n = 1; n < highs; n++) {
            plane[start + n] = row[2 * n] + (plane[high + n - 1] + plane[high + n] + 2 >> 2);
        }
        if ((across & 1) != 0) {
            plane[start + highs] = row[across - 1] + (2 * plane[high + highs - 1] + 2 >> 2);
        }
    }

    /// Takes a lifting step with every second row, from `first` on: 0 predicts, 1 updates.
    private void lift(int[] plane, int first, int across, int step, int kind) {
        for (int y = first; y < height; y += 2 * step) {
            int above = y >= step ? y - step : y + step;
            int below = y + step < height ? y + step : y - step;
            if (above >= height || below < 0) {
                return;
            }
            int at = y * width;
            int up = above * width;
            int down = below * width;
            if (kind == 0) {
                for (int x = 0; x < across; x++) {
                    plane[at + x] -= plane[up + x] + plane[down + x] >> 1;
                }
            } else {
                for (int x = 0; x < across; x++) {
                    plane[at + x] += plane[up + x] + plane[down + x] + 2 >> 2;
                }
            }
        }
    }

    /// The 9/7 transform, but for its scaling: see {@link Synthesis97#scale}.
    void irreversible(float[] plane) {
        float[] evens = new float[width + 1 >> 1];
        float[] odds = new float[width >> 1];
        int across = width;
        for (int level = 0; level < levels; level++) {
            int step = 1 << level;
            for (int lifting = 0; lifting < 4; lifting++) {
                lift(plane, (lifting & 1) == 0 ? step : 0, across, step, Synthesis97.forward(lifting));
            }
            for (int y = 0; across > 1 && y < height; y += step) {
                splitIrreversibly(plane, y * width, across, evens, odds);
            }
            across = across + 1 >> 1;
        }
    }

    private static void splitIrreversibly(float[] plane, int start, int across, float[] evens, float[] odds) {
        int lows = across + 1 >> 1;
        int highs = across >> 1;
        for (int n = 0; n < highs; n++) {
            evens[n] = plane[start + 2 * n];
            odds[n] = plane[start + 2 * n + 1];
        }
        if (lows > highs) {
            evens[highs] = plane[start + 2 * highs];
        }
        for (int lifting = 0; lifting < 4; lifting++) {
            float by = Synthesis97.forward(lifting);
            if ((lifting & 1) == 0) {
                for (int n = 0; n < highs; n++) {
                    odds[n] += by * (evens[n] + evens[Math.min(n + 1, lows - 1)]);
                }
            } else {
                for (int n = 0; n < lows; n++) {
                    evens[n] += by * (odds[Math.max(n - 1, 0)] + odds[Math.min(n, highs - 1)]);
                }
            }
        }
        System.arraycopy(evens, 0, plane, start, lows);
        System.arraycopy(odds, 0, plane, start + lows, highs);
    }

    private void lift(float[] plane, int first, int across, int step, float by) {
        for (int y = first; y < height; y += 2 * step) {
            int above = y >= step ? y - step : y + step;
            int below = y + step < height ? y + step : y - step;
            if (above >= height || below < 0) {
                return;
            }
            int at = y * width;
            int up = above * width;
            int down = below * width;
            for (int x = 0; x < across; x++) {
                plane[at + x] += by * (plane[up + x] + plane[down + x]);
            }
        }
    }
}
