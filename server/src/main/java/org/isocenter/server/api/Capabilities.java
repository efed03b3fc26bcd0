package org.isocenter.server.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.isocenter.server.http.Accept;
import org.isocenter.server.http.Exchange;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a root can do, as `OPTIONS` tells it (PS3.18 section 8.9 and annex H): a WADL document, or the same as
/// JSON, of the resource that is asked for and of everything below it.
///
/// It is another form of the description in OpenAPI, which is held to the routes. The document is made as a
/// tree of JSON; as XML, an object of it is an element, a list is elements of one name, and all else is an
/// attribute.
final class Capabilities {
    private static final String WADL = "application/vnd.sun.wadl+xml";
    private static final String JSON = "application/json";
    private static final String NAMESPACE = "http://wadl.dev.java.net/2009/02";
    private static final String PARTITIONS = "partitions";

    /// What is done with a partition itself begins so.
    private static final String OF_PARTITION = "/" + PARTITIONS + "/{partition}/";

    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final String root;
    private volatile @Nullable Tree tree;

    /// @param root of DICOMweb resources
    Capabilities(String root) {
        this.root = root;
    }

    /// The description in OpenAPI by the segments of its paths.
    private record Tree(JsonNode description, Place top, Place withinPartition) {}

    /// A segment of paths, and what stands there.
    private static final class Place {
        private final Map<String, Place> below = new TreeMap<>();
        private @Nullable JsonNode operations;

        void add(String path, JsonNode operations) {
            Place place = this;
            for (String segment : path.substring(1).split("/", -1)) {
                place = place.below.computeIfAbsent(segment, unused -> new Place());
            }
            place.operations = operations;
        }
    }

