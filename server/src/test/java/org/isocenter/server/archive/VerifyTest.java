package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.Tag;
import org.isocenter.server.access.Caller;
import org.isocenter.server.blob.Folder;
import org.isocenter.server.blob.Folders;
import org.isocenter.server.blob.StorageClass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is looked at without being changed: whether everything is there, and what is too old.
final class VerifyTest {
    private static final Retention NONE = new Retention(Duration.ZERO, Duration.ZERO, Duration.ofDays(1));

    @TempDir
    private Path folder;

    private OpenArchive archive;
    private Folder here;
    private Folder stick;

    @BeforeEach
    void open() throws IOException {
        here = new Folder("here", Files.createDirectory(folder.resolve("here")));
        stick = new Folder("stick", Files.createDirectory(folder.resolve("stick")));
        archive = new OpenArchive(folder.resolve("blobs"), new Folders(List.of(here, stick)));
    }

    @AfterEach
    void close() {
        archive.close();
    }

    private void link(Folder place, String study) throws IOException {
        byte[] bytes = OpenArchive.file(OpenArchive.instance(study + ".1.1"));
        Files.write(folder.resolve(place.name()).resolve(study), bytes);
        try (Ingest.Upload upload = archive.ingest.begin(
                StoreTarget.of(Caller.anyone()), new StoreRules(null, true, false, Limits.DEFAULT))) {
            assertThat(upload.take(
                                    new ByteArrayInputStream(bytes),
                                    archive.blobs.link(StorageClass.STANDARD, place, study))
                            .join())
                    .isInstanceOf(StoreOutcome.Stored.class);
        }
    }

    @Test
    void aFolderThatIsNotThereIsToldOnceAndTheRestIsLookedAt() throws IOException {
        link(stick, "1.2.1");
        link(here, "1.2.2");
        link(stick, "1.2.3");
        link(here, "1.2.4");
        Verify verify = new Verify(archive.database, archive.blobs, NONE);
        assertThat(verify.verify(finding -> {}, checked -> {}).sound()).isTrue();

        Files.move(folder.resolve("stick"), folder.resolve("unmounted"));
        Path file = folder.resolve("here").resolve("1.2.4");
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        List<String> findings = new ArrayList<>();
        Verify.Report report = verify.verify(findings::add, checked -> {});

        assertThat(report.instances()).isEqualTo(4);
        assertThat(report.away()).isEqualTo(2);
        assertThat(report.missing()).isEqualTo(1);
        assertThat(report.sound()).isFalse();
        assertThat(findings).hasSize(2);
        assertThat(findings.getFirst()).isEqualTo("away: folder stick, to which blobs link");
        assertThat(findings.getLast()).startsWith("missing: blob ");

        Files.write(file, bytes);
        assertThat(verify.verify(finding -> {}, checked -> {}).sound())
                .as("what could not be looked at is not sound")
                .isFalse();
        Files.move(folder.resolve("unmounted"), folder.resolve("stick"));
        assertThat(verify.verify(finding -> {}, checked -> {}).sound()).isTrue();
    }

    @Test
    void whatRulesWouldDeleteIsToldAndStays() {
        Partitions partitions = new Partitions(archive.database);
        store(Caller.anyone(), "1.2.1", "20000101");
        store(Caller.anyone(), "1.2.2", "20000101");
        store(Caller.anyone(), "1.2.3", "29990101");
        store(partitions.open(Caller.anyone(), "trial"), "1.2.4", "20000101");
        new Holds(archive.database).place(Caller.anyone(), "1.2.2", "case-7", "lawsuit");
        Tidy tidy = new Tidy(
                archive.database,
                new Operations(archive.database, new Semaphore(0)),
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

    private void store(Caller caller, String study, String date) {
        archive.store(caller, OpenArchive.instance(study + ".1.1").putString(Tag.StudyDate, date));
    }
}
