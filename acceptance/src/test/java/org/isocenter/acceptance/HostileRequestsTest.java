package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that are broken or meant to break something, byte by byte over a socket (rows H of the
/// [hostile inputs](../../../../../../../docs/reference/hostile-inputs.md)): one answer each, never a 500;
/// nothing stored, and the archive still serves.
class HostileRequestsTest {
    private static final int SLOW_ROUNDS_MAX = 90;

    private final Archive archive = Archive.get();
    private final String root = archive.path();
    private final long position = archive.dicomweb().feedPosition();

    @AfterEach
    void nothingIsStoredAndTheArchiveServes() {
        assertThat(archive.dicomweb().feedPosition()).isEqualTo(position);
        archive.assertReady();
    }

    private static String get(String headers) {
        return get("/studies?StudyInstanceUID=1.2.3.4.5", headers);
    }

    private static String get(String target, String headers) {
        return "GET {root}" + target + " HTTP/1.1\r\nHost: {host}\r\n" + headers + "\r\n";
    }

    private static String post(String headers, String body) {
        return "POST {root}/studies HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/dicom\r\n" + headers + "\r\n"
                + body;
    }

    private static Arguments row(String name, String request, int status, String code) {
        return arguments(name, request, status, code);
    }

    /// What breaks HTTP itself.
    private static Arguments broken(String name, String request) {
        return row(name, request, 400, "bad-request");
    }

    // What ends the connection, because nobody can tell where the next request begins

    static Stream<Arguments> brokenRequests() {
        List<Arguments> rows = new ArrayList<>(List.of(
                broken(
                        "H01 a length and chunks",
                        post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
                broken(
                        "H01 chunks and a length",
                        post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")),
                broken("H01 two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "aaaaaa")),
                broken("H01 two equal lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "aaaaa")),
                broken("H05 a bare CR", get("X: a\rb\r\n")),
                broken("H05 NUL", get("X: a\0b\r\n")),
                broken("H05 a space before the colon", get("X : a\r\n")),
                broken("H05 a folded line", get("X: a\r\n b\r\n")),
                broken("H05 no colon", get("Xa\r\n")),
                broken("H05 a name that is no token", get("X(: a\r\n")),
                broken("H06 two hosts", get("Host: other\r\n")),
                broken("H06 no host", "GET {root}/studies HTTP/1.1\r\n\r\n"),
                broken("H06 a host with a path", "GET {root}/studies HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                broken(
                        "H06 another host in the target",
                        "GET http://other{root}/studies HTTP/1.1\r\nHost: {host}\r\n\r\n")));
        lengths()
                .forEach((name, length) ->
                        rows.add(broken("H02 " + name, post("Content-Length: " + length + "\r\n", "aaaaa"))));
        codings()
                .forEach((name, coding) ->
                        rows.add(broken("H03 " + name, post("Transfer-Encoding: " + coding + "\r\n", "0\r\n\r\n"))));
        chunks().forEach((name, chunks) ->
                rows.add(row("H04 " + name, post("Transfer-Encoding: chunked\r\n", chunks), 400, "malformed-body")));
        return rows.stream();
    }

    private static Map<String, String> lengths() {
        Map<String, String> lengths = new LinkedHashMap<>();
        lengths.put("a signed length", "+16");
        lengths.put("a length in hexadecimal", "0x10");
        lengths.put("a length with an underscore", "1_0");
        lengths.put("a negative length", "-1");
        lengths.put("a length of 2^63", "9223372036854775808");
        lengths.put("a length of 2^64 + 16", "18446744073709551632");
        lengths.put("an empty length", "");
        lengths.put("a list of lengths", "5, 5");
        return lengths;
    }

    private static Map<String, String> codings() {
        Map<String, String> codings = new LinkedHashMap<>();
        codings.put("chunked and identity", "chunked, identity");
        codings.put("xchunked", "xchunked");
        codings.put("chunked with a parameter", "chunked;q=1");
        codings.put("a vertical tab before chunked", "\u000bchunked");
        codings.put("a vertical tab behind chunked", "chunked\u000b");
        codings.put("a tab within chunked", "chun\tked");
        codings.put("chunked twice", "chunked, chunked");
        codings.put("chunked over two headers", "chunked\r\nTransfer-Encoding: chunked");
        codings.put("half of chunked in each of two headers", "chun\r\nTransfer-Encoding: ked");
        return codings;
    }

    private static Map<String, String> chunks() {
        Map<String, String> chunks = new LinkedHashMap<>();
        chunks.put("a chunk size that overflows", "FFFFFFFFFFFFFFFFF\r\n");
        chunks.put("a chunk size of 2^64 + 5", "10000000000000005\r\naaaaa\r\n0\r\n\r\n");
        chunks.put("a signed chunk size", "+5\r\naaaaa\r\n0\r\n\r\n");
        chunks.put("a chunk size with 0x", "0x5\r\naaaaa\r\n0\r\n\r\n");
        chunks.put("LF alone", "5\naaaaa\n0\n\n");
        chunks.put("CR alone", "5\raaaaa\r0\r\r");
        chunks.put("a line break in quotes in an extension", "5;a=\"\r\n\"\r\naaaaa\r\n0\r\n\r\n");
        chunks.put("an extension of 1 MB", "5;a=" + "a".repeat(1 << 20) + "\r\naaaaa\r\n0\r\n\r\n");
        return chunks;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenRequests")
    void aRequestWithoutClearBordersIsRefusedAndTheConnectionClosed(
            String name, String request, int status, String code) throws IOException {
        try (Wire wire = archive.wire()) {
            send(wire, request).answer().assertProblem(status, code);
            assertThat(wire.isClosedByServer()).isTrue();
        }
    }

    private Wire send(Wire wire, String request) throws IOException {
        return wire.send(request.replace("{root}", root));
    }

    @Test
    void h04aBodyWithoutItsLastChunkIsRefusedAndTheConnectionClosed() throws IOException {
        try (Wire wire = archive.wire()) {
            send(wire, post("Transfer-Encoding: chunked\r\n", "5\r\naaaaa\r\n")).endOutput();
            wire.answer().assertProblem(400, "malformed-body");
            assertThat(wire.isClosedByServer()).isTrue();
        }
    }

    /// Tabs are white space around the value of a header (RFC 9110 section 5.6.3).
    @Test
    void h03aTabAroundChunkedIsNoPartOfIt() throws IOException {
        try (Wire wire = archive.wire()) {
            Answer answer = send(wire, post("Transfer-Encoding:\tchunked\t\r\n", "2\r\naa\r\n0\r\n\r\n"))
                    .answer()
                    .assertStatus(409);
            assertThat(answer.failureReasons()).containsExactly(272);
            send(wire, get("")).answer().assertStatus(204);
        }
    }

    @Test
    void h18aRequestBehindARefusedOneIsNotServed() throws IOException {
        try (Wire wire = archive.wire()) {
            String broken = post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n");
            send(wire, broken + get("")).answer().assertProblem(400, "bad-request");
            assertThat(wire.isClosedByServer()).isTrue();
        }
    }

    // What is refused or ignored

    static Stream<Arguments> refusedRequests() {
        List<Arguments> rows = new ArrayList<>(List.of(
                row("H09 a URL of 9 KiB", get("/studies?PatientID=" + "a".repeat(9 << 10), ""), 414, "uri-too-long"),
                row("H09 headers of 33 KiB", get("X: " + "a".repeat(33 << 10) + "\r\n"), 431, "headers-too-large"),
                row("H09 101 headers", get("X: a\r\n".repeat(101)), 431, "headers-too-large"),
                row("H10 100 TB", post("Content-Length: 100000000000000\r\n", ""), 413, "content-too-large"),
                row("H12 TRACE", "TRACE {root}/studies HTTP/1.1\r\nHost: {host}\r\n\r\n", 501, "not-implemented"),
                row("H12 CONNECT", "CONNECT other:80 HTTP/1.1\r\nHost: other:80\r\n\r\n", 501, "not-implemented"),
                row(
                        "H12 an unknown method",
                        "BREW {root}/studies HTTP/1.1\r\nHost: {host}\r\n\r\n",
                        501,
                        "not-implemented"),
                row(
                        "H12 a method in lower case",
                        "get {root}/studies HTTP/1.1\r\nHost: {host}\r\n\r\n",
                        501,
                        "not-implemented"),
                row(
                        "H15 an Accept of 100 kB",
                        get("Accept: " + "a/b,".repeat(25_000) + "\r\n"),
                        431,
                        "request-header-fields-too-large"),
                row("H15 an Accept of 30 kB", get("Accept: " + "a/b,".repeat(7500) + "\r\n"), 400, "malformed-accept"),
                row("H15 an Accept of 5 kB", get("Accept: a/" + "b".repeat(5000) + "\r\n"), 400, "malformed-accept"),
                row(
                        "H15 an Accept of 101 ranges",
                        get("Accept: " + "a/b,".repeat(101) + "\r\n"),
                        400,
                        "malformed-accept"),
                row("H15 a quality that is no number", get("Accept: */*;q=nan\r\n"), 400, "malformed-accept"),
                row("H15 a quality below zero", get("Accept: */*;q=-1\r\n"), 400, "malformed-accept"),
                row("H15 a quality above one", get("Accept: */*;q=1e1\r\n"), 400, "malformed-accept")));
        refusedByTheEngine().forEach((name, path) -> rows.add(broken("H13 " + name, get(path, ""))));
        refusedByTheDoor().forEach((name, path) -> rows.add(row("H13 " + name, get(path, ""), 400, "malformed-uri")));
        return rows.stream();
    }

    private static Map<String, String> refusedByTheEngine() {
        Map<String, String> paths = new LinkedHashMap<>();
        paths.put("escaped dots", "/studies/%2e%2e");
        paths.put("dots escaped twice", "/studies/%252e%252e");
        paths.put("an escaped slash", "/studies/%2f");
        paths.put("an overlong slash", "/studies/%c0%af");
        paths.put("NUL", "/studies/%00");
        paths.put("an escape that is none", "/studies/%zz");
        paths.put("a backslash", "/studies/\\");
        paths.put("an escaped backslash", "/studies/%5c");
        paths.put("two slashes", "//studies");
        paths.put("two slashes within", "/studies//1.2");
        paths.put("a line break", "/studies/1.2%0d%0aX:y");
        return paths;
    }

    private static Map<String, String> refusedByTheDoor() {
        Map<String, String> paths = new LinkedHashMap<>();
        paths.put("dots", "/studies/..");
        paths.put("a dot", "/./studies");
        paths.put("a parameter", "/studies;a=b");
        paths.put("a full-width slash", "/studies/%ef%bc%8f");
        paths.put("a letter escaped without need", "/%73tudies");
        return paths;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedRequests")
    void aRequestIsRefused(String name, String request, int status, String code) throws IOException {
        try (Wire wire = archive.wire()) {
            send(wire, request).answer().assertProblem(status, code);
        }
    }

    @Test
    void h10aLengthBeyondTheLimitIsRefusedBeforeAByteIsSent() throws IOException {
        try (Wire wire = archive.wire()) {
            send(wire, post("Content-Length: " + ((64L << 30) + 1) + "\r\n", ""))
                    .answer()
                    .assertProblem(413, "content-too-large");
            assertThat(wire.isClosedByServer()).isTrue();
        }
    }

    @Test
    void h12aMethodInAHeaderIsIgnored() throws IOException {
        try (Wire wire = archive.wire()) {
            String headers = "X-HTTP-Method-Override: DELETE\r\nX-HTTP-Method: DELETE\r\nX-Method-Override: DELETE\r\n";
            send(wire, get(headers)).answer().assertStatus(204);
        }
    }

    /// The request is taken as what stands before its body, and the next one begins behind the trailers.
    @Test
    void h07trailersChangeNothing() throws IOException {
        try (Wire wire = archive.wire()) {
            send(
                    wire,
                    post(
                            "Transfer-Encoding: chunked\r\n",
                            "5\r\naaaaa\r\n0\r\nContent-Length: 100\r\nHost: evil.example\r\nAuthorization: Basic YTpi\r\n"
                                    + "Transfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n"));
            Answer answer = wire.answer().assertStatus(409);
            assertThat(answer.failureReasons()).containsExactly(272);
            assertThat(answer.text() + answer.headers()).doesNotContain("evil.example");
            send(wire, get("")).answer().assertStatus(204);
        }
    }

    @Test
    void h20aBodyThatIsRefusedIsNotAskedFor() throws IOException {
        try (Wire wire = archive.wire()) {
            String request = "POST {root}/studies HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/html\r\n"
                    + "Content-Length: 10\r\nExpect: 100-continue\r\n\r\n";
            send(wire, request).answer().assertProblem(415, "unsupported-media-type");
            assertThat(wire.isClosedByServer()).isTrue();
        }
    }

    // What is not believed and not echoed

    @ParameterizedTest(name = "H16 {0}")
    @ValueSource(
            strings = {
                "Forwarded: host=evil.example;proto=https;for=10.0.0.1",
                "X-Forwarded-Host: evil.example",
                "X-Forwarded-Prefix: /evil.example",
                "X-Forwarded-Server: evil.example",
                "X-Original-URL: /evil.example",
                "X-Rewrite-URL: /evil.example"
            })
    void aForeignForwardedHeaderIsNotBelieved(String header) throws IOException {
        try (Wire wire = archive.wire()) {
            Answer answer = send(wire, post(header + "\r\nContent-Length: 2\r\n", "aa"))
                    .answer()
                    .assertStatus(409);
            assertThat(answer.text() + answer.headers()).doesNotContain("evil.example");
            Answer other = send(wire, get("/studies?limit=0", header + "\r\n"))
                    .answer()
                    .assertProblem(400, "invalid-query");
            assertThat(other.text() + other.headers()).doesNotContain("evil.example");
        }
    }

    @ParameterizedTest(name = "H17 {0}")
    @ValueSource(
            strings = {
                "/studies/1.2%0d%0aX-Evil:y",
                "/studies?limit=%0d%0aX-Evil:y",
                "/studies?a%0d%0aX-Evil:y=1",
                "/studies?includefield=%0d%0aX-Evil:y",
                "/studies?orderby=%0d%0aX-Evil:y",
                "/changefeed?startTime=%0d%0aX-Evil:y"
            })
    void aLineBreakIsNotEchoed(String target) throws IOException {
        try (Wire wire = archive.wire()) {
            Answer answer = send(wire, get(target, "")).answer().assertStatus(400);
            assertThat(answer.findHeader("X-Evil")).isNull();
            assertThat(answer.text()).doesNotContain("X-Evil");
        }
    }

    /// The transfer syntax is the one text of a file that stands in a header of an answer.
    @Test
    void h17aLineBreakInATransferSyntaxIsRefused() {
        Draft draft = Draft.ct().transferSyntax(Draft.EXPLICIT + "\r\nX-Evil: y");
        Answer answer = archive.dicomweb().store(draft.bytes()).assertStatus(409);
        assertThat(answer.failureReasons()).containsExactly(272);
        assertThat(answer.findHeader("X-Evil")).isNull();
    }

    @ParameterizedTest(name = "H19 {0}")
    @ValueSource(
            strings = {
                "null",
                "http://evil.example",
                "http://localhost.evil.example",
                "http://127.0.0.1.evil.example",
                "http://evil.example#localhost",
                "http://localhost:1"
            })
    void aForeignOriginIsGivenNoRights(String origin) throws IOException {
        for (String method : List.of("GET", "OPTIONS")) {
            try (Wire wire = archive.wire()) {
                String headers = "Origin: " + origin + "\r\nAccess-Control-Request-Method: DELETE\r\n"
                        + "Access-Control-Request-Headers: content-type\r\n";
                Answer answer = send(wire, get(headers).replaceFirst("GET", method))
                        .answer()
                        .assertStatus(204);
                assertThat(answer.headers().keySet()).noneMatch(name -> name.startsWith("access-control-"));
            }
        }
    }

    // What takes its time

    /// A byte each second into a head and into a body, and nothing at all; half a minute at most.
    @Test
    void h11whoTakesForeverIsClosed() throws IOException {
        Assumptions.assumeTrue(
                Size.NIGHTLY,
                "takes half a minute; of each change the same is tested with a shorter patience in the server");
        try (Wire silent = archive.wire();
                Wire head = archive.wire();
                Wire body = archive.wire()) {
            send(head, "GET {root}/studies HTTP/1.1\r\nHost: {host}\r\nX: ");
            send(body, post("Content-Length: 1000000\r\n", ""));
            boolean[] done = new boolean[2];
            for (int round = 0; round < SLOW_ROUNDS_MAX && !(done[0] && done[1]); round++) {
                done[0] = done[0] || head.send("a").isAnsweredWithinASecond();
                done[1] = done[1] || body.send("a").isAnsweredWithinASecond();
            }
            assertThat(done).containsOnly(true);
            assertThat(head.isClosedByServer()).isTrue();
            body.answer().assertProblem(408, "request-timeout");
            assertThat(body.isClosedByServer()).isTrue();
            assertThat(silent.isClosedByServer()).isTrue();
        }
    }
}
