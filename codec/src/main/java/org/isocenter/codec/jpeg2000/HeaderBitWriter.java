package org.isocenter.codec.jpeg2000;

import java.util.Arrays;

/// Writes the bits of packet headers (T.800 B.10.1): the byte behind an FF has seven.
final class HeaderBitWriter {
    private byte[] bytes = new byte[256];
    private int length;
    private int current;
    private int left = 8;

    void bit(int bit) {
        left--;
        current |= bit << left;
        if (left == 0) {
            put();
        }
    }

    void bits(int value, int count) {
        for (int i = count - 1; i >= 0; i--) {
            bit(value >> i & 1);
        }
    }

    /// Fills up the last byte. One that is FF has another behind it.
    void end() {
        boolean behindFf = length > 0 && bytes[length - 1] == (byte) 0xFF;
        if (behindFf || left < 8) {
            put();
        }
    }

    private void put() {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = (byte) current;
        left = current == 0xFF ? 7 : 8;
        current = 0;
    }

    void clear() {
        length = 0;
        current = 0;
        left = 8;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }
}
