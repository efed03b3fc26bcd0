package org.isocenter.server.job;

import java.util.List;
import org.isocenter.server.db.Session;

/// What came of a step.
public sealed interface Step {
    /// What a step changes in the database, in the transaction that notes the step.
    @FunctionalInterface
    interface Effect {
        Effect NONE = session -> {};

        void in(Session session);
    }

    /// There is more to do.
    ///
    /// @param done of the whole operation, in units of the job
    /// @param total of the whole operation; 0 while nobody knows
    /// @param errors what could not be done in this step, one JSON text each
    record More(String checkpoint, long done, long total, List<String> errors, Effect effect) implements Step {
        public More(String checkpoint, long done, long total) {
            this(checkpoint, done, total, List.of(), Effect.NONE);
        }
    }

    /// The operation is done.
    ///
    /// @param result JSON
    record Succeeded(String result, Effect effect) implements Step {}

    /// The operation cannot be done, now or later.
    ///
    /// @param problem a sentence for people
    record Failed(String problem) implements Step {}
}
