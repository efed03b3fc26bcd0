package org.isocenter.server.archive;

import java.util.List;
import java.util.Map;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.HoldRows;
import org.isocenter.server.index.IndexRemover;
import org.isocenter.server.index.IndexRemover.Removed;
import org.isocenter.server.index.QuotaRows;
import org.isocenter.server.index.Versions.Cause;
import org.isocenter.server.telemetry.CrashPoint;
import org.jspecify.annotations.Nullable;

/// Deletes studies, series and instances.
///
/// With the commit they are gone from every route. What they were is kept for the retention time, in which
/// they can be restored, and then goes with a sweep.
public final class Delete {
    private final Database database;

    public Delete(Database database) {
        this.database = database;
    }

    /// The study is held, so that nothing of it may be deleted. Ends the transaction.
    static final class HeldException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        HeldException() {
            super("the study is held", null, false, false);
        }
    }

    /// Deletes what the UIDs name: a study, a series of it where `series` is given, an instance where
    /// `instance` is.
    public DeleteOutcome delete(Caller caller, String study, @Nullable String series, @Nullable String instance) {
        return delete(caller, study, series, instance, Cause.UNTOLD);
    }

    /// The same, with why.
    public DeleteOutcome delete(
            Caller caller, String study, @Nullable String series, @Nullable String instance, Cause cause) {
        try {
            int deleted = database.transaction(
                    caller.partition(), session -> in(session, caller.partition(), study, series, instance, cause));
            return deleted == 0 ? new DeleteOutcome.NothingThere() : new DeleteOutcome.Deleted(deleted);
        } catch (HeldException held) {
            return new DeleteOutcome.Held();
        }
    }

    /// The same within a transaction.
    ///
    /// @return how many instances went
    /// @throws HeldException where the transaction has to come to nothing
    static int in(
            Session session,
            int partition,
            String study,
            @Nullable String series,
            @Nullable String instance,
            Cause cause) {
        List<Removed> removed = new IndexRemover(session).remove(partition, study, series, instance, cause);
        if (removed.isEmpty()) {
            return 0;
        }
        CrashPoint.DELETE_MARKED.pass();
        Feed feed = new Feed(session);
        feed.lock();
        if (!new HoldRows(session).held(partition, List.of(study)).isEmpty()) {
            throw new HeldException();
        }
        long bytes = removed.stream().mapToLong(Removed::lengthBytes).sum();
        new QuotaRows(session).count(Map.of(partition, new QuotaRows.Change(-bytes, -removed.size())));
        feed.append(removed.stream().map(Delete::change).toList());
        CrashPoint.DELETE_FEED_ROWS.pass();
        return removed.size();
    }

    private static Feed.Change change(Removed removed) {
        return new Feed.Change(
                removed.identity().partition(),
                removed.identity().studyUid(),
                removed.identity().seriesUid(),
                removed.identity().instanceUid(),
                Feed.Action.DELETE,
                removed.revision(),
                removed.modality());
    }
}
