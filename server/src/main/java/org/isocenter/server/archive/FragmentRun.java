package org.isocenter.server.archive;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import org.isocenter.dicom.Value;
import org.jspecify.annotations.Nullable;

/// How the head of an instance keeps the places of fragments that follow each other, each behind the eight
/// bytes of its item header: the place of the first one, and then lengths alone.
///
///     fragments = offset count length* starts table
///     starts    = 0 | 1+size byte*                (bits, the lowest first: the fragments that begin a code stream)
///     table     = ABSENT | RAW length byte* | FIRSTS count step*
///
/// A basic offset table that is true is kept by the steps from one frame's first fragment to the next one's,
/// mostly 1; others as they are. All numbers are given in sevens of bits, the lowest first, with the highest
/// bit of a byte set where more follow. So a fragment takes two to four bytes, before the head is deflated.
///
/// There is no limit here: an instance with more than `limits.fragments-max` fragments was refused.
final class FragmentRun {
    private static final int ITEM_HEADER = 8;

    private static final int ABSENT = 0;
    private static final int RAW = 1;
    private static final int FIRSTS = 2;

    private FragmentRun() {}

    /// Whether fragments can be kept so.
    static boolean is(Value.Fragments fragments) {
        for (int i = 1; i < fragments.count(); i++) {
            if (fragments.offset(i) != fragments.offset(i - 1) + fragments.lengthBytes(i - 1) + ITEM_HEADER) {
                return false;
            }
        }
        return fragments.count() > 0;
    }

    static void write(Value.Fragments fragments, DataOutputStream out) throws IOException {
        number(fragments.offset(0), out);
        number(fragments.count(), out);
        for (int i = 0; i < fragments.count(); i++) {
            number(fragments.lengthBytes(i), out);
        }
        BitSet starts = fragments.starts();
        if (starts == null) {
            number(0, out);
        } else {
            byte[] bits = starts.toByteArray();
            number(1 + bits.length, out);
            out.write(bits);
        }
        writeTable(fragments, out);
    }

    private static void writeTable(Value.Fragments fragments, DataOutputStream out) throws IOException {
        byte[] table = fragments.offsetTable();
        if (table == null) {
            number(ABSENT, out);
            return;
        }
        int[] firsts = findFirsts(table, fragments);
        if (firsts == null) {
            number(RAW, out);
            number(table.length, out);
            out.write(table);
            return;
        }
        number(FIRSTS, out);
        number(firsts.length, out);
        int last = 0;
        for (int first : firsts) {
            number(first - last, out);
            last = first;
        }
    }

    /// The first fragment of each frame, or null where the table does not rise from one to the next.
    private static int @Nullable [] findFirsts(byte[] table, Value.Fragments fragments) {
        if (table.length % 4 != 0) {
            return null;
        }
        ByteBuffer offsets = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
        int[] firsts = new int[table.length / 4];
        int fragment = 0;
        for (int frame = 0; frame < firsts.length; frame++) {
            long offset = offsets.getInt() & 0xFFFFFFFFL;
            do {
                fragment++;
            } while (fragment < fragments.count() && fragments.offset(fragment) - fragments.offset(1) < offset);
            if (fragment >= fragments.count() || fragments.offset(fragment) - fragments.offset(1) != offset) {
                return null;
            }
            firsts[frame] = fragment;
        }
        return firsts;
    }

    static Value.Fragments read(ByteBuffer in) {
        long offset = number(in);
        int count = (int) number(in);
        long[] offsets = new long[count];
        long[] lengths = new long[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = offset;
            lengths[i] = number(in);
            offset += lengths[i] + ITEM_HEADER;
        }
        int bits = (int) number(in) - 1;
        BitSet starts = bits < 0 ? null : BitSet.valueOf(bytes(in, bits));
        return new Value.Fragments(offsets, lengths, readTable(in, offsets), starts);
    }

    private static byte @Nullable [] readTable(ByteBuffer in, long[] offsets) {
        int form = (int) number(in);
        return switch (form) {
            case ABSENT -> null;
            case RAW -> bytes(in, (int) number(in));
            case FIRSTS -> {
                int frames = (int) number(in);
                ByteBuffer table = ByteBuffer.allocate(4 * frames).order(ByteOrder.LITTLE_ENDIAN);
                int fragment = 0;
                for (int frame = 0; frame < frames; frame++) {
                    fragment += (int) number(in);
                    table.putInt((int) (offsets[fragment] - offsets[1]));
                }
                yield table.array();
            }
            default -> throw new IllegalStateException("a head with an offset table that this server does not know");
        };
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static void number(long number, DataOutputStream out) throws IOException {
        long left = number;
        while (left >>> 7 != 0) {
            out.write((int) (left & 0x7F | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    private static long number(ByteBuffer in) {
        long number = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            number |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return number;
            }
        }
    }
}
