package org.isocenter.server.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Vr;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.isocenter.server.db.Sql;
import org.isocenter.server.index.QueryTag.Definition;
import org.isocenter.server.index.QueryTag.Owner;
import org.isocenter.server.index.TagValues.Fault;
import org.jspecify.annotations.Nullable;

/// Tags, the values that rows have of them, and what is wrong with some.
///
/// The set of tags is changed under the lock of the feed, under which whoever stores compares it. A tag may be
/// of one data partition. Where a method takes a partition, null stands for the tags that are of all, or for
/// the instances of all.
public final class TagRows {
    private static final String SELECT = """
            select key, partition, path, vr, creator, level, ready, enabled, operation, %s from query_tag\s""";

    private static final String NO_COUNT = "0";

    private static final String COUNT = "(select count(*) from query_tag_error where tag = query_tag.key)";

    private static final String COUNT_IN = """
            (select count(*) from query_tag_error where tag = query_tag.key and query_tag_error.partition = ?)""";

    private static final String SEEN = "where (partition is null or partition = ?) ";

    private static final String INSERT = """
            insert into query_tag (partition, path, creator, vr, level) values (?, ?, ?, ?, ?) returning key""";

    private static final String NOTE_ERRORS = """
            insert into query_tag_error (tag, instance, partition, message)
            select input.tag, instance.key, instance.partition, input.message
            from unnest(?::text[], ?::int[], ?::text[]) as input (blob, tag, message)
            join instance on instance.blob = input.blob
            on conflict do nothing""";

    private static final String FORGET_ERRORS = """
            delete from query_tag_error using instance
            where instance.blob = any(?::text[]) and query_tag_error.instance = instance.key""";

    private static final String ERRORS = """
            select partition.name, study.uid, series.uid, instance.uid, query_tag_error.created, message
            from query_tag_error
            join instance on instance.key = query_tag_error.instance
            join series on series.key = instance.series
            join study on study.key = instance.study
            join partition on partition.key = instance.partition
            where tag = ? %s order by query_tag_error.instance desc offset ? limit ?""";

    private static final String IN_ERRORS = "and query_tag_error.partition = ?";

    private static final String LAST = "select coalesce(max(key), 0), count(*) from instance %s";

    private static final String IN_EXTENT = "where partition = ?";

    private static final String PAGE = """
            select key, study, series, blob, head from instance where key <= ? order by key desc limit ?""";

    /// Rows are compared and ordered by the partition first, so that whatever plan the database keeps goes along
    /// the index that begins with it, and over no row of another partition.
    private static final String PAGE_IN = """
            select key, study, series, blob, head from instance
            where (partition, key) > (?, 0) and (partition, key) <= (?, ?)
            order by partition desc, key desc limit ?""";

    /// What newer instances have said stays.
    private static final String FILL = """
            with locked as (
                select key from %1$s where key = any(?::bigint[]) order by key for update)
            update %1$s set tags = input.tags::jsonb || coalesce(%1$s.tags, '{}')
            from unnest(?::bigint[], ?::text[]) as input (key, tags), locked
            where %1$s.key = input.key and locked.key = input.key
                and not coalesce(%1$s.tags, '{}') ??& array(select jsonb_object_keys(input.tags::jsonb))""";

    private static final String LOCK_INSTANCES = """
            select instance.key, instance.blob, shared_tags.key, shared_tags.hash
            from unnest(?::bigint[]) as input (key)
            join instance on instance.key = input.key
            left join shared_tags on shared_tags.key = instance.shared
            order by instance.key
            for update of instance""";

    private final Session session;

    public TagRows(Session session) {
        this.session = session;
    }

    /// An instance to be looked through.
    @SuppressWarnings("ArrayRecordComponent")
    public record Stored(long key, long study, long series, String blob, byte[] head) {}

    /// How far an instance is from the first, and how many there are.
    public record Extent(long last, long count) {}

    /// What whoever stores asks for under the lock of the feed.
    ///
    /// @param version of the set of tags
    /// @param quotas whether any partition has a quota
    public record Standing(long version, boolean quotas) {}

