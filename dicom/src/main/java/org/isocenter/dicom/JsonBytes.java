package org.isocenter.dicom;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// JSON tokens as UTF-8 bytes (RFC 8259), gathered in one buffer on their way to a stream.
///
/// No token makes an object. Room is asked for once per token or piece of one, so that the loops that copy
/// need no bounds of their own.
final class JsonBytes {
    private static final int BUFFER_BYTES = 32 << 10;
    /// Long values pass in pieces of this many bytes or characters; at six bytes each they fit the buffer.
    private static final int PIECE = 4 << 10;

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BASE64 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final byte[] DIGITS = new byte[200];

    static {
        for (int i = 0; i < 100; i++) {
            DIGITS[2 * i] = (byte) ('0' + i / 10);
            DIGITS[2 * i + 1] = (byte) ('0' + i % 10);
        }
    }

    private final @Nullable OutputStream out;
    private final StringBuilder number = new StringBuilder(32);
    private byte[] buffer;
    private int size;

    /// @param out where the bytes go when the buffer is full, or null to let the buffer grow
    JsonBytes(@Nullable OutputStream out) {
        this.out = out;
        this.buffer = new byte[out == null ? 256 : BUFFER_BYTES];
    }

    byte[] toArray() {
        return Arrays.copyOf(buffer, size);
    }

    void flush() throws IOException {
        if (out != null) {
            out.write(buffer, 0, size);
            size = 0;
        }
    }

    void put(char ascii) throws IOException {
        require(1);
        buffer[size++] = (byte) ascii;
    }

    void put(byte[] bytes) throws IOException {
        put(bytes, 0, bytes.length);
    }

