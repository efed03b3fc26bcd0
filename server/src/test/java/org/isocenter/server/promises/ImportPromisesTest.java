package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.isocenter.server.archive.Import;
import org.isocenter.server.archive.ImportSource;
import org.isocenter.server.archive.Operations;
import org.isocenter.server.archive.Verify;
import org.isocenter.server.blob.FileBlobs;
import org.isocenter.server.blob.Folder;
import org.isocenter.server.blob.Folders;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.Located;
import org.isocenter.server.job.Operation;
import org.isocenter.server.objects.SmallStore;
import org.isocenter.server.telemetry.CrashPoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Servers in processes of their own die while they import a folder or a bucket, and others go on with it.
final class ImportPromisesTest {
    private static final String NAME = "source";
    private static final String BUCKET = "cloud";
    private static final String BUCKET_ADDRESS = "//bucket/in";
    private static final int BUCKET_PAGE = 100;

    /// So many that they are not imported before a kill meets the server.
    private static final int FILES = 500;

    @TempDir
    private Path folder;

    private Path source;
    private Folders folders;
    private SmallStore store;
    private final Map<Identity, String> expected = new HashMap<>();

    @BeforeEach
    void makeSources() throws IOException {
        store = new SmallStore(BUCKET_PAGE);
        source = Files.createDirectories(folder.resolve("source"));
        folders = new Folders(List.of(new Folder(NAME, source)));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static int study(String path) {
        return path.hashCode() & 0xFFFF;
    }

    /// Writes a file, or an object.
    @FunctionalInterface
    private interface Writing {
        void write(String path, byte[] bytes) throws IOException;
    }

    private void writeFile(String path, byte[] bytes) throws IOException {
        Path file = source.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private void writeObject(String path, byte[] bytes) {
        store.objects.put("in/" + path, bytes);
    }

    /// Writes files of instances that no other call has made.
    private void write(String path, int count, Writing writing) throws IOException {
        int study = study(path);
        for (int i = 0; i < count; i++) {
            // Some are stored in packs, others in files of their own.
            Content content = Content.of(Content.identity(study, i % 3, expected.size()), 0, i % 10 == 0 ? 9_000 : 2);
            writing.write(path + "/s" + i % 7 + "/" + i + ".dcm", content.bytes());
            expected.put(content.identity(), content.sha256());
        }
    }

    private List<ImportSource> sources() {
        return List.of(
                new ImportSource(NAME, ImportSource.Kind.FOLDER, source.toString()),
                new ImportSource(BUCKET, ImportSource.Kind.S3, BUCKET_ADDRESS));
    }

    private Operation begin(Node node, String from, String path, boolean inPlace) {
        Import imports = new Import(sources(), folders, new Operations(node.database(), new Semaphore(0)));
        Import.Begun begun = imports.begin(Node.CALLER, new Import.Order(from, path, inPlace, null, false), null);
        return ((Import.Begun.Started) begun).operation();
    }

    private Node node(Rig rig) {
        FileBlobs blobs = rig.closing(FileBlobs.open(rig.folder, Rig.BLOBS.withFolders(folders)));
        return rig.closing(Node.open(rig.database(), blobs, Rig.LONG_KEPT));
    }

    private ChildServer.Command command(Rig rig) {
        return new ChildServer.Command(folder, rig.options)
                .flag("store-pack-threshold-bytes", "8192")
                .flag("import-sources", NAME + "=folder:" + source + ", " + BUCKET + "=s3:" + BUCKET_ADDRESS)
                .flag("import-s3-endpoint", store.endpoint().toString())
                .flag("import-s3-access-key-id", "key")
                .flag("import-s3-secret-access-key", "secret")
                .flag("log-level", "error");
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
            assertThat(files.filter(Files::isRegularFile)).as(which).hasSize(expected.size() - store.objects.size());
        }
    }

    static List<Boolean> inPlace() {
        return Size.NIGHTLY ? List.of(true, false) : List.of(true);
    }

    @ParameterizedTest
    @MethodSource("inPlace")
    @DisplayName("D1 a folder is imported to the end by servers that die in between")
    void whatDiesIsGoneOnWith(boolean inPlace) throws Exception {
        write("all", 1_300, this::writeFile);
        try (Rig rig = new Rig(folder.resolve("data").resolve("blobs"))) {
            Node node = node(rig);
            Operation operation = begin(node, NAME, "all", inPlace);
            for (String point : Size.NIGHTLY
                    ? List.of("operation-stepped:0", "instance-rows:9", "blob-synced:700", "after-commit:3")
                    : List.of("operation-stepped:0", "blob-synced:700")) {
                try (ChildServer server =
                        command(rig).machine("-Disocenter.crash=" + point).start()) {
                    assertThat(server.exitStatus()).as(point).isEqualTo(CrashPoint.HALTED);
                }
                assertThat(Kills.now(node.database(), operation).state())
                        .as(point)
                        .isEqualTo(Operation.State.RUNNING);
                Kills.overtake(node.database());
            }
            Operation done = kills("D1 points of an import", 0, rig, node).end(operation, which -> {});
            assertThat(done.done()).isEqualTo(1_300);
            assertThat(done.total()).isEqualTo(1_300);
            assertThat(done.errors()).isZero();
            assertAllThere(node, "in place: " + inPlace);
        }
    }

    @Test
    @DisplayName("D1 D2 after kill -9 at random moments of imports each of them ends by itself with exactly its files")
    void killsLoseNothing() throws Exception {
        try (Rig rig = new Rig(folder.resolve("data").resolve("blobs"))) {
            Node node = node(rig);
            Kills kills = kills("D1 D2 imports", Size.kills(), rig, node);
            for (int round = 0; !kills.enough(); round++) {
                String path = "round-" + round;
                boolean bucket = round % 3 == 0;
                write(path, FILES, bucket ? this::writeObject : this::writeFile);
                Operation operation = begin(node, bucket ? BUCKET : NAME, path, round % 3 == 1);
                Operation done = kills.end(operation, which -> assertNoneOther(node, path, which));
                assertThat(done.done()).as("" + done).isEqualTo(FILES);
                assertThat(done.errors()).as("" + done).isZero();
                assertThat(assertNoneOther(node, path, "" + done)).as("" + done).isEqualTo(FILES);
                if (round % 16 == 15) {
                    assertSound(node, "" + done);
                }
            }
            assertAllThere(node, "after all kills");
        }
    }

    private Kills kills(String name, int wanted, Rig rig, Node node) {
        return new Kills(
                name,
                wanted,
                node.database(),
                () -> command(rig),
                Duration.ofMillis(1_000),
                CrashPoint.OPERATION_STEPPED,
                CrashPoint.BLOB_SYNCED,
                CrashPoint.INSTANCE_ROWS,
                CrashPoint.AFTER_COMMIT);
    }

    /// Checks that what is there of the files of a call is as they are.
    ///
    /// @return how many there are
    private int assertNoneOther(Node node, String path, String which) {
        String study = Content.identity(study(path), 0, 0).studyUid();
        Map<Identity, String> there = new HashMap<>();
        node.retrieve()
                .instances(Node.CALLER, node.retrieve().series(Node.CALLER, study), true)
                .forEachRemaining(located -> there.put(located.identity(), Content.sha256(node.bytes(located))));
        assertThat(expected).as(which).containsAllEntriesOf(there);
        return there.size();
    }
}
