package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Searches that are broken or meant to break something (rows Q of the
/// [hostile inputs](../../../../../../../docs/reference/hostile-inputs.md)): refused by name, or values like any
/// other.
class HostileQueriesTest {
    private static final Draft MINE = Draft.ct().text(Tag.PatientID, "LO", "a_b%c");

    private final Archive archive = Archive.get();
    private final Dicomweb dicomweb = archive.dicomweb();

    @BeforeAll
    static void store() {
        Archive.get().dicomweb().store(MINE.bytes()).assertStatus(200);
    }

    private static Arguments row(String name, String query, int status, String code) {
        return arguments(name, query, status, code);
    }

    private static Arguments unknown(String name, String query) {
        return row("Q01 " + name, query, 400, "unknown-attribute");
    }

    private static Arguments unsupported(String name, String query) {
        return row("Q01 " + name, query, 400, "unsupported-key");
    }

    private static Arguments invalid(String name, String query) {
        return row(name, query, 400, "invalid-query");
    }

    private static Arguments malformed(String name, String query) {
        return row(name, query, 400, "malformed-query");
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                unknown("an unknown keyword", "NoSuchKeyword=1"),
                unknown("a keyword in another case", "patientid=1"),
                unknown("a tag that is none", "0010002G=1"),
                unknown("a tag of six digits", "001000=1"),
                unknown("an unknown field", "includefield=NoSuchField"),
                unknown("a field of three digits", "includefield=001"),
                unknown("an unknown order", "orderby=NoSuchKey"),
                unsupported("pixel data", "PixelData=1"),
                unsupported("a private tag", "00111001=1"),
                unsupported("an attribute of a series", "Modality=CT"),
                unsupported("a path that is none", "Manufacturer.PatientID=1"),
                unsupported("pixel data as an order", "orderby=PixelData"),
                row("Q02 a statement as a name", "00100010%27%20OR%201=1--=x", 400, "unknown-attribute"),
                row("Q02 a bracket in a name", "a%29b=x", 400, "unknown-attribute"),
                row(
                        "Q02 a statement as an order",
                        "orderby=PatientID%3Bdrop%20table%20study",
                        400,
                        "unknown-attribute"),
                invalid("Q03 300 stars", "PatientName=" + "*".repeat(300)),
                invalid("Q03 300 letters", "PatientID=" + "a".repeat(300)),
                row("Q03 10,000 stars", "PatientName=" + "*".repeat(10_000), 414, "uri-too-long"),
                row("Q03 1 MB", "PatientID=" + "a".repeat(1 << 20), 414, "uri-too-long"),
                malformed("Q03 100 parameters", "a=1&".repeat(99) + "a=1"),
                malformed("Q03 65 parameters", "limit=1&".repeat(64) + "a=1"),
                invalid("Q03 the same key twice", "PatientID=1&PatientID=2"),
                invalid("Q03 the same key 50 times", "PatientID=1&".repeat(49) + "PatientID=1"),
                invalid("Q03 limit twice", "limit=1&limit=2"),
                malformed("Q03 no name", "=x"),
                invalid("Q04 limit -1", "limit=-1"),
                invalid("Q04 limit 0", "limit=0"),
                invalid("Q04 limit 1,001", "limit=1001"),
                invalid("Q04 limit 10^9", "limit=1000000000"),
                invalid("Q04 limit 10^10", "limit=10000000000"),
                invalid("Q04 limit in letters", "limit=x"),
                invalid("Q04 offset -1", "offset=-1"),
                invalid("Q04 offset 1,000,001", "offset=1000001"),
                invalid("Q04 offset 2^63", "offset=9223372036854775808"),
                invalid("Q05 a date of a hyphen", "StudyDate=-"),
                invalid("Q05 a range that ends before it begins", "StudyDate=20260202-20260101"),
                invalid("Q05 a date with hyphens", "StudyDate=2026-01-01"),
                invalid("Q05 a date that is none", "StudyDate=99999999"),
                invalid("Q05 a time that is none", "StudyTime=990000"),
                row("Q05 a UID in letters", "StudyInstanceUID=abc", 400, "invalid-uid"),
                row("Q05 a UID with a dot behind", "StudyInstanceUID=1.2.", 400, "invalid-uid"),
                invalid("Q05 1,001 UIDs", "StudyInstanceUID=" + "1.2,".repeat(1000) + "1.2"),
                row("Q05 10,000 UIDs", "StudyInstanceUID=" + "1.2,".repeat(9999) + "1.2", 414, "uri-too-long"),
                row(
                        "Q06 a path of 50 tags, too long for a name",
                        "00400275" + ".00400275".repeat(49) + "=1",
                        400,
                        "malformed-query"),
                row("Q06 a path of 25 tags", "00400275" + ".00400275".repeat(24) + "=1", 400, "unsupported-key"),
                row("Q06 10,000 fields", "includefield=" + "00100020,".repeat(9999) + "00100020", 414, "uri-too-long"),
                malformed("Q07 a bracket in a value", "PatientName=<x"),
                malformed("Q07 an escaped bracket in a value", "PatientID=%3cscript%3e"),
                malformed("Q07 an escaped bracket in a name", "a%3Cb=1"),
                malformed("Q07 an escaped bracket in a limit", "limit=%3c"),
                invalid("Q01 a flag that is none", "fuzzymatching=perhaps"),
                row("V07 NUL", "PatientName=a%00b", 400, "malformed-uri"),
                row("V06 bytes that are no UTF-8", "PatientID=%ff%fe", 400, "malformed-uri"),
                row("Q01 an escape that is none", "PatientID=%zz", 400, "malformed-uri"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void aQueryThatIsNoneIsRefusedOnBothRoots(String name, String query, int status, String code) throws IOException {
        for (String root : List.of(archive.path(), "/v2")) {
            try (Wire wire = archive.wire()) {
                String request = "GET " + root + "/studies?" + query + " HTTP/1.1\r\nHost: {host}\r\n\r\n";
                wire.send(request).answer().assertProblem(status, code);
            }
        }
        archive.assertReady();
    }

    static Stream<Arguments> texts() {
        return Stream.of(
                arguments("Q02 the value itself", "a_b%c", 1),
                arguments("Q02 the value with a wildcard", "a_b%c*", 1),
                arguments("Q02 an underscore is no wildcard", "a__b%c*", 0),
                arguments("Q02 a percent sign is no wildcard", "a%*", 0),
                arguments("Q02 a union", "%' UNION SELECT * FROM study--", 0),
                arguments("Q02 a backslash is no escape", "a\\_b\\%*", 0),
                arguments("Q02 a quote", "'", 0),
                arguments("Q02 a double quote", "\"", 0),
                arguments("Q02 a parameter", "$1", 0),
                arguments("Q02 a regular expression", "(a|b)+$*", 0),
                arguments("Q02 one for one", "a?b?c", 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("texts")
    void aValueIsTextAndNothingElse(String name, String value, int found) {
        assertThat(dicomweb.search("/studies?StudyInstanceUID=" + MINE.study + "&PatientID=" + Dicomweb.encode(value)))
                .hasSize(found);
        archive.assertReady();
    }

    static Stream<Arguments> served() {
        String fields = IntStream.range(0, 800).mapToObj("0009%04x"::formatted).collect(Collectors.joining(","));
        return Stream.of(
                arguments("Q05 all dates", "StudyDate=19000101-99991231"),
                arguments("Q05 1,000 UIDs", "StudyInstanceUID=" + "1.2,".repeat(999) + MINE.study),
                arguments("Q06 800 fields", "includefield=" + fields),
                arguments("Q03 63 parameters", "includefield=PatientID&".repeat(62) + "limit=1"),
                arguments("V12 wildcards that invite backtracking", "PatientName=" + "*o".repeat(127) + "*"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("served")
    void aQueryAtALimitIsServed(String name, String query) {
        dicomweb.search("/studies?" + query);
        archive.assertReady();
    }

    @Test
    void q04anOffsetAtItsLimitIsServed() {
        assertThat(dicomweb.search("/studies?offset=1000000")).isEmpty();
        dicomweb.search("/studies?limit=1000");
    }
}
