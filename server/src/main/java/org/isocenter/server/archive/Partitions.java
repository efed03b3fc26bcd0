package org.isocenter.server.archive;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.PartitionRows;
import org.isocenter.server.index.PartitionRows.Partition;
import org.isocenter.server.index.PartitionRows.Settings;
import org.isocenter.server.index.PartitionRows.Usage;
import org.jspecify.annotations.Nullable;

/// The data partitions: parts of the archive that know nothing of each other, so that the same UIDs may be in
/// several. The first store into one makes it.
///
/// Which key a name has is asked anew with each request, since any server may have removed the partition and
/// made another of the same name.
public final class Partitions {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final Database database;

    public Partitions(Database database) {
        this.database = database;
    }

    /// Whether a partition may have this name.
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /// Who works in a partition, or null where there is none of this name.
    public @Nullable Caller find(Caller caller, String name) {
        Partition partition = findPartition(caller, name);
        return partition == null ? null : new Caller(partition.key());
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

    /// What a request stores into.
    ///
    /// @param name of the partition, or null for the default one
    public StoreTarget target(@Nullable String name) {
        return name == null ? StoreTarget.of(Caller.anyone()) : new NamedTarget(this, name);
    }

    /// Adds a partition, or gives one that is there other settings.
    ///
    /// @return whether it is new
    public boolean put(Caller caller, String name, Settings settings) {
        return database.transaction(session -> {
            new Feed(session).lock();
            PartitionRows rows = new PartitionRows(session);
            boolean added = rows.add(name);
            rows.set(Objects.requireNonNull(rows.find(name)).key(), settings);
            return added;
        });
    }

    public @Nullable Partition findPartition(Caller caller, String name) {
        return database.<@Nullable Partition>query(session -> new PartitionRows(session).find(name));
    }

    /// Counts what is stored in a partition.
    public Usage usage(Caller caller, Partition partition) {
        return database.query(session -> new PartitionRows(session).usage(partition.key()));
    }

    /// A page of partitions, oldest first.
    public List<Partition> list(Caller caller, int offset, int limit) {
        return database.query(session -> new PartitionRows(session).list(offset, limit));
    }
}
