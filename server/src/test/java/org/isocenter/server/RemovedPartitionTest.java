package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.OpenArchive;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.Removal;
import org.isocenter.server.db.NoPartitionException;
import org.isocenter.server.http.HttpDoor;
import org.isocenter.server.http.HttpOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data partition that a server has read from, and that another one removes: nothing tells the first, and its next
/// answer is right all the same.
class RemovedPartitionTest {
    private static final Caller ANYONE = Caller.anyone();
    private static final String NAME = "ward-7";
    private static final List<String> READINGS =
            List.of("/studies", "/studies/1.2.3/series", "/studies/1.2.3/metadata", "/studies/1.2.3");

    @TempDir
    private Path folder;

    private AllRoutes routes;
    private HttpDoor door;
    /// What the other server does it by.
    private Partitions partitions;
    private Removal removal;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void open() throws Exception {
        routes = new AllRoutes(folder);
        door = HttpDoor.open(
                new HttpOptions("127.0.0.1", 0, null, List.of(), 1 << 20, Duration.ofSeconds(30), 64), routes.router);
        partitions = new Partitions(routes.database);
        removal = new Removal(routes.database, routes.operations);
    }

    @AfterEach
    void close() {
        client.close();
        door.close();
        routes.close();
    }

    private HttpResponse<String> get(String partition, String path) throws IOException, InterruptedException {
        URI uri = URI.create(door.uri() + "/v2/partitions/" + partition + path);
        return client.send(
                HttpRequest.newBuilder(uri)
                        .header(
                                "Accept",
                                "application/dicom+json, multipart/related; type=\"application/dicom\"; transfer-syntax=*")
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void whatWasReadFromIsMissedWhenItIsGone() throws Exception {
        for (String reading : READINGS) {
            Caller gone = partitions.open(ANYONE, NAME);
            assertThat(get(NAME, reading).body()).as(reading).doesNotContain("no-such-partition");
            assertThat(removal.remove(ANYONE, NAME)).isInstanceOf(Removal.Outcome.Removed.class);
            HttpResponse<String> answer = get(NAME, reading);
            assertThat(answer.statusCode()).as(reading).isEqualTo(404);
            assertThat(answer.body()).as(reading).contains("no-such-partition");
            assertThatThrownBy(() -> routes.database.query(
                            gone.partition(), session -> session.sql("select 1").get(row -> row.getInt(1))))
                    .isInstanceOf(NoPartitionException.class);
        }
    }

    @Test
    void theNextOfItsNameIsReadFrom() throws Exception {
        for (String reading : READINGS) {
            String name = NAME + READINGS.indexOf(reading);
            Caller before = partitions.open(ANYONE, name);
            get(name, reading);
            assertThat(removal.remove(ANYONE, name)).isInstanceOf(Removal.Outcome.Removed.class);
            Caller after = partitions.open(ANYONE, name);
            assertThat(after).isNotEqualTo(before);
            OpenArchive.store(routes.ingest, after, OpenArchive.instance("1.2.3.1.1"));
            HttpResponse<String> answer = get(name, reading);
            assertThat(answer.statusCode()).as(reading).isEqualTo(200);
            assertThat(answer.body()).as(reading).contains("1.2.3");
            answer.headers()
                    .map()
                    .forEach((header, values) -> assertThat(values).as(header).hasSize(1));
        }
    }
}
