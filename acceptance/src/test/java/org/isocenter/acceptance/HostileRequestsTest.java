package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Requests that are broken or meant to break something, byte by byte over a socket: an answer from 400 up that
/// is no 500, or a closed connection; nothing stored, and the archive still ready.
class HostileRequestsTest {
    private final Archive archive = Archive.get();
    private final String root = archive.path();
    private final long position = archive.dicomweb().feedPosition();

    @AfterEach
    void nothingIsStoredAndTheArchiveIsReady() {
        assertThat(archive.dicomweb().feedPosition()).isEqualTo(position);
        archive.assertReady();
    }

    private static String get(String headers) {
        return "GET {root}/studies HTTP/1.1\r\nHost: {host}\r\n" + headers + "\r\n";
    }

    private static String post(String headers, String body) {
        return "POST {root}/studies HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/dicom\r\n" + headers + "\r\n"
                + body;
    }

    static Stream<Arguments> requests() {
        List<Arguments> rows = new ArrayList<>(List.of(
                row(
                        "H01 a length and chunks",
                        post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
                        400),
                row("H01 two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "aaaaaa"), 400),
                row("H01 two equal lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "aaaaa"), 400),
                row("H04 a chunk size that overflows", chunks("FFFFFFFFFFFFFFFFF\r\n"), 400),
                row("H04 a signed chunk size", chunks("+5\r\naaaaa\r\n0\r\n\r\n"), 400),
                row("H04 a chunk size with 0x", chunks("0x5\r\naaaaa\r\n0\r\n\r\n"), 400),
                row(
                        "H04 an endless chunk extension",
                        chunks("5;" + "a".repeat(1 << 20) + "\r\naaaaa\r\n0\r\n\r\n"),
                        400),
                row("H05 a bare CR", get("X: a\rb\r\n"), 400),
                row("H05 NUL", get("X: a\0b\r\n"), 400),
                row("H05 a space before the colon", get("X : a\r\n"), 400),
                row("H05 a folded line", get("X: a\r\n b\r\n"), 400),
                row("H05 no colon", get("Xa\r\n"), 400),
                row("H05 a name that is no token", get("X(: a\r\n"), 400),
                row("H06 two hosts", get("Host: other\r\n"), 400),
                row("H06 no host", "GET {root}/studies HTTP/1.1\r\n\r\n", 400),
                row("H06 a host with a path", "GET {root}/studies HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
                row(
                        "H06 another host in the target",
                        "GET http://other{root}/studies HTTP/1.1\r\nHost: {host}\r\n\r\n",
                        400),
                row(
                        "H09 a URL of 9 KiB",
                        "GET {root}/studies?PatientID=" + "a".repeat(9 << 10) + " HTTP/1.1\r\nHost: {host}\r\n\r\n",
                        414),
                row("H09 headers of 33 KiB", get("X: " + "a".repeat(33 << 10) + "\r\n"), 431),
                row("H09 101 headers", get("X: a\r\n".repeat(101)), 431),
                row("H10 100 TB", post("Content-Length: 100000000000000\r\n", ""), 413),
                row("H12 TRACE", "TRACE {root}/studies HTTP/1.1\r\nHost: {host}\r\n\r\n", 405, 501),
                row("H12 CONNECT", "CONNECT other:80 HTTP/1.1\r\nHost: other:80\r\n\r\n", 400, 405, 501),
                row("H12 an unknown method", "BREW {root}/studies HTTP/1.1\r\nHost: {host}\r\n\r\n", 405, 501),
                row(
                        "H12 an overridden method is not",
                        get("X-HTTP-Method-Override: DELETE\r\nAccept: */*\r\n"),
                        200,
                        204),
                row("H15 an Accept of 100 kB", get("Accept: " + "a/b,".repeat(25_000) + "\r\n"), 400, 431),
                row(
                        "H20 a body that is refused is not asked for",
                        "POST {root}/studies HTTP/1.1\r\nHost: {host}\r\n"
                                + "Content-Type: text/html\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n",
                        415)));
        for (String length :
                new String[] {"+16", "0x10", "1_0", "-1", "9223372036854775808", "18446744073709551632", "", "5, 5"}) {
            rows.add(row("H02 length '" + length + "'", post("Content-Length: " + length + "\r\n", "aaaaa"), 400, 413));
        }
        for (String coding :
                new String[] {"chunked, identity", "xchunked", "chunked;q=1", "\u000bchunked", "chunked, chunked"}) {
            rows.add(row(
                    "H03 coding '" + coding.strip() + "'",
                    post("Transfer-Encoding: " + coding + "\r\n", "0\r\n\r\n"),
                    400,
                    501));
        }
        for (String path : new String[] {
            "/studies/%2e%2e",
            "/studies/..",
            "/studies/%2f",
            "/studies/%00",
            "/studies/%zz",
            "/studies/\\",
            "//studies",
            "/studies;a=b",
            "/studies/%252e%252e",
            "/studies/%ef%bc%8f",
            "/./studies",
            "/studies/1.2%0d%0aX:y"
        }) {
            rows.add(row("H13 " + path, "GET {root}" + path + " HTTP/1.1\r\nHost: {host}\r\n\r\n", 400));
        }
        return rows.stream();
    }

    private static String chunks(String chunks) {
        return post("Transfer-Encoding: chunked\r\n", chunks);
    }

    private static Arguments row(String name, String request, Integer... statuses) {
        return arguments(name, request, List.of(statuses));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void aRequestIsRefusedInTheRightWay(String name, String request, List<Integer> statuses) throws IOException {
        try (Wire wire = archive.wire()) {
            assertThat(wire.send(request.replace("{root}", root)).answer().status())
                    .isIn(statuses);
        }
    }

    @Test
    void h18aRequestBehindARefusedOneIsNotServed() throws IOException {
        try (Wire wire = archive.wire()) {
            String broken = post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n");
            wire.send((broken + get("")).replace("{root}", root));
            wire.answer().assertStatus(400);
            assertThat(wire.isClosedByServer()).isTrue();
        }
    }

    @Test
    void m13aBodyShorterThanItsLengthStoresNothing() throws IOException {
        byte[] file = Draft.ct().bytes();
        try (Wire wire = archive.wire()) {
            wire.send(
                    post("Content-Length: " + (file.length + 100) + "\r\n", "").replace("{root}", root));
            wire.send(file).endOutput();
            assertThat(wire.answer().status()).isEqualTo(400);
        }
    }

    @Test
    void h16aForeignForwardedHeaderIsNotBelieved() throws IOException {
        try (Wire wire = archive.wire()) {
            Answer answer = wire.send(("GET /health/live HTTP/1.1\r\nHost: {host}\r\n"
                            + "Forwarded: host=evil.example;proto=https\r\nX-Forwarded-Host: evil.example\r\n\r\n"))
                    .answer();
            assertThat(answer.headers().toString()).doesNotContain("evil.example");
        }
    }

    static Stream<Arguments> origins() {
        return Stream.of("null", "http://evil.example", "http://localhost.evil.example")
                .map(origin -> arguments(origin));
    }

    @ParameterizedTest
    @MethodSource("origins")
    void h19aForeignOriginIsGivenNoRights(String origin) throws IOException {
        try (Wire wire = archive.wire()) {
            Answer answer = wire.send(get("Origin: " + origin + "\r\n").replace("{root}", root))
                    .answer();
            assertThat(answer.findHeader("Access-Control-Allow-Origin")).isNull();
            assertThat(answer.findHeader("Access-Control-Allow-Credentials")).isNull();
        }
    }

    static Stream<Arguments> queries() {
        List<Arguments> rows = new ArrayList<>();
        for (String query : new String[] {
            "NoSuchKeyword=1",
            "0010002G=1",
            "001000=1",
            "PixelData=1",
            "Manufacturer.PatientID=1",
            "00100010%27%20OR%201=1--=x",
            "a%29b=x",
            "limit=-1",
            "limit=0",
            "limit=9999999999",
            "offset=-1",
            "offset=9223372036854775808",
            "limit=x",
            "StudyDate=-",
            "StudyDate=20260202-20260101",
            "StudyDate=2026-01-01",
            "StudyDate=99999999",
            "StudyTime=990000",
            "SeriesNumber=x",
            "StudyInstanceUID=abc",
            "StudyInstanceUID=1.2.",
            "StudyInstanceUID=" + "1.2,".repeat(1001) + "1.2",
            "PatientName=" + "*".repeat(300),
            "PatientID=" + "a".repeat(300),
            "PatientID=%3cscript%3e",
            "PatientName=<x",
            "fuzzymatching=perhaps",
            "includefield=NoSuchField",
            "includefield=001",
            "orderby=NoSuchKey",
            "orderby=PixelData",
            "PatientID=1&PatientID=2",
            "PatientID=%zz",
            "PatientID=%ff%fe",
            "=x",
            "00400275" + ".00400275".repeat(49) + "=1",
            "a=1&".repeat(100) + "a=1",
            "Modality=CT"
        }) {
            String shown = query.length() > 60 ? query.substring(0, 60) + "…" : query;
            rows.add(arguments("Q01–Q07 " + shown, query));
        }
        return rows.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("queries")
    void aQueryThatIsNoneIsRefused(String name, String query) throws IOException {
        try (Wire wire = archive.wire()) {
            String request = "GET " + root + "/studies?" + query + " HTTP/1.1\r\nHost: {host}\r\n\r\n";
            assertThat(wire.send(request).answer().status()).isIn(400, 414);
        }
    }

    private static Arguments multipart(String name, String contentType, String body, Integer... statuses) {
        return arguments(name, contentType, Samples.latin(body), List.of(statuses));
    }

    static Stream<Arguments> bodies() {
        String related = "multipart/related; type=\"application/dicom\"";
        String good = related + "; boundary=b";
        String part = "--b\r\nContent-Type: application/dicom\r\n\r\n";
        return Stream.of(
                multipart("M01 no boundary", related, "--b--", 400, 415),
                multipart("M01 an empty boundary", related + "; boundary=\"\"", "----", 400),
                multipart("M01 a boundary of 71", related + "; boundary=" + "b".repeat(71), "--b--", 400),
                multipart("M01 an illegal boundary", related + "; boundary=\"b{}\"", "--b{}--", 400),
                multipart("M01 two boundaries", related + "; boundary=b; boundary=c", "--b--", 400),
                multipart("M03 1 MB before the first boundary", good, "x".repeat(1 << 20) + "\r\n--b--", 400),
                multipart("M03 1 MB behind the last boundary", good, "--b--\r\n" + "x".repeat(1 << 20), 400, 204),
                multipart("M04 no boundary at all", good, "hello", 400),
                multipart("M04 no last boundary", good, part + "hello", 400),
                multipart("M04 a head that does not end", good, "--b\r\nContent-Type: application/dicom", 400),
                multipart("M05 100,001 empty parts", good, "--b\r\n\r\n\r\n".repeat(100_001) + "--b--", 413),
                multipart(
                        "M06 part headers of 16 KiB",
                        good,
                        "--b\r\nX: " + "a".repeat(16 << 10) + "\r\n\r\n\r\n--b--",
                        400),
                multipart("M06 200 part headers", good, "--b\r\n" + "X: a\r\n".repeat(200) + "\r\n\r\n--b--", 400),
                multipart("M06 a folded part header", good, "--b\r\nX: a\r\n b\r\n\r\n\r\n--b--", 400),
                multipart(
                        "M06 two types",
                        good,
                        "--b\r\nContent-Type: application/dicom\r\nContent-Type: text/html\r\n" + "\r\n\r\n--b--",
                        400),
                multipart("M07 a part of HTML", good, "--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b--", 415),
                multipart("M07 a part of PNG", good, "--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--", 415),
                multipart(
                        "M08 multipart within multipart",
                        good,
                        "--b\r\nContent-Type: multipart/related; boundary=c\r\n\r\n--c--\r\n--b--",
                        415),
                multipart(
                        "M08 base64",
                        good,
                        "--b\r\nContent-Type: application/dicom\r\n"
                                + "Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--",
                        400),
                multipart("M10 the type disagrees", "multipart/related; type=\"text/html\"; boundary=b", "--b--", 415),
                multipart("M10 a start", good + "; start=\"<a@b>\"", "--b--", 400),
                multipart("J01 DICOM JSON", "application/dicom+json", "[".repeat(1000), 415),
                multipart(
                        "J05 DICOM XML",
                        "application/dicom+xml",
                        "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
                        415));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void aBodyThatIsNoneIsRefused(String name, String contentType, byte[] body, List<Integer> statuses)
            throws IOException {
        try (Wire wire = archive.wire()) {
            wire.send("POST " + root + "/studies HTTP/1.1\r\nHost: {host}\r\nContent-Type: " + contentType
                    + "\r\nContent-Length: " + body.length + "\r\n\r\n");
            assertThat(wire.send(body).answer().status()).isIn(statuses);
        }
    }

    static Stream<Arguments> codings() {
        return Stream.of("gzip", "br", "gzip, gzip").map(coding -> arguments(coding));
    }

    @ParameterizedTest(name = "M09 {0}")
    @MethodSource("codings")
    void aCompressedBodyIsRefused(String coding) throws IOException {
        try (Wire wire = archive.wire()) {
            String request = post("Content-Encoding: " + coding + "\r\nContent-Length: 4\r\n", "aaaa");
            assertThat(wire.send(request.replace("{root}", root)).answer().status())
                    .isEqualTo(415);
        }
    }
}
