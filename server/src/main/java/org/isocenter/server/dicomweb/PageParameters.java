package org.isocenter.server.dicomweb;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.jspecify.annotations.Nullable;

/// What a search is told beside its keys, each thing once: which page, in which order, how names match.
final class PageParameters {
    private final Set<String> names;
    private final Map<String, String> values = new HashMap<>();

    PageParameters(String... names) {
        this.names = Set.of(names);
    }

    /// Those of a request for a page of something that is not searched.
    static PageParameters plain(Exchange exchange) {
        PageParameters page = new PageParameters("limit", "offset");
        exchange.query().parameters().forEach(parameter -> {
            if (!page.take(parameter.name(), parameter.value())) {
                throw invalid("known parameters are limit and offset");
            }
        });
        return page;
    }

    /// Keeps a parameter if it is one of these.
    ///
    /// @return whether it is
    boolean take(String name, String value) {
        if (!names.contains(name)) {
            return false;
        }
        if (values.put(name, value) != null) {
            throw invalid(name + " is given twice");
        }
        return true;
    }

    @Nullable
    String find(String name) {
        return values.get(name);
    }

    boolean flag(String name) {
        String value = values.get(name);
        if (value == null || value.equalsIgnoreCase("false")) {
            return false;
        }
        if (value.equalsIgnoreCase("true")) {
            return true;
        }
        throw invalid(name + " is true or false");
    }

    int number(String name, int otherwise, int min, int max) {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException notANumber) {
            number = -1;
        }
        if (number < min || number > max) {
            throw invalid(name + " is a number from " + min + " to " + max);
        }
        return number;
    }

    private static Refusal invalid(String detail) {
        return new Refusal(400, "invalid-query", detail);
    }
}
