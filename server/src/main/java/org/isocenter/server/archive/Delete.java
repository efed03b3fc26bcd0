package org.isocenter.server.archive;

import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.IndexRemover;
import org.isocenter.server.index.IndexRemover.Removed;
import org.isocenter.server.index.RetiredBlobs;
import org.isocenter.server.telemetry.CrashPoint;
import org.jspecify.annotations.Nullable;

/// Deletes studies, series and instances.
///
/// With the commit they are gone from every route. Their bytes stay for the retention time and then go with a
/// sweep.
public final class Delete {
    private final Database database;
    private final Retention retention;

    public Delete(Database database, Retention retention) {
        this.database = database;
        this.retention = retention;
    }

    /// Deletes what the UIDs name: a study, a series of it where `series` is given, an instance where
    /// `instance` is.
    ///
    /// @return how many instances went; 0 where the caller has nothing with these UIDs
    public int delete(Caller caller, String study, @Nullable String series, @Nullable String instance) {
        return database.transaction(session -> {
            List<Removed> removed = new IndexRemover(session).remove(caller.partition(), study, series, instance);
            if (removed.isEmpty()) {
                return 0;
            }
            new RetiredBlobs(session).retire(removed.stream().map(Removed::blob).toList(), retention.deleted());
            CrashPoint.DELETE_MARKED.pass();
            Feed feed = new Feed(session);
            feed.lock();
            feed.append(removed.stream().map(Delete::change).toList());
            CrashPoint.DELETE_FEED_ROWS.pass();
            return removed.size();
        });
    }

    private static Feed.Change change(Removed removed) {
        return new Feed.Change(
                removed.identity().partition(),
                removed.identity().studyUid(),
                removed.identity().seriesUid(),
                removed.identity().instanceUid(),
                Feed.Action.DELETE,
                removed.revision());
    }
}
