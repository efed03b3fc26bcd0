package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.isocenter.server.access.AccessTokens;
import org.isocenter.server.access.Issuer;
import org.isocenter.server.access.Roles;
import org.isocenter.server.api.Gate;
import org.isocenter.server.api.Witness;
import org.isocenter.server.http.HttpDoor;
import org.isocenter.server.http.HttpOptions;
import org.isocenter.server.http.Router;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every route, asked with every kind of token (promise S1).
class AccessTest {
    private static final List<String> ROLES = List.of(
            "all=*",
            "here=*@ward-7",
            "default=*@Microsoft.Default",
            "nothing=erase@nowhere",
            "globalReader=read",
            "globalAdmin=*");

    /// What is open to everybody, whatever its root.
    private static final Set<String> OPEN = Set.of(
            "GET /",
            "GET /openapi.json",
            "GET /dicom-web/api.json",
            "GET /dicom-web/api.yaml",
            "GET /v1/api.json",
            "GET /v1/api.yaml",
            "GET /v2/api.json",
            "GET /v2/api.yaml",
            "GET /health/live",
            "GET /health/ready",
            "GET /health/check",
            "GET /fhir/metadata");

    @TempDir
    private Path folder;

    private final Map<String, String> signed = new HashMap<>();
    private Issuer issuer;
    private AllRoutes routes;
    private HttpDoor door;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void open() throws Exception {
        issuer = new Issuer();
        routes = new AllRoutes(folder);
        AccessTokens tokens = new AccessTokens(
                issuer.uri(), List.of(Issuer.AUDIENCE), null, "roles", Objects.requireNonNull(Roles.find(ROLES)), null);
        routes.router.guardedBy(new Witness(null, new Gate(tokens, routes.operations), routes.router.entries()));
        door = HttpDoor.open(
                new HttpOptions("127.0.0.1", 0, null, List.of(), 1 << 20, Duration.ofSeconds(30), 64), routes.router);
    }

    @AfterEach
    void close() {
        client.close();
        door.close();
        routes.close();
        issuer.close();
    }

    /// A good token. To sign one takes longer than to ask a route.
    private String token(String role) {
        return signed.computeIfAbsent(role, issuer::token);
    }

    private record Said(int status, @Nullable String challenge, String body) {}

