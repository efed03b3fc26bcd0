package org.isocenter.server.dicomweb;

import java.io.IOException;
import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.History;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Router;
import org.isocenter.server.index.Versions.Deletion;
import org.isocenter.server.index.Versions.Event;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What became of studies, and having them be what they were.
public final class HistoryRoutes {
    private static final int BODY_BYTES_MAX = 1 << 16;
    private static final int LIMIT_MAX = 1_000;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final History history;
    private final Partitions partitions;

    public HistoryRoutes(History history, Partitions partitions) {
        this.history = history;
        this.partitions = partitions;
    }

    public void register(Router router) {
        String study = "/studies/{study}";
        String series = study + "/series/{series}";
        String instance = series + "/instances/{instance}";
        for (Root version : new Root[] {Root.DICOM_WEB, Root.V1, Root.V2}) {
            for (Root root : new Root[] {version, version.inPartition()}) {
                String at = root.prefix();
                for (String path : new String[] {study, series, instance}) {
                    router.on("GET", at + path + "/history", x -> events(root, x));
                    router.on("POST", at + path + "/$restore", x -> restore(version, root, x));
                }
                router.on("POST", at + study + "/$revert", x -> revert(version, root, x));
                router.on("POST", at + series + "/$revert", x -> revert(version, root, x));
                router.on("GET", at + "/deletions", x -> deletions(root, x));
            }
        }
    }

    private void events(Root root, Exchange exchange) throws IOException {
        Caller caller = View.of(root, partitions, exchange).caller();
        PageParameters page = PageParameters.plain(exchange);
        int limit = page.number("limit", 100, 1, LIMIT_MAX);
        int offset = page.number("offset", 0, 0, Integer.MAX_VALUE);
        List<Event> events = history.events(
                caller, PathUids.study(exchange), findSeries(exchange), findInstance(exchange), offset, limit);
        if (events.isEmpty() && offset == 0) {
            throw PathUids.notFound();
        }
        ArrayNode json = MAPPER.createArrayNode();
        for (Event event : events) {
            ObjectNode one = json.addObject()
                    .put("version", event.version())
                    .put("action", event.action())
                    .put("time", event.moment().toString())
                    .put("instances", event.instances());
            if (event.reason() != null) {
                one.put("reason", event.reason());
            }
            if (event.operation() != null) {
                one.put("operationId", event.operation().toString().replace("-", ""));
            }
        }
        send(exchange, json);
    }

    private void deletions(Root root, Exchange exchange) throws IOException {
        Caller caller = View.of(root, partitions, exchange).caller();
        PageParameters page = PageParameters.plain(exchange);
        ArrayNode json = MAPPER.createArrayNode();
        List<Deletion> deletions = history.deletions(
                caller, page.number("offset", 0, 0, Integer.MAX_VALUE), page.number("limit", 100, 1, LIMIT_MAX));
        for (Deletion deletion : deletions) {
            ObjectNode one = json.addObject()
                    .put("studyInstanceUid", deletion.studyUid())
                    .put("instances", deletion.instances())
                    .put("deleted", deletion.deleted().toString());
            if (deletion.reason() != null) {
                one.put("reason", deletion.reason());
            }
        }
        send(exchange, json);
    }

    private void restore(Root version, Root root, Exchange exchange) throws IOException {
        Caller caller = View.of(root, partitions, exchange).caller();
        String study = PathUids.study(exchange);
        String series = findSeries(exchange);
        String instance = findInstance(exchange);
        JsonBody body = JsonBody.read(exchange, BODY_BYTES_MAX, "reason");
        Begun.send(exchange, version, history.restore(caller, study, series, instance, body.findReason()));
    }

    private void revert(Root version, Root root, Exchange exchange) throws IOException {
        Caller caller = View.of(root, partitions, exchange).caller();
        String study = PathUids.study(exchange);
        String series = findSeries(exchange);
        JsonBody body = JsonBody.read(exchange, BODY_BYTES_MAX, "version", "reason");
        JsonNode to = body.find("version");
        boolean original = to != null && to.isString() && to.asString().equals("original");
        if (to == null || !original && !(to.canConvertToLong() && to.isIntegralNumber() && to.asLong() > 0)) {
            throw JsonBody.invalid("version is a number that the history of the study tells, or \"original\"");
        }
        Begun.send(
                exchange,
                version,
                history.revert(caller, study, series, original ? 0 : to.asLong(), body.findReason()));
    }

    private static @Nullable String findSeries(Exchange exchange) {
        return exchange.hasPathValue("series") ? PathUids.series(exchange) : null;
    }

    private static @Nullable String findInstance(Exchange exchange) {
        return exchange.hasPathValue("instance") ? PathUids.instance(exchange) : null;
    }

    private static void send(Exchange exchange, ArrayNode json) throws IOException {
        exchange.header("Cache-Control", "no-store");
        exchange.send(200, "application/json", MAPPER.writeValueAsBytes(json));
    }
}
