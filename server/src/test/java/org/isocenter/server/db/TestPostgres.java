package org.isocenter.server.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A real PostgreSQL for the tests of one JVM: started when first asked for, stopped when the JVM ends, its
/// folder under `target` kept for the next run.
public final class TestPostgres {
    private static final int FOLDERS_MAX = 64;
    private static final int CONNECTIONS = 10;
    private static final AtomicInteger DATABASES = new AtomicInteger();

    /// Held, since a lock is given up with the last reference to its channel.
    private static @Nullable FileLock claimed;

    /// Tests break connections on purpose and need not be told of each. Held, since a logger nobody holds is
    /// forgotten.
    private static final Logger POOL = Logger.getLogger("com.zaxxer.hikari");

    static {
        POOL.setLevel(Level.SEVERE);
    }

    private TestPostgres() {}

    /// Opened by the first caller, so that tests without a database never wait for one.
    private static final class Cluster {
        private static final Path FOLDER = claimFolder();
        private static final EmbeddedPostgres POSTGRES = start();
        private static final Database ADMIN =
                Database.open(POSTGRES.superuser("postgres", 2), EmbeddedPostgres.ANSWER_PATIENCE);

        static {
            dropLeftovers();
        }

        private static EmbeddedPostgres start() {
            EmbeddedPostgres postgres = EmbeddedPostgres.start(FOLDER);
            Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
            return postgres;
        }

        private static void dropLeftovers() {
            List<String> leftovers =
                    ADMIN.query(session -> session.sql("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'")
                            .list(row -> row.getString(1)));
            leftovers.forEach(name -> ADMIN.statement("DROP DATABASE " + name + " WITH (FORCE)"));
        }
    }

    /// The first folder no other JVM tests in. The claim ends with this JVM.
    private static Path claimFolder() {
        try {
            Path target = Files.createDirectories(Path.of("target", "test-postgres"));
            for (int i = 0; i < FOLDERS_MAX; i++) {
                FileChannel claim = FileChannel.open(
                        target.resolve(i + ".claim"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                claimed = claim.tryLock();
                if (claimed != null) {
                    return target.resolve(Integer.toString(i));
                }
                claim.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("All test clusters are in use");
    }

    /// A database with the schema of an archive that nobody connects to, so that others are made as copies of it:
    /// that takes a tenth of making the schema anew.
    private static final class Schema {
        private static final String NAME = make();

        private static String make() {
            try (Database database = emptyDatabase()) {
                database.migrate(List.of("db/migration"));
                return database.query(session ->
                        session.sql("SELECT current_database()::text").get(row -> row.getString(1)));
            }
        }
    }

    /// Opens a new archive without anything in it, owned by the role the server uses. The test closes it; the next
    /// run drops it.
    public static Database freshDatabase() {
        return Database.open(freshOptions());
    }

    /// The same to be opened by the test itself.
    public static DatabaseOptions freshOptions() {
        return create("TEMPLATE " + Schema.NAME);
    }

    /// Opens a new database without a schema.
    public static Database emptyDatabase() {
        return Database.open(create(""));
    }

    private static DatabaseOptions create(String template) {
        String name = "test_" + DATABASES.incrementAndGet();
        Cluster.ADMIN.statement("CREATE DATABASE " + name + " OWNER isocenter " + template);
        DatabaseOptions server = Cluster.POSTGRES.options(CONNECTIONS);
        return new DatabaseOptions(
                server.url().replace("/isocenter?", "/" + name + "?"), server.user(), server.password(), CONNECTIONS);
    }

    /// The port of the cluster, for tests that put something between.
    public static int port() {
        return URI.create(Cluster.POSTGRES.options(1).url().substring("jdbc:".length()))
                .getPort();
    }

    /// Where the cluster writes its logs.
    public static Path logs() {
        return Cluster.FOLDER.resolve("log");
    }

    /// The same database as the superuser sees it.
    static DatabaseOptions superuser(DatabaseOptions options) {
        return new DatabaseOptions(options.url(), EmbeddedPostgres.SUPERUSER, options.password(), 2);
    }
}
