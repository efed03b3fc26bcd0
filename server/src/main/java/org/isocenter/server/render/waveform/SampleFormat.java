package org.isocenter.server.render.waveform;

import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;

/// How a sample is encoded (PS3.3 C.10.9.1.5).
enum SampleFormat {
    /// Signed, 8 bits.
    SB(1),
    /// Unsigned, 8 bits.
    UB(1),
    /// Mu-law, 8 bits.
    MB(1),
    /// A-law, 8 bits.
    AB(1),
    /// Signed, 16 bits.
    SS(2),
    /// Unsigned, 16 bits.
    US(2),
    /// Signed, 32 bits.
    SL(4),
    /// Unsigned, 32 bits.
    UL(4),
    /// Signed, 64 bits.
    SV(8),
    /// Unsigned, 64 bits.
    UV(8);

    private final int lengthBytes;

    SampleFormat(int lengthBytes) {
        this.lengthBytes = lengthBytes;
    }

    /// The format of a multiplex group.
    static SampleFormat of(DataSet group) throws MalformedException {
        String term = group.findString(Tag.WaveformSampleInterpretation);
        Integer bits = group.findInt(Tag.WaveformBitsAllocated);
        for (SampleFormat format : values()) {
            if (format.name().equals(term) && bits != null && bits == 8 * format.lengthBytes) {
                return format;
            }
        }
        throw new MalformedException(
                "samples of " + bits + " bits in a form that is none of the standard's",
                Tags.format(Tag.WaveformSampleInterpretation),
                -1);
    }

    int lengthBytes() {
        return lengthBytes;
    }

    /// The sample whose bytes begin here, in little endian.
    double read(byte[] bytes, int at) {
        return switch (this) {
            case SB -> bytes[at];
            case UB -> bytes[at] & 0xFF;
            case MB -> muLaw(bytes[at]);
            case AB -> aLaw(bytes[at]);
            case SS -> (short) bits(bytes, at);
            case US -> bits(bytes, at);
            case SL -> (int) bits(bytes, at);
            case UL -> bits(bytes, at);
            case SV -> bits(bytes, at);
            case UV -> {
                long value = bits(bytes, at);
                yield value >= 0 ? value : (double) (value >>> 1) * 2;
            }
        };
    }

    /// The bits of the sample as they stand.
    long bits(byte[] bytes, int at) {
        long bits = 0;
        for (int i = lengthBytes - 1; i >= 0; i--) {
            bits = bits << 8 | bytes[at + i] & 0xFF;
        }
        return bits;
    }

    /// ITU-T G.711: all bits inverted; a sign, three bits of exponent and four of fraction, offset by 33 so that
    /// every segment begins with a power of two. In the 14 bits of the uniform code.
    private static int muLaw(byte code) {
        int bits = ~code & 0xFF;
        int magnitude = ((bits & 0x0F) * 2 + 33 << (bits >> 4 & 7)) - 33;
        return (bits & 0x80) == 0 ? magnitude : -magnitude;
    }

    /// ITU-T G.711: every other bit inverted; the first segment is linear. In the 13 bits of the uniform code.
    private static int aLaw(byte code) {
        int bits = (code ^ 0x55) & 0xFF;
        int exponent = bits >> 4 & 7;
        int fraction = (bits & 0x0F) * 2 + 1;
        int magnitude = exponent == 0 ? fraction : fraction + 32 << exponent - 1;
        return (bits & 0x80) == 0 ? -magnitude : magnitude;
    }
}
