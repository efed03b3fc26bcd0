package org.isocenter.server.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL cluster of the server's own, kept in one folder: programs, data, log, password, port.
///
/// Whoever holds the folder's lock starts the cluster and stops it at [#close]. Everybody else attaches to
/// what runs. A cluster that outlived the server which started it is taken over as it is. The cluster listens
/// on the loopback address only, on a port of its own choice, and wants a password that only the owner of the
/// folder can read.
public final class EmbeddedPostgres implements AutoCloseable {
    static final String SUPERUSER = "postgres";
    private static final String NAME = "isocenter";
    private static final String PRIVATE = "rw-------";
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

    /// Long enough to replay all the log that may pile up between two checkpoints.
    private static final Duration START_BOUND = Duration.ofMinutes(10);

    /// How long a cluster that says that it is ready may take to answer for the first time.
    public static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);

    private static final Duration STOP_BOUND = Duration.ofMinutes(1);

    private final PostgresCluster cluster;
    private final Postmaster postmaster;
    private final String password;
    private final @Nullable FolderLock lock;

    private EmbeddedPostgres(
            PostgresCluster cluster, Postmaster postmaster, String password, @Nullable FolderLock lock) {
        this.cluster = cluster;
        this.postmaster = postmaster;
        this.password = password;
        this.lock = lock;
    }

    /// Starts the cluster of a folder, making it first if there is none; or takes over one that nobody looks
    /// after; or attaches to the one another process looks after.
    public static EmbeddedPostgres start(Path folder) {
        return start(folder, null);
    }

    /// @param account as whom to run PostgreSQL; null to choose
    static EmbeddedPostgres start(Path folder, @Nullable PostgresAccount account) {
        try {
            Files.createDirectories(folder);
            Path home = folder.toRealPath();
            Deadline deadline = new Deadline(START_BOUND, "The embedded PostgreSQL did not become ready");
            while (true) {
                FolderLock lock = FolderLock.tryTake(home);
                if (lock != null) {
                    return own(home, account, lock, deadline);
                }
                EmbeddedPostgres attached = findRunning(home);
                if (attached != null) {
                    return attached;
                }
                deadline.pause();
            }
        } catch (IOException e) {
            throw new UnavailableException("The embedded PostgreSQL does not start: " + e.getMessage(), e);
        }
    }

    /// Attaches to the running cluster of a folder, and leaves it running at [#close].
    public static EmbeddedPostgres attach(Path folder) {
        try {
            EmbeddedPostgres attached = findRunning(folder.toRealPath());
            if (attached == null) {
                throw new UnavailableException("There is no embedded PostgreSQL running in " + folder, null);
            }
            return attached;
        } catch (NoSuchFileException e) {
            throw new UnavailableException("There is no embedded PostgreSQL in " + folder, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether closing this stops the cluster.
    public boolean isOwner() {
        return lock != null;
    }

    /// How to open the server's database in this cluster.
    public DatabaseOptions options(int connectionsMax) {
        return new DatabaseOptions(url(NAME), NAME, password, connectionsMax);
    }

    /// How to open a database as the one user who may do everything.
    DatabaseOptions superuser(String database, int connectionsMax) {
        return new DatabaseOptions(url(database), SUPERUSER, password, connectionsMax);
    }

    long pid() {
        return postmaster.pid();
    }

    /// Stops the cluster if it was started or taken over here: sessions are ended, what is in memory is written.
    @Override
    public void close() {
        if (lock == null) {
            return;
        }
        try (lock) {
            cluster.stop(postmaster, new Deadline(STOP_BOUND, "The embedded PostgreSQL did not stop"));
        } catch (IOException e) {
            throw new UnavailableException("The embedded PostgreSQL does not stop: " + e.getMessage(), e);
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + postmaster.port() + "/" + database
                + "?sslmode=disable&gssEncMode=disable";
    }

    private static @Nullable EmbeddedPostgres findRunning(Path home) throws IOException {
        Postmaster running = Postmaster.find(PostgresCluster.data(home));
        if (running == null || !running.isReady() || !PostgresCluster.isPrepared(home)) {
            return null;
        }
        PostgresCluster cluster = new PostgresCluster(home, PostgresAccount.SELF);
        return new EmbeddedPostgres(cluster, running, Files.readString(password(home)), null);
    }

    private static EmbeddedPostgres own(Path home, @Nullable PostgresAccount wanted, FolderLock lock, Deadline deadline)
            throws IOException {
        boolean done = false;
        try {
            PostgresAccount account = wanted == null ? PostgresAccount.of(home) : wanted;
            PostgresCluster cluster = new PostgresCluster(home, account);
            String password = password(home, account);
            Postmaster postmaster = cluster.findOrphan(deadline);
            if (postmaster == null) {
                postmaster = cluster.start(password(home), deadline);
            } else {
                LOG.info("Taking over the embedded PostgreSQL that another server left running");
            }
            EmbeddedPostgres owner = new EmbeddedPostgres(cluster, postmaster, password, lock);
            if (!PostgresCluster.isPrepared(home)) {
                cluster.prepare(owner.superuser("postgres", 1), NAME, password);
            }
            done = true;
            return owner;
        } finally {
            if (!done) {
                lock.close();
            }
        }
    }

    private static Path password(Path home) {
        return home.resolve("password");
    }

    private static String password(Path home, PostgresAccount account) throws IOException {
        Path file = password(home);
        if (!Files.exists(file)) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            DurableFiles.write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(random), PRIVATE);
            account.own(home);
        }
        return Files.readString(file);
    }
}
