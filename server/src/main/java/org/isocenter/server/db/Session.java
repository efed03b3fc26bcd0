package org.isocenter.server.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// One use of a connection: the statements of a transaction, or single statements that only read.
///
/// The first statement of a transaction carries a second one before it, in the same round trip, which gives
/// the transaction its identity ([TransactionIdentity]). It costs a few microseconds of the database and no
/// waiting, and is what lets [Database#transaction] find out what became of a commit whose answer was lost.
public final class Session {
    private static final String IDENTIFY =
            "SELECT pg_current_xact_id()::text, (SELECT stats_reset FROM pg_stat_wal)::text;\n";

    private final Connection connection;
    private final boolean transaction;
    private @Nullable TransactionIdentity identity;
    private boolean used;

    Session(Connection connection, boolean transaction) {
        this.connection = connection;
        this.transaction = transaction;
    }

    /// A statement with a `?` for each value. The text comes from the program, never from a request.
    public Sql sql(String text) {
        return new Sql(this, text);
    }

    boolean isTransaction() {
        return transaction;
    }

    @Nullable
    TransactionIdentity findIdentity() {
        return identity;
    }

    Connection connection() {
        return connection;
    }

    /// The text to prepare for a statement that is run at once.
    String prepared(String text) {
        return identifies() ? IDENTIFY + text : text;
    }

    /// Runs a statement made of [#prepared], and leaves it at its own result.
    ///
    /// @return whether that result has rows
    boolean execute(PreparedStatement statement) throws SQLException {
        boolean rows = statement.execute();
        if (!identifies()) {
            return rows;
        }
        try (ResultSet result = statement.getResultSet()) {
            result.next();
            identity = new TransactionIdentity(result.getString(1), result.getString(2));
        }
        return statement.getMoreResults();
    }

    /// Notes that the link works.
    void used() {
        used = true;
    }

    RuntimeException failure(SQLException failure) {
        return used ? Failures.translate(failure) : Failures.translateFirst(failure);
    }

    private boolean identifies() {
        return transaction && identity == null;
    }
}
