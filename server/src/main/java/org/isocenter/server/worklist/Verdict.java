package org.isocenter.server.worklist;

import org.jspecify.annotations.Nullable;

/// What comes of something that happens to a workitem: the cells of PS3.4 table CC.1.1-2.
public enum Verdict {
    SCHEDULE("→ SCHEDULED", WorkitemState.SCHEDULED),
    CLAIM("→ IN PROGRESS", WorkitemState.IN_PROGRESS),
    /// Only where the requirements of the final state are met; [#NOT_FINAL] otherwise.
    COMPLETE("→ COMPLETED", WorkitemState.COMPLETED),
    /// Only where the requirements of the final state are met; [#NOT_FINAL] otherwise.
    CANCEL("→ CANCELED", WorkitemState.CANCELED),
    /// Nobody has begun it: it is canceled at once, by way of IN PROGRESS.
    WITHDRAW("→ IN PROGRESS → CANCELED", WorkitemState.CANCELED),
    /// Whoever performs it is told of the wish, and decides.
    ASK("report", null),
    ALREADY_CANCELED("B304", null),
    ALREADY_COMPLETED("B306", null),
    DUPLICATE("0111", null),
    NO_LONGER_UPDATED("C300", null),
    WRONG_TRANSACTION_UID("C301", null),
    ALREADY_IN_PROGRESS("C302", null),
    ONLY_BY_CREATION("C303", null),
    NOT_FINAL("C304", null),
    UNKNOWN("C307", null),
    NOT_IN_PROGRESS("C310", null),
    COMPLETED_ALREADY("C311", null),
    NOBODY_TO_ASK("C312", null);

    private final String text;
    private final @Nullable WorkitemState target;

    Verdict(String text, @Nullable WorkitemState target) {
        this.text = text;
        this.target = target;
    }

    /// The status code of the standard, or the state that the workitem goes to behind an arrow.
    public String text() {
        return text;
    }

    /// The state that the workitem goes to, or null where it stays.
    public @Nullable WorkitemState findTarget() {
        return target;
    }
}