    void put(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; done += PIECE) {
            int piece = Math.min(PIECE, length - done);
            require(piece);
            System.arraycopy(bytes, offset + done, buffer, size, piece);
            size += piece;
        }
    }

    /// A short template in which eight hexadecimal digits and the two letters of a representation are
    /// filled in.
    void putTemplate(byte[] template, int tagAt, int tag, int vrAt, Vr vr) throws IOException {
        require(template.length);
        System.arraycopy(template, 0, buffer, size, template.length);
        hex(tag, size + tagAt);
        buffer[size + vrAt] = (byte) (vr.code() >> 8);
        buffer[size + vrAt + 1] = (byte) vr.code();
        size += template.length;
    }

    void putNull() throws IOException {
        put(NULL);
    }

    /// A string of bytes that need no escaping and are ASCII.
    void putPlain(byte[] ascii, int offset, int length) throws IOException {
        put('"');
        put(ascii, offset, length);
        put('"');
    }

    void putTag(int tag) throws IOException {
        require(10);
        buffer[size] = '"';
        hex(tag, size + 1);
        buffer[size + 9] = '"';
        size += 10;
    }

    private void hex(int tag, int at) {
        for (int i = 0; i < 8; i++) {
            buffer[at + i] = HEX[tag >>> 28 - 4 * i & 0xF];
        }
    }

    void putLong(long value) throws IOException {
        require(20);
        if (value < 0) {
            if (value == Long.MIN_VALUE) {
                putNumber(number.append(value));
                return;
            }
            buffer[size++] = '-';
            value = -value;
        }
        int end = size + decimalDigits(value);
        int at = end;
        while (value >= 100) {
            int pair = (int) (value % 100) * 2;
            value /= 100;
            buffer[--at] = DIGITS[pair + 1];
            buffer[--at] = DIGITS[pair];
        }
        buffer[--at] = DIGITS[(int) value * 2 + 1];
        if (value >= 10) {
            buffer[--at] = DIGITS[(int) value * 2];
        }
        size = end;
    }

    private static int decimalDigits(long value) {
        int digits = 1;
        for (long power = 10; digits < 19 && value >= power; power *= 10) {
            digits++;
        }
        return digits;
    }

    /// A finite number, in the fewest digits that tell it from its neighbours of the same precision.
    void putFloat(float value) throws IOException {
        if (value == (int) value && Math.abs(value) < 1 << 24 && !negativeZero(value)) {
            putLong((int) value);
        } else {
            putNumber(number.append(value));
        }
    }

    void putDouble(double value) throws IOException {
        if (value == (long) value && Math.abs(value) < 1L << 53 && !negativeZero(value)) {
            putLong((long) value);
        } else {
            putNumber(number.append(value));
        }
    }

    private static boolean negativeZero(double value) {
        return value == 0 && 1 / value < 0;
    }

    private void putNumber(StringBuilder text) throws IOException {
        require(text.length());
        for (int i = 0; i < text.length(); i++) {
            buffer[size++] = (byte) text.charAt(i);
        }
        text.setLength(0);
    }

    /// A string of any text. What JSON asks to escape is escaped, and a surrogate without its other
    /// half becomes U+FFFD, so that the bytes are valid UTF-8.
    void putString(CharSequence text, int from, int to) throws IOException {
        put('"');
        for (int at = from; at < to; ) {
            int end = Math.min(to, at + PIECE);
            if (end < to && Character.isHighSurrogate(text.charAt(end - 1))) {
                end++;
            }
            require(6 * (end - at));
            for (int i = at; i < end; i++) {
                char c = text.charAt(i);
                if (c >= ' ' && c < 0x7F && c != '"' && c != '\\') {
                    buffer[size++] = (byte) c;
                } else if (Character.isHighSurrogate(c)
                        && i + 1 < end
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    supplementary(Character.toCodePoint(c, text.charAt(++i)));
                } else {
                    special(c);
                }
            }
            at = end;
        }
        put('"');
    }

    void putString(String text) throws IOException {
        putString(text, 0, text.length());
    }

    private void special(char c) {
        if (c < ' ' || c == 0x7F || c == '"' || c == '\\') {
            escaped(c);
        } else if (c < 0x800) {
            buffer[size++] = (byte) (0xC0 | c >> 6);
            buffer[size++] = (byte) (0x80 | c & 0x3F);
        } else {
            char shown = Character.isSurrogate(c) ? 0xFFFD : c;
            buffer[size++] = (byte) (0xE0 | shown >> 12);
            buffer[size++] = (byte) (0x80 | shown >> 6 & 0x3F);
            buffer[size++] = (byte) (0x80 | shown & 0x3F);
        }
    }

    private void escaped(char c) {
        buffer[size++] = '\\';
        char letter = switch (c) {
            case '"', '\\' -> c;
            case '\b' -> 'b';
            case '\t' -> 't';
            case '\n' -> 'n';
            case '\f' -> 'f';
            case '\r' -> 'r';
            default -> 'u';
        };
        buffer[size++] = (byte) letter;
        if (letter == 'u') {
            buffer[size++] = '0';
            buffer[size++] = '0';
            buffer[size++] = HEX[c >> 4 & 0xF];
            buffer[size++] = HEX[c & 0xF];
        }
    }

    private void supplementary(int codePoint) {
        buffer[size++] = (byte) (0xF0 | codePoint >> 18);
        buffer[size++] = (byte) (0x80 | codePoint >> 12 & 0x3F);
        buffer[size++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
        buffer[size++] = (byte) (0x80 | codePoint & 0x3F);
    }

    /// A string of octets in base 64 (RFC 4648 section 4).
    void putBase64(byte[] array, int offset, int length) throws IOException {
        put('"');
        int whole = length - length % 3;
        for (int at = 0; at < whole; ) {
            int end = Math.min(whole, at + 3 * (PIECE / 4));
            require((end - at) / 3 * 4);
            byte[] target = buffer;
            int to = size;
            for (; at < end; at += 3) {
                int bits = (array[offset + at] & 0xFF) << 16
                        | (array[offset + at + 1] & 0xFF) << 8
                        | (array[offset + at + 2] & 0xFF);
                target[to] = BASE64[bits >> 18];
                target[to + 1] = BASE64[bits >> 12 & 0x3F];
                target[to + 2] = BASE64[bits >> 6 & 0x3F];
                target[to + 3] = BASE64[bits & 0x3F];
                to += 4;
            }
            size = to;
        }
        require(5);
        if (whole < length) {
            int bits = (array[offset + whole] & 0xFF) << 16
                    | (whole + 1 < length ? (array[offset + whole + 1] & 0xFF) << 8 : 0);
            buffer[size++] = BASE64[bits >> 18];
            buffer[size++] = BASE64[bits >> 12 & 0x3F];
            buffer[size++] = whole + 1 < length ? BASE64[bits >> 6 & 0x3F] : (byte) '=';
            buffer[size++] = '=';
        }
        buffer[size++] = '"';
    }

    private void require(int bytes) throws IOException {
        if (buffer.length - size < bytes) {
            makeRoom(bytes);
        }
    }

    private void makeRoom(int bytes) throws IOException {
        flush();
        if (buffer.length - size < bytes) {
            buffer = Arrays.copyOf(buffer, Math.max(size + bytes, buffer.length * 2));
        }
    }
}
