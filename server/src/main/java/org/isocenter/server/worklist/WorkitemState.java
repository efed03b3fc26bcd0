package org.isocenter.server.worklist;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How far a workitem is (PS3.4 table CC.1.1-1).
public enum WorkitemState {
    SCHEDULED("SCHEDULED"),
    IN_PROGRESS("IN PROGRESS"),
    COMPLETED("COMPLETED"),
    CANCELED("CANCELED");

    private final String term;

    WorkitemState(String term) {
        this.term = term;
    }

    /// The value of Procedure Step State (0074,1000).
    public String term() {
        return term;
    }

    /// Whether nothing may change any more.
    public boolean isFinal() {
        return this == COMPLETED || this == CANCELED;
    }

    /// The state of this term, or null. `CANCELLED`, as PS3.18 11.7.1.4 spells it, is understood too.
    public static @Nullable WorkitemState find(String term) {
        String upper = term.strip().toUpperCase(Locale.ROOT);
        for (WorkitemState state : values()) {
            if (state.term.equals(upper)) {
                return state;
            }
        }
        return upper.equals("CANCELLED") ? CANCELED : null;
    }
}
