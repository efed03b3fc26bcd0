package org.isocenter.server.archive;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Uids;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.worklist.EventReport;
import org.isocenter.server.worklist.Fault;
import org.isocenter.server.worklist.MalformedFilterException;
import org.isocenter.server.worklist.Requirements;
import org.isocenter.server.worklist.Subscriptions;
import org.isocenter.server.worklist.Subscriptions.Subscriber;
import org.isocenter.server.worklist.Verdict;
import org.isocenter.server.worklist.Workitem;
import org.isocenter.server.worklist.WorkitemEvent;
import org.isocenter.server.worklist.WorkitemFilter;
import org.isocenter.server.worklist.WorkitemRows;
import org.isocenter.server.worklist.WorkitemState;
import org.jspecify.annotations.Nullable;

/// The worklist (PS3.4 annex CC): creates, changes and finds workitems.
///
/// Every change locks the row of its workitem first, so that of two who want to claim it one comes second
/// and finds it claimed. What subscribers are to be told is written in the same transaction.
public final class Worklist {
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss.SSSSSS").withZone(ZoneOffset.UTC);
    private static final String LABEL = "worklist";

    private final Database database;
    private final Mailing mailing;

    public Worklist(Database database) {
        this.database = database;
        this.mailing = new Mailing(database);
    }

    /// What came of a request for a change.
    public sealed interface Outcome {}

    /// The change is made, or there was nothing to change.
    ///
    /// @param uid of the workitem
    /// @param modified whether more was put into it than was asked for
    public record Done(String uid, Verdict verdict, boolean modified) implements Outcome {}

    /// The workitem is in a state in which this does not happen.
    ///
    /// @param state that it is in, or null where there is none
    /// @param fault what it lacks, where it lacks something
    /// @param missing whether there was no transaction UID at all
    public record Refused(
            Verdict verdict,
            @Nullable WorkitemState state,
            @Nullable Fault fault,
            boolean missing) implements Outcome {

        private static Refused of(Verdict verdict, @Nullable Workitem workitem) {
            return new Refused(verdict, workitem == null ? null : workitem.state(), null, false);
        }

        private static Refused of(Verdict verdict, Workitem workitem, @Nullable String transactionUid) {
            return new Refused(verdict, workitem.state(), null, transactionUid == null);
        }
    }

    /// What was sent is no workitem, or no change of one.
    public record Invalid(Fault fault) implements Outcome {}

    /// What subscribers have yet to be told.
    public Mailing mailing() {
        return mailing;
    }

    /// The keys to search or to subscribe by.
    ///
    /// @param fuzzy whether names need only begin so, or be much alike
    public static WorkitemFilter filter(List<WorkitemFilter.Key> keys, boolean fuzzy) throws MalformedFilterException {
        return WorkitemFilter.parse(keys, fuzzy, FoldedKeys.INSTANCE);
    }

    /// Creates a workitem.
    ///
    /// @param target the partition that is to have it
    /// @param uid that it is to have, or null where the data set tells or where any will do
    public Outcome create(StoreTarget target, @Nullable String uid, DataSet sent) {
        DataSet workitem = WorkitemRows.copy(sent);
        String own = workitem.findString(Tag.SOPInstanceUID);
        if (own != null && !Uids.readable(own)) {
            return invalid(Tag.SOPInstanceUID, "is no valid UID");
        }
        if (uid != null && own != null && !uid.equals(Uids.trim(own))) {
            return invalid(Tag.SOPInstanceUID, "is not the UID of the request");
        }
        String named = uid != null ? uid : own != null ? Uids.trim(own) : Uids.create();
        int[] added = new int[1];
        Fault fault = complete(workitem, named, added);
        if (fault != null) {
            return new Invalid(fault);
        }
        int partition = target.open().partition();
        Outcome outcome = database.transaction(partition, session -> {
            WorkitemRows rows = new WorkitemRows(session, FoldedKeys.INSTANCE);
            Long key = rows.insert(partition, named, workitem);
            if (key == null) {
                return Refused.of(Verdict.DUPLICATE, null);
            }
            tellOfNew(session, rows, partition, key, named, workitem);
            return new Done(named, Verdict.SCHEDULE, added[0] > 0);
        });
        mailing.wake();
        return outcome;
    }

