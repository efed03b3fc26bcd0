package org.isocenter.server;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The running server that a command talks to.
final class ServerAddress {
    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080/dicom-web",
            description = "DICOMweb root of the server. Default: ${DEFAULT-VALUE}")
    private URI url = URI.create("");

    URI url() {
        return url;
    }

    /// What is wrong with what was given, or null.
    @Nullable
    String findMisuse() {
        boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        return web && url.getHost() != null ? null : "--url must be an address such as http://127.0.0.1:8080/dicom-web";
    }
}
