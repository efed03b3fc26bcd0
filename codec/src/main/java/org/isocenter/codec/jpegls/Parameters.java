package org.isocenter.codec.jpegls;

/// What both sides of a scan agree on: the coding parameters of T.87 C.2.4.1.1, and what follows from them
/// (A.2.1).
///
/// @param maxValue the largest sample
/// @param near how far a decoded sample may be off
/// @param threshold1 gradients are sorted into nine kinds by these, which never fall
/// @param threshold2 the middle one
/// @param threshold3 the largest one
/// @param reset the count at which a context forgets half of what it has learnt
record Parameters(int maxValue, int near, int threshold1, int threshold2, int threshold3, int reset) {
    static final int DEFAULT_RESET = 64;

    /// The defaults of C.2.4.1.1.1.
    static Parameters defaults(int maxValue, int near) {
        int first;
        int second;
        int third;
        if (maxValue >= 128) {
            int factor = (Math.min(maxValue, 4095) + 128) / 256;
            first = factor + 2 + 3 * near;
            second = 4 * factor + 3 + 5 * near;
            third = 17 * factor + 4 + 7 * near;
        } else {
            int factor = 256 / (maxValue + 1);
            first = Math.max(2, 3 / factor + 3 * near);
            second = Math.max(3, 7 / factor + 5 * near);
            third = Math.max(4, 21 / factor + 7 * near);
        }
        int threshold1 = within(first, near + 1, maxValue);
        int threshold2 = within(second, threshold1, maxValue);
        int threshold3 = within(third, threshold2, maxValue);
        return new Parameters(maxValue, near, threshold1, threshold2, threshold3, DEFAULT_RESET);
    }

    private static int within(int value, int least, int most) {
        return value < least || value > most ? least : value;
    }

    /// The number of values that an error of prediction can have.
    int range() {
        return (maxValue + 2 * near) / (2 * near + 1) + 1;
    }

    /// The bits of a mapped error that is written as it is.
    int errorBits() {
        return bitsBelow(range());
    }

    /// The bits of the longest code.
    int limit() {
        int bits = Math.max(2, bitsBelow(maxValue + 1));
        return 2 * (bits + Math.max(8, bits));
    }

    /// The bits of the numbers below that count.
    private static int bitsBelow(int count) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
    }
}
