package org.isocenter.codec;

import java.util.Random;

/// Frames to test codecs with.
public final class Pictures {
    /// What is in a picture.
    public enum Kind {
        /// Every value as likely as any other.
        NOISE,
        /// Slow waves, and a few bits of noise.
        WAVES,
        /// Areas of one value with sharp borders.
        AREAS,
        /// One value, with a few samples that differ.
        SPECKS,
        /// The least and the largest value in turns.
        EXTREMES
    }

    private Pictures() {}

    public static Samples draw(Kind kind, SampleFormat format, Random random) {
        Samples samples = Samples.allocate(format);
        int components = format.components();
        int noise = 1 << random.nextInt(Math.min(6, format.bits()));
        int base = random.nextInt();
        int area = 2 + random.nextInt(20);
        double wave = 5 + random.nextInt(60);
        double scale = Math.scalb(0.4, format.bits());
        for (int i = 0; i < format.sampleCount(); i++) {
            int component = i % components;
            int x = i / components % format.width();
            int y = i / components / format.width();
            int value = switch (kind) {
                case NOISE -> random.nextInt();
                case WAVES ->
                    (int) (long) (scale * (1.2 + Math.sin(x / wave + component) * Math.cos(y / wave)))
                            + random.nextInt(noise);
                case AREAS -> (x / area * 7 + y / area * 13 + component) * base;
                case SPECKS -> random.nextInt(25) == 0 ? random.nextInt() : base;
                case EXTREMES -> (x + y & 1) == 0 ? 0 : -1;
            };
            set(samples, i, value);
        }
        return samples;
    }

    /// Sets a sample to the low bits of a value.
    public static void set(Samples samples, int index, int value) {
        int shift = Integer.SIZE - samples.format().bits();
        int own = samples.format().signed() ? value << shift >> shift : value << shift >>> shift;
        switch (samples) {
            case Samples.Bytes bytes -> bytes.array()[index] = (byte) own;
            case Samples.Shorts shorts -> shorts.array()[index] = (short) own;
            case Samples.Ints ints -> ints.array()[index] = own;
        }
    }

    /// A sample as its element has it, with the sign of the element.
    public static int get(Samples samples, int index) {
        return switch (samples) {
            case Samples.Bytes bytes -> bytes.array()[index];
            case Samples.Shorts shorts -> shorts.array()[index];
            case Samples.Ints ints -> ints.array()[index];
        };
    }

    /// A sample as its low bits.
    public static int getBits(Samples samples, int index) {
        return get(samples, index) & (int) ((1L << samples.format().bits()) - 1);
    }

    /// The index of the first sample in which two frames differ, or -1.
    public static int mismatch(Samples one, Samples other) {
        for (int i = 0; i < one.format().sampleCount(); i++) {
            if (get(one, i) != get(other, i)) {
                return i;
            }
        }
        return -1;
    }

    /// By how much two frames differ at most, sample by sample.
    public static int difference(Samples one, Samples other) {
        int most = 0;
        for (int i = 0; i < one.format().sampleCount(); i++) {
            boolean signed = one.format().signed();
            int a = signed ? get(one, i) : getBits(one, i);
            int b = signed ? get(other, i) : getBits(other, i);
            most = Math.max(most, Math.abs(a - b));
        }
        return most;
    }

    /// Samples of native little-endian bytes, the components of a pixel side by side.
    public static Samples ofNative(SampleFormat format, byte[] bytes, int start) {
        Samples samples = Samples.allocate(format);
        int elementBytes = format.bytesPerSample();
        for (int i = 0; i < format.sampleCount(); i++) {
            int value = 0;
            for (int place = elementBytes - 1; place >= 0; place--) {
                value = value << 8 | bytes[start + i * elementBytes + place] & 0xFF;
            }
            set(samples, i, value);
        }
        return samples;
    }

    /// The native little-endian bytes of samples.
    public static byte[] toNative(Samples samples) {
        int elementBytes = samples.format().bytesPerSample();
        byte[] bytes = new byte[(int) samples.format().sampleCount() * elementBytes];
        for (int i = 0; i < samples.format().sampleCount(); i++) {
            for (int place = 0; place < elementBytes; place++) {
                bytes[i * elementBytes + place] = (byte) (get(samples, i) >> 8 * place);
            }
        }
        return bytes;
    }
}
