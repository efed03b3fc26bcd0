package org.isocenter.server.archive;

import java.util.List;
import java.util.regex.Pattern;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.HoldRows;
import org.isocenter.server.index.HoldRows.Hold;
import org.isocenter.server.job.OperationRows;
import org.jspecify.annotations.Nullable;

/// Holds on studies, such as for a lawsuit. Nothing of a study that is held is deleted, by anybody or any
/// rule, and none of its versions is forgotten. It may be stored to, changed and reverted, since that keeps
/// what was there before.
public final class Holds {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final Database database;

    public Holds(Database database) {
        this.database = database;
    }

    /// What became of placing a hold.
    public enum Placed {
        NEW,
        CHANGED,
        /// There is no such study, not even a deleted one that could be restored.
        UNKNOWN_STUDY,
        /// The study is being erased.
        TOO_LATE
    }

    /// Whether a hold may have this name.
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /// Places a hold, or changes the reason of the one of this name.
    public Placed place(Caller caller, String study, String name, String reason) {
        return database.transaction(caller.partition(), session -> {
            new Feed(session).lock();
            HoldRows rows = new HoldRows(session);
            if (!rows.knows(caller.partition(), study)) {
                return Placed.UNKNOWN_STUDY;
            }
            if (new OperationRows(session).isBegun(Erase.KIND, caller.partition(), study)) {
                return Placed.TOO_LATE;
            }
            return rows.put(caller.partition(), study, name, reason) ? Placed.NEW : Placed.CHANGED;
        });
    }

    /// Removes a hold.
    ///
    /// @return whether there was one
    public boolean lift(Caller caller, String study, String name) {
        return database.transaction(
                caller.partition(), session -> new HoldRows(session).remove(caller.partition(), study, name));
    }

    /// A page of holds, the newest first.
    ///
    /// @param study whose holds are meant, or null for all of the partition
    public List<Hold> list(Caller caller, @Nullable String study, long offset, int limit) {
        return database.query(
                caller.partition(), session -> new HoldRows(session).list(caller.partition(), study, offset, limit));
    }
}
