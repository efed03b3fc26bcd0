package org.isocenter.server.promises;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.isocenter.server.archive.ClassMarks;
import org.isocenter.server.archive.Retention;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.FileBlobs;
import org.isocenter.server.blob.FileBlobsOptions;
import org.isocenter.server.blob.StorageClass;
import org.isocenter.server.blob.StorageClasses;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.DatabaseOptions;
import org.isocenter.server.db.EmbeddedPostgres;
import org.isocenter.server.db.TestPostgres;

/// A fresh database and a folder for blobs, and nodes over both.
final class Rig implements AutoCloseable {
    static final Retention LONG_KEPT = new Retention(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1));

    /// Small, so that both kinds of blobs and many packs are met.
    static final FileBlobsOptions BLOBS = FileBlobsOptions.defaults()
            .withPackThresholdBytes(8 << 10)
            .withPackBytes(64 << 10)
            .withCompactGrace(Duration.ZERO);

    /// Held, since a logger nobody holds is forgotten.
    private static final Logger MIGRATIONS = Logger.getLogger("org.flywaydb");

    static {
        MIGRATIONS.setLevel(Level.WARNING);
    }

    final DatabaseOptions options = TestPostgres.freshOptions();
    final Path folder;
    private final List<AutoCloseable> open = new ArrayList<>();

    Rig(Path folder) {
        this.folder = folder;
    }

    Database database() {
        return database(options);
    }

    Database database(DatabaseOptions through) {
        return closing(Database.open(through, EmbeddedPostgres.ANSWER_PATIENCE));
    }

    FileBlobs blobs() {
        return closing(FileBlobs.open(folder, BLOBS));
    }

    /// The blobs of several storage classes.
    BlobStore blobs(List<StorageClass> classes) {
        return closing(StorageClasses.open(folder, classes, new ClassMarks(database()), BLOBS));
    }

    Node node(Retention retention) {
        return closing(Node.open(database(), blobs(), retention));
    }

    <T extends AutoCloseable> T closing(T opened) {
        open.add(opened);
        return opened;
    }

    @Override
    public void close() {
        release();
    }

    /// Closes all that was opened here; more may be opened after.
    void release() {
        for (AutoCloseable opened : open.reversed()) {
            try {
                opened.close();
            } catch (Exception failed) {
                throw new IllegalStateException("what the test opened does not close", failed);
            }
        }
        open.clear();
    }
}
