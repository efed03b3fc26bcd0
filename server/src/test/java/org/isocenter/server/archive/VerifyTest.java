package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Writer;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.access.Caller;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.FileBlobs;
import org.isocenter.server.blob.FileBlobsOptions;
import org.isocenter.server.blob.Folder;
import org.isocenter.server.blob.Folders;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.TestPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is looked at without being changed: whether everything is there, and what is too old.
final class VerifyTest {
    private static final Retention NONE = new Retention(Duration.ZERO, Duration.ZERO, Duration.ofDays(1));

    @TempDir
    private Path folder;

    private Database database;
    private BlobStore blobs;
    private Ingest ingest;
    private Folder here;
    private Folder stick;

    @BeforeEach
    void open() throws IOException {
        database = TestPostgres.freshDatabase();
        database.migrate(List.of("db/migration"));
        here = new Folder("here", Files.createDirectory(folder.resolve("here")));
        stick = new Folder("stick", Files.createDirectory(folder.resolve("stick")));
        blobs = FileBlobs.open(
                folder.resolve("blobs"), FileBlobsOptions.defaults().withFolders(new Folders(List.of(here, stick))));
        ingest = new Ingest(database, blobs);
    }

    @AfterEach
    void close() {
        ingest.close();
        blobs.close();
        database.close();
    }

    private void link(Folder place, String study) throws IOException {
        byte[] bytes = instance(study, "20200101");
        Files.write(folder.resolve(place.name()).resolve(study), bytes);
        try (Ingest.Upload upload = ingest.begin(Caller::anyone, new StoreRules(null, true, false, Limits.DEFAULT))) {
            assertThat(upload.take(new ByteArrayInputStream(bytes), blobs.link(place, study))
                            .join())
                    .isInstanceOf(StoreOutcome.Stored.class);
        }
    }

    private static byte[] instance(String study, String date) throws IOException {
        DataSet dataSet = new DataSet()
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.7")
                .putString(Tag.SOPInstanceUID, study + ".1.1")
                .putString(Tag.StudyInstanceUID, study)
                .putString(Tag.SeriesInstanceUID, study + ".1")
                .putString(Tag.StudyDate, date)
                .putString(Tag.PatientID, "P");
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        Part10Writer.write(Part10.of(dataSet, TransferSyntax.EXPLICIT_LITTLE_ENDIAN), BulkSource.NONE, file);
        return file.toByteArray();
    }

    @Test
    void aFolderThatIsNotThereIsToldOnceAndTheRestIsLookedAt() throws IOException {
        link(stick, "1.2.1");
        link(here, "1.2.2");
        link(stick, "1.2.3");
        link(here, "1.2.4");
        Verify verify = new Verify(database, blobs, NONE);
        assertThat(verify.verify(finding -> {}, checked -> {}).sound()).isTrue();

        Files.move(folder.resolve("stick"), folder.resolve("unmounted"));
        Files.delete(folder.resolve("here").resolve("1.2.4"));
        List<String> findings = new ArrayList<>();
        Verify.Report report = verify.verify(findings::add, checked -> {});

        assertThat(report.instances()).isEqualTo(4);
        assertThat(report.away()).isEqualTo(2);
        assertThat(report.missing()).isEqualTo(1);
        assertThat(report.sound()).isFalse();
        assertThat(findings).hasSize(2);
        assertThat(findings.getFirst()).isEqualTo("away: folder stick, to which blobs link");
        assertThat(findings.getLast()).startsWith("missing: blob ");

        Files.write(folder.resolve("here").resolve("1.2.4"), instance("1.2.4", "20200101"));
        assertThat(verify.verify(finding -> {}, checked -> {}).sound())
                .as("what could not be looked at is not sound")
                .isFalse();
        Files.move(folder.resolve("unmounted"), folder.resolve("stick"));
        assertThat(verify.verify(finding -> {}, checked -> {}).sound()).isTrue();
    }

    @Test
    void whatRulesWouldDeleteIsToldAndStays() throws IOException {
        Partitions partitions = new Partitions(database);
        store(Caller.anyone(), "1.2.1", "20000101");
        store(Caller.anyone(), "1.2.2", "20000101");
        store(Caller.anyone(), "1.2.3", "29990101");
        store(partitions.open(Caller.anyone(), "trial"), "1.2.4", "20000101");
        new Holds(database).place(Caller.anyone(), "1.2.2", "case-7", "lawsuit");
        Tidy tidy = new Tidy(
                database,
                new Operations(database, new Semaphore(0)),
                List.of(
                        rule("old: StudyAge=100d"),
                        rule("trial: Partition=trial & PatientID=P & StudyAge=100d"),
                        rule("none: Partition=nowhere & StudyAge=100d")));

        List<String> due = new ArrayList<>();
        tidy.foresee(one -> due.add(one.rule().name() + " " + one.partition() + " " + one.study()));

        assertThat(due)
                .containsExactlyInAnyOrder("old Microsoft.Default 1.2.1", "old trial 1.2.4", "trial trial 1.2.4");
        // They are what the rules then begin to delete.
        assertThat(tidy.tidy()).hasSize(3);
    }

    private static KeepRule rule(String text) {
        return Objects.requireNonNull(KeepRule.find(text), text);
    }

    private void store(Caller caller, String study, String date) throws IOException {
        try (Ingest.Upload upload = ingest.begin(() -> caller, new StoreRules(null, true, false, Limits.DEFAULT))) {
            upload.add(new ByteArrayInputStream(instance(study, date)));
            assertThat(upload.finish()).allMatch(outcome -> outcome instanceof StoreOutcome.Stored);
        }
    }
}
