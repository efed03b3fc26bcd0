package org.isocenter.dicom;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A set of graphic characters that an escape sequence makes the G0 or G1 code element (PS3.3 tables C.12-3 and
/// C.12-4).
///
/// G0 is read by bytes 21 to 7E, G1 by bytes A0 to FF. Sets of one byte have up to 96 characters, those of
/// two bytes up to 94 × 94. The tables are made, at first use, from the character sets of the JDK, which
/// agree with the registered ones except that its JIS X 0201 has a backslash and a tilde where the set has
/// the yen sign and the overline.
enum GraphicSet {
    ASCII(0, 1, "(B", "US-ASCII"),
    /// The left half of JIS X 0201: ASCII with ¥ for the backslash and ‾ for the tilde.
    JAPANESE_ROMAN(0, 1, "(J", "US-ASCII"),
    KANJI(0, 2, "$B", "x-JIS0208"),
    SUPPLEMENTARY_KANJI(0, 2, "$(D", "JIS_X0212-1990"),
    LATIN_1(1, 1, "-A", "ISO-8859-1"),
    LATIN_2(1, 1, "-B", "ISO-8859-2"),
    LATIN_3(1, 1, "-C", "ISO-8859-3"),
    LATIN_4(1, 1, "-D", "ISO-8859-4"),
    LATIN_5(1, 1, "-M", "ISO-8859-9"),
    LATIN_9(1, 1, "-b", "ISO-8859-15"),
    CYRILLIC(1, 1, "-L", "ISO-8859-5"),
    ARABIC(1, 1, "-G", "ISO-8859-6"),
    GREEK(1, 1, "-F", "ISO-8859-7"),
    HEBREW(1, 1, "-H", "ISO-8859-8"),
    THAI(1, 1, "-T", "TIS-620"),
    KATAKANA(1, 1, ")I", "JIS_X0201"),
    KOREAN(1, 2, "$)C", "EUC-KR"),
    SIMPLIFIED_CHINESE(1, 2, "$)A", "GB2312");

    /// What no character stands for.
    static final char NONE = '\uFFFD';

    private static final GraphicSet[] ALL = values();

    /// The code element, 0 or 1.
    final int element;
    /// Bytes of each character.
    final int width;
    /// The escape sequence, ESC included.
    final byte[] escape;

    private final String charset;

    private volatile char[] characters = {};
    private volatile int[] codes = {};

    GraphicSet(int element, int width, String escape, String charset) {
        this.element = element;
        this.width = width;
        this.escape = ("\u001B" + escape).getBytes(StandardCharsets.US_ASCII);
        this.charset = charset;
    }

    /// The set whose escape sequence stands at this index, or null.
    static @Nullable GraphicSet escapedAt(byte[] array, int at, int end) {
        for (GraphicSet set : ALL) {
            int length = set.escape.length;
            if (at + length <= end && Arrays.equals(array, at, at + length, set.escape, 0, length)) {
                return set;
            }
        }
        return null;
    }

    /// The character of a code of one byte, or {@link #NONE}.
    char character(int code) {
        return table()[code & 0x7F];
    }

    /// The character of a code of two bytes, each of them within 21 to 7E or A1 to FE, or {@link #NONE}.
    char character(int first, int second) {
        return table()[((first & 0x7F) - 0x21) * 94 + (second & 0x7F) - 0x21];
    }

    /// The character that Japanese writers have put in a place where JIS X 0208 is empty (rows 13 and 89 to
    /// 92 of NEC), or {@link #NONE}. Names need them, such as 髙.
    static char vendorKanji(int first, int second) {
        byte[] pair = {(byte) (first | 0x80), (byte) (second | 0x80)};
        String decoded = new String(pair, Charset.forName("x-eucJP-Open"));
        return decoded.length() == 1 ? decoded.charAt(0) : NONE;
    }

    /// Whether the byte can be part of a character of two bytes.
    boolean partOfTwo(int code) {
        int low = code & 0x7F;
        return code >>> 7 == element && low >= 0x21 && low <= 0x7E;
    }

    /// The code of a character, one byte or two, or -1 where the set has none.
    int code(int codePoint) {
        int[] sorted = codes;
        if (sorted.length == 0) {
            sorted = codes = invert(table());
        }
        if (codePoint > 0xFFFF) {
            return -1;
        }
        int index = Arrays.binarySearch(sorted, codePoint << 16 ^ Integer.MIN_VALUE);
        int near = index < 0 ? -index - 1 : index;
        if (near == sorted.length || (sorted[near] ^ Integer.MIN_VALUE) >>> 16 != codePoint) {
            return -1;
        }
        return sorted[near] & 0xFFFF;
    }

    private char[] table() {
        char[] table = characters;
        if (table.length == 0) {
            table = characters = width == 1 ? singleBytes() : doubleBytes();
        }
        return table;
    }

    private char[] singleBytes() {
        byte[] bytes = new byte[128];
        for (int i = 0; i < 128; i++) {
            bytes[i] = (byte) (element << 7 | i);
        }
        char[] table = new String(bytes, Charset.forName(charset)).toCharArray();
        if (this == JAPANESE_ROMAN) {
            table['\\'] = '¥';
            table['~'] = '‾';
        }
        if (element == 1) {
            Arrays.fill(table, 0, 0x20, NONE);
        }
        return table;
    }

    private char[] doubleBytes() {
        Charset source = Charset.forName(charset);
        char[] table = new char[94 * 94];
        byte[] pair = new byte[2];
        for (int i = 0; i < table.length; i++) {
            pair[0] = (byte) (element << 7 | 0x21 + i / 94);
            pair[1] = (byte) (element << 7 | 0x21 + i % 94);
            String decoded = new String(pair, source);
            table[i] = decoded.length() == 1 ? decoded.charAt(0) : NONE;
        }
        return table;
    }

    /// Characters in the high halves, codes in the low, sorted; the top bit is flipped so that order is that of
    /// unsigned numbers.
    private int[] invert(char[] table) {
        int[] sorted = new int[table.length];
        int size = 0;
        for (int i = 0; i < table.length; i++) {
            if (table[i] != NONE) {
                int code = width == 1 ? element << 7 | i : twoBytes(i);
                sorted[size++] = (table[i] << 16 | code) ^ Integer.MIN_VALUE;
            }
        }
        sorted = Arrays.copyOf(sorted, size);
        Arrays.sort(sorted);
        return sorted;
    }

    private int twoBytes(int index) {
        int high = element << 7;
        return (high | 0x21 + index / 94) << 8 | high | 0x21 + index % 94;
    }
}