    public Standing standing() {
        return session.sql("select version, exists (select from partition_quota) from query_tag_set")
                .get(row -> new Standing(row.getLong(1), row.getBoolean(2)));
    }

    /// The tags that values are looked for by.
    public TagSets sets() {
        // The version first: sets that are newer than their version are read again, older ones would be believed.
        long version = standing().version();
        return TagSets.of(version, every());
    }

    /// Those of all and of each data partition; what is wrong is not counted.
    public List<QueryTag> every() {
        return session.sql(SELECT.formatted(NO_COUNT) + "order by key").list(TagRows::tag);
    }

    /// Those that count in a data partition, of which what is wrong is counted.
    public List<QueryTag> list(@Nullable Integer partition, long offset, int limit) {
        return select(partition, SEEN + "order by key offset ? limit ?")
                .bind(partition)
                .bind(offset)
                .bind(limit)
                .list(TagRows::tag);
    }

    /// One of those that count in a data partition, of which what is wrong is counted.
    ///
    /// @param path as [Definition#pathText] gives it
    public @Nullable QueryTag find(@Nullable Integer partition, String path) {
        return select(partition, SEEN + "and path = ?")
                .bind(partition)
                .bind(path)
                .findFirst(TagRows::tag);
    }

    private Sql select(@Nullable Integer partition, String rows) {
        return bound(session.sql(SELECT.formatted(partition == null ? COUNT : COUNT_IN) + rows), partition);
    }

    /// Binds the partition where the statement has a place for it.
    private static Sql bound(Sql statement, @Nullable Integer partition) {
        return partition == null ? statement : statement.bind(partition);
    }

    /// Adds a tag, whose path has none yet. The lock of the feed is held.
    ///
    /// @return its key
    public int insert(@Nullable Integer partition, Definition definition) {
        changed();
        return session.sql(INSERT)
                .bind(partition)
                .bind(definition.pathText())
                .bind(definition.creator())
                .bind(definition.vr().name())
                .bind(text(definition.owner()))
                .get(row -> row.getInt(1));
    }

    /// Notes which operation looks through what is stored for tags.
    public void begin(List<Integer> keys, UUID operation) {
        session.sql("update query_tag set ready = false, operation = ? where key = any(?::int[])")
                .bind(operation)
                .bindInts(keys.stream().mapToInt(Integer::intValue).toArray())
                .update();
    }

    /// Notes that an operation has looked through everything.
    public void finish(UUID operation) {
        session.sql("update query_tag set ready = true where operation = ?")
                .bind(operation)
                .update();
    }

    public void enable(int key, boolean enabled) {
        session.sql("update query_tag set enabled = ? where key = ?")
                .bind(enabled)
                .bind(key)
                .update();
    }

    /// Removes a tag. The lock of the feed is held. Its values stay where they are and are met no more.
    public void delete(int key) {
        changed();
        session.sql("delete from query_tag where key = ?").bind(key).update();
        forgetErrors(key);
    }

    /// Removes the tags of a data partition, which is locked and empty. Since nothing is stored into it any more,
    /// whoever looks for values by its tags need not hear of it.
    public void deleteOwn(int partition) {
        session.sql("delete from query_tag where partition = ?").bind(partition).update();
    }

    private void changed() {
        session.sql("update query_tag_set set version = version + 1").update();
    }

    /// Notes values of stored instances that cannot be searched by.
    ///
    /// @param blobs of the instances, one for each fault
    public void noteErrors(List<String> blobs, List<Fault> faults) {
        session.sql(NOTE_ERRORS)
                .bindTexts(blobs.toArray(String[]::new))
                .bindInts(faults.stream().mapToInt(Fault::tag).toArray())
                .bindTexts(faults.stream().map(Fault::message).toArray(String[]::new))
                .update();
    }

    /// Forgets what was noted of instances before their bytes were replaced.
    ///
    /// @param blobs that they have now
    public void forgetErrors(List<String> blobs) {
        session.sql(FORGET_ERRORS).bindTexts(blobs.toArray(String[]::new)).update();
    }

