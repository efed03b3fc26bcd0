package org.isocenter.server.fhir;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// A client of a FHIR server (hl7.org/fhir/http.html), in JSON. Safe for use by many threads.
///
/// Every method throws [FhirRefusedException] where the server refuses for good and
/// [FhirUnavailableException] where the same request may succeed later; there is no third outcome.
public final class FhirClient implements AutoCloseable {
    private static final String JSON = "application/fhir+json";
    private static final long ANSWER_MAX_BYTES = 256L << 20;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final URI base;
    private final Credentials credentials;
    private final Duration timeout;
    private final HttpClient http;

    /// @param base the root of the server, such as `https://fhir.example.org/r4`
    /// @param timeout for one request
    /// @param tls with keys and trust of its own, or null for those of Java
    public FhirClient(URI base, Credentials credentials, Duration timeout, @Nullable SSLContext tls) {
        this.base = URI.create(base.toString().replaceAll("/+$", ""));
        this.credentials = credentials;
        this.timeout = timeout;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        if (tls != null) {
            builder.sslContext(tls);
        }
        this.http = builder.build();
    }

    public URI base() {
        return base;
    }

    /// What the server can do (`/metadata`).
    public JsonNode capabilities() {
        return get("metadata");
    }

    /// Reads what is below the root: a resource, a search, an operation.
    public JsonNode get(String path) {
        return send(request(path).GET().build());
    }

    public JsonNode post(String path, JsonNode body) {
        return send(request(path)
                .header("Content-Type", JSON)
                .POST(BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(body)))
                .build());
    }

    public JsonNode put(String path, JsonNode body) {
        return send(request(path)
                .header("Content-Type", JSON)
                .PUT(BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(body)))
                .build());
    }

    public JsonNode delete(String path) {
        return send(request(path).DELETE().build());
    }

    /// Searches by POST, which has no bounds for the length of its parameters, and goes through all pages.
    ///
    /// @param parameters names and values, which are encoded here
    /// @param each takes the entries one by one
    public void search(String type, List<Map.Entry<String, String>> parameters, Consumer<JsonNode> each) {
        String form = parameters.stream()
                .map(parameter -> encode(parameter.getKey()) + "=" + encode(parameter.getValue()))
                .collect(Collectors.joining("&"));
        BodyPublisher body = BodyPublishers.ofString(form);
        JsonNode page = send(request(type + "/_search")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(body)
                .build());
        while (true) {
            page.path("entry").forEach(each);
            URI next = findNext(page);
            if (next == null) {
                return;
            }
            page = send(authorized(HttpRequest.newBuilder(next)).GET().build());
        }
    }

    /// Text as it stands in a query.
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private @Nullable URI findNext(JsonNode page) {
        for (JsonNode link : page.path("link")) {
            if (link.path("relation").asString("").equals("next")) {
                URI next = base.resolve(link.path("url").asString(""));
                if (!base.getAuthority().equals(next.getAuthority())
                        || !base.getScheme().equals(next.getScheme())) {
                    throw new FhirRefusedException(
                            200, "the next page of a search is at " + next.getAuthority() + ", not at " + base, null);
                }
                return next;
            }
        }
        return null;
    }

    private HttpRequest.Builder request(String path) {
        return authorized(HttpRequest.newBuilder(path.isEmpty() ? base : URI.create(base + "/" + path)));
    }

    private HttpRequest.Builder authorized(HttpRequest.Builder request) {
        request.timeout(timeout).header("Accept", JSON);
        String authorization = credentials.authorization();
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    private JsonNode send(HttpRequest request) {
        HttpResponse<byte[]> response = exchange(request);
        if (response.statusCode() == 401 && credentials.renew()) {
            HttpRequest.Builder again =
                    HttpRequest.newBuilder(request, (name, value) -> !name.equalsIgnoreCase("Authorization"));
            String authorization = credentials.authorization();
            response = exchange(
                    authorization == null
                            ? again.build()
                            : again.header("Authorization", authorization).build());
        }
        JsonNode body = parse(response);
        int status = response.statusCode();
        if (status / 100 == 2) {
            return body == null ? MissingNode.getInstance() : body;
        }
        String what = request.method() + " " + request.uri();
        if (status == 408 || status == 409 || status == 412 || status == 425 || status == 429 || status >= 500) {
            throw new FhirUnavailableException(
                    status, FhirRefusedException.describe(status, what, body), retryAfter(response), null);
        }
        throw new FhirRefusedException(status, what, body);
    }

    private HttpResponse<byte[]> exchange(HttpRequest request) {
        String what = request.method() + " " + request.uri();
        // The time-out of the request ends with the head of the answer; this one is for all of it.
        CompletableFuture<HttpResponse<byte[]>> exchange =
                http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_MAX_BYTES));
        try {
            return exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (!(cause instanceof IOException)) {
                throw new IllegalStateException(what, cause);
            }
            throw new FhirUnavailableException(0, what + ": " + reason(cause), null, cause);
        } catch (TimeoutException late) {
            exchange.cancel(true);
            throw new FhirUnavailableException(0, what + ": no answer in " + timeout.toSeconds() + " s", null, late);
        } catch (InterruptedException interrupted) {
            exchange.cancel(true);
            Thread.currentThread().interrupt();
            throw new FhirUnavailableException(0, what + ": interrupted", null, interrupted);
        }
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private static @Nullable JsonNode parse(HttpResponse<byte[]> response) {
        byte[] body = response.body();
        if (body.length == 0) {
            return null;
        }
        try {
            return MAPPER.readTree(body);
        } catch (JacksonException notJson) {
            if (response.statusCode() / 100 == 2) {
                throw new FhirUnavailableException(
                        response.statusCode(), response.uri() + " answers something else than JSON", null, notJson);
            }
            return null;
        }
    }

    /// RFC 9110 section 10.2.3: seconds, or a date.
    private static @Nullable Duration retryAfter(HttpResponse<?> response) {
        String value = response.headers().firstValue("Retry-After").orElse("").strip();
        if (value.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration left = Duration.between(Instant.now(), until);
            return left.isNegative() ? Duration.ZERO : left;
        } catch (DateTimeException none) {
            return null;
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
