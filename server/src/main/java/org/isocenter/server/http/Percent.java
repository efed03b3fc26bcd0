package org.isocenter.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Strict percent-decoding (RFC 3986 section 2.1): every escape whole, the octets well-formed UTF-8, no NUL.
final class Percent {
    private Percent() {}

    static String decode(String raw, int from, int to, boolean plusIsSpace) {
        int i = from;
        while (i < to && isPlain(raw.charAt(i), plusIsSpace)) {
            i++;
        }
        return i == to ? raw.substring(from, to) : decodeEscaped(raw, from, to, plusIsSpace);
    }

    private static boolean isPlain(char c, boolean plusIsSpace) {
        return c != '%' && c < 0x7f && c >= ' ' && !(plusIsSpace && c == '+');
    }

    private static String decodeEscaped(String raw, int from, int to, boolean plusIsSpace) {
        byte[] octets = new byte[to - from];
        int count = 0;
        for (int i = from; i < to; i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                c = (char) (i + 2 < to ? octet(raw, i + 1) : -1);
                i += 2;
                if (c == 0 || c > 0xff) {
                    throw malformed();
                }
            } else if (c == '+' && plusIsSpace) {
                c = ' ';
            } else if (!isPlain(c, plusIsSpace)) {
                throw malformed();
            }
            octets[count++] = (byte) c;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets, 0, count))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw malformed();
        }
    }

    /// The octet of two hexadecimal digits, or -1.
    static int octet(String raw, int at) {
        int high = digit(raw.charAt(at));
        int low = digit(raw.charAt(at + 1));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int digit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private static Refusal malformed() {
        return new Refusal(400, "malformed-uri", "The URI has an escape that is not well formed.");
    }
}
