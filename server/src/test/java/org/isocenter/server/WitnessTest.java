package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.isocenter.server.access.AccessTokens;
import org.isocenter.server.access.Issuer;
import org.isocenter.server.access.Roles;
import org.isocenter.server.api.Gate;
import org.isocenter.server.api.Witness;
import org.isocenter.server.audit.AuditRecord;
import org.isocenter.server.audit.AuditRecord.Phase;
import org.isocenter.server.audit.AuditRows.Filter;
import org.isocenter.server.audit.Link;
import org.isocenter.server.http.HttpDoor;
import org.isocenter.server.http.HttpOptions;
import org.isocenter.server.http.Router;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every route leaves its record, and none answers without one.
class WitnessTest {
    /// What is open to everybody, and not recorded.
    private static final String OPEN =
            "/|/openapi\\.json|/[^/]+/api\\.(json|yaml)|/health/(live|ready|check)|/fhir/metadata";

    @TempDir
    private Path folder;

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
                issuer.uri(),
                List.of(Issuer.AUDIENCE),
                null,
                "roles",
                Objects.requireNonNull(Roles.find(List.of("all=*", "reader=read"))),
                null);
        routes.router.guardedBy(
                new Witness(routes.trail, new Gate(tokens, routes.operations), routes.router.entries()));
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

    private static String path(Router.Entry route) {
        return route.template()
                .replace("{partition}", "ward-7")
                .replace("{operation}", "0".repeat(32))
                .replace("{type}", "ImagingStudy")
                .replace("{study}", "1.2.7")
                .replaceAll("\\{\\w+}", "1.2.3");
    }

    private int ask(String method, String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(door.uri() + path))
                .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
        response.body().close();
        return response.statusCode();
    }

    private List<AuditRecord> records(long after) {
        return routes.trail.read(Filter.after(after), 1_000).stream()
                .map(Link::record)
                .toList();
    }

    @Test
    void everyClosedRouteIsRecordedOnceAndAChangeBeforeItBeginsToo() throws Exception {
        String token = "Bearer " + issuer.token("all");
        int closed = 0;
        Set<String> acts = new TreeSet<>();
        for (Router.Entry route : routes.router.entries()) {
            long before = routes.trail.end().number();
            int status = ask(route.method(), path(route), "Authorization", token);
            List<AuditRecord> records = records(before);
            if (records.isEmpty()) {
                assertThat(route.template()).matches(OPEN);
                continue;
            }
            closed++;
            boolean reads = route.method().equals("GET");
            assertThat(records).as("%s", route).hasSize(reads ? 1 : 2);
            AuditRecord answered = records.getLast();
            assertThat(answered.phase()).isEqualTo(Phase.ANSWERED);
            assertThat(answered.status()).as("%s", route).isEqualTo(status);
            assertThat(answered.subject()).isEqualTo("ada");
            assertThat(answered.uri()).isEqualTo(path(route));
            assertThat(answered.method()).isEqualTo(route.method());
            assertThat(answered.studies())
                    .isEqualTo(route.template().contains("{study}") ? List.of("1.2.7") : List.of());
            if (route.template().contains("{partition}")) {
                assertThat(answered.partition()).isEqualTo("ward-7");
            }
            if (!reads) {
                assertThat(records.getFirst().phase()).isEqualTo(Phase.BEGAN);
                assertThat(records.getFirst().status()).isNull();
                assertThat(records.getFirst().exchange()).isEqualTo(answered.exchange());
            }
            acts.add(answered.act());
        }
        assertThat(closed).isGreaterThan(200);
        // What the compatible API tells apart.
        assertThat(acts)
                .contains(
                        "partition",
                        "change-feed",
                        "delete",
                        "query",
                        "retrieve",
                        "retrieve-metadata",
                        "retrieve-rendered",
                        "store",
                        "export",
                        "operation",
                        "add-workitem",
                        "cancel-workitem",
                        "query-workitem",
                        "retrieve-workitem",
                        "change-state-workitem",
                        "update-workitem",
                        "add-extended-query-tag",
                        "remove-extended-query-tag",
                        "get-all-extended-query-tags",
                        "get-extended-query-tag",
                        "update-extended-query-tag",
                        "get-extended-query-tag-errors",
                        "update-study");
    }

    @Test
    void noClosedRouteAnswersWhileTheTrailCannotBeWritten() throws Exception {
        String token = "Bearer " + issuer.token("all");
        assertThat(ask("PUT", "/v2/partitions/before", "Authorization", token, "Content-Type", "application/json"))
                .isEqualTo(201);
        routes.trail.close();
        int refused = 0;
        for (Router.Entry route : routes.router.entries()) {
            int status = ask(route.method(), path(route), "Authorization", token);
            if (!route.template().matches(OPEN)) {
                assertThat(status).as("%s", route).isEqualTo(503);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(200);
        // Nothing was changed by what was refused.
        assertThat(routes.partitions()).containsExactlyInAnyOrder("Microsoft.Default", "before");
    }

    @Test
    void whatIsRefusedIsRecordedAsFarAsItIsKnown() throws Exception {
        assertThat(ask("DELETE", "/v2/studies/1.2.7", "Authorization", "Bearer " + issuer.token("reader")))
                .isEqualTo(403);
        assertThat(records(0)).singleElement().satisfies(record -> {
            assertThat(record.subject()).isEqualTo("ada");
            assertThat(record.act()).isEqualTo("delete");
            assertThat(record.status()).isEqualTo(403);
        });
    }

    @Test
    void strangersAreRecordedAndCannotFillTheTrail() throws Exception {
        int asked = 60;
        long begun = System.nanoTime();
        for (int i = 0; i < asked; i++) {
            assertThat(ask("GET", "/v2/studies")).isEqualTo(401);
        }
        long seconds = 2 + Duration.ofNanos(System.nanoTime() - begun).toSeconds();
        // Behind all that was added before.
        ask("GET", "/v2/studies", "Authorization", "Bearer " + issuer.token("reader"));
        List<AuditRecord> strangers = records(0).stream()
                .filter(record -> Integer.valueOf(401).equals(record.status()))
                .toList();
        assertThat(strangers)
                .hasSizeBetween(10, (int) Math.min(asked, 10 * seconds))
                .allMatch(one -> one.subject() == null);
    }

    @Test
    void ofWhatSomebodySearchedByThereIsAHash() throws Exception {
        String token = "Bearer " + issuer.token("all");
        ask("GET", "/v2/studies?PatientName=Doe%5EJohn&StudyInstanceUID=1.2.8,1.2.9&limit=5", "Authorization", token);
        AuditRecord record = records(0).getFirst();
        assertThat(record.uri())
                .isEqualTo("/v2/studies?PatientName=~" + routes.trail.hash("doe^john")
                        + "&StudyInstanceUID=1.2.8,1.2.9&limit=5");
        assertThat(record.studies()).containsExactly("1.2.8", "1.2.9");
    }

    @Test
    void headersForTheTrailAreBounded() throws Exception {
        String token = "Bearer " + issuer.token("all");
        String[] eleven = new String[24];
        eleven[0] = "Authorization";
        eleven[1] = token;
        for (int i = 0; i < 11; i++) {
            eleven[2 + 2 * i] = "X-MS-AZUREDICOM-AUDIT-" + i;
            eleven[3 + 2 * i] = "x";
        }
        assertThat(ask("GET", "/v2/studies", eleven)).isEqualTo(400);
        assertThat(ask("GET", "/v2/studies", "Authorization", token, "x-ms-azuredicom-audit-why", "x".repeat(2_049)))
                .isEqualTo(400);
        assertThat(ask("GET", "/v2/studies", "Authorization", token, "X-MS-AzureDICOM-Audit-Why", "x".repeat(2_048)))
                .isIn(200, 204);
        assertThat(records(0).getLast().details()).contains("\"headers\":{\"why\":\"xxx");
    }
}