    /// Brings a data set into the form in which a workitem begins.
    ///
    /// @param added counts what it did not have
    private static @Nullable Fault complete(DataSet workitem, String uid, int[] added) {
        if (workitem.findString(Tag.TransactionUID) != null) {
            return fault(Tag.TransactionUID, "has to be empty when a workitem is created");
        }
        workitem.remove(Tag.TransactionUID);
        String sopClass = workitem.findString(Tag.SOPClassUID);
        if (sopClass != null && !sopClass.equals(Subscriptions.PUSH_SOP_CLASS)) {
            return fault(Tag.SOPClassUID, "is not that of workitems");
        }
        String state = workitem.findString(Tag.ProcedureStepState);
        if (state != null && WorkitemState.find(state) != WorkitemState.SCHEDULED) {
            return fault(Tag.ProcedureStepState, "has to be SCHEDULED when a workitem is created");
        }
        unifyCharacters(workitem);
        workitem.putString(Tag.SOPClassUID, Subscriptions.PUSH_SOP_CLASS)
                .putString(Tag.SOPInstanceUID, uid)
                .putString(Tag.ProcedureStepState, WorkitemState.SCHEDULED.term())
                .putString(Tag.ScheduledProcedureStepModificationDateTime, now());
        if (workitem.findString(Tag.WorklistLabel) == null) {
            workitem.putString(Tag.WorklistLabel, LABEL);
            added[0]++;
        }
        Fault fault = Requirements.findAtCreation(workitem, () -> added[0]++);
        return fault == null ? Requirements.findInValues(workitem) : fault;
    }

    private static void tellOfNew(
            Session session, WorkitemRows rows, int partition, long key, String uid, DataSet workitem) {
        Subscriptions subscriptions = new Subscriptions(session, partition);
        Map<String, Boolean> locks = new LinkedHashMap<>();
        for (Subscriber subscriber : subscriptions.subscribers()) {
            if (subscriber.filter().isEmpty() || rows.matches(partition, key, Subscribe.stored(subscriber.filter()))) {
                locks.merge(subscriber.aet(), subscriber.deletionLock(), Boolean::logicalOr);
            }
        }
        locks.forEach((aet, lock) -> subscriptions.subscribe(aet, key, lock));
        List<EventReport> reports = new ArrayList<>();
        reports.add(EventReport.state(uid, WorkitemState.SCHEDULED, workitem));
        if (!workitem.items(Tag.ScheduledStationNameCodeSequence).isEmpty()
                || !workitem.items(Tag.ScheduledHumanPerformersSequence).isEmpty()) {
            reports.add(EventReport.assigned(uid, workitem));
        }
        subscriptions.report(List.copyOf(locks.keySet()), reports);
    }

    /// The workitem, or null where the caller has none with this UID.
    public @Nullable Workitem find(Caller caller, String uid) {
        return database.<@Nullable Workitem>query(
                caller.partition(),
                session -> new WorkitemRows(session, FoldedKeys.INSTANCE).find(caller.partition(), uid));
    }

    /// A page of the workitems that match, newest first.
    public WorkitemRows.Page page(Caller caller, WorkitemFilter filter, int offset, int limit) {
        return database.query(
                caller.partition(),
                session -> new WorkitemRows(session, FoldedKeys.INSTANCE)
                        .search(caller.partition(), filter, offset, limit));
    }

    /// How many match in all.
    public long count(Caller caller, WorkitemFilter filter) {
        return database.query(
                caller.partition(),
                session -> new WorkitemRows(session, FoldedKeys.INSTANCE).count(caller.partition(), filter));
    }

    /// Changes attributes of a workitem; sequences are replaced whole.
    ///
    /// @param transactionUid by which it was claimed; null where nobody has
    public Outcome update(Caller caller, String uid, @Nullable String transactionUid, DataSet sent) {
        DataSet changes = WorkitemRows.copy(sent);
        changes.remove(Tag.TransactionUID);
        return change(caller, uid, (session, workitem) -> {
            Refused refused = updateRefused(workitem, transactionUid);
            if (refused != null) {
                return refused;
            }
            Fault fault = Requirements.findAtChange(changes);
            fault = fault == null ? Requirements.findInValues(changes) : fault;
            if (fault != null) {
                return new Invalid(fault);
            }
            DataSet before = workitem.dataSet();
            DataSet after = WorkitemRows.copy(before);
            for (Element element : changes) {
                after.put(element);
            }
            unifyCharacters(after);
            write(session, workitem, workitem.state(), workitem.transactionUid(), after);
            tell(session, caller, workitem, reports(workitem, before, after));
            return new Done(uid, Verdict.CLAIM, false);
        });
    }

