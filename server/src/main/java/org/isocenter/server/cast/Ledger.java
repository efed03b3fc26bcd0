package org.isocenter.server.cast;

import java.util.List;
import org.isocenter.server.cast.Source.Study;
import org.jspecify.annotations.Nullable;

/// What a cast keeps in mind beyond its own life.
public interface Ledger {
    /// A study that was given up.
    ///
    /// @param status of the answer that refused it, or 0
    /// @param detail the OperationOutcome, or null
    record GivenUp(
            Study study,
            int attempts,
            int status,
            String reason,
            @Nullable String detail) {}

    /// What there is to note, at once and durably.
    ///
    /// @param position up to which everything has had its effect, or is among what was given up
    /// @param rate studies per second of late
    /// @param problem why nothing goes on at present, or null
    record Progress(
            long position,
            List<Study> done,
            List<GivenUp> givenUp,
            double rate,
            @Nullable String problem) {}

    /// The position behind which to go on.
    long begin();

    /// Takes or keeps the right to work; false while somebody else has it. Lasts for some seconds.
    boolean hold();

    /// Gives the right back.
    void release();

    void save(Progress progress);

    /// The studies that somebody asked to have done again; each until it is done or given up.
    List<Study> requests(int limit);
}
