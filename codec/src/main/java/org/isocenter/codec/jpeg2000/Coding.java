package org.isocenter.codec.jpeg2000;

/// How a component of a tile is coded (T.800 A.6.1 and A.6.2).
///
/// @param progression of the tile, 0 to 4
/// @param layers of the tile
/// @param transform whether the first three components of the tile have gone through a colour transform
/// @param levels of the wavelet transform
/// @param blockWidth the exponent of the width of a code-block
/// @param blockHeight the exponent of its height
/// @param style of code-blocks, a flag each
/// @param reversible whether the transform is the reversible one
/// @param precincts exponents of width and height, four bits each, for each resolution
@SuppressWarnings("ArrayRecordComponent")
record Coding(
        int progression,
        int layers,
        boolean transform,
        boolean markedStart,
        boolean markedEnd,
        int levels,
        int blockWidth,
        int blockHeight,
        int style,
        boolean reversible,
        int[] precincts) {

    static final int BYPASS = 1;
    static final int RESET = 2;
    static final int TERMINATE = 4;
    static final int CAUSAL = 8;
    static final int SEGMENTATION = 32;
    /// High-Throughput JPEG 2000 (T.814).
    static final int HIGH_THROUGHPUT = 64;

    boolean has(int flag) {
        return (style & flag) != 0;
    }

    int precinctWidth(int resolution) {
        return precincts[resolution] & 15;
    }

    int precinctHeight(int resolution) {
        return precincts[resolution] >> 4;
    }
}
