package org.isocenter.server.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.isocenter.server.telemetry.CrashPoint;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL database and the pool of connections to it.
///
/// Whatever the database answers comes out as one of four unchecked exceptions: [ConflictException] (a constraint
/// forbids the change), [UnavailableException] (try again later), [CommitUnknownException] (nobody knows yet), or
/// [DatabaseException] (a bug).
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int ATTEMPTS = 6;
    private static final int BACKOFF_MILLIS = 4;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int CONNECT_SECONDS = 2;
    private static final int ANSWER_SECONDS = 60;
    private static final int CONNECTIONS_KEPT = 4;
    private static final int VERSION_MIN = 150_000;

    private final Bindings bindings = new Bindings();
    private final HikariDataSource pool;
    private final DataSource direct;
    private final DataSource patient;

    private Database(HikariDataSource pool, DataSource direct, DataSource patient) {
        this.pool = pool;
        this.direct = direct;
        this.patient = patient;
    }

    /// Connects, or fails at once if the database does not answer.
    public static Database open(DatabaseOptions options) {
        return open(options, Duration.ZERO);
    }

    /// Connects, or fails if the database does not answer within a time: one that has only just been started
    /// on a busy machine may take longer to answer than one should be waited for later.
    public static Database open(DatabaseOptions options, Duration patience) {
        DataSource direct = source(options, ANSWER_SECONDS);
        HikariConfig config = new HikariConfig();
        config.setDataSource(direct);
        config.setPoolName("database");
        config.setMaximumPoolSize(options.connectionsMax());
        config.setMinimumIdle(Math.min(options.connectionsMax(), CONNECTIONS_KEPT));
        config.setConnectionTimeout(CONNECT_MILLIS);
        config.setInitializationFailTimeout(Math.max(1, patience.toMillis()));
        try {
            return new Database(new HikariDataSource(config), direct, source(options, 0));
        } catch (PoolInitializationException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw Failures.unavailable("The database at " + options + " cannot be reached", cause);
            }
            throw e;
        }
    }

    /// Does the work in one read-write transaction (read committed), which is committed when the work returns
    /// and rolled back when it throws. Work that meets a deadlock, a serialization failure or a connection
    /// that broke while it lay in the pool is done again, up to five times. When this returns, the
    /// transaction is committed; when it throws, it is not, unless it throws [CommitUnknownException].
    ///
    /// The work sees the rows of all data partitions: it is the server's own. Work on behalf of somebody is
    /// bound to a partition.
    public <T extends @Nullable Object> T transaction(Work<T> work) {
        return transaction(Bindings.NONE, work);
    }

    /// The same, where the database itself sees to it that the work neither sees nor changes a row of another
    /// data partition.
    public <T extends @Nullable Object> T transaction(int partition, Work<T> work) {
        return retrying(() -> transactionOnce(partition, work));
    }

    /// Does work that only reads, each statement for itself. Nothing is sent to begin or to end it. The work
    /// sees the rows of all data partitions.
    public <T extends @Nullable Object> T query(Work<T> work) {
        return query(Bindings.NONE, work);
    }

    /// The same, where the database itself sees to it that the work sees no row of another data partition.
    ///
    /// @throws NoPartitionException where the partition was removed
    public <T extends @Nullable Object> T query(int partition, Work<T> work) {
        return retrying(() -> {
            try (Connection connection = connection()) {
                return work.in(Session.reading(connection, bindings.lead(connection, partition)));
            } catch (SQLException e) {
                throw Failures.translate(e);
            }
        });
    }

    /// Brings the schema up to date with the SQL files `V<number>__<name>.sql` at these places of the class
    /// path, such as `db/migration`.
    public void migrate(List<String> locations) {
        new Migrations(patient, locations).run();
    }

    /// Refuses a database that may forget what it has reported as committed.
    public void requireDurable() {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet settings = statement.executeQuery("""
                        SELECT name, setting FROM pg_settings
                        WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'server_version_num')
                        ORDER BY name""")) {
            while (settings.next()) {
                requireDurable(settings.getString(1), settings.getString(2));
            }
        } catch (SQLException e) {
            throw Failures.translate(e);
        }
    }

    /// Runs a statement that cannot be part of a transaction.
    void statement(String text) {
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        } catch (SQLException e) {
            throw Failures.translate(e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    private static void requireDurable(String name, String setting) {
        if (name.equals("server_version_num")) {
            if (Integer.parseInt(setting) < VERSION_MIN) {
                throw new UnavailableException("The database is older than PostgreSQL 15", null);
            }
        } else if (setting.equals("off")) {
            throw new UnavailableException(
                    "The database may forget what it has committed: its setting " + name + " is off; set it to on",
                    null);
        }
    }

    private static DataSource source(DatabaseOptions options, int answerSeconds) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setApplicationName("isocenter");
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(CONNECT_SECONDS);
        source.setSocketTimeout(answerSeconds);
        source.setTcpKeepAlive(true);
        source.setPrepareThreshold(2);
        source.setPreparedStatementCacheQueries(512);
        source.setPreparedStatementCacheSizeMiB(16);
        source.setLogServerErrorDetail(false);
        source.setUrl(options.url());
        if (options.user() != null) {
            source.setUser(options.user());
        }
        if (options.password() != null) {
            source.setPassword(options.password());
        }
        return source;
    }

    private Connection connection() {
        try {
            return pool.getConnection();
        } catch (SQLException e) {
            throw Failures.unavailable("The database gives no connection", e);
        }
    }

    @FunctionalInterface
    private interface Attempt<T extends @Nullable Object> {
        T make();
    }

    private <T extends @Nullable Object> T retrying(Attempt<T> attempt) {
        for (int made = 1; ; made++) {
            try {
                return attempt.make();
            } catch (RetryException e) {
                if (made == ATTEMPTS) {
                    throw e;
                }
                if (e.isStale()) {
                    pool.getHikariPoolMXBean().softEvictConnections();
                } else {
                    pause(made, e);
                }
            }
        }
    }

    /// Waits a random moment, longer with each attempt, so that those in each other's way do not meet again.
    private static void pause(int made, RetryException reason) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong((long) BACKOFF_MILLIS << made));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw reason;
        }
    }

    private <T extends @Nullable Object> T transactionOnce(int partition, Work<T> work) {
        Connection connection = connection();
        TransactionIdentity.Taking identity = new TransactionIdentity.Taking();
        try {
            bindings.bind(connection, partition);
            connection.setAutoCommit(false);
            CrashPoint.TRANSACTION_BEGUN.pass();
            T result = work(work, Session.ofTransaction(connection, identity));
            CrashPoint.BEFORE_COMMIT.pass();
            commit(connection, identity.find());
            CrashPoint.AFTER_COMMIT.pass();
            return result;
        } catch (SQLException e) {
            throw Failures.translate(e);
        } finally {
            release(connection);
        }
    }

    /// What goes wrong here changes nothing: the outcome is decided, and the pool drops a connection it
    /// cannot reset.
    private static void release(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("A connection did not go back to the pool ({})", Failures.state(e));
        }
    }

    private static <T extends @Nullable Object> T work(Work<T> work, Session session) throws SQLException {
        try {
            return work.in(session);
        } catch (RuntimeException | Error e) {
            rollback(session.connection(), e);
            throw e;
        }
    }

    /// A rollback that fails loses nothing: its link is broken, and the database rolls back what has lost its
    /// client.
    private static void rollback(Connection connection, Throwable reason) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            reason.addSuppressed(Failures.translate(e));
        }
    }

    private void commit(Connection connection, @Nullable TransactionIdentity identity) throws SQLException {
        int backend = connection.unwrap(PGConnection.class).getBackendPID();
        try {
            connection.commit();
            CrashPoint.COMMIT_SENT.pass();
        } catch (SQLException e) {
            // Without an identity only streams were read: there is nothing whose fate could matter.
            if (!Failures.isLinkLost(e) || identity == null) {
                throw e;
            }
            switch (new CommitOutcome(direct, identity, backend).find()) {
                case COMMITTED -> {}
                case ABORTED -> throw Failures.unavailable("The link broke before the transaction was committed", e);
                case UNKNOWN ->
                    throw new CommitUnknownException(
                            "The link to the database broke at a commit and its outcome could not be found out", null);
            }
        }
    }
}
