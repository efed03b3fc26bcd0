package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.List;
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
            Feed.Entry entry,
            State state,
            @Nullable Located located,
            @Nullable DataSet metadata) {}

    /// A part of the feed, oldest first. Whoever has seen a position has seen, or can see, all below it.
    public List<Change> read(Caller caller, Feed.Window window, boolean withMetadata) {
        return database.query(session -> {
            List<Change> changes = new ArrayList<>();
            for (Feed.Entry entry : new Feed(session).read(window)) {
                changes.add(change(session, entry, withMetadata));
            }
            return changes;
        });
    }

    /// The newest change, or null where nothing has happened yet.
    public @Nullable Change findLatest(Caller caller, boolean withMetadata) {
        return database.<@Nullable Change>query(session -> {
            Feed.Entry latest = new Feed(session).findLatest();
            return latest == null ? null : change(session, latest, withMetadata);
        });
    }

    private static Change change(Session session, Feed.Entry entry, boolean withMetadata) {
        Feed.Change change = entry.change();
        Located located = new IndexReader(session)
                .findInstance(
                        new Identity(change.partition(), change.studyUid(), change.seriesUid(), change.instanceUid()));
        if (located == null) {
            return new Change(entry, State.DELETED, null, null);
        }
        boolean current = located.revision() == change.revision() && change.action() != Feed.Action.DELETE;
        return new Change(
                entry,
                current ? State.CURRENT : State.REPLACED,
                located,
                withMetadata ? Head.decode(located.head()).dataSet() : null);
    }
}
