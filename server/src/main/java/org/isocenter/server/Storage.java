package org.isocenter.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.isocenter.server.archive.ClassMarks;
import org.isocenter.server.archive.Retention;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.FileBlobsOptions;
import org.isocenter.server.blob.StorageClass;
import org.isocenter.server.blob.StorageClasses;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.DatabaseOptions;
import org.isocenter.server.db.EmbeddedPostgres;
import org.isocenter.server.index.StorageClassRows;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The index and the blobs that the settings name, open and found fit to keep what they are given. A server
/// and a command beside it may each have one on the same data.
///
/// @param unnamed storage classes that blobs are in and that the settings do not name
record Storage(@Nullable EmbeddedPostgres postgres, Database database, BlobStore blobs, Set<String> unnamed)
        implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Storage.class);

    /// How long a database is waited for that may have been started together with the server.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

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
            Database database = Database.open(options, postgres == null ? PATIENCE : EmbeddedPostgres.ANSWER_PATIENCE);
            database.requireDurable();
            database.migrate(List.of("db/migration"));
            BlobStore blobs = StorageClasses.open(
                    folder.resolve("blobs"),
                    settings.data().classes(),
                    new ClassMarks(database),
                    FileBlobsOptions.defaults()
                            .withPackThresholdBytes((int) settings.store().packThresholdBytes())
                            .withCompactGrace(settings.retention().orphanGrace())
                            .withFolders(settings.imports().folders()));
            blobs.probe(StorageClass.STANDARD);
            return new Storage(postgres, database, blobs, unnamed(database, blobs));
        } catch (RuntimeException failed) {
            if (postgres != null) {
                postgres.close();
            }
            throw failed;
        }
    }

    /// Storage classes that blobs are in and that the settings do not name.
    private static Set<String> unnamed(Database database, BlobStore blobs) {
        Set<String> unnamed = new TreeSet<>();
        for (String name : database.query(session -> new StorageClassRows(session).names())) {
            if (!blobs.classes().contains(name)
                    && database.query(session -> new StorageClassRows(session).holds(name))) {
                LOG.warn("There are blobs in storage class {}, which storage.classes does not name", name);
                unnamed.add(name);
            }
        }
        return unnamed;
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
