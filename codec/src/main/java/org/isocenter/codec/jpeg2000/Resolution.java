package org.isocenter.codec.jpeg2000;

/// A resolution of a component (T.800 B.5 and B.6).
///
/// @param precinctsAcross 0 where there are none
@SuppressWarnings("ArrayRecordComponent")
record Resolution(
        int x0, int y0, int x1, int y1, int precinctsAcross, int precinctsDown, Band[] bands, int[] nextLayers) {
    int width() {
        return x1 - x0;
    }

    int height() {
        return y1 - y0;
    }
}
