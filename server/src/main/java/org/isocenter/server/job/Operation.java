package org.isocenter.server.job;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An operation as it stands.
///
/// @param kind names the job that does it
/// @param input what the job is about, in its own words
/// @param resources paths of the resources it is about, such as `/extendedquerytags/00100020`
/// @param updated when it last came forward
/// @param done in units of the job
/// @param total in the same units; 0 while nobody knows
/// @param errors how many things could not be done
/// @param checkpoint from where the next step goes on; null at the beginning
/// @param result JSON, or null
/// @param problem why it failed or waits for another attempt, or null
/// @param attempts how often it was taken up since it last came forward
/// @param canceling whether somebody asked to cancel it
/// @param partitionName of the data partition that it works in, even where that was removed
public record Operation(
        long key,
        UUID id,
        int partition,
        String kind,
        String input,
        List<String> resources,
        State state,
        Instant created,
        @Nullable Instant started,
        Instant updated,
        @Nullable Instant ended,
        long done,
        long total,
        long errors,
        @Nullable String checkpoint,
        @Nullable String result,
        @Nullable String problem,
        int attempts,
        boolean canceling,
        String partitionName) {

    /// How far an operation has come.
    public enum State {
        NOT_STARTED,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELED;

        /// Whether it stays so.
        public boolean ended() {
            return switch (this) {
                case NOT_STARTED, RUNNING -> false;
                case SUCCEEDED, FAILED, CANCELED -> true;
            };
        }
    }

    /// An operation to begin.
    ///
    /// @param studies that it changes: it waits for earlier operations that change one of them
    public record Draft(String kind, String input, List<String> resources, List<String> studies) {}
}
