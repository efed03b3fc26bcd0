package org.isocenter.server.worklist;

import java.util.List;
import org.isocenter.server.db.Session;

/// Who wants to hear of which workitems (PS3.4 table CC.2.3-2), and what these application entities have
/// yet to be told.
///
/// A report is a row that is written in the transaction of what it tells, and removed when it has been
/// sent. So none is lost when the server ends or the other side is away; but of one that stays away only
/// the newest are kept.
public final class Subscriptions {
    /// The UID by which one subscribes to every workitem.
    public static final String WORKLIST = "1.2.840.10008.5.1.4.34.5";

    /// The UID by which one subscribes to the workitems that match a filter.
    public static final String FILTERED_WORKLIST = "1.2.840.10008.5.1.4.34.5.1";

    /// The SOP class of every workitem.
    public static final String PUSH_SOP_CLASS = "1.2.840.10008.5.1.4.34.6.1";

    /// Reports that wait for an application entity, at the most.
    public static final int REPORTS_MAX = 10_000;

    /// Subscriptions to what is created in a partition, at the most.
    public static final int SUBSCRIBERS_MAX = 500;

    /// Application entities that are subscribed to one workitem, at the most.
    public static final int WORKITEM_SUBSCRIBERS_MAX = 500;

    /// The first of the keys of the locks, one for each partition, that those who subscribe hold alone and
    /// those who create share.
    private static final long LOCK = 0x7570_7300_0000_0000L;

    private final Session session;
    private final int partition;

    public Subscriptions(Session session, int partition) {
        this.session = session;
        this.partition = partition;
    }

    /// Somebody who is subscribed to what is created.
    ///
    /// @param filter as it was written, or empty for every workitem
    public record Subscriber(String aet, String filter, boolean deletionLock) {}

    /// A report that waits.
    public record Waiting(long key, byte[] report) {}

    /// Those who are subscribed to what is created. None comes or goes before the transaction ends, so that
    /// whoever comes at the same time finds what is created now among what is there.
    public List<Subscriber> subscribers() {
        session.sql("select pg_advisory_xact_lock_shared(?)")
                .bind(LOCK + partition)
                .list(row -> true);
        return session.sql(
                        "select aet, filter, deletion_lock from worklist_subscriber where partition = ? order by created")
                .bind(partition)
                .list(row -> new Subscriber(row.getString(1), row.getString(2), row.getBoolean(3)));
    }

    /// Subscribes an application entity to whatever is created from now on.
    ///
    /// @return whether there was room
    public boolean subscribe(Subscriber subscriber) {
        session.sql("select pg_advisory_xact_lock(?)").bind(LOCK + partition).list(row -> true);
        long others = session.sql(
                        "select count(*) from worklist_subscriber where partition = ? and (aet, filter) <> (?, ?)")
                .bind(partition)
                .bind(subscriber.aet())
                .bind(subscriber.filter())
                .get(row -> row.getLong(1));
        if (others >= SUBSCRIBERS_MAX) {
            return false;
        }
        session.sql("""
                        insert into worklist_subscriber (partition, aet, filter, deletion_lock) values (?, ?, ?, ?)
                        on conflict (partition, aet, filter) do update set deletion_lock = excluded.deletion_lock""")
                .bind(partition)
                .bind(subscriber.aet())
                .bind(subscriber.filter())
                .bind(subscriber.deletionLock())
                .update();
        return true;
    }

    /// Subscribes an application entity to the workitems that match and that it is not subscribed to.
    public void subscribeToExisting(String aet, WorkitemFilter filter, boolean deletionLock) {
        var sql = session.sql("insert into workitem_subscription (workitem, partition, aet, deletion_lock)"
                        + " select key, partition, ?, ? from workitem " + WorkitemRows.where(filter)
                        + " on conflict (workitem, aet) do nothing")
                .bind(aet)
                .bind(deletionLock)
                .bind(partition);
        WorkitemRows.bind(sql, filter);
        sql.custom().update();
    }

