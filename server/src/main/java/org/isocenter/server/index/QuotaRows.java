package org.isocenter.server.index;

import java.util.List;
import java.util.Map;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.PartitionRows.Usage;
import org.jspecify.annotations.Nullable;

/// How much the partitions that have a quota may hold, and how much they do.
///
/// The lock of the feed is held by whoever counts, so that nobody counts at the same time, and a count is
/// part of the transaction that changes the instances.
public final class QuotaRows {
    private static final String PUT = """
            insert into partition_quota (partition, max_bytes, max_instances, bytes, instances)
            select ?::int, ?::bigint, ?::bigint, coalesce(sum(blob_bytes), 0), count(*)
            from instance where instance.partition = ?
            on conflict (partition) do update set max_bytes = excluded.max_bytes,
                max_instances = excluded.max_instances, bytes = excluded.bytes, instances = excluded.instances""";

    private static final String COUNT = """
            update partition_quota set
                bytes = partition_quota.bytes + input.bytes,
                instances = partition_quota.instances + input.instances
            from unnest(?::int[], ?::bigint[], ?::bigint[]) as input (partition, bytes, instances)
            where partition_quota.partition = input.partition
            returning partition_quota.partition, max_bytes - partition_quota.bytes, max_instances - partition_quota.instances""";

    /// A change of what a partition holds.
    public record Change(long bytes, long instances) {
        public static final Change NONE = new Change(0, 0);

        public Change plus(long moreBytes, long moreInstances) {
            return new Change(bytes + moreBytes, instances + moreInstances);
        }
    }

    /// How much a partition may still take; null where that has no bound. It is negative where there is more
    /// than there may be.
    public record Room(
            int partition, @Nullable Long bytes, @Nullable Long instances) {

        /// Whether what is there after a change is allowed. What makes nothing larger always is.
        public boolean allows(Change change) {
            return (bytes == null || bytes >= 0 || change.bytes <= 0)
                    && (instances == null || instances >= 0 || change.instances <= 0);
        }

        /// What is left when this much more is there.
        public Room after(Change change) {
            return new Room(
                    partition,
                    bytes == null ? null : (Long) (bytes - change.bytes),
                    instances == null ? null : (Long) (instances - change.instances));
        }
    }

    private final Session session;

    public QuotaRows(Session session) {
        this.session = session;
    }

    /// Sets the quota of a partition and counts what it holds; without one it is counted no more. The lock of
    /// the feed is held.
    public void put(int partition, @Nullable Long bytesMax, @Nullable Long instancesMax) {
        if (bytesMax == null && instancesMax == null) {
            remove(partition);
            return;
        }
        session.sql(PUT)
                .bind(partition)
                .bind(bytesMax)
                .bind(instancesMax)
                .bind(partition)
                .update();
    }

    void remove(int partition) {
        session.sql("delete from partition_quota where partition = ?")
                .bind(partition)
                .update();
    }

    /// Counts changes. The lock of the feed is held.
    ///
    /// @return what is left of those that have a quota
    public List<Room> count(Map<Integer, Change> changes) {
        List<Map.Entry<Integer, Change>> list = List.copyOf(changes.entrySet());
        return session.sql(COUNT)
                .bindInts(list.stream().mapToInt(Map.Entry::getKey).toArray())
                .bindLongs(list.stream()
                        .mapToLong(change -> change.getValue().bytes)
                        .toArray())
                .bindLongs(list.stream()
                        .mapToLong(change -> change.getValue().instances)
                        .toArray())
                .list(QuotaRows::room);
    }

    /// What is left of a partition, or null where it has no quota.
    public @Nullable Room findRoom(int partition) {
        return session.sql("""
                        select partition, max_bytes - bytes, max_instances - instances
                        from partition_quota where partition = ?""").bind(partition).findFirst(QuotaRows::room);
    }

    /// What a partition holds as it was counted, or null where it has no quota.
    @Nullable
    Usage findUsage(int partition) {
        return session.sql("""
                        select bytes, instances, (select count(*) from study where study.partition = partition_quota.partition)
                        from partition_quota where partition = ?""").bind(partition).findFirst(QuotaRows::usage);
    }

    private static Usage usage(Row row) {
        return new Usage(row.getLong(1), row.getLong(2), row.getLong(3));
    }

    private static Room room(Row row) {
        return new Room(row.getInt(1), row.findLong(2), row.findLong(3));
    }
}
