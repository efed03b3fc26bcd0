package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.isocenter.dicom.Tag;
import org.isocenter.server.access.Caller;
import org.isocenter.server.index.Versions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is kept of what was deleted, and of what was replaced, each for a time of its own.
final class RetentionTest {
    private static final Caller CALLER = Caller.anyone();
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration AT_ONCE = Duration.ZERO;

    @TempDir
    private Path folder;

    private OpenArchive archive;

    @BeforeEach
    void open() throws IOException {
        archive = new OpenArchive(folder);
    }

    @AfterEach
    void close() {
        archive.close();
    }

    private void sweep(Duration deleted, Duration replaced) {
        new Sweep(archive.database, archive.blobs, new Retention(deleted, replaced, LONG)).sweep();
    }

    private int restorable() {
        return archive.database
                .query(session -> new Versions(session).deleted(CALLER.partition(), "1.2", null, null))
                .size();
    }

    private long versions() {
        return archive.database.query(
                session -> session.sql("select count(*) from version").get(row -> row.getLong(1)));
    }

    /// An instance that was replaced twice and then deleted.
    private void deleteWhatWasReplaced() {
        for (String name : List.of("A", "B", "C")) {
            archive.store(CALLER, OpenArchive.instance("1.2.3.4").putString(Tag.PatientName, name));
        }
        assertThat(new Delete(archive.database).delete(CALLER, "1.2", null, null))
                .isEqualTo(new DeleteOutcome.Deleted(1));
        assertThat(versions()).isEqualTo(3);
    }

    @Test
    void whatWasDeletedCanBeRestoredAlsoWhereFormerVersionsAreNotKept() {
        deleteWhatWasReplaced();

        sweep(LONG, AT_ONCE);

        assertThat(restorable()).isEqualTo(1);
        assertThat(versions()).isEqualTo(1);
        sweep(AT_ONCE, LONG);
        assertThat(versions()).isZero();
    }

    @Test
    void formerVersionsGoWithWhatWasDeleted() {
        deleteWhatWasReplaced();

        sweep(LONG, LONG);
        assertThat(versions()).isEqualTo(3);
        sweep(AT_ONCE, LONG);

        assertThat(restorable()).isZero();
        assertThat(versions()).isZero();
    }
}
