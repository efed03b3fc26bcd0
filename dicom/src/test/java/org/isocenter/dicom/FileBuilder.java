package org.isocenter.dicom;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;

/// Builds DICOM files byte by byte, honest and dishonest ones: nothing that is asked for is checked.
///
/// Numbers, tags and lengths are written in the byte order, and headers in the form, of the encoding.
public final class FileBuilder {
    public static final long UNDEFINED = 0xFFFFFFFFL;
    public static final int ITEM = 0xFFFEE000;
    public static final int ITEM_END = 0xFFFEE00D;
    public static final int SEQUENCE_END = 0xFFFEE0DD;

    public static final String SOP_CLASS = "1.2.840.10008.5.1.4.1.1.7";
    public static final String SOP_INSTANCE = "2.25.1";

    private final TransferSyntax syntax;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private FileBuilder(TransferSyntax syntax) {
        this.syntax = syntax;
    }

    public static FileBuilder in(TransferSyntax syntax) {
        return new FileBuilder(syntax);
    }

    public static FileBuilder explicit() {
        return in(TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    }

    public static FileBuilder implicit() {
        return in(TransferSyntax.IMPLICIT_LITTLE_ENDIAN);
    }

    /// The SOP class and instance.
    public FileBuilder identified() {
        return text(Tag.SOPClassUID, "UI", SOP_CLASS).text(Tag.SOPInstanceUID, "UI", SOP_INSTANCE);
    }

    public FileBuilder raw(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    public FileBuilder raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public FileBuilder zeros(int count) {
        return raw(new byte[count]);
    }

    /// A tag and a length of 32 bits: an item, a delimiter, or an element header in implicit VR.
    public FileBuilder tag(int tag, long length) {
        return number(Tags.group(tag), 2).number(Tags.element(tag), 2).number(length, 4);
    }

    /// The header of an element. In explicit VR any two letters will do; unknown ones are given a length of
    /// 16 bits.
    public FileBuilder header(int tag, String vr, long length) {
        if (!syntax.explicitVr()) {
            return tag(tag, length);
        }
        Vr known = Vr.find(vr.charAt(0) << 8 | vr.charAt(1));
        number(Tags.group(tag), 2).number(Tags.element(tag), 2).raw(vr.charAt(0), vr.charAt(1));
        return known != null && known.longLength() ? raw(0, 0).number(length, 4) : number(length, 2);
    }

    /// An element with a value as it stands.
    public FileBuilder element(int tag, String vr, byte[] value) {
        return header(tag, vr, value.length).raw(value);
    }

    public FileBuilder element(int tag, String vr, int... value) {
        return header(tag, vr, value.length).raw(value);
    }

    /// An element with text, padded to an even length.
    public FileBuilder text(int tag, String vr, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        header(tag, vr, value.length + 1L & ~1L).raw(value);
        return (value.length & 1) == 0 ? this : raw(vr.equals("UI") ? 0 : ' ');
    }

    /// An element with numbers of 2, 4 or 8 bytes.
    public FileBuilder numbers(int tag, String vr, int unit, long... values) {
        header(tag, vr, (long) unit * values.length);
        for (long value : values) {
            number(value, unit);
        }
        return this;
    }

    public FileBuilder number(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> 8 * (syntax.bigEndian() ? bytes - 1 - i : i)));
        }
        return this;
    }

    /// A sequence whose items, and itself, have defined or undefined lengths.
    public FileBuilder sequence(int tag, String vr, boolean undefined, FileBuilder... items) {
        FileBuilder content = in(syntax);
        for (FileBuilder item : items) {
            content.item(undefined, item);
        }
        header(tag, vr, undefined ? UNDEFINED : content.length()).raw(content.bytes());
        return undefined ? tag(SEQUENCE_END, 0) : this;
    }

    public FileBuilder item(boolean undefined, FileBuilder item) {
        tag(ITEM, undefined ? UNDEFINED : item.length()).raw(item.bytes());
        return undefined ? tag(ITEM_END, 0) : this;
    }

    /// Encapsulated pixel data: a basic offset table, and fragments.
    public FileBuilder fragments(byte[] offsetTable, byte[]... fragments) {
        header(Tag.PixelData, "OB", UNDEFINED).tag(ITEM, offsetTable.length).raw(offsetTable);
        for (byte[] fragment : fragments) {
            tag(ITEM, fragment.length).raw(fragment);
        }
        return tag(SEQUENCE_END, 0);
    }

    public int length() {
        return out.size();
    }

    /// What has been built, alone.
    public byte[] bytes() {
        return out.toByteArray();
    }

    /// What has been built as the data set of a file with preamble and file meta information.
    public byte[] file() {
        return file(syntax.uid());
    }

    /// The same with another transfer syntax in the file meta information.
    public byte[] file(String transferSyntaxUid) {
        byte[] dataSet = syntax.deflated() ? deflated(bytes(), true) : bytes();
        return explicit()
                .zeros(128)
                .raw(dicm())
                .raw(meta(transferSyntaxUid))
                .raw(dataSet)
                .bytes();
    }

    public static byte[] dicm() {
        return new byte[] {'D', 'I', 'C', 'M'};
    }

    /// File meta information with its right length.
    public static byte[] meta(String transferSyntaxUid) {
        FileBuilder meta = explicit()
                .element(Tag.FileMetaInformationVersion, "OB", 0, 1)
                .text(Tag.MediaStorageSOPClassUID, "UI", SOP_CLASS)
                .text(Tag.MediaStorageSOPInstanceUID, "UI", SOP_INSTANCE)
                .text(Tag.TransferSyntaxUID, "UI", transferSyntaxUid)
                .text(Tag.ImplementationClassUID, "UI", "2.25.2");
        return explicit()
                .numbers(Tag.FileMetaInformationGroupLength, "UL", 4, meta.length())
                .raw(meta.bytes())
                .bytes();
    }

    /// Deflated bytes, padded to an even length.
    public static byte[] deflated(byte[] bytes, boolean withoutWrapper) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, withoutWrapper);
        deflater.setInput(bytes);
        deflater.finish();
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        while (!deflater.finished()) {
            deflated.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        if ((deflated.size() & 1) != 0) {
            deflated.write(0);
        }
        return deflated.toByteArray();
    }
}
