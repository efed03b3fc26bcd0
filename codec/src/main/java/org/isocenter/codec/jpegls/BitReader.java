package org.isocenter.codec.jpegls;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.isocenter.codec.MalformedException;

/// The bits of a scan, without what was stuffed in: a byte FF is followed by one of seven bits, the highest
/// of which is 0 (T.87 A.1). A byte FF with another follower is a marker, and the end.
///
/// The fields are open to the hot loop of {@link ScanDecoder}, which keeps them in registers. After the end
/// the reader invents zeros and counts them, so that the loop need not look for the end at each bit;
/// whoever reads asks {@link #checkEnd} from time to time.
final class BitReader {
    /// Bits that are there after {@link #refill}, at least.
    static final int REFILLED = 49;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN)
            .withInvokeExactBehavior();

    final byte[] data;

    /// The next byte to take in.
    int position;

    /// Bits read ahead, the next one highest. Bits below those that count are zeros, or bits to come.
    long bits;

    /// How many of them count.
    int valid;

    private int invented;

    BitReader(byte[] data, int position) {
        this.data = data;
        this.position = position;
    }

    /// The eight bytes at a position that are taken in at once: those have no FF, which {@link #hasFf}
    /// tells.
    static long eightBytes(byte[] data, int position) {
        return (long) LONG.get(data, position);
    }

    /// Whether one of eight bytes is FF.
    static boolean hasFf(long eight) {
        return (eight & (~eight - 0x0101_0101_0101_0101L) & 0x8080_8080_8080_8080L) != 0;
    }

    /// Takes in bytes until at least {@link #REFILLED} bits are there.
    void refill() {
        while (valid < REFILLED) {
            int first = byteAt(position);
            if (first != 0xFF) {
                bits |= (long) first << (Long.SIZE - Byte.SIZE - valid);
                valid += Byte.SIZE;
                position++;
            } else {
                int second = byteAt(position + 1);
                if (second < 0x80) {
                    bits |= (long) (first << 7 | second) << (Long.SIZE - 15 - valid);
                    valid += 15;
                    position += 2;
                } else {
                    valid += Byte.SIZE;
                    invented += Byte.SIZE;
                }
            }
        }
    }

    /// Past the end of the frame it looks like a marker.
    private int byteAt(int index) {
        return index < data.length ? data[index] & 0xFF : 0xFF;
    }

    int bit() {
        return read(1);
    }

    /// Reads up to 32 bits.
    int read(int count) {
        if (valid < count) {
            refill();
        }
        int value = (int) (bits >>> 1 >>> (Long.SIZE - 1 - count));
        bits <<= count;
        valid -= count;
        return value;
    }

    /// Reads a Golomb code of limited length (A.5.3).
    ///
    /// @param k the bits that follow the unary part
    /// @param limit the length of the longest code
    /// @param errorBits the bits that follow a unary part of full length
    int golomb(int k, int limit, int errorBits) throws MalformedException {
        int longest = limit - errorBits - 1;
        refill();
        int zeros = Long.numberOfLeadingZeros(bits);
        int taken = zeros;
        if (zeros >= valid) {
            zeros = valid;
            bits = 0;
            valid = 0;
            refill();
            taken = Long.numberOfLeadingZeros(bits);
            zeros += taken;
        }
        if (zeros > longest) {
            throw new MalformedException("a code of more than " + longest + " zeros", position);
        }
        bits <<= taken + 1;
        valid -= taken + 1;
        return zeros < longest ? (zeros << k) + read(k) : read(errorBits) + 1;
    }

    /// Refuses to go on once invented bits were read.
    void checkEnd() throws MalformedException {
        if (invented > valid) {
            throw new MalformedException("the scan ends early", position);
        }
    }

    /// Ends a scan or restart interval, all of whose bits have been read, and gives the position of the
    /// marker that follows. What is left of the last byte is padding; one more byte comes if that was FF.
    int end() throws MalformedException {
        refill();
        checkEnd();
        if (valid - invented >= 2 * Byte.SIZE || invented == 0) {
            throw new MalformedException("the scan goes on after its last sample", position);
        }
        return position;
    }

    /// Starts anew after a marker.
    void restart(int at) {
        position = at;
        bits = 0;
        valid = 0;
        invented = 0;
    }
}
