package org.isocenter.codec.jpeg;

import org.isocenter.codec.MalformedException;

/// The codes of one Huffman table (T.81 annex C and F.2.2.3).
final class HuffmanTable {
    private static final int QUICK_BITS = 10;
    static final int LONGEST_CODE = 16;

    /// By the next bits of the stream: the symbol, and above it the length of its code; 0 where the code is
    /// longer.
    private final short[] quick = new short[1 << QUICK_BITS];

    private final byte[] symbols;
    /// By length of code: what is above the last code of that length, left-aligned in 16 bits, and where
    /// the symbols of that length are.
    private final int[] end = new int[LONGEST_CODE + 1];

    private final int[] shift = new int[LONGEST_CODE + 1];

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
                if (length <= QUICK_BITS) {
                    short entry = (short) (length << 8 | symbols[at] & 0xFF);
                    int from = code << QUICK_BITS - length;
                    java.util.Arrays.fill(quick, from, from + (1 << QUICK_BITS - length), entry);
                }
            }
            end[length] = code << LONGEST_CODE - length;
            code <<= 1;
        }
    }

    /// The next symbol.
    int decode(BitReader in) throws MalformedException {
        int next = in.peek16();
        int entry = quick[next >> LONGEST_CODE - QUICK_BITS];
        if (entry != 0) {
            in.skip(entry >> 8);
            return entry & 0xFF;
        }
        for (int length = QUICK_BITS + 1; length <= LONGEST_CODE; length++) {
            if (next < end[length]) {
                in.skip(length);
                return symbols[(next >> LONGEST_CODE - length) + shift[length]] & 0xFF;
            }
        }
        throw new MalformedException("bits that are no Huffman code", in.position());
    }
}
