package org.isocenter.codec.jpeg2000;

/// The codes of the cleanup pass of HTJ2K (T.814 clause 7.3 and Annex C), as tables to look up.
///
/// A *quad* is 2x2 samples, numbered 0 top left, 1 bottom left, 2 top right, 3 bottom right. Its variable
/// length code tells which samples are significant (*rho*), whether its samples have more bits than
/// predicted (*u_off*), and if so for which samples the topmost bit is known (*e_k*) and what it is
/// (*e_1*). The code is chosen by the significance of samples around the quad, its *context* of 3 bits.
///
/// All codes are read least significant bit first.
final class HtCodes {
    private HtCodes() {}

    /// The longest code word of a quad.
    static final int CODE_BITS = 7;

    // What an entry of the code tables tells. Byte n is about sample n.
    /// Of each byte, bit 0: whether the sample is significant (rho).
    static final int RHO = 0x01010101;
    /// Of each byte, bit 1: whether the topmost bit is known (e_k).
    static final int KNOWN_SHIFT = 1;
    /// Of each byte, bit 2: that topmost bit (e_1).
    static final int TOP_SHIFT = 2;
    /// Of the first byte, bits 3..5: the length of the code word.
    static final int LENGTH_SHIFT = 3;
    /// Of the first byte, bit 6: whether there are more bits than predicted (u_off).
    static final int MORE_SHIFT = 6;

