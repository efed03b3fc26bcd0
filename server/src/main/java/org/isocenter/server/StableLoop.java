package org.isocenter.server;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.isocenter.server.archive.Settle;
import org.isocenter.server.telemetry.UnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks every second for studies that have come to rest.
final class StableLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StableLoop.class);
    private static final int PAUSE_MILLISECONDS = 1_000;

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("stable").factory());
    private final Settle settle;
    private volatile boolean closing;

    private StableLoop(Settle settle) {
        this.settle = settle;
    }

    static StableLoop start(Settle settle) {
        StableLoop loop = new StableLoop(settle);
        loop.executor.scheduleWithFixedDelay(loop::run, PAUSE_MILLISECONDS, PAUSE_MILLISECONDS, TimeUnit.MILLISECONDS);
        return loop;
    }

    private void run() {
        try {
            boolean more = true;
            while (more && !closing) {
                more = settle.step();
            }
        } catch (UnavailableException unavailable) {
            LOG.warn("studies that came to rest are told later: {}", unavailable.getMessage());
        } catch (RuntimeException failure) {
            LOG.error("studies that came to rest cannot be told", failure);
        }
    }

    @Override
    public void close() {
        closing = true;
        executor.shutdown();
        executor.close();
    }
}
