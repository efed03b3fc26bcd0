package org.isocenter.server.api;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Query;
import org.isocenter.server.http.Refusal;
import org.jspecify.annotations.Nullable;

/// The parameters of a request, each of which is known and has a value that it may have.
final class Parameters {
    private final Query query;

    private Parameters(Query query) {
        this.query = query;
    }

    /// The parameters of a resource that has no others than these.
    static Parameters of(Exchange exchange, String... names) {
        Query query = exchange.query();
        for (Query.Parameter parameter : query.parameters()) {
            if (!List.of(names).contains(parameter.name())) {
                throw invalid(
                        names.length == 0
                                ? "this resource has no parameters"
                                : "the parameters of this resource are " + String.join(", ", names));
            }
        }
        return new Parameters(query);
    }

    @Nullable
    String findText(String name) {
        return query.findFirst(name);
    }

    @Nullable
    Instant findTime(String name) {
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

    long number(String name, long otherwise, long min, long max) {
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

    boolean flag(String name, boolean otherwise) {
        String value = query.findFirst(name);
        if (value == null) {
            return otherwise;
        }
        if (value.equalsIgnoreCase("true")) {
            return true;
        }
        if (value.equalsIgnoreCase("false")) {
            return false;
        }
        throw invalid(name + " is true or false");
    }

    static Refusal invalid(String detail) {
        return new Refusal(400, "invalid-query", detail);
    }
}
