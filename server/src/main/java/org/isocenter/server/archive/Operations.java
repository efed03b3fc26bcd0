package org.isocenter.server.archive;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.Draft;
import org.isocenter.server.job.Operation.State;
import org.isocenter.server.job.OperationRows;
import org.jspecify.annotations.Nullable;

/// Begins, shows and cancels operations. Whoever may see operations sees those of all data partitions.
public final class Operations {
    private final Database database;
    private final Semaphore news;

    /// @param news gets a permit when an operation was begun, for those who work on them
    public Operations(Database database, Semaphore news) {
        this.database = database;
        this.news = news;
    }

    /// Begins an operation.
    public Operation create(Caller caller, Draft draft) {
        Operation operation =
                database.transaction(session -> new OperationRows(session).insert(caller.partition(), draft));
        ring();
        return operation;
    }

    /// Tells those who work on operations that one was begun.
    void ring() {
        news.release();
    }

    /// Begins an operation, unless something is so; nobody else begins one meanwhile.
    ///
    /// @return null where it is
    public @Nullable Operation createUnless(Caller caller, Draft draft, Predicate<Session> condition) {
        Operation operation = database.<@Nullable Operation>transaction(session -> {
            OperationRows rows = new OperationRows(session);
            rows.lock();
            return condition.test(session) ? null : rows.insert(caller.partition(), draft);
        });
        if (operation != null) {
            news.release();
        }
        return operation;
    }

    public @Nullable Operation find(Caller caller, UUID id) {
        return database.<@Nullable Operation>query(session -> new OperationRows(session).find(null, id));
    }

    /// A page of operations, newest first.
    ///
    /// @param kinds to list; all where there are none
    /// @param states to list; all where there are none
    public List<Operation> list(Caller caller, Set<String> kinds, Set<State> states, long offset, int limit) {
        return database.query(session -> new OperationRows(session).list(null, kinds, states, offset, limit));
    }

    /// What could not be done, one JSON text each, in the order in which it was met.
    ///
    /// @param after how many come before
    public List<String> errors(Operation operation, long after, int limit) {
        return database.query(session -> new OperationRows(session).errors(operation.key(), after, limit));
    }

    /// Has an operation canceled; one that has ended stays as it is.
    ///
    /// @return how it stands, or null where the caller has no such operation
    public @Nullable Operation cancel(Caller caller, UUID id) {
        return database.<@Nullable Operation>transaction(session -> {
            OperationRows rows = new OperationRows(session);
            Operation canceled = rows.cancel(null, id);
            return canceled == null ? rows.find(null, id) : canceled;
        });
    }

    /// Forgets operations that ended so long ago.
    public void forget(Duration age) {
        database.transaction(session -> new OperationRows(session).forget(age));
    }
}
