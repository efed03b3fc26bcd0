package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.NoPartitionException;
import org.isocenter.server.index.Entry;
import org.isocenter.server.index.IndexWriter;
import org.isocenter.server.index.Indexed;
import org.isocenter.server.index.TagSets;
import org.isocenter.server.telemetry.UnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Commits what many requests store in few transactions.
///
/// A commit costs a write to the disk however many rows it holds. One thread takes whatever entries wait,
/// writes their rows and their feed entries in one transaction, and
/// answers each; what arrives in the meantime is the next group. While others are being made durable, it
/// waits some milliseconds for them; a lone request waits for nobody, and the busier the server, the larger
/// the groups. Everything an entry needs is durable before it gets here, so a group that fails leaves
/// nothing but blobs without rows.
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private static final int ENTRIES_MAX = 512;

    /// Attempts to keep up with changes of the tags.
    private static final int ROUNDS_MAX = 5;
    /// After so long without work the thread looks whether it is to stop.
    private static final int IDLE_MILLISECONDS = 100;

    private static final int HEAD_BYTES_MAX = 8 << 20;
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private record Waiting(Entry entry, CompletableFuture<Indexed> answer) {}

    private final Database database;
    private final TagsInUse tags;
    private final IntSupplier underway;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    /// @param tags that values are looked for by
    /// @param underway how many instances are to be committed soon or wait for that already
    GroupCommit(Database database, TagsInUse tags, IntSupplier underway) {
        this.database = database;
        this.tags = tags;
        this.underway = underway;
        this.thread = Thread.ofPlatform().name("commit").start(this::run);
    }

    /// Commits an entry with whatever else waits.
    ///
    /// @return what became of it, once that is durable; failed where the outcome is a failure of the database
    CompletableFuture<Indexed> commit(Entry entry) {
        Waiting waiting = new Waiting(entry, new CompletableFuture<>());
        queue.add(waiting);
        if (closed && queue.remove(waiting)) {
            waiting.answer.completeExceptionally(new UnavailableException("the server is stopping", null));
        }
        return waiting.answer;
    }

    private void run() {
        List<Waiting> deferred = new ArrayList<>();
        while (!closed || !queue.isEmpty() || !deferred.isEmpty()) {
            try {
                List<Waiting> group = nextGroup(deferred);
                if (!group.isEmpty()) {
                    commit(group);
                }
            } catch (InterruptedException notFromHere) {
                LOG.warn("the commit thread was interrupted and goes on", notFromHere);
            }
        }
    }

    /// Takes what waits, up to the bounds of a group. No two entries of a group are the same instance: what
    /// would be the second is deferred to the next.
    private List<Waiting> nextGroup(List<Waiting> deferred) throws InterruptedException {
        List<Waiting> candidates = new ArrayList<>(deferred);
        deferred.clear();
        if (candidates.isEmpty()) {
            Waiting first = queue.poll(IDLE_MILLISECONDS, TimeUnit.MILLISECONDS);
            if (first == null) {
                return List.of();
            }
            candidates.add(first);
        }
        gather(candidates);
        List<Waiting> group = new ArrayList<>(candidates.size());
        Set<Entry.Identity> identities = new HashSet<>();
        long headBytes = 0;
        for (Waiting candidate : candidates) {
            headBytes += candidate.entry.head().length;
            boolean fits = group.isEmpty() || headBytes <= HEAD_BYTES_MAX;
            if (fits && identities.add(candidate.entry.identity())) {
                group.add(candidate);
            } else {
                deferred.add(candidate);
            }
        }
        return group;
    }

    private void gather(List<Waiting> candidates) throws InterruptedException {
        long deadline = System.nanoTime() + GATHER_NANOS;
        queue.drainTo(candidates, Math.max(0, ENTRIES_MAX - candidates.size()));
        while (candidates.size() < Math.min(ENTRIES_MAX, underway.getAsInt())) {
            Waiting next = queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                return;
            }
            candidates.add(next);
        }
    }

    private void commit(List<Waiting> group) {
        List<Indexed> outcomes;
        try {
            outcomes = transact(group.stream().map(Waiting::entry).toList());
        } catch (UnavailableException unavailable) {
            group.forEach(waiting -> waiting.answer.completeExceptionally(unavailable));
            return;
        } catch (RuntimeException | Error failure) {
            // An error as well: without this thread nothing would ever be stored again.
            commitOneByOne(group, failure);
            return;
        }
        for (int i = 0; i < group.size(); i++) {
            group.get(i).answer.complete(outcomes.get(i));
        }
    }

    /// So that an entry that the database will not take fails alone.
    private void commitOneByOne(List<Waiting> group, Throwable failure) {
        if (group.size() == 1 && failure instanceof NoPartitionException) {
            group.getFirst().answer.completeExceptionally(failure);
        } else if (group.size() == 1) {
            LOG.error("an instance could not be indexed", failure);
            group.getFirst().answer.completeExceptionally(failure);
        } else {
            group.forEach(waiting -> commit(List.of(waiting)));
        }
    }

    private List<Indexed> transact(List<Entry> entries) {
        List<Entry> current = entries;
        Set<Entry.Identity> tooMuch = new HashSet<>();
        int round = 0;
        while (true) {
            List<Entry> attempt = current.stream()
                    .filter(entry -> !tooMuch.contains(entry.identity()))
                    .toList();
            try {
                List<Indexed> outcomes = attempt.isEmpty()
                        ? List.of()
                        : database.transaction(session -> {
                            List<Indexed> written = new IndexWriter(session).write(attempt);
                            Recorded.append(session, attempt, written);
                            return written;
                        });
                return withRefused(entries, tooMuch, outcomes);
            } catch (Quota.ExceededException exceeded) {
                // At least one more each time, so this ends.
                tooMuch.addAll(exceeded.tooMuch());
            } catch (Recorded.OldTagsException old) {
                if (++round > ROUNDS_MAX) {
                    throw new UnavailableException("the tags to search by change all the time", old);
                }
                TagSets sets = tags.read();
                current = entries.stream()
                        .map(entry -> Recorded.read(entry, sets))
                        .toList();
            }
        }
    }

    /// What became of all, of whom some were left out.
    private static List<Indexed> withRefused(List<Entry> entries, Set<Entry.Identity> tooMuch, List<Indexed> outcomes) {
        Iterator<Indexed> others = outcomes.iterator();
        return entries.stream()
                .map(entry -> tooMuch.contains(entry.identity()) ? new Indexed.OverQuota() : others.next())
                .toList();
    }

    /// Commits what waits, then stops.
    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        for (Waiting left = queue.poll(); left != null; left = queue.poll()) {
            left.answer.completeExceptionally(new UnavailableException("the server is stopping", null));
        }
    }
}
