package org.isocenter.acceptance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import javax.net.ssl.SSLContext;
import org.assertj.core.api.Assertions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A receiver of webhooks on this machine, which notes what it is told and answers as a test wants.
final class Receiver implements AutoCloseable {
    /// Closes the connection without an answer.
    static final int HANG_UP = -1;

    /// Answers nothing as long as the receiver lives.
    static final int SILENCE = -2;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long POLL_MILLISECONDS = 50;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final HttpServer server;
    private final String scheme;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Call> calls = new ArrayList<>();
    private ToIntFunction<Call> answers = call -> 204;
    private String location = "";
    private boolean closed;

    /// A request, and what it was answered.
    record Call(String path, String type, String id, String timestamp, String signature, byte[] body, int status) {
        List<JsonNode> events() {
            JsonNode json = MAPPER.readTree(body);
            return json.isArray() ? json.valueStream().toList() : List.of(json);
        }

        boolean isAbout(String uid) {
            return new String(body, java.nio.charset.StandardCharsets.UTF_8).contains("studies/" + uid);
        }

        private Call answered(int answer) {
            return new Call(path, type, id, timestamp, signature, body, answer);
        }
    }

    Receiver() throws IOException {
        this(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), "http");
    }

    /// @param tls with the certificate of the receiver
    Receiver(SSLContext tls) throws IOException {
        this(secure(tls), "https");
    }

    private Receiver(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
    }

    private static HttpServer secure(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    /// Host and port, as they stand in a setting.
    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    URI url(String path) {
        return URI.create(scheme + "://" + host() + path);
    }

    /// @param status what a request is answered
    synchronized void answer(ToIntFunction<Call> status) {
        answers = status;
    }

    /// Where answers lead that are redirects.
    synchronized void redirectTo(URI url) {
        location = url.toString();
    }

    private void take(HttpExchange exchange) throws IOException {
        Call asked = new Call(
                exchange.getRequestURI().toString(),
                "" + exchange.getRequestHeaders().getFirst("Content-Type"),
                "" + exchange.getRequestHeaders().getFirst("webhook-id"),
                "" + exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                "" + exchange.getRequestHeaders().getFirst("webhook-signature"),
                exchange.getRequestBody().readAllBytes(),
                0);
        int status;
        synchronized (this) {
            status = answers.applyAsInt(asked);
            calls.add(asked.answered(status));
            notifyAll();
            if (status == SILENCE) {
                awaitClose();
            }
        }
        if (status > 0) {
            if (status / 100 == 3) {
                exchange.getResponseHeaders().add("Location", location);
            }
            exchange.sendResponseHeaders(status, -1);
        }
        exchange.close();
    }

    private synchronized void awaitClose() {
        try {
            while (!closed) {
                wait();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Every request so far.
    synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    /// The events that were taken at a path, in their order.
    synchronized List<JsonNode> taken(String path) {
        return calls.stream()
                .filter(call -> call.path.equals(path) && call.status / 100 == 2)
                .flatMap(call -> call.events().stream())
                .toList();
    }

    /// Waits until what has been called is as it has to be.
    synchronized void await(String what, Predicate<List<Call>> there) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!there.test(List.copyOf(calls))) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                Assertions.fail("not called in time: " + what + "; calls: "
                        + calls.stream()
                                .map(call -> call.path + " " + call.id + " " + call.status)
                                .toList());
            }
            // What is waited for may be told by the archive, which does not call then.
            wait(Math.min(left, POLL_MILLISECONDS));
        }
    }

    /// Waits until so many events were taken at a path.
    List<JsonNode> awaitTaken(String path, int count) throws InterruptedException {
        await(count + " events at " + path, all -> taken(path).size() >= count);
        return taken(path);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        server.stop(0);
        threads.shutdownNow();
    }
}
