package org.isocenter.codec;

/// The samples of one frame: row by row from the top left, the components of a pixel side by side.
///
/// The array is the caller's, who has decided how large a frame may be. It holds at least
/// {@link SampleFormat#sampleCount()} elements, of which those are used. Samples of up to 8 bits are bytes, of
/// up to 16 bits shorts, and ints above that. An unsigned sample has zeros above its significant bits, a signed
/// one copies of its sign, as far as the element goes; so a byte or short of the full width needs a mask when
/// it is read as unsigned, and a sample is never more than its element holds.
public sealed interface Samples {
    SampleFormat format();

    /// Samples of 1 to 8 bits.
    record Bytes(SampleFormat format, byte[] array) implements Samples {
        public Bytes {
            check(format, 1, array.length);
        }
    }

    /// Samples of 9 to 16 bits.
    record Shorts(SampleFormat format, short[] array) implements Samples {
        public Shorts {
            check(format, 2, array.length);
        }
    }

    /// Samples of 17 to 32 bits.
    record Ints(SampleFormat format, int[] array) implements Samples {
        public Ints {
            check(format, 4, array.length);
        }
    }

    /// Room for a frame of that format, which the caller has found small enough to allocate.
    ///
    /// @throws IllegalArgumentException if no array is as long
    static Samples allocate(SampleFormat format) {
        long count = format.sampleCount();
        if (count > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(count + " samples are more than an array holds");
        }
        return switch (format.bytesPerSample()) {
            case 1 -> new Bytes(format, new byte[(int) count]);
            case 2 -> new Shorts(format, new short[(int) count]);
            default -> new Ints(format, new int[(int) count]);
        };
    }

    private static void check(SampleFormat format, int bytesPerSample, int length) {
        if (format.bytesPerSample() != bytesPerSample) {
            throw new IllegalArgumentException(
                    "samples of " + format.bits() + " bits in elements of " + bytesPerSample + " bytes");
        }
        if (length < format.sampleCount()) {
            throw new IllegalArgumentException(length + " elements for " + format.sampleCount() + " samples");
        }
    }
}
