package org.isocenter.server;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.isocenter.server.archive.Operations;
import org.isocenter.server.job.Worker;
import org.isocenter.server.telemetry.UnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Works on operations while the server runs: at once when one is begun here, and otherwise looking now and
/// then for what others have begun, have left, or have put off.
final class OperationLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperationLoop.class);
    private static final int POLL_SECONDS = 5;
    private static final int FORGET_MINUTES = 60;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("operations").factory());
    private final ExecutorService threads = Executors.newCachedThreadPool(Thread.ofPlatform()
            .name("operation-", 0)
            .priority(Thread.MIN_PRIORITY)
            .factory());
    private final Semaphore news;
    private final Worker worker;
    private final Operations operations;
    private final Duration kept;
    private volatile boolean closing;

    private OperationLoop(Semaphore news, Worker worker, Operations operations, Duration kept) {
        this.news = news;
        this.worker = worker;
        this.operations = operations;
        this.kept = kept;
    }

    /// @param news gets a permit for each operation that is begun
    static OperationLoop start(Worker worker, Operations operations, Semaphore news, OperationSettings settings) {
        OperationLoop loop = new OperationLoop(news, worker, operations, settings.kept());
        long third = Worker.TERM.toMillis() / 3;
        loop.clock.scheduleWithFixedDelay(() -> loop.attempt(worker::keep), third, third, TimeUnit.MILLISECONDS);
        loop.clock.scheduleWithFixedDelay(loop::forget, 1, FORGET_MINUTES, TimeUnit.MINUTES);
        for (int i = 0; i < settings.parallel(); i++) {
            loop.threads.execute(loop::run);
        }
        return loop;
    }

    private void run() {
        // What was left when the server ended is looked for at once.
        boolean found = true;
        while (!closing) {
            if (!found) {
                waitForNews();
            }
            found = false;
            try {
                found = worker.work();
            } catch (UnavailableException unavailable) {
                LOG.warn("operations wait: {}", unavailable.getMessage());
            } catch (RuntimeException failure) {
                LOG.error("an operation could not be worked on", failure);
            }
        }
    }

    private void waitForNews() {
        try {
            news.tryAcquire(POLL_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            closing = true;
        }
    }

    private void forget() {
        attempt(() -> operations.forget(kept));
    }

    /// An exception would end the repetitions.
    private void attempt(Runnable work) {
        try {
            work.run();
        } catch (UnavailableException unavailable) {
            LOG.warn("operations wait: {}", unavailable.getMessage());
        } catch (RuntimeException failure) {
            LOG.error("operations were not looked after", failure);
        }
    }

    /// Lets the steps under way finish; what is left of the operations is for other servers, or for later.
    @Override
    public void close() {
        closing = true;
        worker.stop();
        news.release(1_000);
        threads.close();
        clock.shutdownNow();
        clock.close();
    }
}
