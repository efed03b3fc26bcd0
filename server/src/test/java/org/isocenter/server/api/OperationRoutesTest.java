package org.isocenter.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Operations;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.TestPostgres;
import org.isocenter.server.http.HttpDoor;
import org.isocenter.server.http.HttpOptions;
import org.isocenter.server.http.Router;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.Draft;
import org.isocenter.server.job.Step;
import org.isocenter.server.job.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Operations over HTTP, in the form of the compatible API and beyond it.
final class OperationRoutesTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Database database = TestPostgres.freshDatabase();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Semaphore news = new Semaphore(0);
    private final Operations operations = new Operations(database, news);
    private HttpDoor door;

    @BeforeEach
    void open() throws IOException {
        Router router = new Router();
        for (String root : List.of("", "/v2")) {
            OperationRoutes routes = new OperationRoutes(operations, root);
            router.on("GET", root + "/operations", routes::list);
            router.on("GET", root + "/operations/{operation}", routes::read);
            router.on("GET", root + "/operations/{operation}/errors", routes::errors);
            router.on("POST", root + "/operations/{operation}/$cancel", routes::cancel);
            router.on(
                    "POST",
                    root + "/begin",
                    exchange -> routes.sendBegun(exchange, operations.create(Caller.anyone(), draft())));
        }
        door = HttpDoor.open(
                new HttpOptions("127.0.0.1", 0, null, List.of(), 1 << 20, Duration.ofSeconds(60), 64), router);
    }

    @AfterEach
    void close() {
        client.close();
        door.close();
        database.close();
    }

    private static Draft draft() {
        return new Draft("reindex", "{}", List.of("/extendedquerytags/00101002"), List.of());
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        URI uri = door.uri().resolve(path);
        return client.send(
                HttpRequest.newBuilder(uri)
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return MAPPER.readTree(response.body());
    }

    /// Works on what was begun: a step of four, of which two things could not be done, and then the end.
    private void work(Runnable afterTheFirstStep) {
        assertThat(new Worker(database, Map.of("reindex", operation -> {
                            if (operation.checkpoint() == null) {
                                List<String> errors = List.of("{\"line\":1}", "{\"line\":\"\\n2\"}");
                                return new Step.More("1", 1, 4, errors, Step.Effect.NONE);
                            }
                            afterTheFirstStep.run();
                            return new Step.Succeeded("{\"seen\":4}", Step.Effect.NONE);
                        }))
                        .work())
                .isTrue();
    }

    @Test
    void anOperationIsFollowedFromItsBeginningToItsEnd() throws Exception {
        HttpResponse<String> begun = send("POST", "/v2/begin");
        JsonNode reference = json(begun, 202);
        String id = reference.path("id").asString();
        String href = door.uri() + "/v2/operations/" + id;
        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(reference.path("href").asString()).isEqualTo(href);
        assertThat(begun.headers().firstValue("Location")).contains(href);
        assertThat(news.availablePermits()).isEqualTo(1);

        HttpResponse<String> waiting = send("GET", href);
        JsonNode operation = json(waiting, 202);
        assertThat(waiting.headers().firstValue("Location")).contains(href);
        assertThat(operation.path("operationId").asString()).isEqualTo(id);
        assertThat(operation.path("type").asString()).isEqualTo("reindex");
        assertThat(operation.path("status").asString()).isEqualTo("notStarted");
        assertThat(operation.path("percentComplete").asInt()).isZero();
        assertThat(operation.path("resources").get(0).asString())
                .isEqualTo(door.uri() + "/v2/extendedquerytags/00101002");
        assertThat(operation.has("results")).isFalse();
        assertThat(operation.has("startedTime")).isFalse();

        work(() -> {
            try {
                JsonNode running = json(send("GET", href), 202);
                assertThat(running.path("status").asString()).isEqualTo("running");
                assertThat(running.path("percentComplete").asInt()).isEqualTo(25);
                assertThat(running.path("done").asInt()).isEqualTo(1);
                assertThat(running.path("total").asInt()).isEqualTo(4);
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        });

        HttpResponse<String> ended = send("GET", href);
        JsonNode done = json(ended, 200);
        assertThat(ended.headers().firstValue("Location")).isEmpty();
        assertThat(done.path("status").asString()).isEqualTo("succeeded");
        assertThat(done.path("percentComplete").asInt()).isEqualTo(100);
        assertThat(done.path("results").path("seen").asInt()).isEqualTo(4);
        assertThat(done.path("endedTime").asString()).isNotEmpty();
        assertThat(done.path("errors").path("count").asInt()).isEqualTo(2);
        HttpResponse<String> errors =
                send("GET", done.path("errors").path("href").asString());
        assertThat(errors.headers().firstValue("Content-Type")).contains("application/x-ndjson");
        assertThat(errors.body()).isEqualTo("{\"line\":1}\n{\"line\":\"\\n2\"}\n");
    }

    @Test
    void cancelingTwiceIsCancelingOnce() throws Exception {
        String id = json(send("POST", "/begin"), 202).path("id").asString();

        for (int i = 0; i < 2; i++) {
            JsonNode canceled = json(send("POST", "/operations/" + id + "/$cancel"), 200);
            assertThat(canceled.path("status").asString()).isEqualTo("canceled");
        }

        assertThat(json(send("GET", "/operations/" + id), 200).path("status").asString())
                .isEqualTo("canceled");
    }

    @Test
    void whatIsWorkedOnIsCanceledAfterItsStep() throws Exception {
        String id = json(send("POST", "/begin"), 202).path("id").asString();
        work(() -> {
            try {
                JsonNode canceling = json(send("POST", "/operations/" + id + "/$cancel"), 202);
                assertThat(canceling.path("status").asString()).isEqualTo("running");
                assertThat(canceling.path("canceling").asBoolean()).isTrue();
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        });

        // The step that was under way was the last.
        JsonNode done = json(send("GET", "/operations/" + id), 200);
        assertThat(done.path("status").asString()).isEqualTo("succeeded");
    }

    @Test
    void theIdMayHaveTheDashesOfAUuid() throws Exception {
        Operation operation = operations.create(Caller.anyone(), draft());

        assertThat(send("GET", "/operations/" + operation.id()).statusCode()).isEqualTo(202);
        assertThat(send("GET", "/operations/" + UUID.randomUUID()).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 3",
        "?type=reindex, 3",
        "?type=export, 0",
        "'?type=export,reindex', 3",
        "?status=canceled, 1",
        "'?status=notStarted,running', 2",
        "?status=succeeded, 0",
        "?type=reindex&status=canceled, 1",
        "?limit=2, 2",
        "?offset=2, 1",
        "?offset=3, 0"
    })
    void operationsAreListed(String query, int expected) throws Exception {
        for (int i = 0; i < 2; i++) {
            operations.create(Caller.anyone(), draft());
        }
        operations.cancel(
                Caller.anyone(), operations.create(Caller.anyone(), draft()).id());

        assertThat(json(send("GET", "/operations" + query), 200)).hasSize(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/operations/1",
                "/operations/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                "/operations/000000000000000000000000000000000",
                "/operations/1/errors",
                "/operations?limit=0",
                "/operations?limit=201",
                "/operations?offset=-1",
                "/operations?status=done",
                "/operations?status=",
                "/operations?type=%00",
                "/operations?type=reindex,",
                "/operations?sort=type"
            })
    void whatCannotBeMeantIsRefused(String path) throws Exception {
        assertThat(send("GET", path).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"GET, ''", "GET, /errors", "POST, /$cancel"})
    void whatIsNotThereIsNotFound(String method, String rest) throws Exception {
        String id = "0123456789abcdef0123456789ABCDEF";

        assertThat(send(method, "/operations/" + id + rest).statusCode()).isEqualTo(404);
    }
}
