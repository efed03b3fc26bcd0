package org.isocenter.acceptance.fhir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// A FHIR server in a process of its own, empty when it starts, and shared by all tests of a run: a test
/// takes identifiers that no other has. It ends with the process that runs the tests.
///
/// Paths are those below the base URL and begin with a slash; queries in them are encoded already.
public final class RealFhir {
    private static final String JSON = "application/fhir+json";
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Map<Version, RealFhir> STARTED = new EnumMap<>(Version.class);

    /// The versions of FHIR that can be had.
    public enum Version {
        R4,
        R5
    }

    /// Held for as long as the server is wanted: it ends when its standard input does, which the collector
    /// closes with a process that nobody holds.
    private final Process process;

    private final URI url;

    private RealFhir(Process process, URI url) {
        this.process = process;
        this.url = url;
    }

    public static RealFhir r4() {
        return of(Version.R4);
    }

    public static RealFhir r5() {
        return of(Version.R5);
    }

    /// The server of a version, which the first call starts. The test is skipped where it was not built.
    public static synchronized RealFhir of(Version version) {
        Path arguments = Path.of(System.getProperty("acceptance.fhir", "../fhir-server/target"), "fhir-server.args");
        Assumptions.assumeTrue(Files.exists(arguments), "no FHIR server: ./mvnw -pl fhir-server package builds it");
        return STARTED.computeIfAbsent(version, missing -> start(missing, arguments));
    }

    /// The base URL, which ends without a slash.
    public URI url() {
        return url;
    }

    public FhirAnswer get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    public FhirAnswer delete(String path, String... headers) {
        return send("DELETE", path, "", headers);
    }

    public FhirAnswer put(String path, String json, String... headers) {
        return send("PUT", path, json, headers);
    }

    public FhirAnswer post(String path, String json, String... headers) {
        return send("POST", path, json, headers);
    }

    /// Sends a transaction, or a batch.
    public FhirAnswer transact(String bundle) {
        return post("", bundle);
    }

    /// Searches with parameters that no log and no address holds.
    ///
    /// @param parameters encoded as in a query
    public FhirAnswer search(String type, String parameters) {
        return answer(request("/" + type + "/_search")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(parameters)));
    }

    /// A value as it stands in a query.
    public static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private FhirAnswer send(String method, String path, String json, String... headers) {
        HttpRequest.Builder request = request(path).method(method, BodyPublishers.ofString(json));
        if (!json.isEmpty()) {
            request.header("Content-Type", JSON);
        }
        return answer(headers.length == 0 ? request : request.headers(headers));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .header("Accept", JSON)
                .timeout(Duration.ofMinutes(2));
    }

    private static FhirAnswer answer(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            JsonNode body = response.body().length == 0 ? MissingNode.getInstance() : MAPPER.readTree(response.body());
            return new FhirAnswer(
                    response.statusCode(),
                    response.headers().firstValue("Location").orElse(null),
                    body);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static RealFhir start(Version version, Path arguments) {
        String name = version.name().toLowerCase(Locale.ROOT);
        Path data = Path.of(System.getProperty("acceptance.data", "target/server-data"));
        Path log = data.resolveSibling("fhir-" + name + ".log");
        try {
            Files.createDirectories(data);
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "@" + arguments,
                            "--fhir-version",
                            name)
                    .redirectError(log.toFile())
                    .start();
            String url = process.inputReader().readLine();
            if (url == null) {
                throw new IllegalStateException("the FHIR server ended before it was ready: see " + log);
            }
            return new RealFhir(process, URI.create(url));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
