package org.isocenter.server.api;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import org.isocenter.dicom.Tags;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.archive.QueryTags.Added;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.QueryTag;
import org.isocenter.server.index.QueryTag.Definition;
import org.isocenter.server.index.QueryTag.Reach;
import org.isocenter.server.index.TagError;
import org.isocenter.server.job.Operation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Attributes that somebody added to those that can be searched by, in the form of the compatible API: those of
/// all data partitions and, which that API does not have, those of one.
final class QueryTagRoutes {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 200;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final QueryTags tags;
    private final Partitions partitions;
    private final OperationRoutes operations;
    private final String root;

    /// @param root below which the resources are met, such as `/v2`
    QueryTagRoutes(QueryTags tags, Partitions partitions, OperationRoutes operations, String root) {
        this.tags = tags;
        this.partitions = partitions;
        this.operations = operations;
        this.root = root;
    }

    /// Where the tags of a request stand.
    ///
    /// @param path in front of theirs
    private record Place(Caller caller, Reach reach, String path) {}

    private Place place(Exchange exchange) {
        return exchange.hasPathValue("partition")
                ? new Place(
                        PartitionRoutes.caller(partitions, exchange),
                        Reach.PARTITION,
                        root + "/partitions/" + PartitionRoutes.name(exchange))
                : new Place(Caller.anyone(), Reach.ALL, root);
    }

    void add(Exchange exchange) throws IOException {
        Place place = place(exchange);
        Parameters.of(exchange);
        List<Definition> definitions = TagDefinitions.read(exchange);
        switch (tags.add(place.caller, place.reach, definitions)) {
            case Added.Begun begun -> operations.sendBegun(exchange, begun.operation());
            case Added.Exists exists -> {
                String whose =
                        exists.partition() == null ? "all data partitions" : "the data partition " + exists.partition();
                throw new Refusal(409, "query-tag-exists", exists.path() + " is a query tag of " + whose + " already");
            }
            case Added.TooMany many ->
                throw new Refusal(
                        409,
                        "too-many-query-tags",
                        "there can be no more than " + many.max()
                                + " query tags in a data partition, with those of all");
        }
    }

    void list(Exchange exchange) throws IOException {
        Place place = place(exchange);
        Parameters parameters = Parameters.of(exchange, "offset", "limit");
        ArrayNode json = MAPPER.createArrayNode();
        tags.list(place.caller, place.reach, parameters.number("offset", 0, 0, Integer.MAX_VALUE), (int)
                        parameters.number("limit", LIMIT_DEFAULT, 1, LIMIT_MAX))
                .forEach(tag -> json.add(json(exchange, place, tag)));
        send(exchange, json);
    }

    void read(Exchange exchange) throws IOException {
        Place place = place(exchange);
        Parameters.of(exchange);
        send(exchange, json(exchange, place, tag(place, path(exchange))));
    }

    void change(Exchange exchange) throws IOException {
        Place place = place(exchange);
        Parameters.of(exchange);
        String path = path(exchange);
        boolean enabled = TagDefinitions.readQueryStatus(exchange);
        QueryTag tag = tags.enable(place.caller, place.reach, path, enabled);
        if (tag == null) {
            throw unchanged(place, path);
        }
        send(exchange, json(exchange, place, tag));
    }

    void delete(Exchange exchange) throws IOException {
        Place place = place(exchange);
        Parameters.of(exchange);
        String path = path(exchange);
        if (!tags.delete(place.caller, place.reach, path)) {
            throw unchanged(place, path);
        }
        exchange.sendEmpty(204);
    }

    void errors(Exchange exchange) throws IOException {
        Place place = place(exchange);
        Parameters parameters = Parameters.of(exchange, "offset", "limit");
        ArrayNode json = MAPPER.createArrayNode();
        QueryTag tag = tag(place, path(exchange));
        List<TagError> errors =
                tags.errors(place.caller, place.reach, tag, parameters.number("offset", 0, 0, Integer.MAX_VALUE), (int)
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
        Place place = place(exchange);
        Parameters.of(exchange);
        String path = path(exchange);
        Operation operation = tags.reindex(place.caller, place.reach, path);
        if (operation == null) {
            throw unchanged(place, path);
        }
        operations.sendBegun(exchange, operation);
    }

    private ObjectNode json(Exchange exchange, Place place, QueryTag tag) {
        Definition definition = tag.definition();
        String href = exchange.baseUrl() + place.path + QueryTags.RESOURCES + definition.pathText();
        ObjectNode json = MAPPER.createObjectNode();
        json.put("path", definition.pathText());
        json.put("vr", definition.vr().name());
        if (!definition.creator().isEmpty()) {
            json.put("privateCreator", definition.creator());
        }
        json.put("level", definition.owner().name().toLowerCase(Locale.ROOT));
        if (place.reach == Reach.PARTITION) {
            json.put("scope", tag.reach().name().toLowerCase(Locale.ROOT));
        }
        json.put("status", tag.ready() ? "ready" : "adding");
        json.put("queryStatus", tag.enabled() ? "enabled" : "disabled");
        if (tag.errors() > 0) {
            json.putObject("errors").put("count", tag.errors()).put("href", href + "/errors");
        }
        UUID id = tag.operation();
        Operation operation = id == null || tag.ready() ? null : tags.findOperation(place.caller, id);
        if (operation != null) {
            json.putObject("operation")
                    .put("id", OperationRoutes.name(operation.id()))
                    .put("href", operations.href(exchange, operation));
        }
        return json;
    }

    private QueryTag tag(Place place, String path) {
        QueryTag tag = tags.find(place.caller, place.reach, path);
        if (tag == null) {
            throw notFound();
        }
        return tag;
    }

    /// Why a tag could not be changed.
    private Refusal unchanged(Place place, String path) {
        return tags.find(place.caller, place.reach, path) == null
                ? notFound()
                : new Refusal(
                        409,
                        "query-tag-of-all",
                        "the query tag is one of all data partitions; it can be changed at " + root
                                + QueryTags.RESOURCES + path);
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
