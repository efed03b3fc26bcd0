package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.isocenter.server.archive.AuditTrail;
import org.isocenter.server.audit.AuditRecord.Phase;
import org.isocenter.server.audit.AuditRows;
import org.isocenter.server.audit.AuditRows.Filter;
import org.isocenter.server.audit.Link;
import org.isocenter.server.db.Database;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.Entry.Identity;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Servers die while they answer, and the trail has what was answered and what was changed.
final class AuditPromisesTest {
    private static final int KILLS = Size.of(6, 50);
    private static final int CLIENTS = 4;
    private static final int ANSWERS_MAX = 120;
    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    /// An answer whose head a client has seen.
    ///
    /// @param uri by which no other request was made
    private record Seen(String method, String uri, int status) {}

    @Test
    @DisplayName("S16: nothing is answered and nothing is changed of which the audit trail does not know")
    void theTrailKnowsWhatWasAnsweredAndChanged() throws Exception {
        SplittableRandom random = new SplittableRandom(Size.seed("S16"));
        List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
        try (Rig rig = new Rig(folder.resolve("data").resolve("blobs"))) {
            for (int kill = 0; kill < KILLS; kill++) {
                int round = kill;
                int answers = seen.size() + 1 + random.nextInt(ANSWERS_MAX);
                long pause = random.nextLong(Duration.ofMillis(20).toNanos());
                try (ChildServer server = new ChildServer.Command(folder, rig.options)
                                .flag("audit-recording", "always")
                                .flag("log-level", "error")
                                .start();
                        Client client = new Client(server.uri())) {
                    Race.run(CLIENTS + 1, runner -> () -> {
                        if (runner == CLIENTS) {
                            Polls.until("so many answers are seen", BOUND, () -> seen.size() >= answers);
                            LockSupport.parkNanos(pause);
                            server.kill();
                            return 0;
                        }
                        for (int step = 0; server.isAlive(); step++) {
                            work(client, round * CLIENTS + runner, step, seen);
                        }
                        return 0;
                    });
                }
                check(rig.database(), seen, "S16, kill " + kill);
            }
            System.out.println("S16: " + KILLS + " kills, " + seen.size() + " answers were seen");
            assertThat(seen).hasSizeGreaterThanOrEqualTo(KILLS);
        }
    }

    /// Stores a study, reads it and deletes it; each request has a URI of its own.
    private static void work(Client client, int worker, int step, List<Seen> seen) {
        Identity identity = Content.identity(1 + worker, 1 + step, step);
        String study = "2.25." + (worker + 1) + "." + (step + 1);
        Identity own = new Identity(1, study, study + ".1", identity.instanceUid() + "." + worker + "." + step);
        Content content = Content.of(own, Content.dataSet(own, 0), 0, 500);
        String path = "/dicom-web/studies/" + study;
        try {
            seen(
                    seen,
                    "POST",
                    path,
                    client.send(client.request(path)
                            .header("Content-Type", "application/dicom")
                            .header("Accept", "application/dicom+json")
                            .POST(BodyPublishers.ofByteArray(content.bytes()))));
            seen(seen, "GET", path + "/metadata", client.get(path + "/metadata", "application/dicom+json"));
            seen(seen, "GET", path, client.get(path, "multipart/related; type=\"application/dicom\""));
            if (step % 2 == 0) {
                seen(seen, "DELETE", path, client.send(client.request(path).DELETE()));
            }
        } catch (IOException gone) {
            // The server was killed: what it had not answered nobody has seen.
        }
    }

    private static void seen(List<Seen> seen, String method, String uri, HttpResponse<byte[]> response) {
        seen.add(new Seen(method, uri, response.statusCode()));
    }

    private static void check(Database database, List<Seen> seen, String which) {
        List<String> faults = new ArrayList<>();
        AuditTrail.verify(database, null, faults::add);
        assertThat(faults).as(which).isEmpty();

        Set<Seen> answered = new HashSet<>();
        Set<String> began = new HashSet<>();
        long last = 0;
        while (true) {
            long after = last;
            List<Link> page = database.query(session -> new AuditRows(session).read(Filter.after(after), 1_000));
            if (page.isEmpty()) {
                break;
            }
            for (Link link : page) {
                Integer status = link.record().status();
                if (link.record().phase() == Phase.ANSWERED && status != null) {
                    answered.add(new Seen(link.record().method(), link.record().uri(), status));
                } else {
                    began.add(link.record().method() + " " + link.record().uri());
                }
            }
            last = page.getLast().number();
        }
        assertThat(answered).as(which).containsAll(Set.copyOf(seen));
        for (Feed.Entry entry : database.query(
                session -> new Feed(session).read(new Feed.Window(0, null, null, 0, Integer.MAX_VALUE)))) {
            String method = entry.change().action() == Feed.Action.DELETE ? "DELETE" : "POST";
            assertThat(began)
                    .as(which)
                    .contains(method + " /dicom-web/studies/" + entry.change().studyUid());
        }
    }
}
