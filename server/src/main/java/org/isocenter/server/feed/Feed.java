package org.isocenter.server.feed;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.isocenter.server.db.Sql;
import org.jspecify.annotations.Nullable;

/// The change feed: every change of an instance, in a total order, for ever.
///
/// A writer takes the lock of the feed, appends, and commits; the lock goes with the commit. Positions are
/// therefore given in the order of commits: whoever has read position `p` has read, or could have read,
/// everything up to `p`, and nothing will ever appear below it. Positions may have gaps where a transaction
/// failed.
public final class Feed {
    /// What happened to an instance.
    public enum Action {
        CREATE,
        DELETE,
        UPDATE
    }

    /// A change to append.
    ///
    /// @param revision of the instance after the change, or of the one that is gone
    /// @param modality of its series; null where that has none, and where it is to be looked up in a series
    ///     that is there
    public record Change(
            int partition,
            String studyUid,
            String seriesUid,
            String instanceUid,
            Action action,
            long revision,
            @Nullable String modality) {

        /// A change whose modality is looked up.
        public Change(
                int partition, String studyUid, String seriesUid, String instanceUid, Action action, long revision) {
            this(partition, studyUid, seriesUid, instanceUid, action, revision, null);
        }
    }

    /// A change in its place.
    public record Entry(long position, String partition, Change change, Instant occurred) {}

    /// Which changes are meant.
    ///
    /// @param partition the name of the only data partition, or null
    /// @param modalities any of which, in capitals; all where there are none
    /// @param actions any of which; all where there are none
    public record Filter(@Nullable String partition, List<String> modalities, List<Action> actions) {
        public static final Filter ALL = new Filter(null, List.of(), List.of());
    }

    /// Which part of the feed to read.
    ///
    /// @param after the position behind which to begin, or 0
    /// @param from the earliest time, inclusive, or null
    /// @param until the latest time, exclusive, or null
    /// @param offset how many of these to pass over
    public record Window(
            long after, @Nullable Instant from, @Nullable Instant until, long offset, int limit, Filter filter) {

        /// A part without a filter.
        public Window(long after, @Nullable Instant from, @Nullable Instant until, long offset, int limit) {
            this(after, from, until, offset, limit, Filter.ALL);
        }

        private boolean isAfter() {
            return from == null && until == null && offset == 0 && filter.equals(Filter.ALL);
        }
    }

    /// Any number that all writers of one database agree on.
    private static final long LOCK = 0x49534F43_46454544L;

    private static final Action[] ACTIONS = Action.values();

    private static final String TAKE_LOCK = "select pg_advisory_xact_lock(" + LOCK + ")";

    private static final String APPEND = """
            insert into feed (partition, study_uid, series_uid, instance_uid, action, revision, modality)
            select partition, study_uid, series_uid, instance_uid, action, revision, upper(coalesce(modality, (
                select series.modality from study join series on series.study = study.key
                where study.partition = input.partition and study.uid = input.study_uid
                    and series.uid = input.series_uid)))
            from unnest(?::int[], ?::text[], ?::text[], ?::text[], ?::int[], ?::bigint[], ?::text[])
                with ordinality
                as input (partition, study_uid, series_uid, instance_uid, action, revision, modality, ordinal)
            order by ordinal""";

    private static final String SELECT = """
            select position, (select name from partition where key = feed.partition), partition, study_uid, series_uid,
                instance_uid, action, revision, occurred, modality
            from feed
            """;

    /// What most readers ask for, which needs no other plan for other values.
    private static final String READ_AFTER = SELECT + "where position > ? order by position limit ?";

    private static final String READ = SELECT + """
            where position > ?
                and (?::timestamptz is null or occurred >= ?)
                and (?::timestamptz is null or occurred < ?)
                and (?::text is null or partition in (select key from partition where name = ?))
                and (? or modality = any(?::text[]))
                and (? or action = any(?::int[]))
            order by position offset ? limit ?""";

