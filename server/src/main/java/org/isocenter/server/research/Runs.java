package org.isocenter.server.research;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Find;
import org.isocenter.server.cohort.Snapshot;
import org.isocenter.server.fhir.FhirClient;
import org.isocenter.server.fhir.FhirRefusedException;
import org.isocenter.server.fhir.FhirUnavailableException;
import org.isocenter.server.http.Problem;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.research.Outcome.Step;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Evaluations: those that are waited for, and those that go on in the background, to whose end a snapshot
/// may belong. The latter are kept in memory, the newest of them, and are gone when the server stops.
final class Runs {
    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
    private static final int RUNNING_MAX = 4;
    private static final int KEPT_MAX = 32;

    private final Find find;
    private final @Nullable FhirClient fhir;
    private final Clinic.Pause pause;
    private final AtomicLong started = new AtomicLong();
    private final Map<Long, Run> runs = new ConcurrentSkipListMap<>();

    Runs(Find find, @Nullable FhirClient fhir, Clinic.Pause pause) {
        this.find = find;
        this.fhir = fhir;
        this.pause = pause;
    }

    /// An evaluation in the background.
    static final class Run {
        private final UUID id = UUID.randomUUID();
        private final UUID cohort;
        private final List<Step> steps = new ArrayList<>();
        private @Nullable Outcome outcome;
        private @Nullable Snapshot snapshot;
        private @Nullable Problem problem;
        private volatile @Nullable Thread thread;

        private Run(UUID cohort) {
            this.cohort = cohort;
        }

        UUID id() {
            return id;
        }

        /// What it has done so far.
        synchronized List<Step> steps() {
            return List.copyOf(steps);
        }

        /// The outcome, or null while it goes on.
        ///
        /// @throws Refusal where it has failed
        synchronized @Nullable Outcome findOutcome() {
            if (problem != null) {
                throw new Refusal(problem);
            }
            return outcome;
        }

        /// The snapshot that was taken of the outcome, or null where none was, or none has been yet.
        synchronized @Nullable Snapshot findSnapshot() {
            return snapshot;
        }

        private synchronized void add(Step step) {
            steps.add(step);
        }

        private synchronized boolean isRunning() {
            return outcome == null && problem == null;
        }

        private synchronized void end(Outcome outcome, @Nullable Snapshot snapshot) {
            this.outcome = outcome;
            this.snapshot = snapshot;
        }

        private synchronized void end(Problem problem) {
            this.problem = problem;
        }
    }

    /// Evaluates at once.
    Outcome evaluate(Definition definition, LocalDate asOf) {
        return evaluate(definition, asOf, step -> {});
    }

    private Outcome evaluate(Definition definition, LocalDate asOf, Consumer<Step> progress) {
        Clinic clinic = new Clinic(fhir(), pause);
        return new Evaluation(definition, asOf, clinic, new Imaging(Caller.anyone(), find), progress).run();
    }

    private FhirClient fhir() {
        if (fhir == null) {
            throw new Refusal(409, "no-fhir-server", "no FHIR server is set, and cohorts are asked of one");
        }
        return fhir;
    }

    /// Freezes an outcome.
    @FunctionalInterface
    interface Freezing {
        Snapshot freeze(Outcome outcome);
    }

    /// Begins to evaluate in the background.
    ///
    /// @param freezing what to do with the outcome, or null to keep it only
    synchronized Run start(UUID cohort, Definition definition, LocalDate asOf, @Nullable Freezing freezing) {
        fhir();
        if (runs.values().stream().filter(Run::isRunning).count() >= RUNNING_MAX) {
            throw new Refusal(
                    429, "too-many-evaluations", "at most " + RUNNING_MAX + " evaluations run in the background");
        }
        Run run = new Run(cohort);
        runs.put(started.incrementAndGet(), run);
        while (runs.size() > KEPT_MAX) {
            runs.values().stream().filter(one -> !one.isRunning()).findFirst().ifPresent(runs.values()::remove);
        }
        run.thread = Thread.ofVirtual().name("cohort-" + run.id).start(() -> run(run, definition, asOf, freezing));
        return run;
    }

    private void run(Run run, Definition definition, LocalDate asOf, @Nullable Freezing freezing) {
        try {
            Outcome outcome = evaluate(definition, asOf, run::add);
            run.end(outcome, freezing == null ? null : freezing.freeze(outcome));
        } catch (Refusal refusal) {
            run.end(refusal.problem());
        } catch (Clinic.Cancelled cancelled) {
            run.end(new Problem(404, "not-found", "the evaluation was cancelled"));
        } catch (FhirUnavailableException unavailable) {
            run.end(problem(unavailable));
        } catch (FhirRefusedException refused) {
            run.end(problem(refused));
        } catch (UnavailableException unavailable) {
            run.end(new Problem(503, "unavailable", "the index does not answer; try again"));
        } catch (RuntimeException bug) {
            LOG.error("An evaluation of a cohort failed", bug);
            run.end(new Problem(500, "internal-error", "the evaluation failed; the log tells why"));
        }
    }

    /// What it is to a client that the FHIR server does not answer.
    static Problem problem(FhirUnavailableException unavailable) {
        LOG.warn("The FHIR server is not available for a cohort (status {})", unavailable.status());
        return new Problem(503, "fhir-unavailable", "the FHIR server does not answer, or is too busy; try again");
    }

    /// What it is to a client that the FHIR server will not do what it is asked.
    static Problem problem(FhirRefusedException refused) {
        LOG.warn("The FHIR server refuses a search for a cohort (status {})", refused.status());
        return new Problem(502, "fhir-refused", "the FHIR server refuses a search with status " + refused.status());
    }

    @Nullable
    Run find(UUID cohort, UUID id) {
        for (Run run : runs.values()) {
            if (run.id.equals(id) && run.cohort.equals(cohort)) {
                return run;
            }
        }
        return null;
    }

    /// Ends a run, if it goes on, and forgets it.
    void cancel(Run run) {
        runs.values().remove(run);
        Thread thread = run.thread;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
