package org.isocenter.codec.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.isocenter.codec.MalformedException;

/// The bits of entropy-coded segments (T.81 F.2.2.5): a zero behind each FF is left out, and a marker ends
/// them.
///
/// Behind the end come zeros. Whoever takes more bits than there were finds out at the next {@link #check}.
/// The bits are open to hot loops, which keep them in registers.
final class BitReader {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN)
            .withInvokeExactBehavior();

    /// Bits that are there after {@link #refill}, at least.
    private static final int REFILLED = Long.SIZE - Byte.SIZE + 1;

    private final byte[] data;

    /// The next byte to take in.
    private int at;

    /// Bits read ahead, the next one highest. Bits below those that count are zeros, or bits to come.
    long bits;

    /// How many of them count.
    int valid;

    /// Zeros among them that no byte of the stream stands for.
    private int made;

    BitReader(byte[] data, int at) {
        this.data = data;
        this.at = at;
    }

    /// Where the next bytes come from; some before it may not have been looked at yet.
    int position() {
        return at;
    }

    /// Takes in bytes until {@link #REFILLED} bits are there. There are fewer when it is called.
    void refill() {
        if (at + Long.BYTES <= data.length) {
            long eight = (long) LONG.get(data, at);
            if (!hasFf(eight)) {
                int taken = Long.SIZE - valid >> 3;
                bits |= eight >>> valid;
                at += taken;
                valid += taken * Byte.SIZE;
                return;
            }
        }
        refillSlowly();
    }

    private static boolean hasFf(long eight) {
        return (eight & ~eight - 0x0101_0101_0101_0101L & 0x8080_8080_8080_8080L) != 0;
    }

    private void refillSlowly() {
        while (valid < REFILLED) {
            int octet = at < data.length ? data[at] & 0xFF : 0xFF;
            if (octet == 0xFF && (at + 1 >= data.length || data[at + 1] != 0)) {
                made += Byte.SIZE;
            } else {
                bits |= (long) octet << Long.SIZE - Byte.SIZE - valid;
                at += octet == 0xFF ? 2 : 1;
            }
            valid += Byte.SIZE;
        }
    }

    int bit() {
        return read(1);
    }

    /// The next bits as a number, 16 at most.
    int read(int length) {
        if (valid < length) {
            refill();
        }
        int value = (int) (bits >>> 1 >>> Long.SIZE - 1 - length);
        bits <<= length;
        valid -= length;
        return value;
    }

    /// A number of a category up to 15 (F.2.2.1, EXTEND).
    int difference(int category) {
        int value = read(category);
        return category > 0 && value >> category - 1 == 0 ? value + 1 - (1 << category) : value;
    }

    /// The next symbol.
    int symbol(HuffmanTable table) throws MalformedException {
        if (valid < HuffmanTable.LONGEST_CODE) {
            refill();
        }
        int entry = table.entries()[(int) (bits >>> Long.SIZE - HuffmanTable.LOOKUP_BITS)];
        if (entry == 0) {
            entry = known(table.findEntry((int) (bits >>> Long.SIZE - HuffmanTable.LONGEST_CODE)));
        }
        bits <<= entry;
        valid -= entry & (1 << HuffmanTable.SYMBOL) - 1;
        return entry >> HuffmanTable.SYMBOL;
    }

    /// Refuses bits for which a table has no entry.
    int known(int entry) throws MalformedException {
        if (entry == 0) {
            throw new MalformedException("bits that are no Huffman code", at);
        }
        return entry;
    }

    /// Finds out whether more was taken than the stream had.
    void check() throws MalformedException {
        if (made > valid) {
            throw new MalformedException("the entropy-coded data end early", at);
        }
    }

    /// Ends an interval, of which nothing but padding is left, and passes over the restart marker behind it.
    void restart(int number) throws MalformedException {
        check();
        refillSlowly();
        if (valid - made >= Byte.SIZE) {
            throw new MalformedException("an interval that goes on behind its last unit", at);
        }
        // An FF before another one fills up.
        while (at + 1 < data.length && data[at + 1] == (byte) 0xFF) {
            at++;
        }
        if (at + 1 >= data.length || (data[at + 1] & 0xFF) != Marker.FIRST_RESTART + (number & 7)) {
            throw new MalformedException("no restart marker " + (number & 7), at);
        }
        at += 2;
        bits = 0;
        valid = 0;
        made = 0;
    }
}
