package org.isocenter.server;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Changes;
import org.isocenter.server.archive.Follow;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.Schedule;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.feed.Followers.Request;
import org.isocenter.server.telemetry.UnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the change feed and makes work of studies, as `worklist.rules` says, when nothing has happened
/// to them for a while. One process does it at a time. It begins with what is stored after the rules were
/// first set, and goes on behind what is done when it is started again.
final class ScheduleLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleLoop.class);
    /// The partition that stands at the root itself.

    private static final Duration TERM = Duration.ofSeconds(30);
    private static final int PAGE = 200;
    private static final int WAITING_MAX = 10_000;
    private static final int PAUSE_MILLISECONDS = 500;

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("schedule").factory());
    private final String holder = UUID.randomUUID().toString();
    private final Follow follow;
    private final Changes changes;
    private final Schedule schedule;
    private final Duration quiet;
    private final String root;

    /// Studies that have changed, the one that was first seen to first.
    private final Map<Request, Waiting> waiting = new LinkedHashMap<>();

    private boolean begun;
    private long read;

    private ScheduleLoop(Follow follow, Changes changes, Schedule schedule, Duration quiet, String root) {
        this.follow = follow;
        this.changes = changes;
        this.schedule = schedule;
        this.quiet = quiet;
        this.root = root;
    }

    /// @param first the position of the change by which the study came to wait
    /// @param changedNanos when it changed last
    /// @param partition the name of the one that it is in
    private record Waiting(long first, long changedNanos, String partition) {}

    /// @param root the address of the root of DICOMweb
    static ScheduleLoop start(Follow follow, Changes changes, Schedule schedule, Duration quiet, String root) {
        ScheduleLoop loop = new ScheduleLoop(follow, changes, schedule, quiet, root);
        loop.executor.scheduleWithFixedDelay(loop::run, 0, PAUSE_MILLISECONDS, TimeUnit.MILLISECONDS);
        return loop;
    }

    private void run() {
        try {
            if (!begun) {
                begin();
            }
            if (follow.hold(holder, TERM)) {
                read();
                work();
            } else {
                // Another process works; what it has done is read when it is gone.
                begun = false;
                waiting.clear();
            }
        } catch (UnavailableException unavailable) {
            LOG.warn("work by rules was put off: {}", unavailable.getMessage());
        } catch (RuntimeException failure) {
            LOG.error("work by rules failed", failure);
        }
    }

    private void begin() {
        boolean first = follow.findStanding(Caller.anyone()) == null;
        read = follow.begin();
        if (first) {
            Changes.Change latest = changes.findLatest(Caller.anyone(), false);
            read = latest == null ? 0 : latest.entry().position();
            save(read, List.of());
        }
        begun = true;
    }

    private void read() {
        List<Feed.Entry> page = follow.changes(read, PAGE);
        while (!page.isEmpty() && waiting.size() < WAITING_MAX) {
            for (Feed.Entry entry : page) {
                Feed.Change change = entry.change();
                Request study = new Request(change.partition(), change.studyUid());
                Waiting before = waiting.get(study);
                long position = before == null ? entry.position() : before.first;
                waiting.put(study, new Waiting(position, System.nanoTime(), entry.partition()));
                read = entry.position();
            }
            page = follow.changes(read, PAGE);
        }
    }

    private void work() {
        Map<Request, String> due = new LinkedHashMap<>();
        waiting.forEach((study, since) -> {
            if (System.nanoTime() - since.changedNanos >= quiet.toNanos()) {
                due.put(study, since.partition);
            }
        });
        due.forEach((study, partition) -> {
            String at = partition.equals(Partitions.DEFAULT) ? root : root + "/partitions/" + partition;
            int made = schedule.schedule(new Caller(study.partition()), study.studyUid(), at);
            LOG.debug("a study made {} workitems", made);
            waiting.remove(study);
        });
        if (!due.isEmpty()) {
            long oldest =
                    waiting.values().stream().mapToLong(Waiting::first).min().orElse(read + 1);
            save(oldest - 1, List.copyOf(due.keySet()));
        }
    }

    private void save(long position, List<Request> done) {
        follow.save(new Follow.Progress(position, done, List.of(), 0, null));
    }

    /// Lets the study under way finish, and others work.
    @Override
    public void close() {
        executor.shutdown();
        executor.close();
        try {
            follow.release(holder);
        } catch (UnavailableException unavailable) {
            LOG.debug("the right to work by rules runs out by itself", unavailable);
        }
    }
}
