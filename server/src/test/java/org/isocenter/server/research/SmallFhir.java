package org.isocenter.server.research;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A FHIR server in memory that searches as far as cohorts do: tokens, references, dates, and pages. It
/// can be told to ignore every parameter, and to fail.
final class SmallFhir implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final HttpServer server;
    private final Map<String, Map<String, JsonNode>> resources = new ConcurrentHashMap<>();
    private final Map<String, List<JsonNode>> pages = new ConcurrentHashMap<>();

    /// The statuses with which the next requests are answered.
    final Queue<Integer> failures = new ConcurrentLinkedQueue<>();

    /// Every search, as type and form.
    final List<String> searches = new CopyOnWriteArrayList<>();

    volatile boolean deaf;
    volatile int pageSize = 1000;

    /// What a search waits for.
    volatile CountDownLatch gate = new CountDownLatch(0);

    SmallFhir() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/fhir", this::answer);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/fhir");
    }

    SmallFhir put(String json) {
        JsonNode resource = MAPPER.readTree(json);
        resources
                .computeIfAbsent(resource.path("resourceType").asString(), type -> new LinkedHashMap<>())
                .put(resource.path("id").asString(), resource);
        return this;
    }

    void remove(String type, String id) {
        resources.getOrDefault(type, Map.of()).remove(id);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        Integer failure = failures.poll();
        if (failure != null) {
            exchange.getResponseHeaders().set("Retry-After", "0");
            exchange.sendResponseHeaders(failure, -1);
            exchange.close();
            return;
        }
        String path = exchange.getRequestURI().getPath();
        byte[] answer;
        if (exchange.getRequestMethod().equals("GET")) {
            answer = page(exchange.getRequestURI().getQuery().substring("page=".length()));
        } else {
            String type = path.split("/")[2];
            String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            searches.add(type + "?" + form);
            try {
                gate.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            answer = search(type, form);
        }
        exchange.getResponseHeaders().set("Content-Type", "application/fhir+json");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private byte[] search(String type, String form) {
        List<JsonNode> found =
                new ArrayList<>(resources.getOrDefault(type, Map.of()).values());
        for (String parameter : form.split("&")) {
            String[] both = parameter.split("=", 2);
            String name = URLDecoder.decode(both[0], StandardCharsets.UTF_8);
            String value = URLDecoder.decode(both[1], StandardCharsets.UTF_8);
            if (!deaf && !name.equals("_count") && !name.equals("_elements")) {
                found.removeIf(resource -> !meets(resource, name, value));
            }
        }
        String token = Integer.toString(pages.size());
        pages.put(token, found);
        return page(token);
    }

    private byte[] page(String token) {
        List<JsonNode> rest = pages.getOrDefault(token, List.of());
        ObjectNode bundle =
                MAPPER.createObjectNode().put("resourceType", "Bundle").put("type", "searchset");
        ArrayNode entries = bundle.putArray("entry");
        rest.stream().limit(pageSize).forEach(resource -> entries.addObject().set("resource", resource));
        if (rest.size() > pageSize) {
            String next = token + "+";
            pages.put(next, rest.subList(pageSize, rest.size()));
            bundle.putArray("link").addObject().put("relation", "next").put("url", url() + "?page=" + next);
        }
        return MAPPER.writeValueAsBytes(bundle);
    }

    /// Whether one of the values that are parted by commas fits.
    private boolean meets(JsonNode resource, String name, String values) {
        for (String value : values.split(",")) {
            boolean fits = switch (name) {
                case "_id" -> resource.path("id").asString("").equals(value);
                case "patient" ->
                    resource.path("subject").path("reference").asString("").equals(value);
                case "gender" -> resource.path("gender").asString("").equals(value);
                case "identifier" -> identified(resource.path("identifier"), value);
                case "code" ->
                    coded(resource.path("code"), value) || coded(resource.path("medicationCodeableConcept"), value);
                case "medication.code" -> coded(medication(resource).path("code"), value);
                case "modality" -> resource.path("modality").valueStream().anyMatch(one -> coding(one, value));
                case "onset-date" -> dated(resource.path("onsetDateTime"), value);
                case "recorded-date" -> dated(resource.path("recordedDate"), value);
                case "authoredon" -> dated(resource.path("authoredOn"), value);
                case "date" -> dated(resource.path("effectiveDateTime"), value);
                case "birthdate" -> dated(resource.path("birthDate"), value);
                default -> throw new IllegalStateException("cohorts do not search by " + name);
            };
            if (fits) {
                return true;
            }
        }
        return false;
    }

    private JsonNode medication(JsonNode request) {
        String reference = request.path("medicationReference").path("reference").asString("/");
        return resources
                .getOrDefault("Medication", Map.of())
                .getOrDefault(reference.substring(reference.indexOf('/') + 1), MAPPER.createObjectNode());
    }

    private static boolean identified(JsonNode identifiers, String value) {
        return identifiers
                .valueStream()
                .anyMatch(one -> value.equals(one.path("system").asString("") + "|"
                                + one.path("value").asString(""))
                        || value.equals(one.path("value").asString("")));
    }

    private static boolean coded(JsonNode concept, String value) {
        return concept.path("coding").valueStream().anyMatch(one -> coding(one, value));
    }

    private static boolean coding(JsonNode coding, String value) {
        return value.equals(
                coding.path("system").asString("") + "|" + coding.path("code").asString(""));
    }

    private static boolean dated(JsonNode date, String value) {
        int order = date.asString("").compareTo(value.substring(2));
        return date.isString() && (value.startsWith("ge") ? order >= 0 : order <= 0);
    }
}
