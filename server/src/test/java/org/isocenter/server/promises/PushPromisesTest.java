package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.Entry.Identity;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Servers are killed while instances are stored and a webhook is told of them, and others go on.
final class PushPromisesTest {
    private static final Pattern EVENT =
            Pattern.compile("\"id\":\"(\\d+)\".*?\"type\":\"([a-z.]+)\".*?\"studyInstanceUid\":\"([0-9.]+)\"");
    private static final int STUDIES = 5;
    private static final int INSTANCES = 40;

    @TempDir
    private Path folder;

    /// What was told and taken, in its order.
    private final List<Told> told = new ArrayList<>();

    private record Told(long id, String type, String study) {}

    private synchronized void take(HttpExchange exchange, Random random) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (random.nextInt(10) == 0) {
            exchange.sendResponseHeaders(500, -1);
        } else {
            Matcher event = EVENT.matcher(body);
            while (event.find()) {
                told.add(new Told(Long.parseLong(event.group(1)), event.group(2), event.group(3)));
            }
            exchange.sendResponseHeaders(200, -1);
        }
        exchange.close();
    }

    private synchronized Set<Long> ids() {
        Set<Long> ids = new LinkedHashSet<>();
        told.forEach(one -> ids.add(one.id));
        return ids;
    }

    @Test
    @DisplayName("F1 a webhook is told everything, in the order of each study, by servers that are killed")
    void nothingIsSkippedByServersThatAreKilled() throws Exception {
        Random random = new Random(Size.seed("F1"));
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                Rig rig = new Rig(folder.resolve("blobs"))) {
            receiver.setExecutor(threads);
            receiver.createContext("/", exchange -> take(exchange, random));
            receiver.start();
            String host = "127.0.0.1:" + receiver.getAddress().getPort();
            Database database = rig.database();
            int kills = Size.of(3, 100);
            for (int kill = 0; kill <= kills; kill++) {
                try (ChildServer server = command(rig, host).start();
                        Client client = new Client(server.uri())) {
                    if (kill == 0) {
                        String url = "{\"url\":\"http://" + host + "/\",\"batchSize\":7,\"from\":0}";
                        client.send(client.request("/webhooks/all")
                                .header("Content-Type", "application/json")
                                .PUT(BodyPublishers.ofString(url)));
                    }
                    store(client, kill);
                    if (kill < kills) {
                        // The dead keep their right for a while, which the living need not wait for.
                        LockSupport.parkNanos(
                                Duration.ofMillis(random.nextInt(1_500)).toNanos());
                        server.kill();
                        free(database);
                    } else {
                        awaitAll(database, (kills + 1) * STUDIES);
                    }
                }
            }
            checkOrder(database);
        } finally {
            receiver.stop(0);
        }
    }

    private ChildServer.Command command(Rig rig, String host) {
        return new ChildServer.Command(folder, rig.options)
                .flag("log-level", "error")
                .flag("push-allowed-hosts", host)
                .flag("push-stable-after", "1s");
    }

    private static void free(Database database) {
        database.transaction(session -> session.sql("update webhook set until = now() - interval '1 second'")
                .update());
    }

    private static void store(Client client, int round) throws IOException {
        List<Content> contents = new ArrayList<>();
        for (int i = 0; i < INSTANCES; i++) {
            Identity identity = Content.identity(1 + round * STUDIES + i % STUDIES, 1, i);
            contents.add(Content.of(identity, Content.dataSet(identity, 0), 0, 2));
        }
        assertThat(client.store("POST", contents).stored()).hasSize(INSTANCES);
    }

    private static List<Long> positions(Database database) {
        return database.query(session -> session.sql(
                        "select position from feed union all select position from study_stable order by 1")
                .list(row -> row.getLong(1)));
    }

    private void awaitAll(Database database, int studies) throws Exception {
        Polls.until("everything is told", Duration.ofSeconds(90), () -> {
            long stable = database.query(
                    session -> session.sql("select count(*) from study_stable").get(row -> row.getLong(1)));
            return stable == studies && ids().containsAll(positions(database));
        });
    }

    private synchronized void checkOrder(Database database) {
        assertThat(ids()).containsExactlyInAnyOrderElementsOf(positions(database));
        Map<String, List<Long>> first = new HashMap<>();
        Map<String, Set<Long>> stable = new HashMap<>();
        Set<Long> seen = new LinkedHashSet<>();
        for (Told one : told) {
            if (seen.add(one.id)) {
                first.computeIfAbsent(one.study, study -> new ArrayList<>()).add(one.id);
            }
            if (one.type.endsWith("stable")) {
                stable.computeIfAbsent(one.study, study -> new LinkedHashSet<>())
                        .add(one.id);
            }
        }
        assertThat(first.values()).allSatisfy(ids -> assertThat(ids).isSorted());
        // A study that nothing happened to any more came to rest once.
        assertThat(stable.values()).allSatisfy(ids -> assertThat(ids).hasSize(1));
    }
}
