package org.isocenter.codec.jpeg2000;

/// The states of a context of the MQ coder (T.800 table C.2), each with either symbol as the more probable
/// one, and the contexts there are (table D.7).
final class MqStates {
    static final int CONTEXTS = 19;
    /// The first context of zero coding, of sign coding, of refinement, and the contexts of runs and of
    /// bare bits.
    static final int ZERO = 0;

    static final int SIGN = 9;
    static final int REFINEMENT = 14;
    static final int RUN = 17;
    static final int UNIFORM = 18;

    private static final int[] QE = {
        0x5601, 0x3401, 0x1801, 0x0AC1, 0x0521, 0x0221, 0x5601, 0x5401, 0x4801, 0x3801, 0x3001, 0x2401,
        0x1C01, 0x1601, 0x5601, 0x5401, 0x5101, 0x4801, 0x3801, 0x3401, 0x3001, 0x2801, 0x2401, 0x2201,
        0x1C01, 0x1801, 0x1601, 0x1401, 0x1201, 0x1101, 0x0AC1, 0x09C1, 0x08A1, 0x0521, 0x0441, 0x02A1,
        0x0221, 0x0141, 0x0111, 0x0085, 0x0049, 0x0025, 0x0015, 0x0009, 0x0005, 0x0001, 0x5601
    };

    private static final int[] AFTER_MORE_PROBABLE = {
        1, 2, 3, 4, 5, 38, 7, 8, 9, 10, 11, 12, 13, 29, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
        31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 45, 46
    };

    private static final int[] AFTER_LESS_PROBABLE = {
        1, 6, 9, 12, 29, 33, 6, 14, 14, 14, 17, 18, 20, 21, 14, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 23, 24, 25, 26,
        27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 46
    };

    /// Where Qe is in a state.
    static final int QE_SHIFT = 47;

    /// Masks Qe out of a state.
    static final long QE_MASK = 0xFFFFL << QE_SHIFT;

    private static final int AFTER_MORE_SHIFT = 1;
    private static final int AFTER_LESS_SHIFT = 9;
    private static final int INDEX_MASK = 0x7F;

    /// By twice the number of the state and the more probable symbol: from bit 47 Qe, and below it the
    /// indices of the states that follow, and the more probable symbol at bit 0.
    private static final long[] STATES = states();

    private MqStates() {}

    private static long[] states() {
        long[] states = new long[2 * QE.length];
        for (int n = 0; n < QE.length; n++) {
            boolean switches = n == 0 || n == 6 || n == 14;
            for (int symbol = 0; symbol < 2; symbol++) {
                int more = 2 * AFTER_MORE_PROBABLE[n] + symbol;
                int less = 2 * AFTER_LESS_PROBABLE[n] + (switches ? 1 - symbol : symbol);
                states[2 * n + symbol] =
                        (long) QE[n] << QE_SHIFT | less << AFTER_LESS_SHIFT | more << AFTER_MORE_SHIFT | symbol;
            }
        }
        return states;
    }

    /// The contexts as they are at the beginning of a code-block.
    static void reset(long[] contexts) {
        java.util.Arrays.fill(contexts, STATES[0]);
        contexts[ZERO] = STATES[2 * 4];
        contexts[RUN] = STATES[2 * 3];
        contexts[UNIFORM] = STATES[2 * 46];
    }

    static long afterMoreProbable(long state) {
        return STATES[(int) state >> AFTER_MORE_SHIFT & INDEX_MASK];
    }

    static long afterLessProbable(long state) {
        return STATES[(int) state >> AFTER_LESS_SHIFT & INDEX_MASK];
    }
}
