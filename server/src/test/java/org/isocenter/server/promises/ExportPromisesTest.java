package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.isocenter.server.archive.Cohorts;
import org.isocenter.server.archive.Export;
import org.isocenter.server.archive.ExportOrder;
import org.isocenter.server.archive.ExportOrder.Format;
import org.isocenter.server.archive.ExportOrder.Identifier;
import org.isocenter.server.archive.ExportOrder.Source;
import org.isocenter.server.archive.Operations;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.Term;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.OperationRows;
import org.isocenter.server.telemetry.CrashPoint;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Servers in processes of their own are killed while they export, and others go on with it.
final class ExportPromisesTest {
    private static final int STUDIES = 7;
    private static final int INSTANCES = 420;
    private static final Identifier UNKNOWN = new Identifier(Content.ROOT + ".99", null, null);

    @TempDir
    private Path folder;

    private final List<Content> contents = new ArrayList<>();

    @Test
    @DisplayName("D1 after kill -9 at random moments exports end by themselves with exactly what they are of")
    void killsLeaveOutNothingAndAddNothing() throws Exception {
        Files.createDirectories(folder.resolve("nas"));
        try (Rig rig = new Rig(folder.resolve("data").resolve("blobs"))) {
            Node node = rig.node(Rig.LONG_KEPT);
            store(node);
            Export export = new Export(
                    new Operations(node.database(), new Semaphore(0)), new Cohorts(node.database()), List.of());
            Kills kills = new Kills(
                    "D1 exports",
                    Size.kills(),
                    node.database(),
                    () -> command(rig),
                    Duration.ofMillis(700),
                    CrashPoint.OPERATION_STEPPED);
            while (!kills.enough()) {
                Operation operation = export.begin(Node.CALLER, order(kills.random()));
                check(node.database(), kills.end(operation, which -> {}));
            }
        }
    }

    private void store(Node node) {
        for (int i = 0; i < INSTANCES; i++) {
            Identity identity = Content.identity(1 + i % STUDIES, 1 + i % 3, i);
            contents.add(Content.of(identity, 0, i % 20 == 0 ? 40_000 : 400));
        }
        node.store(contents, false);
    }

    private static ExportOrder order(SplittableRandom random) {
        List<Identifier> identifiers = new ArrayList<>(List.of(UNKNOWN));
        List<String> uids = new ArrayList<>();
        for (int study = 1; study <= STUDIES; study++) {
            uids.add(Content.ROOT + "." + study);
            identifiers.add(new Identifier(uids.getLast(), null, null));
        }
        Search search = new Search(
                Level.STUDY,
                List.of(Term.uids(MatchingKey.STUDY_INSTANCE_UID, uids)),
                null,
                new Search.Fields(false, java.util.Set.of()),
                1,
                0);
        Source source = random.nextBoolean() ? new Source.Named(identifiers) : new Source.Found(search);
        return new ExportOrder(source, "nas", random.nextInt(3) == 0 ? Format.ZIP : Format.FILES, null);
    }

    private ChildServer.Command command(Rig rig) {
        return new ChildServer.Command(folder, rig.options)
                .flag("log-level", "error")
                .flag("export-destinations", "nas=folder:" + folder.resolve("nas"));
    }

    private void check(Database database, Operation operation) throws IOException {
        boolean named = operation.input().contains("identifiers");
        assertThat(operation.result())
                .contains("\"exported\":" + INSTANCES + ",")
                .contains("\"skipped\":" + (named ? 1 : 0) + ",");
        Map<String, byte[]> files = new TreeMap<>();
        Path root = folder.resolve("nas").resolve(operation.id().toString().replace("-", ""));
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        String log =
                new String(Objects.requireNonNull(files.remove("errors.log")), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(log.lines().toList())
                .isEqualTo(database.query(session -> new OperationRows(session).errors(operation.key(), 0, 10)));
        assertThat(log.lines()).hasSize(named ? 1 : 0);
        Map<String, String> digests = new TreeMap<>();
        if (operation.input().contains("ZIP")) {
            assertThat(files).hasSize(STUDIES);
            for (byte[] zip : files.values()) {
                unzip(zip, digests);
            }
        } else {
            files.forEach((path, bytes) -> digests.put(Content.sha256(bytes), path));
        }
        Map<String, String> expected = new TreeMap<>();
        for (Content content : contents) {
            Identity identity = content.identity();
            expected.put(
                    content.sha256(),
                    "results/" + identity.studyUid() + "/" + identity.seriesUid() + "/" + identity.instanceUid()
                            + ".dcm");
        }
        if (operation.input().contains("ZIP")) {
            assertThat(digests.keySet()).isEqualTo(expected.keySet());
        } else {
            assertThat(digests).isEqualTo(expected);
            assertThat(files).hasSize(INSTANCES);
        }
    }

    private static void unzip(byte[] zip, Map<String, String> digests) throws IOException {
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] bytes = in.readAllBytes();
                if (!entry.getName().equals("DICOMDIR")) {
                    assertThat(digests.put(Content.sha256(bytes), entry.getName()))
                            .isNull();
                }
            }
        }
    }
}
