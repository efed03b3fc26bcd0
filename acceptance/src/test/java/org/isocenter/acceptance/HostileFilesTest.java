package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.isocenter.acceptance.BrokenFiles.PRIVATE;
import static org.isocenter.acceptance.BrokenFiles.PRIVATE_AT_END;
import static org.isocenter.acceptance.BrokenFiles.PRIVATE_CREATOR;
import static org.isocenter.acceptance.BrokenFiles.ended;
import static org.isocenter.acceptance.BrokenFiles.four;
import static org.isocenter.acceptance.BrokenFiles.privateAtEnd;
import static org.isocenter.acceptance.BrokenFiles.privately;
import static org.isocenter.acceptance.BrokenFiles.sequence;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Files whose structure is broken or meant to break something (rows P of the
/// [hostile inputs](../../../../../../../docs/reference/hostile-inputs.md)): refused with a reason, or kept as
/// they are; never an error of the server, never a half of anything.
class HostileFilesTest {
    private static final int UNREADABLE = 272;
    private static final int SOP_CLASS = 290;
    private static final int INVALID = 43264;
    private static final String JPEG_2000 = "1.2.840.10008.1.2.4.90";

    private final Archive archive = Archive.get();
    private final Dicomweb dicomweb = archive.dicomweb();

    // Refused

    private static Arguments row(String name, Supplier<byte[]> file) {
        return arguments(name, file, UNREADABLE);
    }

    private static Arguments made(String name, UnaryOperator<Draft> change) {
        return row(name, () -> change.apply(Draft.ct()).bytes());
    }

    static Stream<Arguments> refusedFiles() {
        List<Arguments> rows = new ArrayList<>(List.of(
                row("P01 an empty part", () -> new byte[0]),
                row("P02 one byte", () -> new byte[1]),
                row("P02 131 bytes", () -> new byte[131]),
                row("P02 DICM and no more", () -> Samples.joined(new byte[128], Samples.latin("DICM"))),
                row("P02 text", () -> Samples.latin("Lorem ipsum dolor sit amet. ".repeat(20))),
                row("P02 a ZIP", () -> Samples.joined(Samples.latin("PK\3\4"), Samples.noise(500))),
                row("P02 a PNG", () -> Samples.joined(Samples.latin("\211PNG\r\n\032\n"), Samples.noise(500))),
                row("P02 noise", () -> Samples.noise(4000)),
                made(
                        "P03 no transfer syntax, and elements that do not tell it",
                        d -> d.wholeMeta(out -> out.text(Tag.MediaStorageSOPClassUID, "UI", Draft.CT))
                                .dataSet(bytes -> Samples.noise(400))),
                made(
                        "P04 a group length too long, and elements that do not follow",
                        d -> d.file(file -> BrokenFiles.groupLength(BrokenFiles.withoutBeginning(file, 5), 4))),
                made("P06 an unknown transfer syntax", d -> d.transferSyntax("1.2.840.10008.1.2.4.999")),
                made("P06 a private transfer syntax", d -> d.transferSyntax("1.2.826.0.1.3680043.9.1")),
                made(
                        "P07 says native and is encapsulated",
                        d -> BrokenFiles.otherwise(
                                d.fragments(JPEG_2000, Samples.noise(20)), JPEG_2000, Draft.EXPLICIT)),
                made("P07 says native and is deflated", d -> BrokenFiles.otherwise(d, Draft.DEFLATED, Draft.EXPLICIT)),
                made(
                        "P08 a tag twice",
                        d -> d.element(
                                Tag.PatientID,
                                out -> out.text(Tag.PatientID, "LO", "A").text(Tag.PatientID, "LO", "B"))),
                made(
                        "P09 pixel data of 4 GiB with 4 bytes left",
                        d -> ended(
                                d, e -> e.head(Tag.PixelData, "OW", 0xFFFFFFFEL).raw(four()))),
                made(
                        "P09 LO longer than what is left",
                        d -> ended(
                                d,
                                e -> privateAtEnd(e)
                                        .head(PRIVATE_AT_END, "LO", 60000)
                                        .raw(four()))),
                made(
                        "P09 a value that reaches past its item",
                        d -> sequence(
                                d,
                                20,
                                e -> e.mark(Elements.ITEM, 12)
                                        .head(Tag.CodeValue, "SH", 40)
                                        .raw(four()))),
                made("P10 US of undefined length", d -> ended(d, e -> e.raw(BrokenFiles.undefined("US")))),
                made("P10 LO of undefined length", d -> ended(d, e -> e.raw(BrokenFiles.undefined("LO")))),
                made(
                        "P10 UT of undefined length",
                        d -> ended(
                                d,
                                e -> privateAtEnd(e)
                                        .head(PRIVATE_AT_END, "UT", Elements.UNDEFINED)
                                        .raw(four()))),
                made(
                        "P14 1,000,000 empty items",
                        d -> sequence(d, 8L * 1_000_000, e -> e.raw(BrokenFiles.emptyItems(1_000_000)))),
                made("P22 1 GiB in 1 MB", d -> d.transferSyntax(Draft.DEFLATED).file(BrokenFiles::bomb)),
                made("P22 deflated twice", d -> d.transferSyntax(Draft.DEFLATED).dataSet(Draft::deflate)),
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
                arguments("P25 a media directory", (Supplier<byte[]>) HostileFilesTest::mediaDirectory, SOP_CLASS)));
        for (String vr : List.of("OB", "UT", "UN")) {
            rows.add(made(
                    "P09 " + vr + " of 4 GiB with 4 bytes left",
                    d -> ended(
                            d,
                            e -> privateAtEnd(e)
                                    .head(PRIVATE_AT_END, vr, 0xFFFFFFFEL)
                                    .raw(four()))));
        }
        rows.addAll(nestings());
        rows.addAll(brokenSequences());
        rows.addAll(brokenElements());
        rows.addAll(preambles());
        return rows.stream();
    }

    private static byte[] mediaDirectory() {
        return Draft.ct()
                .wholeMeta(out -> out.text(Tag.MediaStorageSOPClassUID, "UI", "1.2.840.10008.1.3.10")
                        .text(Tag.MediaStorageSOPInstanceUID, "UI", "1.2.3")
                        .text(Tag.TransferSyntaxUID, "UI", Draft.EXPLICIT))
                .bytes();
    }

    private static List<Arguments> nestings() {
        List<Arguments> rows = new ArrayList<>();
        for (int depth : new int[] {65, 3000, 100_000}) {
            rows.add(made("P13 " + depth + " sequences", d -> BrokenFiles.nested(d, depth)));
            rows.add(made("P13 " + depth + " private sequences", d -> BrokenFiles.nestedPrivately(d, "SQ", depth)));
            rows.add(made("P13 " + depth + " sequences as UN", d -> BrokenFiles.nestedPrivately(d, "UN", depth)));
            rows.add(made("P13 " + depth + " sequences with lengths", d -> BrokenFiles.nestedWithLengths(d, depth)));
        }
        return rows;
    }

    private static List<Arguments> brokenSequences() {
        return List.of(
                made(
                        "P15 a stray item delimiter",
                        d -> d.element(Tag.StudyDescription, out -> out.mark(Elements.ITEM_END, 0))),
                made("P15 a stray item", d -> d.element(Tag.StudyDescription, out -> out.mark(Elements.ITEM, 0))),
                made(
                        "P15 a stray sequence delimiter",
                        d -> d.element(Tag.StudyDescription, out -> out.mark(Elements.SEQUENCE_END, 0))),
                made(
                        "P15 a delimiter with length",
                        d -> sequence(
                                d,
                                Elements.UNDEFINED,
                                e -> e.mark(Elements.SEQUENCE_END, 4).raw(four()))),
                made(
                        "P15 an item without its delimiter",
                        d -> sequence(
                                d,
                                Elements.UNDEFINED,
                                e -> e.mark(Elements.ITEM, Elements.UNDEFINED)
                                        .text(Tag.CodeValue, "SH", "A")
                                        .mark(Elements.SEQUENCE_END, 0))),
                made(
                        "P15 an item delimiter in an item with length",
                        d -> sequence(
                                d,
                                Elements.UNDEFINED,
                                e -> e.mark(Elements.ITEM, 18)
                                        .text(Tag.CodeValue, "SH", "A")
                                        .mark(Elements.ITEM_END, 0)
                                        .mark(Elements.SEQUENCE_END, 0))),
                made(
                        "P15 an element where an item belongs",
                        d -> sequence(
                                d,
                                Elements.UNDEFINED,
                                e -> e.text(Tag.CodeValue, "SH", "A").mark(Elements.SEQUENCE_END, 0))),
                made("P16 an item longer than its sequence", d -> sequence(d, 8, e -> e.mark(Elements.ITEM, 800))),
                made(
                        "P16 an item that reaches into the next",
                        d -> sequence(
                                d,
                                36,
                                e -> e.mark(Elements.ITEM, 14)
                                        .text(Tag.CodeValue, "SH", "A")
                                        .mark(Elements.ITEM, 10)
                                        .text(Tag.CodeValue, "SH", "B"))),
                made("P17 other bytes at the end", d -> d.dataSet(bytes -> Samples.joined(bytes, Samples.noise(64)))));
    }

    private static List<Arguments> brokenElements() {
        List<Arguments> rows = new ArrayList<>();
        for (int group : new int[] {0x0000, 0x0001, 0x0003, 0x0005, 0x0007, 0xFFFF}) {
            int tag = group << 16 | 0x0010;
            rows.add(made("P19 group %04X".formatted(group), d -> d.element(tag, out -> out.text(tag, "LO", "x"))));
        }
        rows.add(made(
                "P19 group 0002 in the data set",
                d -> d.element(Tag.StudyDescription, out -> out.text(0x00020016, "AE", "x"))));
        for (String[] vr : new String[][] {
            {"ZZ", "ZZ"}, {"--", "--"}, {"\0\0", "of NUL"}, {" \n", "of space and LF"}, {"lo", "in lower case"}
        }) {
            rows.add(made(
                    "P20 VR " + vr[1],
                    d -> d.element(Tag.StudyDescription, out -> out.text(Tag.StudyDescription, vr[0], "x"))));
            rows.add(made("P20 in group 2, VR " + vr[1], d -> d.meta(out -> out.text(0x00020016, vr[0], "x"))));
        }
        rows.add(made(
                "P21 Rows as UL", d -> d.element(Tag.Rows, out -> out.bytes(Tag.Rows, "UL", new byte[] {4, 0, 0, 0}))));
        rows.add(made(
                "P27 pixel data twice",
                d -> d.dataSet(bytes -> Samples.joined(
                        bytes,
                        Elements.explicit()
                                .bytes(Tag.PixelData, "OW", new byte[32])
                                .toBytes()))));
        return rows;
    }

    private static List<Arguments> preambles() {
        List<Arguments> rows = new ArrayList<>();
        for (String[] preamble : new String[][] {
            {"MZ\220", "Windows"},
            {"\177ELF", "ELF"},
            {"\317\372\355\376", "Mach-O"},
            {"#!/bin/sh\n", "a script"},
            {"PK\3\4", "ZIP"},
            {"%PDF-1.7", "PDF"},
            {"<script>alert(1)</script>", "HTML"},
            {"\312\376\272\276", "Java"}
        }) {
            rows.add(made("P30 a preamble of " + preamble[1], d -> d.preamble(Samples.latin(preamble[0]))));
        }
        return rows;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedFiles")
    void isRefusedWithAReasonAndNothingIsStored(String name, Supplier<byte[]> maker, int reason) {
        byte[] file = maker.get();
        long position = dicomweb.feedPosition();
        Answer answer = dicomweb.store(file).assertStatus(409);
        assertThat(answer.failureReasons()).containsExactly(reason);
        assertThat(answer.failures().getFirst().items(Tag.FailedAttributesSequence))
                .anySatisfy(
                        item -> assertThat(item.findString(Tag.ErrorComment)).startsWith("DICOM100: "));
        assertThat(dicomweb.feedPosition()).isEqualTo(position);
        archive.assertReady();
    }

    // Kept

    private static Arguments kept(String name, int status, UnaryOperator<Draft> change) {
        return arguments(name, (Supplier<Draft>) () -> change.apply(Draft.ct()), status);
    }

    static Stream<Arguments> keptFiles() {
        return Stream.of(
                kept("P03 no group 2", 202, d -> d.wholeMeta(out -> {})),
                kept(
                        "P03 a group 2 without a transfer syntax",
                        202,
                        d -> d.wholeMeta(out -> out.text(Tag.MediaStorageSOPClassUID, "UI", Draft.CT))),
                kept("P04 group length 4 too long", 202, d -> d.file(file -> BrokenFiles.groupLength(file, 4))),
                kept("P04 group length 4 too short", 202, d -> d.file(file -> BrokenFiles.groupLength(file, -4))),
                kept("P04 group length 0", 202, d -> d.file(file -> BrokenFiles.groupLengthOf(file, 0))),
                kept("P04 group length FFFFFFFF", 202, d -> d.file(file -> BrokenFiles.groupLengthOf(file, -1))),
                kept(
                        "P05 group 2 names another instance",
                        202,
                        d -> d.wholeMeta(out -> out.text(Tag.MediaStorageSOPClassUID, "UI", Draft.CT)
                                .text(Tag.MediaStorageSOPInstanceUID, "UI", "1.2.3")
                                .text(Tag.TransferSyntaxUID, "UI", Draft.EXPLICIT))),
                kept(
                        "P05 group 2 names another class",
                        202,
                        d -> d.wholeMeta(out -> out.text(Tag.MediaStorageSOPClassUID, "UI", "1.2.3")
                                .text(Tag.MediaStorageSOPInstanceUID, "UI", d.instance)
                                .text(Tag.TransferSyntaxUID, "UI", Draft.EXPLICIT))),
                kept(
                        "P07 says explicit and is implicit",
                        202,
                        d -> BrokenFiles.otherwise(d, Draft.IMPLICIT, Draft.EXPLICIT)),
                kept(
                        "P07 says implicit and is explicit",
                        202,
                        d -> BrokenFiles.otherwise(d, Draft.EXPLICIT, Draft.IMPLICIT)),
                kept(
                        "P07 says little and is big endian",
                        202,
                        d -> BrokenFiles.otherwise(d, Draft.BIG_ENDIAN, Draft.EXPLICIT)),
                kept(
                        "P07 says big and is little endian",
                        202,
                        d -> BrokenFiles.otherwise(d, Draft.EXPLICIT, Draft.BIG_ENDIAN)),
                kept(
                        "P07 says encapsulated and is native",
                        202,
                        d -> BrokenFiles.otherwise(d, Draft.EXPLICIT, JPEG_2000)),
                kept(
                        "P07 says deflated and is native",
                        202,
                        d -> BrokenFiles.otherwise(d, Draft.EXPLICIT, Draft.DEFLATED)),
                kept(
                        "P08 tags out of order",
                        202,
                        d -> d.element(
                                Tag.PatientID,
                                out -> out.text(Tag.PatientSex, "CS", "F").text(Tag.PatientID, "LO", "A"))),
                kept(
                        "P11 an odd length",
                        202,
                        d -> d.element(
                                Tag.StudyDescription, out -> out.bytes(Tag.StudyDescription, "LO", new byte[] {'a'}))),
                kept("P12 64 sequences", 200, d -> BrokenFiles.nested(d, 64)),
                kept("P12 64 sequences with lengths", 200, d -> BrokenFiles.nestedWithLengths(d, 64)),
                kept("P14 100,000 private blocks", 200, d -> d.element(0x00310010, BrokenFiles::privateBlocks)),
                kept(
                        "P15 the last delimiter missing",
                        202,
                        d -> ended(
                                d,
                                e -> e.head(Tag.RequestAttributesSequence, "SQ", Elements.UNDEFINED)
                                        .mark(Elements.ITEM, Elements.UNDEFINED)
                                        .text(Tag.ScheduledProcedureStepID, "SH", "x")
                                        .mark(Elements.ITEM_END, 0))),
                kept("P17 zeros at the end", 202, d -> d.dataSet(bytes -> Samples.joined(bytes, new byte[64]))),
                kept(
                        "P17 padding at the end",
                        200,
                        d -> d.element(0xFFFCFFFC, out -> out.bytes(0xFFFCFFFC, "OB", new byte[64]))),
                kept(
                        "P21 a UID as OB",
                        202,
                        d -> d.element(
                                Tag.FrameOfReferenceUID,
                                out -> out.value(Tag.FrameOfReferenceUID, "OB", Samples.latin("1.2.3")))),
                kept("P21 a sequence as UN", 200, d -> d.element(Tag.ProcedureCodeSequence, BrokenFiles::unknown)),
                kept(
                        "P22 a million empty blocks before a deflated data set",
                        200,
                        d -> d.transferSyntax(Draft.DEFLATED).file(BrokenFiles::emptyBlocks)),
                kept(
                        "P23 a zlib header",
                        202,
                        d -> d.transferSyntax(Draft.DEFLATED).file(BrokenFiles::zlib)),
                kept(
                        "P27 float and integer pixel data",
                        202,
                        d -> d.element(Tag.FloatPixelData, out -> out.bytes(Tag.FloatPixelData, "OF", new byte[64]))),
                kept(
                        "P27 pixel data within a private sequence",
                        200,
                        d -> d.element(
                                PRIVATE_CREATOR,
                                out -> privately(out)
                                        .sequence(PRIVATE, out.fresh().bytes(Tag.PixelData, "OW", new byte[8])))),
                kept("P28 file meta information in implicit VR", 202, d -> d.file(BrokenFiles::implicitMeta)),
                kept("P29 a preamble of zeros", 200, d -> d.preamble(new byte[128])),
                kept("P29 a preamble of TIFF, little endian", 200, d -> d.preamble(Samples.latin("II*\0"))),
                kept("P29 a preamble of TIFF, big endian", 200, d -> d.preamble(Samples.latin("MM\0*"))),
                kept("P29 a preamble of BigTIFF", 200, d -> d.preamble(Samples.latin("II+\0"))),
                kept("P31 a preamble of other bytes", 200, d -> d.preamble(Samples.noise(128))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keptFiles")
    void isKeptAsItIs(String name, Supplier<Draft> maker, int status) {
        new Keeping(archive).assertKept(maker.get(), status);
    }

    // Prefixes

    static Stream<Arguments> prefixedFiles() {
        return Stream.of(
                arguments("P18 every prefix in explicit VR", Draft.ct().image(2, 2, 1)),
                arguments(
                        "P18 every prefix in implicit VR",
                        Draft.ct().image(2, 2, 1).transferSyntax(Draft.IMPLICIT)),
                arguments(
                        "P18 every prefix in big endian",
                        Draft.ct().image(2, 2, 1).transferSyntax(Draft.BIG_ENDIAN)));
    }

    /// A prefix is taken where it ends with an element, perhaps with zeros behind it, and has the UIDs: nothing
    /// tells it from a whole file then.
    @ParameterizedTest(name = "{0}")
    @MethodSource("prefixedFiles")
    void everyPrefixIsRefusedUnlessItIsAFileItself(String name, Draft draft) {
        byte[] file = draft.bytes();
        List<Integer> cuts = draft.cuts();
        int syntax =
                Samples.latin(file).indexOf(draft.syntax()) + (draft.syntax().length() + 1) / 2 * 2;
        int uids = Samples.latin(file).lastIndexOf(draft.series) + draft.series.length();
        List<byte[]> refused = new ArrayList<>();
        Map<Integer, Integer> reasons = new TreeMap<>();
        int taken = 0;
        for (int length = 0; length < file.length; length++) {
            byte[] prefix = Arrays.copyOf(file, length);
            int element = lastAtMost(length, cuts);
            boolean whole = Arrays.equals(prefix, element, length, new byte[length - element], 0, length - element);
            if (!whole || length < uids) {
                refused.add(prefix);
                boolean readable = whole && element > cuts.getFirst() || length == cuts.getFirst() || length == syntax;
                reasons.put(length, readable ? INVALID : UNREADABLE);
            } else {
                dicomweb.store(prefix).assertStatus(length == element ? 200 : 202);
                new Keeping(archive).assertThere(draft, prefix);
                taken++;
            }
        }
        assertThat(taken).isGreaterThan(10);
        assertRefused(refused, reasons);
    }

    private static int lastAtMost(int length, List<Integer> cuts) {
        return cuts.stream().filter(cut -> cut <= length).reduce(0, (a, b) -> b);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("deflatedFile")
    void everyPrefixOfADeflatedFileIsRefused(String name, Draft draft) {
        byte[] file = draft.bytes();
        List<byte[]> prefixes = new ArrayList<>();
        Map<Integer, Integer> reasons = new TreeMap<>();
        for (int length = 0; length < file.length; length++) {
            prefixes.add(Arrays.copyOf(file, length));
            reasons.put(length, UNREADABLE);
        }
        assertRefused(prefixes, reasons);
    }

    /// @param reasons of the prefixes, by their lengths
    private void assertRefused(List<byte[]> prefixes, Map<Integer, Integer> reasons) {
        long position = dicomweb.feedPosition();
        List<Integer> failures = dicomweb.store(prefixes.toArray(byte[][]::new))
                .assertStatus(409)
                .failureReasons();
        assertThat(failures).hasSize(prefixes.size());
        Map<Integer, Integer> others = new TreeMap<>();
        for (int i = 0; i < failures.size(); i++) {
            others.put(prefixes.get(i).length, failures.get(i));
        }
        others.entrySet().removeAll(reasons.entrySet());
        assertThat(others).as("prefixes refused with another reason").isEmpty();
        assertThat(dicomweb.feedPosition()).isEqualTo(position);
        archive.assertReady();
    }

    static Stream<Arguments> deflatedFile() {
        return Stream.of(arguments(
                "P18 every prefix, deflated", Draft.ct().image(2, 2, 1).transferSyntax(Draft.DEFLATED)));
    }
}