    /// Asks a route, and looks at no more than the head of a good answer: some go on for ever.
    private Said ask(Router.Entry route, String partition, List<String> authorization) throws Exception {
        String path = route.template()
                .replace("{partition}", partition)
                .replace("{operation}", "0".repeat(32))
                .replace("{type}", "ImagingStudy")
                .replaceAll("\\{\\w+}", "1.2.3");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(door.uri() + path))
                .method(
                        route.method(),
                        route.method().equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"));
        authorization.forEach(value -> request.header("Authorization", value));
        HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            return new Said(
                    response.statusCode(),
                    response.headers().firstValue("WWW-Authenticate").orElse(null),
                    response.statusCode() < 400 ? "" : new String(body.readNBytes(10_000)));
        }
    }

    private Said ask(Router.Entry route, String partition, String token) throws Exception {
        return ask(route, partition, List.of("Bearer " + token));
    }

    /// What is not a good token for this server, by what is wrong with it.
    private Map<String, List<String>> badTokens() throws JOSEException, IOException {
        Instant now = Instant.now();
        Map<String, JWTClaimsSet.Builder> claims = new LinkedHashMap<>();
        claims.put("expired", issuer.claims("all").expirationTime(Date.from(now.minusSeconds(120))));
        claims.put("not yet valid", issuer.claims("all").notBeforeTime(Date.from(now.plusSeconds(120))));
        claims.put("another issuer", issuer.claims("all").issuer("https://login.example.org"));
        claims.put("another audience", issuer.claims("all").audience("https://other.example.org"));
        claims.put("no audience", issuer.claims("all").audience((String) null));
        claims.put("no end", issuer.claims("all").expirationTime(null));
        claims.put("of nobody", issuer.claims("all").subject(null));
        Map<String, List<String>> bad = new LinkedHashMap<>();
        claims.forEach((what, set) -> bad.put(what, List.of("Bearer " + issuer.sign(set.build()))));
        JWTClaimsSet good = issuer.claims("all").build();
        bad.put("none", List.of());
        bad.put(
                "another key",
                List.of("Bearer "
                        + issuer.sign(
                                good,
                                JWSAlgorithm.RS256,
                                "at+jwt",
                                Issuer.signer(Issuer.newKey(issuer.key().getKeyID())))));
        bad.put("not signed", List.of("Bearer " + new PlainJWT(good).serialize()));
        bad.put(
                "signed with the public key as a secret",
                List.of("Bearer "
                        + issuer.sign(
                                good,
                                JWSAlgorithm.HS256,
                                "at+jwt",
                                new MACSigner(issuer.key().toRSAPublicKey().getEncoded()))));
        bad.put(
                "another kind of token",
                List.of("Bearer " + issuer.sign(good, JWSAlgorithm.RS256, "logout+jwt", Issuer.signer(issuer.key()))));
        String token = issuer.sign(good);
        bad.put("cut short", List.of("Bearer " + token.substring(0, token.length() - 4)));
        bad.put("changed", List.of("Bearer " + token.replaceFirst("\\.[^.]{4}", ".eyJz")));
        bad.put("another scheme", List.of("Basic YWRhOmFkYQ=="));
        bad.put("two", List.of("Bearer " + token, "Bearer " + token));
        bad.put("no token at all", List.of("Bearer ÿ".replace('ÿ', '!')));
        return bad;
    }

    @Test
    void noRouteAnswersWithoutAGoodToken() throws Exception {
        Map<String, List<String>> bad = badTokens();
        assertThat(bad).hasSizeGreaterThanOrEqualTo(12);
        for (Router.Entry route : closed()) {
            for (Map.Entry<String, List<String>> token : bad.entrySet()) {
                Said said = ask(route, "ward-7", token.getValue());
                assertThat(said.status()).as(route + ": " + token.getKey()).isEqualTo(401);
                assertThat(said.challenge())
                        .as(route + ": " + token.getKey())
                        .startsWith("Bearer realm=\"isocenter\"")
                        .satisfies(text -> assertThat(text.contains("error=\"invalid_token\""))
                                .isEqualTo(!token.getValue().isEmpty()));
                assertThat(said.body()).contains("\"code\":").doesNotContain("ada");
            }
        }
    }

    @Test
    void everyRouteAnswersToWhoeverMayDoEverything() throws Exception {
        for (Router.Entry route : closed()) {
            Said said = ask(route, "ward-7", token("all"));
            assertThat(said.status()).as(route + ": " + said.body()).isNotIn(401, 403, 500);
        }
    }

    @Test
    void noRouteAnswersToThoseWhoseRolesPermitSomethingElse() throws Exception {
        for (Router.Entry route : closed()) {
            for (String role : List.of("nothing", "unknown")) {
                if (role.equals("nothing") && route.template().contains("{operation}")) {
                    // Whoever may erase somewhere may follow operations there, and this one is nowhere.
                    continue;
                }
                Said said = ask(route, "ward-7", token(role));
                assertThat(said.status()).as(route + ": " + role).isEqualTo(403);
                assertThat(said.challenge()).contains("error=\"insufficient_scope\"");
                // The view of the archive as a FHIR server says it in an OperationOutcome.
                assertThat(said.body())
                        .contains(
                                route.template().startsWith("/fhir")
                                        ? "OperationOutcome"
                                        : "\"code\":\"not-permitted\"");
            }
        }
    }

    @Test
    void aRoleOfOneDataPartitionEndsWhereThePartitionEnds() throws Exception {
        for (Router.Entry route : closed()) {
            boolean within = route.template().contains("{partition}");
            boolean ofAnOperation = route.template().contains("{operation}");
            Said there = ask(route, "ward-8", token("here"));
            Said here = ask(route, "ward-7", token("here"));
            if (ofAnOperation) {
                assertThat(here.status()).as(route + here.body()).isEqualTo(404);
            } else {
                assertThat(there.status()).as(route + there.body()).isEqualTo(403);
                assertThat(here.status() == 403).as(route + here.body()).isEqualTo(!within);
            }
        }
    }

    @Test
    void theDefaultPartitionIsWhatHasNoPartitionInItsPath() throws Exception {
        Set<String> permitted = new TreeSet<>();
        for (Router.Entry route : closed()) {
            if (!route.template().contains("{partition}")
                    && ask(route, "ward-7", token("default")).status() != 403) {
                permitted.add(route.method() + " " + route.template());
            }
        }
        assertThat(permitted)
                .contains(
                        "GET /dicom-web/studies",
                        "POST /v1/studies",
                        "DELETE /v2/studies/{study}",
                        "POST /v2/export",
                        "POST /import",
                        "GET /wado")
                .noneMatch(route -> route.matches(
                                ".*/(audit|changefeed|webhooks|operations|partitions|cohorts|cast|extendedquerytags)(/(?!.*dicom-web).*)?")
                        && !route.contains("{operation}"));
    }

    @Test
    void readersReadAndChangeNothing() throws Exception {
        List<String> refused = new ArrayList<>();
        List<String> admitted = new ArrayList<>();
        for (Router.Entry route : closed()) {
            int status = ask(route, "ward-7", token("globalReader")).status();
            (status == 403 ? refused : admitted).add(route.method() + " " + route.template());
        }
        assertThat(admitted)
                .contains(
                        "GET /v2/studies",
                        "GET /v2/studies/{study}/series/{series}/instances/{instance}/frames/{frames}",
                        "GET /v2/changefeed",
                        "GET /v2/operations/{operation}",
                        "GET /v2/partitions",
                        "GET /v2/extendedquerytags",
                        "GET /v2/workitems")
                .allMatch(route -> route.startsWith("GET ")
                        || route.contains("/subscribers/")
                        || route.equals("POST /fhir/{type}/_search"));
        assertThat(refused)
                .contains(
                        "POST /v2/studies",
                        "DELETE /v2/studies/{study}",
                        "POST /v2/extendedquerytags",
                        "POST /v2/export",
                        "POST /v2/workitems");
    }

    @Test
    void whatTellsOfTheServerAloneIsOpen() throws Exception {
        Set<String> open = new TreeSet<>();
        for (Router.Entry route : routes.router.entries()) {
            if (ask(route, "ward-7", List.of()).status() != 401) {
                open.add(route.method() + " " + route.template());
            }
        }
        assertThat(open).containsExactlyInAnyOrderElementsOf(OPEN);
    }

    @Test
    void withoutTheKeysOfTheIssuerNothingIsDecided() throws Exception {
        issuer.fallSilent(true);
        Said said = ask(new Router.Entry("GET", "/v2/studies"), "", token("all"));
        assertThat(said.status()).isEqualTo(503);
    }

    private List<Router.Entry> closed() {
        List<Router.Entry> closed = routes.router.entries().stream()
                .filter(route -> !OPEN.contains(route.method() + " " + route.template()))
                .toList();
        assertThat(closed).hasSizeGreaterThan(200);
        return closed;
    }
}
