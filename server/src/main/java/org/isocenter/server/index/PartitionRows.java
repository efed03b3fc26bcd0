package org.isocenter.server.index;

import java.time.Instant;
import java.util.List;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.jspecify.annotations.Nullable;

/// The rows of data partitions.
public final class PartitionRows {
    /// A data partition.
    ///
    /// @param name in its address
    /// @param displayName for people, or null
    public record Partition(int key, String name, @Nullable String displayName, Instant created) {}

    private static final String COLUMNS = "key, name, display_name, created";

    private final Session session;

    public PartitionRows(Session session) {
        this.session = session;
    }

    public @Nullable Partition find(String name) {
        return session.sql("select " + COLUMNS + " from partition where name = ?")
                .bind(name)
                .findFirst(PartitionRows::partition);
    }

    /// Partitions by the order in which they were made.
    public List<Partition> list(int offset, int limit) {
        return session.sql("select " + COLUMNS + " from partition order by key offset ? limit ?")
                .bind(offset)
                .bind(limit)
                .list(PartitionRows::partition);
    }

    /// Adds a partition unless there is one of this name.
    ///
    /// @return whether there was none
    public boolean add(String name) {
        return session.sql("insert into partition (name) values (?) on conflict do nothing")
                        .bind(name)
                        .update()
                == 1;
    }

    public void setDisplayName(String name, @Nullable String displayName) {
        session.sql("update partition set display_name = ? where name = ?")
                .bind(displayName)
                .bind(name)
                .update();
    }

    private static Partition partition(Row row) {
        return new Partition(row.getInt(1), row.getString(2), row.findString(3), row.getInstant(4));
    }
}
