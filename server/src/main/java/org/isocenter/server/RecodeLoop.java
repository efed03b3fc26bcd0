package org.isocenter.server;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.isocenter.server.archive.Recode;
import org.isocenter.server.archive.Recode.Keeping;
import org.isocenter.server.archive.Retention;
import org.isocenter.server.db.Database;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.telemetry.UnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts instances into another transfer syntax while the server runs, as the rule `store.recode` says:
/// first those that are there, then whatever the change feed tells of. One thread, so that requests have
/// the other cores.
final class RecodeLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecodeLoop.class);
    private static final int PAGE = 500;
    private static final int PAUSE_MILLISECONDS = 500;

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("recode").priority(Thread.MIN_PRIORITY).factory());
    private final Database database;
    private final Recode recode;
    private boolean begun;
    private long position;

    private RecodeLoop(Database database, Recode recode) {
        this.database = database;
        this.recode = recode;
    }

    static RecodeLoop start(Storage storage, Retention retention, StoreSettings.Recoding rule) {
        Keeping keeping = rule == StoreSettings.Recoding.REPLACE ? Keeping.NEW : Keeping.BOTH;
        RecodeLoop loop =
                new RecodeLoop(storage.database(), new Recode(storage.database(), storage.blobs(), retention, keeping));
        if (rule != StoreSettings.Recoding.OFF) {
            loop.executor.scheduleWithFixedDelay(loop::run, 0, PAUSE_MILLISECONDS, TimeUnit.MILLISECONDS);
        }
        return loop;
    }

    private void run() {
        try {
            if (!begun) {
                // What is stored meanwhile stands behind this position, and is met again there.
                Feed.Entry latest = database.query(session -> new Feed(session).findLatest());
                position = latest == null ? 0 : latest.position();
                recode.all((identity, outcome) -> LOG.debug("{}", outcome));
                begun = true;
            }
            List<Feed.Entry> page = next();
            while (!page.isEmpty() && !Thread.currentThread().isInterrupted()) {
                for (Feed.Entry entry : page) {
                    follow(entry);
                }
                page = next();
            }
        } catch (UnavailableException unavailable) {
            LOG.warn("recoding was put off: {}", unavailable.getMessage());
        } catch (RuntimeException failure) {
            LOG.error("recoding failed", failure);
        }
    }

    private List<Feed.Entry> next() {
        return database.query(session -> new Feed(session).read(new Feed.Window(position, null, null, 0, PAGE)));
    }

    private void follow(Feed.Entry entry) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        Feed.Change change = entry.change();
        if (change.action() != Feed.Action.DELETE) {
            LOG.debug("{}", recode.recode(identity(change)));
        }
        position = entry.position();
    }

    private static Identity identity(Feed.Change change) {
        return new Identity(change.partition(), change.studyUid(), change.seriesUid(), change.instanceUid());
    }

    /// Lets the instance under way finish.
    @Override
    public void close() {
        executor.shutdownNow();
        executor.close();
    }
}
