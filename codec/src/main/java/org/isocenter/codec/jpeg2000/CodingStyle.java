package org.isocenter.codec.jpeg2000;

import java.util.Arrays;
import org.isocenter.codec.MalformedException;

/// How a component is transformed and cut into code-blocks: the parameters of COD and COC (T.800 table A.15).
///
/// @param levels decompositions, 0 to 32
/// @param blockWidth the exponent of the width of a code-block
/// @param blockHeight the exponent of its height
/// @param blockStyle the bits of table A.19, and of T.814 A.4
/// @param reversible whether the transform is the 5/3, not the 9/7
/// @param precincts for each resolution, the exponents of the size of a precinct: width in the low four bits,
///     height in the high
@SuppressWarnings("ArrayRecordComponent")
record CodingStyle(int levels, int blockWidth, int blockHeight, int blockStyle, boolean reversible, byte[] precincts) {

    /// Most passes below the fourth bit plane bypass the arithmetic coder.
    static final int BYPASS = 1;
    /// Contexts start anew with every pass.
    static final int RESET = 2;
    /// Every pass is a codeword segment of its own.
    static final int TERMINATE_ALL = 4;
    /// Contexts do not look at the stripe below.
    static final int CAUSAL = 8;
    /// Every cleanup pass ends by four known symbols.
    static final int SEGMENTATION = 32;
    /// Code-blocks are those of T.814.
    static final int HIGH_THROUGHPUT = 64;
    /// With the one above: code-blocks may be those of T.814.
    private static final int MIXED = 128;

    /// The precinct that is as large as can be told, which without further words all are.
    private static final byte LARGEST_PRECINCT = (byte) 0xFF;

    /// A style with the largest precincts.
    static CodingStyle of(int levels, int blockWidth, int blockHeight, int blockStyle, boolean reversible) {
        byte[] precincts = new byte[levels + 1];
        Arrays.fill(precincts, LARGEST_PRECINCT);
        return new CodingStyle(levels, blockWidth, blockHeight, blockStyle, reversible, precincts);
    }

    /// Reads what both marker segments have in common.
    ///
    /// @param ownPrecincts whether sizes of precincts follow
    static CodingStyle read(MarkerReader in, boolean ownPrecincts) throws MalformedException {
        int levels = in.u8();
        int width = in.u8() + 2;
        int height = in.u8() + 2;
        int style = in.u8();
        int transform = in.u8();
        if (levels > 32 || width > 10 || height > 10 || width + height > 12) {
            throw in.malformed(levels + " decompositions, code-blocks of 2^" + width + " x 2^" + height);
        }
        if (transform > 1) {
            throw in.malformed("wavelet transform " + transform + " where 0 and 1 are known");
        }
        if ((style & MIXED) != 0) {
            throw in.malformed("code-blocks of both T.800 and T.814 in one tile");
        }
        CodingStyle read = of(levels, width, height, style, transform == 1);
        if (ownPrecincts) {
            for (int r = 0; r <= levels; r++) {
                int size = in.u8();
                // A precinct of one sample would have none in a band, which only the lowest resolution has not.
                if (r > 0 && ((size & 0x0F) == 0 || size >> 4 == 0)) {
                    throw in.malformed("a precinct of exponents " + (size & 0x0F) + ", " + (size >> 4));
                }
                read.precincts[r] = (byte) size;
            }
        }
        return read;
    }

    int precinctWidth(int resolution) {
        return precincts[resolution] & 0x0F;
    }

    int precinctHeight(int resolution) {
        return (precincts[resolution] & 0xFF) >> 4;
    }

    boolean has(int style) {
        return (blockStyle & style) != 0;
    }
}
