package org.isocenter.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.isocenter.server.http.RawClient.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Raw bytes at the door: the rows of the table of hostile inputs that concern HTTP itself.
class HostileRequestTest {
    private static final long REQUEST_BYTES_MAX = 1 << 20;
    private static HttpDoor door;

    @BeforeAll
    static void open() throws IOException {
        Router router = new Router()
                .on("GET", "/a/{name}", exchange -> exchange.send(200, "text/plain", "here".getBytes()))
                .on("GET", "/", exchange -> exchange.send(200, "text/plain", "root".getBytes()))
                .on("POST", "/a", exchange -> {
                    long bytes = exchange.body().transferTo(OutputStream.nullOutputStream());
                    exchange.send(200, "text/plain", Long.toString(bytes).getBytes());
                })
                .on("POST", "/refuse", exchange -> {
                    throw new Refusal(400, "no", "No.");
                })
                .on("POST", "/multipart", HostileRequestTest::countParts);
        HttpOptions options =
                new HttpOptions("127.0.0.1", 0, null, List.of(), REQUEST_BYTES_MAX, Duration.ofSeconds(10), 100);
        door = HttpDoor.open(options, router, new Pace(Duration.ofMillis(700), 1, Duration.ofSeconds(5), 1 << 24));
    }

    private static void countParts(Exchange exchange) throws IOException {
        MediaType type = MediaType.parse(String.valueOf(exchange.header("Content-Type")));
        MultipartReader reader =
                new MultipartReader(exchange.body(), type.parameter("boundary"), MultipartLimits.DEFAULT);
        int parts = 0;
        for (Part part = reader.next(); part != null; part = reader.next()) {
            try (InputStream body = part.body()) {
                body.transferTo(OutputStream.nullOutputStream());
            }
            parts++;
        }
        exchange.send(200, "text/plain", Integer.toString(parts).getBytes());
    }

    @AfterAll
    static void close() {
        door.close();
    }

    private static URI uri() {
        return door.uri();
    }

