package org.isocenter.codec.jpeg2000;

/// The inverse of the reversible 5/3 transform (T.800 F.3.8.1).
final class Synthesis53 extends Synthesis<int[]> {
    /// How far a sample depends on others to each side.
    static final int REACH = 2;

    private final int width;

    Synthesis53(Bands<int[]> bands) {
        super(bands, 2, new int[ringSize()][bands.window().width()]);
        width = bands.window().width();
    }

    @Override
    void lift(int step, int[] row, int[] above, int[] below) {
        if (step == 0) {
            for (int i = 0; i < row.length; i++) {
                row[i] -= above[i] + below[i] + 2 >> 2;
            }
        } else {
            for (int i = 0; i < row.length; i++) {
                row[i] += above[i] + below[i] >> 1;
            }
        }
    }

    @Override
    void halve(int[] row) {
        for (int i = 0; i < row.length; i++) {
            row[i] /= 2;
        }
    }

    @Override
    void across(int[] lows, int lowOffset, int[] highs, int highOffset, int[] into) {
        int odd = window.x0() & 1;
        if (width < 2) {
            if (width == 1) {
                into[0] = odd == 0 ? lows[lowOffset] : highs[highOffset] / 2;
            }
            return;
        }
        int l = lowOffset;
        int h = highOffset;
        int lowEnd = lowOffset + low.width();
        int highEnd = highOffset + high.width();
        // Beyond the edges, samples are mirrored. `even` is the even sample to the left of the odd one at hand.
        int even;
        int at = 0;
        if (odd == 0) {
            even = lows[l] - (2 * highs[h] + 2 >> 2);
        } else {
            even = lows[l] - (highs[h] + highs[Math.min(h + 1, highEnd - 1)] + 2 >> 2);
            into[at++] = highs[h++] + even;
        }
        into[at] = even;
        int rounds = Math.min(lowEnd - l - 1, highEnd - h - 1);
        for (int i = 0; i < rounds; i++) {
            int odds = highs[h + i];
            int next = lows[l + 1 + i] - (odds + highs[h + 1 + i] + 2 >> 2);
            into[at + 1 + 2 * i] = odds + (even + next >> 1);
            into[at + 2 + 2 * i] = next;
            even = next;
        }
        if (rounds > 0) {
            l += rounds;
            h += rounds;
            at += 2 * rounds;
        }
        if (h < highEnd) {
            int next = even;
            if (l + 1 < lowEnd) {
                next = lows[l + 1] - (2 * highs[h] + 2 >> 2);
                into[at + 2] = next;
            }
            into[at + 1] = highs[h] + (even + next >> 1);
        }
    }
}
