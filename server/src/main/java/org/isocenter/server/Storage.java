package org.isocenter.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.isocenter.server.archive.Retention;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.FileBlobs;
import org.isocenter.server.blob.FileBlobsOptions;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.DatabaseOptions;
import org.isocenter.server.db.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

/// The index and the blobs that the settings name, open and found fit to keep what they are given. A server
/// and a command beside it may each have one on the same data.
record Storage(@Nullable EmbeddedPostgres postgres, Database database, BlobStore blobs) implements AutoCloseable {

    static Storage open(Settings settings) {
        Path folder = settings.data().dir().toAbsolutePath();
        DatabaseSettings choice = settings.database();
        EmbeddedPostgres postgres = choice.embedded() ? EmbeddedPostgres.start(folder.resolve("postgres")) : null;
        DatabaseOptions options = postgres != null
                ? postgres.options(choice.connections())
                : new DatabaseOptions(
                        choice.url(),
                        choice.user().isEmpty() ? null : choice.user(),
                        choice.password().isEmpty() ? null : choice.password(),
                        choice.connections());
        try {
            Database database =
                    Database.open(options, postgres == null ? Duration.ZERO : EmbeddedPostgres.ANSWER_PATIENCE);
            database.requireDurable();
            database.migrate(List.of("db/migration"));
            BlobStore blobs = FileBlobs.open(
                    folder.resolve("blobs"),
                    FileBlobsOptions.defaults()
                            .withPackThresholdBytes((int) settings.store().packThresholdBytes())
                            .withCompactGrace(settings.retention().orphanGrace())
                            .withFolders(settings.imports().folders()));
            blobs.probe();
            return new Storage(postgres, database, blobs);
        } catch (RuntimeException failed) {
            if (postgres != null) {
                postgres.close();
            }
            throw failed;
        }
    }

    static Retention retention(Settings settings) {
        return new Retention(
                settings.retention().deleted(),
                settings.retention().versions(),
                settings.retention().orphanGrace());
    }

    @Override
    public void close() {
        blobs.close();
        database.close();
        if (postgres != null) {
            postgres.close();
        }
    }
}
