package org.isocenter.server.index;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.isocenter.server.db.Session;
import org.isocenter.server.db.Sql;
import org.jspecify.annotations.Nullable;

/// What instances were, until an update or another store took their place or they were deleted.
///
/// Whoever changes or removes the row of an instance keeps it here first, in the same transaction. A row
/// refers to its blob as that of an instance does, so the bytes stay until the row is forgotten.
public final class Versions {
    private static final String KEEP = """
            insert into version (partition, study_uid, series_uid, instance_uid, patient_id, sop_class_uid, transfer_syntax,
                revision, received, blob, blob_bytes, sha256, crc32c, head, received_transfer_syntax, received_bytes,
                received_sha256, beginning, ending, until, deleted, reason, operation)
            select instance.partition, study.uid, series.uid, instance.uid, study.patient_id, instance.sop_class_uid,
                instance.transfer_syntax, instance.revision, instance.created, instance.blob, instance.blob_bytes,
                instance.sha256, instance.crc32c, instance.head, received_form.transfer_syntax, received_form.bytes,
                received_form.sha256, received_form.beginning, received_form.ending, ?, ?, ?, ?
            from instance
            join series on series.key = instance.series
            join study on study.key = instance.study
            left join received_form on received_form.instance = instance.key
            where instance.key = any(?::bigint[])
            order by instance.key
            for update of instance""";

    /// Whether a row's instance was deleted after it, so that the row is no version of what is there now.
    private static final String GONE = """
            exists (select from version later
                where later.partition = version.partition and later.study_uid = version.study_uid
                    and later.series_uid = version.series_uid and later.instance_uid = version.instance_uid
                    and later.until >= version.until and later.deleted and later.restored is null %s)""";

    /// The shortest time that anything is kept in any partition.
    private static final String SHORTEST = """
            (select least(?::interval, ?::interval,
                min(keep_deleted_milliseconds) * interval '1 millisecond',
                min(keep_versions_milliseconds) * interval '1 millisecond') from partition)""";

    private static final String PRUNE = """
            delete from version where key in (
                select version.key from version join partition on partition.key = version.partition
                where ended <= now() - %s
                    and (%s or not (deleted and restored is null)
                        and ended <= now() - coalesce(keep_versions_milliseconds * interval '1 millisecond', ?::interval))
                    and not exists (select from hold
                        where hold.partition = version.partition and hold.study_uid = version.study_uid)
                order by version.key limit ?
                for update of version skip locked)
            returning blob""".formatted(
            SHORTEST,
            GONE.formatted("and later.ended"
                    + " <= now() - coalesce(keep_deleted_milliseconds * interval '1 millisecond', ?::interval)"));

    private static final String ANY_OLD = "select exists (select from version where ended <= now() - " + SHORTEST + ")";

    private static final String COUNT_DELETED = "select count(*) from version where deleted and restored is null";

    /// The newest deleted version of each instance that is not there.
    private static final String DELETED = """
            select distinct on (series_uid, instance_uid) -key, partition, study_uid, series_uid, instance_uid,
                coalesce(sop_class_uid, ''), transfer_syntax, revision, blob, blob_bytes, sha256, crc32c, head
            from version
            where partition = ? and study_uid = ?
                and (?::text is null or series_uid = ?) and (?::text is null or instance_uid = ?)
                and deleted and restored is null
                and not exists (select from study
                    join series on series.study = study.key
                    join instance on instance.study = study.key and instance.series = series.key
                    where study.partition = version.partition and study.uid = version.study_uid
                        and series.uid = version.series_uid and instance.uid = version.instance_uid)
            order by series_uid, instance_uid, until desc""";

    private static final String LOCK = "select key from version where key = any(?::bigint[]) order by key for update";

    private static final String RESTORED = """
            update version set restored = instance.revision
            from instance
            where version.key = any(?::bigint[]) and instance.blob = version.blob""";

    private static final String RECEIVED = """
            insert into received_form (instance, transfer_syntax, bytes, sha256, beginning, ending)
            select instance.key, received_transfer_syntax, received_bytes, received_sha256, beginning, ending
            from version join instance on instance.blob = version.blob
            where version.key = any(?::bigint[]) and version.beginning is not null
            on conflict do nothing""";

    /// Beginnings and ends of all states, those of one moment together.
    private static final String HISTORY = """
            with state as (
                select revision, until, received, ended, deleted, restored, reason, operation, series_uid, instance_uid
                from version
                where partition = ? and study_uid = ?
                    and (?::text is null or series_uid = ?) and (?::text is null or instance_uid = ?)
                union all
                select instance.revision, null, instance.created, null, false, null, null, null, series.uid, instance.uid
                from study
                join series on series.study = study.key
                join instance on instance.study = study.key and instance.series = series.key
                where study.partition = ? and study.uid = ?
                    and (?::text is null or series.uid = ?) and (?::text is null or instance.uid = ?)
            ), event as (
                select state.revision as version,
                    case when former.until is not null then 'update'
                        when back.restored is not null then 'restore' else 'create' end as action,
                    coalesce(former.ended, state.received) as moment, former.reason, former.operation
                from state
                left join state former on former.series_uid = state.series_uid
                    and former.instance_uid = state.instance_uid and former.until = state.revision
                left join state back on back.series_uid = state.series_uid
                    and back.instance_uid = state.instance_uid and back.restored = state.revision
                union all
                select until, 'delete', ended, reason, operation from state where deleted
            )
            select max(version), action, moment, count(*), max(reason), operation
            from event group by action, moment, operation
            order by max(version) desc, action offset ? limit ?""";

