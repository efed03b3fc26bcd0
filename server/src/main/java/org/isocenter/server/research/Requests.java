package org.isocenter.server.research;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.JsonContent;
import org.isocenter.server.http.Query;
import org.isocenter.server.http.Refusal;
import tools.jackson.databind.JsonNode;

/// What requests to cohorts have in common.
final class Requests {
    static final String JSON = "application/json";
    private static final int BODY_MAX_BYTES = 1 << 20;

    private Requests() {}

    static UUID cohort(Exchange exchange) {
        return id(exchange, "cohort");
    }

    /// An id of the path. What is no id names nothing.
    static UUID id(Exchange exchange, String name) {
        String text = exchange.pathValue(name);
        if (!text.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
            throw notFound();
        }
        return UUID.fromString(text);
    }

    static byte[] json(Exchange exchange) throws IOException {
        return JsonContent.bytes(exchange, BODY_MAX_BYTES);
    }

    /// The query, which has no other parameters than these.
    static Query known(Exchange exchange, String... names) {
        Query query = exchange.query();
        for (Query.Parameter parameter : query.parameters()) {
            if (!List.of(names).contains(parameter.name())) {
                throw invalid("the parameters of this resource are " + String.join(", ", names));
            }
        }
        return query;
    }

    static int number(Query query, String name, int otherwise, int min, int max) {
        String value = query.findFirst(name);
        if (value == null) {
            return otherwise;
        }
        int number = value.matches("\\d{1,9}") ? Integer.parseInt(value) : -1;
        if (number < min || number > max) {
            throw invalid(name + " is a number from " + min + " to " + max);
        }
        return number;
    }

    /// The day from which ages and spans of time are counted: that of the request, or today.
    static LocalDate asOf(Query query) {
        String value = query.findFirst("asOf");
        try {
            return value == null ? LocalDate.now(ZoneOffset.UTC) : LocalDate.parse(value);
        } catch (DateTimeException none) {
            throw invalid("asOf is a day, such as 2026-01-31");
        }
    }

    static void send(Exchange exchange, int status, JsonNode json) throws IOException {
        exchange.header("Cache-Control", "no-store");
        exchange.send(status, JSON, OutcomeJson.MAPPER.writeValueAsBytes(json));
    }

    static Refusal notFound() {
        return new Refusal(404, "not-found", "there is no such cohort, evaluation or snapshot");
    }

    static Refusal invalid(String detail) {
        return new Refusal(400, "invalid-query", detail);
    }
}
