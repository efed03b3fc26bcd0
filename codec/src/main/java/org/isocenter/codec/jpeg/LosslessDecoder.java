package org.isocenter.codec.jpeg;

import org.isocenter.codec.MalformedException;

/// Decodes a scan of the lossless process (T.81 annex H).
///
/// Of each line of minimum coded units the differences are read first, one behind the other as they are
/// coded, and then line by line of each component added to what is predicted. Both are counted modulo 2^16
/// whatever the precision: there are writers whose samples have more bits than they say, a sign for instance,
/// and those are dropped at the end.
final class LosslessDecoder {
    private static final int MAX_SIZE = 16;

    /// Bits that a code and its difference have at most.
    private static final int LONGEST = HuffmanTable.LONGEST_CODE + MAX_SIZE;

    private final Frame frame;
    private final Scan scan;
    private final BitReader reader;
    private final Canvas canvas;
    private final boolean alone;
    private final int unitsAcross;

    /// The table of each sample of a minimum coded unit.
    private final HuffmanTable[] tables;

    private LosslessDecoder(Frame frame, Scan scan, BitReader reader, Canvas canvas) throws MalformedException {
        this.frame = frame;
        this.scan = scan;
        this.reader = reader;
        this.canvas = canvas;
        int count = scan.components().length;
        alone = count == 1;
        unitsAcross = alone ? component(0).width() : frame.unitsAcross();
        if (scan.first() < 1 || scan.first() > 7) {
            throw new MalformedException("predictor " + scan.first(), reader.position());
        }
        if (scan.low() >= frame.precision()) {
            throw new MalformedException(
                    scan.low() + " bits less of samples of " + frame.precision(), reader.position());
        }
        if (scan.restartInterval() % unitsAcross != 0) {
            throw new MalformedException("restarts within a line", reader.position());
        }
        int samples = 0;
        for (int i = 0; i < count; i++) {
            samples += horizontal(i) * vertical(i);
        }
        tables = new HuffmanTable[samples];
        int next = 0;
        for (int i = 0; i < count; i++) {
            for (int end = next + horizontal(i) * vertical(i); next < end; next++) {
                tables[next] = scan.dcTable(i);
            }
        }
    }

    static void decode(Frame frame, Scan scan, BitReader reader, Canvas canvas) throws MalformedException {
        new LosslessDecoder(frame, scan, reader, canvas).decode();
    }

    private Component component(int index) {
        return frame.components()[scan.components()[index]];
    }

    private int horizontal(int index) {
        return alone ? 1 : component(index).horizontal();
    }

    private int vertical(int index) {
        return alone ? 1 : component(index).vertical();
    }

    private void decode() throws MalformedException {
        int count = scan.components().length;
        int unitsDown = alone ? component(0).height() : frame.unitsDown();
        int restartLines = scan.restartInterval() / unitsAcross;
        int[] differences = new int[unitsAcross * tables.length];
        int[][] above = new int[count][];
        int[][] lines = new int[count][];
        for (int i = 0; i < count; i++) {
            above[i] = new int[component(i).width()];
            lines[i] = new int[component(i).width()];
        }
        for (int down = 0; down < unitsDown; down++) {
            boolean first = restartLines == 0 ? down == 0 : down % restartLines == 0;
            if (first && down > 0) {
                reader.restart(down / restartLines - 1);
            }
            readDifferences(differences);
            reader.check();
            int offset = 0;
            for (int i = 0; i < count; i++) {
                int vertical = vertical(i);
                for (int v = 0;
                        v < vertical && down * vertical + v < component(i).height();
                        v++) {
                    int[] line = lines[i];
                    gather(differences, offset + v * horizontal(i), horizontal(i), line);
                    if (first && v == 0) {
                        addToFirst(line, 1 << (frame.precision() - scan.low() - 1));
                    } else {
                        addToPrediction(line, above[i]);
                    }
                    canvas.line(scan.components()[i], down * vertical + v, line, scan.low());
                    lines[i] = above[i];
                    above[i] = line;
                }
                offset += horizontal(i) * vertical;
            }
        }
    }

