package org.isocenter.server.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.postgresql.PGConnection;

/// Which data partition each connection is bound to (V21__row_security.sql). A connection stays bound until it
/// is used for something else, so that steady work for one partition sends nothing to bind it.
final class Bindings {
    /// Work of the server itself, which is bound to no partition.
    static final int NONE = 0;

    /// The partition that is always there.
    private static final int DEFAULT = 1;

    private static final String BIND =
            "SELECT set_config('role', ?, false), set_config('isocenter.partition', ?, false)";

    /// The same for a connection that has the role already: to take it is most of what binding costs.
    private static final String REBIND = "SELECT set_config('isocenter.partition', ?, false)";

    private static final String IS_THERE = "EXISTS (SELECT FROM present_partition WHERE key = ?)";

    private final Map<PGConnection, Integer> bound = Collections.synchronizedMap(new WeakHashMap<>());

    /// Binds a connection on which no transaction has begun.
    void bind(Connection connection, int partition) {
        try {
            PGConnection key = connection.unwrap(PGConnection.class);
            if (bound(key) == partition) {
                return;
            }
            try (PreparedStatement statement = connection.prepareStatement(BIND)) {
                set(statement, partition);
                statement.execute();
            }
            bound.put(key, partition);
        } catch (SQLException e) {
            throw Failures.translateFirst(e);
        }
    }

    /// What the first statement of a session is to carry before it, so that the connection is bound, and that
    /// it is noticed where the partition was removed.
    Lead lead(Connection connection, int partition) {
        try {
            PGConnection key = connection.unwrap(PGConnection.class);
            int before = bound(key);
            int settings = before == partition ? 0 : before != NONE && partition != NONE ? 1 : 2;
            boolean looks = partition > DEFAULT;
            return settings > 0 || looks ? new Binding(key, partition, settings, looks) : Lead.NONE;
        } catch (SQLException e) {
            throw Failures.translateFirst(e);
        }
    }

    private int bound(PGConnection key) {
        return bound.getOrDefault(key, NONE);
    }

    private static void set(PreparedStatement statement, int partition) throws SQLException {
        statement.setString(1, partition == NONE ? "none" : "isocenter_partition");
        statement.setString(2, setting(partition));
    }

    private static String setting(int partition) {
        return partition == NONE ? "" : Integer.toString(partition);
    }

    private final class Binding implements Lead {
        private final PGConnection key;
        private final int partition;
        private final int settings;
        private final boolean looks;

        /// @param settings how many are changed: none, the partition, or the role and the partition
        Binding(PGConnection key, int partition, int settings, boolean looks) {
            this.key = key;
            this.partition = partition;
            this.settings = settings;
            this.looks = looks;
        }

        @Override
        public String text() {
            return switch (settings) {
                case 0 -> "SELECT " + IS_THERE + ";\n";
                case 1 -> REBIND + (looks ? ", " + IS_THERE : "") + ";\n";
                default -> BIND + (looks ? ", " + IS_THERE : "") + ";\n";
            };
        }

        @Override
        public int bind(PreparedStatement statement) throws SQLException {
            if (settings == 1) {
                statement.setString(1, setting(partition));
            } else if (settings == 2) {
                set(statement, partition);
            }
            if (looks) {
                statement.setInt(settings + 1, partition);
            }
            return settings + (looks ? 1 : 0);
        }

        @Override
        public boolean skip(PreparedStatement statement) throws SQLException {
            boolean there = true;
            try (ResultSet result = statement.getResultSet()) {
                result.next();
                if (looks) {
                    there = result.getBoolean(settings + 1);
                }
            }
            bound.put(key, partition);
            if (!there) {
                throw new NoPartitionException();
            }
            return statement.getMoreResults();
        }
    }
}
