package org.isocenter.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.isocenter.dicom.FileBuilder.ITEM;
import static org.isocenter.dicom.FileBuilder.ITEM_END;
import static org.isocenter.dicom.FileBuilder.SEQUENCE_END;
import static org.isocenter.dicom.FileBuilder.UNDEFINED;
import static org.isocenter.dicom.RoundTrip.element;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.isocenter.dicom.Deviation.Kind;
import org.junit.jupiter.api.Test;

/// Hostile files, by the numbers of the promises that say what becomes of them.
class Part10HostileTest {
    private static final int SEQUENCE = 0x00400275;
    private static final int PRIVATE = 0x00091001;
    private static final String EXPLICIT = TransferSyntax.EXPLICIT_LITTLE_ENDIAN.uid();
    private static final String IMPLICIT = TransferSyntax.IMPLICIT_LITTLE_ENDIAN.uid();

    private static FileBuilder explicit() {
        return FileBuilder.explicit().identified();
    }

    private static FileBuilder implicit() {
        return FileBuilder.implicit().identified();
    }

    private static void assertRefused(byte[] file, String words) {
        assertRefused(file, ReadOptions.DEFAULT, words);
    }

    private static void assertRefused(byte[] file, ReadOptions options, String words) {
        assertThatThrownBy(() -> RoundTrip.read(file, options))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(words);
    }

    /// Reads and writes it, and asserts that these and no other deviations were met.
    private static Part10 accept(byte[] file, Kind... kinds) throws Exception {
        Part10 part10 = RoundTrip.read(file);
        assertThat(part10.deviations().stream().map(Deviation::kind)).containsExactly(kinds);
        RoundTrip.assertSameBytes(file, part10, Arrays.toString(kinds));
        return part10;
    }

    @Test
    void p01EmptyInputIsRefused() {
        assertRefused(new byte[0], "empty");
    }