    /// Reads the differences of a line of minimum coded units (H.1.2.2).
    private void readDifferences(int[] into) throws MalformedException {
        int unit = tables.length;
        int[][] entries = new int[unit][];
        for (int i = 0; i < unit; i++) {
            entries[i] = tables[i].entries();
        }
        long bits = reader.bits;
        int valid = reader.valid;
        int next = 0;
        for (int i = 0; i < into.length; i++) {
            if (valid < LONGEST) {
                reader.bits = bits;
                reader.valid = valid;
                reader.refill();
                bits = reader.bits;
                valid = reader.valid;
            }
            int entry = entries[next][(int) (bits >>> (Long.SIZE - HuffmanTable.LOOKUP_BITS))];
            if (entry == 0) {
                entry = reader.known(tables[next].findEntry((int) (bits >>> (Long.SIZE - HuffmanTable.LONGEST_CODE))));
            }
            bits <<= entry;
            valid -= entry & (1 << HuffmanTable.SYMBOL) - 1;
            int size = entry >> HuffmanTable.SYMBOL;
            if (size < MAX_SIZE) {
                int value = (int) (bits >>> 1 >>> (Long.SIZE - 1 - size));
                into[i] = value + ((int) (~bits >> (Long.SIZE - 1)) & 1 - (1 << size));
                bits <<= size;
                valid -= size;
            } else if (size == MAX_SIZE) {
                // There is one such difference, and no bits to tell it from others.
                into[i] = 1 << (MAX_SIZE - 1);
            } else {
                throw new MalformedException("a difference of " + size + " bits", reader.position());
            }
            next = next + 1 == unit ? 0 : next + 1;
        }
        reader.bits = bits;
        reader.valid = valid;
    }

    /// Takes the differences of a line of a component out of those of all.
    private void gather(int[] differences, int offset, int horizontal, int[] line) {
        int unit = tables.length;
        if (horizontal == 1) {
            for (int x = 0; x < line.length; x++) {
                line[x] = differences[x * unit + offset];
            }
        } else {
            for (int x = 0; x < line.length; x++) {
                line[x] = differences[x / horizontal * unit + offset + x % horizontal];
            }
        }
    }

    /// Turns the differences of a first line into samples: each is predicted by its left neighbour.
    private static void addToFirst(int[] line, int start) {
        int left = start;
        for (int x = 0; x < line.length; x++) {
            left = left + line[x] & 0xFFFF;
            line[x] = left;
        }
    }

    /// Turns the differences of another line into samples (table H.1). Its first sample is predicted by the
    /// one above.
    private void addToPrediction(int[] line, int[] above) {
        line[0] = line[0] + above[0] & 0xFFFF;
        int left = line[0];
        int width = line.length;
        switch (scan.first()) {
            case 1 -> {
                for (int x = 1; x < width; x++) {
                    left = left + line[x] & 0xFFFF;
                    line[x] = left;
                }
            }
            case 2 -> {
                for (int x = 1; x < width; x++) {
                    line[x] = line[x] + above[x] & 0xFFFF;
                }
            }
            case 3 -> {
                for (int x = 1; x < width; x++) {
                    line[x] = line[x] + above[x - 1] & 0xFFFF;
                }
            }
            case 4 -> {
                for (int x = 1; x < width; x++) {
                    left = line[x] + left + above[x] - above[x - 1] & 0xFFFF;
                    line[x] = left;
                }
            }
            case 5 -> {
                for (int x = 1; x < width; x++) {
                    left = line[x] + left + (above[x] - above[x - 1] >> 1) & 0xFFFF;
                    line[x] = left;
                }
            }
            case 6 -> {
                for (int x = 1; x < width; x++) {
                    left = line[x] + above[x] + (left - above[x - 1] >> 1) & 0xFFFF;
                    line[x] = left;
                }
            }
            default -> {
                for (int x = 1; x < width; x++) {
                    left = line[x] + (left + above[x] >> 1) & 0xFFFF;
                    line[x] = left;
                }
            }
        }
    }
}
