package org.isocenter.codec.jpeg;

import java.util.Arrays;
import org.isocenter.codec.MalformedException;

/// Decodes the scans of the progressive process (T.81 annex G), each of which brings a few coefficients of
/// all blocks, or one more bit of them.
///
/// Scans come in an order in which each adds to what is known (G.1.1.1), and only so are they accepted: a bit
/// of a coefficient comes once, so a small frame cannot ask for the work of many. At the end of the image no
/// coefficient is left in the middle, and where the bytes end without it none is missing.
final class ProgressiveDecoder {
    private static final int MAX_LOW = 13;
    private static final byte UNKNOWN = -1;

    private final Frame frame;

    /// The coefficients of each component, block by block, in the order of {@link ZigZag}.
    private final short[][] coefficients;

    /// The blocks in a line of each component.
    private final int[] blocksAcross;

    /// How many low bits of each coefficient of each component are not known yet.
    private final byte[][] missing;

    private final int[][] steps;

    ProgressiveDecoder(Frame frame) throws MalformedException {
        this.frame = frame;
        int count = frame.components().length;
        coefficients = new short[count][];
        blocksAcross = new int[count];
        missing = new byte[count][ZigZag.LENGTH];
        steps = new int[count][0];
        for (int i = 0; i < count; i++) {
            Component component = frame.components()[i];
            Arrays.fill(missing[i], UNKNOWN);
            blocksAcross[i] = frame.unitsAcross() * component.horizontal();
            long length = (long) blocksAcross[i] * frame.unitsDown() * component.vertical() * ZigZag.LENGTH;
            if (length > Integer.MAX_VALUE - 8) {
                throw new MalformedException(length + " coefficients are more than an array holds");
            }
            coefficients[i] = new short[(int) length];
        }
    }

    /// Decodes a scan.
    void decode(Scan scan, BitReader reader) throws MalformedException {
        boolean dc = scan.first() == 0;
        if (dc
                ? scan.last() != 0
                : scan.last() < scan.first() || scan.last() >= ZigZag.LENGTH || scan.components().length > 1) {
            throw new MalformedException(
                    "a scan of the coefficients " + scan.first() + " to " + scan.last(), reader.position());
        }
        if (scan.low() > MAX_LOW || scan.high() > 0 && scan.high() != scan.low() + 1) {
            throw new MalformedException(
                    "a scan that goes from bit " + scan.high() + " to " + scan.low(), reader.position());
        }
        for (int i = 0; i < scan.components().length; i++) {
            begin(scan, i, reader);
        }
        Interleaving.walk(frame, scan, reader, decoder(scan, reader));
    }

    private void begin(Scan scan, int index, BitReader reader) throws MalformedException {
        int component = scan.components()[index];
        byte[] known = missing[component];
        if (scan.first() > 0 && known[0] == UNKNOWN) {
            throw new MalformedException("a scan before that of the DC coefficients", reader.position());
        }
        for (int place = scan.first(); place <= scan.last(); place++) {
            if (known[place] != (scan.high() == 0 ? UNKNOWN : scan.high())) {
                throw new MalformedException("a scan that is not in order", reader.position());
            }
            known[place] = (byte) scan.low();
        }
        if (steps[component].length == 0) {
            steps[component] = scan.steps(index);
        }
    }

    private Interleaving.BlockDecoder decoder(Scan scan, BitReader reader) throws MalformedException {
        if (scan.first() == 0) {
            return scan.high() == 0 ? new FirstDc(scan, reader) : new MoreDc(scan, reader);
        }
        return scan.high() == 0 ? new FirstAc(scan, reader) : new MoreAc(scan, reader);
    }

    /// Turns the coefficients into samples, after the last scan.
    ///
    /// @param ended whether the end of the image has come
    void finish(boolean ended, Canvas canvas) throws MalformedException {
        for (byte[] known : missing) {
            for (int place = 0; place < ZigZag.LENGTH; place++) {
                boolean left = known[place] == UNKNOWN && (place == 0 || !ended);
                if (left || known[place] > 0) {
                    throw new MalformedException("the image ends before all of its scans have come");
                }
            }
        }
        for (int component = 0; component < coefficients.length; component++) {
            finish(component, canvas);
        }
    }

    private void finish(int index, Canvas canvas) {
        Component component = frame.components()[index];
        int[] order = ZigZag.ORDER;
        int[] block = new int[ZigZag.LENGTH];
        short[] all = coefficients[index];
        for (int down = 0; down < frame.unitsDown(component); down++) {
            for (int across = 0; across < frame.unitsAcross(component); across++) {
                int start = start(index, across, down);
                int last = 0;
                for (int place = 0; place < ZigZag.LENGTH; place++) {
                    int coefficient = all[start + place];
                    block[order[place]] = coefficient * steps[index][place];
                    last = coefficient == 0 ? last : place;
                }
                Dct.inverse(block, last, frame.precision());
                canvas.block(index, across, down, block);
            }
        }
    }

    /// Where the coefficients of a block begin.
    private int start(int component, int across, int down) {
        return (down * blocksAcross[component] + across) * ZigZag.LENGTH;
    }

