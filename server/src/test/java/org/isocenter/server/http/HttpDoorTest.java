package org.isocenter.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.zip.GZIPInputStream;
import org.isocenter.server.http.RawClient.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpDoorTest {
    private static final String JSON = "[" + "{\"00080018\":{\"vr\":\"UI\"}},".repeat(500) + "0]";

    private final HttpClient client =
            HttpClient.newBuilder().version(Version.HTTP_1_1).build();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch mayLeave = new CountDownLatch(1);
    private final AtomicBoolean clientGone = new AtomicBoolean();
    private HttpDoor door;

    @BeforeEach
    void open() throws IOException {
        door = HttpDoor.open(options(2, List.of("127.0.0.0/8"), Duration.ofSeconds(20)), router());
    }

    private static HttpOptions options(int requestsMax, List<String> trustedProxies, Duration idle) {
        return new HttpOptions("127.0.0.1", 0, null, trustedProxies, 1 << 20, idle, requestsMax);
    }

    private Router router() {
        return new Router()
                .on(
                        "GET",
                        "/thread",
                        exchange -> text(exchange, "" + Thread.currentThread().isVirtual()))
                .on("GET", "/studies/{study}", exchange -> text(exchange, "study " + exchange.pathValue("study")))
                .on("PUT", "/studies/{study}", exchange -> exchange.sendEmpty(204))
                .on("GET", "/studies/export", exchange -> text(exchange, "export"))
                .on("GET", "/studies/{id}/series/{series}", exchange -> text(exchange, exchange.path()))
                .on("GET", "/json", exchange -> exchange.send(200, "application/dicom+json", JSON.getBytes()))
                .on("GET", "/short", exchange -> exchange.send(200, "application/json", "[]".getBytes()))
                .on("GET", "/streamed", exchange -> {
                    try (ResponseBody body = exchange.beginCompressible(200, "application/dicom+json")) {
                        body.write(JSON.getBytes());
                    }
                })
                .on("GET", "/known", exchange -> {
                    try (ResponseBody body = exchange.begin(200, "application/octet-stream", 300_000)) {
                        body.write(ByteBuffer.allocateDirect(299_999));
                        body.write(7);
                    }
                })
                .on("GET", "/broken/{how}", HttpDoorTest::breakOff)
                .on("GET", "/bug", exchange -> {
                    throw new IllegalStateException("Doe^Jane");
                })
                .on("GET", "/silent", exchange -> {})
                .on("GET", "/created", exchange -> exchange.status(201).header("Location", "/x"))
                .on("GET", "/mapped", exchange -> {
                    throw new ArithmeticException();
                })
                .on("GET", "/teapot", exchange -> {
                    throw new Refusal(422, "no-tea", "No \"tea\".").withHeader("X-Tea", "none");
                })
                .on("GET", "/base", exchange -> text(exchange, exchange.baseUrl() + " " + exchange.remoteAddress()))
                .on(
                        "GET",
                        "/query",
                        exchange -> text(exchange, "" + exchange.query().parameters()))
                .on("POST", "/echo", exchange -> {
                    byte[] bytes = exchange.body().readAllBytes();
                    exchange.send(200, "application/octet-stream", bytes);
                })
                .on("POST", "/refuse", exchange -> {
                    throw new Refusal(409, "conflict", "No.");
                })
                .on("GET", "/wait", exchange -> {
                    entered.countDown();
                    mayLeave.await();
                    text(exchange, "done");
                })
                .on("GET", "/endless", exchange -> {
                    try (ResponseBody body = exchange.begin(200, "application/octet-stream", -1)) {
                        ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 20);
                        while (true) {
                            body.write(bytes.clear());
                        }
                    } catch (ClientGoneException gone) {
                        clientGone.set(true);
                        entered.countDown();
                        throw gone;
                    }
                })
                .mapping(ArithmeticException.class, thrown -> new Problem(503, "unavailable", "Later."));
    }

    private static void breakOff(Exchange exchange) throws IOException {
        long length = exchange.pathValue("how").equals("chunked") ? -1 : 1000;
        try (ResponseBody body = exchange.begin(200, "application/octet-stream", length)) {
            body.write(new byte[100]);
            body.flush();
            if (!exchange.pathValue("how").equals("short")) {
                throw new IllegalStateException("half way");
            }
        }
    }

    private static void text(Exchange exchange, String text) throws IOException {
        exchange.send(200, "text/plain", text.getBytes());
    }

    @AfterEach
    void close() {
        mayLeave.countDown();
        client.close();
        door.close();
    }

    private HttpResponse<byte[]> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(door.uri() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private String get(String path, String... headers) throws Exception {
        return new String(send("GET", path, headers).body());
    }

    @Test
    void routesRunOnVirtualThreads() throws Exception {
        assertThat(get("/thread")).isEqualTo("true");
    }

    @Test
    void literalsBeatVariablesAndVariablesAreDecoded() throws Exception {
        assertThat(get("/studies/export")).isEqualTo("export");
        assertThat(get("/studies/1.2")).isEqualTo("study 1.2");
        assertThat(get("/studies/a%20b")).isEqualTo("study a b");
        assertThat(get("/studies/export/series/7")).isEqualTo("/studies/export/series/7");
    }

    @Test
    void theUnknownIsAProblemAndAWrongMethodNamesTheRightOnes() throws Exception {
        HttpResponse<byte[]> missing = send("GET", "/studies/1/nothing");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(new String(missing.body()))
                .isEqualTo("{\"type\":\"urn:isocenter:problem:not-found\",\"title\":\"Not Found\",\"status\":404,"
                        + "\"detail\":\"There is nothing at that path.\",\"code\":\"not-found\"}");
        assertThat(send("GET", "/studies/").statusCode()).isEqualTo(404);

        HttpResponse<byte[]> wrong = send("DELETE", "/studies/1");
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS, PUT");

        HttpResponse<byte[]> options = send("OPTIONS", "/studies/1");
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS, PUT");
    }

    @Test
    void headHasTheHeadersOfGetAndNoBody() throws Exception {
        for (String path : List.of("/json", "/known", "/studies/1", "/nothing", "/streamed")) {
            HttpResponse<byte[]> get = send("GET", path, "Accept-Encoding", "gzip");
            try (RawClient raw = new RawClient(door.uri())) {
                raw.send("HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n");
                Answer head = raw.answer(false);
                assertThat(head.status()).as(path).isEqualTo(get.statusCode());
                for (String name : List.of("Content-Length", "Content-Type", "Content-Encoding", "Vary")) {
                    assertThat(head.header(name))
                            .as(path + name)
                            .isEqualTo(get.headers().firstValue(name).orElse(""));
                }
                raw.send("GET /short HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(raw.answer().text()).as(path).isEqualTo("[]");
            }
        }
    }

    @Test
    void textIsCompressedOnlyForThoseWhoTakeIt() throws Exception {
        for (String path : List.of("/json", "/streamed")) {
            HttpResponse<byte[]> zipped = send("GET", path, "Accept-Encoding", "br, gzip;q=0.5");
            assertThat(zipped.headers().firstValue("Content-Encoding")).hasValue("gzip");
            assertThat(zipped.headers().firstValue("Vary")).hasValue("Accept-Encoding");
            assertThat(zipped.body().length).isLessThan(JSON.length() / 4);
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
                assertThat(new String(in.readAllBytes())).isEqualTo(JSON);
            }
            HttpResponse<byte[]> plain = send("GET", path, "Accept-Encoding", "gzip;q=0");
            assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
            assertThat(plain.headers().firstValue("Vary")).hasValue("Accept-Encoding");
            assertThat(new String(plain.body())).isEqualTo(JSON);
        }
        assertThat(send("GET", "/short", "Accept-Encoding", "gzip").headers().firstValue("Content-Encoding"))
                .isEmpty();
        assertThat(send("GET", "/known", "Accept-Encoding", "gzip").headers().firstValue("Content-Encoding"))
                .isEmpty();
    }

    @Test
    void aBodyOfKnownLengthArrivesWhole() throws Exception {
        HttpResponse<byte[]> known = send("GET", "/known");
        assertThat(known.headers().firstValue("Content-Length")).hasValue("300000");
        assertThat(known.body()).hasSize(300_000).endsWith(0, 7);
    }

    @Test
    void aResponseThatFailsHalfWayIsSeenToBeBroken() {
        for (String how : List.of("chunked", "known", "short")) {
            assertThatThrownBy(() -> send("GET", "/broken/" + how)).as(how).isInstanceOf(IOException.class);
        }
    }

    @Test
    void anUnforeseenFailureIsLoggedUnderItsIncidentWithoutWhatItQuotes() throws Exception {
        StringBuilder log = new StringBuilder();
        Logger logger = Logger.getLogger(Reception.class.getName());
        Handler listener = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                log.append(entry.getLevel()).append(' ').append(entry.getMessage());
                log.append(entry.getThrown() == null ? "" : entry.getThrown().toString());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(listener);
        try {
            HttpResponse<byte[]> answer = send("GET", "/bug?PatientName=Roe");
            assertThat(answer.statusCode()).isEqualTo(500);
            String incident = new String(answer.body()).replaceAll("(?s).*incident ([0-9a-f]{12}).*", "$1");
            assertThat(new String(answer.body()))
                    .contains("\"code\":\"internal-error\"")
                    .doesNotContain("Doe");
            assertThat(log.toString())
                    .contains("SEVERE", incident, "GET /bug", "HttpDoorTest", "IllegalStateException")
                    .doesNotContain("Doe", "Roe");
        } finally {
            logger.removeHandler(listener);
        }
        assertThat(send("GET", "/silent").statusCode()).isEqualTo(500);
    }

    @Test
    void refusalsAndMappedExceptionsBecomeProblems() throws Exception {
        HttpResponse<byte[]> teapot = send("GET", "/teapot");
        assertThat(teapot.statusCode()).isEqualTo(422);
        assertThat(teapot.headers().firstValue("X-Tea")).hasValue("none");
        assertThat(new String(teapot.body())).contains("\"detail\":\"No \\\"tea\\\".\"");
        HttpResponse<byte[]> mapped = send("GET", "/mapped");
        assertThat(mapped.statusCode()).isEqualTo(503);
        assertThat(mapped.headers().firstValue("Retry-After")).isPresent();
        HttpResponse<byte[]> created = send("GET", "/created");
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).hasValue("/x");
    }

    @Test
    void trustedProxiesAreBelievedAndOthersNot() throws Exception {
        String host = "127.0.0.1:" + door.uri().getPort();
        assertThat(get("/base")).isEqualTo("http://" + host + " 127.0.0.1");
        String[] headers = {
            "X-Forwarded-Proto",
            "https",
            "X-Forwarded-Host",
            "pacs.example",
            "X-Forwarded-Prefix",
            "/imaging/",
            "X-Forwarded-For",
            "198.51.100.7"
        };
        assertThat(get("/base", headers)).isEqualTo("https://pacs.example/imaging 198.51.100.7");
        door.close();
        door = HttpDoor.open(options(2, List.of("10.0.0.0/8"), Duration.ofSeconds(20)), router());
        assertThat(get("/base", headers))
                .isEqualTo("http://127.0.0.1:" + door.uri().getPort() + " 127.0.0.1");
    }

    @Test
    void queriesAreDecoded() throws Exception {
        assertThat(get("/query?PatientName=Doe%5EJ+A&x"))
                .isEqualTo("[Parameter[name=PatientName, value=Doe^J A], Parameter[name=x, value=]]");
    }

    @Test
    void bodiesComeThroughOverBothVersionsOfHttp() throws Exception {
        byte[] bytes = new byte[1 << 20];
        new Random(7).nextBytes(bytes);
        for (Version version : Version.values()) {
            if (version.compareTo(Version.HTTP_2) > 0) {
                continue;
            }
            try (HttpClient either = HttpClient.newBuilder().version(version).build()) {
                URI uri = URI.create(door.uri() + "/echo");
                either.send(
                        HttpRequest.newBuilder(URI.create(door.uri() + "/short"))
                                .build(),
                        BodyHandlers.discarding());
                HttpResponse<byte[]> answer = either.send(
                        HttpRequest.newBuilder(uri)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                                .build(),
                        BodyHandlers.ofByteArray());
                assertThat(answer.version()).isEqualTo(version);
                assertThat(Arrays.equals(answer.body(), bytes)).isTrue();
                HttpResponse<byte[]> tooLong = either.send(
                        HttpRequest.newBuilder(uri)
                                .POST(HttpRequest.BodyPublishers.ofInputStream(
                                        () -> new ByteArrayInputStream(new byte[3 << 20])))
                                .build(),
                        BodyHandlers.ofByteArray());
                assertThat(tooLong.statusCode()).as(version.name()).isEqualTo(413);
            }
        }
    }

    @Test
    void aRefusalReachesAClientThatSendsItsWholeBodyFirst() throws Exception {
        try (RawClient raw = new RawClient(door.uri())) {
            raw.send("POST /refuse HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
            for (int i = 0; i < 100; i++) {
                raw.send(new byte[10_000]);
            }
            assertThat(raw.answer().status()).isEqualTo(409);
            assertThat(raw.isClosedByServer()).isTrue();
        }
    }

    @Test
    void theDoorDrainsBeforeItCloses() throws Exception {
        CompletableFuture<HttpResponse<String>> under = client.sendAsync(
                HttpRequest.newBuilder(URI.create(door.uri() + "/wait")).build(), BodyHandlers.ofString());
        entered.await();
        Thread closing = new Thread(door::close);
        closing.start();
        assertThatThrownBy(() -> {
                    while (true) {
                        new RawClient(door.uri()).close();
                    }
                })
                .isInstanceOf(IOException.class);
        assertThat(closing.isAlive()).isTrue();
        mayLeave.countDown();
        assertThat(under.get().body()).isEqualTo("done");
        closing.join();
    }

    @Test
    void oneRequestTooManyIsTurnedAwayAtOnce() throws Exception {
        door.close();
        door = HttpDoor.open(options(1, List.of(), Duration.ofSeconds(20)), router());
        CompletableFuture<HttpResponse<String>> under = client.sendAsync(
                HttpRequest.newBuilder(URI.create(door.uri() + "/wait")).build(), BodyHandlers.ofString());
        entered.await();
        HttpResponse<byte[]> turned = send("GET", "/short");
        assertThat(turned.statusCode()).isEqualTo(503);
        assertThat(turned.headers().firstValue("Retry-After")).hasValue("1");
        mayLeave.countDown();
        assertThat(under.get().statusCode()).isEqualTo(200);
        assertThat(send("GET", "/short").statusCode()).isEqualTo(200);
    }

    @Test
    void aClientThatHangsUpEndsItsRoute() throws Exception {
        try (RawClient raw = new RawClient(door.uri())) {
            raw.send("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(raw.answer(false).status()).isEqualTo(200);
        }
        entered.await();
        assertThat(clientGone).isTrue();
    }

    @Test
    void aRouteThatThinksLongerThanTheIdleTimeoutStillAnswers() throws Exception {
        door.close();
        door = HttpDoor.open(options(2, List.of(), Duration.ofMillis(100)), router());
        try (RawClient raw = new RawClient(door.uri());
                RawClient idle = new RawClient(door.uri())) {
            raw.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n");
            entered.await();
            // Opened after the request was under way, and closed by the timeout before it may go on.
            assertThat(idle.isClosedByServer()).isTrue();
            try (RawClient later = new RawClient(door.uri())) {
                assertThat(later.isClosedByServer()).isTrue();
            }
            mayLeave.countDown();
            assertThat(raw.answer().text()).isEqualTo("done");
        }
    }

    @Test
    void h11ClientsThatAreTooSlowAreCutOff() throws Exception {
        door.close();
        Pace pace = new Pace(Duration.ofMillis(300), 1 << 30, Duration.ofMillis(200), 1 << 20);
        door = HttpDoor.open(options(3, List.of(), Duration.ofSeconds(20)), router(), pace);
        try (RawClient reading = new RawClient(door.uri())) {
            reading.send("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");
            entered.await();
            assertThat(clientGone).isTrue();
        }
        try (RawClient sending = new RawClient(door.uri())) {
            sending.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
            assertThatThrownBy(() -> {
                        while (true) {
                            sending.send("x");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        try (RawClient refused = new RawClient(door.uri())) {
            refused.send("POST /refuse HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nx");
            assertThat(refused.answer().status()).isEqualTo(409);
            assertThat(refused.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aBodyThatStopsComingIsTimedOut() throws Exception {
        door.close();
        door = HttpDoor.open(options(2, List.of(), Duration.ofMillis(100)), router());
        try (RawClient raw = new RawClient(door.uri())) {
            raw.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello");
            assertThat(raw.answer().status()).isEqualTo(408);
            assertThat(raw.isClosedByServer()).isTrue();
        }
    }
}
