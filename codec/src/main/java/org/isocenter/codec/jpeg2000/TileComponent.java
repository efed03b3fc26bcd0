package org.isocenter.codec.jpeg2000;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.codec.MalformedException;

/// A component of a tile, laid out (T.800 B.3 to B.7).
final class TileComponent {
    final Coding coding;
    final int shift;
    final int x0;
    final int y0;
    final int x1;
    final int y1;
    final Resolution[] resolutions;

    TileComponent(
            Coding coding,
            Quantization quantization,
            int shift,
            int precision,
            int x0,
            int y0,
            int x1,
            int y1,
            Budget budget)
            throws MalformedException {
        this.coding = coding;
        this.shift = shift;
        this.x0 = x0;
        this.y0 = y0;
        this.x1 = x1;
        this.y1 = y1;
        this.resolutions = new Resolution[coding.levels() + 1];
        for (int r = 0; r < resolutions.length; r++) {
            resolutions[r] = lay(r, quantization, precision, budget);
        }
    }

    /// How many precincts and code-blocks may be laid out: a few for each pixel there is, and no more.
    static final class Budget {
        private long left;

        Budget(long left) {
            this.left = left;
        }

        void take(long count) throws MalformedException {
            left -= count;
            if (left < 0) {
                throw new MalformedException("more precincts and code-blocks than such an image may have");
            }
        }
    }

    private static int ceilShift(int value, int shift) {
        return (int) ((long) value + (1L << shift) - 1 >> shift);
    }

    private Resolution lay(int r, Quantization quantization, int precision, Budget budget) throws MalformedException {
        int down = coding.levels() - r;
        int rx0 = ceilShift(x0, down);
        int ry0 = ceilShift(y0, down);
        int rx1 = ceilShift(x1, down);
        int ry1 = ceilShift(y1, down);
        int ppx = coding.precinctWidth(r);
        int ppy = coding.precinctHeight(r);
        int across = rx1 > rx0 ? ceilShift(rx1, ppx) - (rx0 >> ppx) : 0;
        int downward = ry1 > ry0 ? ceilShift(ry1, ppy) - (ry0 >> ppy) : 0;
        if (across == 0 || downward == 0) {
            across = 0;
            downward = 0;
        }
        budget.take((long) across * downward);
        int[] kinds = r == 0 ? new int[] {0} : new int[] {1, 2, 3};
        Band[] bands = new Band[kinds.length];
        for (int i = 0; i < kinds.length; i++) {
            int kind = kinds[i];
            int level = r == 0 ? coding.levels() : down + 1;
            int bx0 = bandEdge(x0, level, kind & 1);
            int by0 = bandEdge(y0, level, kind >> 1);
            int bx1 = bandEdge(x1, level, kind & 1);
            int by1 = bandEdge(y1, level, kind >> 1);
            int number = r == 0 ? 0 : 3 * r - 2 + i;
            int exponent = quantization.exponent(number, r);
            // A region of interest is lifted above all other planes (annex H).
            int planes = quantization.guardBits() + exponent - 1 + shift;
            if (planes > 30 || planes < 0) {
                throw new MalformedException("a band of " + planes + " bit planes");
            }
            int gain = kind == 0 ? 0 : kind == 3 ? 2 : 1;
            float step = coding.reversible()
                    ? 1
                    : (float) Math.scalb(1 + quantization.mantissa(number) / 2048.0, precision + gain - exponent);
            Precinct[] precincts = new Precinct[across * downward];
            int half = r == 0 ? 0 : 1;
            for (int p = 0; p < precincts.length; p++) {
                int left = (rx0 >> ppx) + p % across;
                int top = (ry0 >> ppy) + p / across;
                precincts[p] = precinct(bx0, by0, bx1, by1, left, top, ppx - half, ppy - half, budget);
            }
            bands[i] = new Band(kind, bx0, by0, bx1, by1, planes, step, precincts);
        }
        return new Resolution(rx0, ry0, rx1, ry1, across, downward, bands, new int[across * downward]);
    }

    private static int bandEdge(int edge, int level, int high) {
        if (level == 0) {
            return edge;
        }
        long value = (long) edge - ((long) high << level - 1);
        return (int) (value + (1L << level) - 1 >> level);
    }

    private Precinct precinct(int bx0, int by0, int bx1, int by1, int column, int row, int ppx, int ppy, Budget budget)
            throws MalformedException {
        int left = (int) Math.max(bx0, (long) column << ppx);
        int top = (int) Math.max(by0, (long) row << ppy);
        int right = (int) Math.min(bx1, (long) column + 1 << ppx);
        int bottom = (int) Math.min(by1, (long) row + 1 << ppy);
        if (left >= right || top >= bottom) {
            return new Precinct(new CodeBlock[0], 0, 0);
        }
        int bw = Math.min(coding.blockWidth(), ppx);
        int bh = Math.min(coding.blockHeight(), ppy);
        int across = ceilShift(right, bw) - (left >> bw);
        int down = ceilShift(bottom, bh) - (top >> bh);
        budget.take((long) across * down);
        List<CodeBlock> blocks = new ArrayList<>(across * down);
        for (int y = top >> bh; y < (top >> bh) + down; y++) {
            for (int x = left >> bw; x < (left >> bw) + across; x++) {
                int cx0 = Math.max(left, x << bw);
                int cy0 = Math.max(top, y << bh);
                int cx1 = Math.min(right, x + 1 << bw);
                int cy1 = Math.min(bottom, y + 1 << bh);
                blocks.add(new CodeBlock(cx0 - bx0, cy0 - by0, cx1 - cx0, cy1 - cy0));
            }
        }
        return new Precinct(blocks.toArray(CodeBlock[]::new), across, down);
    }
}
