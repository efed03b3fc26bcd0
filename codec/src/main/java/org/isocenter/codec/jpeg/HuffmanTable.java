package org.isocenter.codec.jpeg;

import java.util.Arrays;
import org.isocenter.codec.MalformedException;

/// The codes of one Huffman table (T.81 annex C and F.2.2.3).
///
/// What a code stands for is given as an entry: its length in the low six bits, so that a shift by the entry
/// is one by the length, and the symbol above. 0 is no entry, as no code has a length of 0.
final class HuffmanTable {
    /// Codes of up to that length are looked up.
    static final int LOOKUP_BITS = 10;

    static final int LONGEST_CODE = 16;

    /// Where the symbol begins in an entry.
    static final int SYMBOL = 6;

    /// Where the parts of an entry of {@link #coefficients} begin: zeros before the coefficient, the bits of
    /// the coefficient that have yet to be read, and the coefficient if there are no such bits.
    static final int RUN = 6;

    static final int SIZE = 10;
    static final int VALUE = 14;

    private final int[] entries = new int[1 << LOOKUP_BITS];
    private final byte[] symbols;

    /// By length of code: what is above the last code of that length, left-aligned in 16 bits, and where the
    /// symbols of that length are.
    private final int[] end = new int[LONGEST_CODE + 1];

    private final int[] shift = new int[LONGEST_CODE + 1];

    private int[] coefficients = {};

    /// @param counts of the codes of each length, from 1
    HuffmanTable(int[] counts, byte[] symbols) throws MalformedException {
        this.symbols = symbols;
        int code = 0;
        int at = 0;
        for (int length = 1; length <= LONGEST_CODE; length++) {
            int count = counts[length - 1];
            if (code + count > 1 << length) {
                throw new MalformedException("a Huffman table with more codes of " + length + " bits than there are");
            }
            shift[length] = at - code;
            for (int i = 0; i < count; i++, code++, at++) {
                if (length <= LOOKUP_BITS) {
                    int from = code << LOOKUP_BITS - length;
                    int entry = (symbols[at] & 0xFF) << SYMBOL | length;
                    Arrays.fill(entries, from, from + (1 << LOOKUP_BITS - length), entry);
                }
            }
            end[length] = code << LONGEST_CODE - length;
            code <<= 1;
        }
    }

    /// The entries of codes of up to {@link #LOOKUP_BITS}, by the next bits; 0 for longer ones.
    int[] entries() {
        return entries;
    }

    /// The entry of a code of any length, which comes first in 16 bits; 0 if there is none.
    int findEntry(int sixteenBits) {
        for (int length = 1; length <= LONGEST_CODE; length++) {
            if (sixteenBits < end[length]) {
                int symbol = symbols[(sixteenBits >> LONGEST_CODE - length) + shift[length]] & 0xFF;
                return symbol << SYMBOL | length;
            }
        }
        return 0;
    }

    /// Entries for the AC coefficients of sequential scans (F.2.2.2), 0 for longer codes. Where a code and
    /// the bits of its coefficient fit, the length is that of both, and the coefficient is in the entry.
    int[] coefficients() {
        if (coefficients.length == 0) {
            int[] made = new int[entries.length];
            for (int bits = 0; bits < made.length; bits++) {
                made[bits] = withValue(coefficient(entries[bits]), bits);
            }
            coefficients = made;
        }
        return coefficients;
    }

    private static int coefficient(int entry) {
        int symbol = entry >> SYMBOL;
        return (symbol & 15) << SIZE | symbol >> 4 << RUN | entry & (1 << SYMBOL) - 1;
    }

    private static int withValue(int entry, int bits) {
        int length = entry & (1 << RUN) - 1;
        int size = entry >> SIZE;
        int left = LOOKUP_BITS - length - size;
        if (size == 0 || left < 0) {
            return entry;
        }
        int raw = bits >> left & (1 << size) - 1;
        int value = raw >> size - 1 == 0 ? raw + 1 - (1 << size) : raw;
        return value << VALUE | entry & (1 << SIZE) - 1 & -1 << RUN | length + size;
    }

    /// As {@link #findEntry}, for {@link #coefficients}; the coefficient is yet to be read.
    int findCoefficient(int sixteenBits) {
        return coefficient(findEntry(sixteenBits));
    }
}
