package org.isocenter.server.fhirweb;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.isocenter.server.http.Query.Parameter;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A page of what a search found. Each resource is in it once.
final class Bundle {
    private final String base;
    private final ObjectNode bundle = JsonNodeFactory.instance.objectNode();
    private final ArrayNode links = JsonNodeFactory.instance.arrayNode();
    private final ArrayNode entries = JsonNodeFactory.instance.arrayNode();
    private final Set<String> there = new HashSet<>();

    /// @param base of this server's resources, without a slash at its end
    Bundle(String base) {
        this.base = base;
        bundle.put("resourceType", "Bundle").put("type", "searchset");
    }

    void total(long total) {
        bundle.put("total", total);
    }

    void link(String relation, String type, List<Parameter> parameters) {
        String query = parameters.stream()
                .map(parameter -> encode(parameter.name()) + "=" + encode(parameter.value()))
                .collect(Collectors.joining("&"));
        links.addObject()
                .put("relation", relation)
                .put("url", base + "/" + type + (query.isEmpty() ? "" : "?" + query));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    void match(ObjectNode resource) {
        add(resource, "match");
    }

    void include(ObjectNode resource) {
        add(resource, "include");
    }

    void warn(String text) {
        ObjectNode entry = entries.addObject();
        entry.set("resource", OutcomeForm.outcome("warning", "incomplete", text));
        entry.putObject("search").put("mode", "outcome");
    }

    private void add(ObjectNode resource, String mode) {
        String path = resource.get("resourceType").asString() + "/"
                + resource.get("id").asString();
        if (there.add(path)) {
            ObjectNode entry = entries.addObject().put("fullUrl", base + "/" + path);
            entry.set("resource", resource);
            entry.putObject("search").put("mode", mode);
        }
    }

    int size() {
        return entries.size();
    }

    ObjectNode toResource() {
        bundle.set("link", links);
        if (!entries.isEmpty()) {
            bundle.set("entry", entries);
        }
        return bundle;
    }
}
