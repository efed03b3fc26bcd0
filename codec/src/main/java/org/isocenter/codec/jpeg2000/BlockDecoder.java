package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.MalformedException;

/// Decodes the code-blocks of a tile by the coder that they are for. One instance serves many blocks, one
/// after the other: it holds the memory for it.
final class BlockDecoder {
    private static final int MAX_BLOCK = 4096;
    private static final int MAX_SIDE = 1024;

    /// Where the coefficients of a block begin.
    static final int OFFSET = MAX_SIDE;

    /// The coefficients of the last block, row by row without gaps, with room for one row before and behind.
    final int[] coefficients = new int[OFFSET + MAX_BLOCK + MAX_SIDE];

    private final byte[] frame;
    private final Chunks chunks;
    private final CodedBlock coded = new CodedBlock();
    private final EbcotDecoder ebcot = new EbcotDecoder();
    private final HtBlockDecoder highThroughput = new HtBlockDecoder();

    BlockDecoder(byte[] frame, Chunks chunks) {
        this.frame = frame;
        this.chunks = chunks;
    }

    /// Decodes a block into {@link #coefficients}.
    ///
    /// @return whether there is anything of it; if not, all its coefficients are zero
    boolean decode(Band band, CodingStyle style, int column, int row) throws MalformedException {
        CodeBlock block = band.findBlock(row * band.columns + column);
        if (block == null) {
            return false;
        }
        coded.gather(frame, chunks, block, style);
        Area area = band.block(column, row);
        if (style.has(CodingStyle.HIGH_THROUGHPUT)) {
            // Empty passes come by threes, for a bit plane each.
            int emptyPlanes = coded.passesOf[0] / 3;
            highThroughput.decode(
                    coded.bytes,
                    0,
                    coded.lengths[0],
                    coded.segments > 1 ? coded.lengths[1] : 0,
                    coded.passes - 3 * emptyPlanes,
                    block.zeroBitPlanes + emptyPlanes,
                    band.bitPlanes,
                    area.width(),
                    area.height(),
                    style.has(CodingStyle.CAUSAL),
                    coefficients,
                    OFFSET,
                    area.width());
        } else {
            ebcot.decode(coded, block.zeroBitPlanes, band, style, area, coefficients, OFFSET);
        }
        return true;
    }
}
