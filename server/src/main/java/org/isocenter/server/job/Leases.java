package org.isocenter.server.job;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.isocenter.server.db.Session;
import org.isocenter.server.job.Operation.State;
import org.jspecify.annotations.Nullable;

/// Operations as those see them who do the work. Nothing is written without the lease under which the
/// operation was taken; where it has been taken by somebody else since, [LostLeaseException] says so and the
/// transaction comes to nothing.
///
/// All times are those of the database, so that no two processes disagree about whose turn it is.
final class Leases {
    private static final String TAKE = """
            update operation set
                lease = ?, lease_until = now() + ? * interval '1 millisecond', state = 'running',
                started = coalesce(started, now()), attempts = attempts + 1
            where key = (
                select key from operation as candidate
                where ended is null
                    and kind = any(?::text[])
                    and (lease_until is null or lease_until < now())
                    and (next_attempt <= now() or canceling)
                    and not exists (
                        select 1
                        from operation_study as mine
                        join operation_study as earlier using (partition, study_uid)
                        where mine.operation = candidate.key and earlier.operation < candidate.key)
                order by next_attempt, key limit 1
                for update skip locked)
            returning\s""" + OperationRows.COLUMNS;

    private static final String ADVANCE = """
            update operation set
                checkpoint = ?, done = ?, total = ?, errors = errors + ?, attempts = 0, problem = null,
                updated = now(), lease_until = now() + ? * interval '1 millisecond'
            where key = ? and lease = ?
            returning\s""" + OperationRows.COLUMNS;

    private static final String NOTE_ERRORS = """
            insert into operation_error (operation, number, content)
            select ?, ? + ordinal, content from unnest(?::text[]) with ordinality as input (content, ordinal)""";

    private static final String END = """
            update operation set
                state = ?, result = ?, problem = ?, updated = now(), ended = now(), lease = null, lease_until = null
            where key = ? and lease = ?
            returning\s""" + OperationRows.COLUMNS;

    private static final String PUT_OFF = """
            update operation set
                next_attempt = now() + ? * interval '1 millisecond', problem = ?, lease = null, lease_until = null
            where key = ? and lease = ?""";

    private final Session session;

    Leases(Session session) {
        this.session = session;
    }

    /// Takes the operation that has waited longest and that nobody else works on.
    ///
    /// @return it, or null where there is none
    @Nullable
    Operation take(UUID lease, Duration term, Set<String> kinds) {
        return session.sql(TAKE)
                .bind(lease)
                .bind(term.toMillis())
                .bindTexts(kinds.toArray(String[]::new))
                .findFirst(OperationRows::operation);
    }

    /// Keeps leases for another term. What is no longer held stays lost.
    void keep(Collection<UUID> leases, Duration term) {
        session.sql("""
                        update operation set lease_until = now() + ? * interval '1 millisecond'
                        where lease = any(?::text[]::uuid[])""")
                .bind(term.toMillis())
                .bindTexts(leases.stream().map(UUID::toString).toArray(String[]::new))
                .update();
    }

    /// Notes a step and keeps the lease.
    Operation advance(Operation operation, UUID lease, Step.More step, Duration term) {
        List<String> errors = step.errors();
        Operation advanced = session.sql(ADVANCE)
                .bind(step.checkpoint())
                .bind(step.done())
                .bind(step.total())
                .bind(errors.size())
                .bind(term.toMillis())
                .bind(operation.key())
                .bind(lease)
                .findFirst(OperationRows::operation);
        if (advanced == null) {
            throw new LostLeaseException();
        }
        if (!errors.isEmpty()) {
            session.sql(NOTE_ERRORS)
                    .bind(operation.key())
                    .bind(advanced.errors() - errors.size())
                    .bindTexts(errors.toArray(String[]::new))
                    .update();
        }
        return advanced;
    }

    /// Ends an operation.
    Operation end(Operation operation, UUID lease, State state, @Nullable String result, @Nullable String problem) {
        Operation ended = session.sql(END)
                .bind(OperationRows.text(state))
                .bind(result)
                .bind(problem)
                .bind(operation.key())
                .bind(lease)
                .findFirst(OperationRows::operation);
        if (ended == null) {
            throw new LostLeaseException();
        }
        OperationRows.freeStudies(session, operation.key());
        return ended;
    }

    /// Gives an operation back to be tried again later.
    void putOff(Operation operation, UUID lease, Duration pause, String problem) {
        int rows = session.sql(PUT_OFF)
                .bind(pause.toMillis())
                .bind(problem)
                .bind(operation.key())
                .bind(lease)
                .update();
        if (rows == 0) {
            throw new LostLeaseException();
        }
    }

    /// Gives an operation back for somebody else to go on with. This is no attempt that failed.
    void release(Operation operation, UUID lease) {
        session.sql("""
                        update operation set lease = null, lease_until = null, attempts = greatest(attempts - 1, 0)
                        where key = ? and lease = ?""").bind(operation.key()).bind(lease).update();
    }
}
