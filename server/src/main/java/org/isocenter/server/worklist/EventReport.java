package org.isocenter.server.worklist;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;

/// What subscribers are told (PS3.4 table CC.2.4-1), as the data set that goes over the channel (PS3.18
/// 8.10.5).
///
/// @param uid of the workitem, or of the worklist where the report is about the server itself
public record EventReport(String uid, DataSet dataSet) {
    private static final int STATE = 1;
    private static final int CANCEL_REQUESTED = 2;
    private static final int PROGRESS = 3;
    private static final int STATUS = 4;
    private static final int ASSIGNED = 5;

    private static final AtomicInteger MESSAGES = new AtomicInteger(1);

    /// How the state of a workitem, or the readiness of its input, has changed or stands.
    public static EventReport state(String uid, WorkitemState state, DataSet workitem) {
        DataSet report = begin(uid, STATE).putString(Tag.ProcedureStepState, state.term());
        copy(workitem, report, Tag.InputReadinessState);
        DataSet progress = workitem.findItem(Tag.ProcedureStepProgressInformationSequence);
        if (state == WorkitemState.CANCELED && progress != null) {
            copy(progress, report, Tag.ReasonForCancellation);
            copy(progress, report, Tag.ProcedureStepDiscontinuationReasonCodeSequence);
        }
        return new EventReport(uid, report);
    }

    /// That somebody wishes a workitem to be canceled.
    ///
    /// @param requester the application entity that does, or null where it did not say
    /// @param wish its reasons and whom to contact
    public static EventReport cancelRequested(String uid, @Nullable String requester, DataSet wish) {
        DataSet report =
                begin(uid, CANCEL_REQUESTED).putString(Tag.RequestingAE, requester == null ? "UNKNOWN" : requester);
        for (int tag : List.of(
                Tag.ReasonForCancellation,
                Tag.ProcedureStepDiscontinuationReasonCodeSequence,
                Tag.ContactURI,
                Tag.ContactDisplayName)) {
            copy(wish, report, tag);
        }
        return new EventReport(uid, report);
    }

    /// How far a workitem is.
    public static EventReport progress(String uid, DataSet workitem) {
        DataSet report = begin(uid, PROGRESS);
        copy(workitem, report, Tag.ProcedureStepProgressInformationSequence);
        return new EventReport(uid, report);
    }

    /// To whom a workitem is assigned.
    public static EventReport assigned(String uid, DataSet workitem) {
        DataSet report = begin(uid, ASSIGNED);
        copy(workitem, report, Tag.ScheduledStationNameCodeSequence);
        DataSet performer = workitem.findItem(Tag.ScheduledHumanPerformersSequence);
        if (performer != null) {
            copy(performer, report, Tag.HumanPerformerCodeSequence);
            copy(performer, report, Tag.HumanPerformerOrganization);
        }
        return new EventReport(uid, report);
    }

    /// That the server is going down, or has been started again with everything it knew.
    public static EventReport status(boolean goingDown) {
        return new EventReport(
                Subscriptions.WORKLIST,
                begin(Subscriptions.WORKLIST, STATUS)
                        .putString(Tag.SCPStatus, goingDown ? "GOING DOWN" : "RESTARTED")
                        .putString(Tag.SubscriptionListStatus, "WARM START")
                        .putString(Tag.UnifiedProcedureStepListStatus, "WARM START"));
    }

    /// The report as DICOM JSON.
    public byte[] json() {
        return WorkitemRows.json(dataSet);
    }

    private static DataSet begin(String uid, int type) {
        return new DataSet()
                .putString(Tag.AffectedSOPClassUID, Subscriptions.PUSH_SOP_CLASS)
                .putInts(Tag.MessageID, MESSAGES.getAndIncrement() & 0xFFFF)
                .putString(Tag.AffectedSOPInstanceUID, uid)
                .putInts(Tag.EventTypeID, type);
    }

    private static void copy(DataSet from, DataSet to, int tag) {
        Element element = from.find(tag);
        if (element != null && !element.empty()) {
            to.put(element);
        }
    }
}