    /// Answers for the root or anything below it. Who wants neither form gets the header `Allow` alone.
    void send(Exchange exchange) throws IOException {
        Accept accept = Accept.parse(exchange.headers("Accept"));
        double wadl = accept.quality("application", "vnd.sun.wadl+xml");
        double json = accept.quality("application", "json");
        ObjectNode application = wadl == 0 && json == 0 ? null : findApplication(exchange);
        if (application == null) {
            exchange.sendEmpty(204);
            return;
        }
        exchange.header("Cache-Control", "no-cache").header("Vary", "Accept");
        if (json > wadl) {
            ObjectNode document = MAPPER.createObjectNode();
            document.set("application", application);
            exchange.send(200, JSON, MAPPER.writeValueAsBytes(document));
        } else {
            StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
            writeElement(xml, "application", application);
            exchange.send(200, WADL, xml.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private Tree tree() {
        Tree known = tree;
        if (known == null) {
            JsonNode description = OpenApi.under(root);
            Place top = new Place();
            Place withinPartition = new Place();
            description.get("paths").properties().forEach(path -> {
                top.add(path.getKey(), path.getValue());
                if (OpenApi.isInPartitions(path.getKey())) {
                    withinPartition.add(path.getKey(), path.getValue());
                } else if (path.getKey().startsWith(OF_PARTITION)) {
                    withinPartition.add(path.getKey().substring(OF_PARTITION.length() - 1), path.getValue());
                }
            });
            known = new Tree(description, top, withinPartition);
            tree = known;
        }
        return known;
    }

    /// The document about the path of a request, or null where nothing is described there.
    private @Nullable ObjectNode findApplication(Exchange exchange) {
        Tree known = tree();
        String base = exchange.baseUrl() + root;
        Deque<String> segments = new ArrayDeque<>(
                List.of(exchange.path().substring(root.length()).split("/")));
        segments.removeIf(String::isEmpty);
        Place place = known.top;
        if (segments.size() > 1 && PARTITIONS.equals(segments.peek())) {
            segments.remove();
            base += "/" + PARTITIONS + "/" + segments.remove();
            place = known.withinPartition;
        }
        List<String> path = new ArrayList<>();
        for (String segment : segments) {
            Map.Entry<String, Place> step = findStep(place, segment);
            if (step == null) {
                return null;
            }
            path.add(step.getKey());
            place = Objects.requireNonNull(step.getValue());
        }
        ObjectNode application = MAPPER.createObjectNode().put("xmlns", NAMESPACE);
        ObjectNode resources = application.putArray("resources").addObject().put("base", base + "/");
        ArrayNode top = resources.putArray("resource");
        if (path.isEmpty()) {
            addBelow(top, place, known.description);
        } else {
            addResource(top, String.join("/", path), place, known.description);
        }
        return application;
    }

    /// The step that a segment is, or the variable that it stands for.
    private static Map.@Nullable Entry<String, Place> findStep(Place place, String segment) {
        Map.Entry<String, Place> variable = null;
        for (Map.Entry<String, Place> step : place.below.entrySet()) {
            if (step.getKey().equals(segment)) {
                return step;
            }
            if (step.getKey().startsWith("{")) {
                variable = step;
            }
        }
        return variable;
    }

    /// Goes as deep as the paths of the description do.
    private static void addBelow(ArrayNode resources, Place place, JsonNode description) {
        place.below.forEach((step, below) -> addResource(resources, step, below, description));
    }

    private static void addResource(ArrayNode resources, String path, Place place, JsonNode description) {
        ObjectNode resource = resources.addObject().put("path", path);
        ArrayNode params = MAPPER.createArrayNode();
        for (String step : path.split("/")) {
            if (step.startsWith("{")) {
                params.addObject()
                        .put("name", step.substring(1, step.length() - 1))
                        .put("style", "template")
                        .put("required", true);
            }
        }
        putIfAny(resource, "param", params);
        JsonNode operations = place.operations;
        if (operations != null) {
            ArrayNode methods = resource.putArray("method");
            for (String method : METHODS) {
                if (operations.has(method)) {
                    methods.add(method(method.toUpperCase(Locale.ROOT), operations.get(method), description));
                }
            }
        }
        ArrayNode below = MAPPER.createArrayNode();
        addBelow(below, place, description);
        putIfAny(resource, "resource", below);
    }

    private static ObjectNode method(String name, JsonNode operation, JsonNode description) {
        ObjectNode method = MAPPER.createObjectNode()
                .put("name", name)
                .put("id", operation.get("operationId").asString());
        method.putArray("doc").addObject().put("title", operation.get("summary").asString());
        ArrayNode responses = MAPPER.createArrayNode();
        ArrayNode forms = MAPPER.createArrayNode();
        operation.get("responses").properties().forEach(entry -> {
            JsonNode content = resolved(entry.getValue(), description).path("content");
            ObjectNode response = responses.addObject().put("status", entry.getKey());
            putIfAny(response, "representation", representations(content));
            if (entry.getKey().startsWith("2")) {
                content.propertyNames().forEach(type -> forms.addObject().put("value", type));
            }
        });
        ObjectNode request = MAPPER.createObjectNode();
        putIfAny(request, "param", parameters(operation, forms, description));
        putIfAny(
                request,
                "representation",
                representations(
                        resolved(operation.path("requestBody"), description).path("content")));
        if (!request.isEmpty()) {
            method.putArray("request").add(request);
        }
        method.set("response", responses);
        return method;
    }

    private static ArrayNode parameters(JsonNode operation, ArrayNode forms, JsonNode description) {
        ArrayNode params = MAPPER.createArrayNode();
        if (!forms.isEmpty()) {
            ObjectNode accept = params.addObject().put("name", "Accept").put("style", "header");
            accept.set("option", forms);
        }
        for (JsonNode one : operation.path("parameters")) {
            JsonNode parameter = resolved(one, description);
            String in = parameter.path("in").asString();
            String name = parameter.path("name").asString();
            boolean anyName = parameter.path("schema").path("type").asString().equals("object");
            if (!in.equals("path") && !name.equalsIgnoreCase("Accept") && !anyName) {
                params.addObject()
                        .put("name", name)
                        .put("style", in)
                        .put("required", parameter.path("required").asBoolean(false));
            }
        }
        return params;
    }

    private static ArrayNode representations(JsonNode content) {
        ArrayNode representations = MAPPER.createArrayNode();
        content.propertyNames().forEach(type -> representations.addObject().put("mediaType", type));
        return representations;
    }

    private static JsonNode resolved(JsonNode node, JsonNode description) {
        return node.has("$ref") ? description.at(node.get("$ref").asString().substring(1)) : node;
    }

    private static void putIfAny(ObjectNode to, String name, ArrayNode elements) {
        if (!elements.isEmpty()) {
            to.set(name, elements);
        }
    }

    /// Goes as deep as the document, which is made here.
    private static void writeElement(StringBuilder xml, String name, JsonNode element) {
        xml.append('<').append(name);
        element.properties().stream()
                .filter(entry -> entry.getValue().isValueNode())
                .forEach(attribute -> {
                    xml.append(' ').append(attribute.getKey()).append("=\"");
                    xml.append(escaped(attribute.getValue().asString())).append('"');
                });
        if (element.properties().stream().allMatch(entry -> entry.getValue().isValueNode())) {
            xml.append("/>");
            return;
        }
        xml.append('>');
        element.properties().stream()
                .filter(entry -> entry.getValue().isArray())
                .forEach(list -> list.getValue().forEach(one -> writeElement(xml, list.getKey(), one)));
        xml.append("</").append(name).append('>');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
