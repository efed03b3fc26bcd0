package org.isocenter.server.worklist;

import static org.isocenter.server.worklist.Verdict.ALREADY_CANCELED;
import static org.isocenter.server.worklist.Verdict.ALREADY_COMPLETED;
import static org.isocenter.server.worklist.Verdict.ALREADY_IN_PROGRESS;
import static org.isocenter.server.worklist.Verdict.ASK;
import static org.isocenter.server.worklist.Verdict.CANCEL;
import static org.isocenter.server.worklist.Verdict.CLAIM;
import static org.isocenter.server.worklist.Verdict.COMPLETE;
import static org.isocenter.server.worklist.Verdict.COMPLETED_ALREADY;
import static org.isocenter.server.worklist.Verdict.DUPLICATE;
import static org.isocenter.server.worklist.Verdict.NOT_IN_PROGRESS;
import static org.isocenter.server.worklist.Verdict.NO_LONGER_UPDATED;
import static org.isocenter.server.worklist.Verdict.ONLY_BY_CREATION;
import static org.isocenter.server.worklist.Verdict.SCHEDULE;
import static org.isocenter.server.worklist.Verdict.UNKNOWN;
import static org.isocenter.server.worklist.Verdict.WITHDRAW;
import static org.isocenter.server.worklist.Verdict.WRONG_TRANSACTION_UID;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happens to a workitem: the rows of PS3.4 table CC.1.1-2, and in each what comes of it where there
/// is no such workitem and where it is SCHEDULED, IN PROGRESS, COMPLETED and CANCELED.
///
/// A transaction UID is right where it is the one that claimed the workitem. Of one that is SCHEDULED, and
/// of one that has been withdrawn without ever being claimed, any is.
public enum WorkitemEvent {
    CREATE("create", SCHEDULE, DUPLICATE, DUPLICATE, DUPLICATE, DUPLICATE),
    TO_IN_PROGRESS(
            "to IN PROGRESS, right transaction UID",
            UNKNOWN,
            CLAIM,
            ALREADY_IN_PROGRESS,
            NO_LONGER_UPDATED,
            NO_LONGER_UPDATED),
    TO_IN_PROGRESS_BY_STRANGER(
            "to IN PROGRESS, wrong transaction UID",
            UNKNOWN,
            WRONG_TRANSACTION_UID,
            WRONG_TRANSACTION_UID,
            WRONG_TRANSACTION_UID,
            WRONG_TRANSACTION_UID),
    TO_SCHEDULED("to SCHEDULED", UNKNOWN, ONLY_BY_CREATION, ONLY_BY_CREATION, ONLY_BY_CREATION, ONLY_BY_CREATION),
    TO_COMPLETED(
            "to COMPLETED, right transaction UID",
            UNKNOWN,
            NOT_IN_PROGRESS,
            COMPLETE,
            ALREADY_COMPLETED,
            NO_LONGER_UPDATED),
    TO_COMPLETED_BY_STRANGER(
            "to COMPLETED, wrong transaction UID",
            UNKNOWN,
            WRONG_TRANSACTION_UID,
            WRONG_TRANSACTION_UID,
            WRONG_TRANSACTION_UID,
            WRONG_TRANSACTION_UID),
    REQUEST_CANCEL("request cancel", UNKNOWN, WITHDRAW, ASK, COMPLETED_ALREADY, ALREADY_CANCELED),
    TO_CANCELED(
            "to CANCELED, right transaction UID",
            UNKNOWN,
            NOT_IN_PROGRESS,
            CANCEL,
            NO_LONGER_UPDATED,
            ALREADY_CANCELED),
    TO_CANCELED_BY_STRANGER(
            "to CANCELED, wrong transaction UID",
            UNKNOWN,
            WRONG_TRANSACTION_UID,
            WRONG_TRANSACTION_UID,
            WRONG_TRANSACTION_UID,
            WRONG_TRANSACTION_UID);

    private final String text;
    private final List<Verdict> verdicts;

    WorkitemEvent(String text, Verdict... verdicts) {
        this.text = text;
        this.verdicts = List.of(verdicts);
    }

    /// The event in words.
    public String text() {
        return text;
    }

    /// What comes of it.
    ///
    /// @param state of the workitem, or null where there is none
    public Verdict verdict(@Nullable WorkitemState state) {
        return verdicts.get(state == null ? 0 : state.ordinal() + 1);
    }

    /// The event that a wish for a state is.
    ///
    /// @param right whether it came with the right transaction UID
    public static WorkitemEvent change(WorkitemState target, boolean right) {
        return switch (target) {
            case SCHEDULED -> TO_SCHEDULED;
            case IN_PROGRESS -> right ? TO_IN_PROGRESS : TO_IN_PROGRESS_BY_STRANGER;
            case COMPLETED -> right ? TO_COMPLETED : TO_COMPLETED_BY_STRANGER;
            case CANCELED -> right ? TO_CANCELED : TO_CANCELED_BY_STRANGER;
        };
    }
}
