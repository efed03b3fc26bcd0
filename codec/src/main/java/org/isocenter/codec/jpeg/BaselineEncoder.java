package org.isocenter.codec.jpeg;

import org.isocenter.codec.FrameHeader.Colors;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;

/// Encodes baseline frames (T.81 F.1): one scan, chrominance in full size, and the best Huffman tables for
/// the frame.
final class BaselineEncoder implements FrameEncoder {
    /// T.81 table K.1, by rows.
    private static final int[] LUMINANCE = {
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29,
        51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121,
        120, 101, 72, 92, 95, 98, 112, 100, 103, 99
    };

    /// T.81 table K.2, by rows.
    private static final int[] CHROMINANCE = {
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99
    };

    private final int[][] quantization;
    private final Colors colors;

    BaselineEncoder(int quality, Colors colors) {
        this.colors = colors;
        int scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        int[] fine = scaled(LUMINANCE, scale);
        // What is no chrominance is not treated as such.
        quantization = new int[][] {fine, colors == Colors.YBR ? scaled(CHROMINANCE, scale) : fine};
    }

    private static int[] scaled(int[] table, int scale) {
        int[] scaled = new int[64];
        for (int i = 0; i < 64; i++) {
            scaled[i] = Math.clamp((table[i] * scale + 50) / 100, 1, 255);
        }
        return scaled;
    }

    @Override
    public boolean encodes(SampleFormat format) {
        return format.bits() == 8 && !format.signed() && (format.components() == 1 || format.components() == 3);
    }

    @Override
    public byte[] encode(Samples samples) {
        SampleFormat format = samples.format();
        byte[] array = ((Samples.Bytes) samples).array();
        int components = format.components();
        int across = (format.width() + 7) / 8;
        int down = (format.height() + 7) / 8;
        short[] coefficients = new short[across * down * components * 64];
        int[] block = new int[64];
        int at = 0;
        for (int y = 0; y < down; y++) {
            for (int x = 0; x < across; x++) {
                for (int i = 0; i < components; i++, at += 64) {
                    load(array, format, 8 * x, 8 * y, i, block);
                    Dct.forward(block);
                    quantize(block, quantization[i == 0 ? 0 : 1], coefficients, at);
                }
            }
        }
        return write(format, coefficients);
    }

    /// Takes a block out of the frame, beyond whose edges the last samples go on.
    private static void load(byte[] array, SampleFormat format, int left, int top, int component, int[] block) {
        int step = format.components();
        for (int y = 0; y < 8; y++) {
            int row = Math.min(top + y, format.height() - 1) * format.width();
            for (int x = 0; x < 8; x++) {
                int column = Math.min(left + x, format.width() - 1);
                block[8 * y + x] = (array[(row + column) * step + component] & 0xFF) - 128;
            }
        }
    }

    /// Divides each frequency by its step, to the nearest number (T.81 A.3.4), within what baseline codes
    /// (tables F.1 and F.2).
    private static void quantize(int[] block, int[] table, short[] out, int at) {
        for (int i = 0; i < 64; i++) {
            int step = table[i] * Dct.SCALE;
            int size = (Math.abs(block[i]) + (step >> 1)) / step;
            int bounded = Math.min(size, i == 0 ? 2047 : 1023);
            out[at + i] = (short) (block[i] < 0 ? -bounded : bounded);
        }
    }

    private byte[] write(SampleFormat format, short[] coefficients) {
        int components = format.components();
        int tables = components == 1 ? 1 : 2;
        long[][] frequencies = new long[4][256];
        code(coefficients, components, (table, symbol, value, width) -> frequencies[table][symbol]++);
        BitWriter out = new BitWriter(coefficients.length / 4 + 1024);
        out.marker(0xD8);
        writeColors(out, components);
        for (int i = 0; i < tables; i++) {
            out.marker(0xDB);
            out.unsignedShort(67);
            out.octet(i);
            for (int place : ZigZag.ORDER) {
                out.octet(quantization[i][place]);
            }
        }
        writeFrame(out, format);
        HuffmanCode[] codes = new HuffmanCode[4];
        for (int i = 0; i < tables; i++) {
            codes[i] = new HuffmanCode(frequencies[i]);
            codes[i].write(out, i);
            codes[2 + i] = new HuffmanCode(frequencies[2 + i]);
            codes[2 + i].write(out, 0x10 | i);
        }
        writeScan(out, components);
        code(coefficients, components, (table, symbol, value, width) -> {
            codes[table].put(out, symbol);
            out.put(value, width);
        });
        out.endSegment();
        out.marker(0xD9);
        return out.toBytes();
    }

    private void writeColors(BitWriter out, int components) {
        if (components == 3 && colors == Colors.RGB) {
            out.marker(0xEE);
            out.unsignedShort(14);
            "Adobe".chars().forEach(out::octet);
            out.unsignedShort(100);
            out.unsignedShort(0);
            out.unsignedShort(0);
            out.octet(0);
        } else {
            out.marker(0xE0);
            out.unsignedShort(16);
            "JFIF\0".chars().forEach(out::octet);
            out.unsignedShort(0x0101);
            out.octet(0);
            out.unsignedShort(1);
            out.unsignedShort(1);
            out.unsignedShort(0);
        }
    }

    private void writeFrame(BitWriter out, SampleFormat format) {
        out.marker(0xC0);
        out.unsignedShort(8 + 3 * format.components());
        out.octet(8);
        out.unsignedShort(format.height());
        out.unsignedShort(format.width());
        out.octet(format.components());
        for (int i = 0; i < format.components(); i++) {
            out.octet(id(i));
            out.octet(0x11);
            out.octet(i == 0 ? 0 : 1);
        }
    }

    private int id(int component) {
        return colors == Colors.RGB ? "RGB".charAt(component) : component + 1;
    }

    private void writeScan(BitWriter out, int components) {
        out.marker(0xDA);
        out.unsignedShort(6 + 2 * components);
        out.octet(components);
        for (int i = 0; i < components; i++) {
            out.octet(id(i));
            out.octet(i == 0 ? 0 : 0x11);
        }
        out.octet(0);
        out.octet(63);
        out.octet(0);
    }

    /// Takes the symbols of a scan and the bits behind each.
    @FunctionalInterface
    private interface Sink {
        /// @param table 0 and 1 of DC coefficients, 2 and 3 of the others
        void take(int table, int symbol, int value, int width);
    }

    /// Goes through all coefficients in the order of the stream (T.81 F.1.2).
    private static void code(short[] coefficients, int components, Sink sink) {
        int[] former = new int[components];
        for (int base = 0, block = 0; base < coefficients.length; base += 64, block++) {
            int component = block % components;
            int table = component == 0 ? 0 : 1;
            int difference = coefficients[base] - former[component];
            former[component] = coefficients[base];
            int width = width(difference);
            sink.take(table, width, difference < 0 ? difference - 1 : difference, width);
            int zeros = 0;
            for (int k = 1; k < 64; k++) {
                int value = coefficients[base + ZigZag.ORDER[k]];
                if (value == 0) {
                    zeros++;
                    continue;
                }
                for (; zeros > 15; zeros -= 16) {
                    sink.take(2 + table, 0xF0, 0, 0);
                }
                int bits = width(value);
                sink.take(2 + table, zeros << 4 | bits, value < 0 ? value - 1 : value, bits);
                zeros = 0;
            }
            if (zeros > 0) {
                sink.take(2 + table, 0, 0, 0);
            }
        }
    }

    private static int width(int value) {
        return 32 - Integer.numberOfLeadingZeros(Math.abs(value));
    }
}
