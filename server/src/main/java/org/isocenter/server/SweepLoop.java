package org.isocenter.server;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.isocenter.server.archive.AuditTrail;
import org.isocenter.server.archive.Sweep;
import org.isocenter.server.archive.Tidy;
import org.isocenter.server.telemetry.UnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sweeps, applies the rules of retention, and looks after the audit trail, now and then while the server runs.
final class SweepLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SweepLoop.class);

    private static final long AUDIT_MINUTES = TimeUnit.DAYS.toMinutes(1);

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("sweep").factory());
    private final Sweep sweep;

    private final Tidy tidy;
    private final AuditTrail trail;
    private final Duration auditKept;

    private SweepLoop(Sweep sweep, Tidy tidy, AuditTrail trail, Duration auditKept) {
        this.sweep = sweep;
        this.tidy = tidy;
        this.trail = trail;
        this.auditKept = auditKept;
    }

    static SweepLoop start(Sweep sweep, Tidy tidy, AuditTrail trail, Duration auditKept, RetentionSettings settings) {
        SweepLoop loop = new SweepLoop(sweep, tidy, trail, auditKept);
        loop.executor.scheduleWithFixedDelay(loop::audit, 1, AUDIT_MINUTES, TimeUnit.MINUTES);
        loop.repeat(loop::sweep, settings.sweepInterval());
        if (!settings.rules().isEmpty()) {
            loop.repeat(loop::tidy, settings.rulesInterval());
        }
        return loop;
    }

    private void repeat(Runnable task, Duration interval) {
        executor.scheduleWithFixedDelay(task, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tidy() {
        try {
            tidy.tidy().forEach(operation -> LOG.info("operation {} deletes studies that are too old", operation.id()));
        } catch (UnavailableException unavailable) {
            LOG.warn("the rules of retention were put off: {}", unavailable.getMessage());
        } catch (RuntimeException failure) {
            LOG.error("the rules of retention failed", failure);
        }
    }

    /// Whoever keeps logs elsewhere has with this line what no later change of the trail can be reconciled with.
    private void audit() {
        try {
            long forgotten = trail.forget(auditKept);
            AuditTrail.Anchor end = trail.end();
            if (end.number() > 0) {
                LOG.info("the audit trail ends with {}; {} old records were forgotten", end.text(), forgotten);
            }
        } catch (UnavailableException unavailable) {
            LOG.warn("the audit trail was not looked after: {}", unavailable.getMessage());
        } catch (RuntimeException failure) {
            LOG.error("the audit trail was not looked after", failure);
        }
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
