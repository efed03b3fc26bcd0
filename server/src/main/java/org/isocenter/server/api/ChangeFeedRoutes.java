package org.isocenter.server.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.isocenter.dicom.BulkLinks;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.JsonWriter;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Changes;
import org.isocenter.server.archive.Changes.Change;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Query;
import org.isocenter.server.http.Refusal;
import org.jspecify.annotations.Nullable;

/// The change feed, in the form of the compatible API.
///
/// A reader that wants every change asks for those `after` the highest sequence it has seen, and never misses
/// one.
final class ChangeFeedRoutes {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 200;

    private final Changes changes;

    ChangeFeedRoutes(Changes changes) {
        this.changes = changes;
    }

    void read(Exchange exchange) throws IOException {
        Query query = known(exchange, "after", "startTime", "endTime", "offset", "limit", "includeMetadata");
        Instant from = time(query, "startTime");
        Instant until = time(query, "endTime");
        if (from != null && until != null && !until.isAfter(from)) {
            throw invalid("endTime has to be later than startTime");
        }
        Feed.Window window = new Feed.Window(
                number(query, "after", 0, 0, Long.MAX_VALUE),
                from,
                until,
                number(query, "offset", 0, 0, Long.MAX_VALUE),
                (int) number(query, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX));
        boolean withMetadata = flag(query, "includeMetadata");
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
        Change latest =
                changes.findLatest(Caller.anyone(), flag(known(exchange, "includeMetadata"), "includeMetadata"));
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

    /// The query, which has no other parameters than these.
    private static Query known(Exchange exchange, String... names) {
        Query query = exchange.query();
        for (Query.Parameter parameter : query.parameters()) {
            if (!List.of(names).contains(parameter.name())) {
                throw invalid("the parameters of this resource are " + String.join(", ", names));
            }
        }
        return query;
    }

    private static @Nullable Instant time(Query query, String name) {
        String value = query.findFirst(name);
        if (value == null) {
            return null;
        }
        try {
            // A plus sign in a query is a space.
            return OffsetDateTime.parse(value.replace(' ', '+')).toInstant();
        } catch (DateTimeParseException notATime) {
            throw invalid(name + " is a time with an offset, such as 2026-01-31T12:00:00Z");
        }
    }

    private static long number(Query query, String name, long otherwise, long min, long max) {
        String value = query.findFirst(name);
        if (value == null) {
            return otherwise;
        }
        long number;
        try {
            number = Long.parseLong(value);
        } catch (NumberFormatException notANumber) {
            number = -1;
        }
        if (number < min || number > max) {
            throw invalid(name + " is a number from " + min + " to " + max);
        }
        return number;
    }

    private static boolean flag(Query query, String name) {
        String value = query.findFirst(name);
        if (value == null || value.equalsIgnoreCase("true")) {
            return true;
        }
        if (value.equalsIgnoreCase("false")) {
            return false;
        }
        throw invalid(name + " is true or false");
    }

    private static Refusal invalid(String detail) {
        return new Refusal(400, "invalid-query", detail);
    }
}
