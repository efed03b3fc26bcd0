package org.isocenter.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.isocenter.server.archive.AuditTrail;
import org.isocenter.server.archive.Ingest;
import org.isocenter.server.archive.Operations;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.FileBlobs;
import org.isocenter.server.blob.FileBlobsOptions;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.TestPostgres;
import org.isocenter.server.http.Router;
import org.isocenter.server.push.Tail;

/// Every route of a server, over an archive without anything in it.
final class AllRoutes implements AutoCloseable {
    final Operations operations;
    final Router router;
    final AuditTrail trail;
    final Database database = TestPostgres.freshDatabase();
    final Ingest ingest;

    private final BlobStore blobs;
    private final Tail tail;

    AllRoutes(Path folder) throws FaultySettingsException {
        Settings settings =
                Settings.of(SettingReader.read(new SettingReader.Sources(folder, null, Map.of(), List.of())));
        blobs = FileBlobs.open(folder, FileBlobsOptions.defaults());
        ingest = new Ingest(database, blobs);
        tail = Tail.follow(database, () -> "");
        trail = new AuditTrail(database);
        operations = new Operations(database, new Semaphore(0));
        QueryTags tags = new QueryTags(database, new Semaphore(0), 128);
        router = Server.router(
                settings,
                new Storage(null, database, blobs, Set.of()),
                ingest,
                new Partitions(database),
                operations,
                tags,
                tail,
                trail,
                null);
    }

    /// The names of the data partitions that there are.
    List<String> partitions() {
        return database.query(
                session -> session.sql("select name from partition").list(row -> row.getString(1)));
    }

    @Override
    public void close() {
        tail.close();
        trail.close();
        ingest.close();
        blobs.close();
        database.close();
    }
}
