package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.isocenter.acceptance.BrokenFiles.PRIVATE;
import static org.isocenter.acceptance.BrokenFiles.PRIVATE_CREATOR;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Values that are broken or meant to break something (rows V of the
/// [hostile inputs](../../../../../../../docs/reference/hostile-inputs.md)): an instance needs sound UIDs;
/// everything else is kept as it is, with a warning where a rule is broken, and is found by what can be read of
/// it.
class HostileValuesTest {
    private static final int INVALID = 43264;
    private static final int OTHER_STUDY = 43265;

    private final Archive archive = Archive.get();
    private final Dicomweb dicomweb = archive.dicomweb();
    private final Dicomweb v2 = archive.v2();
    private final Keeping keeping = new Keeping(archive);

    // UIDs

    static Stream<Arguments> refusedUids() {
        Map<String, String> uids = new LinkedHashMap<>();
        uids.put("empty", "");
        uids.put("65 characters", "1." + "2".repeat(63));
        uids.put("letters", "abc.123");
        uids.put("a bar", "11|");
        uids.put("..", "..");
        uids.put("../../x", "../../x");
        uids.put("%2e%2e", "%2e%2e");
        uids.put("NUL inside", "1.2\0003.4");
        uids.put("1..2", "1..2");
        uids.put(".1", ".1");
        uids.put("two values", "1.2\\1.3");
        uids.put("full-width digits", "\357\274\221.\357\274\222");
        Map<String, Integer> tags = new LinkedHashMap<>();
        tags.put("Study", Tag.StudyInstanceUID);
        tags.put("Series", Tag.SeriesInstanceUID);
        tags.put("SOP Instance", Tag.SOPInstanceUID);
        tags.put("SOP Class", Tag.SOPClassUID);
        List<Arguments> rows = new ArrayList<>();
        tags.forEach((name, tag) -> {
            rows.add(change("V01 " + name + " UID: missing", d -> d.without(tag)));
            uids.forEach((what, uid) -> rows.add(change(
                    "V01 " + name + " UID: " + what,
                    d -> d.text(Tag.SpecificCharacterSet, "CS", "ISO_IR 192").text(tag, "UI", uid))));
        });
        return rows.stream();
    }

    private static Arguments change(String name, UnaryOperator<Draft> change) {
        return arguments(name, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedUids")
    void anInstanceWithoutSoundUidsIsRefusedOnBothRoots(String name, UnaryOperator<Draft> change) {
        long position = dicomweb.feedPosition();
        for (Dicomweb root : List.of(dicomweb, v2)) {
            Answer answer = root.store(change.apply(Draft.ct()).bytes()).assertStatus(409);
            assertThat(answer.failureReasons()).containsExactly(INVALID);
            assertThat(answer.dataSet().contains(Tag.ReferencedSOPSequence)).isFalse();
        }
        assertThat(dicomweb.feedPosition()).isEqualTo(position);
        archive.assertReady();
    }

    @Test
    void v03anInstanceOfAnotherStudyThanThatOfTheUrlIsRefused() {
        long position = dicomweb.feedPosition();
        for (Dicomweb root : List.of(dicomweb, v2)) {
            Answer answer =
                    root.storeAt("/studies/" + Draft.uid(), Draft.ct().bytes()).assertStatus(409);
            assertThat(answer.failureReasons()).containsExactly(OTHER_STUDY);
        }
        assertThat(dicomweb.feedPosition()).isEqualTo(position);
        archive.assertReady();
    }

    // Kept

    private static Arguments kept(String name, int status, UnaryOperator<Draft> change) {
        return arguments(name, (Supplier<Draft>) () -> change.apply(Draft.ct()), status);
    }

    static Stream<Arguments> keptFiles() {
        List<Arguments> rows = new ArrayList<>(List.of(
                kept("V02 UIDs with spaces behind", 200, d -> uids(d, "  ")),
                kept("V02 UIDs with NULs behind", 200, d -> uids(d, "\0\0")),
                kept(
                        "V02 zeros at the beginning of a component",
                        200,
                        d -> d.text(Tag.FrameOfReferenceUID, "UI", "1.02.003")),
                kept("V04 no PatientID", 202, d -> d.without(Tag.PatientID)),
                kept("V04 an empty PatientID", 202, d -> d.text(Tag.PatientID, "LO", "")),
                kept("V04 NUL inside a PatientID", 202, d -> d.text(Tag.PatientID, "LO", "A\0B")),
                kept("V05 a name from right to left", 200, d -> d.utf8(Tag.PatientName, "PN", "\u202eevil\u202c")),
                kept("V05 a name behind a byte order mark", 200, d -> d.utf8(Tag.PatientName, "PN", "\ufeffname")),
                kept("V08 a date of 99999999", 202, d -> d.text(Tag.StudyDate, "DA", "99999999")),
                kept("V08 February 31st", 202, d -> d.text(Tag.StudyDate, "DA", "20230231")),
                kept("V08 a time of 25 hours", 202, d -> d.text(Tag.StudyTime, "TM", "250000")),
                kept("V08 an offset of +9999", 202, d -> d.text(Tag.AcquisitionDateTime, "DT", "20260131101500+9999")),
                kept(
                        "V08 a range that ends before it begins",
                        202,
                        d -> d.text(Tag.StudyDate, "DA", "20260131-20260101")),
                kept("V11 private elements without a creator", 200, d -> d.text(PRIVATE, "LO", "whose?")),
                kept(
                        "V11 a creator twice",
                        200,
                        d -> d.text(PRIVATE_CREATOR, "LO", "A").text(PRIVATE_CREATOR + 1, "LO", "A")),
                kept(
                        "V11 creators that clash",
                        200,
                        d -> d.element(
                                PRIVATE_CREATOR,
                                out -> out.text(PRIVATE_CREATOR, "LO", "A\\B").text(PRIVATE, "LO", "whose?"))),
                kept(
                        "V12 a dotless i, marks apart, joiners",
                        200,
                        d -> d.utf8(Tag.PatientName, "PN", "Ísıl^I\u0307\u0308\u200d\ufeff")),
                kept("V12 256 times the same letter", 202, d -> d.text(Tag.PatientName, "PN", "a".repeat(256)))));
        rows.addAll(texts());
        rows.addAll(characterSets());
        return rows.stream();
    }

    private static Draft uids(Draft draft, String padding) {
        return draft.element(Tag.StudyInstanceUID, out -> out.text(Tag.StudyInstanceUID, "UI", draft.study + padding))
                .element(Tag.SeriesInstanceUID, out -> out.text(Tag.SeriesInstanceUID, "UI", draft.series + padding))
                .element(Tag.SOPInstanceUID, out -> out.text(Tag.SOPInstanceUID, "UI", draft.instance + padding));
    }

    /// Each text as a name and as a line.
    private static List<Arguments> texts() {
        List<Arguments> rows = new ArrayList<>();
        for (Object[] text : new Object[][] {
            {"V05 a script", "<script>alert(1)</script>", 200},
            {"V05 an image", "\"><img src=x onerror=alert(1)>", 200},
            {"V05 line breaks", "a\r\nb: c", 202},
            {"V05 an escape", "a\u001b$B!!", 202},
            {"V05 10 kB", "x".repeat(10_000), 202},
            {"V05 empty components", "^^^^====^^^^", 202},
            {"V07 NUL inside", "null\0inside", 202},
            {"V13 formats", "%n%s%x", 200},
            {"V13 a look-up", "${jndi:ldap://127.0.0.1/a}", 200},
            {"V13 a template", "{{7*7}}", 200},
            {"V13 a command", "; rm -rf /", 200},
            {"V13 a statement", "'; drop table study; --", 200}
        }) {
            String value = (String) text[1];
            int status = (int) text[2];
            rows.add(kept(text[0] + ", as a name", status, d -> d.text(Tag.PatientName, "PN", value)));
            int line = value.contains("====") ? 200 : status;
            rows.add(kept(text[0] + ", as a line", line, d -> d.text(Tag.StudyDescription, "LO", value)));
        }
        rows.add(kept("V05 six components", 202, d -> d.text(Tag.PatientName, "PN", "a^b^c^d^e^f")));
        return rows;
    }

    private static List<Arguments> characterSets() {
        List<Arguments> rows = new ArrayList<>();
        for (String[] charset : new String[][] {
            {"unknown", "NONSENSE"}, {"contradictory", "ISO_IR 192\\ISO_IR 100"}, {"100", "ISO_IR 100\\".repeat(100)}
        }) {
            rows.add(kept(
                    "V06 a character set: " + charset[0],
                    202,
                    d -> d.text(Tag.SpecificCharacterSet, "CS", charset[1])));
        }
        for (String[] bytes : new String[][] {
            {"no beginning", "\377\376"},
            {"an overlong form", "\300\200"},
            {"a lone surrogate", "\355\240\200"},
            {"cut", "a\343\201"}
        }) {
            rows.add(kept(
                    "V06 UTF-8: " + bytes[0],
                    202,
                    d -> d.text(Tag.SpecificCharacterSet, "CS", "ISO_IR 192").text(Tag.PatientName, "PN", bytes[1])));
        }
        rows.add(kept(
                "V06 GB18030 that is cut",
                202,
                d -> d.text(Tag.SpecificCharacterSet, "CS", "GB18030").text(Tag.PatientName, "PN", "a\201\060\201")));
        rows.add(kept(
                "V06 GB18030 with an escape that stays open",
                202,
                d -> d.text(Tag.SpecificCharacterSet, "CS", "GB18030").text(Tag.PatientName, "PN", "a\u001b$)C")));
        rows.add(kept(
                "V06 ISO 2022 with an escape that stays open",
                202,
                d -> d.text(Tag.SpecificCharacterSet, "CS", "\\ISO 2022 IR 87")
                        .text(Tag.PatientName, "PN", "a=\u001b$B;3E")));
        return rows;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keptFiles")
    void isKeptAsItIs(String name, Supplier<Draft> maker, int status) {
        keeping.assertKept(maker.get(), status);
    }

    // Numbers that nobody can hold

    static Stream<Arguments> numbers() {
        return Stream.of(
                number("V09 an integer of 40 digits", "IS", "1".repeat(40)),
                number("V09 a huge exponent", "DS", "1e999999999"),
                number("V09 NaN", "DS", "NaN"),
                number("V09 100,000 digits", "DS", "1".repeat(100_000)));
    }

    private static Arguments number(String name, String vr, String digits) {
        return arguments(name, vr.equals("IS") ? Tag.SeriesNumber : Tag.SliceThickness, vr, digits);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("numbers")
    void aNumberIsKeptAsTheTextThatItIs(String name, int tag, String vr, String digits) {
        Draft draft = Draft.ct().transferSyntax(Draft.IMPLICIT).text(tag, vr, digits);
        boolean bulk = digits.length() > 65_536;
        String json = keeping.assertKept(draft, bulk ? 200 : 202);
        if (!bulk) {
            assertThat(json).contains("\"vr\":\"" + vr + "\",\"Value\":[\"" + digits + "\"]");
        }
    }

    // What of it is found

    static Stream<Arguments> found() {
        return Stream.of(
                arguments("V07 a name with a space for its NUL", "null\0inside", "null inside"),
                arguments("V12 a dotted I", "\u0130stanbul", "istanbul"),
                arguments("V12 small letters in capitals", "istanbul", "ISTANBUL"),
                arguments("V12 marks apart, asked for together", "Mu\u0308ller", "M\u00fcller"),
                arguments("V12 marks together, asked for apart", "M\u00fcller", "Mu\u0308ller"),
                arguments("V12 wildcards that invite backtracking", "a".repeat(60), "*a".repeat(60) + "*"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("found")
    void isFound(String name, String stored, String asked) {
        Draft draft = Draft.ct().utf8(Tag.PatientName, "PN", stored);
        assertThat(dicomweb.store(draft.bytes()).status()).isIn(200, 202);
        assertThat(dicomweb.search(
                        "/studies?StudyInstanceUID=" + draft.study + "&PatientName=" + Dicomweb.encode(asked)))
                .hasSize(1);
        dicomweb.delete(draft.path()).assertStatus(204);
        archive.assertReady();
    }
}