    private static final String DELETIONS = """
            select study_uid, count(distinct (series_uid, instance_uid)), max(ended), (array_agg(reason order by ended desc))[1]
            from version where partition = ? and deleted and restored is null
            group by study_uid order by max(ended) desc, study_uid offset ? limit ?""";

    /// Something that became of a study, or of a part of it.
    ///
    /// @param version by which what it was from then on can be retrieved
    /// @param action create, update, delete or restore
    /// @param instances how many of them
    /// @param reason that was given, or null
    /// @param operation that did it, or null
    public record Event(
            long version,
            String action,
            Instant moment,
            long instances,
            @Nullable String reason,
            @Nullable UUID operation) {}

    /// A study of which instances have been deleted that could be restored.
    public record Deletion(
            String studyUid,
            long instances,
            Instant deleted,
            @Nullable String reason) {}

    /// Why something was changed.
    ///
    /// @param reason in the words of whoever changed it, or null
    /// @param operation that changed it, or null
    public record Cause(@Nullable String reason, @Nullable UUID operation) {
        /// Where nobody has said anything.
        public static final Cause UNTOLD = new Cause(null, null);
    }

    private final Session session;

    public Versions(Session session) {
        this.session = session;
    }

    /// A revision above all that there were.
    long nextRevision() {
        return session.sql("select nextval('revision')").get(row -> row.getLong(1));
    }

    /// Keeps instances as they are, since they will be changed or deleted next.
    ///
    /// @param instances the keys of their rows
    /// @param until the revision with which they are this no more
    void keep(List<Long> instances, long until, boolean deleted, Cause cause) {
        session.sql(KEEP)
                .bind(until)
                .bind(deleted)
                .bind(cause.reason())
                .bind(cause.operation())
                .bindLongs(instances.stream().mapToLong(Long::longValue).toArray())
                .update();
    }

    /// Whether there are versions that may have to be forgotten.
    public boolean anyOld(Duration deleted, Duration replaced) {
        return session.sql(ANY_OLD)
                .bind(interval(deleted))
                .bind(interval(replaced))
                .get(row -> row.getBoolean(1));
    }

    /// Forgets some of the versions whose time is over, unless their study is held. The lock of the feed is
    /// held. The times are those of partitions that have none of their own.
    ///
    /// @param deleted how long deleted instances are kept, with all that they were before
    /// @param replaced how long what was replaced is kept, as former versions
    /// @return the blobs of those that were forgotten
    public List<String> forget(Duration deleted, Duration replaced, int limit) {
        String ofDeleted = interval(deleted);
        String ofReplaced = interval(replaced);
        return session.sql(PRUNE)
                .bind(ofDeleted)
                .bind(ofReplaced)
                .bind(ofDeleted)
                .bind(ofReplaced)
                .bind(limit)
                .list(row -> row.getString(1));
    }

    /// Instances that are deleted and could be restored, of a study, or of a series, or one.
    public List<Located> deleted(int partition, String study, @Nullable String series, @Nullable String instance) {
        return bind(session.sql(DELETED), partition, study, series, instance).list(IndexReader::located);
    }

    /// Locks versions, by the negative keys that they have as instances.
    ///
    /// @return whether all of them are still there
    public boolean lock(List<Long> keys) {
        return session.sql(LOCK)
                        .bindLongs(positive(keys))
                        .list(row -> row.getLong(1))
                        .size()
                == keys.size();
    }

    /// Gives instances the received forms that versions had that have the same blobs.
    public void restoreForms(List<Long> keys) {
        session.sql(RECEIVED).bindLongs(positive(keys)).update();
    }

    /// Notes that versions are instances again, which have their blobs.
    public void restored(List<Long> keys) {
        session.sql(RESTORED).bindLongs(positive(keys)).update();
    }

    /// What became of a study, a series or an instance, the newest first.
    public List<Event> history(
            int partition, String study, @Nullable String series, @Nullable String instance, long offset, int limit) {
        Sql sql = bind(session.sql(HISTORY), partition, study, series, instance);
        return bind(sql, partition, study, series, instance)
                .bind(offset)
                .bind(limit)
                .list(row -> new Event(
                        row.getLong(1),
                        row.getString(2),
                        row.getInstant(3),
                        row.getLong(4),
                        row.findString(5),
                        row.findUuid(6)));
    }

    /// Studies of which instances could be restored, those that were deleted last first.
    public List<Deletion> deletions(int partition, long offset, int limit) {
        return session.sql(DELETIONS)
                .bind(partition)
                .bind(offset)
                .bind(limit)
                .list(row -> new Deletion(row.getString(1), row.getLong(2), row.getInstant(3), row.findString(4)));
    }

    private static Sql bind(Sql sql, int partition, String study, @Nullable String series, @Nullable String instance) {
        return sql.bind(partition)
                .bind(study)
                .bind(series)
                .bind(series)
                .bind(instance)
                .bind(instance);
    }

    private static long[] positive(List<Long> keys) {
        return keys.stream().mapToLong(key -> -key).toArray();
    }

    /// How many deleted instances could be restored.
    public long countDeleted() {
        return session.sql(COUNT_DELETED).get(row -> row.getLong(1));
    }

    private static String interval(Duration duration) {
        return duration.toMillis() + " milliseconds";
    }
}
