package org.isocenter.codec.jpeg;

import java.util.Arrays;
import org.isocenter.codec.MalformedException;

/// Decodes a scan of the baseline and extended sequential processes (T.81 annex F).
final class SequentialDecoder implements Interleaving.BlockDecoder {
    private static final int MAX_SIZE = 15;

    /// Bits that a code and its coefficient have at most.
    private static final int LONGEST = HuffmanTable.LONGEST_CODE + MAX_SIZE;

    private final int precision;
    private final int[] components;
    private final BitReader reader;
    private final Canvas canvas;

    private final int[] order = ZigZag.ORDER;
    private final int[] block = new int[ZigZag.LENGTH];
    private final HuffmanTable[] dc;
    private final HuffmanTable[] ac;
    private final int[][] steps;

    /// The DC coefficient that came last in each component.
    private final int[] previous;

    private SequentialDecoder(Frame frame, Scan scan, BitReader reader, Canvas canvas) throws MalformedException {
        precision = frame.precision();
        components = scan.components();
        this.reader = reader;
        this.canvas = canvas;
        int count = components.length;
        dc = new HuffmanTable[count];
        ac = new HuffmanTable[count];
        steps = new int[count][];
        previous = new int[count];
        for (int i = 0; i < count; i++) {
            dc[i] = scan.dcTable(i);
            ac[i] = scan.acTable(i);
            steps[i] = scan.steps(i);
        }
    }

    static void decode(Frame frame, Scan scan, BitReader reader, Canvas canvas) throws MalformedException {
        Interleaving.walk(frame, scan, reader, new SequentialDecoder(frame, scan, reader, canvas));
    }

    @Override
    public void restart() {
        Arrays.fill(previous, 0);
    }

    @Override
    public void block(int index, int across, int down) throws MalformedException {
        Arrays.fill(block, 0);
        int size = reader.symbol(dc[index]);
        if (size > MAX_SIZE) {
            throw new MalformedException("a coefficient of " + size + " bits", reader.position());
        }
        previous[index] += reader.difference(size);
        block[0] = previous[index] * steps[index][0];
        int last = coefficients(ac[index], steps[index]);
        Dct.inverse(block, last, precision);
        canvas.block(components[index], across, down, block);
    }

    /// Decodes the AC coefficients of a block (F.2.2.2), and gives the place of the last one.
    private int coefficients(HuffmanTable table, int[] steps) throws MalformedException {
        int[] entries = table.coefficients();
        long bits = reader.bits;
        int valid = reader.valid;
        int place = 1;
        int last = 0;
        while (place < ZigZag.LENGTH) {
            if (valid < LONGEST) {
                reader.bits = bits;
                reader.valid = valid;
                reader.refill();
                bits = reader.bits;
                valid = reader.valid;
            }
            int entry = entries[(int) (bits >>> (Long.SIZE - HuffmanTable.LOOKUP_BITS))];
            if (entry == 0) {
                entry = reader.known(table.findCoefficient((int) (bits >>> (Long.SIZE - HuffmanTable.LONGEST_CODE))));
            }
            bits <<= entry;
            valid -= entry & (1 << HuffmanTable.RUN) - 1;
            int run = entry >> HuffmanTable.RUN & 15;
            int size = entry >> HuffmanTable.SIZE & 15;
            int value = entry >> HuffmanTable.VALUE;
            if (size > 0) {
                value = (int) (bits >>> (Long.SIZE - size));
                value += (int) (~bits >> (Long.SIZE - 1)) & 1 - (1 << size);
                bits <<= size;
                valid -= size;
            } else if (value == 0) {
                // No coefficient: sixteen zeros, or the end of the block.
                if (run < 15) {
                    break;
                }
                place += 16;
                continue;
            }
            place += run;
            if (place >= ZigZag.LENGTH) {
                throw new MalformedException("a block of more than 64 coefficients", reader.position());
            }
            block[order[place]] = value * steps[place];
            last = place;
            place++;
        }
        reader.bits = bits;
        reader.valid = valid;
        return last;
    }
}
