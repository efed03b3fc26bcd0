package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.MalformedException;

/// The step sizes of the bands of a component: the parameters of QCD and QCC (T.800 A.6.4, E.1).
///
/// @param guardBits G, the bit planes that a band has beyond what its exponent says
/// @param exponents of each band from the lowest, or of the lowest alone where the others are derived from it
/// @param mantissas of as many bands, in 2048ths
@SuppressWarnings("ArrayRecordComponent")
record Quantization(Style style, int guardBits, int[] exponents, int[] mantissas) {

    /// How the steps are told, in the order of table A.28.
    enum Style {
        NONE,
        DERIVED,
        EXPOUNDED
    }

    static Quantization read(MarkerReader in) throws MalformedException {
        int first = in.u8();
        if ((first & 0x1F) > 2) {
            throw in.malformed("quantization style " + (first & 0x1F));
        }
        Style style = Style.values()[first & 0x1F];
        int bands = style == Style.DERIVED ? 1 : in.remaining() / (style == Style.NONE ? 1 : 2);
        int[] exponents = new int[bands];
        int[] mantissas = new int[bands];
        for (int band = 0; band < bands; band++) {
            if (style == Style.NONE) {
                exponents[band] = in.u8() >> 3;
            } else {
                int step = in.u16();
                exponents[band] = step >> 11;
                mantissas[band] = step & 0x7FF;
            }
        }
        return new Quantization(style, first >> 5, exponents, mantissas);
    }

    /// The exponent of a band (equation E-5 where it is derived).
    ///
    /// @param band 0 for the lowest, then three of each resolution
    int exponent(int band) throws MalformedException {
        if (style != Style.DERIVED) {
            return exponents[checked(band)];
        }
        return Math.max(0, exponents[0] - (band == 0 ? 0 : (band - 1) / 3));
    }

    /// The size of a step relative to the nominal range of the band (equation E-3).
    double step(int band) throws MalformedException {
        int mantissa = mantissas[style == Style.DERIVED ? 0 : checked(band)];
        return Math.scalb(1 + mantissa / 2048.0, -exponent(band));
    }

    private int checked(int band) throws MalformedException {
        if (band >= exponents.length) {
            throw new MalformedException("step sizes for " + exponents.length + " bands where there are more");
        }
        return band;
    }
}