    private static final String READ_STANDING = standing(READ);
    private static final String READ_STANDING_AFTER = standing(READ_AFTER);

    private static final String LATEST = SELECT + "order by position desc limit 1";

    private final Session session;

    public Feed(Session session) {
        this.session = session;
    }

    /// Takes the lock under which changes become visible in order. It is held until the transaction ends.
    public void lock() {
        session.sql(TAKE_LOCK).list(row -> true);
    }

    /// Appends changes. The lock is held.
    public void append(List<Change> changes) {
        session.sql(APPEND)
                .bindInts(changes.stream().mapToInt(Change::partition).toArray())
                .bindTexts(texts(changes, Change::studyUid))
                .bindTexts(texts(changes, Change::seriesUid))
                .bindTexts(texts(changes, Change::instanceUid))
                .bindInts(changes.stream().mapToInt(c -> c.action().ordinal()).toArray())
                .bindLongs(changes.stream().mapToLong(Change::revision).toArray())
                .bindTexts(changes.stream().map(Change::modality).toArray(String[]::new))
                .update();
    }

    /// A change, and how its instance stands today.
    ///
    /// @param revision of the instance today, or null where it is gone
    public record Standing(Entry entry, @Nullable Long revision) {}

    /// Reads a part of the feed, by ascending position.
    public List<Entry> read(Window window) {
        return select(READ_AFTER, READ, window).list(Feed::entry);
    }

    /// Reads a part of the feed, by ascending position, and how the instances stand.
    public List<Standing> readStanding(Window window) {
        return select(READ_STANDING_AFTER, READ_STANDING, window)
                .list(row -> new Standing(entry(row), row.findLong(11)));
    }

    /// The revisions of the instances today beside a page. Its few series are looked up first, and the instances one
    /// by one in theirs: how long that takes does not depend on what the database knows of its tables, as joining
    /// all at once does.
    private static String standing(String page) {
        return """
                with page as materialized (%s),
                held as materialized (
                    select partition, study_uid, series_uid, found.study, found.series
                    from (select distinct partition, study_uid, series_uid from page) as named
                    cross join lateral (
                        select series.study, series.key as series from study join series on series.study = study.key
                        where study.partition = named.partition and study.uid = named.study_uid
                            and series.uid = named.series_uid
                        offset 0) as found)
                select page.*, (
                    select instance.revision from instance
                    where instance.study = held.study and instance.series = held.series
                        and instance.uid = page.instance_uid)
                from page left join held on held.partition = page.partition and held.study_uid = page.study_uid
                    and held.series_uid = page.series_uid
                order by position""".formatted(page);
    }

    /// @param after for windows that have a beginning and a limit alone
    /// @param general for any, planned for its values
    private Sql select(String after, String general, Window window) {
        if (window.isAfter()) {
            return session.sql(after).bind(window.after()).bind(window.limit());
        }
        Filter filter = window.filter();
        return session.sql(general)
                .bind(window.after())
                .bind(window.from())
                .bind(window.from())
                .bind(window.until())
                .bind(window.until())
                .bind(filter.partition())
                .bind(filter.partition())
                .bind(filter.modalities().isEmpty())
                .bindTexts(filter.modalities().toArray(String[]::new))
                .bind(filter.actions().isEmpty())
                .bindInts(filter.actions().stream().mapToInt(Action::ordinal).toArray())
                .bind(window.offset())
                .bind(window.limit())
                .custom();
    }

    /// The entry with the highest position, or null where nothing has happened yet.
    public @Nullable Entry findLatest() {
        return session.sql(LATEST).findFirst(Feed::entry);
    }

    private static Entry entry(Row row) {
        return new Entry(
                row.getLong(1),
                row.getString(2),
                new Change(
                        row.getInt(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        ACTIONS[row.getInt(7)],
                        row.getLong(8),
                        row.findString(10)),
                row.getInstant(9));
    }

    private static String[] texts(List<Change> changes, Function<Change, String> text) {
        return changes.stream().map(text).toArray(String[]::new);
    }
}
