package org.isocenter.server.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The query of a request: names and values, strictly decoded, in the order they came. A plus sign is a space.
public final class Query {
    /// Longest value taken unless the route says otherwise. The query as a whole is bounded by the length of
    /// the URL.
    public static final int VALUE_CHARS_MAX = 4096;

    private static final int PARAMETERS_MAX = 64;
    private static final int NAME_CHARS_MAX = 256;

    private final List<Parameter> parameters;

    private Query(List<Parameter> parameters) {
        this.parameters = List.copyOf(parameters);
    }

    public record Parameter(String name, String value) {}

    /// @param raw the query as it stood in the URL, without its question mark
    /// @throws Refusal 400 if it is malformed, holds `<` in any form, or exceeds a limit
    public static Query parse(@Nullable String raw, int valueCharsMax) {
        List<Parameter> parameters = new ArrayList<>();
        int length = raw == null ? 0 : raw.length();
        for (int from = 0; raw != null && from < length; ) {
            int and = raw.indexOf('&', from);
            int to = and < 0 ? length : and;
            if (to > from) {
                parameters.add(parameter(raw, from, to, valueCharsMax));
            }
            if (parameters.size() > PARAMETERS_MAX) {
                throw refused("The query has more than " + PARAMETERS_MAX + " parameters.");
            }
            from = to + 1;
        }
        return new Query(parameters);
    }

    private static Parameter parameter(String raw, int from, int to, int valueCharsMax) {
        int equals = raw.indexOf('=', from);
        int nameEnd = equals < 0 || equals >= to ? to : equals;
        String name = Percent.decode(raw, from, nameEnd, true);
        String value = nameEnd == to ? "" : Percent.decode(raw, nameEnd + 1, to, true);
        if (name.isEmpty() || name.length() > NAME_CHARS_MAX) {
            throw refused("The query has a parameter without a name, or with one that is too long.");
        }
        if (value.length() > valueCharsMax) {
            throw refused("The query has a value of more than " + valueCharsMax + " characters.");
        }
        if (name.indexOf('<') >= 0 || value.indexOf('<') >= 0) {
            throw refused("The query has a character that is not allowed.");
        }
        return new Parameter(name, value);
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    /// The first value of that name, or null. Names are case-sensitive.
    public @Nullable String findFirst(String name) {
        for (Parameter parameter : parameters) {
            if (parameter.name.equals(name)) {
                return parameter.value;
            }
        }
        return null;
    }

    public List<String> all(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name.equals(name))
                .map(Parameter::value)
                .toList();
    }

    private static Refusal refused(String detail) {
        return new Refusal(400, "malformed-query", detail);
    }
}
