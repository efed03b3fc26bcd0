package org.isocenter.dicom;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Unique identifiers (PS3.5 section 9).
public final class Uids {
    /// The characters that no UID exceeds.
    public static final int MAXIMUM_LENGTH = 64;

    /// What a UID of `well-known-uids.txt` stands for.
    enum Kind {
        STORAGE,
        SERVICE,
        OTHER
    }

    record WellKnown(String uid, Kind kind, String name) {}

    private Uids() {}

    /// Whether the text is a UID to the letter of PS3.5 section 9.1: numbers without leading zeros, parted by
    /// dots, 64 characters at most. Padding is no part of it.
    public static boolean valid(String uid) {
        return wellFormed(uid, false);
    }

    /// Whether the text is a UID, except that numbers may have leading zeros. Such UIDs are about, and
    /// harmless: they are compared as text.
    public static boolean readable(String uid) {
        return wellFormed(uid, true);
    }

    private static boolean wellFormed(String uid, boolean leadingZeros) {
        int length = uid.length();
        if (length == 0 || length > MAXIMUM_LENGTH) {
            return false;
        }
        int start = 0;
        for (int i = 0; i < length; i++) {
            char c = uid.charAt(i);
            if (c == '.') {
                if (i == start) {
                    return false;
                }
                start = i + 1;
            } else if (c < '0' || c > '9' || !leadingZeros && i == start + 1 && uid.charAt(start) == '0') {
                return false;
            }
        }
        return start < length;
    }

    /// The UID without the NULs that pad it, or the spaces that some writers use instead.
    public static String trim(String uid) {
        int end = uid.length();
        while (end > 0 && (uid.charAt(end - 1) == 0 || uid.charAt(end - 1) == ' ')) {
            end--;
        }
        return uid.substring(0, end);
    }

    /// A new UID made of a random UUID (PS3.5 annex B.2).
    public static String create() {
        UUID uuid = UUID.randomUUID();
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
        return "2.25." + new BigInteger(1, bytes);
    }

    /// The name of a SOP class, well-known instance, frame of reference or coding scheme, or null. Transfer
    /// syntaxes have a class of their own.
    public static @Nullable String name(String uid) {
        String name = SopClasses.name(uid);
        return name == null ? Others.NAMES.get(uid) : name;
    }

    static List<WellKnown> wellKnown() {
        List<WellKnown> uids = new ArrayList<>();
        for (String line : Dictionary.lines("well-known-uids.txt")) {
            String[] fields = line.split("\t", 3);
            uids.add(new WellKnown(fields[0], Kind.valueOf(fields[1].toUpperCase(Locale.ROOT)), fields[2]));
        }
        return uids;
    }

    private static final class Others {
        static final Map<String, String> NAMES = new HashMap<>();

        static {
            for (WellKnown uid : wellKnown()) {
                if (uid.kind() == Kind.OTHER) {
                    NAMES.put(uid.uid(), uid.name());
                }
            }
        }
    }
}
