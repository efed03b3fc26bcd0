package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.MalformedException;

/// Reads the bits of packet headers (T.800 B.10.1): the byte behind an FF has seven.
final class HeaderBits {
    private final MarkerReader in;
    private int current;
    private int left;

    HeaderBits(MarkerReader in) {
        this.in = in;
    }

    int bit() throws MalformedException {
        if (left == 0) {
            left = current == 0xFF ? 7 : 8;
            current = in.u8();
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

    /// Ends a header. The byte that is stuffed behind a last FF belongs to it.
    void end() throws MalformedException {
        if (current == 0xFF) {
            in.u8();
        }
        left = 0;
        current = 0;
    }
}
