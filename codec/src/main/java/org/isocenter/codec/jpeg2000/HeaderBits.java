package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.MalformedException;

/// The bits of packet headers (T.800 B.10.1): a byte behind FF has seven.
final class HeaderBits {
    private final byte[] data;
    private final int end;
    int at;
    private int current;
    private int left;

    HeaderBits(byte[] data, int at, int end) {
        this.data = data;
        this.at = at;
        this.end = end;
    }

    int bit() throws MalformedException {
        if (left == 0) {
            if (at >= end) {
                throw new MalformedException("a packet header that ends early", at);
            }
            left = current == 0xFF ? 7 : 8;
            current = data[at++] & 0xFF;
        }
        left--;
        return current >> left & 1;
    }

    int bits(int count) throws MalformedException {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 1 | bit();
        }
        return value;
    }

    /// Ends a header, at the beginning of a byte; the one that is stuffed behind a last FF belongs to it.
    void endHeader() {
        if (current == 0xFF) {
            at++;
        }
        left = 0;
        current = 0;
    }

    /// Passes over a marker segment of this length, if it is there.
    void skip(int marker, int length) {
        if (at + length <= end && (data[at] & 0xFF) == marker >> 8 && (data[at + 1] & 0xFF) == (marker & 0xFF)) {
            at += length;
        }
    }

    int end() {
        return end;
    }
}
