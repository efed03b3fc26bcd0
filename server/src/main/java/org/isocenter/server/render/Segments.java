package org.isocenter.server.render;

import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tags;

/// Expands a palette that is written in segments (PS3.3 C.7.9.2): runs of entries, straight lines to an
/// entry, and segments to be taken again from elsewhere in the data.
final class Segments {
    private static final int DISCRETE = 0;
    private static final int LINEAR = 1;
    private static final int INDIRECT = 2;

    private final byte[] data;
    private final boolean wide;
    private final int tag;
    private final int[] entries;
    private int count;

    private Segments(byte[] data, int entries, boolean wide, int tag) {
        this.data = data;
        this.wide = wide;
        this.tag = tag;
        this.entries = new int[entries];
    }

    /// The entries that the segments stand for.
    ///
    /// @param bits of an entry; up to 8, the data consist of bytes, otherwise of words of 16 bits
    /// @throws MalformedException where they are not as many as there are to be
    static int[] expand(byte[] data, int entries, int bits, int tag) throws MalformedException {
        Segments segments = new Segments(data, entries, bits > 8, tag);
        int at = 0;
        while (segments.count < entries) {
            at = segments.segment(at, true);
        }
        return segments.entries;
    }

    /// Expands the segment at a place, in units of the data.
    ///
    /// @return the place of the next one
    private int segment(int at, boolean mayRefer) throws MalformedException {
        int kind = unit(at);
        int length = unit(at + 1);
        if (length == 0) {
            // Whoever adds no entry could be referred to without end.
            throw broken("a segment of nothing");
        }
        switch (kind) {
            case DISCRETE -> {
                for (int i = 0; i < length; i++) {
                    add(unit(at + 2 + i));
                }
                return at + 2 + length;
            }
            case LINEAR -> {
                line(length, unit(at + 2));
                return at + 3;
            }
            case INDIRECT -> {
                if (!mayRefer) {
                    throw broken("a segment that refers to one that refers to another");
                }
                refer(at + 2, length);
                return at + (wide ? 4 : 6);
            }
            default -> throw broken("a segment of kind " + kind);
        }
    }

    private void line(int length, int end) throws MalformedException {
        if (count == 0) {
            throw broken("a line without a beginning");
        }
        int start = entries[count - 1];
        for (int i = 1; i <= length; i++) {
            add((int) Math.floor(start + (double) (end - start) * i / length + 0.5));
        }
    }

    /// Segments elsewhere, whose place is told in bytes: the lower 16 bits of that before the upper ones.
    private void refer(int at, int segments) throws MalformedException {
        long offset = wide
                ? unit(at) | (long) unit(at + 1) << 16
                : unit(at) | unit(at + 1) << 8 | unit(at + 2) << 16 | (long) unit(at + 3) << 24;
        long place = wide ? offset / 2 : offset;
        if (place >= data.length) {
            throw broken("a segment that refers to byte " + offset);
        }
        int next = (int) place;
        for (int i = 0; i < segments; i++) {
            next = segment(next, false);
        }
    }

    private void add(int entry) throws MalformedException {
        if (count == entries.length) {
            throw broken("more than " + entries.length + " entries");
        }
        entries[count++] = entry;
    }

    private int unit(int at) throws MalformedException {
        if (at >= (wide ? data.length / 2 : data.length)) {
            throw broken("segments that end after " + count + " of " + entries.length + " entries");
        }
        return wide ? ValueBytes.word(data, at) : data[at] & 0xFF;
    }

    private MalformedException broken(String reason) {
        return new MalformedException(reason, Tags.format(tag), -1);
    }
}
