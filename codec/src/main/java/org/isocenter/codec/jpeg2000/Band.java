package org.isocenter.codec.jpeg2000;

/// A band of a resolution (T.800 B.5).
///
/// @param kind 0 LL, 1 HL, 2 LH, 3 HH
/// @param bitPlanes Mb of equation E-2
/// @param step what a quantizer index stands for, where the transform is irreversible
/// @param precincts by their number
@SuppressWarnings("ArrayRecordComponent")
record Band(int kind, int x0, int y0, int x1, int y1, int bitPlanes, float step, Precinct[] precincts) {
    int width() {
        return x1 - x0;
    }

    int height() {
        return y1 - y0;
    }
}
