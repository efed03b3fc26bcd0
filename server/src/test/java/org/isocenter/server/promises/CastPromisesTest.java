package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Follow;
import org.isocenter.server.cast.FhirEndpoint;
import org.isocenter.server.cast.FhirEndpoint.Fault;
import org.isocenter.server.db.Database;
import org.isocenter.server.feed.Followers.Standing;
import org.isocenter.server.index.Entry.Identity;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// A server that casts is killed at random moments while clients store and delete; the next one goes on.
final class CastPromisesTest {
    private static final int STUDIES = 12;
    private static final int INSTANCES = 4;

    @TempDir
    private Path folder;

    @Test
    @DisplayName("F3 after kill -9 at random moments the FHIR server has what the archive has, and nothing twice")
    void killsMissNothing() throws Exception {
        int kills = Size.of(6, 200);
        long seed = Size.seed("F3 kills");
        SplittableRandom random = new SplittableRandom(seed);
        Map<Identity, Boolean> there = new HashMap<>();
        try (Rig rig = new Rig(folder.resolve("data").resolve("blobs"));
                FhirEndpoint fhir = new FhirEndpoint("4.0.1", random.nextBoolean())) {
            for (int round = 0; round < kills; round++) {
                if (random.nextInt(3) == 0) {
                    fhir.fail(Fault.lostAnswer());
                }
                try (ChildServer server = command(rig, fhir).start();
                        Client client = new Client(server.uri())) {
                    for (int i = 0; i < 8; i++) {
                        change(client, random, there);
                    }
                    LockSupport.parkNanos(Duration.ofMillis(random.nextInt(400)).toNanos());
                    server.kill();
                }
                takeOver(rig);
            }
            fhir.recover();
            try (ChildServer server = command(rig, fhir).start()) {
                Follow follow = new Follow(rig.database(), "fhir");
                Polls.until("everything is cast", Duration.ofMinutes(2), () -> {
                    Standing standing = follow.findStanding(Caller.anyone());
                    return standing != null && standing.position() == standing.latest();
                });
                assertThat(follow.failures(Caller.anyone(), 0, 10)).isEmpty();
                assertThat(server.isAlive()).isTrue();
            }
            Map<String, Integer> expected = new HashMap<>();
            there.forEach((identity, stored) -> {
                if (stored) {
                    expected.merge("urn:oid:" + identity.studyUid(), 1, Integer::sum);
                }
            });
            Map<String, Integer> cast = new HashMap<>();
            for (ObjectNode study : fhir.all("ImagingStudy")) {
                assertThat(cast.put(
                                study.at("/identifier/0/value").asString(),
                                study.get("numberOfInstances").asInt()))
                        .as("seed %d: nothing twice", seed)
                        .isNull();
            }
            assertThat(cast).as("seed %d", seed).isEqualTo(expected);
            assertThat(fhir.all("Endpoint")).hasSize(1);
        }
    }

    private static void change(Client client, SplittableRandom random, Map<Identity, Boolean> there) throws Exception {
        int study = random.nextInt(STUDIES);
        Identity identity = Content.identity(study, study, study * 100L + random.nextInt(INSTANCES));
        if (there.getOrDefault(identity, false) && random.nextInt(3) == 0) {
            assertThat(client.delete(identity)).isEqualTo(204);
            there.put(identity, false);
        } else {
            client.store("PUT", List.of(Content.of(identity, random.nextLong(), 100)));
            there.put(identity, true);
        }
    }

    /// What time does by itself: nobody holds the cast any more.
    private static void takeOver(Rig rig) {
        try (Database database = Database.open(rig.options)) {
            database.transaction(
                    session -> session.sql("update follower set until = now()").update());
        }
    }

    private ChildServer.Command command(Rig rig, FhirEndpoint fhir) {
        return new ChildServer.Command(folder, rig.options)
                .flag("http-public-url", "http://127.0.0.1:8080")
                .flag("cast-fhir-url", fhir.base().toString())
                .flag("cast-patient-system", "urn:oid:1.2.3")
                .flag("cast-quiet", "100ms")
                .flag("log-level", "error");
    }
}
