package org.isocenter.codec.jpeg;

import org.isocenter.codec.MalformedException;

/// The bits of entropy-coded segments (T.81 F.2.2.5): a zero behind each FF is left out, and a marker ends
/// them.
///
/// Behind the end come zeros. Whoever takes more bits than there were finds out at the next {@link #check()}.
final class BitReader {
    private final byte[] data;
    private int at;
    private long bits;
    private int count;
    /// Zeros among the bits that no byte of the stream stands for.
    private int made;

    BitReader(byte[] data, int at) {
        this.data = data;
        this.at = at;
    }

    /// Where the next bytes come from; some before it may not have been looked at yet.
    int position() {
        return at;
    }

    private void fill() {
        while (count <= 56) {
            int octet;
            if (at >= data.length) {
                octet = 0;
                made += 8;
            } else {
                octet = data[at] & 0xFF;
                if (octet != 0xFF) {
                    at++;
                } else if (at + 1 < data.length && data[at + 1] == 0) {
                    at += 2;
                } else {
                    octet = 0;
                    made += 8;
                }
            }
            bits = bits << 8 | octet;
            count += 8;
        }
    }

    /// The next 16 bits, which stay.
    int peek16() {
        if (count < 16) {
            fill();
        }
        return (int) (bits >>> count - 16) & 0xFFFF;
    }

    /// Passes over bits that have been peeked at.
    void skip(int length) {
        count -= length;
    }

    /// The next bits as a number.
    ///
    /// @param length 0 to 16
    int read(int length) {
        if (count < 16) {
            fill();
        }
        count -= length;
        return (int) (bits >>> count) & (1 << length) - 1;
    }

    /// A difference of a category (T.81 F.2.2.1, EXTEND).
    int difference(int category) {
        if (category == 0) {
            return 0;
        }
        int value = read(category);
        return value < 1 << category - 1 ? value - (1 << category) + 1 : value;
    }

    /// Finds out whether more was taken than the stream had.
    void check() throws MalformedException {
        if (made > count) {
            throw new MalformedException("the entropy-coded data end early", Math.min(at, data.length));
        }
    }

    /// Ends an interval: what is left of it is passed over, and so is the restart marker behind it.
    void restart(int number) throws MalformedException {
        check();
        int marker = endSegment();
        if (marker != 0xD0 + (number & 7)) {
            throw new MalformedException("no restart marker " + (number & 7), at);
        }
        at += 2;
    }

    /// Passes over what is left of the segment, up to its marker.
    ///
    /// @return the marker's second byte; the stream is before its first one; -1 where the stream ends
    int endSegment() {
        bits = 0;
        count = 0;
        made = 0;
        while (at + 1 < data.length) {
            int next = data[at + 1] & 0xFF;
            if (data[at] == (byte) 0xFF && next != 0 && next != 0xFF) {
                return next;
            }
            at++;
        }
        at = data.length;
        return -1;
    }
}
