package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Files that are broken or meant to break something: refused with a reason, or kept as they are; never an error
/// of the server, never a half of anything.
class HostileFilesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PRIVATE_CREATOR = 0x00110010;
    private static final int PRIVATE = 0x00111001;

    private static final String JPEG_2000 = "1.2.840.10008.1.2.4.90";
    private static final int PRIVATE_AT_END = 0x7FE31001;

    private final Archive archive = Archive.get();
    private final Dicomweb dicomweb = archive.dicomweb();

    // Refused

    private static Arguments row(String name, Supplier<byte[]> file) {
        return arguments(Named.of(name, file));
    }

    private static Arguments made(String name, UnaryOperator<Draft> change) {
        return row(name, () -> change.apply(Draft.ct()).bytes());
    }

    private static Arguments ended(String name, UnaryOperator<Elements> tail) {
        return made(
                name,
                draft -> draft.withoutPixels().dataSet(bytes -> {
                    Elements end = tail.apply(Elements.explicit());
                    return Samples.joined(bytes, end.toBytes());
                }));
    }

    static Stream<Arguments> refusedFiles() {
        return Stream.of(
                row("P01 an empty part", () -> new byte[0]),
                row("P02 one byte", () -> new byte[1]),
                row("P02 131 bytes", () -> new byte[131]),
                row("P02 DICM and no more", () -> Samples.joined(new byte[128], Samples.latin("DICM"))),
                row("P02 text", () -> Samples.latin("Lorem ipsum dolor sit amet. ".repeat(20))),
                row("P02 a ZIP", () -> Samples.joined(Samples.latin("PK\3\4"), Samples.noise(500))),
                row("P02 a PNG", () -> Samples.joined(Samples.latin("\211PNG\r\n\032\n"), Samples.noise(500))),
                row("P02 noise", () -> Samples.noise(4000)),
                made("P06 an unknown transfer syntax", d -> d.transferSyntax("1.2.840.10008.1.2.4.999")),
                made("P06 a private transfer syntax", d -> d.transferSyntax("1.2.826.0.1.3680043.9.1")),
                made(
                        "P08 a tag twice",
                        d -> d.element(
                                Tag.PatientID,
                                out -> out.text(Tag.PatientID, "LO", "A").text(Tag.PatientID, "LO", "B"))),
                made(
                        "P27 pixel data twice",
                        d -> d.dataSet(bytes -> Samples.joined(
                                bytes,
                                Elements.explicit()
                                        .bytes(Tag.PixelData, "OW", new byte[32])
                                        .toBytes()))),
                ended(
                        "P09 OB of 4 GiB with 4 bytes left",
                        e -> privateAtEnd(e)
                                .head(PRIVATE_AT_END, "OB", 0xFFFFFFFEL)
                                .raw(four())),
                ended(
                        "P09 UT of 4 GiB with 4 bytes left",
                        e -> privateAtEnd(e)
                                .head(PRIVATE_AT_END, "UT", 0xFFFFFFFEL)
                                .raw(four())),
                ended(
                        "P09 UN of 4 GiB with 4 bytes left",
                        e -> privateAtEnd(e)
                                .head(PRIVATE_AT_END, "UN", 0xFFFFFFFEL)
                                .raw(four())),
                ended(
                        "P09 pixel data of 4 GiB with 4 bytes left",
                        e -> e.head(Tag.PixelData, "OW", 0xFFFFFFFEL).raw(four())),
                ended(
                        "P09 LO longer than what is left",
                        e -> privateAtEnd(e).head(PRIVATE_AT_END, "LO", 60000).raw(four())),
                made(
                        "P09 a value that reaches past its item",
                        d -> d.element(
                                Tag.ProcedureCodeSequence,
                                out -> out.head(Tag.ProcedureCodeSequence, "SQ", 20)
                                        .mark(Elements.ITEM, 12)
                                        .head(Tag.CodeValue, "SH", 40)
                                        .raw(four()))),
                ended("P10 US of undefined length", e -> e.raw(undefined("US"))),
                ended("P10 LO of undefined length", e -> e.raw(undefined("LO"))),
                ended(
                        "P10 UT of undefined length",
                        e -> privateAtEnd(e)
                                .head(PRIVATE_AT_END, "UT", Elements.UNDEFINED)
                                .raw(four())),
                made("P13 65 sequences", d -> nested(d, 65, true)),
                made("P13 3,000 sequences", d -> nested(d, 3000, true)),
                made("P13 100,000 sequences", d -> nested(d, 100_000, true)),
                made("P13 3,000 private sequences", d -> nestedPrivately(d, "SQ", 3000)),
                made("P13 3,000 sequences as UN", d -> nestedPrivately(d, "UN", 3000)),
                made("P13 500 sequences with lengths", d -> nested(d, 500, false)),
                made(
                        "P14 100,001 empty items",
                        d -> d.element(
                                Tag.ProcedureCodeSequence,
                                out -> out.head(Tag.ProcedureCodeSequence, "SQ", 8L * 100_001)
                                        .raw(emptyItems(100_001)))),
                made("P14 1,000,001 empty elements", d -> d.element(PRIVATE_CREATOR, HostileFilesTest::manyElements)),
                made(
                        "P15 a stray item delimiter",
                        d -> d.element(Tag.StudyDescription, out -> out.mark(Elements.ITEM_END, 0))),
                made("P15 a stray item", d -> d.element(Tag.StudyDescription, out -> out.mark(Elements.ITEM, 0))),
                made(
                        "P15 a stray sequence delimiter",
                        d -> d.element(Tag.StudyDescription, out -> out.mark(Elements.SEQUENCE_END, 0))),
                made(
                        "P15 a delimiter with length",
                        d -> d.element(
                                Tag.ProcedureCodeSequence,
                                out -> out.head(Tag.ProcedureCodeSequence, "SQ", Elements.UNDEFINED)
                                        .mark(Elements.SEQUENCE_END, 4)
                                        .raw(four()))),
                made(
                        "P15 an item without its delimiter",
                        d -> d.element(
                                Tag.ProcedureCodeSequence,
                                out -> out.head(Tag.ProcedureCodeSequence, "SQ", Elements.UNDEFINED)
                                        .mark(Elements.ITEM, Elements.UNDEFINED)
                                        .text(Tag.CodeValue, "SH", "A")
                                        .mark(Elements.SEQUENCE_END, 0))),
                made(
                        "P15 an element where an item belongs",
                        d -> d.element(
                                Tag.ProcedureCodeSequence,
                                out -> out.head(Tag.ProcedureCodeSequence, "SQ", Elements.UNDEFINED)
                                        .text(Tag.CodeValue, "SH", "A")
                                        .mark(Elements.SEQUENCE_END, 0))),
                made(
                        "P16 an item longer than its sequence",
                        d -> d.element(
                                Tag.ProcedureCodeSequence,
                                out -> out.head(Tag.ProcedureCodeSequence, "SQ", 8)
                                        .mark(Elements.ITEM, 800))),
                made("P17 other bytes at the end", d -> d.dataSet(bytes -> Samples.joined(bytes, Samples.noise(64)))),
                made("P19 group 0000", d -> d.element(0x00000010, out -> out.text(0x00000010, "LO", "x"))),
                made("P19 group 0001", d -> d.element(0x00010010, out -> out.text(0x00010010, "LO", "x"))),
                made("P19 group 0003", d -> d.element(0x00030010, out -> out.text(0x00030010, "LO", "x"))),
                made("P19 group 0005", d -> d.element(0x00050010, out -> out.text(0x00050010, "LO", "x"))),
                made("P19 group 0007", d -> d.element(0x00070010, out -> out.text(0x00070010, "LO", "x"))),
                made("P19 group FFFF", d -> d.element(0xFFFF0010, out -> out.text(0xFFFF0010, "LO", "x"))),
                made(
                        "P19 group 0002 in the data set",
                        d -> d.element(Tag.StudyDescription, out -> out.text(0x00020016, "AE", "x"))),
                made(
                        "P20 VR ZZ",
                        d -> d.element(Tag.StudyDescription, out -> out.text(Tag.StudyDescription, "ZZ", "x"))),
                made(
                        "P20 VR --",
                        d -> d.element(Tag.StudyDescription, out -> out.text(Tag.StudyDescription, "--", "x"))),
                made(
                        "P20 VR of NUL",
                        d -> d.element(Tag.StudyDescription, out -> out.text(Tag.StudyDescription, "\0\0", "x"))),
                made(
                        "P20 VR of space and LF",
                        d -> d.element(Tag.StudyDescription, out -> out.text(Tag.StudyDescription, " \n", "x"))),
                made(
                        "P20 VR in lower case",
                        d -> d.element(Tag.StudyDescription, out -> out.text(Tag.StudyDescription, "lo", "x"))),
                made("P20 VR ZZ in group 2", d -> d.meta(out -> out.text(0x00020016, "ZZ", "x"))),
                made(
                        "P21 Rows as UL",
                        d -> d.element(Tag.Rows, out -> out.bytes(Tag.Rows, "UL", new byte[] {4, 0, 0, 0}))),
                made(
                        "P22 256 MiB in 260 kB",
                        d -> d.transferSyntax(Draft.DEFLATED).withoutPixels().file(file -> bomb(d, 256 << 20))),
                made(
                        "P23 a deflated stream that is cut",
                        d -> d.transferSyntax(Draft.DEFLATED).file(file -> Arrays.copyOf(file, file.length - 40))),
                made(
                        "P23 a deflated stream that is corrupt",
                        d -> d.transferSyntax(Draft.DEFLATED).file(file -> {
                            Arrays.fill(file, file.length - 60, file.length - 20, (byte) 0xFF);
                            return file;
                        })),
                made(
                        "P23 bytes behind a deflated stream",
                        d -> d.transferSyntax(Draft.DEFLATED).file(file -> Samples.joined(file, Samples.noise(40)))),
                made(
                        "P25 a media directory",
                        d -> d.wholeMeta(out -> out.text(Tag.MediaStorageSOPClassUID, "UI", "1.2.840.10008.1.3.10")
                                .text(Tag.MediaStorageSOPInstanceUID, "UI", "1.2.3")
                                .text(Tag.TransferSyntaxUID, "UI", Draft.EXPLICIT))),
                made("P30 a preamble of Windows", d -> d.preamble(Samples.latin("MZ\220"))),
                made("P30 a preamble of ELF", d -> d.preamble(Samples.latin("\177ELF"))),
                made("P30 a preamble of Mach-O", d -> d.preamble(Samples.latin("\317\372\355\376"))),
                made("P30 a preamble of a script", d -> d.preamble(Samples.latin("#!/bin/sh\n"))),
                made("P30 a preamble of ZIP", d -> d.preamble(Samples.latin("PK\3\4"))),
                made("P30 a preamble of PDF", d -> d.preamble(Samples.latin("%PDF-1.7"))),
                made("P30 a preamble of HTML", d -> d.preamble(Samples.latin("<script>alert(1)</script>"))),
                made("P30 a preamble of Java", d -> d.preamble(Samples.latin("\312\376\272\276"))),
                made(
                        "X11 a fragment past the end",
                        d -> d.transferSyntax(JPEG_2000)
                                .element(
                                        Tag.PixelData,
                                        out -> out.head(Tag.PixelData, "OB", Elements.UNDEFINED)
                                                .mark(Elements.ITEM, 0)
                                                .mark(Elements.ITEM, 0xFFFFFFF0L)
                                                .raw(four()))),
                made(
                        "X11 a fragment of undefined length",
                        d -> d.transferSyntax(JPEG_2000)
                                .element(
                                        Tag.PixelData,
                                        out -> out.head(Tag.PixelData, "OB", Elements.UNDEFINED)
                                                .mark(Elements.ITEM, 0)
                                                .mark(Elements.ITEM, Elements.UNDEFINED)
                                                .mark(Elements.SEQUENCE_END, 0))));
    }

    @ParameterizedTest
    @MethodSource("refusedFiles")
    void isRefusedWithAReasonAndNothingIsStored(Supplier<byte[]> maker) {
        byte[] file = maker.get();
        long position = dicomweb.feedPosition();
        Answer answer = Assertions.assertTimeout(PATIENCE, () -> dicomweb.store(file));
        answer.assertStatus(409);
        assertThat(answer.failureReasons()).hasSize(1).allMatch(List.of(272, 290, 43264)::contains);
        assertThat(answer.failures().getFirst().items(Tag.FailedAttributesSequence))
                .anySatisfy(
                        item -> assertThat(item.findString(Tag.ErrorComment)).startsWith("DICOM100: "));
        assertThat(dicomweb.feedPosition()).isEqualTo(position);
        archive.assertReady();
    }

    // Taken

    static Stream<Arguments> takenFiles() {
        List<Arguments> rows = new ArrayList<>(List.of(
                taken("P04 group length 4 too long", d -> d.file(file -> groupLength(file, 4)), true),
                taken("P04 group length 4 too short", d -> d.file(file -> groupLength(file, -4)), true),
                taken("P04 group length 0", d -> d.file(file -> groupLength(file, Integer.MIN_VALUE)), true),
                taken("P07 says explicit and is implicit", d -> otherwise(d, Draft.IMPLICIT, Draft.EXPLICIT), true),
                taken("P07 says implicit and is explicit", d -> otherwise(d, Draft.EXPLICIT, Draft.IMPLICIT), true),
                taken("P07 says little and is big endian", d -> otherwise(d, Draft.BIG_ENDIAN, Draft.EXPLICIT), true),
                taken("P07 says big and is little endian", d -> otherwise(d, Draft.EXPLICIT, Draft.BIG_ENDIAN), true),
                taken("P07 says encapsulated and is native", d -> otherwise(d, Draft.EXPLICIT, JPEG_2000), true),
                taken(
                        "P08 tags out of order",
                        d -> d.element(
                                Tag.PatientID,
                                out -> out.text(Tag.PatientSex, "CS", "F").text(Tag.PatientID, "LO", "A")),
                        true),
                taken(
                        "P11 an odd length",
                        d -> d.element(
                                Tag.StudyDescription, out -> out.bytes(Tag.StudyDescription, "LO", new byte[] {'a'})),
                        true),
                taken("P12 64 sequences", d -> nested(d, 64, true), false),
                taken(
                        "P15 the last delimiter missing",
                        d -> d.withoutPixels()
                                .dataSet(bytes -> Samples.joined(
                                        bytes,
                                        Elements.explicit()
                                                .head(0x00400275, "SQ", Elements.UNDEFINED)
                                                .mark(Elements.ITEM, Elements.UNDEFINED)
                                                .text(0x00400007, "LO", "x")
                                                .mark(Elements.ITEM_END, 0)
                                                .toBytes())),
                        true),
                taken("P17 zeros at the end", d -> d.dataSet(bytes -> Samples.joined(bytes, new byte[64])), false),
                taken(
                        "P17 padding at the end",
                        d -> d.element(0xFFFCFFFC, out -> out.bytes(0xFFFCFFFC, "OB", new byte[64])),
                        false),
                taken(
                        "P21 a UID as OB",
                        d -> d.element(
                                Tag.FrameOfReferenceUID,
                                out -> out.value(Tag.FrameOfReferenceUID, "OB", Samples.latin("1.2.3"))),
                        false),
                taken(
                        "P21 a sequence as UN",
                        d -> d.element(Tag.ProcedureCodeSequence, HostileFilesTest::unknown),
                        false),
                taken("P23 a zlib header", d -> d.transferSyntax(Draft.DEFLATED).file(HostileFilesTest::zlib), true),
                taken(
                        "P27 pixel data within a private sequence",
                        d -> d.element(
                                PRIVATE_CREATOR,
                                out -> privately(out)
                                        .sequence(PRIVATE, out.fresh().bytes(Tag.PixelData, "OW", new byte[8]))),
                        false),
                taken("P28 file meta information in implicit VR", d -> d.file(HostileFilesTest::implicitMeta), true),
                taken("P29 a preamble of TIFF, big endian", d -> d.preamble(Samples.latin("MM\0*")), false),
                taken("P29 a preamble of BigTIFF", d -> d.preamble(Samples.latin("II+\0")), false),
                taken("P31 a preamble of other bytes", d -> d.preamble(Samples.noise(128)), false),
                taken(
                        "P14 100,000 private blocks",
                        d -> d.element(PRIVATE_CREATOR, HostileFilesTest::privateBlocks),
                        false),
                taken("V11 private elements without a creator", d -> d.text(PRIVATE, "LO", "whose?"), false),
                taken(
                        "V11 a creator twice",
                        d -> d.text(PRIVATE_CREATOR, "LO", "A").text(PRIVATE_CREATOR + 1, "LO", "A"),
                        false),
                taken(
                        "X01 65535 x 65535 x 10^6 frames over 4 bytes",
                        d -> d.image(2, 1, 1)
                                .text(Tag.NumberOfFrames, "IS", "1000000")
                                .element(Tag.Rows, out -> out.shorts(Tag.Rows, 65535))
                                .element(Tag.Columns, out -> out.shorts(Tag.Columns, 65535)),
                        false),
                taken(
                        "X11 fragments without an end",
                        d -> d.fragments(JPEG_2000, Samples.noise(20))
                                .file(file -> Arrays.copyOf(file, file.length - 8)),
                        true),
                taken("X11 no fragments", d -> d.fragments(JPEG_2000), false),
                taken("X11 an empty fragment", d -> d.fragments(JPEG_2000, new byte[0]), false),
                taken("X12 a frame number that is text", d -> d.text(Tag.NumberOfFrames, "IS", "abc"), false),
                taken("X12 no frames", d -> d.text(Tag.NumberOfFrames, "IS", "0"), false),
                taken("X12 2^31 frames", d -> d.text(Tag.NumberOfFrames, "IS", "2147483648"), false),
                taken("X12 minus one frame", d -> d.text(Tag.NumberOfFrames, "IS", "-1"), false)));
        rows.addAll(texts());
        return rows.stream();
    }

    private static List<Arguments> texts() {
        List<Arguments> rows = new ArrayList<>();
        for (String text : new String[] {
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "a\r\nb: c",
            "\u001b$B!!",
            "a^b^c^d^e^f",
            "x".repeat(10_000),
            "%n%s%x",
            "${jndi:ldap://127.0.0.1/a}",
            "{{7*7}}",
            "; rm -rf /",
            "'; drop table study; --",
            "null\0inside",
            "^^^^====^^^^"
        }) {
            String shown = text.length() > 30 ? text.substring(0, 30) + "…" : text.replace('\0', '0');
            rows.add(taken("V05, V07, V13 name: " + shown, d -> d.text(Tag.PatientName, "PN", text), false));
            rows.add(taken("V05, V07, V13 text: " + shown, d -> d.text(Tag.StudyDescription, "LO", text), false));
        }
        for (String charset : new String[] {"NONSENSE", "ISO_IR 192\\ISO_IR 100", "ISO_IR 100\\".repeat(100)}) {
            rows.add(taken(
                    "V06 character set " + charset.substring(0, 8),
                    d -> d.text(Tag.SpecificCharacterSet, "CS", charset),
                    false));
        }
        for (String utf : new String[] {"\377\376", "\300\200", "\355\240\200", "a\u001b$)C", "\357\273\277x"}) {
            rows.add(taken(
                    "V06 bytes that are no UTF-8",
                    d -> d.text(Tag.SpecificCharacterSet, "CS", "ISO_IR 192").text(Tag.PatientName, "PN", utf),
                    false));
            rows.add(taken(
                    "V06 bytes that are no GB18030",
                    d -> d.text(Tag.SpecificCharacterSet, "CS", "GB18030").text(Tag.PatientName, "PN", utf),
                    false));
        }
        rows.add(taken("V05 a name from right to left", d -> d.utf8(Tag.PatientName, "PN", "\u202eevil\u202c"), false));
        rows.add(taken(
                "V12 a dotless i, marks apart, joiners",
                d -> d.utf8(Tag.PatientName, "PN", "Ísıl^I\u0307\u0308\u200d\ufeff"),
                false));
        rows.add(taken("V09 a huge exponent", d -> d.text(Tag.SliceThickness, "DS", "1e999999999"), false));
        rows.add(taken("V09 60,000 digits", d -> d.text(Tag.SliceThickness, "DS", "1".repeat(60_000)), true));
        rows.add(taken("V10 10,000 values", d -> d.text(Tag.ImageType, "CS", "A\\".repeat(10_000)), false));
        rows.add(taken(
                "V10 text of 4 MB",
                d -> d.text(PRIVATE_CREATOR, "LO", "ISOCENTER TEST").text(PRIVATE, "UT", "x".repeat(4 << 20)),
                false));
        rows.add(taken("V08 offset of +9999", d -> d.text(Tag.AcquisitionDateTime, "DT", "20260131101500+9999"), true));
        return rows;
    }

    private static Arguments taken(String name, UnaryOperator<Draft> change, boolean warned) {
        Supplier<Draft> draft = () -> change.apply(Draft.ct());
        return arguments(Named.of(name, draft), warned);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("takenFiles")
    void isKeptAsItIs(Supplier<Draft> maker, boolean warned) {
        Draft draft = maker.get();
        byte[] file = draft.bytes();
        Answer answer = Assertions.assertTimeout(PATIENCE, () -> dicomweb.store(file));
        assertThat(answer.status()).as(answer.text()).isIn(200, 202);
        if (warned) {
            answer.assertStatus(202);
            assertThat(answer.warnings()).isNotEmpty().allMatch(comment -> comment.startsWith("DICOM100: "));
        }
        assertThat(dicomweb.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM)
                        .assertStatus(200)
                        .body())
                .isEqualTo(file);
        Answer metadata = dicomweb.get(draft.path() + "/metadata", "Accept", Dicomweb.JSON)
                .assertStatus(200);
        assertThat(metadata.jsonTokens()).isPositive();
        assertThat(metadata.text()).contains("\"" + draft.instance + "\"");
        assertThat(dicomweb.get(draft.path() + "/metadata", "Accept", Dicomweb.XML)
                        .assertStatus(200)
                        .parts())
                .hasSize(1);
        assertThat(dicomweb.search("/studies?includefield=all&StudyInstanceUID=" + draft.study))
                .hasSize(1);
        assertThat(dicomweb.search("/instances?includefield=all&StudyInstanceUID=" + draft.study))
                .hasSize(1);
        for (String frames : List.of("1", "2", "1000000")) {
            assertThat(dicomweb.get(draft.path() + "/frames/" + frames, "Accept", "*/*")
                            .status())
                    .isIn(200, 404, 406);
        }
        dicomweb.delete(draft.path()).assertStatus(204);
        archive.assertReady();
    }

    @Test
    void p18EveryPrefixOfAFileIsRefusedOrTakenAndNeverAnError() {
        Draft draft = Draft.ct().image(2, 2, 1);
        byte[] file = draft.bytes();
        List<byte[]> prefixes = new ArrayList<>();
        for (int length = 0; length < file.length; length += 3) {
            prefixes.add(Arrays.copyOf(file, length));
        }
        Answer answer = dicomweb.store(prefixes.toArray(byte[][]::new));
        assertThat(answer.status()).isIn(202, 409);
        assertThat(answer.failureReasons()).allMatch(List.of(272, 43264, 45070)::contains);
        archive.assertReady();
    }

    // Makers

    /// Elements behind the creator of a private block.
    private static Elements privately(Elements out) {
        return out.text(PRIVATE_CREATOR, "LO", "ISOCENTER TEST");
    }

    /// The same behind all other elements.
    private static Elements privateAtEnd(Elements out) {
        return out.text(0x7FE30010, "LO", "ISOCENTER TEST");
    }

    private static byte[] four() {
        return new byte[] {1, 2, 3, 4};
    }

    /// Rows with a length of 32 bits that VRs of short length do not have.
    private static byte[] undefined(String vr) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x28, 0, 0x10, 0});
        out.writeBytes(vr.getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF});
        return out.toByteArray();
    }

    private static Draft nested(Draft draft, int depth, boolean undefined) {
        return draft.element(Tag.ProcedureCodeSequence, out -> {
            if (undefined) {
                nest(out, Tag.ProcedureCodeSequence, "SQ", depth);
                return;
            }
            Elements inner = out.fresh();
            for (int i = 0; i < depth; i++) {
                inner = out.fresh().sequenceWithLengths(Tag.ProcedureCodeSequence, inner);
            }
            out.append(inner);
        });
    }

    private static Draft nestedPrivately(Draft draft, String vr, int depth) {
        return draft.text(PRIVATE_CREATOR, "LO", "ISOCENTER TEST").element(PRIVATE, out -> {
            nest(out, PRIVATE, vr, depth);
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

    private static byte[] emptyItems(int count) {
        Elements items = Elements.explicit();
        for (int i = 0; i < count; i++) {
            items.mark(Elements.ITEM, 0);
        }
        return items.toBytes();
    }

    private static void manyElements(Elements out) {
        int left = 1_000_001;
        for (int group = 0x0011; left > 0; group += 2) {
            for (int element = 0x1000; element < 0xFFFF && left > 0; element++, left--) {
                out.head(group << 16 | element, "LO", 0);
            }
        }
    }

    private static void unknown(Elements out) {
        Elements items = Elements.implicit()
                .mark(Elements.ITEM, Elements.UNDEFINED)
                .text(Tag.CodeValue, "SH", "A")
                .mark(Elements.ITEM_END, 0)
                .mark(Elements.SEQUENCE_END, 0);
        out.head(Tag.ProcedureCodeSequence, "UN", Elements.UNDEFINED).append(items);
    }

    /// A file whose deflated data set is zeros for the most part.
    private static byte[] bomb(Draft like, int bytes) {
        Draft plain = Draft.ct(like.study, like.series);
        byte[] zeros = Elements.explicit().head(PRIVATE, "OB", bytes).toBytes();
        byte[] inflated = Arrays.copyOf(zeros, zeros.length + bytes);
        return plain.transferSyntax(Draft.DEFLATED).dataSet(ignored -> inflated).bytes();
    }

    private static byte[] groupLength(byte[] file, int change) {
        int at = 128 + 4 + 8;
        int length = (file[at] & 0xFF) + change;
        file[at] = (byte) (change == Integer.MIN_VALUE ? 0 : length);
        return file;
    }

    /// A file that is in one transfer syntax and says that it is in another.
    private static Draft otherwise(Draft draft, String is, String says) {
        return draft.transferSyntax(is)
                .wholeMeta(out -> out.text(Tag.MediaStorageSOPClassUID, "UI", Draft.CT)
                        .text(Tag.MediaStorageSOPInstanceUID, "UI", draft.instance)
                        .text(Tag.TransferSyntaxUID, "UI", says));
    }

    private static void privateBlocks(Elements out) {
        for (int i = 0; i < 100_000; i++) {
            int group = 0x0011 + 2 * (i / 240);
            out.text(group << 16 | 0x10 + i % 240, "LO", "CREATOR " + i);
        }
    }

    private static byte[] zlib(byte[] file) {
        int start = 128 + 4 + 12 + (file[140] & 0xFF);
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

    private static byte[] implicitMeta(byte[] file) {
        int start = 128 + 4 + 12 + (file[140] & 0xFF);
        Elements meta = Elements.implicit().text(Tag.TransferSyntaxUID, "UI", Draft.EXPLICIT);
        byte[] head = Samples.joined(Arrays.copyOf(file, 132), meta.toBytes());
        return Samples.joined(head, Arrays.copyOfRange(file, start, file.length));
    }
}
