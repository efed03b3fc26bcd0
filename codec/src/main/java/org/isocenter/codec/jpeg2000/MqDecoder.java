package org.isocenter.codec.jpeg2000;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The MQ decoder (T.800 Annex C).
///
/// It differs from the flow charts in three ways that give the same symbols. The stuffed bits are taken out
/// of a segment, and the carries in them added, before it is decoded, so that 32 bits come at a time.
/// Registers are scaled by 2^47, with what is still to come below. And of the code register and the
/// interval, which both lose Qe with every symbol, only the smaller distance to the point where something
/// happens is kept: most symbols are a subtraction and a look at the sign. That look is at the caller's,
/// who holds the distance in a local variable:
///
/// ```java
/// long state = contexts[context];
/// distance -= state & MqStates.QE_MASK;
/// int bit = (int) state & 1;
/// if (distance < 0) {
///     bit = mq.exchange(context, distance);
///     distance = mq.distance;
/// }
/// ```
final class MqDecoder {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /// The interval 0x8000, which no interval may be below for long.
    private static final long HALF = 0x8000L << MqStates.QE_SHIFT;

    /// Fewer bits in store than these are too few, as an interval may be doubled as often.
    private static final int LOW_TIDE = 16;

    final long[] contexts = new long[MqStates.CONTEXTS];

    /// How much Qe may be taken away before either the code register falls below zero or the interval below
    /// 0x8000.
    long distance;

    /// What the code register is more than the distance, and what the interval is more than that and
    /// 0x8000. One of them is zero.
    private long codeSurplus;

    private long intervalSurplus;

    /// Bits below the code register that have come already.
    private int store;

    /// The segment without stuffing, and behind it ones.
    private byte[] plain = new byte[4096];

    private int plainEnd;
    private int next;

    void resetContexts() {
        MqStates.reset(contexts);
    }

    /// Begins a codeword segment (C.3.5).
    void begin(byte[] data, int offset, int length) {
        unstuff(data, offset, length);
        next = 4;
        // The code register begins with a zero and 15 bits, the rest is in store.
        long code = Integer.toUnsignedLong((int) INT.get(plain, 0)) << MqStates.QE_SHIFT - 17;
        store = 17;
        distance = 0;
        codeSurplus = code;
        intervalSurplus = 0;
    }

    /// What comes instead of a symbol that was decoded by a subtraction alone: the less probable symbol, or
    /// the end of the interval (C.3.2), after which the interval is doubled (C.3.3).
    ///
    /// @param negative the distance, which has fallen below zero
    /// @return the symbol
    int exchange(int context, long negative) {
        long state = contexts[context];
        long qe = state & MqStates.QE_MASK;
        long code = codeSurplus + negative;
        long interval = intervalSurplus + negative + HALF;
        boolean lower = code < 0;
        // The larger part is that of the more probable symbol, whichever of the parts it is.
        boolean lessProbable = lower == interval >= qe;
        if (lower) {
            code += qe;
            interval = qe;
        }
        int bit = (int) state & 1;
        if (lessProbable) {
            bit ^= 1;
            contexts[context] = MqStates.afterLessProbable(state);
        } else {
            contexts[context] = MqStates.afterMoreProbable(state);
        }
        int shift = Long.numberOfLeadingZeros(interval) - 1;
        code <<= shift;
        store -= shift;
        if (store < LOW_TIDE) {
            code |= more() << MqStates.QE_SHIFT - 32 - store;
            store += 32;
        }
        interval = (interval << shift) - HALF;
        long least = Math.min(code, interval);
        distance = least;
        codeSurplus = code - least;
        intervalSurplus = interval - least;
        return bit;
    }

    private long more() {
        if (next >= plainEnd) {
            return 0xFFFFFFFFL;
        }
        long word = Integer.toUnsignedLong((int) INT.get(plain, next));
        next += 4;
        return word;
    }

    /// Takes out what is stuffed: behind a byte of FF, a bit that holds a carry at most. What is behind an
    /// FF and above 8F is a marker, which ends the segment; behind the end there are ones (C.3.4).
    private void unstuff(byte[] data, int offset, int length) {
        if (plain.length < length + 8) {
            plain = new byte[length + length / 2 + 8];
        }
        byte[] out = plain;
        int end = offset + length;
        int count = 0;
        int at = offset;
        // Most bytes stay as they are; those before the first FF do without question.
        while (at < end && data[at] != -1) {
            out[count++] = data[at++];
        }
        // Bits that do not make up a byte yet are in `bits` at the low end.
        int bits = 0;
        int held = 0;
        boolean behindFf = false;
        while (at < end) {
            int octet = data[at++] & 0xFF;
            if (!behindFf) {
                bits = bits << 8 | octet;
                held += 8;
            } else if (octet > 0x8F) {
                break;
            } else {
                bits = (bits << 7) + octet;
                held += 7;
                if (bits >> held != 0) {
                    bits -= 1 << held;
                    carry(out, count);
                }
            }
            while (held >= 8) {
                held -= 8;
                out[count++] = (byte) (bits >> held);
                bits &= (1 << held) - 1;
            }
            behindFf = octet == 0xFF;
        }
        if (held > 0) {
            out[count++] = (byte) (bits << 8 - held | 0xFF >> held);
        }
        Arrays.fill(out, count, count + 7, (byte) 0xFF);
        plainEnd = count;
    }

    private static void carry(byte[] out, int end) {
        int at = end - 1;
        while (at >= 0 && ++out[at] == 0) {
            at--;
        }
    }
}
