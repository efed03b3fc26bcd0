package org.isocenter.server;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.isocenter.server.archive.Sweep;
import org.isocenter.server.telemetry.UnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sweeps now and then while the server runs.
final class SweepLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SweepLoop.class);

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("sweep").factory());
    private final Sweep sweep;

    private SweepLoop(Sweep sweep) {
        this.sweep = sweep;
    }

    static SweepLoop start(Sweep sweep, Duration interval) {
        SweepLoop loop = new SweepLoop(sweep);
        loop.executor.scheduleWithFixedDelay(
                loop::sweep, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        return loop;
    }

    private void sweep() {
        try {
            Sweep.Report report = sweep.sweep();
            if (report.orphans() > 0 || report.removed() > 0) {
                LOG.info(
                        "swept: {} blobs removed, {} of them never had an instance; {} wait for their time",
                        report.removed(),
                        report.orphans(),
                        report.waiting());
            }
        } catch (UnavailableException unavailable) {
            LOG.warn("the sweep was put off: {}", unavailable.getMessage());
        } catch (RuntimeException failure) {
            LOG.error("the sweep failed", failure);
        }
    }

    /// Lets the sweep under way finish.
    @Override
    public void close() {
        executor.close();
    }
}
