package org.isocenter.server.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.isocenter.dicom.BulkLinks;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.JsonWriter;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Changes;
import org.isocenter.server.archive.Changes.Change;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.http.Exchange;

/// The change feed, in the form of the compatible API.
///
/// A reader that wants every change asks for those `after` the highest sequence it has seen, and never misses
/// one.
final class ChangeFeedRoutes {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 200;
    private static final int LIMIT_DEFAULT_V1 = 10;
    private static final int LIMIT_MAX_V1 = 100;

    private final Changes changes;

    ChangeFeedRoutes(Changes changes) {
        this.changes = changes;
    }

    void read(Exchange exchange) throws IOException {
        Parameters parameters = Parameters.of(
                exchange,
                "after",
                "startTime",
                "endTime",
                "offset",
                "limit",
                "includeMetadata",
                FeedFilters.PARTITION,
                FeedFilters.MODALITY,
                FeedFilters.ACTION);
        Instant from = parameters.findTime("startTime");
        Instant until = parameters.findTime("endTime");
        if (from != null && until != null && !until.isAfter(from)) {
            throw Parameters.invalid("endTime has to be later than startTime");
        }
        Feed.Window window = new Feed.Window(
                parameters.number("after", 0, 0, Long.MAX_VALUE),
                from,
                until,
                parameters.number("offset", 0, 0, Long.MAX_VALUE),
                (int) parameters.number("limit", LIMIT_DEFAULT, 1, LIMIT_MAX),
                FeedFilters.ofFeed(parameters));
        send(exchange, window, parameters);
    }

    /// The form of version 1: `offset` is the highest sequence that was seen.
    void readByPosition(Exchange exchange) throws IOException {
        Parameters parameters = Parameters.of(
                exchange,
                "offset",
                "limit",
                "includeMetadata",
                FeedFilters.PARTITION,
                FeedFilters.MODALITY,
                FeedFilters.ACTION);
        Feed.Window window = new Feed.Window(
                parameters.number("offset", 0, 0, Long.MAX_VALUE),
                null,
                null,
                0,
                (int) parameters.number("limit", LIMIT_DEFAULT_V1, 1, LIMIT_MAX_V1),
                FeedFilters.ofFeed(parameters));
        send(exchange, window, parameters);
    }

    private void send(Exchange exchange, Feed.Window window, Parameters parameters) throws IOException {
        boolean withMetadata = parameters.flag("includeMetadata", true);
        List<Change> read = changes.read(Caller.anyone(), window, withMetadata);
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        json.write('[');
        for (int i = 0; i < read.size(); i++) {
            if (i > 0) {
                json.write(',');
            }
            write(read.get(i), json);
        }
        json.write(']');
        exchange.send(200, "application/json", json.toByteArray());
    }

    void latest(Exchange exchange) throws IOException {
        Change latest = changes.findLatest(
                Caller.anyone(), Parameters.of(exchange, "includeMetadata").flag("includeMetadata", true));
        if (latest == null) {
            exchange.sendEmpty(204);
            return;
        }
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        write(latest, json);
        exchange.send(200, "application/json", json.toByteArray());
    }

    private static void write(Change change, ByteArrayOutputStream json) throws IOException {
        Feed.Change what = change.entry().change();
        String text = "{\"sequence\":" + change.entry().position()
                + ",\"partitionName\":\"" + change.entry().partition()
                + "\",\"studyInstanceUid\":\"" + what.studyUid()
                + "\",\"seriesInstanceUid\":\"" + what.seriesUid()
                + "\",\"sopInstanceUid\":\"" + what.instanceUid()
                + "\",\"action\":\"" + action(what.action())
                + "\",\"timestamp\":\""
                + DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                        change.entry().occurred().atOffset(ZoneOffset.UTC))
                + "\",\"state\":\"" + state(change.state()) + '"';
        json.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        DataSet metadata = change.metadata();
        if (metadata != null) {
            json.writeBytes(",\"metadata\":".getBytes(StandardCharsets.UTF_8));
            JsonWriter writer = new JsonWriter(json, BulkLinks.NONE);
            writer.write(metadata);
            writer.flush();
        }
        json.write('}');
    }

    private static String action(Feed.Action action) {
        return switch (action) {
            case CREATE -> "Create";
            case DELETE -> "Delete";
            case UPDATE -> "Update";
        };
    }

    private static String state(Changes.State state) {
        return switch (state) {
            case CURRENT -> "Current";
            case REPLACED -> "Replaced";
            case DELETED -> "Deleted";
        };
    }
}
