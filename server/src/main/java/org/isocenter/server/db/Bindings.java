package org.isocenter.server.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
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

    private static final String BIND =
            "SELECT set_config('role', ?, false), set_config('isocenter.partition', ?, false)";

    private final Map<PGConnection, Integer> bound = Collections.synchronizedMap(new WeakHashMap<>());

    /// Binds a connection on which no transaction has begun.
    void bind(Connection connection, int partition) {
        try {
            PGConnection key = connection.unwrap(PGConnection.class);
            if (bound.getOrDefault(key, NONE) == partition) {
                return;
            }
            try (PreparedStatement statement = connection.prepareStatement(BIND)) {
                statement.setString(1, partition == NONE ? "none" : "isocenter_partition");
                statement.setString(2, partition == NONE ? "" : Integer.toString(partition));
                statement.execute();
            }
            bound.put(key, partition);
        } catch (SQLException e) {
            throw Failures.translateFirst(e);
        }
    }
}
