package org.isocenter.server.http;

import java.util.ArrayList;
import java.util.List;

/// The path of a request in its one canonical form: there is exactly one way to spell each resource, so that
/// nothing in front of the server can read a path other than the server does.
///
/// No empty or dot segment, no parameter (`;`), no backslash, no escape of an unreserved character, and no
/// escape that yields a separator, a control, a percent sign, or anything beyond ASCII.
///
/// @param segments the decoded segments; none for `/`, and a last empty one after a trailing slash
record CanonicalPath(List<String> segments) {
    private static final int SEGMENTS_MAX = 64;

    static CanonicalPath parse(String raw) {
        if (raw.isEmpty() || raw.charAt(0) != '/') {
            throw refused();
        }
        List<String> segments = new ArrayList<>();
        int from = 1;
        while (from < raw.length()) {
            int slash = raw.indexOf('/', from);
            int to = slash < 0 ? raw.length() : slash;
            segments.add(segment(raw, from, to));
            if (segments.size() > SEGMENTS_MAX) {
                throw refused();
            }
            if (slash == raw.length() - 1) {
                segments.add("");
            }
            from = to + 1;
        }
        return new CanonicalPath(List.copyOf(segments));
    }

    private static String segment(String raw, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int octet = i + 2 < to ? Percent.octet(raw, i + 1) : -1;
                if (octet < ' ' || octet > '~' || isUnreserved((char) octet) || "/\\%;".indexOf(octet) >= 0) {
                    throw refused();
                }
                i += 2;
            } else if (!isUnreserved(c) && "!$&'()*+,=:@".indexOf(c) < 0) {
                throw refused();
            }
        }
        String segment = Percent.decode(raw, from, to, false);
        if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
            throw refused();
        }
        return segment;
    }

    private static boolean isUnreserved(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c < 0x80 && "-._~".indexOf(c) >= 0;
    }

    private static Refusal refused() {
        return new Refusal(400, "malformed-uri", "The path of the URI is not in canonical form.");
    }
}
