package org.isocenter.server.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class TokensTest {
    private final Moments clock = new Moments();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private volatile int tokenStatus = 200;
    private volatile String accepted = "";

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + exchange.getRequestHeaders().getFirst("Metadata") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            send(
                    exchange,
                    tokenStatus,
                    "{\"access_token\":\"t" + asked.size() + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
        });
        server.createContext("/fhir", exchange -> {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            send(exchange, Objects.equals(authorization, accepted) ? 200 : 401, "{\"resourceType\":\"Basic\"}");
        });
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    @Test
    void aTokenIsKeptUntilShortlyBeforeItEnds() {
        Tokens tokens = Tokens.bySecret(uri("/token"), "me:too", "s%cret", "system/*.read", clock, null);
        assertThat(tokens.authorization()).isEqualTo("Bearer t1");
        clock.pass(Duration.ofSeconds(3_539));
        assertThat(tokens.authorization()).isEqualTo("Bearer t1");
        clock.pass(Duration.ofSeconds(1));
        assertThat(tokens.authorization()).isEqualTo("Bearer t2");
        String basic = Base64.getEncoder().encodeToString("me%3Atoo:s%25cret".getBytes(StandardCharsets.US_ASCII));
        assertThat(asked.getFirst())
                .startsWith("POST /token Basic " + basic)
                .endsWith("grant_type=client_credentials&scope=system%2F*.read");
    }

    @Test
    void aTokenThatIsRefusedIsReplacedOnceAndNotForEver() {
        Tokens tokens = Tokens.bySecret(uri("/token"), "me", "secret", "", clock, null);
        try (FhirClient client = new FhirClient(uri("/fhir"), tokens, Duration.ofSeconds(10), null)) {
            accepted = "Bearer t2";
            assertThat(client.get("Basic/1").path("resourceType").asString()).isEqualTo("Basic");
            assertThat(asked).hasSize(2);
            accepted = "Bearer nobody's";
            assertThatThrownBy(() -> client.get("Basic/1"))
                    .isInstanceOfSatisfying(FhirRefusedException.class, refused -> {
                        assertThat(refused.status()).isEqualTo(401);
                        assertThat(refused.getMessage()).doesNotContain("t2").doesNotContain("t3");
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void aClientSignsWhoItIs(String algorithm) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp384r1"));
        }
        KeyPair keys = generator.generateKeyPair();
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        Tokens tokens = Tokens.bySignature(uri("/token"), new Assertion("isocenter", "k1", pem), "", clock, null);
        assertThat(tokens.authorization()).isEqualTo("Bearer t1");
        String form = asked.getFirst();
        String jwt =
                URLDecoder.decode(form.substring(form.indexOf("client_assertion=") + 17), StandardCharsets.US_ASCII);
        String[] parts = jwt.split("\\.");
        JsonNode header = JsonMapper.shared().readTree(Base64.getUrlDecoder().decode(parts[0]));
        JsonNode claims = JsonMapper.shared().readTree(Base64.getUrlDecoder().decode(parts[1]));
        assertThat(header.get("alg").asString()).isEqualTo(algorithm.equals("EC") ? "ES384" : "RS384");
        assertThat(header.get("kid").asString()).isEqualTo("k1");
        assertThat(claims.get("iss").asString()).isEqualTo("isocenter");
        assertThat(claims.get("aud").asString()).isEqualTo(uri("/token").toString());
        assertThat(claims.get("exp").asLong() - claims.get("iat").asLong()).isLessThanOrEqualTo(300);
        Signature signature =
                Signature.getInstance(algorithm.equals("EC") ? "SHA384withECDSAinP1363Format" : "SHA384withRSA");
        signature.initVerify(keys.getPublic());
        signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
    }

    @Test
    void aMachineInAzureIsAskedAsItWantsToBe() {
        Tokens tokens = Tokens.ofMachine(uri("/token"), "https://x.fhir.azurehealthcareapis.com", clock);
        assertThat(tokens.authorization()).isEqualTo("Bearer t1");
        assertThat(asked.getFirst())
                .startsWith("GET /token?api-version=2018-02-01&resource="
                        + "https%3A%2F%2Fx.fhir.azurehealthcareapis.com null true");
    }

    @Test
    void aRefusedClientIsToldFromAServerThatIsAway() {
        Tokens tokens = Tokens.bySecret(uri("/token"), "me", "secret", "", clock, null);
        tokenStatus = 400;
        assertThatThrownBy(tokens::authorization).isInstanceOf(FhirRefusedException.class);
        tokenStatus = 503;
        assertThatThrownBy(tokens::authorization).isInstanceOf(FhirUnavailableException.class);
    }

    @Test
    void aKeyThatIsNoneIsRefusedWithTheReason() {
        assertThatThrownBy(
                        () -> new Assertion("me", "", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PKCS #8");
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        try (exchange) {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /// A clock that stands until it is told to go on.
    private static final class Moments extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
