package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.worklist.EventReport;
import org.isocenter.server.worklist.MalformedFilterException;
import org.isocenter.server.worklist.Subscriptions;
import org.isocenter.server.worklist.Subscriptions.Subscriber;
import org.isocenter.server.worklist.Workitem;
import org.isocenter.server.worklist.WorkitemFilter;
import org.isocenter.server.worklist.WorkitemRows;

/// Subscribes application entities to workitems, and ends that (PS3.4 CC.2.3).
public final class Subscribe {
    /// The UID by which one subscribes to every workitem.
    public static final String WORKLIST = Subscriptions.WORKLIST;

    /// The UID by which one subscribes to the workitems that match a filter.
    public static final String FILTERED_WORKLIST = Subscriptions.FILTERED_WORKLIST;

    private static final String BETWEEN_KEYS = "\n";
    private static final String EVERYTHING = "";

    private final Database database;
    private final Mailing mailing;

    public Subscribe(Database database, Mailing mailing) {
        this.database = database;
        this.mailing = mailing;
    }

    /// What came of a wish to be subscribed.
    public enum Outcome {
        DONE,
        /// There is no such workitem.
        UNKNOWN,
        /// There are as many subscriptions as there may be.
        FULL
    }

    /// Subscribes to a workitem, and leaves word how it stands.
    public Outcome toWorkitem(Caller caller, String uid, String aet, boolean deletionLock) {
        Outcome outcome = database.transaction(caller.partition(), session -> {
            Workitem workitem = new WorkitemRows(session, FoldedKeys.INSTANCE).lock(caller.partition(), uid);
            if (workitem == null) {
                return Outcome.UNKNOWN;
            }
            Subscriptions subscriptions = new Subscriptions(session, caller.partition());
            if (!subscriptions.subscribe(aet, workitem.key(), deletionLock)) {
                return Outcome.FULL;
            }
            subscriptions.report(List.of(aet), List.of(EventReport.state(uid, workitem.state(), workitem.dataSet())));
            return Outcome.DONE;
        });
        mailing.wake();
        return outcome;
    }

    /// Subscribes to every workitem that is there and to every one that is created.
    public Outcome toAll(Caller caller, String aet, boolean deletionLock) {
        return subscribe(caller, new Subscriber(aet, EVERYTHING, deletionLock));
    }

    /// Subscribes to the workitems that match, those that are there and those that are created.
    ///
    /// @throws MalformedFilterException where nothing can be searched by the keys
    public Outcome toMatching(Caller caller, List<WorkitemFilter.Key> keys, String aet, boolean deletionLock)
            throws MalformedFilterException {
        Worklist.filter(keys, false);
        List<String> lines = keys.stream()
                .map(key -> key.name() + "=" + key.value().replace(BETWEEN_KEYS, " "))
                .toList();
        return subscribe(caller, new Subscriber(aet, String.join(BETWEEN_KEYS, lines), deletionLock));
    }

    /// Every workitem to which this is new is reported, as PS3.4 table CC.2.3-2 has it for subscriptions
    /// with a lock and as it does no harm for those without.
    private Outcome subscribe(Caller caller, Subscriber subscriber) {
        Outcome outcome = database.transaction(caller.partition(), session -> {
            Subscriptions subscriptions = new Subscriptions(session, caller.partition());
            if (!subscriptions.subscribe(subscriber)) {
                return Outcome.FULL;
            }
            subscriptions.subscribeToExisting(subscriber.aet(), stored(subscriber.filter()), subscriber.deletionLock());
            return Outcome.DONE;
        });
        if (outcome == Outcome.DONE) {
            mailing.leaveStates(caller, subscriber.aet());
            mailing.wake();
        }
        return outcome;
    }

    /// Ends a subscription to a workitem.
    ///
    /// @return whether there was one
    public boolean endWorkitem(Caller caller, String uid, String aet) {
        return database.transaction(caller.partition(), session -> {
            Workitem workitem = new WorkitemRows(session, FoldedKeys.INSTANCE).lock(caller.partition(), uid);
            return workitem != null && subscriptions(session, caller).unsubscribe(aet, workitem.key());
        });
    }

    /// Ends a subscription to what is created, and those to every workitem.
    ///
    /// @param filtered whether the one with a filter is meant
    /// @return whether there was one
    public boolean endAll(Caller caller, String aet, boolean filtered) {
        return database.transaction(caller.partition(), session -> {
            boolean suspended = subscriptions(session, caller).suspend(aet, filtered);
            boolean unsubscribed =
                    (suspended || !filtered) && subscriptions(session, caller).unsubscribe(aet);
            return suspended || unsubscribed;
        });
    }

    /// Ends a subscription to what is created; those to workitems that are there stay.
    ///
    /// @return whether there was one
    public boolean suspend(Caller caller, String aet, boolean filtered) {
        return database.transaction(
                caller.partition(), session -> subscriptions(session, caller).suspend(aet, filtered));
    }

    /// The filter that a subscriber gave.
    static WorkitemFilter stored(String filter) {
        List<WorkitemFilter.Key> keys = new ArrayList<>();
        filter.lines().forEach(line -> {
            int equals = line.indexOf('=');
            keys.add(new WorkitemFilter.Key(line.substring(0, equals), line.substring(equals + 1)));
        });
        try {
            return Worklist.filter(keys, false);
        } catch (MalformedFilterException impossible) {
            throw new IllegalStateException("a filter was accepted that is none", impossible);
        }
    }

    private static Subscriptions subscriptions(Session session, Caller caller) {
        return new Subscriptions(session, caller.partition());
    }
}
