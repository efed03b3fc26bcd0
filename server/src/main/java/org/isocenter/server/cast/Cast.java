package org.isocenter.server.cast;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.isocenter.server.cast.Backlog.Work;
import org.isocenter.server.cast.Ledger.GivenUp;
import org.isocenter.server.cast.Ledger.Progress;
import org.isocenter.server.cast.Source.Change;
import org.isocenter.server.cast.Source.Study;
import org.isocenter.server.fhir.FhirClient;
import org.isocenter.server.fhir.FhirRefusedException;
import org.isocenter.server.fhir.FhirUnavailableException;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows an archive, and brings a FHIR server up to date about every study that changes.
///
/// One thread reads the feed, decides what is due and notes what is done; studies are written by others,
/// several at a time. What is noted is the position up to which everything has had its effect, so a halt at
/// any moment repeats some studies and misses none; and a study is written from what it is now, so
/// repeating it changes nothing.
///
/// A server that is away or busy is left alone for growing times, in which the position stays. A study that
/// the server refuses for good is given up, kept with the reason, and the rest goes on.
public final class Cast implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Cast.class);
    private static final int PAGE = 1_000;

    /// So much of the feed is read before studies are looked after again.
    private static final int PAGES_AT_ONCE = 10;

    private static final Duration FEED_INTERVAL = Duration.ofMillis(50);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration SAVE_INTERVAL = Duration.ofMillis(250);
    private static final Duration HOLD_INTERVAL = Duration.ofSeconds(5);
    private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofMinutes(1);
    private static final Duration CLOSING_MAX = Duration.ofSeconds(10);
    private static final int CONFLICTS_MAX = 10;
    private static final int ATTEMPTS_MAX = 20;

    /// What became of a study that was tried.
    private record Result(Work work, @Nullable RuntimeException failure) {}

    private final Source source;
    private final Ledger ledger;
    private final FhirClient client;
    private final CastOptions options;
    private final Backlog backlog;
    private final LinkedBlockingQueue<Result> results = new LinkedBlockingQueue<>();
    private final ExecutorService writing = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("cast-", 0).factory());
    private final Thread thread;
    private volatile boolean closing;

    private @Nullable StudyWriter writer;
    private boolean holding;
    private long holdAt = System.nanoTime();
    private long read;
    private boolean readsOn;
    private long feedAt = System.nanoTime();
    private long saved;
    private long savedAt = System.nanoTime();
    private long requestsAt = System.nanoTime();
    private int underWay;
    private final List<Study> done = new ArrayList<>();
    private final List<GivenUp> givenUp = new ArrayList<>();
    private double rate;
    private @Nullable String problem;
    private @Nullable String savedProblem;
    private @Nullable String archiveProblem;
    private int archiveFailures;
    private long archiveAskedAt = System.nanoTime();
    private int failures;
    private long pausedUntil = System.nanoTime();
    private long succeededAt = System.nanoTime();

    private Cast(Source source, Ledger ledger, FhirClient client, CastOptions options) {
        this.source = source;
        this.ledger = ledger;
        this.client = client;
        this.options = options;
        this.backlog = new Backlog(options.quiet(), options.delayMax(), options.backlogMax());
        this.thread = Thread.ofPlatform().name("cast").unstarted(this::run);
    }

    /// Starts to follow an archive. The cast lives until it is closed, and closes none of what it is given.
    public static Cast start(Source source, Ledger ledger, FhirClient client, CastOptions options) {
        Cast cast = new Cast(source, ledger, client, options);
        cast.thread.start();
        return cast;
    }

    private void run() {
        while (!closing) {
            try {
                step();
            } catch (InterruptedException closed) {
                break;
            } catch (UnavailableException unavailable) {
                LOG.warn("the cast waits: {}", unavailable.getMessage());
                rest();
            } catch (RuntimeException failure) {
                LOG.error("the cast failed, and goes on", failure);
                pause(PAUSE_MAX);
                rest();
            }
        }
        end();
    }

    private void rest() {
        try {
            sleepUntil(System.nanoTime() + PAUSE_MIN.toNanos());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void step() throws InterruptedException {
        if (!isHolding()) {
            sleepUntil(System.nanoTime() + POLL.toNanos() * 5);
            return;
        }
        if (isFollowing() && prepare()) {
            dispatch();
        }
        await();
        save();
    }

    private boolean isHolding() {
        long now = System.nanoTime();
        if (now - holdAt >= 0) {
            boolean had = holding;
            holding = ledger.begin() >= 0 && ledger.hold();
            holdAt = now + HOLD_INTERVAL.toNanos();
            if (holding && !had) {
                read = ledger.begin();
                saved = read;
                LOG.info("casting to {} from position {}", client.base(), read);
            }
        }
        return holding;
    }

    /// Reads what is new, unless that was done a moment ago, or the archive is left alone for a while because
    /// it was away.
    private boolean isFollowing() {
        long now = System.nanoTime();
        if (now - archiveAskedAt < 0) {
            return false;
        }
        if (!readsOn && now - feedAt < 0) {
            return true;
        }
        try {
            readFeed(now);
        } catch (UnavailableException away) {
            archiveIsAway(away);
            return false;
        }
        if (archiveProblem != null) {
            LOG.info("the archive is back");
        }
        archiveProblem = null;
        archiveFailures = 0;
        return true;
    }

    private void archiveIsAway(UnavailableException away) {
        long now = System.nanoTime();
        if (archiveProblem == null) {
            LOG.warn("the cast waits for the archive: {}", away.getMessage());
        }
        archiveProblem = reason(away);
        readsOn = false;
        if (now - archiveAskedAt >= 0) {
            // Studies that were under way tell of the same failure; it counts once.
            archiveAskedAt =
                    now + Math.min(PAUSE_MAX.toNanos() / 2, PAUSE_MIN.toNanos() << Math.min(archiveFailures++, 10));
        }
    }

    private void readFeed(long now) {
        readsOn = true;
        for (int page = 0; readsOn && page < PAGES_AT_ONCE && !backlog.isFull(); page++) {
            List<Change> changes = source.changes(read, PAGE);
            for (Change change : changes) {
                backlog.add(change, now);
                read = change.position();
            }
            readsOn = changes.size() == PAGE;
        }
        feedAt = now + FEED_INTERVAL.toNanos();
        if (now - requestsAt >= 0 && !backlog.isFull()) {
            requestsAt = now + TimeUnit.SECONDS.toNanos(1);
            for (Study study : ledger.requests(PAGE)) {
                if (!backlog.holds(study)) {
                    backlog.add(study, now);
                }
            }
        }
    }

    /// Asks the server what it can do, once it answers.
    private boolean prepare() {
        if (writer != null) {
            return true;
        }
        if (System.nanoTime() - pausedUntil < 0) {
            return false;
        }
        try {
            StudyWriter prepared = StudyWriter.prepare(source, client, options);
            LOG.info(
                    "{} speaks FHIR {}; resources are told apart by {}",
                    client.base(),
                    prepared.version(),
                    prepared.isByIds() ? "ids made of UIDs" : "identifiers");
            writer = prepared;
            recovered();
            return true;
        } catch (FhirUnavailableException away) {
            pauseFor(away);
        } catch (FhirRefusedException | UnfitException refused) {
            trouble(refused, PAUSE_MAX);
        }
        return false;
    }

    private void dispatch() {
        long now = System.nanoTime();
        if (now - pausedUntil < 0) {
            return;
        }
        // After a failure one study at a time shows whether the server is back.
        int slots = failures == 0 ? options.parallel() : 1;
        while (underWay < slots) {
            Work work = backlog.findDue(now);
            if (work == null) {
                return;
            }
            underWay++;
            StudyWriter through = Objects.requireNonNull(writer);
            writing.execute(() -> results.add(new Result(work, attempt(through, work))));
        }
    }

    private static @Nullable RuntimeException attempt(StudyWriter writer, Work work) {
        try {
            try {
                writer.write(work.study(), work.takesAway());
            } catch (FhirRefusedException refused) {
                if (isAboutUs(refused)) {
                    throw refused;
                }
                // Somebody may have taken away what all studies refer to.
                writer.sayWhereTheArchiveIs();
                writer.write(work.study(), work.takesAway());
            }
            return null;
        } catch (RuntimeException failure) {
            return failure;
        } catch (Error failure) {
            // One study must not end the cast, whatever it holds.
            return new IllegalStateException(failure);
        }
    }

    /// Whether a refusal is about who asks and not about the study.
    private static boolean isAboutUs(FhirRefusedException refused) {
        return refused.status() == 401 || refused.status() == 403;
    }

    /// Waits for something to happen, for a moment.
    private void await() throws InterruptedException {
        boolean hurries = readsOn && !backlog.isFull();
        Result result = results.poll(hurries ? 0 : POLL.toMillis(), TimeUnit.MILLISECONDS);
        while (result != null) {
            underWay--;
            take(result);
            result = results.poll();
        }
    }

    private void take(Result result) {
        Work work = result.work();
        switch (result.failure()) {
            case null -> {
                backlog.finish(work);
                done.add(work.study());
                recovered();
            }
            case FhirUnavailableException away
            when away.isConflict() -> {
                if (work.attempts() + 1 >= CONFLICTS_MAX) {
                    giveUp(work, away.status(), reason(away), null);
                } else {
                    retry(work, Duration.ZERO);
                }
            }
            case FhirUnavailableException away -> {
                boolean itself =
                        away.status() >= 500 && away.status() != 502 && away.status() != 503 && away.status() != 504;
                if (!itself) {
                    pauseFor(away);
                }
                if (work.attempts() + 1 >= ATTEMPTS_MAX && othersSucceedWhile(work)) {
                    giveUp(work, away.status(), "tried in vain while others were taken: " + reason(away), null);
                } else {
                    retry(
                            work,
                            itself ? Duration.ZERO : Duration.ofNanos(Math.max(0, pausedUntil - System.nanoTime())));
                }
            }
            case FhirRefusedException refused
            when isAboutUs(refused) -> {
                trouble(refused, PAUSE_MAX);
                retry(work, PAUSE_MAX);
            }
            case FhirRefusedException refused ->
                giveUp(
                        work,
                        refused.status(),
                        reason(refused),
                        refused.findOutcome() == null
                                ? null
                                : refused.findOutcome().toString());
            case UnfitException unfit -> giveUp(work, 0, reason(unfit), null);
            case UnavailableException unavailable -> {
                archiveIsAway(unavailable);
                retry(work, PAUSE_MIN);
            }
            case RuntimeException failure -> {
                LOG.error("study {} could not be cast", work.study().uid(), failure);
                giveUp(work, 0, failure.toString(), null);
            }
        }
    }

    private boolean othersSucceedWhile(Work work) {
        return succeededAt - work.failedAt() > 0;
    }

    private void retry(Work work, Duration least) {
        long backOff = Math.min(PAUSE_MAX.toNanos(), PAUSE_MIN.toNanos() / 4 << Math.min(work.attempts(), 10));
        long delay = Math.max(least.toNanos(), backOff);
        long jitter = ThreadLocalRandom.current().nextLong(delay / 2 + 1);
        backlog.retry(work, System.nanoTime(), System.nanoTime() + delay + jitter);
    }

    private void giveUp(Work work, int status, String reason, @Nullable String detail) {
        LOG.warn("study {} was given up: {}", work.study().uid(), reason);
        backlog.finish(work);
        givenUp.add(new GivenUp(work.study(), work.attempts() + 1, status, reason, detail));
    }

    private void recovered() {
        if (problem != null) {
            LOG.info("{} is back", client.base());
        }
        failures = 0;
        problem = null;
        succeededAt = System.nanoTime();
    }

    private void pauseFor(FhirUnavailableException away) {
        Duration asked = away.findRetryAfter();
        long backOff = Math.min(PAUSE_MAX.toNanos(), PAUSE_MIN.toNanos() << Math.min(failures, 10));
        trouble(away, asked == null ? Duration.ofNanos(backOff) : asked);
    }

    private void trouble(RuntimeException failure, Duration pause) {
        if (problem == null) {
            LOG.warn("nothing is cast for now: {}", failure.getMessage());
        }
        failures++;
        problem = reason(failure);
        pause(pause);
    }

    private void pause(Duration pause) {
        pausedUntil = Math.max(pausedUntil, System.nanoTime() + pause.toNanos());
    }

    private static String reason(RuntimeException failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }

    private void save() {
        String trouble = problem == null ? archiveProblem : problem;
        long now = System.nanoTime();
        long passed = now - savedAt;
        long position = backlog.position(read);
        boolean news =
                position != saved || !done.isEmpty() || !givenUp.isEmpty() || !Objects.equals(trouble, savedProblem);
        if (passed < SAVE_INTERVAL.toNanos() || !news && passed < HOLD_INTERVAL.toNanos()) {
            return;
        }
        double weight = Math.min(1, passed / 10e9);
        rate += weight * (done.size() * 1e9 / passed - rate);
        ledger.save(new Progress(position, List.copyOf(done), List.copyOf(givenUp), rate, trouble));
        done.clear();
        givenUp.clear();
        saved = position;
        savedProblem = trouble;
        savedAt = now;
    }

    private void sleepUntil(long until) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(until - System.nanoTime());
    }

    /// Lets what is under way end, and notes it.
    private void end() {
        long until = System.nanoTime() + CLOSING_MAX.toNanos();
        try {
            while (underWay > 0 && until - System.nanoTime() > 0) {
                Result result = results.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
                if (result != null) {
                    underWay--;
                    take(result);
                }
            }
            if (holding) {
                savedAt -= SAVE_INTERVAL.toNanos();
                save();
                ledger.release();
            }
        } catch (InterruptedException | RuntimeException failure) {
            LOG.warn("the cast ended without noting all that it did; it will be done again: {}", failure.toString());
        }
    }

    /// Ends the cast. What is under way may take some seconds more.
    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        writing.shutdownNow();
    }
}
