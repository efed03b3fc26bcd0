package org.isocenter.server.dicomweb;

import java.util.UUID;
import java.util.regex.Pattern;
import org.isocenter.server.http.Exchange;
import org.jspecify.annotations.Nullable;

/// A place in the URL space under which the DICOMweb resources stand.
///
/// @param prefix of the path, without a slash at its end; it may have variables
/// @param compatible whether answers are those of the API that this server is compatible with, where these
///     differ from what the standard or a careful client expects
/// @param strict whether an instance with a bad value that searches find it by is refused
record Root(String prefix, boolean compatible, boolean strict) {
    /// The resources as this server understands them best.
    static final Root DICOM_WEB = new Root("/dicom-web", false, false);

    /// Version 1 of the compatible API.
    static final Root V1 = new Root("/v1", true, true);

    /// Version 2 of the compatible API.
    static final Root V2 = new Root("/v2", true, false);

    /// What a snapshot of a cohort has frozen, to be read.
    static final Root SNAPSHOT = new Root("/cohorts/{cohort}/snapshots/{snapshot}/dicom-web", false, false);

    private static final String PARTITION = "partition";
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

    /// The same within a data partition.
    Root inPartition() {
        return new Root(prefix + "/partitions/{" + PARTITION + "}", compatible, strict);
    }

    /// The data partition that the path names, or null.
    @Nullable
    String findPartition(Exchange exchange) {
        return prefix.endsWith("/{" + PARTITION + "}") ? exchange.pathValue(PARTITION) : null;
    }

    /// The root as the client sees it.
    String url(Exchange exchange) {
        return exchange.baseUrl()
                + VARIABLE.matcher(prefix).replaceAll(variable -> exchange.pathValue(variable.group(1)));
    }

    /// Whether what the path names can be a snapshot.
    static boolean namesSnapshot(Exchange exchange) {
        return exchange.pathValue("cohort").matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
                && exchange.pathValue("snapshot").matches("[1-9]\\d{0,8}");
    }

    static UUID cohort(Exchange exchange) {
        return UUID.fromString(exchange.pathValue("cohort"));
    }

    static int snapshot(Exchange exchange) {
        return Integer.parseInt(exchange.pathValue("snapshot"));
    }
}
