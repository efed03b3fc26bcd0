package org.isocenter.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Orthanc with its DICOMweb plugin, from the system's packages, over SQLite or over PostgreSQL.
///
/// It syncs every file it stores, as Isocenter does. Over PostgreSQL its index is as durable as ours; over
/// SQLite it keeps a write-ahead log that is not synced at every commit, so a power cut may cost it the last
/// ones. That variant promises less, and is measured all the same: the better of the two counts as Orthanc's
/// figure.
final class Orthanc implements Subject {

    private static final Path PROGRAM = Path.of("/usr/sbin/Orthanc");
    private static final Path PLUGINS = Path.of("/usr/share/orthanc/plugins");
    private static final Path DICOMWEB = PLUGINS.resolve("libOrthancDicomWeb.so");
    private static final Path POSTGRESQL = PLUGINS.resolve("libOrthancPostgreSQLIndex.so");

    private final Path folder;
    private final InetSocketAddress address;
    private final Processes processes;
    private final @Nullable PostgresCluster database;
    private @Nullable Child child;

    private Orthanc(Path parent, @Nullable Path databasePrograms) throws IOException {
        this.folder = Folders.createTemporary(parent);
        this.address = new InetSocketAddress("127.0.0.1", Subject.freePort());
        this.processes = new Processes(folder);
        this.database = databasePrograms == null ? null : new PostgresCluster(databasePrograms, folder);
    }

    static boolean installed() {
        return Files.isExecutable(PROGRAM) && Files.exists(DICOMWEB);
    }

    static Orthanc overSqlite(Path parent) throws IOException {
        return new Orthanc(parent, null);
    }

    /// Null when the plugin or PostgreSQL itself is not installed.
    static @Nullable Orthanc findOverPostgres(Path parent) throws IOException {
        Path programs = PostgresCluster.findPrograms();
        return programs == null || !Files.exists(POSTGRESQL) ? null : new Orthanc(parent, programs);
    }

    @Override
    public Side side() {
        return Side.ORTHANC;
    }

    @Override
    public String name() {
        return database == null ? "Orthanc/SQLite" : "Orthanc/PostgreSQL";
    }

    @Override
    public void start() throws IOException, InterruptedException {
        if (database != null) {
            database.start();
        }
        Path configuration = folder.resolve("orthanc.json");
        Files.createDirectories(folder.resolve("storage"));
        Files.writeString(configuration, configuration());
        Child started =
                Child.start(List.of(PROGRAM.toString(), configuration.toString()), folder.resolve("server.log"));
        child = started;
        started.awaitAnswer(address, "/system");
    }

    private String configuration() {
        String plugins = "\"" + DICOMWEB + "\"" + (database == null ? "" : ", \"" + POSTGRESQL + "\"");
        String postgres =
                database == null ? "" : """
                  ,
                  "PostgreSQL": {
                    "EnableIndex": true,
                    "EnableStorage": false,
                    "Host": "127.0.0.1",
                    "Port": %d,
                    "Database": "%s",
                    "Username": "%s",
                    "Password": "",
                    "Lock": false,
                    "IndexConnectionsCount": 50,
                    "MaximumConnectionRetries": 20
                  }""".formatted(database.port(), PostgresCluster.DATABASE, PostgresCluster.USER);
        return """
                {
                  "Name": "bench",
                  "StorageDirectory": "%1$s",
                  "IndexDirectory": "%1$s",
                  "HttpPort": %2$d,
                  "RemoteAccessAllowed": false,
                  "AuthenticationEnabled": false,
                  "DicomServerEnabled": false,
                  "HttpThreadsCount": 50,
                  "KeepAlive": true,
                  "TcpNoDelay": true,
                  "HttpCompressionEnabled": false,
                  "StorageCompression": false,
                  "SyncStorageArea": true,
                  "OverwriteInstances": false,
                  "Plugins": [%3$s],
                  "DicomWeb": {
                    "Enable": true,
                    "Root": "/dicom-web/",
                    "EnableWado": false,
                    "StudiesMetadata": "Full",
                    "SeriesMetadata": "Full"
                  }%4$s
                }
                """.formatted(folder.resolve("storage"), address.getPort(), plugins, postgres);
    }

    @Override
    public void stop() throws InterruptedException {
        Child running = child;
        child = null;
        if (running != null) {
            running.stop();
        }
        if (database != null) {
            database.stop();
        }
    }

    @Override
    public void end(boolean keepData) throws IOException, InterruptedException {
        stop();
        if (!keepData) {
            Folders.delete(folder);
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public String root() {
        return "/dicom-web";
    }

    @Override
    public double cpuSeconds() {
        return processes.cpuSeconds();
    }

    @Override
    public long residentBytes() {
        return processes.residentBytes();
    }

    @Override
    public long peakBytes() {
        return processes.peakBytes();
    }
}
