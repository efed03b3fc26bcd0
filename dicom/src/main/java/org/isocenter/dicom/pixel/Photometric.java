package org.isocenter.dicom.pixel;

import org.jspecify.annotations.Nullable;

/// What the samples of a pixel mean (PS3.3 C.7.6.3.1.2).
public enum Photometric {
    /// One sample, the least of which is white.
    MONOCHROME1(1),
    /// One sample, the least of which is black.
    MONOCHROME2(1),
    /// One sample, an index into three tables.
    PALETTE_COLOR(1),
    RGB(3),
    /// Luminance and chrominance of full range (ITU-R BT.601 as JFIF has it).
    YBR_FULL(3),
    /// The same, with half as much chrominance in each row.
    YBR_FULL_422(3),
    /// Luminance and chrominance of studio range, with half as much chrominance in each row.
    YBR_PARTIAL_422(3),
    /// The same, with a quarter of the chrominance.
    YBR_PARTIAL_420(3),
    /// RGB behind the irreversible colour transform of JPEG 2000, which decoding undoes.
    YBR_ICT(3),
    /// RGB behind the reversible colour transform of JPEG 2000, which decoding undoes.
    YBR_RCT(3),
    /// One of JPEG XL's own spaces, or what the standard does not name or no longer names.
    OTHER(0);

    private final int samples;

    Photometric(int samples) {
        this.samples = samples;
    }

    /// The samples of a pixel, or 0 where that is not told.
    int samples() {
        return samples;
    }

    /// The defined term of (0028,0004).
    public String term() {
        return this == PALETTE_COLOR ? "PALETTE COLOR" : name();
    }

    /// One sample whose value is a shade of grey.
    public boolean monochrome() {
        return this == MONOCHROME1 || this == MONOCHROME2;
    }

    /// The meaning of a term; null where there is none.
    static @Nullable Photometric find(@Nullable String term) {
        if (term == null) {
            return null;
        }
        for (Photometric one : values()) {
            if (one != OTHER && one.term().equals(term.strip())) {
                return one;
            }
        }
        return OTHER;
    }
}
