package org.isocenter.acceptance;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/// Writes data elements one after another, right or wrong, just as told.
final class Elements {
    private static final Set<String> LONG =
            Set.of("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV");

    static final long UNDEFINED = 0xFFFFFFFFL;
    static final int ITEM = 0xFFFEE000;
    static final int ITEM_END = 0xFFFEE00D;
    static final int SEQUENCE_END = 0xFFFEE0DD;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final boolean explicit;
    private final ByteOrder order;

    Elements(boolean explicit, ByteOrder order) {
        this.explicit = explicit;
        this.order = order;
    }

    static Elements explicit() {
        return new Elements(true, ByteOrder.LITTLE_ENDIAN);
    }

    static Elements implicit() {
        return new Elements(false, ByteOrder.LITTLE_ENDIAN);
    }

    /// Nothing yet, in the same encoding.
    Elements fresh() {
        return new Elements(explicit, order);
    }

    Elements text(int tag, String vr, String value) {
        return value(tag, vr, value.getBytes(StandardCharsets.ISO_8859_1));
    }

    Elements utf8(int tag, String vr, String value) {
        return value(tag, vr, value.getBytes(StandardCharsets.UTF_8));
    }

    /// A value, padded to even length.
    Elements value(int tag, String vr, byte[] value) {
        byte[] even = Arrays.copyOf(value, value.length + (value.length & 1));
        if (even.length > value.length && !Set.of("UI", "OB", "UN").contains(vr)) {
            even[value.length] = ' ';
        }
        return bytes(tag, vr, even);
    }

    /// A value as it is.
    Elements bytes(int tag, String vr, byte[] value) {
        head(tag, vr, value.length);
        out.writeBytes(value);
        return this;
    }

    Elements shorts(int tag, int... values) {
        return shortsOf(tag, "US", values);
    }

    Elements shortsOf(int tag, String vr, int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * 2).order(order);
        for (int value : values) {
            buffer.putShort((short) value);
        }
        return bytes(tag, vr, buffer.array());
    }

    Elements doubles(int tag, double... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * 8).order(order);
        for (double value : values) {
            buffer.putDouble(value);
        }
        return bytes(tag, "FD", buffer.array());
    }

    /// Tag, VR and length alone.
    Elements head(int tag, String vr, long length) {
        tag(tag);
        if (explicit) {
            out.writeBytes(vr.getBytes(StandardCharsets.ISO_8859_1));
            if (!LONG.contains(vr)) {
                out.writeBytes(ByteBuffer.allocate(2)
                        .order(order)
                        .putShort((short) length)
                        .array());
                return this;
            }
            out.writeBytes(new byte[2]);
        }
        return word(length);
    }

    /// The head of an item or of a delimiter.
    Elements mark(int tag, long length) {
        return tag(tag).word(length);
    }

    /// A sequence and its items with delimiters.
    Elements sequence(int tag, Elements... items) {
        head(tag, "SQ", UNDEFINED);
        for (Elements item : items) {
            mark(ITEM, UNDEFINED).append(item).mark(ITEM_END, 0);
        }
        return mark(SEQUENCE_END, 0);
    }

    /// A sequence and its items with lengths.
    Elements sequenceWithLengths(int tag, Elements... items) {
        Elements content = fresh();
        for (Elements item : items) {
            content.mark(ITEM, item.out.size()).append(item);
        }
        return head(tag, "SQ", content.out.size()).append(content);
    }

    /// Encapsulated pixel data with an empty offset table.
    Elements fragments(byte[]... fragments) {
        return fragments(new int[0], fragments);
    }

    /// Encapsulated pixel data with a basic offset table.
    Elements fragments(int[] offsets, byte[]... fragments) {
        head(0x7FE00010, "OB", UNDEFINED).mark(ITEM, 4L * offsets.length);
        for (int offset : offsets) {
            word(offset);
        }
        for (byte[] fragment : fragments) {
            mark(ITEM, fragment.length);
            out.writeBytes(fragment);
        }
        return mark(SEQUENCE_END, 0);
    }

    Elements append(Elements others) {
        out.writeBytes(others.toBytes());
        return this;
    }

    Elements raw(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    private Elements tag(int tag) {
        out.writeBytes(ByteBuffer.allocate(4)
                .order(order)
                .putShort((short) (tag >>> 16))
                .putShort((short) tag)
                .array());
        return this;
    }

    private Elements word(long value) {
        out.writeBytes(ByteBuffer.allocate(4).order(order).putInt((int) value).array());
        return this;
    }
}
