package org.isocenter.bench;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/// The receiver of webhooks: it takes everything at once, keeps nothing, and counts the events.
final class EventSink implements AutoCloseable {

    static {
        // Otherwise each answer waits for the other side to acknowledge the one before.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /// Stands in each event once.
    private static final byte[] MARK = "\"specversion\"".getBytes(StandardCharsets.US_ASCII);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final LongAdder events = new LongAdder();

    EventSink() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                events.add(count(exchange.getRequestBody().readAllBytes()));
                exchange.sendResponseHeaders(204, -1);
            }
        });
        server.start();
    }

    /// Where it listens, as settings and webhooks name it.
    String authority() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    URI uri(int subscriber) {
        return URI.create("http://" + authority() + "/" + subscriber);
    }

    /// How many events have come, to all subscribers together.
    long events() {
        return events.sum();
    }

    private static int count(byte[] body) {
        int count = 0;
        for (int at = 0; at <= body.length - MARK.length; at++) {
            if (body[at] == MARK[0] && Arrays.equals(body, at, at + MARK.length, MARK, 0, MARK.length)) {
                count++;
            }
        }
        return count;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
