package org.isocenter.server.archive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the first bytes of a file say it is: enough to decide whether it may be an instance, and which one
/// an answer means.
///
/// @param sopInstanceUid the instance the file holds, or null when its first bytes do not say
public record FileHead(Kind kind, @Nullable String sopInstanceUid) {

    public enum Kind {
        /// A DICOM instance, with the preamble of PS3.10 or without.
        INSTANCE,
        /// A DICOMDIR: a table of contents, no instance.
        DIRECTORY,
        ZIP,
        OTHER
    }

    /// How many bytes are looked at.
    public static final int LENGTH_BYTES = 4096;

    private static final int PREAMBLE_BYTES = 132;
    private static final byte[] MARK = {'D', 'I', 'C', 'M'};
    private static final String DIRECTORY_CLASS = "1.2.840.10008.1.3.10";
    private static final Pattern UID = Pattern.compile("[0-9.]{1,64}");

    /// The VRs whose explicit length takes four bytes after two reserved ones, PS3.5 7.1.2.
    private static final Set<String> LONG_FORM =
            Set.of("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV");

    private static final Set<String> SHORT_FORM = Set.of(
            "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN", "SH", "SL", "SS", "ST", "TM",
            "UI", "UL", "US");

    public static FileHead of(byte[] head) {
        if (hasMark(head)) {
            String storageClass = findUid(head, PREAMBLE_BYTES, 0x0002, 0x0002);
            boolean directory = DIRECTORY_CLASS.equals(storageClass);
            // Files changed by hand name another instance in their meta information; servers go by the data set.
            String own = findUid(head, PREAMBLE_BYTES, 0x0008, 0x0018);
            String uid = own != null ? own : findUid(head, PREAMBLE_BYTES, 0x0002, 0x0003);
            return new FileHead(directory ? Kind.DIRECTORY : Kind.INSTANCE, uid);
        }
        if (head.length >= 4 && head[0] == 'P' && head[1] == 'K' && (head[2] == 3 || head[2] == 5)) {
            return new FileHead(Kind.ZIP, null);
        }
        if (beginsWithElement(head)) {
            boolean meta = head[0] == 2;
            String uid = meta ? findUid(head, 0, 0x0002, 0x0003) : findUid(head, 0, 0x0008, 0x0018);
            return new FileHead(Kind.INSTANCE, uid);
        }
        return new FileHead(Kind.OTHER, null);
    }

    private static boolean hasMark(byte[] head) {
        return head.length >= PREAMBLE_BYTES
                && Arrays.equals(head, PREAMBLE_BYTES - MARK.length, PREAMBLE_BYTES, MARK, 0, MARK.length);
    }

    /// Old files begin with their first element at once: of group 0002 or 0008, little endian, with a VR that
    /// exists or a short even length.
    private static boolean beginsWithElement(byte[] head) {
        if (head.length < 16) {
            return false;
        }
        int group = unsignedShort(head, 0);
        int element = unsignedShort(head, 2);
        if ((group != 0x0002 && group != 0x0008) || element > 0x00FF) {
            return false;
        }
        long length = unsignedInt(head, 4);
        return isVr(vrAt(head, 4)) || (length <= 1024 && length % 2 == 0);
    }

    /// Walks little endian elements, ascending by tag, up to the wanted one.
    private static @Nullable String findUid(byte[] head, int start, int group, int element) {
        long position = start;
        while (position + 12 <= head.length) {
            int at = (int) position;
            int tag = unsignedShort(head, at) << 16 | unsignedShort(head, at + 2);
            if (Integer.compareUnsigned(tag, group << 16 | element) > 0) {
                return null;
            }
            String vr = vrAt(head, at + 4);
            long valueStart = position + 8;
            long length = unsignedInt(head, at + 4);
            if (LONG_FORM.contains(vr)) {
                valueStart = position + 12;
                length = unsignedInt(head, at + 8);
            } else if (SHORT_FORM.contains(vr)) {
                length = unsignedShort(head, at + 6);
            }
            if (tag == (group << 16 | element)) {
                return valueStart + length <= head.length ? uid(head, (int) valueStart, (int) length) : null;
            }
            position = valueStart + length;
        }
        return null;
    }

    private static @Nullable String uid(byte[] head, int start, int length) {
        String text = new String(head, start, length, StandardCharsets.ISO_8859_1)
                .replace('\0', ' ')
                .strip();
        return UID.matcher(text).matches() ? text : null;
    }

    private static boolean isVr(String text) {
        return LONG_FORM.contains(text) || SHORT_FORM.contains(text);
    }

    private static String vrAt(byte[] head, int offset) {
        return new String(head, offset, 2, StandardCharsets.ISO_8859_1);
    }

    private static int unsignedShort(byte[] head, int offset) {
        return head[offset] & 0xFF | (head[offset + 1] & 0xFF) << 8;
    }

    private static long unsignedInt(byte[] head, int offset) {
        return unsignedShort(head, offset) | (long) unsignedShort(head, offset + 2) << 16;
    }
}
