package org.isocenter.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// What stands in front of an archive and asks who is calling: it gives tokens to a client that has a secret,
/// and lets those through who show the latest one, for some requests.
final class Gate implements AutoCloseable {
    static final String CLIENT = "the-cast";
    static final String SECRET = "known to both";

    private final URI archive;
    private final int requestsPerToken;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger given = new AtomicInteger();
    private int left;

    /// @param archive its root with the path `/dicom-web`
    Gate(URI archive, int requestsPerToken) throws IOException {
        this.archive = archive;
        this.requestsPerToken = requestsPerToken;
        this.left = requestsPerToken;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/token", this::give);
        server.createContext("/dicom-web", this::let);
        server.start();
    }

    URI root() {
        return uri("/dicom-web");
    }

    URI tokens() {
        return uri("/token");
    }

    int given() {
        return given.get();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private synchronized void give(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String known = Base64.getEncoder()
                    .encodeToString((CLIENT + ":" + SECRET.replace(' ', '+')).getBytes(StandardCharsets.US_ASCII));
            if (!("Basic " + known).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            left = requestsPerToken;
            byte[] token = "{\"access_token\":\"t%d\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
                    .formatted(given.incrementAndGet())
                    .getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, token.length);
            exchange.getResponseBody().write(token);
        }
    }

    private synchronized boolean isLetThrough(HttpExchange exchange) {
        return ("Bearer t" + given.get()).equals(exchange.getRequestHeaders().getFirst("Authorization")) && left-- > 0;
    }

    private void let(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            if (!isLetThrough(exchange)) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            HttpRequest request = HttpRequest.newBuilder(archive.resolve(exchange.getRequestURI()))
                    .header("Accept", exchange.getRequestHeaders().getFirst("Accept"))
                    .build();
            HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.close();
    }
}
