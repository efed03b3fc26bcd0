package org.isocenter.server.index;

import java.util.List;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.isocenter.server.telemetry.CrashPoint;
import org.jspecify.annotations.Nullable;

/// Instances in another transfer syntax than they came in: beside what was received, or in its place.
///
/// Whoever replaces or deletes an instance need not know of them. Its other forms go by triggers.
public final class OtherForms {
    private static final String CANDIDATES = """
            select instance.key, instance.partition, study.uid, series.uid, instance.uid,
                coalesce(instance.sop_class_uid, ''), instance.transfer_syntax, instance.revision,
                instance.blob, instance.blob_bytes, instance.sha256, instance.crc32c, ''::bytea
            from instance
            join series on series.key = instance.series
            join study on study.key = instance.study
            where instance.key > ? and instance.transfer_syntax <> ?
                and not exists (select from kept_form where kept_form.instance = instance.key)
            order by instance.key
            limit ?""";

    private static final String FIND_KEPT = """
            select transfer_syntax, blob, blob_bytes, sha256, crc32c, head from kept_form where instance = ?""";

    private static final String FIND_RECEIVED = """
            select transfer_syntax, bytes, sha256, beginning, ending from received_form where instance = ?""";

    private static final String FIND_RECEIVED_OF_FORMER = """
            select received_transfer_syntax, received_bytes, received_sha256, beginning, ending
            from version where key = ? and beginning is not null""";

    private static final List<String> LOCKS = List.of(
            "select key from study where key = (select study from instance where key = ?) for update",
            "select key from series where key = (select series from instance where key = ?) for update");

    private static final String LOCK_INSTANCE = "select key from instance where key = ? and blob = ? for update";

    private static final String KEEP = """
            insert into kept_form (instance, transfer_syntax, blob, blob_bytes, sha256, crc32c, head)
            values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing""";

    private static final String REPLACE = """
            update instance set revision = nextval('revision'),
                transfer_syntax = ?, blob = ?, blob_bytes = ?, sha256 = ?, crc32c = ?, head = ?
            where key = ?
            returning revision""";

    private static final String RECEIVED = """
            insert into received_form (instance, transfer_syntax, bytes, sha256, beginning, ending)
            values (?, ?, ?, ?, ?, ?)""";

    private static final List<String> TOUCHES = List.of(
            "update series set revision = nextval('revision') where key = (select series from instance where key = ?)",
            "update study set revision = nextval('revision') where key = (select study from instance where key = ?)");

    /// What was received of an instance whose row has another form now.
    ///
    /// @param beginning what stood before the pixels, deflated
    /// @param ending what stood behind them, deflated
    @SuppressWarnings("ArrayRecordComponent")
    public record Received(String transferSyntax, long lengthBytes, byte[] sha256, byte[] beginning, byte[] ending) {}

    private final Session session;

    public OtherForms(Session session) {
        this.session = session;
    }

    /// A page of the instances that are not in a transfer syntax and have no other form yet, without heads.
    public List<Located> candidates(long after, String transferSyntax, int limit) {
        return session.sql(CANDIDATES)
                .bind(after)
                .bind(transferSyntax)
                .bind(limit)
                .list(IndexReader::located);
    }

    /// An instance as the form that is kept beside it, or null where there is none.
    public @Nullable Located findKept(Located instance) {
        return session.sql(FIND_KEPT)
                .bind(instance.key())
                .findFirst(row -> new Located(
                        instance.key(),
                        instance.identity(),
                        instance.sopClassUid(),
                        row.getString(1),
                        instance.revision(),
                        new StoredBytes(row.getString(2), row.getLong(3), row.getBytes(4), row.getBytes(5)),
                        row.getBytes(6)));
    }

    /// What was received of an instance, or of a former version, by its key as a [Located].
    public @Nullable Received findReceived(long key) {
        return session.sql(key < 0 ? FIND_RECEIVED_OF_FORMER : FIND_RECEIVED)
                .bind(Math.abs(key))
                .findFirst(OtherForms::received);
    }

    /// Keeps another form beside an instance.
    ///
    /// @return whether the instance is still as it was when the form was made of it, and has none yet
    public boolean keep(Located instance, Located form) {
        if (!lock(instance)) {
            return false;
        }
        return session.sql(KEEP)
                        .bind(instance.key())
                        .bind(form.transferSyntax())
                        .bind(form.bytes().blob())
                        .bind(form.bytes().lengthBytes())
                        .bind(form.bytes().sha256())
                        .bind(form.bytes().crc32c())
                        .bind(form.head())
                        .update()
                == 1;
    }

    /// Puts another form in the place of an instance.
    ///
    /// @return the revision of the instance, or null where it is no longer as it was when the form was made
    ///     of it
    public @Nullable Long replace(Located instance, Located form, Received received) {
        for (String text : LOCKS) {
            session.sql(text).bind(instance.key()).list(row -> row.getLong(1));
        }
        if (!lock(instance)) {
            return null;
        }
        Long revision = session.sql(REPLACE)
                .bind(form.transferSyntax())
                .bind(form.bytes().blob())
                .bind(form.bytes().lengthBytes())
                .bind(form.bytes().sha256())
                .bind(form.bytes().crc32c())
                .bind(form.head())
                .bind(instance.key())
                .get(row -> row.getLong(1));
        session.sql(RECEIVED)
                .bind(instance.key())
                .bind(received.transferSyntax())
                .bind(received.lengthBytes())
                .bind(received.sha256())
                .bind(received.beginning())
                .bind(received.ending())
                .update();
        CrashPoint.RECODED_ROWS.pass();
        for (String text : TOUCHES) {
            session.sql(text).bind(instance.key()).update();
        }
        return revision;
    }

    private boolean lock(Located instance) {
        return session.sql(LOCK_INSTANCE)
                        .bind(instance.key())
                        .bind(instance.bytes().blob())
                        .findFirst(row -> row.getLong(1))
                != null;
    }

    private static Received received(Row row) {
        return new Received(row.getString(1), row.getLong(2), row.getBytes(3), row.getBytes(4), row.getBytes(5));
    }
}
