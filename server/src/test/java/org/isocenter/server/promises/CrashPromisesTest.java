package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.blob.StorageClass;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.PartitionRows.Settings;
import org.isocenter.server.telemetry.CrashPoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server in a process of its own is halted at every named point, and killed at random times, while clients
/// store, replace and delete. The next server on the same data is the restart.
final class CrashPromisesTest {
    private static final int CLIENTS = 4;

    /// By how many passes the halts at a point are spread.
    private static final Map<CrashPoint, int[]> PASSES = Map.of(
            // The migrations of the start pass through a transaction or two.
            CrashPoint.TRANSACTION_BEGUN, new int[] {3, 9},
            CrashPoint.BEFORE_COMMIT, new int[] {3, 9},
            CrashPoint.COMMIT_SENT, new int[] {3, 9},
            CrashPoint.AFTER_COMMIT, new int[] {3, 9},
            CrashPoint.SWEEP_LISTED, new int[] {0, 1},
            CrashPoint.SWEEP_ALL_REMOVED, new int[] {0, 1});

    @TempDir
    private Path folder;

    /// The storage classes beside `standard`.
    private final List<StorageClass> classes = new ArrayList<>();

    /// @param point at which the server halts by itself; null where it is killed at some moment
    private record Halt(@Nullable CrashPoint point, int passes) {}

    @Test
    @DisplayName("D1 D2 after a halt at any named point all that was acknowledged is there, exactly, and nothing half")
    void haltsAtEveryPointLoseNothing() throws Exception {
        List<Halt> halts = new ArrayList<>();
        Set<CrashPoint> points = EnumSet.allOf(CrashPoint.class);
        // These are passed where the rule of recoding is on; see RecodePromisesTest.
        points.removeAll(RecodePromisesTest.POINTS);
        // This one is passed by a cast; see CastCommandTest.
        points.remove(CrashPoint.CAST_UNSAVED);
        // This one by whoever writes instances anew; see UpdatePromisesTest.
        points.remove(CrashPoint.REWRITTEN_STORED);
        // These by an erasure; see ErasePromisesTest.
        points.removeAll(Set.of(CrashPoint.ERASED_ROWS, CrashPoint.ERASED_BYTES));
        // And this one by whoever works on an operation; see WorkerTest.
        points.remove(CrashPoint.OPERATION_STEPPED);
        for (CrashPoint point : points) {
            int[] passes = PASSES.getOrDefault(point, new int[] {1, 7});
            for (int i = 0; i < Size.of(1, 2); i++) {
                halts.add(new Halt(point, passes[i]));
            }
            for (int i = 2; i < Size.of(1, 10); i++) {
                halts.add(new Halt(point, passes[1] + 3 * i));
            }
        }
        runThrough(halts, "D1 halts", Size.seed("D1 halts"));
    }

    @Test
    @DisplayName("D1 D2 after kill -9 at random moments all that was acknowledged is there, exactly, and nothing half")
    void killsLoseNothing() throws Exception {
        List<Halt> kills = new ArrayList<>();
        for (int i = 0; i < Size.of(5, 1_000); i++) {
            kills.add(new Halt(null, 0));
        }
        runThrough(kills, "D1 kills", Size.seed("D1 kills"));
    }

    @Test
    @DisplayName("D1 D2 the same where the partition is of another storage class than standard")
    void killsLoseNothingOfAnotherStorageClass() throws Exception {
        classes.add(new StorageClass("cheap", Files.createDirectory(folder.resolve("cheap"))));
        List<Halt> kills = new ArrayList<>();
        for (int i = 0; i < Size.of(3, 100); i++) {
            kills.add(new Halt(null, 0));
        }
        runThrough(kills, "D1 kills of a class", Size.seed("D1 kills of a class"));
    }

    private void runThrough(List<Halt> halts, String promise, long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        Model model = new Model();
        try (Rig rig = new Rig(folder.resolve("data").resolve("blobs"))) {
            chooseClass(rig);
            ChildServer.Command last = command(rig);
            Set<Identity> touched = new HashSet<>();
            int ready = 0;
            for (int round = 0; round < halts.size(); round++) {
                Halt halt = halts.get(round);
                String which = promise + ", seed " + seed + ", round " + round + ", " + halt;
                CrashPoint point = halt.point;
                boolean killed = point == null;
                ChildServer.Command command = command(rig);
                if (point != null) {
                    command.machine(Kills.at(point, halt.passes));
                }
                try (ChildServer server = command.start()) {
                    // On a slow machine one or another sweeps before it can be asked.
                    if (server.wasReady()) {
                        ready++;
                        try (Client client = new Client(server.uri())) {
                            touched = new Load(model, round, random.split()).run(server, client, killed, random);
                        }
                    }
                    assertThat(server.isAlive()).as(which).isFalse();
                    if (!killed) {
                        assertThat(server.exitStatus()).as(which).isEqualTo(CrashPoint.HALTED);
                    }
                }
                Node witness = witness(rig);
                witness.check(model, which);
                if (round % 8 == 7) {
                    witness.checkSwept(which);
                }
                rig.release();
            }
            assertThat(ready).as(promise).isGreaterThan(halts.size() * 4 / 5);
            try (ChildServer server = last.start();
                    Client client = new Client(server.uri())) {
                checkOverHttp(client, model, touched);
            }
            Node witness = witness(rig);
            witness.check(model, promise + ", seed " + seed);
            witness.checkSwept(promise + ", seed " + seed);
        }
    }

