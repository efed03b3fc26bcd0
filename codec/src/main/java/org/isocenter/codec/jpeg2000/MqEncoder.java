package org.isocenter.codec.jpeg2000;

import java.util.Arrays;

/// The MQ encoder (T.800 C.2). One instance serves many blocks, one after the other.
final class MqEncoder {
    private final long[] contexts = new long[MqStates.CONTEXTS];

    /// The bytes so far, from 1 on: the carry of the first goes nowhere, and that is into a zero before it.
    private byte[] bytes = new byte[4096];

    private int last;
    private int interval;
    private int code;
    /// Shifts until there is a byte.
    private int left;

    void begin() {
        MqStates.reset(contexts);
        last = 0;
        bytes[0] = 0;
        interval = 0x8000;
        code = 0;
        left = 12;
    }

    void encode(int context, int bit) {
        long state = contexts[context];
        int qe = (int) (state >>> MqStates.QE_SHIFT);
        interval -= qe;
        if (bit == ((int) state & 1)) {
            if ((interval & 0x8000) != 0) {
                code += qe;
                return;
            }
            // The larger part is that of the more probable symbol, whichever of the parts it is.
            if (interval < qe) {
                interval = qe;
            } else {
                code += qe;
            }
            contexts[context] = MqStates.afterMoreProbable(state);
        } else {
            if (interval < qe) {
                code += qe;
            } else {
                interval = qe;
            }
            contexts[context] = MqStates.afterLessProbable(state);
        }
        int shift = Integer.numberOfLeadingZeros(interval) - 16;
        interval <<= shift;
        while (shift >= left) {
            code <<= left;
            shift -= left;
            put();
        }
        code <<= shift;
        left -= shift;
    }

    /// Ends the codeword segment, with as many bits as it takes to tell the interval (C.2.9).
    ///
    /// @return how many bytes there are
    int end() {
        int top = code + interval;
        code |= 0xFFFF;
        if (code >= top) {
            code -= 0x8000;
        }
        code <<= left;
        put();
        code <<= left;
        put();
        return bytes[last] == (byte) 0xFF ? last - 1 : last;
    }

    /// Takes a byte out of the code register: seven bits behind an FF, so that a carry has a place to go.
    private void put() {
        if (bytes[last] != (byte) 0xFF && code >= 0x8000000) {
            bytes[last]++;
            code &= 0x7FFFFFF;
        }
        int bits = bytes[last] == (byte) 0xFF ? 7 : 8;
        if (++last == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * last);
        }
        bytes[last] = (byte) (code >> 27 - bits);
        code &= (1 << 27 - bits) - 1;
        left = bits;
    }

    byte[] bytes(int count) {
        return Arrays.copyOfRange(bytes, 1, 1 + count);
    }
}
