package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.MalformedException;

/// Reads the big-endian numbers of marker segments, and never past their end.
final class MarkerReader {
    final byte[] bytes;
    final int end;
    int position;

    MarkerReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    int remaining() {
        return end - position;
    }

    int u8() throws MalformedException {
        require(1);
        return bytes[position++] & 0xFF;
    }

    int u16() throws MalformedException {
        require(2);
        return u8() << 8 | u8();
    }

    long u32() throws MalformedException {
        require(4);
        return (long) u16() << 16 | u16();
    }

    /// A number of 32 bits that has to be below 2^31, as all coordinates of a frame are.
    int i32() throws MalformedException {
        long value = u32();
        if (value > Integer.MAX_VALUE) {
            throw malformed("a number of " + value);
        }
        return (int) value;
    }

    /// The marker segment that begins here, whose length comes first; this reader goes on behind it.
    MarkerReader segment() throws MalformedException {
        int start = position;
        int length = u16();
        if (length < 2 || length > end - start) {
            throw new MalformedException("a marker segment of " + length + " bytes", start);
        }
        position = start + length;
        return new MarkerReader(bytes, start + 2, position);
    }

    MalformedException malformed(String reason) {
        return new MalformedException(reason, position);
    }

    private void require(int count) throws MalformedException {
        if (end - position < count) {
            throw new MalformedException("the codestream or a marker segment ends early", end);
        }
    }
}
