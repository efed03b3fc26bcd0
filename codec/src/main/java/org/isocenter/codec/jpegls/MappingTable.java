package org.isocenter.codec.jpegls;

import java.util.Arrays;
import org.isocenter.codec.MalformedException;

/// A mapping table (T.87 C.2.4.1.2): the samples of a component are indexes, and these the values.
final class MappingTable {
    private static final int MAX_ENTRIES = 1 << 16;

    private final int entryBytes;
    private int[] values = new int[256];
    private int size;

    MappingTable(int entryBytes) throws MalformedException {
        if (entryBytes < 1 || entryBytes > Integer.BYTES) {
            throw new MalformedException("a mapping table with entries of " + entryBytes + " bytes");
        }
        this.entryBytes = entryBytes;
    }

    int entryBytes() {
        return entryBytes;
    }

    /// The bits of a value.
    int bits() {
        return entryBytes * Byte.SIZE;
    }

    /// Appends the entries of a segment.
    void append(byte[] frame, int from, int to) throws MalformedException {
        int count = (to - from) / entryBytes;
        if (count * entryBytes != to - from || size + count > MAX_ENTRIES) {
            throw new MalformedException(
                    to - from + " bytes for entries of " + entryBytes + " bytes after " + size + " entries", from);
        }
        if (size + count > values.length) {
            values = Arrays.copyOf(values, Math.max(size + count, 2 * values.length));
        }
        for (int at = from; at < to; at += entryBytes) {
            int value = 0;
            for (int place = 0; place < entryBytes; place++) {
                value = value << Byte.SIZE | frame[at + place] & 0xFF;
            }
            values[size++] = value;
        }
    }

    int get(int index) throws MalformedException {
        if (index >= size) {
            throw new MalformedException("sample " + index + " of a mapping table of " + size + " entries");
        }
        return values[index];
    }
}
