package org.isocenter.codec.jpeg;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes frames segment by segment and word by word, as T.81 describes them and without regard to anything
/// else, so that tests can have what no encoder at hand writes. One Huffman table does for all: the words of
/// the symbols 0 to 16 have five bits each.
final class PlainJpeg {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int bits;
    private int count;

    PlainJpeg() {
        number(2, 0xFFD8);
        number(2, 0xFFC4);
        number(2, 2 + 17 + 17);
        number(1, 0);
        for (int length = 1; length <= 16; length++) {
            number(1, length == 5 ? 17 : 0);
        }
        for (int symbol = 0; symbol <= 16; symbol++) {
            number(1, symbol);
        }
    }

    void number(int bytes, int value) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            out.write(value >> shift);
        }
    }

    /// A segment of Adobe that tells a colour transform.
    void adobe(int transform) {
        number(2, 0xFFEE);
        number(2, 14);
        out.writeBytes("Adobe".getBytes(StandardCharsets.US_ASCII));
        number(2, 100);
        number(4, 0);
        number(1, transform);
    }

    /// A header, of components whose sampling factors are given as H and V in four bits each.
    void frame(int marker, int precision, int width, int height, int[] ids, int... sampling) {
        number(2, marker);
        number(2, 8 + 3 * ids.length);
        number(1, precision);
        number(2, height);
        number(2, width);
        number(1, ids.length);
        for (int i = 0; i < ids.length; i++) {
            number(1, ids[i]);
            number(1, sampling[i]);
            number(1, 0);
        }
    }

    void scan(int first, int last, int approximation, int... ids) {
        number(2, 0xFFDA);
        number(2, 6 + 2 * ids.length);
        number(1, ids.length);
        for (int id : ids) {
            number(2, id << 8);
        }
        number(1, first);
        number(1, last);
        number(1, approximation);
    }

    void restartInterval(int units) {
        number(2, 0xFFDD);
        number(2, 4);
        number(2, units);
    }

    void quantization(int step) {
        number(2, 0xFFDB);
        number(2, 67);
        number(1, 0);
        for (int i = 0; i < 64; i++) {
            number(1, step);
        }
    }

    /// A table for AC coefficients of which each has a word of one bit or, if it is not the first, of two.
    void alternating(int... symbols) {
        number(2, 0xFFC4);
        number(2, 2 + 17 + symbols.length);
        number(1, 0x10);
        number(1, 1);
        number(1, symbols.length - 1);
        for (int length = 3; length <= 16; length++) {
            number(1, 0);
        }
        for (int symbol : symbols) {
            number(1, symbol);
        }
    }

    void bits(int value, int width) {
        for (int i = width - 1; i >= 0; i--) {
            bits = bits << 1 | value >> i & 1;
            if (++count == 8) {
                number(1, bits);
                if ((bits & 0xFF) == 0xFF) {
                    number(1, 0);
                }
                count = 0;
            }
        }
    }

    /// A difference modulo 2^16, with its category (T.81 H.1.2.2).
    void difference(int value) {
        int difference = (short) value;
        if (difference == Short.MIN_VALUE) {
            bits(16, 5);
            return;
        }
        int category = 32 - Integer.numberOfLeadingZeros(Math.abs(difference));
        bits(category, 5);
        bits(difference < 0 ? difference - 1 : difference, category);
    }

    /// Fills up the last byte, so that a marker may follow.
    void align() {
        while (count > 0) {
            bits(1, 1);
        }
    }

    byte[] end() {
        align();
        number(2, 0xFFD9);
        return out.toByteArray();
    }
}
