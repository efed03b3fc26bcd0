package org.isocenter.codec.jpeg2000;

import java.util.Arrays;

/// Writes the adaptive run length code of the cleanup pass (MEL, T.814 clauses 7.1 and 7.3), see
/// {@link HtRunReader}.
final class HtRunWriter {
    private byte[] bytes = new byte[256];
    private int length;
    private int bits;
    private int free;
    private int run;
    private int state;

    void start() {
        length = 0;
        bits = 0;
        free = 8;
        run = 0;
        state = 0;
    }

    void write(boolean one) {
        int exponent = HtCodes.RUN_EXPONENTS[state];
        if (one) {
            bit(0);
            for (int i = exponent - 1; i >= 0; i--) {
                bit(run >> i & 1);
            }
            run = 0;
            state = Math.max(state - 1, 0);
        } else if (++run == 1 << exponent) {
            bit(1);
            run = 0;
            state = Math.min(state + 1, HtCodes.RUN_EXPONENTS.length - 1);
        }
    }

    private void bit(int value) {
        bits = bits << 1 | value;
        if (--free == 0) {
            flush();
        }
    }

    private void flush() {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = (byte) bits;
        free = bits == 0xFF ? 7 : 8;
        bits = 0;
    }

    /// Ends the runs. The last byte is not 255, so that any byte may follow.
    int end() {
        if (run > 0) {
            bit(1);
        }
        if (free < 8) {
            bits <<= free;
            flush();
        }
        return length;
    }

    byte[] bytes() {
        return bytes;
    }
}
