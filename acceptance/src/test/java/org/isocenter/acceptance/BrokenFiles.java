package org.isocenter.acceptance;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.isocenter.dicom.Tag;

/// Ways to break a file, or to bend it.
final class BrokenFiles {
    static final int PRIVATE_CREATOR = 0x00110010;
    static final int PRIVATE = 0x00111001;
    static final int PRIVATE_AT_END = 0x7FE31001;

    private static final int PREFIX_BYTES = 132;
    /// The group length of a draft stands behind the prefix, tag, VR and length of its element.
    private static final int GROUP_LENGTH = PREFIX_BYTES + 8;

    private BrokenFiles() {}

    // Elements

    /// Elements behind the creator of a private block.
    static Elements privately(Elements out) {
        return out.text(PRIVATE_CREATOR, "LO", "ISOCENTER TEST");
    }

    /// The same behind all other elements.
    static Elements privateAtEnd(Elements out) {
        return out.text(0x7FE30010, "LO", "ISOCENTER TEST");
    }

    static byte[] four() {
        return new byte[] {1, 2, 3, 4};
    }

    /// Adds elements behind all others of a draft.
    static Draft ended(Draft draft, UnaryOperator<Elements> tail) {
        return draft.withoutPixels()
                .dataSet(bytes ->
                        Samples.joined(bytes, tail.apply(Elements.explicit()).toBytes()));
    }

    /// A sequence of the draft, as its writer likes it.
    static Draft sequence(Draft draft, long length, Consumer<Elements> content) {
        return draft.element(
                Tag.ProcedureCodeSequence, out -> content.accept(out.head(Tag.ProcedureCodeSequence, "SQ", length)));
    }

