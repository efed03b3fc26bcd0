package org.isocenter.server.archive;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.feed.Followers;
import org.isocenter.server.feed.Followers.Failure;
import org.isocenter.server.feed.Followers.Request;
import org.isocenter.server.feed.Followers.Standing;
import org.isocenter.server.index.Folding;
import org.jspecify.annotations.Nullable;

/// Follows the feed for somebody who has to do something about every study that changes, and forgets none:
/// what was done, what was given up and what is to be done again is kept beside the feed.
public final class Follow {
    private final Database database;
    private final String name;

    /// @param name of the follower
    public Follow(Database database, String name) {
        this.database = database;
        this.name = name;
    }

    /// A study that was given up now.
    public record GivenUp(
            Request study,
            int attempts,
            int status,
            String reason,
            @Nullable String detail) {}

    /// What there is to note.
    ///
    /// @param position up to which everything has had its effect, or is among what was given up
    /// @param rate studies per second of late
    /// @param problem why nothing goes on at present, or null
    public record Progress(
            long position,
            List<Request> done,
            List<GivenUp> givenUp,
            double rate,
            @Nullable String problem) {}

    /// The position behind which to go on.
    public long begin() {
        return database.transaction(session -> new Followers(session, name).begin());
    }

    /// Takes or keeps the right to work for the follower, unless another process has it.
    public boolean hold(String holder, Duration term) {
        return database.transaction(session -> new Followers(session, name).hold(holder, term));
    }

    public void release(String holder) {
        database.transaction(session -> {
            new Followers(session, name).release(holder);
            return null;
        });
    }

    /// The next changes behind a position.
    public List<Feed.Entry> changes(long after, int limit) {
        return database.query(session -> new Feed(session).read(new Feed.Window(after, null, null, 0, limit)));
    }

    public void save(Progress progress) {
        database.transaction(session -> {
            Followers followers = new Followers(session, name);
            if (!progress.done().isEmpty()) {
                followers.succeed(progress.done());
            }
            for (GivenUp one : progress.givenUp()) {
                followers.fail(one.study(), one.attempts(), one.status(), one.reason(), one.detail());
            }
            followers.save(progress.position(), progress.done().size(), progress.rate(), progress.problem());
            return null;
        });
    }

    /// What somebody asked to have done again.
    public List<Request> requests(int limit) {
        return database.query(session -> new Followers(session, name).requests(limit));
    }

    /// How the follower stands, or null where there never was one.
    public @Nullable Standing findStanding(Caller caller) {
        return database.<@Nullable Standing>query(session -> new Followers(session, name).findStanding());
    }

    /// The studies that were given up, by id.
    public List<Failure> failures(Caller caller, long after, int limit) {
        return database.query(session -> new Followers(session, name).failures(after, limit));
    }

    /// Asks to have a study that was given up done again; false where there is no such failure.
    public boolean retry(Caller caller, long failure) {
        return database.transaction(session -> new Followers(session, name).retry(failure));
    }

    /// Asks to have studies done again: those that are there and match, and a study that is named even if
    /// it is gone.
    ///
    /// @param from the earliest time of their last change, inclusive, or null
    /// @param until the latest, exclusive, or null
    /// @return how many of those that are there were not asked for already
    public int request(
            Caller caller,
            @Nullable String study,
            @Nullable String patient,
            @Nullable Instant from,
            @Nullable Instant until) {
        return database.transaction(session -> {
            Followers followers = new Followers(session, name);
            int there = followers.request(
                    caller.partition(), study, patient == null ? null : Folding.fold(patient), from, until);
            if (study != null && patient == null && from == null && until == null) {
                followers.request(new Request(caller.partition(), study));
            }
            return there;
        });
    }
}