    /// Has the instances of the clients kept in the last class.
    private void chooseClass(Rig rig) {
        if (!classes.isEmpty()) {
            Database database = rig.database();
            new Partitions(database)
                    .put(
                            Node.CALLER,
                            "Microsoft.Default",
                            new Settings(
                                    null,
                                    null,
                                    null,
                                    null,
                                    null,
                                    classes.getLast().name()));
        }
    }

    private Node witness(Rig rig) {
        Node witness = rig.closing(Node.open(rig.database(), rig.blobs(classes), Rig.LONG_KEPT));
        if (!classes.isEmpty()) {
            witness.blobs()
                    .forEach((key, lengthBytes, written, partial) -> assertThat(key.toString())
                            .startsWith(classes.getLast().name() + ":"));
        }
        return witness;
    }

    private ChildServer.Command command(Rig rig) {
        ChildServer.Command command = new ChildServer.Command(folder, rig.options)
                .flag("retention-deleted", "0s")
                .flag("retention-sweep-interval", "1s")
                .flag("store-pack-threshold-bytes", "8192")
                .flag("log-level", "error");
        return classes.isEmpty()
                ? command
                : command.flag(
                        "storage-classes",
                        classes.getLast().name() + "=" + classes.getLast().folder());
    }

    /// What the next server says to a client is what the database and the folder say to the test.
    private static void checkOverHttp(Client client, Model model, Set<Identity> touched) throws IOException {
        for (Identity identity : touched) {
            String expected = model.settled(identity);
            HttpResponse<byte[]> instance = client.instance(identity);
            HttpResponse<byte[]> found = client.get(
                    "/dicom-web/instances?SOPInstanceUID=" + identity.instanceUid(), "application/dicom+json");
            if (expected.equals(Model.ABSENT)) {
                assertThat(instance.statusCode()).as("%s", identity).isEqualTo(404);
                assertThat(found.statusCode()).as("%s", identity).isEqualTo(204);
            } else {
                assertThat(Content.sha256(instance.body())).as("%s", identity).isEqualTo(expected);
                List<DataSet> matches = Client.dataSets(found.body());
                assertThat(matches).as("%s", identity).hasSize(1);
                assertThat(matches.getFirst().findString(Tag.StudyInstanceUID)).isEqualTo(identity.studyUid());
            }
        }
    }

    /// Clients that store one and many, replace, delete and read, each with instances of its own, until the
    /// server is gone.
    private static final class Load {
        private static final Duration BOUND = Duration.ofSeconds(60);

        private final Model model;
        private final int round;
        private final SplittableRandom random;
        private final Set<Identity> touched = ConcurrentHashMap.newKeySet();

        Load(Model model, int round, SplittableRandom random) {
            this.model = model;
            this.round = round;
            this.random = random;
        }

        Set<Identity> run(ChildServer server, Client client, boolean kill, SplittableRandom moment) throws Exception {
            long until = System.nanoTime() + BOUND.toNanos();
            AtomicInteger loading = new AtomicInteger(CLIENTS);
            long pause = moment.nextLong(Duration.ofMillis(1500).toNanos());
            List<SplittableRandom> randoms = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                randoms.add(random.split());
            }
            Race.run(CLIENTS + 1, runner -> () -> {
                if (runner == CLIENTS) {
                    if (kill) {
                        LockSupport.parkNanos(pause);
                        server.kill();
                    }
                    return 0;
                }
                for (int i = 0; server.isAlive() && System.nanoTime() < until; i++) {
                    step(client, runner, i, randoms.get(runner));
                }
                return loading.decrementAndGet();
            });
            return touched;
        }

        private void step(Client client, int runner, int step, SplittableRandom draw) {
            int study = round * CLIENTS + runner;
            List<Content> contents = new ArrayList<>();
            int count = step % 3 == 0 ? 1 + draw.nextInt(40) : 1;
            int first = draw.nextInt(30);
            for (int i = 0; i < count; i++) {
                int pixelBytes = draw.nextInt(6) == 0 ? 300_000 : 200 + draw.nextInt(5_000);
                contents.add(
                        Content.of(Content.identity(study, (first + i) % 3, first + i), draw.nextInt(50), pixelBytes));
            }
            contents.forEach(content -> touched.add(content.identity()));
            int choice = draw.nextInt(8);
            try {
                if (choice == 0) {
                    delete(client, contents.getFirst().identity());
                } else if (choice == 1) {
                    client.get(
                            "/dicom-web/studies/"
                                    + contents.getFirst().identity().studyUid(),
                            "multipart/related; type=\"application/dicom\"; transfer-syntax=*");
                } else {
                    store(client, choice < 5 ? "PUT" : "POST", contents);
                }
            } catch (IOException gone) {
                // No answer: what the model holds possible stays so.
            }
        }

        private void store(Client client, String method, List<Content> contents) throws IOException {
            contents.forEach(model::perhapsStored);
            Client.Told told = client.store(method, contents);
            for (Content content : contents) {
                if (told.stored().contains(content.identity().instanceUid())) {
                    model.stored(content);
                } else if (told.refused().contains(content.identity().instanceUid())) {
                    model.refused(content);
                }
            }
        }

        private void delete(Client client, Identity identity) throws IOException {
            model.perhapsDeleted(identity);
            int status = client.delete(identity);
            if (status == 204 || status == 404) {
                model.deleted(identity);
            }
        }
    }
}
