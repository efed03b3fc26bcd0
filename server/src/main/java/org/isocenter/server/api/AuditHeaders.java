package org.isocenter.server.api;

import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;

/// What a client has the audit trail say of its request, in headers of the compatible API.
///
/// @param values by what follows the prefix of a header's name, in lower case
record AuditHeaders(SortedMap<String, String> values) {
    private static final String PREFIX = "x-ms-azuredicom-audit-";
    private static final int HEADERS_MAX = 10;
    private static final int CHARS_MAX = 2_048;

    /// @throws Refusal 400 where there are too many, or one is too long
    static AuditHeaders of(Exchange exchange) {
        SortedMap<String, String> values = new TreeMap<>();
        for (String name : exchange.headerNames()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith(PREFIX)) {
                values.put(
                        AuditText.clean(lower.substring(PREFIX.length())),
                        AuditText.clean(String.join(", ", exchange.headers(name))));
            }
        }
        if (values.size() > HEADERS_MAX) {
            throw refused("There are more than " + HEADERS_MAX + " headers for the audit trail.");
        }
        if (values.values().stream().anyMatch(value -> value.length() > CHARS_MAX)) {
            throw refused("A header for the audit trail is longer than " + CHARS_MAX + " characters.");
        }
        return new AuditHeaders(values);
    }

    private static Refusal refused(String detail) {
        return new Refusal(400, "invalid-audit-header", detail);
    }
}
