package org.isocenter.server.db;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// What a transaction is recognised by when the link it used is gone.
///
/// The number alone does not suffice. A database that crashes forgets the numbers it gave to transactions
/// whose log never reached the disk, and gives them again: "number 1000 is committed" may then speak of
/// somebody else's. A crash (and a failover) also throws away the statistics and dates them anew, while an
/// orderly restart keeps them. So as long as that date is the same, so is the transaction behind the number.
///
/// @param number the full 64-bit transaction number, in decimal
/// @param life the moment from which the database counts its statistics; null if it never did
record TransactionIdentity(String number, @Nullable String life) {
    /// Has the first statement of a transaction give it its identity, which lets [Database#transaction] find out
    /// what became of a commit whose answer was lost.
    static final class Taking implements Lead {
        private @Nullable TransactionIdentity taken;

        /// The identity, or null where no statement was run.
        @Nullable
        TransactionIdentity find() {
            return taken;
        }

        @Override
        public String text() {
            return "SELECT pg_current_xact_id()::text, (SELECT stats_reset FROM pg_stat_wal)::text;\n";
        }

        @Override
        public int bind(PreparedStatement statement) {
            return 0;
        }

        @Override
        public boolean skip(PreparedStatement statement) throws SQLException {
            try (ResultSet result = statement.getResultSet()) {
                result.next();
                taken = new TransactionIdentity(result.getString(1), result.getString(2));
            }
            return statement.getMoreResults();
        }
    }
}
