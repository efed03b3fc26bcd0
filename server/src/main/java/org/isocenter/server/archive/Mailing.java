package org.isocenter.server.archive;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.worklist.EventReport;
import org.isocenter.server.worklist.Subscriptions;
import org.isocenter.server.worklist.Subscriptions.Waiting;
import org.isocenter.server.worklist.Workitem;

/// The reports that wait for application entities, for whoever has a line to one of them.
public final class Mailing {
    private static final int STATES_MAX = 1000;

    /// Workitems that are held in memory at one time.
    private static final int AT_ONCE = 20;

    private final Database database;
    private final List<Runnable> bells = new CopyOnWriteArrayList<>();

    Mailing(Database database) {
        this.database = database;
    }

    /// Has a bell rung whenever there may be reports of this process. Those of others do not ring it.
    public void onReports(Runnable bell) {
        bells.add(bell);
    }

    void wake() {
        bells.forEach(Runnable::run);
    }

    /// Leaves for an application entity how the workitems stand to which it is subscribed, the newest
    /// 1,000, but for those about which something waits anyway.
    public void leaveStates(Caller caller, String aet) {
        database.transaction(caller.partition(), session -> {
            Subscriptions subscriptions = new Subscriptions(session, caller.partition());
            List<Workitem> quiet = subscriptions.quiet(aet, AT_ONCE);
            for (int left = 0; left < STATES_MAX && !quiet.isEmpty(); left += quiet.size()) {
                subscriptions.report(
                        List.of(aet),
                        quiet.reversed().stream()
                                .map(workitem ->
                                        EventReport.state(workitem.uid(), workitem.state(), workitem.dataSet()))
                                .toList());
                // Those that have just been told of are quiet no more.
                quiet = subscriptions.quiet(aet, AT_ONCE);
            }
            return null;
        });
    }

    /// The oldest reports that wait for an application entity.
    public List<Waiting> waiting(Caller caller, String aet, int limit) {
        return database.query(
                caller.partition(), session -> new Subscriptions(session, caller.partition()).waiting(aet, limit));
    }

    /// Forgets reports that have been sent.
    public void sent(Caller caller, List<Waiting> reports) {
        database.transaction(caller.partition(), session -> {
            new Subscriptions(session, caller.partition()).sent(reports);
            return null;
        });
    }
}