    /// Rows with a length of 32 bits that VRs of short length do not have.
    static byte[] undefined(String vr) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x28, 0, 0x10, 0});
        out.writeBytes(vr.getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF});
        return out.toByteArray();
    }

    // Nesting

    static Draft nested(Draft draft, int depth) {
        return draft.element(Tag.ProcedureCodeSequence, out -> nest(out, Tag.ProcedureCodeSequence, "SQ", depth));
    }

    static Draft nestedPrivately(Draft draft, String vr, int depth) {
        return draft.text(PRIVATE_CREATOR, "LO", "ISOCENTER TEST")
                .element(PRIVATE, out -> nest(out, PRIVATE, vr, depth));
    }

    /// Sequences of an item each, all of them with lengths: 12 bytes for one and 8 for its item.
    static Draft nestedWithLengths(Draft draft, int depth) {
        return draft.element(Tag.ProcedureCodeSequence, out -> {
            for (long left = depth - 1L; left >= 0; left--) {
                out.head(Tag.ProcedureCodeSequence, "SQ", 20 * left + 8).mark(Elements.ITEM, 20 * left);
            }
        });
    }

    private static void nest(Elements out, int tag, String vr, int depth) {
        // What stands in UN is in implicit VR.
        Elements inner = vr.equals("UN") ? Elements.implicit() : out;
        for (int i = 0; i < depth; i++) {
            (i == 0 ? out : inner).head(tag, vr, Elements.UNDEFINED);
            inner.mark(Elements.ITEM, Elements.UNDEFINED);
        }
        for (int i = 0; i < depth; i++) {
            inner.mark(Elements.ITEM_END, 0).mark(Elements.SEQUENCE_END, 0);
        }
        if (inner != out) {
            out.append(inner);
        }
    }

    static byte[] emptyItems(int count) {
        Elements items = Elements.explicit();
        for (int i = 0; i < count; i++) {
            items.mark(Elements.ITEM, 0);
        }
        return items.toBytes();
    }

    /// All elements that one odd group can have, empty each, in explicit VR: 8 bytes each.
    static byte[] emptyElements(long number) {
        ByteBuffer group = ByteBuffer.allocate(8 * EMPTY_ELEMENTS).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < EMPTY_ELEMENTS; i++) {
            group.putShort((short) (0x0011 + 2 * number))
                    .putShort((short) (0x1000 + i))
                    .put((byte) 'L')
                    .put((byte) 'O')
                    .putShort((short) 0);
        }
        return group.array();
    }

    /// How many {@link #emptyElements} there are in a group.
    static final int EMPTY_ELEMENTS = 0xF000;

    /// A hundred thousand, from (0031,0010) on.
    static void privateBlocks(Elements out) {
        for (int i = 0; i < 100_000; i++) {
            int group = 0x0031 + 2 * (i / 240);
            out.text(group << 16 | 0x10 + i % 240, "LO", "CREATOR " + i);
        }
    }

    /// A sequence in UN of undefined length, whose items are in implicit VR (PS3.5 section 6.2.2).
    static void unknown(Elements out) {
        Elements items = Elements.implicit()
                .mark(Elements.ITEM, Elements.UNDEFINED)
                .text(Tag.CodeValue, "SH", "A")
                .mark(Elements.ITEM_END, 0)
                .mark(Elements.SEQUENCE_END, 0);
        out.head(Tag.ProcedureCodeSequence, "UN", Elements.UNDEFINED).append(items);
    }

    // File meta information

    static byte[] groupLength(byte[] file, long change) {
        ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        return groupLengthOf(file, buffer.getInt(GROUP_LENGTH) + change);
    }

    static byte[] groupLengthOf(byte[] file, long length) {
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(GROUP_LENGTH, (int) length);
        return file;
    }

    /// Where the data set of a draft begins.
    private static int dataSetAt(byte[] file) {
        return GROUP_LENGTH
                + 4
                + ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(GROUP_LENGTH);
    }

    /// Takes bytes out of a file from the beginning of its data set.
    static byte[] withoutBeginning(byte[] file, int count) {
        int at = dataSetAt(file);
        return Samples.joined(Arrays.copyOf(file, at), Samples.tail(file, at + count));
    }

    static byte[] implicitMeta(byte[] file) {
        Elements meta = Elements.implicit().text(Tag.TransferSyntaxUID, "UI", Draft.EXPLICIT);
        byte[] head = Samples.joined(Arrays.copyOf(file, PREFIX_BYTES), meta.toBytes());
        return Samples.joined(head, Samples.tail(file, dataSetAt(file)));
    }

    /// Lets a file name another transfer syntax than the one it is in.
    static Draft otherwise(Draft draft, String is, String says) {
        return draft.transferSyntax(is)
                .wholeMeta(out -> out.text(Tag.MediaStorageSOPClassUID, "UI", Draft.CT)
                        .text(Tag.MediaStorageSOPInstanceUID, "UI", draft.instance)
                        .text(Tag.TransferSyntaxUID, "UI", says));
    }

    // Deflation

    /// A gibibyte of zeros, deflated to about a thousandth: a block that is deflated once and repeated.
    static byte[] bomb(byte[] file) {
        byte[] zeros = new byte[1 << 20];
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(zeros);
        byte[] block = new byte[1 << 16];
        int length = deflater.deflate(block, 0, block.length, Deflater.FULL_FLUSH);
        deflater.end();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(file, 0, dataSetAt(file));
        byte[] head = Elements.explicit().head(PRIVATE, "OB", 1 << 30).toBytes();
        out.writeBytes(stored(head));
        for (int i = 0; i < 1 << 10; i++) {
            out.write(block, 0, length);
        }
        out.writeBytes(new byte[] {3, 0});
        return out.toByteArray();
    }

    /// A block of a deflated stream that is stored as it is, and is not the last one (RFC 1951 section 3.2.4).
    private static byte[] stored(byte[] bytes) {
        ByteBuffer block = ByteBuffer.allocate(5 + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        return block.put((byte) 0)
                .putShort((short) bytes.length)
                .putShort((short) ~bytes.length)
                .put(bytes)
                .array();
    }

    /// A million empty blocks before a deflated data set.
    static byte[] emptyBlocks(byte[] file) {
        byte[] empty = stored(new byte[0]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = dataSetAt(file);
        out.write(file, 0, at);
        for (int i = 0; i < 1_000_000; i++) {
            out.writeBytes(empty);
        }
        out.write(file, at, file.length - at);
        return out.toByteArray();
    }

    static byte[] zlib(byte[] file) {
        int start = dataSetAt(file);
        try (InflaterInputStream raw = new InflaterInputStream(
                new ByteArrayInputStream(file, start, file.length - start), new Inflater(true))) {
            ByteArrayOutputStream wrapped = new ByteArrayOutputStream();
            wrapped.write(file, 0, start);
            try (DeflaterOutputStream zlib = new DeflaterOutputStream(wrapped)) {
                raw.transferTo(zlib);
            }
            return wrapped.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
