package org.isocenter.codec;

/// What the compressions of bare bytes ({@link Rle}, {@link Deflated}) share: the native form of samples,
/// PS3.5 8.1.1 and 8.2. An element of {@link Samples} is one of the native form, but samples of 1 bit are
/// packed, eight to a byte, the first one lowest.
final class NativeFrame {
    private NativeFrame() {}

    /// The bytes of samples of 1 bit.
    static long packedLength(long samples) {
        return (samples + 7) / 8;
    }

    /// Unpacks samples of 1 bit.
    static void unpack(byte[] packed, byte[] into, int start, int count) {
        for (int i = 0; i < count; i++) {
            into[start + i] = (byte) (packed[i >> 3] >> (i & 7) & 1);
        }
    }

    /// Packs samples of 1 bit, and fills up the last byte with zeros.
    static void pack(byte[] from, int start, int count, byte[] packed) {
        for (int i = 0; i < count; i += 8) {
            int octet = 0;
            int end = Math.min(8, count - i);
            for (int bit = 0; bit < end; bit++) {
                octet |= (from[start + i + bit] & 1) << bit;
            }
            packed[i >> 3] = (byte) octet;
        }
    }

    /// Brings each sample to the form of {@link Samples}: above its bits are zeros or copies of its sign,
    /// whatever the native form has there, which may be overlays.
    static void extend(Samples samples) {
        SampleFormat format = samples.format();
        int shift = Integer.SIZE - format.bits();
        int count = (int) format.sampleCount();
        if (format.bits() == format.bytesPerSample() * Byte.SIZE) {
            return;
        }
        switch (samples) {
            case Samples.Bytes bytes -> {
                byte[] array = bytes.array();
                if (format.signed()) {
                    for (int i = 0; i < count; i++) {
                        array[i] = (byte) (array[i] << shift >> shift);
                    }
                } else {
                    for (int i = 0; i < count; i++) {
                        array[i] = (byte) (array[i] << shift >>> shift);
                    }
                }
            }
            case Samples.Shorts shorts -> {
                short[] array = shorts.array();
                if (format.signed()) {
                    for (int i = 0; i < count; i++) {
                        array[i] = (short) (array[i] << shift >> shift);
                    }
                } else {
                    for (int i = 0; i < count; i++) {
                        array[i] = (short) (array[i] << shift >>> shift);
                    }
                }
            }
            case Samples.Ints ints -> {
                int[] array = ints.array();
                if (format.signed()) {
                    for (int i = 0; i < count; i++) {
                        array[i] = array[i] << shift >> shift;
                    }
                } else {
                    for (int i = 0; i < count; i++) {
                        array[i] = array[i] << shift >>> shift;
                    }
                }
            }
        }
    }
}