    /// The high bits of DC coefficients (G.1.2.1).
    private final class FirstDc implements Interleaving.BlockDecoder {
        private final Scan scan;
        private final BitReader reader;
        private final HuffmanTable[] tables;
        private final int[] previous;

        FirstDc(Scan scan, BitReader reader) throws MalformedException {
            this.scan = scan;
            this.reader = reader;
            int count = scan.components().length;
            previous = new int[count];
            tables = new HuffmanTable[count];
            for (int i = 0; i < count; i++) {
                tables[i] = scan.dcTable(i);
            }
        }

        @Override
        public void restart() {
            Arrays.fill(previous, 0);
        }

        @Override
        public void block(int index, int across, int down) throws MalformedException {
            int size = reader.symbol(tables[index]);
            if (size > 15) {
                throw new MalformedException("a coefficient of " + size + " bits", reader.position());
            }
            previous[index] += reader.difference(size);
            int component = scan.components()[index];
            coefficients[component][start(component, across, down)] = (short) (previous[index] << scan.low());
        }
    }

    /// One more bit of DC coefficients (G.1.2.1.1).
    private final class MoreDc implements Interleaving.BlockDecoder {
        private final Scan scan;
        private final BitReader reader;

        MoreDc(Scan scan, BitReader reader) {
            this.scan = scan;
            this.reader = reader;
        }

        @Override
        public void restart() {}

        @Override
        public void block(int index, int across, int down) {
            int component = scan.components()[index];
            coefficients[component][start(component, across, down)] |= (short) (reader.bit() << scan.low());
        }
    }

    /// The high bits of AC coefficients (G.1.2.2).
    private final class FirstAc implements Interleaving.BlockDecoder {
        private final Scan scan;
        private final BitReader reader;
        private final HuffmanTable table;
        private final int component;

        /// Blocks to come in which the scan has nothing.
        private int emptyBlocks;

        FirstAc(Scan scan, BitReader reader) throws MalformedException {
            this.scan = scan;
            this.reader = reader;
            table = scan.acTable(0);
            component = scan.components()[0];
        }

        @Override
        public void restart() {
            emptyBlocks = 0;
        }

        @Override
        public void block(int index, int across, int down) throws MalformedException {
            if (emptyBlocks > 0) {
                emptyBlocks--;
                return;
            }
            int start = start(component, across, down);
            int place = scan.first();
            while (place <= scan.last()) {
                int symbol = reader.symbol(table);
                int run = symbol >> 4;
                int size = symbol & 15;
                if (size == 0 && run < 15) {
                    emptyBlocks = (1 << run) + reader.read(run) - 1;
                    return;
                }
                place += run;
                if (size > 0) {
                    if (place > scan.last()) {
                        throw new MalformedException("a coefficient beyond those of the scan", reader.position());
                    }
                    coefficients[component][start + place] = (short) (reader.difference(size) << scan.low());
                }
                place++;
            }
        }
    }

    /// One more bit of AC coefficients (G.1.2.3): those known to be other than 0 get a bit each as they are
    /// passed, and between them others come out of 0.
    private final class MoreAc implements Interleaving.BlockDecoder {
        private final int first;
        private final int last;
        private final int bit;
        private final BitReader reader;
        private final HuffmanTable table;
        private final int component;
        private int emptyBlocks;

        MoreAc(Scan scan, BitReader reader) throws MalformedException {
            first = scan.first();
            last = scan.last();
            bit = 1 << scan.low();
            this.reader = reader;
            table = scan.acTable(0);
            component = scan.components()[0];
        }

        @Override
        public void restart() {
            emptyBlocks = 0;
        }

        @Override
        public void block(int index, int across, int down) throws MalformedException {
            int start = start(component, across, down);
            int place = start + first;
            int end = start + last;
            while (emptyBlocks == 0 && place <= end) {
                int symbol = reader.symbol(table);
                int run = symbol >> 4;
                int value = 0;
                if ((symbol & 15) == 1) {
                    value = reader.bit() == 1 ? bit : -bit;
                } else if ((symbol & 15) > 1) {
                    throw new MalformedException("a bit that is " + (symbol & 15) + " bits", reader.position());
                } else if (run < 15) {
                    emptyBlocks = (1 << run) + reader.read(run);
                    break;
                }
                place = passZeros(place, end, run);
                if (place <= end) {
                    coefficients[component][place] = (short) value;
                } else if (value != 0) {
                    throw new MalformedException("a coefficient beyond those of the scan", reader.position());
                }
                place++;
            }
            if (emptyBlocks > 0) {
                passZeros(place, end, ZigZag.LENGTH);
                emptyBlocks--;
            }
        }

        /// Goes on to the zero after some zeros, and adds a bit to all that is none.
        private int passZeros(int from, int end, int zeros) {
            short[] all = coefficients[component];
            int left = zeros;
            int place = from;
            while (place <= end) {
                int coefficient = all[place];
                if (coefficient == 0) {
                    if (left-- == 0) {
                        break;
                    }
                } else if (reader.bit() == 1 && (coefficient & bit) == 0) {
                    all[place] = (short) (coefficient + (coefficient > 0 ? bit : -bit));
                }
                place++;
            }
            return place;
        }
    }
}
