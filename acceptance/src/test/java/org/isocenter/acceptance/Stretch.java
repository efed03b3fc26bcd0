package org.isocenter.acceptance;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import java.util.Objects;
import java.util.function.LongFunction;

/// A long stream that is made while it is read, block by block.
final class Stretch extends InputStream {
    private final long blocks;
    private final LongFunction<byte[]> maker;
    private long made;
    private byte[] block = new byte[0];
    private int at;

    private Stretch(long blocks, LongFunction<byte[]> maker) {
        this.blocks = blocks;
        this.maker = maker;
    }

    /// @param maker of the block with a number, the first of which is 0
    static InputStream of(long blocks, LongFunction<byte[]> maker) {
        return new Stretch(blocks, maker);
    }

    /// The same bytes again and again.
    static InputStream repeated(byte[] bytes, long times) {
        return new Stretch(times, number -> bytes);
    }

    /// One stream after the other.
    static InputStream joined(InputStream... streams) {
        return new SequenceInputStream(java.util.Collections.enumeration(List.of(streams)));
    }

    static InputStream bytes(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        while (at == block.length) {
            if (made == blocks) {
                return -1;
            }
            block = maker.apply(made++);
            at = 0;
        }
        int count = Math.min(length, block.length - at);
        System.arraycopy(block, at, target, offset, count);
        at += count;
        return count;
    }
}
