package org.isocenter.server.archive;

import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.Versions;
import org.isocenter.server.index.Versions.Deletion;
import org.isocenter.server.index.Versions.Event;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.Draft;
import org.jspecify.annotations.Nullable;

/// What became of studies, and having them be what they were.
public final class History {
    private final Database database;
    private final Operations operations;

    public History(Database database, Operations operations) {
        this.database = database;
        this.operations = operations;
    }

    /// What became of a study, a series or an instance, the newest first; nothing where nobody knows it.
    public List<Event> events(
            Caller caller, String study, @Nullable String series, @Nullable String instance, long offset, int limit) {
        return database.query(
                caller.partition(),
                session -> new Versions(session).history(caller.partition(), study, series, instance, offset, limit));
    }

    /// Studies of which instances could be restored, those that were deleted last first.
    public List<Deletion> deletions(Caller caller, long offset, int limit) {
        return database.query(
                caller.partition(), session -> new Versions(session).deletions(caller.partition(), offset, limit));
    }

    /// Has instances be what they were at a version. Those stored since stay.
    ///
    /// @param series of which all instances are meant, or null for all of the study
    /// @param version that the history tells, or 0 for the first
    public Operation revert(
            Caller caller, String study, @Nullable String series, long version, @Nullable String reason) {
        return begin(caller, Reversal.REVERT, new Reversal.Order(study, series, null, version, reason));
    }

    /// Has what was deleted come back, as far as it is kept and has not been stored anew.
    public Operation restore(
            Caller caller, String study, @Nullable String series, @Nullable String instance, @Nullable String reason) {
        return begin(caller, Reversal.RESTORE, new Reversal.Order(study, series, instance, 0, reason));
    }

    private Operation begin(Caller caller, String kind, Reversal.Order order) {
        return operations.create(
                caller, new Draft(kind, order.text(), List.of("/studies/" + order.study()), List.of(order.study())));
    }
}
