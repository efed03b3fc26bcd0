package org.isocenter.server.db;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/// Statements that the first one of a session carries before it, in the same round trip: they cost a few
/// microseconds of the database and no waiting.
interface Lead {
    /// Nothing.
    Lead NONE = new Lead() {
        @Override
        public String text() {
            return "";
        }

        @Override
        public int bind(PreparedStatement statement) {
            return 0;
        }

        @Override
        public boolean skip(PreparedStatement statement) throws SQLException {
            return statement.getResultSet() != null;
        }
    };

    /// What stands before the statement.
    String text();

    /// Binds its values.
    ///
    /// @return how many there are
    int bind(PreparedStatement statement) throws SQLException;

    /// Reads its results, which stand first, and leaves a statement that was run at its own.
    ///
    /// @return whether that result has rows
    boolean skip(PreparedStatement statement) throws SQLException;
}
