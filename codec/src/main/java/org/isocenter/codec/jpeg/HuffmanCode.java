package org.isocenter.codec.jpeg;

/// The best code for symbols of some frequencies with words of up to 16 bits (T.81 annexes C and K.2).
///
/// The word of all ones is left out, so that no padding looks like one.
final class HuffmanCode {
    private static final int SYMBOLS = 256;
    private static final int LONGEST = 16;

    final int[] words = new int[SYMBOLS];
    final int[] lengths = new int[SYMBOLS];
    private final int[] counts = new int[LONGEST + 1];
    private final byte[] order;

    /// @param frequencies of the symbols; those with 0 get no word
    HuffmanCode(long[] frequencies) {
        int[] depths = depths(frequencies);
        int[] byDepth = new int[SYMBOLS + 2];
        int used = 0;
        for (int symbol = 0; symbol < SYMBOLS; symbol++) {
            if (frequencies[symbol] > 0) {
                byDepth[depths[symbol]]++;
                used++;
            }
        }
        // The extra symbol has the longest word of all.
        byDepth[depths[SYMBOLS]]++;
        limit(byDepth);
        int longest = LONGEST;
        while (byDepth[longest] == 0) {
            longest--;
        }
        byDepth[longest]--;
        System.arraycopy(byDepth, 0, counts, 0, LONGEST + 1);
        order = order(frequencies, depths, used);
        assign();
    }

    /// Joins the two rarest until one is left, and counts how often each symbol was joined.
    private static int[] depths(long[] frequencies) {
        long[] weights = new long[SYMBOLS + 1];
        System.arraycopy(frequencies, 0, weights, 0, SYMBOLS);
        weights[SYMBOLS] = 1;
        int[] depths = new int[SYMBOLS + 1];
        int[] group = new int[SYMBOLS + 1];
        for (int i = 0; i <= SYMBOLS; i++) {
            group[i] = i;
        }
        while (true) {
            int first = rarest(weights, -1);
            int second = rarest(weights, first);
            if (second < 0) {
                return depths;
            }
            weights[first] += weights[second];
            weights[second] = 0;
            for (int i = 0; i <= SYMBOLS; i++) {
                if (group[i] == second) {
                    group[i] = first;
                }
                if (group[i] == first && (i == SYMBOLS || frequencies[i] > 0)) {
                    depths[i]++;
                }
            }
        }
    }

    /// The rarest of what is left, of equals the last, so that the extra symbol gets the longest word.
    private static int rarest(long[] weights, int except) {
        int found = -1;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0 && i != except && (found < 0 || weights[i] <= weights[found])) {
                found = i;
            }
        }
        return found;
    }

    /// Brings words that are too long to 16 bits, two at a time, by lengthening a shorter one (figure K.3).
    private static void limit(int[] byDepth) {
        for (int depth = byDepth.length - 1; depth > LONGEST; depth--) {
            while (byDepth[depth] > 0) {
                int shorter = depth - 2;
                while (byDepth[shorter] == 0) {
                    shorter--;
                }
                byDepth[depth] -= 2;
                byDepth[depth - 1]++;
                byDepth[shorter + 1] += 2;
                byDepth[shorter]--;
            }
        }
    }

    /// The symbols, those with the shortest words first.
    private static byte[] order(long[] frequencies, int[] depths, int used) {
        byte[] order = new byte[used];
        int at = 0;
        for (int depth = 1; depth <= SYMBOLS + 1; depth++) {
            for (int symbol = 0; symbol < SYMBOLS; symbol++) {
                if (frequencies[symbol] > 0 && depths[symbol] == depth) {
                    order[at++] = (byte) symbol;
                }
            }
        }
        return order;
    }

    private void assign() {
        int word = 0;
        int at = 0;
        for (int length = 1; length <= LONGEST; length++) {
            for (int i = 0; i < counts[length]; i++) {
                int symbol = order[at++] & 0xFF;
                words[symbol] = word++;
                lengths[symbol] = length;
            }
            word <<= 1;
        }
    }

    /// Writes the table as a marker segment (T.81 B.2.4.2).
    ///
    /// @param place class and number of the table, four bits each
    void write(BitWriter out, int place) {
        out.marker(0xC4);
        out.unsignedShort(3 + LONGEST + order.length);
        out.octet(place);
        for (int length = 1; length <= LONGEST; length++) {
            out.octet(counts[length]);
        }
        for (byte symbol : order) {
            out.octet(symbol);
        }
    }

    void put(BitWriter out, int symbol) {
        out.put(words[symbol], lengths[symbol]);
    }
}
