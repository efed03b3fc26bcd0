package org.isocenter.server.cast;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.isocenter.server.cast.Source.Change;
import org.isocenter.server.cast.Source.Study;
import org.jspecify.annotations.Nullable;

/// The studies that have changed and are not cast yet, each once, however often it changes.
///
/// A study is due when it has been left alone for a while, or has waited as long as it may. It is worked on
/// by one at a time: what happens to it meanwhile makes it due again. The lowest position that stands in
/// the backlog bounds how far the cast has got. Times are those of one clock in nanoseconds. Not safe for
/// use by several threads.
final class Backlog {
    /// What there is to do about a study. Nothing but the backlog changes it.
    static final class Work {
        private final Study study;
        private final long number;
        private final long firstSeen;
        private long position;
        private boolean takesAway;
        private int attempts;
        private long failedAt;
        private long due;

        private Work(Study study, long number, long firstSeen, long position) {
            this.study = study;
            this.number = number;
            this.firstSeen = firstSeen;
            this.position = position;
        }

        Study study() {
            return study;
        }

        /// Whether something that was cast earlier may be gone.
        boolean takesAway() {
            return takesAway;
        }

        /// When it was first tried in vain.
        long failedAt() {
            return failedAt;
        }

        /// How often it was tried in vain.
        int attempts() {
            return attempts;
        }
    }

    /// The position of what did not come from the feed.
    private static final long NO_POSITION = Long.MAX_VALUE;

    private final long quietNanos;
    private final long delayMaxNanos;
    private final int max;
    private final Map<Study, Work> waiting = new HashMap<>();
    private final Map<Study, Work> underWay = new HashMap<>();
    private final TreeSet<Work> byDue =
            new TreeSet<>(Comparator.<Work>comparingLong(one -> one.due).thenComparingLong(one -> one.number));
    private final TreeSet<Work> byPosition =
            new TreeSet<>(Comparator.<Work>comparingLong(one -> one.position).thenComparingLong(one -> one.number));
    private long numbers;

    Backlog(Duration quiet, Duration delayMax, int max) {
        this.quietNanos = quiet.toNanos();
        this.delayMaxNanos = delayMax.toNanos();
        this.max = max;
    }

    boolean isFull() {
        return waiting.size() + underWay.size() >= max;
    }

    boolean isEmpty() {
        return waiting.isEmpty() && underWay.isEmpty();
    }

    boolean holds(Study study) {
        return waiting.containsKey(study) || underWay.containsKey(study);
    }

    /// A study has changed.
    void add(Change change, long now) {
        Study study = change.study();
        if (study == null) {
            return;
        }
        Work work = waiting.get(study);
        if (work == null) {
            work = new Work(study, numbers++, now, change.position());
            waiting.put(work.study, work);
            byPosition.add(work);
        }
        work.takesAway |= change.takesAway();
        if (work.attempts == 0) {
            setDue(work, Math.min(now + quietNanos, work.firstSeen + delayMaxNanos));
        }
    }

    /// Somebody asked for a study, which is to be done at once and as if everything about it could have
    /// changed.
    void add(Study study, long now) {
        Work work = waiting.computeIfAbsent(study, one -> new Work(one, numbers++, now, NO_POSITION));
        byPosition.add(work);
        work.takesAway = true;
        setDue(work, now);
    }

    private void setDue(Work work, long due) {
        byDue.remove(work);
        work.due = due;
        if (!underWay.containsKey(work.study)) {
            byDue.add(work);
        }
    }

    /// The study that has been due for longest, which is then under way; null where none is due. Where the
    /// backlog is full, none has to wait.
    @Nullable
    Work findDue(long now) {
        Work first = byDue.isEmpty() ? null : byDue.first();
        if (first == null || first.due > now && !(isFull() && first.attempts == 0)) {
            return null;
        }
        byDue.remove(first);
        waiting.remove(first.study);
        underWay.put(first.study, first);
        return first;
    }

    /// The work is done, or given up.
    void finish(Work work) {
        underWay.remove(work.study);
        byPosition.remove(work);
        Work next = waiting.get(work.study);
        if (next != null) {
            byDue.add(next);
        }
    }

    /// The work was in vain, and is to be tried again at a time.
    void retry(Work work, long now, long at) {
        underWay.remove(work.study);
        if (work.attempts++ == 0) {
            work.failedAt = now;
        }
        Work next = waiting.remove(work.study);
        if (next != null) {
            byDue.remove(next);
            byPosition.remove(next);
            byPosition.remove(work);
            work.takesAway |= next.takesAway;
            work.position = Math.min(work.position, next.position);
            byPosition.add(work);
        }
        waiting.put(work.study, work);
        setDue(work, at);
    }

    /// The position up to which everything is done, where all up to `read` has been added.
    long position(long read) {
        long lowest = byPosition.isEmpty() ? NO_POSITION : byPosition.first().position;
        return lowest == NO_POSITION ? read : lowest - 1;
    }
}
