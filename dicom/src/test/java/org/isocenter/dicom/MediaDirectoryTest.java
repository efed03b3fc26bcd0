package org.isocenter.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MediaDirectoryTest {
    private static final String CT = "1.2.840.10008.5.1.4.1.1.2";
    private static final String SYNTAX = TransferSyntax.EXPLICIT_LITTLE_ENDIAN.uid();

    private static DataSet instance(String patient, String study, String series, String instance) {
        return new DataSet()
                .putString(Tag.SpecificCharacterSet, "ISO_IR 192")
                .putString(Tag.SOPClassUID, CT)
                .putString(Tag.SOPInstanceUID, instance)
                .putString(Tag.StudyDate, "20260131")
                .putString(Tag.PatientName, "Müller^Jörg")
                .putString(Tag.PatientID, patient)
                .putString(Tag.StudyInstanceUID, study)
                .putString(Tag.SeriesInstanceUID, series)
                .putString(Tag.Modality, "CT")
                .putString(Tag.InstanceNumber, "1");
    }

    private static byte[] write(MediaDirectory directory) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Part10Writer.write(directory.toPart10(), BulkSource.NONE, out);
        return out.toByteArray();
    }

    /// The record at an offset of the file, as a reader that knows nothing but offsets finds it.
    private static DataSet record(byte[] file, int offset) throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getShort(offset)).isEqualTo((short) 0xFFFE);
        assertThat(bytes.getShort(offset + 2)).isEqualTo((short) 0xE000);
        ByteArrayOutputStream alone = new ByteArrayOutputStream();
        Part10Writer.write(Part10.of(new DataSet(), TransferSyntax.EXPLICIT_LITTLE_ENDIAN), BulkSource.NONE, alone);
        alone.write(file, offset + 8, bytes.getInt(offset + 4));
        return Part10Reader.read(new ByteArrayInputStream(alone.toByteArray()), ReadOptions.DEFAULT)
                .dataSet();
    }

    /// What a tree of records tells, depth first.
    private static void walk(byte[] file, int offset, String indent, List<String> told) throws Exception {
        for (int at = offset; at != 0; ) {
            DataSet record = record(file, at);
            String type = record.findString(Tag.DirectoryRecordType);
            told.add(indent + type + " "
                    + switch (String.valueOf(type)) {
                        case "PATIENT" -> record.findString(Tag.PatientID) + " " + record.findString(Tag.PatientName);
                        case "STUDY" -> record.findString(Tag.StudyInstanceUID);
                        case "SERIES" -> record.findString(Tag.SeriesInstanceUID);
                        default ->
                            record.findString(Tag.ReferencedSOPInstanceUIDInFile) + " "
                                    + String.join("/", record.strings(Tag.ReferencedFileID));
                    });
            walk(file, number(record, Tag.OffsetOfReferencedLowerLevelDirectoryEntity), indent + " ", told);
            at = number(record, Tag.OffsetOfTheNextDirectoryRecord);
        }
    }

    private static int number(DataSet dataSet, int tag) {
        Integer number = dataSet.findInt(tag);
        return number == null ? -1 : number;
    }

    @Test
    void theTreeOfPatientsStudiesSeriesAndInstancesIsFoundByOffsets() throws Exception {
        MediaDirectory directory = new MediaDirectory();
        directory.add(instance("A", "1.1", "1.1.1", "1.1.1.1"), SYNTAX, "D", "I1");
        directory.add(instance("B", "1.2", "1.2.1", "1.2.1.1"), SYNTAX, "D", "I2");
        directory.add(instance("A", "1.1", "1.1.2", "1.1.2.1"), SYNTAX, "D", "I3");
        directory.add(instance("A", "1.1", "1.1.1", "1.1.1.2"), SYNTAX, "D", "I4");
        byte[] file = write(directory);
        DataSet head = Part10Reader.read(new ByteArrayInputStream(file), ReadOptions.DEFAULT)
                .dataSet();
        List<String> told = new ArrayList<>();
        walk(file, number(head, Tag.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity), "", told);
        assertThat(told)
                .containsExactly(
                        "PATIENT A Müller^Jörg",
                        " STUDY 1.1",
                        "  SERIES 1.1.1",
                        "   IMAGE 1.1.1.1 D/I1",
                        "   IMAGE 1.1.1.2 D/I4",
                        "  SERIES 1.1.2",
                        "   IMAGE 1.1.2.1 D/I3",
                        "PATIENT B Müller^Jörg",
                        " STUDY 1.2",
                        "  SERIES 1.2.1",
                        "   IMAGE 1.2.1.1 D/I2");
        assertThat(record(file, number(head, Tag.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity))
                        .findString(Tag.PatientID))
                .isEqualTo("B");
    }

    /// A directory has a UID of its own, and not all are of the same length.
    @Test
    void whateverTheUidOfTheDirectoryIsItsFirstRecordStandsWhereItSays() throws Exception {
        Set<Integer> lengths = new HashSet<>();
        for (int round = 0; round < 300; round++) {
            MediaDirectory directory = new MediaDirectory();
            directory.add(instance("A", "1.1", "1.1.1", "1.1.1.1"), SYNTAX, "D", "I1");
            byte[] file = write(directory);
            lengths.add(file.length);
            DataSet head = Part10Reader.read(new ByteArrayInputStream(file), ReadOptions.DEFAULT)
                    .dataSet();
            assertThat(record(file, number(head, Tag.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity))
                            .findString(Tag.PatientID))
                    .isEqualTo("A");
        }
        assertThat(lengths).hasSizeGreaterThan(1);
    }

    @Test
    void oneOfNothingHasNoRecords() throws Exception {
        DataSet head = Part10Reader.read(new ByteArrayInputStream(write(new MediaDirectory())), ReadOptions.DEFAULT)
                .dataSet();
        assertThat(head.items(Tag.DirectoryRecordSequence)).isEmpty();
        assertThat(number(head, Tag.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "1.2.840.10008.5.1.4.1.1.2, IMAGE",
        "1.2.840.10008.5.1.4.1.1.9.1.1, WAVEFORM",
        "1.2.840.10008.5.1.4.1.1.66, RAW DATA",
        "1.2.840.10008.5.1.4.1.1.66.4, IMAGE",
        "1.2.840.10008.5.1.4.1.1.88.33, SR DOCUMENT",
        "1.2.840.10008.5.1.4.1.1.88.59, KEY OBJECT DOC",
        "1.2.840.10008.5.1.4.1.1.104.1, ENCAP DOC",
        "1.2.840.10008.5.1.4.1.1.481.1, IMAGE",
        "1.2.840.10008.5.1.4.1.1.481.2, RT DOSE",
        "1.2.840.10008.5.1.4.1.1.481.12, RADIOTHERAPY",
        "1.2.840.10008.5.1.4.1.1.481.24, IMAGE",
        "1.2.840.10008.5.1.4.34.7, PLAN",
        "1.3.12.2.1107.5.9.1, IMAGE"
    })
    void theTypeOfARecordFollowsFromTheSopClass(String sopClass, String type) {
        assertThat(DirectoryRecordType.of(sopClass).term()).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lower", "NINECHARS", "A.DCM", "..", "A/B"})
    void whatIsNoFileIdIsRefused(String component) {
        assertThatThrownBy(() ->
                        new MediaDirectory().add(instance("A", "1.1", "1.1.1", "1.1.1.1"), SYNTAX, "D", component))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
