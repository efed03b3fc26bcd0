package org.isocenter.dicom;

/// Arithmetic on attribute tags, which are `int`s: the group in the high half, the element in the low.
/// Compare them as unsigned.
public final class Tags {
    private Tags() {}

    public static int of(int group, int element) {
        return group << 16 | (element & 0xFFFF);
    }

    public static int group(int tag) {
        return tag >>> 16;
    }

    public static int element(int tag) {
        return tag & 0xFFFF;
    }

    /// Whether the tag belongs to a private group (PS3.5 section 7.8).
    public static boolean isPrivate(int tag) {
        return (tag & 0x10000) != 0;
    }

    /// Whether the tag reserves a block of a private group for a creator: (gggg,0010) to (gggg,00FF).
    public static boolean isPrivateCreator(int tag) {
        return isPrivate(tag) && (tag & 0xFFFF) >= 0x10 && (tag & 0xFFFF) <= 0xFF;
    }

    /// Whether the tag is a group length: (gggg,0000).
    public static boolean isGroupLength(int tag) {
        return (tag & 0xFFFF) == 0;
    }

    /// The tag as people write it: `(0010,0020)`, in upper case.
    public static String format(int tag) {
        String hex = hex(tag);
        return "(" + hex.substring(0, 4) + "," + hex.substring(4) + ")";
    }

    /// The tag as DICOM JSON and query parameters write it: `00100020`, in upper case.
    public static String hex(int tag) {
        char[] hex = new char[8];
        for (int i = 0; i < 8; i++) {
            hex[i] = Character.toUpperCase(Character.forDigit(tag >>> 28 - 4 * i & 0xF, 16));
        }
        return new String(hex);
    }

    /// The tag that eight hexadecimal digits name, or -1 where they are not that. (FFFF,FFFF) is no attribute.
    public static int parse(String hex) {
        if (hex.length() != 8) {
            return -1;
        }
        int tag = 0;
        for (int i = 0; i < 8; i++) {
            char c = hex.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            tag = tag << 4 | digit;
        }
        return tag;
    }
}
