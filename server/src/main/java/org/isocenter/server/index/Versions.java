package org.isocenter.server.index;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.isocenter.server.db.Session;
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
                    and later.until >= version.until and later.deleted %s)""";

    private static final String PRUNE = """
            delete from version where key in (
                select key from version
                where ended <= now() - least(?::interval, ?::interval)
                    and (%s or ended <= now() - ?::interval)
                    and not exists (select from hold
                        where hold.partition = version.partition and hold.study_uid = version.study_uid)
                order by key limit ?
                for update skip locked)
            returning blob""".formatted(GONE.formatted("and later.ended <= now() - ?::interval"));

    private static final String COUNT_DELETED = "select count(*) from version where deleted";

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

    /// Forgets some of the versions whose time is over, unless their study is held. The lock of the feed is
    /// held.
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

    /// How many deleted instances could be restored.
    public long countDeleted() {
        return session.sql(COUNT_DELETED).get(row -> row.getLong(1));
    }

    private static String interval(Duration duration) {
        return duration.toMillis() + " milliseconds";
    }
}
