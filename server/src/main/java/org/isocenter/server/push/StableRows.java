package org.isocenter.server.push;

import java.time.Duration;
import org.isocenter.server.db.Session;

/// Finds the studies that have been left alone for a while.
///
/// Which studies have changed, and when, is taken from the feed into rows of their own, together with how
/// far it was read. A study that has been quiet for long enough loses its row and becomes an event, in one
/// transaction: nothing is told twice, and nothing is forgotten when a process ends.
public final class StableRows {
    /// Studies that come to rest in one transaction.
    private static final int STUDIES_MAX = 500;

    private static final String NOTE = """
            with page as (
                select position, partition, study_uid, occurred from feed
                where position > ? order by position limit ?
            ),
            noted as (
                insert into unsettled_study (partition, study_uid, position, changed)
                select partition, study_uid, max(position), max(occurred) from page group by partition, study_uid
                on conflict (partition, study_uid) do update
                set position = excluded.position, changed = excluded.changed
            )
            select count(*), max(position) from page""";

    private static final String DUE = """
            select exists (
                select from unsettled_study where changed <= clock_timestamp() - ? * interval '1 millisecond')""";

    private static final String SETTLE = """
            with due as (
                select partition, study_uid, position from unsettled_study
                where changed <= clock_timestamp() - ? * interval '1 millisecond'
                order by position limit ?
            ),
            settled as (
                delete from unsettled_study using due
                where unsettled_study.partition = due.partition and unsettled_study.study_uid = due.study_uid
                returning due.partition, due.study_uid, due.position
            )
            insert into study_stable (position, partition, study_uid, modalities, series, instances)
            select nextval(pg_get_serial_sequence('feed', 'position')), partition, uid, modalities, series, instances
            from (
                select study.partition, study.uid, study.modalities, study.series, study.instances
                from settled join study on study.partition = settled.partition and study.uid = settled.study_uid
                order by settled.position
            ) as stable""";

    private final Session session;

    public StableRows(Session session) {
        this.session = session;
    }

    /// What was taken from the feed.
    ///
    /// @param entries how many
    /// @param position of the last of them, or that which was given
    public record Noted(long entries, long position) {}

    /// Notes which studies the changes behind a position are about.
    public Noted note(long after, int limit) {
        return session.sql(NOTE).bind(after).bind(limit).get(row -> {
            Long last = row.findLong(2);
            return new Noted(row.getLong(1), last == null ? after : last);
        });
    }

    /// Whether any study has been quiet for so long.
    public boolean anyDue(Duration quiet) {
        return session.sql(DUE).bind(quiet.toMillis()).get(row -> row.getBoolean(1));
    }

    /// Makes events of the studies that have been quiet for so long and are still there. Every change has
    /// been noted, and the lock of the feed is held.
    public void settle(Duration quiet) {
        session.sql(SETTLE).bind(quiet.toMillis()).bind(STUDIES_MAX).update();
    }
}