    private static Answer refused(int status, String request) throws IOException {
        try (RawClient client = new RawClient(uri())) {
            Answer answer = client.send(request).answer();
            assertThat(answer.status())
                    .as(request.substring(0, Math.min(200, request.length())))
                    .isEqualTo(status);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.header("Server")).isEmpty();
            assertThat(answer.text()).contains("\"status\":" + status).contains("\"code\":\"");
            return answer;
        }
    }

    private static void refusedAndClosed(int status, String request) throws IOException {
        try (RawClient client = new RawClient(uri())) {
            Answer answer = client.send(request).answer();
            assertThat(answer.status()).as(request).isEqualTo(status);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private static String post(String headers, String body) {
        return "POST /a HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n" + body;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                "Content-Length: 5\r\nContent-Length: 5\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n"
            })
    void h01TwoFramingsAreRefusedAndTheConnectionClosed(String headers) throws IOException {
        refusedAndClosed(400, post(headers, "0\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+16",
                "0x10",
                "1_0",
                "-1",
                "9223372036854775808",
                "18446744073709551632",
                "",
                "5, 5",
                "5 5",
                "\u000b5",
                "٥"
            })
    void h02OddLengthsAreRefused(String length) throws IOException {
        refusedAndClosed(400, post("Content-Length: " + length + "\r\n", "hello"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding: identity, chunked\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: gzip\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding: chunked;q=1\r\n",
                "Transfer-Encoding: \u000bchunked\r\n",
                "Transfer-Encoding: chunked\u000b\r\n",
                "Transfer-Encoding: chun\r\nTransfer-Encoding: ked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked, chunked\r\n",
                "Transfer-Encoding:\r\n",
                "Transfer-Encoding : chunked\r\n"
            })
    void h03OddTransferEncodingsAreRefused(String header) throws IOException {
        refusedAndClosed(400, post(header, "0\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10000000000000005\r\nhello\r\n0\r\n\r\n",
                "FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n",
                "+5\r\nhello\r\n0\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                "5\nhello\n0\n\n",
                "5\rhello\r0\r\r",
                "-5\r\nhello\r\n0\r\n\r\n",
                "\r\n\r\n",
                "5\r\nhelloXX0\r\n\r\n"
            })
    void h04OddChunksAreRefusedAndTheConnectionClosed(String chunks) throws IOException {
        refusedAndClosed(400, post("Transfer-Encoding: chunked\r\n", chunks));
    }

    @Test
    void h04aMissingLastChunkIsRefused() throws IOException {
        try (RawClient client = new RawClient(uri())) {
            client.send(post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n"))
                    .endOutput();
            assertThat(client.answer().status()).isEqualTo(400);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void h04anEndlessChunkExtensionIsRefused() throws IOException {
        String request =
                post("Transfer-Encoding: chunked\r\n", "5;a=" + "x".repeat(1 << 20) + "\r\nhello\r\n0\r\n\r\n");
        refused(400, request);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: a\rb\r\n",
                "X: a\0b\r\n",
                "X : a\r\n",
                "X: a\r\n b\r\n",
                " X: a\r\n",
                "Xa\r\n",
                "X(: a\r\n",
                ": a\r\n",
                "X: a\n"
            })
    void h05BrokenHeadersAreRefused(String header) throws IOException {
        refusedAndClosed(400, "GET /a/b HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET http://other/a/b HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a/b HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
                "GET /a/b HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n",
                "GET /a/b HTTP/1.1\r\n\r\n",
                "GET /a/b HTTP/1.1\r\nHost: localhost/x\r\n\r\n",
                "GET /a/b HTTP/1.1\r\nHost: user@localhost\r\n\r\n",
                "GET /a/b HTTP/1.1\r\nHost: local host\r\n\r\n",
                "GET http://user@localhost/a/b HTTP/1.1\r\nHost: localhost\r\n\r\n"
            })
    void h06AmbiguousHostsAreRefused(String request) throws IOException {
        refusedAndClosed(400, request);
    }

    @Test
    void h07TrailersDoNotReachTheRequest() throws IOException {
        try (RawClient client = new RawClient(uri())) {
            client.send(post(
                    "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\nContent-Length: 100\r\nHost: other\r\n\r\n"));
            Answer answer = client.answer();
            assertThat(answer.status()).isIn(200, 400);
            assertThat(answer.text())
                    .satisfiesAnyOf(
                            text -> assertThat(text).isEqualTo("5"),
                            text -> assertThat(text).contains("\"status\":400"));
        }
    }

    @Test
    void h09LongUrlsAndHeadersAreRefused() throws IOException {
        refused(414, get("/a/" + "x".repeat(9 * 1024)));
        refused(414, get("/a/" + "x".repeat(100 * 1024)));
        refused(431, "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(33 * 1024) + "\r\n\r\n");
        refused(431, "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(200 * 1024) + "\r\n\r\n");
        refused(431, "GET / HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n".repeat(100) + "\r\n");
        try (RawClient client = new RawClient(uri())) {
            client.send("GET /a/" + "x".repeat(8000) + " HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n".repeat(98)
                    + "X: " + "y".repeat(31 * 1024) + "\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void h10aHugeLengthIsRefusedBeforeReading() throws IOException {
        refusedAndClosed(413, post("Content-Length: 109951162777600\r\n", ""));
    }

    @Test
    void h10aLongChunkedBodyIsRefusedAndTheAnswerArrivesThoughTheClientKeepsSending() throws IOException {
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        refused(413, post("Transfer-Encoding: chunked\r\n", chunk.repeat(64) + "0\r\n\r\n"));
    }

    @Test
    void h11SlowHeadsAndSilentConnectionsAreClosed() throws IOException {
        try (RawClient silent = new RawClient(uri());
                RawClient slow = new RawClient(uri()).send("GET / HTTP/1.1\r\nHost: loc")) {
            assertThat(silent.isClosedByServer()).isTrue();
            assertThat(slow.isClosedByServer()).isTrue();
        }
    }

    @Test
    void h12UnknownMethodsAreRefusedAndOverridesIgnored() throws IOException {
        refused(501, "TRACE /a/b HTTP/1.1\r\nHost: localhost\r\n\r\n");
        refused(501, "BREW /a/b HTTP/1.1\r\nHost: localhost\r\n\r\n");
        refused(501, "get /a/b HTTP/1.1\r\nHost: localhost\r\n\r\n");
        refused(501, "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n");
        Answer wrong = refused(405, "DELETE /a/b HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: GET\r\n\r\n");
        assertThat(wrong.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a/%2e%2e",
                "/a/..",
                "/a/.",
                "/a/%2E",
                "/a/x%2fy",
                "/a/x%5cy",
                "/a/%00",
                "/a/%zz",
                "/a/%2",
                "/a/%",
                "/a\\b",
                "//a/b",
                "/a//b",
                "/a/b;c=d",
                "/a;x/b",
                "/a/%252e%252e",
                "/a/%EF%BC%8F",
                "/a/%C0%AF",
                "/a/%41",
                "/a/b#c",
                "/a/b%0d%0aX:y",
                "/a/\u00e9",
                "/a/<b>",
                "/a/b?x=%zz",
                "/a/b?x=%",
                "/a/b?x=%00",
                "/a/b?x=<script",
                "/a/b?x=%3Cscript",
                "/a/b?x=%C3",
                "a/b",
                "*"
            })
    void h13OnlyOneFormOfUriIsTaken(String target) throws IOException {
        refusedAndClosed(400, get(target));
    }

    @Test
    void h18aRequestBehindARefusedOneIsNotServed() throws IOException {
        try (RawClient client = new RawClient(uri())) {
            client.send(get("/a/%2e%2e") + get("/a/b"));
            assertThat(client.answer().status()).isEqualTo(400);
            assertThat(client.rest()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /a", "POST /refuse", "POST /nowhere"})
    void h20aRefusedBodyIsNotAskedFor(String line) throws IOException {
        try (RawClient client = new RawClient(uri())) {
            String length = line.equals("POST /a") ? "109951162777600" : "1000";
            client.send(line + " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: " + length
                    + "\r\n\r\n");
            assertThat(client.answer().status()).isIn(400, 404, 413);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void h20aWantedBodyIsAskedFor() throws IOException {
        try (RawClient client = new RawClient(uri())) {
            client.send(post("Expect: 100-continue\r\nContent-Length: 5\r\n", ""));
            assertThat(client.answer().status()).isEqualTo(100);
            Answer answer = client.send("hello").answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("5");
        }
    }

    @Test
    void m13ABodyShorterThanItsLengthIsRefused() throws IOException {
        try (RawClient client = new RawClient(uri())) {
            client.send(post("Content-Length: 10\r\n", "hello")).endOutput();
            Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains("malformed-body");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void m13ABodyLongerThanItsLengthEndsTheConnection() throws IOException {
        try (RawClient client = new RawClient(uri())) {
            client.send(post("Content-Length: 5\r\n", "hello and more\r\n\r\n"));
            assertThat(client.answer().text()).isEqualTo("5");
            assertThat(client.answer().status()).isEqualTo(400);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void m09aCompressedBodyIsRefused() throws IOException {
        refused(415, post("Content-Encoding: gzip\r\nContent-Length: 5\r\n", "hello"));
    }

    private static String multipart(String boundary, String body) {
        return "POST /multipart HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/related;type=application/dicom"
                + boundary + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void m01BoundariesThatAreNoneAreRefused() throws IOException {
        for (String boundary : List.of(
                "",
                ";boundary=\"\"",
                ";boundary=" + "b".repeat(71),
                ";boundary=\"a*b\"",
                ";boundary=\"a \"",
                ";boundary=a;boundary=b",
                ";boundary=")) {
            refused(400, multipart(boundary, "--a\r\n\r\nx\r\n--a--"));
        }
    }

    @Test
    void m03AnEndlessPreambleIsRefused() throws IOException {
        Answer answer = refused(400, multipart(";boundary=a", "x".repeat(500_000) + "\r\n--a\r\n\r\nx\r\n--a--"));
        assertThat(answer.text()).contains("malformed-body");
    }

    @Test
    void m04AMultipartWithoutItsEndIsRefused() throws IOException {
        refused(400, multipart(";boundary=a", "--a\r\n\r\nx\r\n--a"));
        try (RawClient client = new RawClient(uri())) {
            Answer answer = client.send(multipart(";boundary=a", "--a\r\n\r\nx\r\n--a--\r\n"))
                    .answer();
            assertThat(answer.text()).isEqualTo("1");
        }
    }
}