    /// Subscribes an application entity to a workitem.
    ///
    /// @return whether there was room
    public boolean subscribe(String aet, long workitem, boolean deletionLock) {
        long others = session.sql("select count(*) from workitem_subscription where workitem = ? and aet <> ?")
                .bind(workitem)
                .bind(aet)
                .get(row -> row.getLong(1));
        if (others >= WORKITEM_SUBSCRIBERS_MAX) {
            return false;
        }
        session.sql("""
                        insert into workitem_subscription (workitem, partition, aet, deletion_lock) values (?, ?, ?, ?)
                        on conflict (workitem, aet) do update set deletion_lock = excluded.deletion_lock""")
                .bind(workitem)
                .bind(partition)
                .bind(aet)
                .bind(deletionLock)
                .update();
        return true;
    }

    /// Ends the subscription to a workitem.
    ///
    /// @return whether there was one
    public boolean unsubscribe(String aet, long workitem) {
        return session.sql("delete from workitem_subscription where workitem = ? and aet = ?")
                        .bind(workitem)
                        .bind(aet)
                        .update()
                > 0;
    }

    /// Ends the subscriptions of an application entity to every workitem.
    ///
    /// @return whether there was one
    public boolean unsubscribe(String aet) {
        return session.sql("delete from workitem_subscription where partition = ? and aet = ?")
                        .bind(partition)
                        .bind(aet)
                        .update()
                > 0;
    }

    /// Ends the subscriptions of an application entity to what is created.
    ///
    /// @param filtered whether those with a filter are meant, or those without
    /// @return whether there was one
    public boolean suspend(String aet, boolean filtered) {
        return session.sql("delete from worklist_subscriber where partition = ? and aet = ? and (filter <> '') = ?")
                        .bind(partition)
                        .bind(aet)
                        .bind(filtered)
                        .update()
                > 0;
    }

    /// The application entities that are subscribed to a workitem.
    public List<String> subscribedTo(long workitem) {
        return session.sql("select aet from workitem_subscription where workitem = ? order by aet")
                .bind(workitem)
                .list(row -> row.getString(1));
    }

    /// The newest workitems to which an application entity is subscribed and about which it has nothing to
    /// be told.
    public List<Workitem> quiet(String aet, int limit) {
        return session.sql("""
                        select key, uid, state, transaction_uid, attributes from workitem
                        where partition = ?
                            and exists (
                                select from workitem_subscription as own
                                where own.workitem = workitem.key and own.aet = ?)
                            and not exists (
                                select from workitem_report as waiting
                                where waiting.partition = workitem.partition
                                    and waiting.aet = ?
                                    and waiting.uid = workitem.uid)
                        order by key desc limit ?""").bind(partition).bind(aet).bind(aet).bind(limit).list(WorkitemRows::workitem);
    }

    /// Leaves reports for application entities.
    public void report(List<String> aets, List<EventReport> reports) {
        if (aets.isEmpty() || reports.isEmpty()) {
            return;
        }
        session.sql("""
                        insert into workitem_report (partition, aet, uid, report)
                        select ?, receiver, one.uid, one.report
                        from unnest(?, ?) with ordinality as one (uid, report, place) cross join unnest(?) as receiver
                        order by place""")
                .bind(partition)
                .bindTexts(reports.stream().map(EventReport::uid).toArray(String[]::new))
                .bindBytes(reports.stream().map(EventReport::json).toArray(byte[][]::new))
                .bindTexts(aets.toArray(String[]::new))
                .update();
        session.sql("""
                        delete from workitem_report using unnest(?) as receiver
                        where partition = ? and aet = receiver and key <= (
                            select key from workitem_report as newer
                            where newer.partition = ? and newer.aet = receiver order by key desc offset ? limit 1)""")
                .bindTexts(aets.toArray(String[]::new))
                .bind(partition)
                .bind(partition)
                .bind(REPORTS_MAX)
                .update();
    }

    /// The oldest reports that wait for an application entity.
    public List<Waiting> waiting(String aet, int limit) {
        return session.sql(
                        "select key, report from workitem_report where partition = ? and aet = ? order by key limit ?")
                .bind(partition)
                .bind(aet)
                .bind(limit)
                .list(row -> new Waiting(row.getLong(1), row.getBytes(2)));
    }

    /// Removes reports that have been sent.
    public void sent(List<Waiting> reports) {
        session.sql("delete from workitem_report where partition = ? and key = any(?)")
                .bind(partition)
                .bindLongs(reports.stream().mapToLong(Waiting::key).toArray())
                .update();
    }
}
