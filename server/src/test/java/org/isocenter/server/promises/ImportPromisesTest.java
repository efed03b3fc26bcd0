package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.isocenter.server.archive.Verify;
import org.isocenter.server.blob.FileBlobs;
import org.isocenter.server.blob.Folder;
import org.isocenter.server.blob.Folders;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.Located;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.OperationRows;
import org.isocenter.server.telemetry.CrashPoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Servers in processes of their own die while they import a folder, and others go on with it.
final class ImportPromisesTest {
    private static final String NAME = "source";

    /// So many that they are not imported before a kill meets the server.
    private static final int FILES = 500;

    @TempDir
    private Path folder;

    private Path source;
    private Folders folders;
    private final Map<Identity, String> expected = new HashMap<>();

    @BeforeEach
    void makeFolder() throws IOException {
        source = Files.createDirectories(folder.resolve("source"));
        folders = new Folders(List.of(new Folder(NAME, source)));
    }

    /// Writes files of instances that no other call has made.
    private void write(String path, int count) throws IOException {
        int study = path.hashCode() & 0xFFFF;
        for (int i = 0; i < count; i++) {
            // Some are stored in packs, others in files of their own.
            Content content = Content.of(Content.identity(study, i % 3, expected.size()), 0, i % 10 == 0 ? 9_000 : 2);
            Path file = source.resolve(path).resolve("s" + i % 7).resolve(i + ".dcm");
            Files.createDirectories(file.getParent());
            Files.write(file, content.bytes());
            expected.put(content.identity(), content.sha256());
        }
    }

    /// Begins an import as a client does.
    private static Operation begin(Client client, Node node, String path, boolean inPlace) throws IOException {
        String body = """
                {"source": {"type": "folder", "settings": {"folder": "source", "path": "%s"}}, "mode": "%s"}""".formatted(path, inPlace ? "inPlace" : "copy");
        HttpResponse<byte[]> answer = client.send(client.request("/v2/import")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).isEqualTo(202);
        return newest(node);
    }

    private static Operation newest(Node node) {
        return node.database()
                .query(session -> new OperationRows(session).list(1, Set.of(), Set.of(), 0, 1))
                .getFirst();
    }

    private Node node(Rig rig) {
        FileBlobs blobs = rig.closing(FileBlobs.open(rig.folder, Rig.BLOBS.withFolders(folders)));
        return rig.closing(Node.open(rig.database(), blobs, Rig.LONG_KEPT));
    }

    private ChildServer.Command command(Rig rig) {
        return new ChildServer.Command(folder, rig.options)
                .flag("store-pack-threshold-bytes", "8192")
                .flag("import-folders", NAME + "=" + source)
                .flag("log-level", "error");
    }

    private ChildServer dying(Rig rig, String point) throws IOException {
        return command(rig).machine("-Disocenter.crash=" + point).start();
    }

    /// A server that has just started looks for the operations of others after some seconds; one that is
    /// begun makes it look at once.
    private static void hurry(Client client, Node node) {
        try {
            begin(client, node, "none", false);
        } catch (IOException dead) {
            System.out.println("the server was faster: " + dead);
        }
    }

    private static void awaitEnd(Node node, Operation operation) throws Exception {
        Polls.until(
                "the operation ends",
                Duration.ofSeconds(60),
                () -> now(node, operation).state().ended());
    }

    private static Operation now(Node node, Operation operation) {
        return node.database()
                .query(session -> Objects.requireNonNull(new OperationRows(session).find(1, operation.id())));
    }

    /// So that others need not wait for the dead.
    private static void forgetLeases(Node node) {
        node.database()
                .transaction(session -> session.sql("update operation set lease_until = now() - interval '1 second'"
                                + " where lease_until is not null")
                        .update());
    }

    private static void assertSound(Node node, String which) {
        List<String> findings = new ArrayList<>();
        new Verify(node.database(), node.blobs(), node.retention()).verify(findings::add, checked -> {});
        findings.removeIf(finding -> finding.startsWith("orphan"));
        assertThat(findings).as(which).isEmpty();
    }

