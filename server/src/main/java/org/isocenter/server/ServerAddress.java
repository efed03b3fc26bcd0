package org.isocenter.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the bearer token by which the server knows who asks; read anew for each request.")
    private @Nullable Path tokenFile;

    URI url() {
        return url;
    }

    /// The beginning of a request to the server.
    ///
    /// @throws UncheckedIOException if the token cannot be read
    HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (tokenFile == null) {
            return request;
        }
        try {
            return request.header(
                    "Authorization", "Bearer " + Files.readString(tokenFile).strip());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// What is wrong with what was given, or null.
    @Nullable
    String findMisuse() {
        boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!web || url.getHost() == null) {
            return "--url must be an address such as http://127.0.0.1:8080/dicom-web";
        }
        return tokenFile == null || Files.isReadable(tokenFile)
                ? null
                : "--token-file " + tokenFile + " cannot be read";
    }
}