    private static @Nullable Refused updateRefused(Workitem workitem, @Nullable String transactionUid) {
        Verdict verdict = switch (workitem.state()) {
            case SCHEDULED -> transactionUid == null ? null : Verdict.NOT_IN_PROGRESS;
            case IN_PROGRESS ->
                transactionUid != null && transactionUid.equals(workitem.transactionUid())
                        ? null
                        : Verdict.WRONG_TRANSACTION_UID;
            case COMPLETED, CANCELED -> Verdict.NO_LONGER_UPDATED;
        };
        return verdict == null ? null : Refused.of(verdict, workitem, transactionUid);
    }

    /// What a change of attributes is to subscribers (PS3.4 CC.2.4.3).
    private static List<EventReport> reports(Workitem workitem, DataSet before, DataSet after) {
        List<EventReport> reports = new ArrayList<>();
        if (differ(before, after, Tag.InputReadinessState)) {
            reports.add(EventReport.state(workitem.uid(), workitem.state(), after));
        }
        if (differ(before, after, Tag.ScheduledStationNameCodeSequence)
                || differ(before, after, Tag.ScheduledHumanPerformersSequence)) {
            reports.add(EventReport.assigned(workitem.uid(), after));
        }
        if (differ(before, after, Tag.ProcedureStepProgressInformationSequence)) {
            reports.add(EventReport.progress(workitem.uid(), after));
        }
        return reports;
    }

    private static boolean differ(DataSet before, DataSet after, int tag) {
        return !Objects.equals(before.find(tag), after.find(tag));
    }

    /// Changes the state of a workitem.
    ///
    /// @param transactionUid by which it is claimed, or was; null where none was given
    public Outcome changeState(Caller caller, String uid, @Nullable String transactionUid, WorkitemState target) {
        return change(caller, uid, (session, workitem) -> {
            Verdict verdict = WorkitemEvent.change(target, right(workitem, transactionUid))
                    .verdict(workitem.state());
            WorkitemState next = verdict.findTarget();
            if (next == null) {
                boolean warning = verdict == Verdict.ALREADY_CANCELED || verdict == Verdict.ALREADY_COMPLETED;
                return warning ? new Done(uid, verdict, false) : Refused.of(verdict, workitem, transactionUid);
            }
            DataSet after = WorkitemRows.copy(workitem.dataSet());
            if (next == WorkitemState.CANCELED) {
                stampCancellation(after);
            }
            if (next.isFinal()) {
                Fault fault = Requirements.findAtEnd(after, next);
                if (fault != null) {
                    return new Refused(Verdict.NOT_FINAL, workitem.state(), fault, false);
                }
            }
            write(session, workitem, next, transactionUid, after);
            tell(session, caller, workitem, List.of(EventReport.state(uid, next, after)));
            return new Done(uid, verdict, false);
        });
    }

    private static boolean right(Workitem workitem, @Nullable String transactionUid) {
        String own = workitem.transactionUid();
        return transactionUid != null && (own == null || own.equals(transactionUid));
    }

    /// Tells whoever performs a workitem that somebody wishes it to be canceled, or cancels it where nobody
    /// has begun.
    ///
    /// @param wish the reasons, and whom to contact
    public Outcome requestCancel(Caller caller, String uid, DataSet wish) {
        Fault fault = Requirements.findInValues(wish);
        if (fault != null) {
            return new Invalid(fault);
        }
        return change(caller, uid, (session, workitem) -> {
            Verdict verdict = WorkitemEvent.REQUEST_CANCEL.verdict(workitem.state());
            if (verdict == Verdict.ASK) {
                EventReport report = EventReport.cancelRequested(uid, wish.findString(Tag.RequestingAE), wish);
                return tell(session, caller, workitem, List.of(report))
                        ? new Done(uid, verdict, false)
                        : Refused.of(Verdict.NOBODY_TO_ASK, workitem);
            }
            if (verdict != Verdict.WITHDRAW) {
                return Refused.of(verdict, workitem);
            }
            DataSet after = WorkitemRows.copy(workitem.dataSet());
            withdraw(after, wish);
            write(session, workitem, WorkitemState.CANCELED, null, after);
            tell(
                    session,
                    caller,
                    workitem,
                    List.of(
                            EventReport.state(uid, WorkitemState.IN_PROGRESS, workitem.dataSet()),
                            EventReport.state(uid, WorkitemState.CANCELED, after)));
            return new Done(uid, verdict, false);
        });
    }

