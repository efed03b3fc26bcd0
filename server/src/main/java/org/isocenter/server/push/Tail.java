package org.isocenter.server.push;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.isocenter.server.db.Database;
import org.isocenter.server.telemetry.UnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The end of the feed, which many follow. One thread reads what is new, once for all of them and only while
/// somebody waits for it, and the newest events stay in memory, as they are told. Whoever is further behind
/// reads the database.
public final class Tail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tail.class);

    /// Of more nobody who keeps up has need.
    private static final int KEPT = 4_096;

    private static final int PAGE = 1_000;

    /// How often is looked for events of all processes.
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Database database;
    private final Supplier<String> root;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile Recent recent = new Recent(-1, -1, List.of());
    private int waiting;
    private volatile boolean closed;
    private final Thread thread;

    /// @param root the address of the root of DICOMweb
    private Tail(Database database, Supplier<String> root) {
        this.database = database;
        this.root = root;
        this.thread = Thread.ofPlatform().name("tail").unstarted(this::run);
    }

    /// What is in memory: everything that happened behind one position and up to another.
    private record Recent(long after, long until, List<Notice> notices) {
        Recent with(List<Notice> more) {
            List<Notice> all = new ArrayList<>(notices);
            all.addAll(more);
            int surplus = Math.max(0, all.size() - KEPT);
            long from = surplus == 0 ? after : all.get(surplus - 1).event().position();
            return new Recent(from, all.getLast().event().position(), List.copyOf(all.subList(surplus, all.size())));
        }

        List<Notice> after(long position, int limit) {
            int low = 0;
            int high = notices.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (notices.get(middle).event().position() <= position) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return notices.subList(low, Math.min(notices.size(), low + limit));
        }
    }

    /// @param root the address of the root of DICOMweb, asked for when the first event is read
    public static Tail follow(Database database, Supplier<String> root) {
        Tail tail = new Tail(database, root);
        tail.thread.start();
        return tail;
    }

    /// The next events behind a position, as far as they are known: who is at the end gets none, and those that
    /// are new with everybody else, by {@link #await}.
    public List<Notice> after(long position, int limit) {
        Recent now = recent;
        if (now.after >= 0 && position >= now.after) {
            return now.after(position, limit);
        }
        return notices(database.query(session -> new EventRows(session).after(position, limit)));
    }

    /// The events that have these positions, by position.
    public List<Notice> at(long[] positions) {
        return notices(database.query(session -> new EventRows(session).at(positions)));
    }

    /// The highest position that there is.
    public long latest() {
        return database.query(session -> new EventRows(session).latest());
    }

    /// Waits until there is something behind a position.
    ///
    /// @return whether there is; false when the time is up, or at the end of the server
    public boolean await(long position, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            waiting++;
            changed.signalAll();
            long left = nanos;
            while (recent.until <= position && !closed) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return !closed;
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    public boolean isClosed() {
        return closed;
    }

    private List<Notice> notices(List<Event> events) {
        String source = events.isEmpty() ? "" : root.get();
        return events.stream()
                .map(event -> new Notice(event, event.json(source)))
                .toList();
    }

    private void run() {
        while (!closed) {
            try {
                if (awaitNeed()) {
                    read();
                }
            } catch (UnavailableException unavailable) {
                LOG.warn("the feed cannot be followed: {}", unavailable.getMessage());
            } catch (RuntimeException failure) {
                LOG.error("the feed cannot be followed", failure);
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    /// Waits for somebody who waits, and then a moment.
    private boolean awaitNeed() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = LOOK_NANOS;
            while (!closed && (waiting == 0 || left > 0)) {
                if (waiting == 0) {
                    changed.await();
                } else {
                    left = changed.awaitNanos(left);
                }
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void read() {
        Recent now = recent;
        List<Notice> page = now.after < 0
                ? List.of()
                : notices(database.query(session -> new EventRows(session).after(now.until, PAGE)));
        while (page.size() == PAGE && recent.until - now.until < KEPT) {
            publish(recent.with(page));
            page = after(recent.until, PAGE);
        }
        if (now.after < 0 || page.size() == PAGE) {
            // Much has happened while nobody waited; those who want it read it themselves.
            long latest = latest();
            publish(new Recent(latest, latest, List.of()));
        } else if (!page.isEmpty()) {
            publish(recent.with(page));
        }
    }

    private void publish(Recent next) {
        lock.lock();
        try {
            recent = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Ends all waiting.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
