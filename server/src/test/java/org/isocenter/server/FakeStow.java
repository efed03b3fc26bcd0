package org.isocenter.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.isocenter.server.archive.FileHead;
import org.jspecify.annotations.Nullable;

/// A DICOMweb server over a real socket that takes multipart bodies apart, keeps the parts by SOP Instance
/// UID, and answers as a test wants.
final class FakeStow implements AutoCloseable {

    private record Failure(int reason, String comment) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, byte[]> received = new ConcurrentHashMap<>();
    private final Map<String, Failure> failures = new ConcurrentHashMap<>();
    private final Map<String, Integer> warnings = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private volatile boolean failuresNamed = true;
    private volatile int already;
    private volatile int firstCount;
    private volatile int firstStatus;
    private volatile @Nullable CyclicBarrier meeting;
    private volatile String unwantedUid = "";
    private volatile int unwantedStatus;
    private volatile String unwantedBody = "";

    FakeStow() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/dicom-web/studies", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/dicom-web");
    }

    Map<String, byte[]> received() {
        return received;
    }

    int requests() {
        return requests.get();
    }

    int mostAtOnce() {
        return mostAtOnce.get();
    }

    void fail(String uid, int reason, String comment) {
        failures.put(uid, new Failure(reason, comment));
    }

    void warn(String uid, int reason) {
        warnings.put(uid, reason);
    }

    void nameNoFailures() {
        failuresNamed = false;
    }

    void hasAlready(int count) {
        already = count;
    }

    /// Gives the first so many requests this status and keeps nothing of them.
    void answerFirst(int count, int status) {
        firstCount = count;
        firstStatus = status;
    }

    /// Lets no request be answered before so many are there together.
    void meet(int parties) {
        meeting = new CyclicBarrier(parties);
    }

    /// Refuses every request that holds this instance.
    void refuseRequestsWith(String uid, int status, String body) {
        unwantedUid = uid;
        unwantedStatus = status;
        unwantedBody = body;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try (exchange) {
            int number = requests.incrementAndGet();
            byte[] body = exchange.getRequestBody().readAllBytes();
            waitForOthers();
            if (number <= firstCount) {
                atOnce.decrementAndGet();
                exchange.sendResponseHeaders(firstStatus, -1);
                return;
            }
            List<byte[]> parts = split(body, exchange.getRequestHeaders().getFirst("Content-Type"));
            boolean unwanted = parts.stream().anyMatch(part -> unwantedUid.equals(uidOf(part)));
            atOnce.decrementAndGet();
            if (unwanted) {
                send(exchange, unwantedStatus, "application/problem+json", unwantedBody);
            } else {
                exchange.getResponseHeaders().set("Isocenter-Already-Stored", Integer.toString(already));
                send(exchange, 200, "application/dicom+json", keep(parts));
            }
        }
    }

    private void waitForOthers() throws IOException {
        CyclicBarrier barrier = meeting;
        if (barrier == null) {
            return;
        }
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IOException("the requests never met", e);
        }
    }

    private String keep(List<byte[]> parts) {
        List<String> stored = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (byte[] part : parts) {
            String uid = uidOf(part);
            Failure failure = failures.get(uid);
            if (failure == null) {
                received.put(uid, part);
                Integer warning = warnings.get(uid);
                stored.add("{" + uidJson(uid) + (warning == null ? "" : ",\"00081196\":{\"Value\":[" + warning + "]}")
                        + "}");
            } else {
                String comment = failure.comment().replace("\u001b", "\\u001b");
                failed.add("{" + (failuresNamed ? uidJson(uid) + "," : "") + "\"00081197\":{\"Value\":["
                        + failure.reason() + "]},\"00741048\":{\"Value\":[{\"00000902\":{\"Value\":[\"" + comment
                        + "\"]}}]}}");
            }
        }
        return "{\"00081199\":{\"vr\":\"SQ\",\"Value\":[" + String.join(",", stored) + "]},\"00081198\":{\"Value\":["
                + String.join(",", failed) + "]}}";
    }

    private static String uidJson(String uid) {
        return "\"00081155\":{\"vr\":\"UI\",\"Value\":[\"" + uid + "\"]}";
    }

    private static String uidOf(byte[] part) {
        String uid = FileHead.of(part).sopInstanceUid();
        return uid == null ? "" : uid;
    }

    private static List<byte[]> split(byte[] body, String contentType) {
        String delimiter = "\r\n--" + contentType.substring(contentType.indexOf("boundary=") + 9);
        String text = new String(body, StandardCharsets.ISO_8859_1);
        List<byte[]> parts = new ArrayList<>();
        int at = text.indexOf(delimiter);
        while (!text.startsWith(delimiter + "--", at)) {
            int start = text.indexOf("\r\n\r\n", at) + 4;
            at = text.indexOf(delimiter, start);
            parts.add(text.substring(start, at).getBytes(StandardCharsets.ISO_8859_1));
        }
        return parts;
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
