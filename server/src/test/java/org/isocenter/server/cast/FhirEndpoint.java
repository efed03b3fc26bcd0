package org.isocenter.server.cast;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// As much of a FHIR server as a cast needs, over real sockets, that fails on demand: transactions with
/// conditional writes, searches by identifier and tag, references that hold what they refer to.
public final class FhirEndpoint implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /// How a request fails.
    ///
    /// @param concerns which requests, by method, path and body
    /// @param status of the answer, or 0 to drop the connection
    /// @param done whether the request is carried out nevertheless
    public record Fault(
            Predicate<String> concerns, AtomicInteger times, int status, Map<String, String> headers, boolean done) {
        public static Fault once(int status) {
            return times(1, status);
        }

        static Fault times(int times, int status) {
            return new Fault(
                    request -> request.startsWith("POST / "), new AtomicInteger(times), status, Map.of(), false);
        }

        public static Fault lostAnswer() {
            return new Fault(request -> request.startsWith("POST / "), new AtomicInteger(1), 0, Map.of(), true);
        }

        static Fault refusing(String text, int status) {
            return new Fault(
                    request -> request.startsWith("POST / ") && request.contains(text),
                    new AtomicInteger(Integer.MAX_VALUE),
                    status,
                    Map.of(),
                    false);
        }
    }

    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int status;

        Refusal(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private final HttpServer server;
    private final String version;
    private final boolean updateCreate;
    private final Map<String, ObjectNode> resources = new TreeMap<>();
    private final ConcurrentLinkedQueue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger transactions = new AtomicInteger();
    private int ids;

    public FhirEndpoint(String version, boolean updateCreate) throws IOException {
        this.version = version;
        this.updateCreate = updateCreate;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    public URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public void fail(Fault fault) {
        faults.add(fault);
    }

    public void recover() {
        faults.clear();
    }

    public int transactions() {
        return transactions.get();
    }

    synchronized void put(ObjectNode resource) {
        resources.put(key(resource), resource.deepCopy());
    }

    /// The resources of a type, by id.
    public synchronized List<ObjectNode> all(String type) {
        return resources.values().stream()
                .filter(resource -> type(resource).equals(type))
                .map(ObjectNode::deepCopy)
                .toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().getRawPath();
            String request = exchange.getRequestMethod() + " " + (path.isEmpty() ? "/" : path) + " " + body;
            Fault fault = faults.stream()
                    .filter(one -> one.concerns().test(request) && one.times().getAndDecrement() > 0)
                    .findFirst()
                    .orElse(null);
            if (fault != null && !fault.done()) {
                if (fault.status() != 0) {
                    fault.headers().forEach(exchange.getResponseHeaders()::set);
                    send(exchange, fault.status(), outcome("it was told to fail"));
                }
                return;
            }
            try {
                JsonNode answer = carryOut(exchange.getRequestMethod(), exchange.getRequestURI(), body);
                if (fault == null) {
                    send(exchange, 200, answer);
                }
            } catch (Refusal refusal) {
                send(exchange, refusal.status, outcome(String.valueOf(refusal.getMessage())));
            }
        }
    }

    private static ObjectNode outcome(String diagnostics) {
        ObjectNode outcome = MAPPER.createObjectNode().put("resourceType", "OperationOutcome");
        outcome.putArray("issue").addObject().put("severity", "error").put("diagnostics", diagnostics);
        return outcome;
    }

    private static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = MAPPER.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/fhir+json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private synchronized JsonNode carryOut(String method, URI uri, String body) {
        String path = uri.getPath().replaceAll("^/|/$", "");
        if (path.equals("metadata")) {
            return capabilities();
        }
        if (method.equals("POST") && path.isEmpty()) {
            transactions.incrementAndGet();
            return transaction((ObjectNode) MAPPER.readTree(body));
        }
        if (method.equals("POST") && path.endsWith("/_search")) {
            return search(path.substring(0, path.indexOf('/')), query(body));
        }
        String[] parts = path.split("/");
        return switch (method) {
            case "GET" -> parts.length == 1 ? search(path, query(uri.getRawQuery())) : get(path);
            case "PUT" -> {
                ObjectNode resource = (ObjectNode) MAPPER.readTree(body);
                yield parts.length == 1
                        ? putConditionally(path, query(uri.getRawQuery()), resource)
                        : put(path, resource);
            }
            case "DELETE" -> {
                if (resources.containsKey(path)) {
                    checkNotHeld(List.of(path));
                    resources.remove(path);
                }
                yield MAPPER.createObjectNode();
            }
            default -> throw new Refusal(405, method);
        };
    }

    private ObjectNode capabilities() {
        ObjectNode capabilities = MAPPER.createObjectNode().put("resourceType", "CapabilityStatement");
        capabilities.put("fhirVersion", version);
        ObjectNode rest = capabilities.putArray("rest").addObject();
        rest.putArray("interaction").addObject().put("code", "transaction");
        ArrayNode types = rest.putArray("resource");
        types.addObject().put("type", "ImagingStudy").put("updateCreate", updateCreate);
        types.addObject().put("type", "Provenance").put("updateCreate", updateCreate);
        return capabilities;
    }

    private ObjectNode get(String key) {
        ObjectNode resource = resources.get(key);
        if (resource == null) {
            throw new Refusal(404, key);
        }
        return resource;
    }

    private ObjectNode put(String key, ObjectNode resource) {
        if (!updateCreate && !resources.containsKey(key)) {
            throw new Refusal(405, "ids are given by the server");
        }
        resource.put("id", key.substring(key.indexOf('/') + 1));
        resources.put(key, resource);
        return resource;
    }

    private ObjectNode putConditionally(String type, Map<String, String> query, ObjectNode resource) {
        List<ObjectNode> found = find(type, query);
        if (found.size() > 1) {
            throw new Refusal(412, "several match");
        }
        String id = found.isEmpty() ? "s" + ++ids : found.getFirst().get("id").asString();
        resource.put("id", id);
        resources.put(type + "/" + id, resource);
        return resource;
    }

    private ObjectNode transaction(ObjectNode bundle) {
        Map<String, ObjectNode> before = new TreeMap<>(resources);
        try {
            return transactionOnce(bundle);
        } catch (Refusal refusal) {
            resources.clear();
            resources.putAll(before);
            throw refusal;
        }
    }

    private ObjectNode transactionOnce(ObjectNode bundle) {
        Map<String, String> given = new HashMap<>();
        List<ObjectNode> written = new ArrayList<>();
        List<String> deleted = new ArrayList<>();
        ObjectNode answer =
                MAPPER.createObjectNode().put("resourceType", "Bundle").put("type", "transaction-response");
        ArrayNode entries = answer.putArray("entry");
        for (JsonNode entry : bundle.path("entry")) {
            String method = entry.at("/request/method").asString();
            URI url = URI.create(entry.at("/request/url").asString());
            if (method.equals("DELETE")) {
                deleted.add(url.getPath());
            } else {
                ObjectNode resource = ((ObjectNode) entry.get("resource")).deepCopy();
                ObjectNode there = write(method, url, entry, resource);
                if (there == resource) {
                    written.add(resource);
                }
                given.put(entry.path("fullUrl").asString(""), key(there));
            }
            entries.addObject().putObject("response").put("status", "200");
        }
        written.forEach(resource -> resolve(resource, given));
        checkNotHeld(deleted);
        deleted.forEach(resources::remove);
        return answer;
    }

    private ObjectNode write(String method, URI url, JsonNode entry, ObjectNode resource) {
        if (method.equals("POST")) {
            List<ObjectNode> found =
                    find(url.getPath(), query(entry.at("/request/ifNoneExist").asString()));
            if (found.size() > 1) {
                throw new Refusal(412, "several match");
            }
            return found.isEmpty()
                    ? putConditionally(url.getPath(), Map.of("identifier", "|none"), resource)
                    : found.getFirst();
        }
        return url.getRawQuery() == null
                ? put(url.getPath(), resource)
                : putConditionally(url.getPath(), query(url.getRawQuery()), resource);
    }

    private void resolve(JsonNode node, Map<String, String> given) {
        if (node instanceof ObjectNode object && object.has("reference")) {
            String reference = object.get("reference").asString();
            object.put("reference", given.getOrDefault(reference, reference));
            if (!resources.containsKey(object.get("reference").asString())) {
                throw new Refusal(400, "there is no " + object.get("reference").asString());
            }
        }
        node.forEach(one -> resolve(one, given));
    }

    private void checkNotHeld(List<String> keys) {
        for (Map.Entry<String, ObjectNode> other : resources.entrySet()) {
            if (!keys.contains(other.getKey())) {
                for (JsonNode reference : other.getValue().findValues("reference")) {
                    if (keys.contains(reference.asString())) {
                        throw new Refusal(409, other.getKey() + " refers to " + reference.asString());
                    }
                }
            }
        }
    }

    private ObjectNode search(String type, Map<String, String> query) {
        ObjectNode bundle =
                MAPPER.createObjectNode().put("resourceType", "Bundle").put("type", "searchset");
        for (ObjectNode resource : find(type, query)) {
            bundle.withArray("entry").addObject().set("resource", resource);
        }
        return bundle;
    }

    private List<ObjectNode> find(String type, Map<String, String> query) {
        return resources.values().stream()
                .filter(resource -> type(resource).equals(type)
                        && has(resource.path("identifier"), "value", query.get("identifier"))
                        && has(resource.at("/meta/tag"), "code", query.get("_tag")))
                .toList();
    }

    private static boolean has(JsonNode list, String name, @Nullable String token) {
        if (token == null) {
            return true;
        }
        int bar = token.indexOf('|');
        for (JsonNode one : list) {
            if (one.path("system").asString("").equals(token.substring(0, bar))
                    && one.path(name).asString("").equals(token.substring(bar + 1))) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new HashMap<>();
        for (String parameter : raw == null ? new String[0] : raw.split("&")) {
            int equals = parameter.indexOf('=');
            query.put(
                    parameter.substring(0, equals),
                    URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return query;
    }

    private static String type(ObjectNode resource) {
        return resource.get("resourceType").asString();
    }

    private static String key(ObjectNode resource) {
        return type(resource) + "/" + resource.get("id").asString();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