    /// Notes why a workitem was canceled that nobody had begun, so that it is what a canceled one has to be.
    private static void withdraw(DataSet workitem, DataSet wish) {
        unifyCharacters(workitem);
        DataSet progress = progress(workitem);
        if (Requirements.valued(wish, Tag.ContactURI) || Requirements.valued(wish, Tag.ContactDisplayName)) {
            DataSet contact = new DataSet().inherit(workitem.characterSets());
            copy(wish, contact, Tag.ContactURI);
            copy(wish, contact, Tag.ContactDisplayName);
            progress.putItems(Tag.ProcedureStepCommunicationsURISequence, contact);
        }
        copy(wish, progress, Tag.ReasonForCancellation);
        copy(wish, progress, Tag.ProcedureStepDiscontinuationReasonCodeSequence);
        if (!Requirements.valued(progress, Tag.ProcedureStepDiscontinuationReasonCodeSequence)) {
            // PS3.16 CID 9300.
            progress.putItems(
                    Tag.ProcedureStepDiscontinuationReasonCodeSequence,
                    new DataSet()
                            .putString(Tag.CodeValue, "110513")
                            .putString(Tag.CodingSchemeDesignator, "DCM")
                            .putString(Tag.CodeMeaning, "Discontinued for unspecified reason"));
        }
        stampCancellation(workitem);
    }

    /// The time of cancellation, where it is not told (PS3.4 table CC.2.5-3).
    private static void stampCancellation(DataSet workitem) {
        DataSet progress = progress(workitem);
        if (progress.findString(Tag.ProcedureStepCancellationDateTime) == null) {
            progress.putString(Tag.ProcedureStepCancellationDateTime, now());
        }
    }

    /// The item of progress, which is made where there is none.
    private static DataSet progress(DataSet workitem) {
        DataSet progress = workitem.findItem(Tag.ProcedureStepProgressInformationSequence);
        if (progress == null) {
            progress = new DataSet().inherit(workitem.characterSets());
            workitem.putItems(Tag.ProcedureStepProgressInformationSequence, progress);
        }
        return progress;
    }

    private static void copy(DataSet from, DataSet to, int tag) {
        Element element = from.find(tag);
        if (element != null && !element.empty()) {
            to.put(element);
        }
    }

    /// What is done with a workitem while nobody else can.
    private interface Step {
        Outcome with(Session session, Workitem workitem);
    }

    private Outcome change(Caller caller, String uid, Step step) {
        Outcome outcome = database.transaction(caller.partition(), session -> {
            Workitem workitem = new WorkitemRows(session, FoldedKeys.INSTANCE).lock(caller.partition(), uid);
            return workitem == null ? Refused.of(Verdict.UNKNOWN, null) : step.with(session, workitem);
        });
        mailing.wake();
        return outcome;
    }

    private static void write(
            Session session, Workitem workitem, WorkitemState state, @Nullable String transactionUid, DataSet dataSet) {
        dataSet.putString(Tag.ProcedureStepState, state.term())
                .putString(Tag.ScheduledProcedureStepModificationDateTime, now());
        new WorkitemRows(session, FoldedKeys.INSTANCE)
                .update(new Workitem(workitem.key(), workitem.uid(), state, transactionUid, dataSet));
    }

    /// @return whether anybody is subscribed
    private static boolean tell(Session session, Caller caller, Workitem workitem, List<EventReport> reports) {
        Subscriptions subscriptions = new Subscriptions(session, caller.partition());
        List<String> aets = subscriptions.subscribedTo(workitem.key());
        subscriptions.report(aets, reports);
        return !aets.isEmpty();
    }

    /// Text comes out of the models in UTF-8, and where it is plain ASCII it is that too.
    private static void unifyCharacters(DataSet dataSet) {
        if (dataSet.contains(Tag.SpecificCharacterSet)) {
            dataSet.putString(Tag.SpecificCharacterSet, "ISO_IR 192");
        }
    }

    /// This moment as a value of DT.
    static String now() {
        return DATE_TIME.format(Instant.now()) + "+0000";
    }

    private static Invalid invalid(int tag, String reason) {
        return new Invalid(fault(tag, reason));
    }

    private static Fault fault(int tag, String reason) {
        return new Fault(Requirements.name(tag), reason);
    }
}
