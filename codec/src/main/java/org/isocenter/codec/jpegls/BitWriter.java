package org.isocenter.codec.jpegls;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Writes a frame: bytes of its segments, and the bits of a scan, with a bit 0 stuffed in after each byte
/// FF (T.87 A.1).
///
/// The fields are open to the hot loop of {@link ScanEncoder}, which keeps them in registers.
final class BitWriter {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN)
            .withInvokeExactBehavior();

    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    private byte[] bytes = new byte[1 << 12];
    private int position;

    /// Bits to be written, the last one lowest.
    long bits;

    /// How many, less than 32 between calls.
    int filled;

    private boolean afterFf;

    /// Makes room for what follows, so that writing need not look.
    void room(long count) {
        long needed = position + count;
        if (needed > bytes.length) {
            if (needed > MAX_BYTES) {
                throw new IllegalArgumentException("a compressed frame of more than " + MAX_BYTES + " bytes");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_BYTES, Math.max(needed, bytes.length * 2L)));
        }
    }

    void marker(int code) {
        bytes(2, 0xFF00 | code);
    }

    /// Writes a big-endian number between scans.
    void bytes(int count, int value) {
        room(count);
        for (int shift = (count - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[position++] = (byte) (value >> shift);
        }
    }

    /// Writes the low bits of a value, 32 at most; the others are 0.
    void write(int value, int count) {
        bits = bits << count | Integer.toUnsignedLong(value);
        filled += count;
        if (filled >= Integer.SIZE) {
            flush();
        }
    }

    /// Writes out bits of which there are 32 at least, so that less are left.
    void flush() {
        int four = (int) (bits >>> (filled - Integer.SIZE));
        boolean noFf = (four & (~four - 0x0101_0101) & 0x8080_8080) == 0;
        if (noFf && !afterFf) {
            INT.set(bytes, position, four);
            position += Integer.BYTES;
            filled -= Integer.SIZE;
            return;
        }
        while (filled >= Byte.SIZE) {
            octet();
        }
    }

    private void octet() {
        int count = afterFf ? Byte.SIZE - 1 : Byte.SIZE;
        filled -= count;
        int octet = (int) (bits >>> filled) & (1 << count) - 1;
        bytes[position++] = (byte) octet;
        afterFf = octet == 0xFF;
    }

    /// Writes a mapped error as a Golomb code of limited length (A.5.3).
    void golomb(int mapped, int k, int limit, int errorBits) {
        int zeros = mapped >> k;
        int longest = limit - errorBits - 1;
        if (zeros < longest) {
            zeros(zeros);
            write(1 << k | mapped & (1 << k) - 1, k + 1);
        } else {
            zeros(longest);
            write(1, 1);
            write(mapped - 1, errorBits);
        }
    }

    private void zeros(int count) {
        int left = count;
        while (left > Integer.SIZE) {
            write(0, Integer.SIZE);
            left -= Integer.SIZE;
        }
        write(0, left);
    }

    /// Fills up the last byte of a scan with zeros. A last byte FF is followed by another one.
    void pad() {
        while (filled > 0 || afterFf) {
            int count = afterFf ? Byte.SIZE - 1 : Byte.SIZE;
            if (filled < count) {
                bits <<= count - filled;
                filled = count;
            }
            octet();
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, position);
    }
}
