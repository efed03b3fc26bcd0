package org.isocenter.dicom;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The bytes of a source in order, with their positions, through one buffer.
///
/// The fields {@link #buffer}, {@link #at} and {@link #limit} are open to the readers of this package: after
/// `has(n)` has answered yes, the next `n` bytes stand in `buffer` from `at`, until the next call.
///
/// Values that are kept are copied once, into arrays that many of them share.
final class Input {
    /// Where the bytes come from.
    @FunctionalInterface
    interface Source {
        /// Reads at least one byte, or answers -1 at the end.
        int read(byte[] target, int offset, int length) throws IOException, MalformedException;
    }

    /// What `has` can be asked for.
    static final int LARGEST_BUFFER = 64 << 10;

    private static final int FIRST_BUFFER = 16 << 10;
    private static final int FIRST_SHELF = 2 << 10;
    private static final int LARGEST_SHELF = 32 << 10;

    private final Source source;
    private final long maximum;
    private long base;

    byte[] buffer = new byte[FIRST_BUFFER];
    int at;
    int limit;

    private byte[] shelf = new byte[FIRST_SHELF];
    private int shelved;

    /// @param base the position of the first byte
    /// @param maximum the position that no byte may reach
    Input(Source source, long base, long maximum) {
        this.source = source;
        this.base = base;
        this.maximum = maximum;
    }

    /// The position of the next byte.
    long position() {
        return base + at;
    }

    /// The bytes that the buffer holds.
    int buffered() {
        return limit - at;
    }

    /// Whether there are `count` more bytes; if so they stand in the buffer.
    ///
    /// @param count at most {@link #LARGEST_BUFFER}
    boolean has(int count) throws IOException, MalformedException {
        return limit - at >= count || fill(count);
    }

    private boolean fill(int count) throws IOException, MalformedException {
        makeRoom(count);
        while (limit < count) {
            int read = source.read(buffer, limit, buffer.length - limit);
            if (read < 0) {
                return false;
            }
            limit += read;
            if (base + limit > maximum) {
                throw new MalformedException("larger than " + maximum + " bytes", "", maximum);
            }
        }
        return true;
    }

    /// Moves what is buffered to the front, of a larger buffer once the first one has been full.
    private void makeRoom(int count) {
        boolean small = buffer.length < LARGEST_BUFFER && (limit == buffer.length || count > buffer.length);
        byte[] target = small ? new byte[LARGEST_BUFFER] : buffer;
        System.arraycopy(buffer, at, target, 0, limit - at);
        buffer = target;
        base += at;
        limit -= at;
        at = 0;
    }

    /// Passes over bytes, reading them.
    ///
    /// @return false where the source ends before
    boolean skip(long count) throws IOException, MalformedException {
        long left = count;
        while (left > limit - at) {
            left -= limit - at;
            at = limit;
            if (!fill(1)) {
                return false;
            }
        }
        at += (int) left;
        return true;
    }

    /// Copies the next bytes into memory, or answers null where the source ends before. No more is allocated
    /// than has been read already, twice.
    Value.@Nullable Bytes take(int count) throws IOException, MalformedException {
        if (count > LARGEST_BUFFER) {
            return takeLarge(count);
        }
        if (!has(count)) {
            return null;
        }
        if (count > shelf.length - shelved) {
            if (count > LARGEST_SHELF / 4) {
                at += count;
                return new Value.Bytes(Arrays.copyOfRange(buffer, at - count, at));
            }
            shelf = new byte[Math.max(count, Math.min(shelf.length * 2, LARGEST_SHELF))];
            shelved = 0;
        }
        Value.Bytes taken = new Value.Bytes(shelf, shelved, count);
        System.arraycopy(buffer, at, shelf, shelved, count);
        shelved += count;
        at += count;
        return taken;
    }

    private Value.@Nullable Bytes takeLarge(int count) throws IOException, MalformedException {
        byte[] taken = new byte[LARGEST_BUFFER];
        int size = 0;
        while (size < count) {
            if (!has(1)) {
                return null;
            }
            if (size == taken.length) {
                taken = Arrays.copyOf(taken, (int) Math.min(count, 2L * size));
            }
            int next = Math.min(Math.min(limit - at, count - size), taken.length - size);
            System.arraycopy(buffer, at, taken, size, next);
            size += next;
            at += next;
        }
        return new Value.Bytes(taken, 0, count);
    }
}
