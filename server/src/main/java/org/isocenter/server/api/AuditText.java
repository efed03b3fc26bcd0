package org.isocenter.server.api;

import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Query;

/// How the audit trail says things: without what would name a patient.
final class AuditText {
    private static final int CHARS_MAX = 4_096;
    /// Control characters, and halves of a character.
    private static final Pattern UNFIT = Pattern.compile("[\\p{Cc}\\p{Cs}]");

    /// Parameters whose values are Study Instance UIDs.
    private static final Set<String> STUDY = Set.of("StudyInstanceUID", "0020000D", "studyUID");

    /// Parameters whose values say nothing of a patient, or are UIDs.
    private static final Set<String> PLAIN = Set.of(
            "SeriesInstanceUID",
            "0020000E",
            "seriesUID",
            "SOPInstanceUID",
            "00080018",
            "objectUID",
            "limit",
            "offset",
            "includefield",
            "fuzzymatching",
            "requestType",
            "contentType",
            "transferSyntax",
            "accept",
            "version",
            "rows",
            "columns",
            "viewport",
            "window",
            "quality",
            "frameNumber",
            "after",
            "before",
            "from",
            "until",
            "startTime",
            "endTime",
            "includeMetadata",
            "action",
            "act",
            "partition",
            "status",
            "exchange",
            "type",
            "_count",
            "_format");

    private AuditText() {}

    static boolean isStudy(String parameter) {
        return STUDY.contains(parameter);
    }

    /// Path and query of a request. Of values that may name a patient there is only a hash.
    ///
    /// @param hash makes a text of a value
    static String uri(Exchange exchange, UnaryOperator<String> hash) {
        StringBuilder uri = new StringBuilder(clean(exchange.path()));
        char before = '?';
        for (Query.Parameter parameter : exchange.query(Integer.MAX_VALUE).parameters()) {
            boolean plain = PLAIN.contains(parameter.name()) || isStudy(parameter.name());
            uri.append(before).append(clean(parameter.name()));
            if (!parameter.value().isEmpty()) {
                uri.append('=').append(plain ? clean(parameter.value()) : hashed(parameter.value(), hash));
            }
            before = '&';
        }
        return uri.toString();
    }

    /// What stands for a value in a URI. Upper and lower case are the same, as they are for most searches.
    static String hashed(String value, UnaryOperator<String> hash) {
        return "~" + hash.apply(value.strip().toLowerCase(Locale.ROOT));
    }

    /// A text without characters that cannot be stored, and not too long.
    static String clean(String text) {
        String shorter = text.length() > CHARS_MAX ? text.substring(0, CHARS_MAX) : text;
        return UNFIT.matcher(shorter).replaceAll("?");
    }
}