    /// All that was to be imported is there and nothing else, as the files are, and blobs and rows are one
    /// to one.
    private void assertAllThere(Node node, String which) throws IOException {
        Map<Identity, String> there = new HashMap<>();
        for (Identity identity : node.found()) {
            Located located = Objects.requireNonNull(node.retrieve()
                    .findInstance(Node.CALLER, identity.studyUid(), identity.seriesUid(), identity.instanceUid()));
            there.put(identity, Content.sha256(node.bytes(located)));
        }
        assertThat(there).as(which).isEqualTo(expected);
        assertSound(node, which);
        node.checkSwept(which);
        assertSound(node, which);
        try (var files = Files.walk(source)) {
            assertThat(files.filter(Files::isRegularFile)).as(which).hasSize(expected.size());
        }
    }

    static List<Boolean> inPlace() {
        return Size.NIGHTLY ? List.of(true, false) : List.of(true);
    }

    @ParameterizedTest
    @MethodSource("inPlace")
    @DisplayName("D1 a folder is imported to the end by servers that die in between")
    void whatDiesIsGoneOnWith(boolean inPlace) throws Exception {
        write("all", 1_300);
        Files.createDirectories(source.resolve("none"));
        try (Rig rig = new Rig(folder.resolve("data").resolve("blobs"))) {
            Node node = node(rig);
            Operation operation;
            try (ChildServer server = dying(rig, "operation-stepped:0");
                    Client client = new Client(server.uri())) {
                operation = begin(client, node, "all", inPlace);
                assertThat(server.exitStatus()).isEqualTo(CrashPoint.HALTED);
            }
            for (String point : Size.NIGHTLY
                    ? List.of("instance-rows:9", "blob-synced:700", "after-commit:3")
                    : List.of("blob-synced:700")) {
                assertThat(now(node, operation).state()).as(point).isEqualTo(Operation.State.RUNNING);
                forgetLeases(node);
                try (ChildServer server = dying(rig, point);
                        Client client = new Client(server.uri())) {
                    hurry(client, node);
                    assertThat(server.exitStatus()).as(point).isEqualTo(CrashPoint.HALTED);
                }
            }
            forgetLeases(node);
            try (ChildServer server = command(rig).start();
                    Client client = new Client(server.uri())) {
                hurry(client, node);
                awaitEnd(node, operation);
            }
            Operation done = now(node, operation);
            assertThat(done.state()).isEqualTo(Operation.State.SUCCEEDED);
            assertThat(done.done()).isEqualTo(1_300);
            assertThat(done.total()).isEqualTo(1_300);
            assertThat(done.errors()).isZero();
            assertAllThere(node, "in place: " + inPlace);
        }
    }

    @Test
    @DisplayName("D1 D2 after kill -9 at random moments of imports each of them ends by itself with exactly its files")
    void killsLoseNothing() throws Exception {
        long seed = Size.seed("D1 imports");
        SplittableRandom random = new SplittableRandom(seed);
        int kills = Size.of(2, 100);
        int hits = 0;
        try (Rig rig = new Rig(folder.resolve("data").resolve("blobs"))) {
            Node node = node(rig);
            Files.createDirectories(source.resolve("none"));
            @Nullable Operation last = null;
            for (int round = 0; round <= kills; round++) {
                String which = "seed " + seed + ", round " + round;
                try (ChildServer server = command(rig).start();
                        Client client = new Client(server.uri())) {
                    if (last != null) {
                        hurry(client, node);
                        awaitEnd(node, last);
                        assertThat(now(node, last).state()).as(which).isEqualTo(Operation.State.SUCCEEDED);
                        assertThat(now(node, last).done()).as(which).isEqualTo(FILES);
                    }
                    if (round < kills) {
                        write("round-" + round, FILES);
                        last = begin(client, node, "round-" + round, round % 2 == 0);
                        LockSupport.parkNanos(random.nextLong(1_000_000_000L));
                        server.kill();
                        hits += now(node, last).state() == Operation.State.RUNNING ? 1 : 0;
                        forgetLeases(node);
                    }
                }
                if (round % 16 == 15) {
                    assertSound(node, which);
                }
            }
            System.out.println("D1 imports: " + hits + " of " + kills + " kills met an import at work");
            assertAllThere(node, "seed " + seed);
        }
    }
}
