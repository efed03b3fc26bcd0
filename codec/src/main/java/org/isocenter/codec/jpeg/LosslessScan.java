package org.isocenter.codec.jpeg;

import org.isocenter.codec.MalformedException;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;

/// Decodes a scan of a lossless frame (T.81 annex H): differences from what the neighbours foretell.
///
/// The first line of the image and of each restart interval is foretold by the sample to the left, the
/// first sample of any other line by the one above, and the rest by one of seven formulas.
final class LosslessScan {
    private final Scan scan;
    private final HuffmanTable[] tables;
    private final BitReader in;
    private final int count;
    private final int width;
    private final int height;
    private final int precision;
    private final int predictor;
    private final Samples into;

    LosslessScan(Scan scan, int precision, byte[] data, int at, Samples into) throws MalformedException {
        this.scan = scan;
        this.count = scan.components().length;
        this.tables = new HuffmanTable[count];
        for (int i = 0; i < count; i++) {
            tables[i] = scan.direct(i);
        }
        this.in = new BitReader(data, at);
        this.width = into.format().width();
        this.height = into.format().height();
        this.precision = precision;
        this.predictor = scan.spectralStart();
        this.into = into;
        if (predictor < 1 || predictor > 7 || scan.bit() >= precision) {
            throw new MalformedException(
                    "predictor " + predictor + " and point transform " + scan.bit() + " in a lossless scan",
                    scan.start());
        }
        if (scan.restartInterval() % width != 0) {
            throw new MalformedException(
                    "a restart interval of " + scan.restartInterval() + " samples in lines of " + width, scan.start());
        }
    }

    /// @return where the stream goes on
    int decode() throws MalformedException {
        int linesInInterval = scan.restartInterval() / width;
        int[][] above = new int[count][width];
        int[][] line = new int[count][width];
        int restarts = 0;
        for (int y = 0; y < height; y++) {
            boolean first = y == 0;
            if (linesInInterval > 0 && y > 0 && y % linesInInterval == 0) {
                in.restart(restarts++);
                first = true;
            }
            if (count == 1) {
                decodeLine(line[0], above[0], first);
            } else {
                decodeLine(line, above, first);
            }
            in.check();
            for (int i = 0; i < count; i++) {
                store(line[i], y, scan.components()[i]);
            }
            int[][] former = above;
            above = line;
            line = former;
        }
        in.endSegment();
        return in.position();
    }

    private void decodeLine(int[] line, int[] above, boolean first) throws MalformedException {
        HuffmanTable table = tables[0];
        int left = first ? 1 << precision - scan.bit() - 1 : above[0];
        left = left + difference(table) & 0xFFFF;
        line[0] = left;
        if (first || predictor == 1) {
            for (int x = 1; x < width; x++) {
                left = left + difference(table) & 0xFFFF;
                line[x] = left;
            }
            return;
        }
        for (int x = 1; x < width; x++) {
            left = foretold(left, above[x], above[x - 1]) + difference(table) & 0xFFFF;
            line[x] = left;
        }
    }

    private void decodeLine(int[][] line, int[][] above, boolean first) throws MalformedException {
        for (int i = 0; i < count; i++) {
            int start = first ? 1 << precision - scan.bit() - 1 : above[i][0];
            line[i][0] = start + difference(tables[i]) & 0xFFFF;
        }
        boolean plain = first || predictor == 1;
        for (int x = 1; x < width; x++) {
            for (int i = 0; i < count; i++) {
                int left = line[i][x - 1];
                int expected = plain ? left : foretold(left, above[i][x], above[i][x - 1]);
                line[i][x] = expected + difference(tables[i]) & 0xFFFF;
            }
        }
    }

    /// T.81 table H.1.
    private int foretold(int left, int above, int corner) {
        return switch (predictor) {
            case 2 -> above;
            case 3 -> corner;
            case 4 -> left + above - corner;
            case 5 -> left + (above - corner >> 1);
            case 6 -> above + (left - corner >> 1);
            case 7 -> left + above >> 1;
            default -> left;
        };
    }

    /// T.81 H.1.2.2: category 16 stands for 32768 and has no more bits.
    private int difference(HuffmanTable table) throws MalformedException {
        int category = table.decode(in);
        if (category >= 16) {
            if (category > 16) {
                throw new MalformedException("a difference of " + category + " bits", in.position());
            }
            return 1 << 15;
        }
        return in.difference(category);
    }

    private void store(int[] line, int y, int component) {
        SampleFormat format = into.format();
        int point = scan.bit();
        int step = format.components();
        int at = y * width * step + component;
        int mask = (1 << precision) - 1;
        int shift = format.signed() ? 32 - Math.min(precision, format.bits()) : 0;
        switch (into) {
            case Samples.Bytes bytes -> {
                for (int x = 0; x < width; x++, at += step) {
                    bytes.array()[at] = (byte) ((line[x] << point & mask) << shift >> shift);
                }
            }
            case Samples.Shorts shorts -> {
                for (int x = 0; x < width; x++, at += step) {
                    shorts.array()[at] = (short) ((line[x] << point & mask) << shift >> shift);
                }
            }
            case Samples.Ints ints -> {
                for (int x = 0; x < width; x++, at += step) {
                    ints.array()[at] = (line[x] << point & mask) << shift >> shift;
                }
            }
        }
    }
}
