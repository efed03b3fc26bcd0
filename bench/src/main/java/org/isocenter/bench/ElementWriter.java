package org.isocenter.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes elements in explicit VR little endian, and knows where each value went so that it can be changed in
/// place.
final class ElementWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);

    /// Writes a text value padded to an even length; returns the position of its first byte.
    int text(int tag, String vr, String value) {
        return value(tag, vr, value.getBytes(StandardCharsets.UTF_8), vr.equals("UI") ? 0 : ' ');
    }

    /// Writes a value of 16-bit numbers.
    void shorts(int tag, String vr, int... values) {
        byte[] value = new byte[values.length * 2];
        for (int i = 0; i < values.length; i++) {
            value[2 * i] = (byte) values[i];
            value[2 * i + 1] = (byte) (values[i] >>> 8);
        }
        value(tag, vr, value, 0);
    }

    void bytes(int tag, String vr, byte... value) {
        value(tag, vr, value, 0);
    }

    /// Writes a 32-bit number.
    void number(int tag, String vr, int value) {
        value(
                tag,
                vr,
                new byte[] {(byte) value, (byte) (value >>> 8), (byte) (value >>> 16), (byte) (value >>> 24)},
                0);
    }

    /// Writes a sequence of one item of defined length.
    void sequence(int tag, ElementWriter item) {
        header(tag, "SQ", item.size() + 8L);
        tag(0xFFFE_E000);
        int32(item.size());
        bytes.writeBytes(item.toBytes());
    }

    /// Writes the tag, representation and length of a value that follows elsewhere.
    void header(int tag, String vr, long length) {
        tag(tag);
        bytes.writeBytes(vr.getBytes(StandardCharsets.US_ASCII));
        switch (vr) {
            case "OB", "OW", "SQ", "UN", "UT", "UC", "UR" -> {
                int16(0);
                int32((int) length);
            }
            default -> int16((int) length);
        }
    }

    void raw(byte[] value) {
        bytes.writeBytes(value);
    }

    int size() {
        return bytes.size();
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    private int value(int tag, String vr, byte[] value, int padding) {
        int length = value.length + (value.length & 1);
        header(tag, vr, length);
        int position = bytes.size();
        byte[] padded = Arrays.copyOf(value, length);
        if (length > value.length) {
            padded[length - 1] = (byte) padding;
        }
        bytes.writeBytes(padded);
        return position;
    }

    private void tag(int tag) {
        int16(tag >>> 16);
        int16(tag);
    }

    private void int16(int value) {
        bytes.write(value);
        bytes.write(value >>> 8);
    }

    private void int32(int value) {
        int16(value);
        int16(value >>> 16);
    }
}
