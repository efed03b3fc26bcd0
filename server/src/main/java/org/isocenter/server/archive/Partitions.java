package org.isocenter.server.archive;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.PartitionRows;
import org.isocenter.server.index.PartitionRows.Partition;
import org.jspecify.annotations.Nullable;

/// The data partitions: parts of the archive that know nothing of each other, so that the same UIDs may be in
/// several. The first store into one makes it. None is ever removed, since the change feed tells its name.
public final class Partitions {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final Database database;

    /// Keys by name. Nothing that is here ever changes.
    private final Map<String, Integer> known = new ConcurrentHashMap<>();

    public Partitions(Database database) {
        this.database = database;
    }

    /// Whether a partition may have this name.
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /// Who works in a partition, or null where there is none of this name.
    public @Nullable Caller find(Caller caller, String name) {
        Integer key = known.get(name);
        if (key == null) {
            Partition partition = database.<@Nullable Partition>query(session -> new PartitionRows(session).find(name));
            if (partition == null) {
                return null;
            }
            key = partition.key();
            known.put(name, key);
        }
        return new Caller(key);
    }

    /// Who works in a partition, which is made where there is none of this name.
    public Caller open(Caller caller, String name) {
        Caller found = find(caller, name);
        while (found == null) {
            database.transaction(session -> new PartitionRows(session).add(name));
            found = find(caller, name);
        }
        return found;
    }

    /// Adds a partition, or names one that is there.
    ///
    /// @return whether it is new
    public boolean put(Caller caller, String name, @Nullable String displayName) {
        return database.transaction(session -> {
            PartitionRows rows = new PartitionRows(session);
            boolean added = rows.add(name);
            rows.setDisplayName(name, displayName);
            return added;
        });
    }

    public @Nullable Partition findPartition(Caller caller, String name) {
        return database.<@Nullable Partition>query(session -> new PartitionRows(session).find(name));
    }

    /// A page of partitions, oldest first.
    public List<Partition> list(Caller caller, int offset, int limit) {
        return database.query(session -> new PartitionRows(session).list(offset, limit));
    }
}