    @Test
    void p02OtherFormatsAreRefused() {
        assertRefused(new byte[131], "no DICM");
        assertRefused(new byte[132], "no DICM");
        assertRefused("A letter.".repeat(50).getBytes(StandardCharsets.US_ASCII), "no DICM");
        assertRefused(new byte[] {'P', 'K', 3, 4, 20, 0, 0, 0, 8, 0}, "no DICM");
        assertRefused(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10}, "no DICM");
        assertRefused(new byte[] {8, 0}, "no DICM");
    }

    @Test
    void p03WithoutTransferSyntaxTheFirstElementsTellOrItIsRefused() throws Exception {
        byte[] meta = FileBuilder.explicit()
                .zeros(128)
                .raw(FileBuilder.dicm())
                .numbers(Tag.FileMetaInformationGroupLength, "UL", 4, 14)
                .element(Tag.FileMetaInformationVersion, "OB", 0, 1)
                .bytes();
        byte[] file = FileBuilder.explicit().raw(meta).raw(explicit().bytes()).bytes();
        assertThat(accept(file, Kind.NO_FILE_META).transferSyntax()).isEqualTo(TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        assertRefused(meta, "no transfer syntax");
        assertRefused(FileBuilder.explicit().raw(meta).zeros(100).bytes(), "no transfer syntax");
    }

    @Test
    void p04TheFileMetaInformationEndsWhereGroup2EndsWhateverItsLengthSays() throws Exception {
        for (long wrong : new long[] {4, -4, 0, 0xFFFFFFFFL}) {
            byte[] file = explicit().file();
            long length = LittleEndian.integer(file, 140);
            byte[] length4 = FileBuilder.explicit()
                    .number(Math.abs(wrong) == 4 ? length + wrong : wrong, 4)
                    .bytes();
            System.arraycopy(length4, 0, file, 140, 4);
            Part10 part10 = accept(file, Kind.FILE_META_LENGTH);
            assertThat(part10.dataSet().size()).isEqualTo(2);
        }
    }

    @Test
    void p06UnknownTransferSyntaxesAreRefused() throws Exception {
        assertRefused(explicit().file("1.2.840.113619.5.2"), "unknown transfer syntax 1.2.840.113619.5.2");
        accept(explicit().file(""), Kind.NO_FILE_META);
    }

    @Test
    void p07AWrongTransferSyntaxIsSetRightWhereOneReadingFits() throws Exception {
        FileBuilder big =
                FileBuilder.in(TransferSyntax.EXPLICIT_BIG_ENDIAN).identified().text(Tag.PatientID, "LO", "A1");
        FileBuilder little = explicit().text(Tag.PatientID, "LO", "A1");
        FileBuilder none = implicit().text(Tag.PatientID, "LO", "A1");
        record Case(FileBuilder data, String declared, TransferSyntax actual) {}
        for (Case wrong : List.of(
                new Case(none, EXPLICIT, TransferSyntax.IMPLICIT_LITTLE_ENDIAN),
                new Case(little, IMPLICIT, TransferSyntax.EXPLICIT_LITTLE_ENDIAN),
                new Case(big, EXPLICIT, TransferSyntax.EXPLICIT_BIG_ENDIAN),
                new Case(little, TransferSyntax.EXPLICIT_BIG_ENDIAN.uid(), TransferSyntax.EXPLICIT_LITTLE_ENDIAN),
                new Case(
                        little,
                        TransferSyntax.DEFLATED_EXPLICIT_LITTLE_ENDIAN.uid(),
                        TransferSyntax.EXPLICIT_LITTLE_ENDIAN))) {
            Part10 part10 = accept(wrong.data.file(wrong.declared), Kind.OTHER_TRANSFER_SYNTAX);
            assertThat(part10.transferSyntax()).isEqualTo(wrong.actual);
            assertThat(part10.dataSet().findString(Tag.PatientID)).isEqualTo("A1");
        }
    }

    @Test
    void p07EncapsulationDeclaredWronglyIsSetRightOrRefused() throws Exception {
        String jpeg = TransferSyntax.JPEG_BASELINE.uid();
        byte[] nativeFile = explicit().element(Tag.PixelData, "OW", 1, 2, 3, 4).file(jpeg);
        assertThat(accept(nativeFile, Kind.PIXEL_DATA_FORM).transferSyntax())
                .isEqualTo(TransferSyntax.EXPLICIT_LITTLE_ENDIAN);

        byte[] implicitFile = implicit().fragments(new byte[0], new byte[2]).file(jpeg);
        TransferSyntax found = accept(implicitFile, Kind.OTHER_TRANSFER_SYNTAX).transferSyntax();
        assertThat(found.uid()).isEqualTo(jpeg);
        assertThat(found.explicitVr()).isFalse();

        assertRefused(explicit().fragments(new byte[0], new byte[2]).file(), "fragments in a transfer syntax");
        assertRefused(implicit().fragments(new byte[0], new byte[2]).file(), "fragments in a transfer syntax");
        byte[] items =
                FileBuilder.explicit().tag(ITEM, 0).tag(ITEM, 2).raw(1, 2).bytes();
        assertRefused(
                explicit().element(Tag.PixelData, "OB", items).file(jpeg), "fragments in pixel data of defined length");
    }

    @Test
    void p08ATagThatStandsTwiceIsRefusedEvenOutOfOrder() throws Exception {
        assertRefused(explicit().text(Tag.SOPInstanceUID, "UI", "1").file(), "stands twice at (0008,0018), byte");
        FileBuilder disorder = explicit().numbers(Tag.Rows, "US", 2, 1).text(Tag.PatientID, "LO", "A1");
        accept(disorder.file(), Kind.TAG_ORDER);
        assertRefused(disorder.numbers(Tag.Rows, "US", 2, 1).file(), "stands twice at (0028,0010)");
    }

    @Test
    void p08DisorderCostsNoMoreThanOrder() throws Exception {
        FileBuilder builder = FileBuilder.implicit().identified();
        for (int i = 100_000; i > 0; i--) {
            builder.tag(0x00110000 + i * 2, 0);
        }
        Part10 part10 = RoundTrip.read(builder.file());
        assertThat(part10.dataSet().size()).isEqualTo(100_002);
        assertThat(part10.deviations()).hasSizeLessThan(20);
    }

    @Test
    void p09LengthsBeyondTheInputAllocateNothing() {
        for (String vr : List.of("OB", "UT", "UN", "OW", "SQ")) {
            for (long length : new long[] {0xFFFFFFFEL, 0xFFFFFFFDL, 0x7FFFFFFFL, 0x10000, 60_000}) {
                byte[] file =
                        explicit().header(PRIVATE, vr, length).raw(1, 2, 3, 4).file();
                long before = allocated();
                assertRefused(file, "(0009,1001)");
                assertThat(allocated() - before).as(vr + " " + length).isLessThan(256 << 10);
            }
            byte[] reserved = explicit().header(PRIVATE, vr, 0xFFFFFFFEL).file();
            assertRefused(reserved, "a value of 4294967294 bytes");
        }
        byte[] item =
                FileBuilder.explicit().header(PRIVATE, "OB", 5).raw(1, 2, 3, 4).bytes();
        byte[] file = explicit()
                .header(SEQUENCE, "SQ", 8 + item.length)
                .tag(ITEM, item.length)
                .raw(item)
                .zeros(100)
                .file();
        assertRefused(file, "a value of 5 bytes where 4 are left at (0040,0275)[1].(0009,1001), byte ");
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().threadId());
    }

    @Test
    void p10UndefinedLengthsAreForSequencesUnknownsAndFragments() {
        for (String vr : List.of("UT", "UC", "UR", "OD", "OF", "OL", "OV", "SV", "UV")) {
            assertRefused(
                    explicit()
                            .header(PRIVATE, vr, UNDEFINED)
                            .tag(SEQUENCE_END, 0)
                            .file(),
                    "undefined length");
        }
        for (int tag : new int[] {Tag.Rows, Tag.PatientID, 0x00090010}) {
            assertRefused(implicit().tag(tag, UNDEFINED).tag(SEQUENCE_END, 0).file(), "undefined length");
        }
    }

    @Test
    void p11OddLengthsAreAccepted() throws Exception {
        Part10 part10 = accept(
                explicit()
                        .element(PRIVATE, "OB", 1)
                        .element(Tag.PatientID, "LO", 'A', '1', '2')
                        .file(),
                Kind.ODD_LENGTH,
                Kind.ODD_LENGTH);
        assertThat(part10.deviations().getLast().path()).isEqualTo("(0010,0020)");
        accept(
                FileBuilder.in(TransferSyntax.EXPLICIT_BIG_ENDIAN)
                        .identified()
                        .element(Tag.Rows, "US", 1, 2, 3)
                        .file(),
                Kind.ODD_LENGTH);
    }

    @Test
    void p12SixtyFourLevelsAreAccepted() throws Exception {
        for (Nest nest : Nest.values()) {
            accept(nest.file(64));
        }
    }

    @Test
    void p13DeeperNestingIsRefused() {
        for (Nest nest : Nest.values()) {
            for (int depth : new int[] {65, 3000, 100_000}) {
                if (nest != Nest.DEFINED || depth <= 3000) {
                    assertRefused(nest.file(depth), "nested deeper than 64");
                }
            }
        }
    }

    private enum Nest {
        UNDEFINED_LENGTHS,
        UNKNOWN,
        PRIVATE_TAGS,
        DEFINED;

        byte[] file(int depth) {
            return switch (this) {
                case UNDEFINED_LENGTHS -> nested(FileBuilder.explicit(), FileBuilder.explicit(), "SQ", SEQUENCE, depth);
                case UNKNOWN -> nested(FileBuilder.explicit(), FileBuilder.implicit(), "UN", PRIVATE, depth);
                case PRIVATE_TAGS -> nested(FileBuilder.implicit(), FileBuilder.implicit(), "SQ", PRIVATE, depth);
                case DEFINED -> defined(depth);
            };
        }

        private static byte[] nested(FileBuilder outer, FileBuilder inner, String vr, int tag, int depth) {
            outer.text(Tag.SOPInstanceUID, "UI", "1").header(tag, vr, UNDEFINED).tag(ITEM, UNDEFINED);
            for (int i = 1; i < depth; i++) {
                inner.header(tag, vr, UNDEFINED).tag(ITEM, UNDEFINED);
            }
            for (int i = 0; i < depth; i++) {
                inner.tag(ITEM_END, 0).tag(SEQUENCE_END, 0);
            }
            return outer.raw(inner.bytes()).file();
        }

        private static byte[] defined(int depth) {
            FileBuilder builder = FileBuilder.explicit().text(Tag.SOPInstanceUID, "UI", "1");
            for (int i = depth; i > 0; i--) {
                builder.header(SEQUENCE, "SQ", 20L * i - 12).tag(ITEM, 20L * i - 20);
            }
            return builder.file();
        }
    }

    @Test
    void p14NumbersOfItemsElementsAndFragmentsAreBounded() {
        assertRefused(
                explicit()
                        .header(SEQUENCE, "SQ", 8 * 100_001)
                        .raw(repeat(FileBuilder.explicit().tag(ITEM, 0).bytes(), 100_001))
                        .file(),
                "more than 100000 items");
        Limits few = new Limits(64, 1000, 100_000, 64 << 10, 100, 200, 1 << 20, 4L << 30, 128);
        assertRefused(
                explicit()
                        .header(SEQUENCE, "SQ", UNDEFINED)
                        .raw(repeat(FileBuilder.explicit().tag(ITEM, 0).bytes(), 1000))
                        .file(),
                ReadOptions.DEFAULT.within(few),
                "more than 1000 elements and items");
        byte[][] fragments = new byte[100][0];
        assertRefused(
                FileBuilder.in(TransferSyntax.RLE_LOSSLESS)
                        .identified()
                        .fragments(new byte[0], fragments)
                        .file(),
                ReadOptions.DEFAULT.within(few),
                "more than 100 fragments");
    }

    private static byte[] repeat(byte[] bytes, int times) {
        byte[] repeated = new byte[bytes.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(bytes, 0, repeated, i * bytes.length, bytes.length);
        }
        return repeated;
    }

    @Test
    void p15DelimitersStandWhereTheyAreDue() throws Exception {
        byte[] element = FileBuilder.explicit().text(Tag.PatientID, "LO", "A1").bytes();
        assertRefused(explicit().tag(ITEM_END, 0).file(), "item delimiter outside an item");
        assertRefused(explicit().tag(SEQUENCE_END, 0).file(), "sequence delimiter where an element was due");
        assertRefused(explicit().tag(ITEM, 0).file(), "item outside a sequence");
        assertRefused(
                explicit()
                        .header(SEQUENCE, "SQ", UNDEFINED)
                        .tag(ITEM, UNDEFINED)
                        .tag(ITEM_END, 2)
                        .raw(0, 0)
                        .file(),
                "a delimiter with a length at (0040,0275)[1]");
        assertRefused(
                explicit()
                        .header(SEQUENCE, "SQ", UNDEFINED)
                        .tag(SEQUENCE_END, 8)
                        .zeros(8)
                        .file(),
                "a delimiter with a length");
        assertRefused(
                explicit()
                        .header(SEQUENCE, "SQ", UNDEFINED)
                        .tag(ITEM, element.length + 8L)
                        .raw(element)
                        .tag(ITEM_END, 0)
                        .tag(SEQUENCE_END, 0)
                        .file(),
                "item delimiter in an item of defined length");
        assertRefused(
                explicit()
                        .header(SEQUENCE, "SQ", 16)
                        .tag(ITEM, 0)
                        .tag(SEQUENCE_END, 0)
                        .file(),
                "sequence delimiter in a sequence of defined length");
        assertRefused(
                explicit()
                        .header(SEQUENCE, "SQ", UNDEFINED)
                        .tag(ITEM, UNDEFINED)
                        .raw(element)
                        .tag(SEQUENCE_END, 0)
                        .file(),
                "sequence delimiter where an element was due");
        assertRefused(
                explicit()
                        .header(SEQUENCE, "SQ", UNDEFINED)
                        .tag(ITEM, 0)
                        .raw(element)
                        .file(),
                "(0010,0020) where an item was due");
        assertRefused(
                explicit()
                        .header(SEQUENCE, "SQ", 8 + element.length)
                        .tag(ITEM, UNDEFINED)
                        .raw(element)
                        .file(),
                "item delimiter missing");
        assertRefused(
                explicit()
                        .header(SEQUENCE, "SQ", 20)
                        .tag(ITEM, 12)
                        .header(0x00400260, "SQ", UNDEFINED)
                        .file(),
                "sequence delimiter missing");
    }

    @Test
    void p15FinalDelimitersMayBeMissingAtTheEndOfTheInput() throws Exception {
        FileBuilder open = explicit().header(SEQUENCE, "SQ", UNDEFINED);
        accept(open.file(), Kind.NO_DELIMITER);
        open.tag(ITEM, UNDEFINED).text(Tag.PatientID, "LO", "A1");
        Part10 part10 = accept(open.file(), Kind.NO_DELIMITER, Kind.NO_DELIMITER);
        assertThat(part10.dataSet().items(SEQUENCE).getFirst().findString(Tag.PatientID))
                .isEqualTo("A1");
        accept(open.tag(ITEM_END, 0).file(), Kind.NO_DELIMITER);
        accept(
                FileBuilder.in(TransferSyntax.RLE_LOSSLESS)
                        .identified()
                        .header(Tag.PixelData, "OB", UNDEFINED)
                        .tag(ITEM, 0)
                        .file(),
                Kind.NO_DELIMITER);
        assertRefused(explicit().header(SEQUENCE, "SQ", 16).tag(ITEM, UNDEFINED).file(), "ends too early");
    }

    @Test
    void p16ItemsStayWithinTheirSequence() {
        byte[] element = FileBuilder.explicit().text(Tag.PatientID, "LO", "A1").bytes();
        assertRefused(
                explicit()
                        .header(SEQUENCE, "SQ", 8 + element.length)
                        .tag(ITEM, element.length + 2L)
                        .raw(element)
                        .zeros(20)
                        .file(),
                "reaches past what is around it");
        assertRefused(
                explicit().header(SEQUENCE, "SQ", 12).tag(ITEM, 0).zeros(4).file(), "4 bytes left in the sequence");
        assertRefused(
                explicit().header(SEQUENCE, "SQ", 8 + 4).tag(ITEM, 4).zeros(4).file(), "too few for an element");
        assertRefused(
                explicit()
                        .header(SEQUENCE, "SQ", 8 + 10)
                        .tag(ITEM, 10)
                        .header(PRIVATE, "OB", 0)
                        .file(),
                "too few for (0009,1001) OB");
        assertRefused(explicit().header(SEQUENCE, "SQ", 4).zeros(4).file(), "too few for an item");
    }

    @Test
    void p17ZerosAndPaddingMayFollow() throws Exception {
        for (int count : new int[] {1, 7, 8, 9, 100_000}) {
            accept(explicit().zeros(count).file(), Kind.TRAILING_ZEROS);
            accept(
                    FileBuilder.in(TransferSyntax.DEFLATED_EXPLICIT_LITTLE_ENDIAN)
                            .identified()
                            .zeros(count)
                            .file(),
                    Kind.TRAILING_ZEROS);
        }
        accept(explicit().element(0xFFFCFFFC, "OB", 0, 0, 0, 0).file());
        accept(implicit().element(0xFFFCFFFC, "OB", 1, 2, 3, 4).file());
        assertRefused(explicit().zeros(50).raw(1).file(), "other bytes after them");
        assertRefused(explicit().raw(1, 2, 3).file(), "ends inside a header");
        assertRefused(
                explicit()
                        .raw("\r\n--boundary--".getBytes(StandardCharsets.US_ASCII))
                        .file(),
                "at (0A0D,2D2D)");
        assertRefused(FileBuilder.explicit().zeros(50).file(), "tag (0000,0000)");
    }

    @Test
    void p19GroupsThatNoDataSetHasAreRefused() {
        for (int group : new int[] {0x0000, 0x0001, 0x0002, 0x0003, 0x0005, 0x0007, 0xFFFF, 0xFFFE}) {
            FileBuilder item = FileBuilder.explicit().header(Tags.of(group, 0x0010), "OB", 0);
            assertRefused(explicit().header(Tags.of(group, 0x0010), "OB", 0).file(), "an element of group");
            assertRefused(explicit().sequence(SEQUENCE, "SQ", true, item).file(), "an element of group");
        }
    }

    @Test
    void p20BytesThatAreNoRepresentationAreRefused() {
        for (String vr : List.of("ZZ", "--", "\0\0", " \n", "us", "Us", "OX")) {
            assertRefused(explicit().header(Tag.Rows, vr, 2).zeros(2).file(), "where a value representation was due");
            assertRefused(
                    explicit()
                            .sequence(
                                    SEQUENCE,
                                    "SQ",
                                    true,
                                    FileBuilder.explicit()
                                            .header(Tag.Rows, vr, 2)
                                            .zeros(2))
                            .file(),
                    "where a value representation was due");
            byte[] meta = FileBuilder.explicit()
                    .zeros(128)
                    .raw(FileBuilder.dicm())
                    .header(Tag.FileMetaInformationGroupLength, vr, 4)
                    .number(0, 4)
                    .raw(FileBuilder.meta(EXPLICIT))
                    .raw(explicit().bytes())
                    .bytes();
            assertRefused(meta, "where a value representation was due at (0002,0000), byte 136");
        }
    }

    @Test
    void p20ReservedBytesAreZero() {
        assertRefused(
                explicit()
                        .number(0x0009, 2)
                        .number(0x1001, 2)
                        .raw('O', 'B', 1, 0, 0, 0, 0, 0)
                        .file(),
                "the reserved bytes of (0009,1001) OB");
    }

    @Test
    void p21OnlyTheNumbersOfTheImageMustHaveTheirRepresentation() throws Exception {
        assertRefused(explicit().numbers(Tag.Rows, "UL", 4, 1).file(), "VR UL where the image pixel module has US");
        assertRefused(explicit().numbers(Tag.BitsAllocated, "SS", 2, 8).file(), "VR SS");
        Part10 part10 = accept(
                FileBuilder.explicit()
                        .element(Tag.SOPInstanceUID, "OB", '1', '.', '2', 0)
                        .file(),
                Kind.OTHER_VR);
        assertThat(element(part10.dataSet(), Tag.SOPInstanceUID).vr()).isEqualTo(Vr.OB);
        accept(explicit().element(Tag.Rows, "UN", 1, 0).file());
        accept(explicit().numbers(Tag.PixelPaddingValue, "SS", 2, 8).file());
    }

    @Test
    void p22DeflatedBombsAreRefused() {
        byte[] bomb = FileBuilder.in(TransferSyntax.DEFLATED_EXPLICIT_LITTLE_ENDIAN)
                .identified()
                .header(Tag.PixelData, "OW", 66 << 20)
                .zeros(66 << 20)
                .file();
        assertRefused(bomb, "inflates to more than 200 times its size");

        Limits small = new Limits(64, 1000, 1000, 64 << 10, 100, 200, 64 << 20, 1 << 20, 128);
        byte[] large = FileBuilder.in(TransferSyntax.DEFLATED_EXPLICIT_LITTLE_ENDIAN)
                .identified()
                .header(Tag.PixelData, "OW", 2 << 20)
                .zeros(2 << 20)
                .file();
        assertRefused(large, ReadOptions.DEFAULT.within(small), "larger than 1048576 bytes");

        String deflated = TransferSyntax.DEFLATED_EXPLICIT_LITTLE_ENDIAN.uid();
        byte[] twice = FileBuilder.explicit()
                .raw(FileBuilder.deflated(FileBuilder.deflated(explicit().bytes(), true), true))
                .file(deflated);
        assertThatThrownBy(() -> RoundTrip.read(twice)).isInstanceOf(MalformedException.class);

        byte[] emptyBlocks = repeat(new byte[] {0, 0, 0, (byte) 0xFF, (byte) 0xFF}, 1_000_000);
        assertRefused(FileBuilder.explicit().raw(emptyBlocks).file(deflated), "ends before its last block");
    }

    @Test
    void p23DamagedDeflatedDataAreRefusedAndWrappersRead() throws Exception {
        FileBuilder data = FileBuilder.in(TransferSyntax.DEFLATED_EXPLICIT_LITTLE_ENDIAN)
                .identified()
                .text(Tag.PatientID, "LO", "A1");
        String uid = TransferSyntax.DEFLATED_EXPLICIT_LITTLE_ENDIAN.uid();
        byte[] raw = FileBuilder.deflated(data.bytes(), true);
        accept(FileBuilder.explicit().raw(raw).file(uid));
        accept(
                FileBuilder.explicit()
                        .raw(FileBuilder.deflated(data.bytes(), false))
                        .file(uid),
                Kind.ZLIB_WRAPPER);
        assertRefused(
                FileBuilder.explicit().raw(Arrays.copyOf(raw, raw.length - 4)).file(uid), "ends before its last block");
        byte[] corrupt = raw.clone();
        corrupt[0] = 7;
        assertRefused(FileBuilder.explicit().raw(corrupt).file(uid), "corrupt");
        assertRefused(FileBuilder.explicit().raw(raw).raw(0, 1).file(uid), "bytes after the deflated data set");
        assertRefused(FileBuilder.explicit().raw(raw).zeros(20).file(uid), "bytes after the deflated data set");
        Part10 cut = RoundTrip.read(
                FileBuilder.explicit().raw(Arrays.copyOf(raw, raw.length - 4)).file(uid),
                ReadOptions.DEFAULT.acceptingTruncated());
        assertThat(cut.deviates(Kind.TRUNCATED)).isTrue();
    }

    @Test
    void p24InstancesOverTheLimitAreRefused() {
        Limits small = new Limits(64, 1000, 1000, 64 << 10, 100, 200, 64 << 20, 1 << 20, 128);
        assertRefused(
                explicit().header(Tag.PixelData, "OW", 1 << 20).zeros(1 << 20).file(),
                ReadOptions.DEFAULT.within(small),
                "larger than 1048576 bytes");
        byte[] value = explicit()
                .header(Tag.PixelData, "OW", (1 << 20) + 2)
                .zeros((1 << 20) + 2)
                .file();
        assertRefused(value, ReadOptions.DEFAULT.within(small), "larger than 1048576 bytes");
        assertRefused(
                explicit().header(Tag.PixelData, "OW", (1 << 20) + 2).file(),
                ReadOptions.DEFAULT.within(small),
                "ends inside the 1048578 bytes");
    }

    @Test
    void v06CharacterSetsThatAreNoneOrDoNotGoTogetherAreTold() throws Exception {
        for (String terms : List.of("NONSENSE", "ISO_IR 192\\ISO_IR 100", "ISO-IR 100")) {
            FileBuilder file = FileBuilder.explicit().text(Tag.SpecificCharacterSet, "CS", terms);
            accept(file.text(Tag.PatientName, "PN", "A").file(), Kind.CHARACTER_SET);
        }
        accept(FileBuilder.explicit()
                .text(Tag.SpecificCharacterSet, "CS", "\\ISO 2022 IR 87")
                .file());
    }

    @Test
    void p26EndlessTinyElementsEndAtTheCap() {
        InputStream endless =
                new SequenceInputStream(new ByteArrayInputStream(implicit().file()), new InputStream() {
                    private int tag = 0x00100000;

                    @Override
                    public int read() {
                        throw new AssertionError("one by one");
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) {
                        FileBuilder elements = FileBuilder.implicit();
                        for (int i = 0; i < length / 8; i++) {
                            elements.tag(tag++, 0);
                        }
                        System.arraycopy(elements.bytes(), 0, target, offset, elements.length());
                        return elements.length();
                    }
                });
        Limits few = new Limits(64, 100_000, 1000, 64 << 10, 100, 200, 64 << 20, 4L << 30, 128);
        assertThatThrownBy(() -> Part10Reader.read(endless, ReadOptions.DEFAULT.within(few)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("more than 100000 elements and items");
    }

    @Test
    void valuesInMemoryAreBoundedTogether() throws Exception {
        Limits small = new Limits(64, 100_000, 1000, 1 << 10, 100, 200, 64 << 20, 4L << 30, 128);
        FileBuilder builder = FileBuilder.explicit().identified();
        for (int i = 0; i < 2000; i++) {
            builder.element(0x00110000 + 0x1000 + i, "OB", new byte[1000]);
        }
        Part10 part10 = RoundTrip.read(builder.file(), ReadOptions.DEFAULT.within(small));
        assertThat(element(part10.dataSet(), 0x00111000).value()).isInstanceOf(Value.Bytes.class);
        assertThat(element(part10.dataSet(), 0x001117CF).value()).isInstanceOf(Value.Bulk.class);
        RoundTrip.assertSameBytes(builder.file(), part10, "bulk");
    }

    @Test
    void p27PixelDataMayStandInPrivateSequencesAndInSeveralKinds() throws Exception {
        FileBuilder pixels = FileBuilder.explicit().element(Tag.PixelData, "OW", 1, 2);
        assertRefused(explicit().raw(pixels.bytes()).raw(pixels.bytes()).file(), "stands twice");
        accept(
                explicit()
                        .element(Tag.FloatPixelData, "OF", 0, 0, 0, 0)
                        .raw(pixels.bytes())
                        .file(),
                Kind.SEVERAL_PIXEL_DATA);
        accept(explicit()
                .sequence(PRIVATE, "SQ", false, pixels)
                .raw(pixels.bytes())
                .file());
    }

    @Test
    void p28FileMetaInformationInImplicitVrIsAccepted() throws Exception {
        FileBuilder meta = FileBuilder.implicit().text(Tag.TransferSyntaxUID, "UI", EXPLICIT);
        byte[] file = FileBuilder.implicit()
                .zeros(128)
                .raw(FileBuilder.dicm())
                .numbers(Tag.FileMetaInformationGroupLength, "UL", 4, meta.length())
                .raw(meta.bytes())
                .raw(explicit().bytes())
                .bytes();
        assertThat(accept(file, Kind.FILE_META_IMPLICIT).transferSyntax())
                .isEqualTo(TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    }

    @Test
    void p29To31ThePreambleIsGivenAsItIs() throws Exception {
        byte[] file = explicit().file();
        file[0] = 'M';
        file[1] = 'Z';
        file[127] = 7;
        byte[] preamble = accept(file).preamble();
        assertThat(preamble).hasSize(128).startsWith('M', 'Z').endsWith(7);
    }

    @Test
    void x11BrokenFragmentsAreRefused() throws Exception {
        String jpeg = TransferSyntax.JPEG_BASELINE.uid();
        FileBuilder start = explicit().header(Tag.PixelData, "OB", UNDEFINED);
        byte[] open = start.bytes();
        assertRefused(FileBuilder.explicit().raw(open).tag(SEQUENCE_END, 0).file(jpeg), "without a basic offset table");
        assertRefused(
                FileBuilder.explicit()
                        .raw(open)
                        .tag(ITEM, 0)
                        .tag(ITEM, UNDEFINED)
                        .file(jpeg),
                "a fragment of undefined length at (7FE0,0010)");
        assertRefused(
                FileBuilder.explicit().raw(open).tag(ITEM, 0).tag(Tag.Rows, 0).file(jpeg),
                "(0028,0010) where a fragment was due");
        assertRefused(
                FileBuilder.explicit()
                        .raw(open)
                        .tag(ITEM, 0)
                        .tag(SEQUENCE_END, 2)
                        .zeros(2)
                        .file(jpeg),
                "a delimiter with length 2");
        assertRefused(
                FileBuilder.explicit()
                        .raw(open)
                        .tag(ITEM, 0)
                        .tag(ITEM, 9)
                        .zeros(8)
                        .file(jpeg),
                "inside a fragment");
        accept(FileBuilder.explicit()
                .raw(open)
                .tag(ITEM, 0)
                .tag(SEQUENCE_END, 0)
                .file(jpeg));
        accept(FileBuilder.explicit()
                .raw(open)
                .tag(ITEM, 0)
                .tag(ITEM, 0)
                .tag(SEQUENCE_END, 0)
                .file(jpeg));
        accept(
                FileBuilder.explicit()
                        .raw(open)
                        .tag(ITEM, 3)
                        .zeros(3)
                        .tag(SEQUENCE_END, 0)
                        .file(jpeg),
                Kind.ODD_LENGTH);
    }

    @Test
    void sequencesInTheFileMetaInformationAreRefused() {
        byte[] file = FileBuilder.explicit()
                .zeros(128)
                .raw(FileBuilder.dicm())
                .header(0x00020020, "SQ", 0)
                .raw(explicit().bytes())
                .bytes();
        assertRefused(file, "a sequence in the file meta information");
    }
}
