package org.isocenter.acceptance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Named;

/// Sound files of every form that an archive has to take, each under UIDs of its own.
final class Samples {
    private static final String ENCAPSULATED = "1.2.840.10008.1.2.";

    private Samples() {}

    static List<Named<Draft>> all() {
        List<Named<Draft>> all = new ArrayList<>(List.of(
                Named.of("explicit little endian", Draft.ct()),
                Named.of("implicit little endian", Draft.ct().transferSyntax(Draft.IMPLICIT)),
                Named.of("explicit big endian", Draft.ct().transferSyntax(Draft.BIG_ENDIAN)),
                Named.of("deflated", Draft.ct().transferSyntax(Draft.DEFLATED)),
                Named.of("many native frames", Draft.ct().image(64, 64, 12)),
                Named.of(
                        "deflated native frames",
                        Draft.ct().transferSyntax(Draft.DEFLATED).image(64, 64, 12)),
                Named.of("without pixels", Draft.ct().withoutPixels()),
                Named.of("without preamble", Draft.ct().file(file -> tail(file, 132))),
                Named.of("with DICM and no preamble", Draft.ct().file(file -> tail(file, 128))),
                Named.of("preamble of TIFF", Draft.ct().preamble(new byte[] {'I', 'I', 42, 0})),
                Named.of("preamble of other bytes", Draft.ct().preamble(new byte[] {1, 2, 3, 4})),
                Named.of("private blocks", withPrivateBlocks(Draft.ct())),
                Named.of(
                        "private blocks in implicit",
                        withPrivateBlocks(Draft.ct()).transferSyntax(Draft.IMPLICIT)),
                Named.of("sequences", withSequences(Draft.ct())),
                Named.of("sequences in implicit", withSequences(Draft.ct()).transferSyntax(Draft.IMPLICIT)),
                Named.of("sequences in big endian", withSequences(Draft.ct()).transferSyntax(Draft.BIG_ENDIAN)),
                Named.of(
                        "large private value",
                        Draft.ct()
                                .text(0x00110010, "LO", "ISOCENTER TEST")
                                .element(0x00111001, out -> out.bytes(0x00111001, "OB", noise(200_000)))),
                Named.of(
                        "middling value",
                        Draft.ct()
                                .text(0x00110010, "LO", "ISOCENTER TEST")
                                .element(0x00111001, out -> out.bytes(0x00111001, "OB", noise(5_000)))),
                Named.of(
                        "numbers",
                        Draft.ct()
                                .text(Tag.SliceThickness, "DS", "1.50")
                                .element(
                                        Tag.RealWorldValueSlope,
                                        out -> out.doubles(Tag.RealWorldValueSlope, 0.1, -1e-300))),
                Named.of(
                        "empty values",
                        Draft.ct().text(Tag.StudyDescription, "LO", "").text(Tag.ReferringPhysicianName, "PN", "")),
                Named.of(
                        "odd lengths of UIDs",
                        Draft.ct()
                                .element(
                                        Tag.FrameOfReferenceUID,
                                        out -> out.text(Tag.FrameOfReferenceUID, "UI", "1.2.3")))));
        all.addAll(compressed());
        all.addAll(charactersSets());
        return all;
    }

    private static List<Named<Draft>> compressed() {
        List<Named<Draft>> all = new ArrayList<>();
        for (String[] form : new String[][] {
            {"JPEG baseline", "4.50"},
            {"JPEG extended", "4.51"},
            {"JPEG lossless", "4.57"},
            {"JPEG lossless first order", "4.70"},
            {"JPEG-LS lossless", "4.80"},
            {"JPEG-LS near lossless", "4.81"},
            {"JPEG 2000 lossless", "4.90"},
            {"JPEG 2000", "4.91"},
            {"HTJ2K lossless", "4.201"},
            {"HTJ2K lossless RPCL", "4.202"},
            {"HTJ2K", "4.203"},
            {"RLE", "5"}
        }) {
            all.add(Named.of(form[0], Draft.ct().fragments(ENCAPSULATED + form[1], noise(900), noise(1500))));
        }
        all.add(Named.of("MPEG-4", Draft.ct().fragments(ENCAPSULATED + "4.102", noise(90_000))));
        return all;
    }

    private static List<Named<Draft>> charactersSets() {
        return List.of(
                Named.of("UTF-8", Draft.ct().utf8(Tag.PatientName, "PN", "Müller^Jörg=山田^太郎=やまだ^たろう")),
                Named.of(
                        "Latin-1",
                        Draft.ct()
                                .text(Tag.SpecificCharacterSet, "CS", "ISO_IR 100")
                                .text(Tag.PatientName, "PN", "M\u00fcller^J\u00f6rg")),
                Named.of(
                        "Cyrillic",
                        Draft.ct()
                                .text(Tag.SpecificCharacterSet, "CS", "ISO_IR 144")
                                .text(Tag.PatientName, "PN", "\u00bb\u00ee\u00dacee\u00d3")),
                Named.of(
                        "Japanese with escapes",
                        Draft.ct()
                                .text(Tag.SpecificCharacterSet, "CS", "\\ISO 2022 IR 87")
                                .text(Tag.PatientName, "PN", "Yamada^Tarou=\u001b$B;3ED\u001b(B^\u001b$BB@O:\u001b(B")),
                Named.of(
                        "GB18030",
                        Draft.ct()
                                .text(Tag.SpecificCharacterSet, "CS", "GB18030")
                                .element(
                                        Tag.PatientName,
                                        out -> out.value(
                                                Tag.PatientName,
                                                "PN",
                                                "Wang^XiaoDong=王^小东"
                                                        .getBytes(java.nio.charset.Charset.forName("GB18030"))))));
    }

    private static Draft withPrivateBlocks(Draft draft) {
        return draft.text(0x00090010, "LO", "ISOCENTER TEST")
                .text(0x00091001, "LO", "some private text")
                .element(0x00091002, out -> out.value(0x00091002, "UN", new byte[] {1, 2, 3, 4}))
                .text(0x00090011, "LO", "ISOCENTER OTHER")
                .text(0x00091101, "LO", "text of another creator");
    }

    private static Draft withSequences(Draft draft) {
        return draft.element(
                        Tag.ProcedureCodeSequence,
                        out -> out.sequenceWithLengths(
                                Tag.ProcedureCodeSequence, code(out, "A", "first"), code(out, "B", "second")))
                .element(
                        Tag.RequestAttributesSequence,
                        out -> out.sequence(
                                Tag.RequestAttributesSequence,
                                out.fresh()
                                        .sequence(
                                                Tag.ScheduledProtocolCodeSequence,
                                                code(out, "C", "within a sequence"),
                                                out.fresh())
                                        .text(Tag.ScheduledProcedureStepID, "SH", "S1")))
                .element(Tag.ReferencedImageSequence, out -> out.sequence(Tag.ReferencedImageSequence));
    }

    private static Elements code(Elements like, String value, String meaning) {
        return like.fresh()
                .text(Tag.CodeValue, "SH", value)
                .text(Tag.CodingSchemeDesignator, "SH", "99TEST")
                .text(Tag.CodeMeaning, "LO", meaning);
    }

    /// Bytes without order, the same for the same length, even in number.
    static byte[] noise(int length) {
        byte[] noise = new byte[length + (length & 1)];
        new Random(length).nextBytes(noise);
        return noise;
    }

    static byte[] tail(byte[] bytes, int from) {
        return java.util.Arrays.copyOfRange(bytes, from, bytes.length);
    }

    static byte[] joined(byte[] first, byte[] second) {
        byte[] all = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
