package org.isocenter.codec.jpeg2000;

import java.util.Arrays;

/// The MQ decoder (T.800 annex C) and its contexts, and the bits that come bare in its place (D.6).
///
/// Behind the end of a segment come ones, as the standard has it.
final class ArithmeticDecoder {
    static final int RUN = 17;
    static final int UNIFORM = 18;
    private static final int CONTEXTS = 19;

    /// Table C.2: the probability, and the states behind a more and a less probable symbol.
    private static final int[] PROBABILITY = {
        0x5601, 0x3401, 0x1801, 0x0AC1, 0x0521, 0x0221, 0x5601, 0x5401, 0x4801, 0x3801, 0x3001, 0x2401, 0x1C01, 0x1601,
        0x5601, 0x5401, 0x5101, 0x4801, 0x3801, 0x3401, 0x3001, 0x2801, 0x2401, 0x2201, 0x1C01, 0x1801, 0x1601, 0x1401,
        0x1201, 0x1101, 0x0AC1, 0x09C1, 0x08A1, 0x0521, 0x0441, 0x02A1, 0x0221, 0x0141, 0x0111, 0x0085, 0x0049, 0x0025,
        0x0015, 0x0009, 0x0005, 0x0001, 0x5601
    };

    private static final int[] AFTER_MORE = {
        1, 2, 3, 4, 5, 38, 7, 8, 9, 10, 11, 12, 13, 29, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
        31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 45, 46
    };
    private static final int[] AFTER_LESS = {
        1, 6, 9, 12, 29, 33, 6, 14, 14, 14, 17, 18, 20, 21, 14, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 23, 24, 25, 26,
        27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 46
    };

    /// By context: twice the state, and the more probable symbol.
    private final int[] states = new int[CONTEXTS];

    /// By the same: probability, then the entry behind the more and behind the less probable symbol.
    private static final int[] QE = new int[94];

    private static final int[] MORE = new int[94];
    private static final int[] LESS = new int[94];

    static {
        for (int state = 0; state < 47; state++) {
            for (int symbol = 0; symbol < 2; symbol++) {
                boolean switches = state == 0 || state == 6 || state == 14;
                QE[2 * state + symbol] = PROBABILITY[state];
                MORE[2 * state + symbol] = 2 * AFTER_MORE[state] + symbol;
                LESS[2 * state + symbol] = 2 * AFTER_LESS[state] + (switches ? 1 - symbol : symbol);
            }
        }
    }

    private byte[] data = {};
    private int at;
    private int end;
    private int interval;
    private int code;
    private int count;

    void resetContexts() {
        Arrays.fill(states, 0);
        states[0] = 2 * 4;
        states[RUN] = 2 * 3;
        states[UNIFORM] = 2 * 46;
    }

    private int octet(int index) {
        return index < end ? data[index] & 0xFF : 0xFF;
    }

    void begin(byte[] segment, int from, int to) {
        data = segment;
        at = from;
        end = to;
        code = octet(at) << 16;
        take();
        code <<= 7;
        count -= 7;
        interval = 0x8000;
    }

    private void take() {
        if (octet(at) == 0xFF) {
            int next = octet(at + 1);
            if (next > 0x8F) {
                code += 0xFF00;
                count = 8;
            } else {
                at++;
                code += next << 9;
                count = 7;
            }
        } else {
            at++;
            code += octet(at) << 8;
            count = 8;
        }
    }

    int decode(int context) {
        int state = states[context];
        int qe = QE[state];
        int symbol = state & 1;
        interval -= qe;
        if (code >>> 16 < qe) {
            if (interval < qe) {
                states[context] = MORE[state];
            } else {
                symbol ^= 1;
                states[context] = LESS[state];
            }
            interval = qe;
        } else {
            code -= qe << 16;
            if ((interval & 0x8000) != 0) {
                return symbol;
            }
            if (interval < qe) {
                symbol ^= 1;
                states[context] = LESS[state];
            } else {
                states[context] = MORE[state];
            }
        }
        do {
            if (count == 0) {
                take();
            }
            interval <<= 1;
            code <<= 1;
            count--;
        } while ((interval & 0x8000) == 0);
        return symbol;
    }

    // Bare bits

    void beginBare(byte[] segment, int from, int to) {
        data = segment;
        at = from;
        end = to;
        count = 0;
        code = 0;
    }

    int bare() {
        if (count == 0) {
            count = code == 0xFF ? 7 : 8;
            code = octet(at++);
        }
        count--;
        return code >> count & 1;
    }
}
