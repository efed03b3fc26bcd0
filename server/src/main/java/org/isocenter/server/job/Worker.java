package org.isocenter.server.job;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.isocenter.server.db.Database;
import org.isocenter.server.job.Operation.State;
import org.isocenter.server.telemetry.CrashPoint;
import org.isocenter.server.telemetry.RemoteUnavailableException;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does operations, step by step, under leases.
///
/// A worker takes an operation that nobody works on, does one step after the other, and notes each with its
/// effect in one transaction that also proves the lease. Whoever dies, or cannot reach the database, is
/// overtaken when its lease runs out: another worker goes on from the last note, and what the first still
/// tries to write is refused. So every step is noted once, and its effect in the database happens once.
///
/// Any number of threads may call [#work] at a time, on any number of machines.
public final class Worker {
    /// How long a worker that says nothing is waited for.
    public static final Duration TERM = Duration.ofSeconds(30);

    /// An operation that was taken up so often without coming forward has failed.
    static final int ATTEMPTS_MAX = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration PAUSE_MAX = Duration.ofMinutes(5);

    private final Database database;
    private final Map<String, Job> jobs;
    private final Set<UUID> held = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final int restPercent;
    private final Ending ending;

    /// A worker that never rests and tells nobody.
    ///
    /// @param jobs by the kind of operation that they do; operations of other kinds are left to others
    public Worker(Database database, Map<String, Job> jobs) {
        this(database, jobs, 0, Ending.UNTOLD);
    }

    /// @param restPercent how long to rest after each step, in percent of the time that it took
    /// @param ending is told of operations that end
    public Worker(Database database, Map<String, Job> jobs, int restPercent, Ending ending) {
        this.database = database;
        this.jobs = Map.copyOf(jobs);
        this.restPercent = restPercent;
        this.ending = ending;
    }

    /// Takes an operation and works on it until it ends, has to wait, is lost, or the worker stops.
    ///
    /// @return whether there was one
    public boolean work() {
        if (isStopping()) {
            return false;
        }
        UUID lease = UUID.randomUUID();
        Operation operation = database.<@Nullable Operation>transaction(
                session -> new Leases(session).take(lease, TERM, jobs.keySet()));
        if (operation == null) {
            return false;
        }
        held.add(lease);
        try {
            work(operation, lease);
        } catch (LostLeaseException lost) {
            LOG.info("operation {} went on elsewhere or was canceled", operation.id());
        } finally {
            held.remove(lease);
        }
        return true;
    }

    /// Keeps what is being worked on for another term; to be called a few times within each.
    public void keep() {
        if (!held.isEmpty()) {
            database.transaction(session -> {
                new Leases(session).keep(held, TERM);
                return null;
            });
        }
    }

    /// Has everybody who works give back what they have when their step is done.
    public void stop() {
        stopping.countDown();
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void work(Operation taken, UUID lease) {
        Operation operation = taken;
        while (!operation.state().ended()) {
            if (operation.canceling()) {
                operation = end(operation, lease, State.CANCELED, null);
            } else if (operation.attempts() > ATTEMPTS_MAX) {
                String problem = operation.problem();
                operation = end(operation, lease, State.FAILED, problem == null ? "it does not come forward" : problem);
            } else if (isStopping()) {
                release(operation, lease);
                return;
            } else {
                long begun = System.nanoTime();
                Operation next = step(operation, lease);
                if (next == null) {
                    return;
                }
                operation = next;
                rest(System.nanoTime() - begun);
            }
        }
        LOG.info("operation {} ({}): {}", operation.id(), operation.kind(), OperationRows.text(operation.state()));
    }

    /// Leaves the database to others for a while.
    private void rest(long stepNanos) {
        long nanos = Math.min(stepNanos * restPercent / 100, TERM.toNanos() / 3);
        try {
            if (nanos > 0 && stopping.await(nanos, TimeUnit.NANOSECONDS)) {
                LOG.debug("a rest was cut short");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Does a step and notes it.
    ///
    /// @return the operation after it, or null where it was put off
    private @Nullable Operation step(Operation operation, UUID lease) {
        try {
            Job job = jobs.get(operation.kind());
            if (job == null) {
                throw new IllegalStateException("no job for operations of kind " + operation.kind());
            }
            Step step = job.next(operation);
            CrashPoint.OPERATION_STEPPED.pass();
            return switch (step) {
                case Step.More more ->
                    database.transaction(session -> {
                        Operation advanced = new Leases(session).advance(operation, lease, more, TERM);
                        more.effect().in(session);
                        return advanced;
                    });
                case Step.Succeeded succeeded ->
                    end(operation, lease, State.SUCCEEDED, succeeded.result(), null, succeeded.effect());
                case Step.Failed failed -> end(operation, lease, State.FAILED, failed.problem());
            };
        } catch (LostLeaseException lost) {
            throw lost;
        } catch (UnavailableException unavailable) {
            putOff(operation, lease, unavailable);
            return null;
        } catch (RuntimeException failure) {
            LOG.error("operation {} ({}) failed", operation.id(), operation.kind(), failure);
            return end(operation, lease, State.FAILED, "a fault in the server; the log has more");
        }
    }

    private Operation end(Operation operation, UUID lease, State state, @Nullable String problem) {
        return end(operation, lease, state, null, problem, Step.Effect.NONE);
    }

    private Operation end(
            Operation operation,
            UUID lease,
            State state,
            @Nullable String result,
            @Nullable String problem,
            Step.Effect effect) {
        return database.transaction(session -> {
            List<String> studies = new OperationRows(session).studies(operation.key());
            Operation ended = new Leases(session).end(operation, lease, state, result, problem);
            effect.in(session);
            ending.note(session, ended, studies);
            return ended;
        });
    }

    /// Waits twice as long after each attempt. Where not even this can be noted, the lease runs out by
    /// itself.
    private void putOff(Operation operation, UUID lease, RuntimeException reason) {
        Duration pause = Duration.ofSeconds(1L << Math.min(operation.attempts(), 20));
        Duration bounded = pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
        String problem = reason instanceof RemoteUnavailableException
                ? String.valueOf(reason.getMessage())
                : "the storage or the index does not answer";
        LOG.warn("operation {} ({}) was put off: {}", operation.id(), operation.kind(), reason.getMessage());
        try {
            database.transaction(session -> {
                new Leases(session).putOff(operation, lease, bounded, problem);
                return null;
            });
        } catch (UnavailableException unavailable) {
            LOG.warn("operation {} waits for its lease to run out", operation.id());
        }
    }

    private void release(Operation operation, UUID lease) {
        try {
            database.transaction(session -> {
                new Leases(session).release(operation, lease);
                return null;
            });
        } catch (UnavailableException unavailable) {
            LOG.warn("operation {} waits for its lease to run out", operation.id());
        }
    }
}
