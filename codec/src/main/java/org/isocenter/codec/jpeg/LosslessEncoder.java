package org.isocenter.codec.jpeg;

import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;

/// Encodes lossless frames by the sample to the left (T.81 annex H, selection value 1): one scan of all
/// components, with a table of their own for the first and for the others.
final class LosslessEncoder implements FrameEncoder {
    @Override
    public boolean encodes(SampleFormat format) {
        return format.bits() >= 2 && format.bits() <= 16;
    }

    @Override
    public byte[] encode(Samples samples) {
        SampleFormat format = samples.format();
        int components = format.components();
        short[] differences = differences(samples);
        long[][] frequencies = new long[2][256];
        for (int i = 0; i < differences.length; i++) {
            frequencies[i % components == 0 ? 0 : 1][category(differences[i])]++;
        }
        int tables = components == 1 ? 1 : 2;
        HuffmanCode[] codes = new HuffmanCode[tables];
        BitWriter out = new BitWriter(differences.length + 1024);
        out.marker(0xD8);
        writeFrame(out, format);
        for (int i = 0; i < tables; i++) {
            codes[i] = new HuffmanCode(frequencies[i]);
            codes[i].write(out, i);
        }
        writeScan(out, components);
        for (int i = 0; i < differences.length; i++) {
            HuffmanCode code = codes[i % components == 0 ? 0 : 1];
            int difference = differences[i];
            int category = category(difference);
            code.put(out, category);
            if (category < 16) {
                out.put(difference < 0 ? difference - 1 : difference, category);
            }
        }
        out.endSegment();
        out.marker(0xD9);
        return out.toBytes();
    }

    private static void writeFrame(BitWriter out, SampleFormat format) {
        out.marker(0xC3);
        out.unsignedShort(8 + 3 * format.components());
        out.octet(format.bits());
        out.unsignedShort(format.height());
        out.unsignedShort(format.width());
        out.octet(format.components());
        for (int i = 1; i <= format.components(); i++) {
            out.octet(i);
            out.octet(0x11);
            out.octet(0);
        }
    }

    private static void writeScan(BitWriter out, int components) {
        out.marker(0xDA);
        out.unsignedShort(6 + 2 * components);
        out.octet(components);
        for (int i = 1; i <= components; i++) {
            out.octet(i);
            out.octet(i == 1 ? 0 : 0x10);
        }
        out.octet(1);
        out.octet(0);
        out.octet(0);
    }

    /// Modulo 2^16, in the order of the stream.
    private static short[] differences(Samples samples) {
        SampleFormat format = samples.format();
        int step = format.components();
        int line = format.width() * step;
        int mask = (1 << format.bits()) - 1;
        int middle = 1 << format.bits() - 1;
        short[] differences = new short[(int) format.sampleCount()];
        for (int i = 0; i < differences.length; i++) {
            int expected;
            if (i % line >= step) {
                expected = sample(samples, i - step) & mask;
            } else {
                expected = i < line ? middle : sample(samples, i - line) & mask;
            }
            differences[i] = (short) ((sample(samples, i) & mask) - expected);
        }
        return differences;
    }

    private static int sample(Samples samples, int i) {
        return switch (samples) {
            case Samples.Bytes bytes -> bytes.array()[i];
            case Samples.Shorts shorts -> shorts.array()[i];
            case Samples.Ints ints -> ints.array()[i];
        };
    }

    /// T.81 table H.2; the difference of 32768 is -32768 here.
    private static int category(int difference) {
        return difference == Short.MIN_VALUE ? 16 : 32 - Integer.numberOfLeadingZeros(Math.abs(difference));
    }
}