    /// Runs of the adaptive run length code: by state, the logarithm of the run that one bit stands for.
    static final byte[] RUN_EXPONENTS = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5};

    /// The codes by context, contexts parted by semicolons, as numbers of 4 hexadecimal digits: rho, e_k,
    /// e_1, and u_off * 8 + length. They are the leaves of the tree of the code from left (zeros) to right.
    /// Since each tree is complete, the lengths alone say what the code words are.
    private static final String FIRST_ROW_LEAVES = """
            2003 8003 4003 1004 5005 c005 a005 3005 b10e ff4e fe2e ff8e ea8e cc8e cc4e a88e 720e 900e
            9006 888e 6006 544e 444e ff1f fe6f ff5f e22f ffcf fbaf f99f f007 ee4f e007 dd8f d54f d11f
            d007 cccf b11f b007 aa2f 551f 722f 7007 600f 331f 322f 111f 222f;
            0002 8004 4004 2004 1004 c005 b10e fe4e fa2e fb8e ea8e d54e cc4e c88e a88e a006 900e 9006
            888e 300e 720e 600e 6006 544e 5006 444e 3006 222e f007 ff1f f88f ee4f d11f e22f e007 dd8f
            d007 b11f b007 aa2f 111f 722f 7007 551f;
            0002 8004 4004 2004 1004 5005 731e f74e f11e ff1e e20e dc4e d88e c44e c006 b20e a00e a006
            900e 9006 6006 554e 551e 311e 444e 3006 111e ff8f e22f f32f f007 e007 dd1f d007 cc8f 774f
            b22f b007 888f 555f 722f 7007 600f 222f 332f;
            0003 1004 2005 ff1d ff4d ff8d 8005 555d 5005 4005 faae ff2e ff5e ec8e dd4e dd1e c44e c006
            b32e a88e a006 9006 311e 771e 764e 554e 551e 444e 3006 111e ffcf ff3f fe6f fb9f e44f f007
            ee2f ee4f e007 dd8f dd5f ddcf d99f d007 cc8f bb8f 888f b11f bb1f b007 aa2f 998f 911f 773f
            772f 222f 766f 7007 662f 644f 6007 332f;
            0002 8004 4004 2004 1004 a005 9006 fb8e f72e f91e ec8e e44e d10e c88e c006 b00e aa8e aa2e
            888e 322e 740e 600e 6006 500e 5006 3006 222e ff4f f76f d11f f99f f007 ee2f e007 d007 cc4f
            900f bb2f b007 aaaf 744f 7007 444f 111f 331f;
            0003 ff2d ff8d ff4d a005 8005 4005 2005 1005 ff1e 9006 f76e ee8e ee2e dd4e d98e c88e c006
            bb2e b98e aa8e aa2e aaae 888e 332e 764e 622e 6006 544e 5006 3006 222e ffaf ff3f fd9f f77f
            ffcf f75f f007 ee4f eeaf eecf e66f e007 dd1f d99f dd5f d007 cc4f bb1f b99f bb3f b007 991f
            988f 766f 771f 772f 773f 7007 664f 551f 444f 333f 331f 111f;
            0003 1004 2005 ff1d ff2d 8005 4005 3005 ff8e ff4e ffce 771e ff3e feae f66e ee8e d54e cc8e
            c006 bb2e b91e a22e a006 9006 764e 6006 511e 5006 222e 332e 331e 333e 111e ff5f fb9f f007
            ee4f d55f eecf e22f ee2f e007 dd1f dc8f d007 cc4f bb8f cccf b99f bbaf b007 aa8f 998f 911f
            772f 888f 766f 773f 7007 664f 622f 444f 554f;
            ff1c ff4c ff8c ff2c ffad 0005 ff3d ff5d fffd ffce ff6e ee8e ff9e ee2e dd4e dd1e bb2e a22e
            900e 771e 600e 511e 2006 1006 ffbf ffef f007 ff7f ffdf ee4f eeaf eecf e66f e007 dd8f dd5f
            ddcf d99f d007 cc4f c88f c007 bb8f a007 bbaf bb1f bb3f b99f b007 aa8f 775f 9007 888f 8007
            774f 772f 773f 766f 7007 5007 6007 554f 444f 4007 331f 332f 333f 3007 222f 111f""";

    private static final String OTHER_ROWS_LEAVES = """
            1003 8003 4003 2003 6005 c005 a005 9005 888d 5005 3005 f10e e40e d00e c88e 900e b00e a88e
            500e 700e 300e 444e 111e 222e f11f f007 d007 e44f e007 cc4f 7007 b007 aa2f 600f;
            0001 8004 2004 1004 4005 3005 5006 f40e c006 a006 9006 b00f f44f f007 e00f e007 d00f d007
            c00f b007 a00f 888f 900f 444f 700f 7007 600f 6007 500f 222f 332f 311f 111f;
            0001 2004 1004 8005 4005 c006 aa2e a006 3006 5006 222e ff8f f72f f51f f44f f007 e40f e44f
            e007 d00f d007 c00f aaaf b00f bb2f b007 aa8f 700f 900f 9007 888f 7007 600f 6007 500f 331f
            444f 322f 111f;
            0002 2004 1004 8005 4005 3005 751e ff1e ff8e ff2e f006 d40e c00e c006 bb2e b88e b006 a22e
            a006 900e 9006 7006 6006 511e 5006 222e 331e 332e 111e ff4f ee2f ff5f fa8f ffaf f73f f66f
            ec8f e44f e007 bb3f d44f d007 bb1f aa8f 888f 744f 772f 554f 600f 444f 333f;
            0001 8004 4004 c005 2005 1005 a006 f30e e20e 444e 6006 5006 f32f f11f f007 b00f e22f e007
            d00f d007 cc4f cc8f cccf b007 a00f 700f 900f 9007 888f 7007 600f 300f 500f 3007 222f 111f;
            0002 4004 2005 f005 c005 8005 5005 1005 ea8e ff2e ff8e ff4e ffce ff1e e006 d54e d006 c44e
            720e b10e b006 a00e a006 9006 888e 7006 6006 544e 300e 444e 3006 111e ff3f ffaf f76f fd5f
            f99f e22f ee4f d11f dd8f b11f cc8f 600f 900f 722f 222f 551f;
            0003 4004 2004 1004 5005 c005 a005 8005 b006 ff4e ff8e ff2e f006 ee8e e006 d006 aa2e 722e
            900e 9006 888e 7006 6006 544e 322e 444e 3006 222e 111e ff1f ffcf ff5f fb9f ee2f ffaf f76f
            f33f dd1f eeaf e44f ee4f dc8f d44f dd4f bb1f cc4f cc8f cccf ba8f b22f bb2f aaaf aa8f 551f
            774f 731f 664f 622f 331f;
            f003 0004 d005 ff4d ff1d ff8d ff2d b005 7005 5005 ffce ff5e fb9e ea8e ffae f76e ff3e e006
            d54e a00e c00e c006 b32e a006 9006 8006 771e 4006 6006 511e 3006 2006 111e 1006 ee4f ffbf
            ff7f ffff dd8f e22f ee2f bb8f d11f dd1f 900f b11f bb1f 772f 888f 600f 773f 744f 774f 332f
            554f 444f 311f 222f""";

    /// Entries for quads of the first row: `context << 7 | the next 7 bits`.
    static final int[] FIRST_ROW = codeTable(FIRST_ROW_LEAVES);
    /// Entries for quads of the other rows.
    static final int[] OTHER_ROWS = codeTable(OTHER_ROWS_LEAVES);

    private static int[] codeTable(String leavesOfContexts) {
        int[] table = new int[8 << CODE_BITS];
        String[] contexts = leavesOfContexts.split(";");
        for (int context = 0; context < contexts.length; context++) {
            int at = 0;
            for (String leaf : contexts[context].trim().split("\\s+")) {
                int digits = Integer.parseInt(leaf, 16);
                int entry = spread(digits >> 12)
                        | spread(digits >> 8) << KNOWN_SHIFT
                        | spread(digits >> 4) << TOP_SHIFT
                        | (digits & 15) << LENGTH_SHIFT;
                for (int last = at + (1 << CODE_BITS - (digits & 7)); at < last; at++) {
                    table[context << CODE_BITS | Integer.reverse(at) >>> 32 - CODE_BITS] = entry;
                }
            }
        }
        return table;
    }

    /// One bit of four in each byte.
    private static int spread(int bits) {
        return bits & 1 | (bits & 2) << 7 | (bits & 4) << 14 | (bits & 8) << 21;
    }

    /// The lowest bits of the four bytes.
    static int gather(int bytes) {
        return bytes & 1 | bytes >> 7 & 2 | bytes >> 14 & 4 | bytes >> 21 & 8;
    }

    /// The bits of prefixes of a pair that select its entry in the tables of u.
    static final int U_BITS = 6;

    /// How many bits more than predicted the two quads of a pair have (U-VLC), to look up by
    /// `mode << 6 | the next 6 bits`, where the mode is u_off of the first quad plus 2 * u_off of the second.
    /// What is found tells the lengths of prefixes and suffixes and what to add to the suffixes, see
    /// {@link #uEntry}. The suffix of 4 more bits that the standard has for 33 and up is left out, as no
    /// magnitude of 31 bits needs it; who meets such a one decodes more bits than are allowed.
    static final int[] U_OTHER_ROWS = uTable(false);
    /// The same for the first row, where mode 3 is split: 3 if one of both is at most 2, otherwise 4.
    static final int[] U_FIRST_ROW = uTable(true);

    private static int[] uTable(boolean firstRow) {
        int modes = firstRow ? 5 : 4;
        int[] table = new int[modes << U_BITS];
        for (int i = 0; i < table.length; i++) {
            int mode = i >> U_BITS;
            int bits = i & (1 << U_BITS) - 1;
            int first = (mode & 1) != 0 || mode == 4 ? prefix(bits) : 0;
            bits >>= prefixLength(first);
            int length = prefixLength(first);
            int second = mode >= 2 ? prefix(bits) : 0;
            int secondLength = prefixLength(second);
            if (firstRow && mode == 3 && first > 2) {
                // The first is above 2, so the second is 1 or 2, and one bit tells which.
                second = 1 + (bits & 1);
                secondLength = 1;
            }
            int more = mode == 4 ? 2 : 0;
            table[i] = uEntry(
                    length + secondLength, suffixLength(first), suffixLength(second), first + more, second + more);
        }
        return table;
    }

    /// Bits 0..2 the length of both prefixes, 3..5 and 6..8 the lengths of the first and the second suffix,
    /// 9..11 and 12..14 what is to be added to them, 15 and up the sum of all three lengths.
    private static int uEntry(int prefixes, int firstSuffix, int secondSuffix, int first, int second) {
        return prefixes
                | firstSuffix << 3
                | secondSuffix << 6
                | first << 9
                | second << 12
                | (prefixes + firstSuffix + secondSuffix) << 15;
    }

    /// The value of the prefix that starts there: 1, 01, 001 and 000 are 1, 2, 3 and 5.
    private static int prefix(int bits) {
        int zeros = Integer.numberOfTrailingZeros(bits & 7 | 8);
        return zeros == 3 ? 5 : zeros + 1;
    }

    static int prefixWord(int prefix) {
        return prefix == 5 ? 0 : 1 << prefix >> 1;
    }

    static int prefixLength(int prefix) {
        return Math.min(prefix, 3);
    }

    static int suffixLength(int prefix) {
        return prefix < 3 ? 0 : prefix == 3 ? 1 : 5;
    }

    /// The code word to write for a quad: `context << 8 | rho << 4 | tops`, plus 2048 for rows that are not
    /// the first. Tops are the samples that need all bits of the quad, or 0 if the quad has no more bits than
    /// predicted. What is found has the code word at bits 0..6, its length at 8..10, and e_k at 12..15.
    static int[] encodeTable() {
        int[] table = new int[2 << 11];
        for (int row = 0; row < 2; row++) {
            int[] codes = row == 0 ? FIRST_ROW : OTHER_ROWS;
            for (int i = 0; i < codes.length; i++) {
                int code = codes[i];
                int length = code >> LENGTH_SHIFT & 7;
                int word = i & (1 << CODE_BITS) - 1;
                if (word >> length != 0) {
                    continue;
                }
                int rho = gather(code);
                int known = gather(code >> KNOWN_SHIFT);
                int tops = gather(code >> TOP_SHIFT);
                boolean more = (code >> MORE_SHIFT & 1) != 0;
                for (int pattern = more ? 1 : 0; pattern <= (more ? 15 : 0); pattern++) {
                    int at = row << 11 | i >> CODE_BITS << 8 | rho << 4 | pattern;
                    // Of several codes that fit, the one that makes most bits known saves most bits elsewhere.
                    boolean fits = (pattern & ~rho) == 0 && (pattern & known) == tops;
                    if (fits && (table[at] == 0 || Integer.bitCount(known) > Integer.bitCount(table[at] >> 12))) {
                        table[at] = word | length << 8 | known << 12;
                    }
                }
            }
        }
        return table;
    }
}
