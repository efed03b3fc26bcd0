package org.isocenter.codec.jpeg2000;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.util.Map;

/// Writes packets of one layer (T.800 B.9, B.10).
final class PacketWriter {
    /// The bits of a length before any are added; Lblock.
    private static final int LENGTH_BITS = 3;

    private final Map<Band, EncodedBlock[]> blocks;
    private final HeaderBitWriter header = new HeaderBitWriter();

    PacketWriter(Map<Band, EncodedBlock[]> blocks) {
        this.blocks = blocks;
    }

    void write(Precinct precinct, ByteArrayOutputStream out) {
        header.clear();
        header.bit(1);
        for (int b = 0; b < precinct.resolution.bands.length; b++) {
            writeHeader(precinct.part(b));
        }
        header.end();
        out.write(header.bytes(), 0, header.length());
        for (int b = 0; b < precinct.resolution.bands.length; b++) {
            Precinct.Part part = precinct.part(b);
            for (int i = 0; i < part.columns * part.rows; i++) {
                EncodedBlock block = block(part, i);
                out.write(block.bytes(), 0, block.bytes().length);
            }
        }
    }

    /// A code-block of a precinct, row by row.
    private EncodedBlock block(Precinct.Part part, int i) {
        Band band = part.band;
        int row = part.firstRow + i / part.columns;
        return requireNonNull(blocks.get(band))[row * band.columns + part.firstColumn + i % part.columns];
    }

    private void writeHeader(Precinct.Part part) {
        int count = part.columns * part.rows;
        if (count == 0) {
            return;
        }
        int[] inclusion = new int[count];
        int[] zeroBitPlanes = new int[count];
        for (int i = 0; i < count; i++) {
            EncodedBlock block = block(part, i);
            inclusion[i] = block.passes() == 0 ? 1 : 0;
            // What is not told must not make anything that is told less.
            zeroBitPlanes[i] = block.passes() == 0 ? Integer.MAX_VALUE : block.zeroBitPlanes();
        }
        part.inclusion.set(inclusion);
        part.zeroBitPlanes.set(zeroBitPlanes);
        for (int i = 0; i < count; i++) {
            int x = i % part.columns;
            int y = i / part.columns;
            EncodedBlock block = block(part, i);
            part.inclusion.writeIsBelow(header, x, y, 1);
            if (block.passes() > 0) {
                part.zeroBitPlanes.writeIsBelow(header, x, y, block.zeroBitPlanes() + 1);
                writePasses(block.passes());
                writeLength(block);
            }
        }
    }

    /// The number of passes (table B.4).
    private void writePasses(int passes) {
        if (passes == 1) {
            header.bit(0);
        } else if (passes == 2) {
            header.bits(0b10, 2);
        } else if (passes < 6) {
            header.bits(0b11 << 2 | passes - 3, 4);
        } else if (passes < 37) {
            header.bits(0b1111 << 5 | passes - 6, 9);
        } else {
            header.bits(0b1_1111_1111 << 7 | passes - 37, 16);
        }
    }

    /// B.10.7: ones until there are enough bits for the length, which are three and more for more passes.
    private void writeLength(EncodedBlock block) {
        int length = block.bytes().length;
        int bits = LENGTH_BITS + 31 - Integer.numberOfLeadingZeros(block.passes());
        while (length >> bits != 0) {
            header.bit(1);
            bits++;
        }
        header.bit(0);
        header.bits(length, bits);
    }
}
