package org.isocenter.server.index;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Vr;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.QueryTag.Definition;
import org.isocenter.server.index.QueryTag.Owner;
import org.isocenter.server.index.TagValues.Fault;
import org.jspecify.annotations.Nullable;

/// Tags, the values that rows have of them, and what is wrong with some.
///
/// The set of tags is changed under the lock of the feed, under which whoever stores compares it.
public final class TagRows {
    private static final String SELECT = """
            select key, path, vr, creator, level, ready, enabled, operation,
                (select count(*) from query_tag_error where query_tag_error.tag = query_tag.key)
            from query_tag\s""";

    private static final String INSERT = """
            insert into query_tag (path, creator, vr, level) values (?, ?, ?, ?) returning key""";

    private static final String NOTE_ERRORS = """
            insert into query_tag_error (tag, instance, message)
            select input.tag, instance.key, input.message
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
            where tag = ? order by query_tag_error.instance desc offset ? limit ?""";

    private static final String LAST = "select coalesce(max(key), 0), count(*) from instance";

    private static final String PAGE = """
            select key, study, series, blob, head from instance where key <= ? order by key desc limit ?""";

    /// What newer instances have said stays.
    private static final String FILL = """
            with locked as (
                select key from %1$s where key = any(?::bigint[]) order by key for update)
            update %1$s set tags = input.tags::jsonb || coalesce(%1$s.tags, '{}')
            from unnest(?::bigint[], ?::text[]) as input (key, tags), locked
            where %1$s.key = input.key and locked.key = input.key
                and not coalesce(%1$s.tags, '{}') ??& array(select jsonb_object_keys(input.tags::jsonb))""";

    private static final String LOCK_INSTANCES = """
            select instance.blob = input.blob
            from unnest(?::bigint[], ?::text[]) as input (key, blob)
            join instance on instance.key = input.key
            order by instance.key
            for update of instance""";

    private static final String FILL_INSTANCES = """
            update instance set tags = coalesce(instance.tags, '{}') || input.tags::jsonb
            from unnest(?::bigint[], ?::text[]) as input (key, tags)
            where instance.key = input.key""";

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
    public TagSet set() {
        // The version first: a set that is newer than its version is read again, an older one would be believed.
        long version = standing().version();
        return TagSet.of(version, list(0, Integer.MAX_VALUE));
    }

    public List<QueryTag> list(long offset, int limit) {
        return session.sql(SELECT + "order by key offset ? limit ?")
                .bind(offset)
                .bind(limit)
                .list(TagRows::tag);
    }

    /// @param path as [Definition#pathText] gives it
    public @Nullable QueryTag find(String path) {
        return session.sql(SELECT + "where path = ?").bind(path).findFirst(TagRows::tag);
    }

    /// Adds a tag, whose path has none yet. The lock of the feed is held.
    ///
    /// @return its key
    public int insert(Definition definition) {
        changed();
        return session.sql(INSERT)
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
    public List<TagError> errors(int tag, long offset, int limit) {
        return session.sql(ERRORS)
                .bind(tag)
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
    public Extent extent() {
        return session.sql(LAST).get(row -> new Extent(row.getLong(1), row.getLong(2)));
    }

    /// A page of instances, newest first.
    ///
    /// @param last the key of the newest
    public List<Stored> page(long last, int limit) {
        return session.sql(PAGE)
                .bind(last)
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

    /// Locks instances.
    ///
    /// @return whether all that are still there are as they were when they were read
    public boolean lock(List<Stored> instances) {
        return session
                .sql(LOCK_INSTANCES)
                .bindLongs(instances.stream().mapToLong(Stored::key).toArray())
                .bindTexts(instances.stream().map(Stored::blob).toArray(String[]::new))
                .list(row -> row.getBoolean(1))
                .stream()
                .allMatch(unchanged -> unchanged);
    }

    /// Puts values into the rows of instances, which are locked.
    public void fillInstances(List<Long> keys, List<String> values) {
        session.sql(FILL_INSTANCES)
                .bindLongs(keys.stream().mapToLong(Long::longValue).toArray())
                .bindTexts(values.toArray(String[]::new))
                .update();
    }

    private static String text(Owner owner) {
        return owner.name().toLowerCase(Locale.ROOT);
    }

    private static QueryTag tag(Row row) {
        List<Integer> path =
                Arrays.stream(row.getString(2).split("\\.")).map(Tags::parse).toList();
        Vr vr = Objects.requireNonNull(
                Vr.find(row.getString(3).charAt(0) << 8 | row.getString(3).charAt(1)));
        Owner owner = Owner.valueOf(row.getString(5).toUpperCase(Locale.ROOT));
        return new QueryTag(
                row.getInt(1),
                new Definition(path, vr, row.getString(4), owner),
                row.getBoolean(6),
                row.getBoolean(7),
                row.getLong(9),
                row.findUuid(8));
    }
}
