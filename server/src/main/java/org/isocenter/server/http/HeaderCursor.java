package org.isocenter.server.http;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;

/// Reads the value of a structured header field (RFC 9110 section 5.6) from left to right.
final class HeaderCursor {
    private final String text;
    private int at;

    HeaderCursor(String text) {
        this.text = text;
    }

    boolean atEnd() {
        return at >= text.length();
    }

    boolean sees(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    boolean take(char c) {
        if (sees(c)) {
            at++;
            return true;
        }
        return false;
    }

    HeaderCursor skipSpace() {
        while (sees(' ') || sees('\t')) {
            at++;
        }
        return this;
    }

    /// Skips spaces and the empty elements of a list (RFC 9110 section 5.6.1.2).
    HeaderCursor skipEmptyElements() {
        while (sees(' ') || sees('\t') || sees(',')) {
            at++;
        }
        return this;
    }

    /// Goes behind the next comma, wherever that is: what stood before it was not understood.
    void skipElement() {
        int comma = text.indexOf(',', at);
        at = comma < 0 ? text.length() : comma + 1;
    }

    String token() {
        int from = at;
        while (at < text.length() && isTokenChar(text.charAt(at))) {
            at++;
        }
        if (at == from) {
            throw malformed();
        }
        return text.substring(from, at);
    }

    /// A quoted string, or anything visible up to the next separator. Wider than a token on purpose: clients of
    /// DICOMweb send `type=application/dicom` without quotes.
    String value() {
        if (sees('"')) {
            return quoted();
        }
        int from = at;
        while (at < text.length() && isBareValueChar(text.charAt(at))) {
            at++;
        }
        if (at == from) {
            throw malformed();
        }
        return text.substring(from, at);
    }

    private String quoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return value.toString();
            }
            if (c == '\\' && at < text.length()) {
                c = text.charAt(at++);
            }
            if (c != '\t' && (c < ' ' || c > '~')) {
                throw malformed();
            }
            value.append(c);
        }
        throw malformed();
    }

    /// `;name=value` as often as it comes. A name given twice is malformed: two readers would disagree.
    SequencedMap<String, String> parameters() {
        SequencedMap<String, String> parameters = new LinkedHashMap<>();
        while (skipSpace().take(';')) {
            if (skipSpace().atEnd() || sees(';') || sees(',')) {
                continue;
            }
            String name = token().toLowerCase(Locale.ROOT);
            if (!take('=')) {
                throw malformed();
            }
            if (parameters.putIfAbsent(name, value()) != null) {
                throw new Refusal(400, "malformed-header", "A parameter of a header is given twice.");
            }
        }
        return parameters;
    }

    static Refusal malformed() {
        return new Refusal(400, "malformed-header", "A header of the request is not well formed.");
    }

    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenChar(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean isTokenChar(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c < 0x80 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private static boolean isBareValueChar(char c) {
        return c > ' ' && c <= '~' && c != ';' && c != ',' && c != '"';
    }
}
