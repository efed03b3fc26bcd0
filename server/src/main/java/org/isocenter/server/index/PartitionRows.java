package org.isocenter.server.index;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.jspecify.annotations.Nullable;

/// The rows of data partitions. One that was removed leaves a row, by which the feed knows its name, and is
/// met nowhere else.
public final class PartitionRows {
    /// What may be in a partition, in words for people.
    public static final String STUDIES = "studies";

    public static final String HOLDS = "holds";
    private static final List<String> KINDS = List.of(STUDIES, "deleted instances that could be restored", HOLDS);

    /// What can be set of a partition. What is null is as everywhere.
    ///
    /// @param displayName for people
    /// @param deleted how long deleted instances are kept
    /// @param versions how long former versions are kept
    /// @param bytesMax how much may be stored, without what was deleted or replaced
    /// @param instancesMax how many instances may be stored
    /// @param storageClass that new blobs are written to
    public record Settings(
            @Nullable String displayName,
            @Nullable Duration deleted,
            @Nullable Duration versions,
            @Nullable Long bytesMax,
            @Nullable Long instancesMax,
            @Nullable String storageClass) {
        /// Of a partition of which nobody has said anything.
        public static final Settings DEFAULT = new Settings(null, null, null, null, null, null);
    }

    /// A data partition.
    ///
    /// @param name in its address
    public record Partition(int key, String name, Instant created, Settings settings) {}

    /// What is stored in a partition, without what was deleted.
    public record Usage(long bytes, long instances, long studies) {}

    private static final String SELECT = """
            select key, name, created, display_name, keep_deleted_milliseconds, keep_versions_milliseconds,
                max_bytes, max_instances, storage_class
            from partition left join partition_quota on partition_quota.partition = key
            where removed is null\s""";

    private static final String USAGE = """
            select (select coalesce(sum(blob_bytes), 0) from instance where partition = ?),
                coalesce(sum(instances), 0), count(*)
            from study where partition = ?""";

    private static final String HOLDINGS = """
            select exists (select from study where partition = ?),
                exists (select from version where partition = ? and deleted and restored is null),
                exists (select from hold where partition = ?)""";

    private final Session session;

    public PartitionRows(Session session) {
        this.session = session;
    }

    public @Nullable Partition find(String name) {
        return session.sql(SELECT + "and name = ?").bind(name).findFirst(PartitionRows::partition);
    }

    /// The name of a partition, which is there or was.
    public String name(int key) {
        return session.sql("select name from partition where key = ?").bind(key).get(row -> row.getString(1));
    }

    /// Partitions by the order in which they were made.
    public List<Partition> list(int offset, int limit) {
        return session.sql(SELECT + "order by key offset ? limit ?")
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

    /// Replaces the settings of a partition. The lock of the feed is held.
    public void set(int key, Settings settings) {
        session.sql("""
                        update partition set display_name = ?, keep_deleted_milliseconds = ?, keep_versions_milliseconds = ?,
                            storage_class = ?
                        where key = ?""")
                .bind(settings.displayName)
                .bind(milliseconds(settings.deleted))
                .bind(milliseconds(settings.versions))
                .bind(settings.storageClass)
                .bind(key)
                .update();
        new QuotaRows(session).put(key, settings.bytesMax, settings.instancesMax);
    }

    /// The class that new blobs of a partition are written to, or null where that is as everywhere.
    public @Nullable String findStorageClass(int key) {
        return session.sql("select storage_class from partition where key = ?")
                .bind(key)
                .get(row -> row.findString(1));
    }

    /// Counts what is stored in a partition.
    public Usage usage(int key) {
        Usage counted = new QuotaRows(session).findUsage(key);
        if (counted != null) {
            return counted;
        }
        return session.sql(USAGE)
                .bind(key)
                .bind(key)
                .get(row -> new Usage(row.getLong(1), row.getLong(2), row.getLong(3)));
    }

    /// Keeps everybody from putting something new into a partition until the transaction ends.
    ///
    /// @return whether it is there
    public boolean lock(int key) {
        return session.sql("select key from partition where key = ? and removed is null for update")
                        .bind(key)
                        .findFirst(row -> row.getInt(1))
                != null;
    }

    /// What keeps a partition from being removed, as far as the index knows, in words for people.
    public List<String> holdings(int key) {
        return session.sql(HOLDINGS).bind(key).bind(key).bind(key).get(row -> {
            List<String> found = new ArrayList<>();
            for (int i = 0; i < KINDS.size(); i++) {
                if (row.getBoolean(i + 1)) {
                    found.add(KINDS.get(i));
                }
            }
            return found;
        });
    }

    /// The UID of the study with the lowest key above this one, or null where there is none.
    public @Nullable NextStudy nextStudy(int key, long after) {
        return session.sql("select key, uid, instances from study where partition = ? and key > ? order by key limit 1")
                .bind(key)
                .bind(after)
                .findFirst(row -> new NextStudy(row.getLong(1), row.getString(2), row.getInt(3)));
    }

    /// A study of a partition that is gone through.
    public record NextStudy(long key, String uid, int instances) {}

    /// Removes a partition. It is locked and empty.
    public void remove(int key) {
        new QuotaRows(session).remove(key);
        session.sql("update partition set removed = now() where key = ?")
                .bind(key)
                .update();
    }

    private static Partition partition(Row row) {
        return new Partition(
                row.getInt(1),
                row.getString(2),
                row.getInstant(3),
                new Settings(
                        row.findString(4),
                        duration(row.findLong(5)),
                        duration(row.findLong(6)),
                        row.findLong(7),
                        row.findLong(8),
                        row.findString(9)));
    }

    private static @Nullable Long milliseconds(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis();
    }

    private static @Nullable Duration duration(@Nullable Long milliseconds) {
        return milliseconds == null ? null : Duration.ofMillis(milliseconds);
    }
}
