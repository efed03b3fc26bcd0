package org.isocenter.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WireClientTest {

    private static final byte[] BODY = new byte[700_001];

    static {
        for (int i = 0; i < BODY.length; i++) {
            BODY[i] = (byte) (i * 31);
        }
    }

    private final Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();
    private final List<byte[]> received = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            connections.add(exchange.getRemoteAddress());
            received.add(exchange.getRequestBody().readAllBytes());
            switch (exchange.getRequestURI().getPath()) {
                case "/length" -> exchange.sendResponseHeaders(200, BODY.length);
                case "/chunks" -> exchange.sendResponseHeaders(200, 0);
                case "/nothing" -> exchange.sendResponseHeaders(204, -1);
                default -> exchange.sendResponseHeaders(404, -1);
            }
            if (exchange.getRequestURI().getPath().matches("/length|/chunks")) {
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(BODY);
                }
            }
            exchange.close();
        });
        server.start();
        address = server.getAddress();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void drainsBodiesByLengthAndByChunksOverOneConnection() throws IOException {
        try (WireClient client = new WireClient(address)) {
            for (String path : List.of("/length", "/chunks", "/nothing", "/missing", "/chunks")) {
                WireAnswer answer = client.exchange(WireClient.get(address, path, "*/*"));
                assertThat(answer.status())
                        .isEqualTo(path.equals("/nothing") ? 204 : path.equals("/missing") ? 404 : 200);
                assertThat(answer.bodyBytes()).isEqualTo(answer.ok() ? BODY.length : 0);
            }
        }
        assertThat(connections).hasSize(1);
    }

    @Test
    void keepsABodyThatIsAskedFor() throws IOException {
        try (WireClient client = new WireClient(address)) {
            assertThat(client.fetch(WireClient.get(address, "/chunks", "*/*")).body())
                    .isEqualTo(BODY);
            assertThat(client.fetch(WireClient.get(address, "/length", "*/*")).body())
                    .isEqualTo(BODY);
        }
    }

    @Test
    void sendsAStoreRequestWhosePartsAreTheFilesOfItsInstances() throws IOException {
        ObjectTemplate template = ObjectMaker.template(Shape.TEN_KB, 3);
        StowRequest request = new StowRequest(template, 3, address, "/length");
        try (WireClient client = new WireClient(address)) {
            for (int turn = 0; turn < 2; turn++) {
                List<Identity> identities = new ArrayList<>();
                for (int part = 0; part < 3; part++) {
                    identities.add(new Identity(3, 100 + turn, 0, part));
                }
                assertThat(client.exchange(request.with(identities)).status()).isEqualTo(200);
                assertThat(received.removeLast()).isEqualTo(multipart(template, identities));
            }
        }
    }

    private static byte[] multipart(ObjectTemplate template, List<Identity> identities) {
        StringBuilder body = new StringBuilder();
        for (Identity identity : identities) {
            body.append("--isocenter-bench-boundary\r\nContent-Type: application/dicom\r\n\r\n")
                    .append(new String(template.file(identity), StandardCharsets.ISO_8859_1))
                    .append("\r\n");
        }
        return body.append("--isocenter-bench-boundary--\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void readsToTheEndOfTheConnectionWhenNoLengthIsGiven() throws IOException {
        assertThat(answerTo("HTTP/1.1 200 OK\r\n\r\nabc")).isEqualTo("abc");
    }

    @Test
    void passesOverAnInterimAnswerAndTrailers() throws IOException {
        assertThat(answerTo("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: z\r\n\r\n"))
                .isEqualTo("abcde");
    }

    @Test
    void refusesWhatIsNotAnHttpAnswerOrIsCutShort() {
        assertThatThrownBy(() -> answerTo("hello, world, I am no server\r\n\r\n"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> answerTo("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> answerTo("")).isInstanceOf(IOException.class);
    }

    /// The body a client reads from a server that sends these bytes and closes.
    private static String answerTo(String bytes) throws IOException {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = listening.accept()) {
                    byte[] request = new byte[4];
                    byte[] last = new byte[4];
                    while (!Arrays.equals(last, "\r\n\r\n".getBytes(StandardCharsets.US_ASCII))) {
                        int next = socket.getInputStream().read();
                        System.arraycopy(last, 1, request, 0, 3);
                        request[3] = (byte) next;
                        System.arraycopy(request, 0, last, 0, 4);
                    }
                    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException gone) {
                    throw new IllegalStateException(gone);
                }
            });
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort());
            try (WireClient client = new WireClient(address)) {
                return client.fetch(WireClient.get(address, "/", "*/*")).text();
            }
        }
    }
}
