package org.isocenter.acceptance;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.zip.Deflater;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;

/// A DICOM file that is being made: a small sound CT image under fresh UIDs until told otherwise.
final class Draft {
    static final String IMPLICIT = "1.2.840.10008.1.2";
    static final String EXPLICIT = "1.2.840.10008.1.2.1";
    static final String DEFLATED = "1.2.840.10008.1.2.1.99";
    static final String BIG_ENDIAN = "1.2.840.10008.1.2.2";
    static final String CT = "1.2.840.10008.5.1.4.1.1.2";

    private static final String UID_ROOT = "2.25." + new BigInteger(72, new Random()) + ".";
    private static final AtomicLong COUNT = new AtomicLong();

    final String study;
    final String series;
    final String instance;
    private String sopClass = CT;
    private String transferSyntax = EXPLICIT;
    private final Map<Integer, Consumer<Elements>> elements = new TreeMap<>(Integer::compareUnsigned);
    private Consumer<Elements> meta = Draft::nothing;
    private UnaryOperator<byte[]> dataSetBytes = bytes -> bytes;
    private UnaryOperator<byte[]> fileBytes = bytes -> bytes;
    private byte[] preamble = new byte[128];
    private @Nullable Consumer<Elements> wholeMeta;

    private Draft(String study, String series) {
        this.study = study;
        this.series = series;
        this.instance = uid();
        text(Tag.SOPClassUID, "UI", CT);
        text(Tag.SOPInstanceUID, "UI", instance);
        text(Tag.StudyDate, "DA", "20260131");
        text(Tag.StudyTime, "TM", "101500");
        text(Tag.AccessionNumber, "SH", "A1");
        text(Tag.Modality, "CS", "CT");
        text(Tag.PatientName, "PN", "Doe^Jane");
        text(Tag.PatientID, "LO", "P-1");
        text(Tag.StudyInstanceUID, "UI", study);
        text(Tag.SeriesInstanceUID, "UI", series);
        text(Tag.SeriesNumber, "IS", "1");
        text(Tag.InstanceNumber, "IS", "1");
        image(4, 4, 1);
    }

    private static void nothing(Elements none) {}

    /// An instance in a study and a series of its own.
    static Draft ct() {
        return new Draft(uid(), uid());
    }

    /// An instance in a given series.
    static Draft ct(String study, String series) {
        return new Draft(study, series);
    }

    /// A UID that no other run has made.
    static String uid() {
        return UID_ROOT + COUNT.incrementAndGet();
    }

    Draft text(int tag, String vr, String value) {
        return element(tag, out -> out.text(tag, vr, value));
    }

    Draft utf8(int tag, String vr, String value) {
        return text(Tag.SpecificCharacterSet, "CS", "ISO_IR 192").element(tag, out -> out.utf8(tag, vr, value));
    }

    /// Writes at the place of a tag what the writer likes.
    Draft element(int tag, Consumer<Elements> writer) {
        elements.put(tag, writer);
        return this;
    }

    Draft without(int tag) {
        elements.remove(tag);
        return this;
    }

    Draft sopClass(String uid) {
        sopClass = uid;
        return text(Tag.SOPClassUID, "UI", uid);
    }

    Draft transferSyntax(String uid) {
        transferSyntax = uid;
        return this;
    }

    Draft preamble(byte[] beginning) {
        preamble = Arrays.copyOf(beginning, 128);
        return this;
    }

    /// Further elements of group 0002, behind those that every file has.
    Draft meta(Consumer<Elements> writer) {
        meta = writer;
        return this;
    }

    /// Everything of group 0002.
    Draft wholeMeta(Consumer<Elements> writer) {
        wholeMeta = writer;
        return this;
    }

    /// Changes the encoded data set.
    Draft dataSet(UnaryOperator<byte[]> change) {
        dataSetBytes = change;
        return this;
    }

    /// Changes the file as a whole.
    Draft file(UnaryOperator<byte[]> change) {
        fileBytes = change;
        return this;
    }

