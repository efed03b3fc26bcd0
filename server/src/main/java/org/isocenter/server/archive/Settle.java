package org.isocenter.server.archive;

import java.time.Duration;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.feed.Followers;
import org.isocenter.server.push.StableRows;
import org.isocenter.server.push.StableRows.Noted;

/// Tells of every study that has been left alone for a while, once for each time.
///
/// It may run in several processes. Whoever reads the feed on, and whoever tells, has the row of the
/// follower to itself.
public final class Settle {
    private static final String FOLLOWER = "stable";
    private static final int PAGE = 2_000;

    private final Database database;
    private final Duration quiet;

    /// @param quiet how long a study has to be left alone
    public Settle(Database database, Duration quiet) {
        this.database = database;
        this.quiet = quiet;
    }

    /// Reads on in the feed, and tells of studies that are due.
    ///
    /// @return whether there may be more to do
    public boolean step() {
        boolean idle = database.query(session -> !hasNews(session) && !new StableRows(session).anyDue(quiet));
        if (idle) {
            return false;
        }
        if (database.transaction(session -> note(session) == PAGE)) {
            return true;
        }
        return database.transaction(session -> {
            StableRows rows = new StableRows(session);
            if (!rows.anyDue(quiet)) {
                return false;
            }
            // Under the lock nothing is added, so that what has just been noted is all there is.
            new Feed(session).lock();
            if (note(session) < PAGE) {
                rows.settle(quiet);
            }
            return true;
        });
    }

    private static boolean hasNews(Session session) {
        return session.sql("""
                        select coalesce((select max(position) from feed), 0)
                            > (select position from follower where name = ?)""").bind(FOLLOWER).get(row -> row.getBoolean(1));
    }

    /// @return how many changes were read
    private static long note(Session session) {
        Followers follower = new Followers(session, FOLLOWER);
        Noted noted = new StableRows(session).note(follower.lock(), PAGE);
        if (noted.entries() > 0) {
            follower.save(noted.position(), 0, 0, null);
        }
        return noted.entries();
    }
}