    /// Forgets what was noted of a tag.
    public void forgetErrors(int tag) {
        session.sql("delete from query_tag_error where tag = ?").bind(tag).update();
    }

    /// A page of the values of a tag that cannot be searched by, those of the newest instances first.
    public List<TagError> errors(int tag, @Nullable Integer partition, long offset, int limit) {
        Sql errors = session.sql(ERRORS.formatted(partition == null ? "" : IN_ERRORS))
                .bind(tag);
        return bound(errors, partition)
                .bind(offset)
                .bind(limit)
                .list(row -> new TagError(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getInstant(5),
                        row.getString(6)));
    }

    /// The newest instance, and how many there are.
    public Extent extent(@Nullable Integer partition) {
        return bound(session.sql(LAST.formatted(partition == null ? "" : IN_EXTENT)), partition)
                .get(row -> new Extent(row.getLong(1), row.getLong(2)));
    }

    /// A page of instances, newest first.
    ///
    /// @param last the key of the newest
    public List<Stored> page(@Nullable Integer partition, long last, int limit) {
        Sql page = partition == null
                ? session.sql(PAGE)
                : session.sql(PAGE_IN).bind(partition).bind(partition);
        return page.bind(last)
                .bind(limit)
                .list(row ->
                        new Stored(row.getLong(1), row.getLong(2), row.getLong(3), row.getString(4), row.getBytes(5)));
    }

    /// Puts values into the rows of studies or series that have none of these tags yet.
    ///
    /// @param keys of the rows, each once
    public void fill(Level level, List<Long> keys, List<String> values) {
        long[] array = keys.stream().mapToLong(Long::longValue).toArray();
        session.sql(FILL.formatted(level.table()))
                .bindLongs(array)
                .bindLongs(array)
                .bindTexts(values.toArray(String[]::new))
                .update();
    }

    /// Puts values into the rows of instances.
    ///
    /// @param values of each, by the keys of tags
    /// @return false where one that is still there is not as it was when it was read; then nothing was done
    public boolean fillInstances(List<Stored> instances, List<Map<Integer, String>> values) {
        record Locked(String blob, SharedTags.@Nullable Row shared) {}
        Map<Long, Locked> locked = new HashMap<>();
        session.sql(LOCK_INSTANCES)
                .bindLongs(instances.stream().mapToLong(Stored::key).toArray())
                .list(row -> {
                    Long shared = row.findLong(3);
                    return locked.put(
                            row.getLong(1),
                            new Locked(
                                    row.getString(2),
                                    shared == null ? null : new SharedTags.Row(shared, row.getLong(4))));
                });
        List<SharedTags.Further> further = new ArrayList<>();
        for (int i = 0; i < instances.size(); i++) {
            Stored stored = instances.get(i);
            Locked now = locked.get(stored.key());
            if (now != null && !now.blob.equals(stored.blob())) {
                return false;
            }
            if (now != null && !values.get(i).isEmpty()) {
                further.add(new SharedTags.Further(stored.key(), stored.series(), now.shared, values.get(i)));
            }
        }
        if (!further.isEmpty()) {
            SharedTags.add(session, further);
        }
        return true;
    }

    private static String text(Owner owner) {
        return owner.name().toLowerCase(Locale.ROOT);
    }

    private static QueryTag tag(Row row) {
        List<Integer> path =
                Arrays.stream(row.getString(3).split("\\.")).map(Tags::parse).toList();
        Vr vr = Objects.requireNonNull(
                Vr.find(row.getString(4).charAt(0) << 8 | row.getString(4).charAt(1)));
        Owner owner = Owner.valueOf(row.getString(6).toUpperCase(Locale.ROOT));
        return new QueryTag(
                row.getInt(1),
                row.findInt(2),
                new Definition(path, vr, row.getString(5), owner),
                row.getBoolean(7),
                row.getBoolean(8),
                row.getLong(10),
                row.findUuid(9));
    }
}
