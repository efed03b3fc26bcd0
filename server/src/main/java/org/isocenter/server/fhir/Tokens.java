package org.isocenter.server.fhir;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Bearer tokens that are asked for when they are needed, kept until shortly before they end, and never
/// written anywhere: by client credentials (RFC 6749 section 4.4) with a secret or a signed assertion (RFC
/// 7523), or from the managed identity of a machine in Azure.
public final class Tokens implements Credentials {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /// A token is replaced so long before it ends.
    private static final Duration MARGIN = Duration.ofSeconds(60);

    /// How long a token lasts whose server does not say.
    private static final Duration LASTS = Duration.ofMinutes(5);

    private static final long ANSWER_MAX_BYTES = 1 << 20;
    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final URI MACHINE = URI.create("http://169.254.169.254/metadata/identity/oauth2/token");

    private record Token(String text, Instant until) {}

    private final Supplier<HttpRequest> request;
    private final Clock clock;
    private final HttpClient http;
    private @Nullable Token token;
    private @Nullable String refused;

    private Tokens(Supplier<HttpRequest> request, Clock clock, @Nullable SSLContext tls) {
        this.request = request;
        this.clock = clock;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(TIMEOUT);
        this.http = (tls == null ? builder : builder.sslContext(tls)).build();
    }

    /// Of a client with a secret.
    ///
    /// @param endpoint where tokens are given
    /// @param scope what they are for, or empty
    public static Tokens bySecret(
            URI endpoint, String client, String secret, String scope, Clock clock, @Nullable SSLContext tls) {
        // RFC 6749 section 2.3.1: both are encoded as in a form before they are joined.
        String basic = FhirClient.encode(client) + ":" + FhirClient.encode(secret);
        String header = "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.US_ASCII));
        return new Tokens(
                () -> post(endpoint, form(scope, Map.of()))
                        .header("Authorization", header)
                        .build(),
                clock,
                tls);
    }

    /// Of a client that signs who it is, as SMART Backend Services want it.
    public static Tokens bySignature(
            URI endpoint, Assertion assertion, String scope, Clock clock, @Nullable SSLContext tls) {
        return new Tokens(
                () -> {
                    Map<String, String> signed = new LinkedHashMap<>();
                    signed.put("client_assertion_type", ASSERTION_TYPE);
                    signed.put("client_assertion", assertion.sign(endpoint, clock.instant()));
                    return post(endpoint, form(scope, signed)).build();
                },
                clock,
                tls);
    }

    /// Of the machine that this runs on, in Azure.
    ///
    /// @param resource that the token is for, such as `https://name.fhir.azurehealthcareapis.com`
    public static Tokens ofMachine(String resource, Clock clock) {
        return ofMachine(MACHINE, resource, clock);
    }

    static Tokens ofMachine(URI machine, String resource, Clock clock) {
        URI address = URI.create(machine + "?api-version=2018-02-01&resource=" + FhirClient.encode(resource));
        return new Tokens(
                () -> HttpRequest.newBuilder(address)
                        .header("Metadata", "true")
                        .timeout(TIMEOUT)
                        .build(),
                clock,
                null);
    }

    private static HttpRequest.Builder post(URI endpoint, String form) {
        return HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .timeout(TIMEOUT)
                .POST(BodyPublishers.ofString(form));
    }

    private static String form(String scope, Map<String, String> more) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("grant_type", "client_credentials");
        if (!scope.isEmpty()) {
            fields.put("scope", scope);
        }
        fields.putAll(more);
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + FhirClient.encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    @Override
    public synchronized String authorization() {
        Token known = token;
        if (known == null || !clock.instant().isBefore(known.until.minus(MARGIN))) {
            known = ask();
            token = known;
        }
        return "Bearer " + known.text;
    }

    /// A token that was refused is not asked for twice in a row.
    @Override
    public synchronized boolean renew() {
        Token known = token;
        token = null;
        boolean other = known != null && !known.text.equals(refused);
        refused = known == null ? null : known.text;
        return other;
    }

    private Token ask() {
        HttpRequest asked = request.get();
        JsonNode answer = exchange(asked);
        String text = answer.path("access_token").asString("");
        if (text.isEmpty()) {
            throw new FhirRefusedException(200, asked.uri() + " gave no token", null);
        }
        long seconds = answer.path("expires_in").asLong(LASTS.toSeconds());
        return new Token(text, clock.instant().plusSeconds(Math.max(MARGIN.toSeconds() + 1, seconds)));
    }

    private JsonNode exchange(HttpRequest asked) {
        try {
            HttpResponse<byte[]> response =
                    http.send(asked, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_MAX_BYTES));
            int status = response.statusCode();
            if (status / 100 == 2) {
                return MAPPER.readTree(response.body());
            }
            String what = "a token from " + asked.uri().getHost() + ": " + status;
            if (status == 429 || status >= 500) {
                throw new FhirUnavailableException(status, what, null, null);
            }
            // Who asks is refused: to whoever uses the token that is the same as a token that is refused.
            throw new FhirRefusedException(401, what, null);
        } catch (IOException | JacksonException failed) {
            throw new FhirUnavailableException(0, "no token from " + asked.uri().getHost(), null, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new FhirUnavailableException(0, "no token: interrupted", null, interrupted);
        }
    }
}