    /// Native pixels of 16 bits, different in every frame.
    Draft image(int rows, int columns, int frames) {
        describePixels(rows, columns, frames);
        return element(Tag.PixelData, out -> {
            int[] pixels = new int[rows * columns * frames];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = i * 31 + 7;
            }
            out.shortsOf(Tag.PixelData, "OW", pixels);
        });
    }

    private void describePixels(int rows, int columns, int frames) {
        element(Tag.SamplesPerPixel, out -> out.shorts(Tag.SamplesPerPixel, 1));
        text(Tag.PhotometricInterpretation, "CS", "MONOCHROME2");
        text(Tag.NumberOfFrames, "IS", Integer.toString(frames));
        element(Tag.Rows, out -> out.shorts(Tag.Rows, rows));
        element(Tag.Columns, out -> out.shorts(Tag.Columns, columns));
        element(Tag.BitsAllocated, out -> out.shorts(Tag.BitsAllocated, 16));
        element(Tag.BitsStored, out -> out.shorts(Tag.BitsStored, 16));
        element(Tag.HighBit, out -> out.shorts(Tag.HighBit, 15));
        element(Tag.PixelRepresentation, out -> out.shorts(Tag.PixelRepresentation, 0));
    }

    /// Compressed pixels, a fragment for each frame.
    Draft fragments(String syntax, byte[]... frames) {
        describePixels(4, 4, frames.length);
        return transferSyntax(syntax).element(Tag.PixelData, out -> out.fragments(frames));
    }

    /// Compressed frames that are cut into fragments of a length, with a basic offset table or without.
    Draft cut(String syntax, int fragmentBytes, boolean table, byte[]... frames) {
        describePixels(4, 4, frames.length);
        int[] offsets = new int[table ? frames.length : 0];
        List<byte[]> fragments = new ArrayList<>();
        int offset = 0;
        for (int frame = 0; frame < frames.length; frame++) {
            if (table) {
                offsets[frame] = offset;
            }
            for (int at = 0; at < frames[frame].length; at += fragmentBytes) {
                int end = Math.min(frames[frame].length, at + fragmentBytes);
                fragments.add(Arrays.copyOfRange(frames[frame], at, end));
                offset += 8 + end - at;
            }
        }
        return transferSyntax(syntax)
                .element(Tag.PixelData, out -> out.fragments(offsets, fragments.toArray(byte[][]::new)));
    }

    Draft withoutPixels() {
        for (int tag : new int[] {
            Tag.SamplesPerPixel,
            Tag.PhotometricInterpretation,
            Tag.NumberOfFrames,
            Tag.Rows,
            Tag.Columns,
            Tag.BitsAllocated,
            Tag.BitsStored,
            Tag.HighBit,
            Tag.PixelRepresentation,
            Tag.PixelData
        }) {
            without(tag);
        }
        return this;
    }

    String syntax() {
        return transferSyntax;
    }

    /// Where the instance is found below a root.
    String path() {
        return seriesPath() + "/instances/" + instance;
    }

    String seriesPath() {
        return studyPath() + "/series/" + series;
    }

    String studyPath() {
        return "/studies/" + study;
    }

    byte[] bytes() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(preamble);
        file.writeBytes("DICM".getBytes(StandardCharsets.ISO_8859_1));
        file.writeBytes(metaBytes());
        byte[] dataSet = dataSetBytes.apply(dataSetBytes());
        file.writeBytes(transferSyntax.equals(DEFLATED) ? deflate(dataSet) : dataSet);
        return fileBytes.apply(file.toByteArray());
    }

    /// How long the file is without its last elements: from group 0002 alone to all of it.
    List<Integer> cuts() {
        List<Integer> cuts = new ArrayList<>();
        int length = preamble.length + 4 + metaBytes().length;
        cuts.add(length);
        for (Consumer<Elements> writer : elements.values()) {
            Elements out = elements();
            writer.accept(out);
            length += out.toBytes().length;
            cuts.add(length);
        }
        return cuts;
    }

    private byte[] metaBytes() {
        Elements group = Elements.explicit();
        if (wholeMeta != null) {
            wholeMeta.accept(group);
            return group.toBytes();
        }
        group.bytes(Tag.FileMetaInformationVersion, "OB", new byte[] {0, 1});
        group.text(Tag.MediaStorageSOPClassUID, "UI", sopClass);
        group.text(Tag.MediaStorageSOPInstanceUID, "UI", instance);
        group.text(Tag.TransferSyntaxUID, "UI", transferSyntax);
        group.text(Tag.ImplementationClassUID, "UI", "2.25.1");
        meta.accept(group);
        byte[] length = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(group.toBytes().length)
                .array();
        return Elements.explicit()
                .bytes(Tag.FileMetaInformationGroupLength, "UL", length)
                .append(group)
                .toBytes();
    }

    private byte[] dataSetBytes() {
        Elements out = elements();
        elements.values().forEach(writer -> writer.accept(out));
        return out.toBytes();
    }

    private Elements elements() {
        return new Elements(
                !transferSyntax.equals(IMPLICIT),
                transferSyntax.equals(BIG_ENDIAN) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] deflate(byte[] bytes) {
        Deflater deflater = new Deflater(6, true);
        deflater.setInput(bytes);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }
}
