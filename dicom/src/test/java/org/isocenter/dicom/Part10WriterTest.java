package org.isocenter.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.isocenter.dicom.RoundTrip.element;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Part10WriterTest {
    private static DataSet dataSet() {
        return new DataSet()
                .putString(Tag.SOPClassUID, FileBuilder.SOP_CLASS)
                .putString(Tag.SOPInstanceUID, FileBuilder.SOP_INSTANCE)
                .putString(Tag.PatientName, "Doe^John")
                .putItems(
                        0x00400275,
                        new DataSet().putString(Tag.CodeValue, "A").putInts(Tag.Rows, 1, 258),
                        new DataSet())
                .putInts(Tag.Rows, 258);
    }

    @Test
    void aNewDataSetIsWrittenInEveryEncodingAndReadAgain() throws Exception {
        for (TransferSyntax syntax : TransferSyntax.all()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Part10Writer.write(Part10.of(dataSet(), syntax), BulkSource.NONE, out);
            Part10 part10 = RoundTrip.read(out.toByteArray());
            assertThat(part10.dataSet()).as(syntax.name()).isEqualTo(dataSet());
            assertThat(part10.transferSyntax()).isEqualTo(syntax);
            assertThat(part10.deviations()).isEmpty();
            assertThat(part10.fileMeta().findString(Tag.MediaStorageSOPClassUID))
                    .isEqualTo(FileBuilder.SOP_CLASS);
            assertThat(part10.fileMeta().findString(Tag.MediaStorageSOPInstanceUID))
                    .isEqualTo(FileBuilder.SOP_INSTANCE);
            assertThat(part10.fileMeta().findString(Tag.ImplementationClassUID)).startsWith("2.25.");
            assertThat(part10.preamble()).isEqualTo(new byte[128]);
        }
    }

    @Test
    void aDataSetAloneIsWrittenAsMessagesHaveIt() throws Exception {
        for (TransferSyntax syntax : TransferSyntax.all()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Part10Writer.writeDataSet(dataSet(), syntax, BulkSource.NONE, out);
            Part10 part10 =
                    Part10Reader.readDataSet(new ByteArrayInputStream(out.toByteArray()), syntax, ReadOptions.DEFAULT);
            assertThat(part10.dataSet()).isEqualTo(dataSet());
        }
    }

    @Test
    void valuesTooLongForSixteenBitsOfLengthAreWrittenAsUnknown() throws Exception {
        byte[] text = new byte[70_000];
        byte[] file = FileBuilder.implicit()
                .identified()
                .element(Tag.PatientComments, "LT", text)
                .file();
        Part10 implicit = RoundTrip.read(file);
        byte[] written = RoundTrip.write(Part10.of(implicit.dataSet(), TransferSyntax.EXPLICIT_LITTLE_ENDIAN), file);
        Element element = element(RoundTrip.read(written).dataSet(), Tag.PatientComments);
        assertThat(element.vr()).isEqualTo(Vr.UN);
        assertThat(element.value().lengthBytes()).isEqualTo(70_000);
    }

    @Test
    void bulkIsCopiedFromAFile(@TempDir Path folder) throws Exception {
        byte[] pixels = new byte[200_000];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 31);
        }
        byte[] file = FileBuilder.explicit()
                .identified()
                .element(Tag.PixelData, "OW", pixels)
                .file();
        Path path = Files.write(folder.resolve("file"), file);
        Part10 part10 = RoundTrip.read(file);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (FileChannel channel = FileChannel.open(path)) {
            Part10Writer.write(part10, BulkSource.of(channel), out);
            assertThatThrownBy(
                            () -> BulkSource.of(channel).transfer(file.length - 1, 2, OutputStream.nullOutputStream()))
                    .isInstanceOf(EOFException.class);
        }
        assertThat(out.toByteArray()).isEqualTo(file);
    }

    @Test
    void bulkWithoutASourceFails() throws Exception {
        byte[] file = FileBuilder.explicit()
                .identified()
                .element(Tag.PixelData, "OW", 1, 2)
                .file();
        Part10 part10 = RoundTrip.read(file);
        assertThatThrownBy(() -> Part10Writer.write(part10, BulkSource.NONE, OutputStream.nullOutputStream()))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(
                        () -> Part10Writer.write(part10, BulkSource.of(new byte[10]), OutputStream.nullOutputStream()))
                .isInstanceOf(EOFException.class);
    }

    @Test
    void lengthsBeyondThirtyTwoBitsAreNotWritten() {
        DataSet dataSet = dataSet().put(new Element(Tag.PixelData, Vr.OW, new Value.Bulk(0, 1L << 32)));
        Part10 part10 = Part10.of(dataSet, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        assertThatThrownBy(() -> Part10Writer.write(part10, BulkSource.NONE, OutputStream.nullOutputStream()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sequencesNestedDeeperThanAnyStackAreWritten() throws Exception {
        DataSet dataSet = dataSet();
        for (int i = 0; i < 100_000; i++) {
            dataSet = new DataSet()
                    .put(new Element(
                            0x00400275, Vr.SQ, new Value.Items(List.of(new Value.Item(dataSet)), i % 2 == 0, false)));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Part10Writer.writeDataSet(dataSet, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, BulkSource.NONE, out);
        assertThat(out.size()).isGreaterThan(100_000 * 20);
    }

    @Test
    void filesWithoutPreambleOrFileMetaInformationStayWithoutThem() throws Exception {
        byte[] dataSet = FileBuilder.explicit().identified().bytes();
        byte[] meta = FileBuilder.meta(TransferSyntax.EXPLICIT_LITTLE_ENDIAN.uid());
        for (byte[] file : List.of(
                dataSet,
                FileBuilder.explicit().raw(meta).raw(dataSet).bytes(),
                FileBuilder.explicit()
                        .raw(FileBuilder.dicm())
                        .raw(meta)
                        .raw(dataSet)
                        .bytes())) {
            Part10 part10 = RoundTrip.read(file);
            assertThat(part10.deviates(Deviation.Kind.NO_PREAMBLE)).isTrue();
            RoundTrip.assertSameBytes(file, part10, "round trip");
        }
    }
}
