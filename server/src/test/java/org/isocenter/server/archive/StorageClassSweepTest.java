package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.Tag;
import org.isocenter.server.access.Caller;
import org.isocenter.server.blob.AwayException;
import org.isocenter.server.blob.BlobWriter;
import org.isocenter.server.blob.FileBlobsOptions;
import org.isocenter.server.blob.StorageClass;
import org.isocenter.server.blob.StorageClasses;
import org.isocenter.server.index.PartitionRows.Settings;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.OperationRows;
import org.isocenter.server.job.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What tidies up, beside a storage class that comes and goes.
final class StorageClassSweepTest {
    private static final Retention AT_ONCE = new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    private static final String CHEAP = "cheap";

    @TempDir
    private Path folder;

    private Path cheap;
    private OpenArchive archive;
    private StorageClasses blobs;
    private Ingest ingest;
    private Partitions partitions;
    private Caller ward;

    @BeforeEach
    void open() throws IOException {
        archive = new OpenArchive(folder.resolve("blobs"));
        cheap = Files.createDirectory(folder.resolve("cheap"));
        openBlobs(List.of(new StorageClass(CHEAP, cheap)));
        partitions = new Partitions(archive.database);
        partitions.put(Caller.anyone(), "ward", new Settings(null, null, null, null, null, CHEAP));
        ward = Objects.requireNonNull(partitions.find(Caller.anyone(), "ward"));
    }

    private void openBlobs(List<StorageClass> classes) {
        blobs = StorageClasses.open(
                folder.resolve("blobs"),
                classes,
                new ClassMarks(archive.database),
                FileBlobsOptions.defaults().withCompactGrace(Duration.ZERO));
        ingest = new Ingest(archive.database, blobs);
    }

    private void closeBlobs() {
        ingest.close();
        blobs.close();
    }

    @AfterEach
    void close() {
        closeBlobs();
        archive.close();
    }

    private void store(String partition, String uid) throws IOException {
        byte[] file = OpenArchive.file(OpenArchive.instance(uid).putString(Tag.StudyDescription, uid));
        try (Ingest.Upload upload =
                ingest.begin(partitions.target(partition), new StoreRules(null, true, false, Limits.DEFAULT))) {
            upload.add(new ByteArrayInputStream(file));
            assertThat(upload.finish()).allMatch(outcome -> outcome instanceof StoreOutcome.Stored);
        }
    }

    private int listed() {
        int[] count = new int[1];
        blobs.forEach((key, lengthBytes, written, partial) -> count[0]++);
        return count[0];
    }

    private void orphan(String storageClass) {
        try (BlobWriter writer = blobs.write(storageClass)) {
            writer.write(new byte[100], 0, 100);
            writer.finish().store();
        }
    }

    @Test
    void aSweepLeavesAloneWhatIsAwayAndRemovesItWhenItIsBack() throws IOException {
        store("ward", "1.2.3.1.1");
        store("ward", "1.2.9.1.1");
        store("other", "1.2.3.1.1");
        new Delete(archive.database).delete(ward, "1.2.9", null, null);
        orphan(CHEAP);
        orphan(StorageClass.STANDARD);
        assertThat(listed()).isEqualTo(5);
        Sweep sweep = new Sweep(archive.database, blobs, AT_ONCE);
        Files.move(cheap, folder.resolve("unmounted"));

        Sweep.Report away = sweep.sweep();
        assertThat(away.orphans()).isEqualTo(1);
        assertThat(away.removed()).isEqualTo(1);
        assertThat(away.waiting()).isEqualTo(1);
        List<String> findings = new ArrayList<>();
        Verify.Report checked = new Verify(archive.database, blobs, AT_ONCE).verify(findings::add, checkedSoFar -> {});
        assertThat(checked.away()).isEqualTo(1);
        assertThat(checked.missing()).isZero();
        assertThat(checked.sound()).isFalse();
        assertThat(findings).containsExactly("away: storage class cheap, in which blobs are kept");
        assertThatThrownBy(() -> store("ward", "1.2.5.1.1")).isInstanceOf(AwayException.class);

        Files.move(folder.resolve("unmounted"), cheap);
        Sweep.Report back = sweep.sweep();
        assertThat(back.orphans()).isEqualTo(1);
        assertThat(back.removed()).isEqualTo(2);
        assertThat(back.waiting()).isZero();
        assertThat(listed()).isEqualTo(2);
        assertThat(new Verify(archive.database, blobs, AT_ONCE)
                        .verify(findings::add, checkedSoFar -> {})
                        .sound())
                .isTrue();
    }

    private Operation erase() {
        Worker worker = new Worker(archive.database, Map.of(Erase.KIND, new Erase(archive.database, blobs)));
        while (worker.work()) {
            continue;
        }
        return archive.database.query(session -> new OperationRows(session)
                .list(null, Set.of(Erase.KIND), Set.of(), 0, 1)
                .getFirst());
    }

    private void beginToErase(String study) {
        Operations operations = new Operations(archive.database, new Semaphore(0));
        assertThat(new Disposal(archive.database, operations).erase(ward, new EraseOrder(study, null, null)))
                .isNotNull();
    }

    @Test
    void anErasureWaitsForAClassThatIsAwayAndEndsWhenItIsBack() throws IOException {
        store("ward", "1.2.3.1.1");
        store("ward", "1.2.9.1.1");
        beginToErase("1.2.3");
        Files.move(cheap, folder.resolve("unmounted"));

        Operation waiting = erase();
        assertThat(waiting.state()).isEqualTo(Operation.State.RUNNING);
        assertThat(waiting.checkpoint()).isEqualTo("bytes");

        Files.move(folder.resolve("unmounted"), cheap);
        archive.database.transaction(session ->
                session.sql("update operation set next_attempt = now()").update());
        Operation done = erase();
        assertThat(done.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(done.result()).contains("\"blobs\":1");
        assertThat(listed()).isEqualTo(1);
    }

    @Test
    void anErasureEndsWithoutAClassThatTheSettingsNoLongerNameAndSaysSo() throws IOException {
        store("ward", "1.2.3.1.1");
        beginToErase("1.2.3");
        closeBlobs();
        openBlobs(List.of());
        Operation done = erase();
        assertThat(done.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(done.result()).contains("bytes in storage classes that storage.classes does not name");

        closeBlobs();
        openBlobs(List.of(new StorageClass(CHEAP, cheap)));
        assertThat(listed()).isEqualTo(1);
        assertThat(new Sweep(archive.database, blobs, AT_ONCE).sweep().removed())
                .isEqualTo(1);
        assertThat(listed()).isZero();
    }
}
