package org.isocenter.codec.jpeg2000;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The bit stuffing of HTJ2K (T.814 clause 7.1), taken out and put in for a whole segment at once.
///
/// What is left without it is a plain array of bits, least significant first, in which a decoder gets any
/// number of bits at any place by one load of 8 bytes. Both directions go 8 bytes at a step where there is
/// nothing to stuff, which is nearly always.
final class HtStuffing {
    private HtStuffing() {}

    /// Eight bytes as a little-endian number.
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// Bytes that a plain array of bits has beyond its last bit, so that a load there needs no care.
    static final int PADDING = 72;

    private static final long LOWEST_OF_BYTES = 0x0101010101010101L;
    private static final long HIGHEST_OF_BYTES = 0x8080808080808080L;

    /// Takes the stuffing out of bytes that are read forwards: after 255, a byte has 7 bits.
    ///
    /// @param bits the plain bits, as long as the bytes and {@link #PADDING} more
    /// @param beyond 0 or -1: what bits beyond the last one are
    /// @return how many bits there are
    static int removeForwards(byte[] data, int from, int to, byte[] bits, int beyond) {
        int at = from;
        int out = 0;
        long pending = 0;
        int count = 0;
        boolean stuffed = false;
        while (at < to) {
            if (!stuffed && at + 8 <= to) {
                long word = (long) LONG.get(data, at);
                if ((~word - LOWEST_OF_BYTES & word & HIGHEST_OF_BYTES) == 0) {
                    LONG.set(bits, out, pending | word << count);
                    pending = word >>> 1 >>> 63 - count;
                    at += 8;
                    out += 8;
                    continue;
                }
            }
            for (int last = Math.min(at + 8, to); at < last; at++) {
                long value = data[at] & (stuffed ? 0x7F : 0xFF);
                pending |= value << count;
                count += stuffed ? 7 : 8;
                stuffed = data[at] == -1;
                if (count >= 8) {
                    bits[out++] = (byte) pending;
                    pending >>>= 8;
                    count -= 8;
                }
            }
        }
        return end(bits, out, pending, count, beyond);
    }

    /// Takes the stuffing out of bytes that are read backwards, from `to - 1` down to `from`: before (that
    /// is, at the lower address of) a byte above 0x8F, a byte whose lower 7 bits are ones has no more than
    /// these.
    ///
    /// The byte at `to - 1` is taken with its bits of `or` set, and as if it came before 255.
    static int removeBackwards(byte[] data, int from, int to, int or, byte[] bits) {
        int at = to;
        int out = 0;
        long pending = 0;
        int count = 0;
        boolean large = true;
        int set = or;
        while (at > from) {
            if (set == 0 && at - 8 >= from) {
                long word = Long.reverseBytes((long) LONG.get(data, at - 8));
                // A byte of 7 ones is 0 in the complement without its top bit, and borrows.
                if (((~word & ~HIGHEST_OF_BYTES) - LOWEST_OF_BYTES & HIGHEST_OF_BYTES) == 0) {
                    LONG.set(bits, out, pending | word << count);
                    pending = word >>> 1 >>> 63 - count;
                    at -= 8;
                    out += 8;
                    large = word >>> 56 > 0x8F;
                    continue;
                }
            }
            for (int last = Math.max(at - 8, from); at > last; ) {
                int value = data[--at] & 0xFF | set;
                set = 0;
                boolean stuffed = large && (value & 0x7F) == 0x7F;
                pending |= (long) (stuffed ? 0x7F : value) << count;
                count += stuffed ? 7 : 8;
                large = value > 0x8F;
                if (count >= 8) {
                    bits[out++] = (byte) pending;
                    pending >>>= 8;
                    count -= 8;
                }
            }
        }
        return end(bits, out, pending, count, 0);
    }

    private static int end(byte[] bits, int out, long pending, int count, int beyond) {
        LONG.set(bits, out, pending | (long) beyond << count);
        for (int i = 8; i < PADDING; i += 8) {
            LONG.set(bits, out + i, (long) beyond);
        }
        return out * 8 + count;
    }

    /// Puts stuffing into bits, so that their bytes are read forwards. Bits beyond the last one are ones
    /// and are written up to the end of a byte; a last byte of 255 is left out, as decoders think of it by
    /// themselves.
    ///
    /// @param bits plain bits, with ones in 9 bytes beyond the last
    /// @param out room for 8 / 7 of the bytes of bits, and 16 more
    /// @return the end of what was written to `out`, starting at 0
    static int insertForwards(byte[] bits, int bitCount, byte[] out) {
        int position = 0;
        int at = 0;
        boolean stuffed = false;
        while (position < bitCount) {
            if (!stuffed && position + 64 <= bitCount) {
                int shift = position & 7;
                long word = (long) LONG.get(bits, position >>> 3) >>> shift
                        | (long) bits[(position >>> 3) + 8] << 1 << 63 - shift;
                if ((~word - LOWEST_OF_BYTES & word & HIGHEST_OF_BYTES) == 0) {
                    LONG.set(out, at, word);
                    position += 64;
                    at += 8;
                    continue;
                }
            }
            for (int last = at + 8; at < last && position < bitCount; at++) {
                int value = ((bits[position >>> 3] & 0xFF) | bits[(position >>> 3) + 1] << 8) >>> (position & 7);
                out[at] = (byte) (value & (stuffed ? 0x7F : 0xFF));
                position += stuffed ? 7 : 8;
                stuffed = out[at] == -1;
            }
        }
        return at > 0 && out[at - 1] == -1 ? at - 1 : at;
    }

    /// Puts stuffing into bits, so that their bytes are read backwards. The first byte is written as if it
    /// came before 255. Bits beyond the last one are zeros.
    ///
    /// @param bits plain bits, with zeros in 2 bytes beyond the last
    /// @return the start of what was written to `out`, ending at its end
    static int insertBackwards(byte[] bits, int bitCount, byte[] out) {
        int at = out.length;
        boolean large = true;
        for (int position = 0; position < bitCount; ) {
            int value = ((bits[position >>> 3] & 0xFF) | bits[(position >>> 3) + 1] << 8) >>> (position & 7);
            boolean stuffed = large && (value & 0x7F) == 0x7F;
            out[--at] = (byte) (stuffed ? 0x7F : value);
            position += stuffed ? 7 : 8;
            large = (out[at] & 0xFF) > 0x8F;
        }
        return at;
    }
}
