package org.isocenter.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The FHIR server at the other end of a cast: one that takes every transaction at once and keeps nothing, or
/// a real one, which everything is passed on to. It notes which studies it was told of, and when.
///
/// It reads every transaction to its end, so that it cannot take what is not JSON, and answers as a server
/// that gives way to the ids of its clients.
final class FhirRecord implements AutoCloseable {

    static {
        // Otherwise each answer waits for the other side to acknowledge the one before.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final String JSON = "application/fhir+json";

    private static final String CAPABILITIES = """
            {"resourceType": "CapabilityStatement", "status": "active", "fhirVersion": "4.0.1", "format": ["json"],
             "rest": [{"mode": "server", "interaction": [{"code": "transaction"}],
                       "resource": [{"type": "ImagingStudy", "updateCreate": true}]}]}""";

    private static final String NOTHING_FOUND =
            "{\"resourceType\": \"Bundle\", \"type\": \"searchset\", \"entry\": []}";

    private static final JsonFactory FACTORY = JsonFactory.builder().build();

    /// What was told of a study.
    ///
    /// @param nanoTime when the answer to it was at hand for the first time
    record Told(int instances, long nanoTime) {}

    /// A transaction, as far as it matters here: the study has the UID "" where there is none.
    private record Transaction(int entries, String studyUid, int instances) {}

    private record Answer(int status, byte[] body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final @Nullable URI real;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Told> studies = new ConcurrentHashMap<>();
    private final LongAdder transactions = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    private FhirRecord(@Nullable URI real) throws IOException {
        this.real = real;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /// One that keeps nothing.
    static FhirRecord empty() throws IOException {
        return new FhirRecord(null);
    }

    /// One that passes everything on.
    static FhirRecord before(URI real) throws IOException {
        return new FhirRecord(real);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/fhir");
    }

    /// The studies that it was told of, by UID.
    Map<String, Told> studies() {
        return studies;
    }

    /// How many transactions there were with a study in them.
    long transactions() {
        return transactions.sum();
    }

    /// The size of all these transactions.
    long bytes() {
        return bytes.sum();
    }

    void forget() {
        studies.clear();
        transactions.reset();
        bytes.reset();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean isTransaction = exchange.getRequestMethod().equals("POST")
                    && exchange.getRequestURI().getPath().equals("/fhir");
            Transaction transaction = isTransaction ? read(body) : new Transaction(0, "", 0);
            Answer answer = real == null
                    ? new Answer(200, say(exchange, body, isTransaction, transaction))
                    : pass(exchange, body, real);
            if (!transaction.studyUid.isEmpty() && answer.status == 200) {
                note(transaction, body.length);
            }
            send(exchange, answer);
        }
    }

    private void note(Transaction transaction, int length) {
        Told told = new Told(transaction.instances, System.nanoTime());
        studies.merge(transaction.studyUid, told, (old, now) -> old.instances == now.instances ? old : now);
        transactions.increment();
        bytes.add(length);
    }

    private static byte[] say(HttpExchange exchange, byte[] body, boolean isTransaction, Transaction transaction) {
        if (isTransaction) {
            String taken = "{\"response\":{\"status\":\"200 OK\"}}";
            return text("{\"resourceType\":\"Bundle\",\"type\":\"transaction-response\",\"entry\":["
                    + (taken + ",").repeat(Math.max(0, transaction.entries - 1))
                    + (transaction.entries == 0 ? "" : taken)
                    + "]}");
        }
        String path = exchange.getRequestURI().getPath();
        return path.endsWith("/metadata")
                ? text(CAPABILITIES)
                : exchange.getRequestMethod().equals("PUT") ? body : text(NOTHING_FOUND);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Answer pass(HttpExchange exchange, byte[] body, URI to) throws IOException {
        URI asked = exchange.getRequestURI();
        String rest = asked.toString().substring("/fhir".length());
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(to + rest))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        for (String name : new String[] {"Content-Type", "Accept", "If-None-Exist"}) {
            String value = exchange.getRequestHeaders().getFirst(name);
            if (value != null) {
                request.header(name, value);
            }
        }
        try {
            HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(answer.statusCode(), answer.body());
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return new Answer(503, new byte[0]);
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", JSON);
        exchange.sendResponseHeaders(answer.status, answer.body.length == 0 ? -1 : answer.body.length);
        if (answer.body.length > 0) {
            exchange.getResponseBody().write(answer.body);
        }
    }

    /// Reads a transaction: `entry` is the third level, what an entry has the fourth, identifiers of a
    /// resource the sixth.
    private static Transaction read(byte[] body) {
        int entries = 0;
        int depth = 0;
        String type = "";
        String uid = "";
        String studyUid = "";
        int instances = 0;
        String name = "";
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                switch (token) {
                    case START_OBJECT, START_ARRAY -> {
                        depth++;
                        if (depth == 3) {
                            entries++;
                        } else if (depth == 4 && name.equals("resource")) {
                            type = "";
                            uid = "";
                        }
                    }
                    case END_OBJECT, END_ARRAY -> depth--;
                    case PROPERTY_NAME -> name = parser.currentName();
                    case VALUE_STRING -> {
                        if (depth == 4 && name.equals("resourceType")) {
                            type = parser.getString();
                        } else if (depth == 6 && name.equals("value") && uid.isEmpty()) {
                            uid = parser.getString();
                            studyUid = type.equals("ImagingStudy") ? uid.replace("urn:oid:", "") : studyUid;
                        }
                    }
                    case VALUE_NUMBER_INT -> {
                        if (depth == 4 && name.equals("numberOfInstances")) {
                            instances = parser.getIntValue();
                        }
                    }
                    default -> {}
                }
            }
        }
        return new Transaction(entries, studyUid, instances);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new UncheckedIOException(new IOException("the FHIR server at the other end does not end"));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
