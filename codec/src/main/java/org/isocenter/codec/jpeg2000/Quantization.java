package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.MalformedException;

/// How the coefficients of a component of a tile are quantized (T.800 A.6.4).
///
/// @param style 0 none, 1 derived from the lowest band, 2 told for every band
/// @param guardBits of all bands
/// @param steps by band: exponent, and below it 11 bits of mantissa
@SuppressWarnings("ArrayRecordComponent")
record Quantization(int style, int guardBits, int[] steps) {

    /// @param band 0 for the lowest one, then three for each level from the lowest
    int exponent(int band, int resolution) throws MalformedException {
        if (style == 1) {
            return Math.max(0, (steps[0] >> 11) - Math.max(0, resolution - 1));
        }
        return step(band) >> 11;
    }

    int mantissa(int band) throws MalformedException {
        return style == 1 ? steps[0] & 0x7FF : step(band) & 0x7FF;
    }

    private int step(int band) throws MalformedException {
        if (band >= steps.length) {
            throw new MalformedException("a band without its quantization");
        }
        return steps[band];
    }
}
