package org.isocenter.codec.jpeg;

import java.util.Arrays;

/// Writes markers and entropy-coded segments.
final class BitWriter {
    private byte[] bytes;
    private int length;
    private long bits;
    private int count;

    BitWriter(int expectedBytes) {
        bytes = new byte[Math.max(256, expectedBytes)];
    }

    void marker(int second) {
        raw(0xFF);
        raw(second);
    }

    void octet(int value) {
        raw(value);
    }

    void unsignedShort(int value) {
        raw(value >> 8);
        raw(value);
    }

    private void raw(int octet) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length + (length >> 1));
        }
        bytes[length++] = (byte) octet;
    }

    /// Writes a number of a few bits, up to 32.
    void put(int value, int width) {
        bits = bits << width | value & (1L << width) - 1;
        count += width;
        while (count >= 8) {
            count -= 8;
            int octet = (int) (bits >>> count) & 0xFF;
            raw(octet);
            if (octet == 0xFF) {
                raw(0);
            }
        }
    }

    /// Fills up the last byte of a segment with ones.
    void endSegment() {
        if (count > 0) {
            put((1 << 8 - count) - 1, 8 - count);
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }
}
