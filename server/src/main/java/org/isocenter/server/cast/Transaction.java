package org.isocenter.server.cast;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isocenter.server.fhir.FhirClient;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a transaction (hl7.org/fhir/http.html#transaction) is put together from: resources that are to be
/// as they are given, resources of which one has to be there, and resources that have to go.
///
/// Resources refer to each other by the ids that the mapping gave them. Where these are not the ids on the
/// server, the references are turned into those of the entries, which the server resolves.
final class Transaction {
    private final boolean byIds;
    private final ArrayNode entries = JsonNodeFactory.instance.arrayNode();
    private final Map<String, ObjectNode> references = new HashMap<>();
    private final Map<String, String> orders = new HashMap<>();
    private final List<ObjectNode> resources = new ArrayList<>();

    /// @param byIds whether resources keep the ids that the mapping gave them
    Transaction(boolean byIds) {
        this.byIds = byIds;
    }

    /// A resource is to be as it is given, whether it was there before or not.
    void put(ObjectNode resource) {
        String type = type(resource);
        String id = resource.get("id").asString();
        if (byIds) {
            entry("PUT", type + "/" + id).set("resource", resource);
        } else {
            ObjectNode identifier = identify(resource, id);
            resource.remove("id");
            redirect(type + "/" + id, "urn:uuid:" + id);
            entry("PUT", type + "?identifier=" + token(identifier))
                    .put("fullUrl", "urn:uuid:" + id)
                    .set("resource", resource);
        }
        resources.add(resource);
    }

    /// The only resource of its type with its tag is to be as it is given.
    void putByTag(ObjectNode resource) {
        String type = type(resource);
        String id = resource.get("id").asString();
        if (byIds) {
            put(resource);
            return;
        }
        JsonNode tag = resource.get("meta").get("tag").get(0);
        resource.remove("id");
        entry("PUT", type + "?_tag=" + token(tag, "code"))
                .put("fullUrl", "urn:uuid:" + id)
                .set("resource", resource);
        resources.add(resource);
    }

    /// One with the first identifier of this resource has to be there; one that is stays as it is.
    void require(ObjectNode resource) {
        String type = type(resource);
        String id = resource.get("id").asString();
        ObjectNode identifier = identify(resource, id);
        resource.remove("id");
        redirect(type + "/" + id, "urn:uuid:" + id);
        ObjectNode entry = entry("POST", type);
        entry.put("fullUrl", "urn:uuid:" + id).set("resource", resource);
        ((ObjectNode) entry.get("request")).put("ifNoneExist", "identifier=" + token(identifier));
        resources.add(resource);
    }

    void delete(String type, String id) {
        entry("DELETE", type + "/" + id);
    }

    /// Wherever a resource is referred to, another is.
    void redirect(String reference, String other) {
        redirect(reference, reference(other));
    }

    private static ObjectNode reference(String reference) {
        return JsonNodeFactory.instance.objectNode().put("reference", reference);
    }

    /// Wherever a resource is referred to, it is by the fields of another reference.
    void redirect(String reference, ObjectNode other) {
        references.put(reference, other);
    }

    /// Wherever a ServiceRequest is referred to by its identifier, it is by this reference as well.
    void order(JsonNode identifier, String reference) {
        orders.put(token(identifier), reference);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    ObjectNode toBundle() {
        resources.forEach(this::resolve);
        ObjectNode bundle = JsonNodeFactory.instance.objectNode();
        bundle.put("resourceType", "Bundle").put("type", "transaction").set("entry", entries);
        return bundle;
    }

    private ObjectNode entry(String method, String url) {
        ObjectNode entry = entries.addObject();
        entry.putObject("request").put("method", method).put("url", url);
        return entry;
    }

    private void resolve(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode other = references.get(object.path("reference").asString(""));
            if (other != null) {
                object.remove("reference");
                object.setAll(other);
            } else if (object.path("type").asString("").equals("ServiceRequest") && object.has("identifier")) {
                String order = orders.get(token(object.get("identifier")));
                if (order != null) {
                    object.setAll(references.getOrDefault(order, reference(order)));
                }
            }
        }
        node.forEach(this::resolve);
    }

    static String type(JsonNode resource) {
        return resource.get("resourceType").asString();
    }

    /// The identifier that a resource is found by: its first, which it gets where it has none.
    private static ObjectNode identify(ObjectNode resource, String id) {
        JsonNode there = resource.get("identifier");
        JsonNode first = there instanceof ArrayNode list && !list.isEmpty() ? list.get(0) : there;
        if (first instanceof ObjectNode identifier && identifier.has("system")) {
            return identifier;
        }
        ObjectNode made = JsonNodeFactory.instance.objectNode();
        made.put("system", "urn:ietf:rfc:3986").put("value", "urn:uuid:" + id);
        resource.withArray("identifier").insert(0, made);
        return made;
    }

    /// The value of a token search for an identifier.
    static String token(JsonNode identifier) {
        return token(identifier, "value");
    }

    private static String token(JsonNode of, String value) {
        return FhirClient.encode(escape(text(of.get("system"))) + "|" + escape(text(of.get(value))));
    }

    private static String text(@Nullable JsonNode node) {
        return node == null ? "" : node.asString("");
    }

    /// hl7.org/fhir/search.html#escaping
    private static String escape(String text) {
        return text.replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace(",", "\\,")
                .replace("$", "\\$");
    }
}
