package org.isocenter.server.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Finds out what became of a transaction whose COMMIT was sent and whose answer was lost.
///
/// A fresh connection asks the database. "Committed" and "aborted" are final. "In progress" may mean that the
/// old backend still works on the commit, or that it waits for a COMMIT that never arrived and has not
/// noticed that its client is gone; after a moment it is ended, which decides the matter.
final class CommitOutcome {
    enum Verdict {
        COMMITTED,
        ABORTED,
        UNKNOWN
    }

    private static final String STATUS = """
            SELECT pg_xact_status(?::xid8), (SELECT stats_reset FROM pg_stat_wal)::text""";
    private static final String END_BACKEND = """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ? AND backend_xid = (?::xid8)::xid""";
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final DataSource source;
    private final TransactionIdentity identity;
    private final int backend;

    /// @param source opens connections that no pool has a share in
    /// @param backend the process of the database that ran the transaction
    CommitOutcome(DataSource source, TransactionIdentity identity, int backend) {
        this.source = source;
        this.identity = identity;
        this.backend = backend;
    }

    /// Asks until there is an answer or thirty seconds are over. A pending interrupt waits until this is
    /// done, since it would close every connection made to find out.
    Verdict find() {
        boolean interrupted = Thread.interrupted();
        try {
            long start = System.nanoTime();
            while (System.nanoTime() - start < BOUND.toNanos()) {
                Verdict verdict = findOnce(start);
                if (verdict != null) {
                    return verdict;
                }
                interrupted |= !pause();
            }
            return Verdict.UNKNOWN;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Null if it is worth asking again.
    private @Nullable Verdict findOnce(long start) {
        try (Connection connection = source.getConnection()) {
            while (System.nanoTime() - start < BOUND.toNanos()) {
                Verdict verdict = ask(connection);
                if (verdict != null) {
                    return verdict;
                }
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    endBackend(connection);
                }
                pause();
            }
            return null;
        } catch (SQLException e) {
            return null;
        }
    }

    private @Nullable Verdict ask(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STATUS)) {
            statement.setString(1, identity.number());
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                boolean sameLife = identity.life() != null && Objects.equals(identity.life(), result.getString(2));
                String status = result.getString(1);
                if (status == null) {
                    // Too old for the database to know: far more than thirty seconds of transactions ago.
                    return Verdict.UNKNOWN;
                }
                return switch (status) {
                    case "committed" -> sameLife ? Verdict.COMMITTED : Verdict.UNKNOWN;
                    case "in progress" -> sameLife ? null : Verdict.ABORTED;
                    case "aborted" -> Verdict.ABORTED;
                    default -> Verdict.UNKNOWN;
                };
            }
        } catch (SQLException e) {
            // The number lies in the future: the database has forgotten that it ever gave it away.
            if ("22023".equals(e.getSQLState())) {
                return Verdict.ABORTED;
            }
            throw e;
        }
    }

    private void endBackend(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(END_BACKEND)) {
            statement.setInt(1, backend);
            statement.setString(2, identity.number());
            statement.execute();
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
