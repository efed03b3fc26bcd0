package org.isocenter.codec.jpeg2000;

import java.util.Arrays;
import org.isocenter.codec.MalformedException;

/// The coefficients of a rectangle of a band. A row of code-blocks is decoded when the first of its rows is
/// asked for.
abstract class BandRows<A> implements Rows<A> {
    private final Band band;
    private final CodingStyle style;
    private final Area window;
    private final BlockDecoder decoder;
    final int width;
    private int y;
    private int stripTop;
    private int stripRow;

    private BandRows(Band band, CodingStyle style, Area window, BlockDecoder decoder) {
        this.band = band;
        this.style = style;
        this.window = window;
        this.decoder = decoder;
        width = window.width();
        y = window.y0();
        stripTop = y;
    }

    /// Coefficients of the reversible transform.
    static Rows<int[]> reversible(Band band, CodingStyle style, Area window, BlockDecoder decoder) {
        return new Reversible(band, style, window, decoder);
    }

    /// Coefficients of the irreversible transform.
    ///
    /// @param scale what they are multiplied by beside the step of the quantizer
    static Rows<float[]> irreversible(Band band, CodingStyle style, Area window, BlockDecoder decoder, double scale) {
        return new Irreversible(band, style, window, decoder, scale);
    }

    /// The rows of a strip, one behind the other.
    abstract A strip();

    /// Makes coefficients zero.
    abstract void clear(int from, int to);

    /// Takes coefficients of a block.
    abstract void put(int[] coefficients, int from, int to, int count);

    @Override
    public A next() throws MalformedException {
        if (y == window.y0() || (y & (1 << band.blockHeight) - 1) == 0) {
            decodeStrip();
        }
        stripRow = y - stripTop;
        y++;
        return strip();
    }

    @Override
    public int offset() {
        return stripRow * width;
    }

    /// Decodes what the window has of the row of code-blocks that the current row is in.
    private void decodeStrip() throws MalformedException {
        int row = (y >> band.blockHeight) - band.firstRow;
        int first = (window.x0() >> band.blockWidth) - band.firstColumn;
        int last = (window.x1() - 1 >> band.blockWidth) - band.firstColumn;
        stripTop = y;
        for (int column = first; width > 0 && column <= last; column++) {
            Area block = band.block(column, row);
            Area part = block.intersect(window);
            boolean some = decoder.decode(band, style, column, row);
            if (some && band.roiShift > 0) {
                shiftRegionDown((int) block.size());
            }
            for (int by = part.y0(); by < part.y1(); by++) {
                int to = (by - stripTop) * width + part.x0() - window.x0();
                if (some) {
                    int from = (by - block.y0()) * block.width() + part.x0() - block.x0();
                    put(decoder.coefficients, BlockDecoder.OFFSET + from, to, part.width());
                } else {
                    clear(to, to + part.width());
                }
            }
        }
    }

    /// What is in the region of interest has been shifted above everything else (T.800 H.1).
    private void shiftRegionDown(int count) {
        int[] coefficients = decoder.coefficients;
        int shift = band.roiShift;
        long limit = 1L << Math.min(62, 31 - band.bitPlanes + shift);
        for (int i = BlockDecoder.OFFSET; i < BlockDecoder.OFFSET + count; i++) {
            int magnitude = coefficients[i] & Integer.MAX_VALUE;
            if (magnitude >= limit) {
                coefficients[i] = coefficients[i] & Integer.MIN_VALUE | magnitude >>> shift;
            }
        }
    }

    /// The length of a strip, which may be cut off by the window.
    private static int stripLength(Band band, Area window) {
        return window.width() * Math.min(window.height(), 1 << band.blockHeight);
    }

    private static final class Reversible extends BandRows<int[]> {
        private final int[] strip;
        private final int shift;

        Reversible(Band band, CodingStyle style, Area window, BlockDecoder decoder) {
            super(band, style, window, decoder);
            strip = new int[stripLength(band, window)];
            shift = 31 - band.bitPlanes;
        }

        @Override
        int[] strip() {
            return strip;
        }

        @Override
        void clear(int from, int to) {
            Arrays.fill(strip, from, to, 0);
        }

        @Override
        void put(int[] coefficients, int from, int to, int count) {
            int[] into = strip;
            int down = shift;
            for (int i = 0; i < count; i++) {
                int c = coefficients[from + i];
                int sign = c >> 31;
                into[to + i] = ((c & Integer.MAX_VALUE) >>> down ^ sign) - sign;
            }
        }
    }

    private static final class Irreversible extends BandRows<float[]> {
        private final float[] strip;
        private final float factor;

        Irreversible(Band band, CodingStyle style, Area window, BlockDecoder decoder, double scale) {
            super(band, style, window, decoder);
            strip = new float[stripLength(band, window)];
            factor = (float) Math.scalb(scale * band.step, band.bitPlanes - 31);
        }

        @Override
        float[] strip() {
            return strip;
        }

        @Override
        void clear(int from, int to) {
            Arrays.fill(strip, from, to, 0);
        }

        @Override
        void put(int[] coefficients, int from, int to, int count) {
            float[] into = strip;
            float by = factor;
            for (int i = 0; i < count; i++) {
                int c = coefficients[from + i];
                int sign = c >> 31;
                into[to + i] = ((c & Integer.MAX_VALUE ^ sign) - sign) * by;
            }
        }
    }
}
