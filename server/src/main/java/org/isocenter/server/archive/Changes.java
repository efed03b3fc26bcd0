package org.isocenter.server.archive;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.isocenter.dicom.DataSet;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.IndexReader;
import org.isocenter.server.index.Located;
import org.jspecify.annotations.Nullable;

/// Reads the change feed.
public final class Changes {
    private final Database database;

    public Changes(Database database) {
        this.database = database;
    }

    /// How an instance stands today towards a change of it.
    public enum State {
        /// The instance is as the change left it.
        CURRENT,
        /// It has been changed, or deleted and stored again, since.
        REPLACED,
        /// It is gone.
        DELETED
    }

    /// A change.
    ///
    /// @param metadata of the instance as it is today; null where it is gone or was not asked for
    public record Change(
            Feed.Entry entry, State state, @Nullable DataSet metadata) {}

    /// A part of the feed, oldest first. Whoever has seen a position has seen, or can see, all below it.
    public List<Change> read(Caller caller, Feed.Window window, boolean withMetadata) {
        return database.query(session -> {
            Feed feed = new Feed(session);
            return withMetadata
                    ? withMetadata(session, feed.read(window))
                    : feed.readStanding(window).stream().map(Changes::bare).toList();
        });
    }

    /// The newest change, or null where nothing has happened yet.
    public @Nullable Change findLatest(Caller caller, boolean withMetadata) {
        return database.<@Nullable Change>query(session -> {
            Feed feed = new Feed(session);
            Feed.Entry latest = feed.findLatest();
            if (latest == null) {
                return null;
            }
            if (withMetadata) {
                return withMetadata(session, List.of(latest)).getFirst();
            }
            return bare(feed.readStanding(new Feed.Window(latest.position() - 1, null, null, 0, 1))
                    .getFirst());
        });
    }

    private static Change bare(Feed.Standing standing) {
        return new Change(standing.entry(), state(standing.entry(), standing.revision()), null);
    }

    private static List<Change> withMetadata(Session session, List<Feed.Entry> entries) {
        Map<Identity, Located> today = new HashMap<>();
        Set<Identity> asked = entries.stream().map(Changes::identity).collect(Collectors.toSet());
        new IndexReader(session).findInstances(asked).forEach(located -> today.put(located.identity(), located));
        return entries.stream()
                .map(entry -> withMetadata(entry, today.get(identity(entry))))
                .toList();
    }

    /// @param located the instance today, or null where it is gone
    private static Change withMetadata(Feed.Entry entry, @Nullable Located located) {
        return located == null
                ? new Change(entry, State.DELETED, null)
                : new Change(
                        entry,
                        state(entry, located.revision()),
                        Head.decode(located.head()).dataSet());
    }

    private static Identity identity(Feed.Entry entry) {
        Feed.Change change = entry.change();
        return new Identity(change.partition(), change.studyUid(), change.seriesUid(), change.instanceUid());
    }

    /// @param revision of the instance today, or null where it is gone
    private static State state(Feed.Entry entry, @Nullable Long revision) {
        if (revision == null) {
            return State.DELETED;
        }
        boolean current =
                revision == entry.change().revision() && entry.change().action() != Feed.Action.DELETE;
        return current ? State.CURRENT : State.REPLACED;
    }
}
