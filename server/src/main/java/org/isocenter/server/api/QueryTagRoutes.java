package org.isocenter.server.api;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import org.isocenter.dicom.Tags;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.archive.QueryTags.Added;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.QueryTag;
import org.isocenter.server.index.QueryTag.Definition;
import org.isocenter.server.index.TagError;
import org.isocenter.server.job.Operation;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Attributes that somebody added to those that can be searched by, in the form of the compatible API.
final class QueryTagRoutes {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 200;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final QueryTags tags;
    private final OperationRoutes operations;
    private final String root;

    /// @param root below which the resources are met, such as `/v2`
    QueryTagRoutes(QueryTags tags, OperationRoutes operations, String root) {
        this.tags = tags;
        this.operations = operations;
        this.root = root;
    }

    void add(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        List<Definition> definitions = TagDefinitions.read(exchange);
        switch (tags.add(Caller.anyone(), definitions)) {
            case Added.Begun begun -> operations.sendBegun(exchange, begun.operation());
            case Added.Exists exists ->
                throw new Refusal(409, "query-tag-exists", exists.path() + " is a query tag already");
            case Added.TooMany many ->
                throw new Refusal(
                        409, "too-many-query-tags", "there can be no more than " + many.max() + " query tags");
        }
    }

    void list(Exchange exchange) throws IOException {
        Parameters parameters = Parameters.of(exchange, "offset", "limit");
        ArrayNode json = MAPPER.createArrayNode();
        tags.list(Caller.anyone(), parameters.number("offset", 0, 0, Integer.MAX_VALUE), (int)
                        parameters.number("limit", LIMIT_DEFAULT, 1, LIMIT_MAX))
                .forEach(tag -> json.add(json(exchange, tag)));
        send(exchange, json);
    }

    void read(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        send(exchange, json(exchange, tag(exchange)));
    }

    void change(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        String path = path(exchange);
        boolean enabled = TagDefinitions.readQueryStatus(exchange);
        send(exchange, json(exchange, present(tags.enable(Caller.anyone(), path, enabled))));
    }

    void delete(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        if (!tags.delete(Caller.anyone(), path(exchange))) {
            throw notFound();
        }
        exchange.sendEmpty(204);
    }

    void errors(Exchange exchange) throws IOException {
        Parameters parameters = Parameters.of(exchange, "offset", "limit");
        ArrayNode json = MAPPER.createArrayNode();
        List<TagError> errors =
                tags.errors(Caller.anyone(), tag(exchange), parameters.number("offset", 0, 0, Integer.MAX_VALUE), (int)
                        parameters.number("limit", LIMIT_DEFAULT, 1, LIMIT_MAX));
        for (TagError error : errors) {
            json.addObject()
                    .put("studyInstanceUid", error.studyUid())
                    .put("seriesInstanceUid", error.seriesUid())
                    .put("sopInstanceUid", error.instanceUid())
                    .put("createdTime", error.created().toString())
                    .put("errorMessage", error.message())
                    .put("partitionName", error.partition());
        }
        send(exchange, json);
    }

    void reindex(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        Operation operation = tags.reindex(Caller.anyone(), path(exchange));
        if (operation == null) {
            throw notFound();
        }
        operations.sendBegun(exchange, operation);
    }

    private ObjectNode json(Exchange exchange, QueryTag tag) {
        Definition definition = tag.definition();
        String href = exchange.baseUrl() + root + QueryTags.RESOURCES + definition.pathText();
        ObjectNode json = MAPPER.createObjectNode();
        json.put("path", definition.pathText());
        json.put("vr", definition.vr().name());
        if (!definition.creator().isEmpty()) {
            json.put("privateCreator", definition.creator());
        }
        json.put("level", definition.owner().name().toLowerCase(Locale.ROOT));
        json.put("status", tag.ready() ? "ready" : "adding");
        json.put("queryStatus", tag.enabled() ? "enabled" : "disabled");
        if (tag.errors() > 0) {
            json.putObject("errors").put("count", tag.errors()).put("href", href + "/errors");
        }
        UUID id = tag.operation();
        Operation operation = id == null || tag.ready() ? null : tags.findOperation(Caller.anyone(), id);
        if (operation != null) {
            json.putObject("operation")
                    .put("id", OperationRoutes.name(operation.id()))
                    .put("href", operations.href(exchange, operation));
        }
        return json;
    }

    private QueryTag tag(Exchange exchange) {
        return present(tags.find(Caller.anyone(), path(exchange)));
    }

    private static QueryTag present(@Nullable QueryTag tag) {
        if (tag == null) {
            throw notFound();
        }
        return tag;
    }

    private static Refusal notFound() {
        return new Refusal(404, "not-found", "there is no such query tag");
    }

    /// The path of a tag, each step a keyword or eight hexadecimal digits.
    private static String path(Exchange exchange) {
        List<Integer> path = TagDefinitions.findPath(exchange.pathValue("tag"));
        if (path == null) {
            throw new Refusal(400, "invalid-query-tag", "the path names no attribute");
        }
        return path.stream().map(Tags::hex).collect(Collectors.joining("."));
    }

    private static void send(Exchange exchange, JsonNode json) throws IOException {
        exchange.header("Cache-Control", "no-store");
        exchange.send(200, "application/json", MAPPER.writeValueAsBytes(json));
    }
}
