package org.isocenter.server.http;

import java.util.List;

/// Entity tags in conditional requests (RFC 9110 section 13.1).
public final class EntityTag {
    private EntityTag() {}

    /// Whether a list of tags names this one, by weak comparison.
    ///
    /// @param ifNoneMatch every `If-None-Match` header of the request; what is not a tag in them matches nothing
    /// @param etag the tag of what is there, with its quotes
    public static boolean matches(List<String> ifNoneMatch, String etag) {
        String opaque = opaque(etag);
        for (String value : ifNoneMatch) {
            if (value.trim().equals("*") || lists(value, opaque)) {
                return true;
            }
        }
        return false;
    }

    private static boolean lists(String value, String opaque) {
        int open = value.indexOf('"');
        while (open >= 0) {
            int close = value.indexOf('"', open + 1);
            if (close < 0) {
                return false;
            }
            if (opaque.length() == close + 1 - open && value.startsWith(opaque, open)) {
                return true;
            }
            open = value.indexOf('"', close + 1);
        }
        return false;
    }

    private static String opaque(String etag) {
        return etag.startsWith("W/") ? etag.substring(2) : etag;
    }
}
