package org.isocenter.server.cast;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.isocenter.server.cast.Backlog.Work;
import org.isocenter.server.cast.Source.Change;
import org.isocenter.server.cast.Source.Study;
import org.junit.jupiter.api.Test;

final class BacklogTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Study ONE = new Study(1, "1.1");
    private static final Study TWO = new Study(1, "1.2");

    private final Backlog backlog = new Backlog(Duration.ofSeconds(5), Duration.ofSeconds(20), 100);

    @Test
    void aStudyIsDueOnceItHasBeenLeftAlone() {
        backlog.add(change(1, ONE), 0);
        backlog.add(change(2, ONE), 3 * SECOND);
        assertThat(backlog.findDue(7 * SECOND)).isNull();
        Work work = requireNonNull(backlog.findDue(8 * SECOND));
        assertThat(work.study()).isEqualTo(ONE);
        assertThat(backlog.findDue(100 * SECOND)).isNull();
    }

    @Test
    void aStudyThatIsNeverLeftAloneWaitsNoLongerThanItMay() {
        for (int i = 0; i <= 20; i++) {
            backlog.add(change(i + 1, ONE), i * SECOND);
        }
        assertThat(backlog.findDue(20 * SECOND)).isNotNull();
    }

    @Test
    void thePositionStaysBelowWhatIsNotDone() {
        backlog.add(change(7, ONE), 0);
        backlog.add(change(8, TWO), 0);
        backlog.add(change(9, ONE), 0);
        assertThat(backlog.position(9)).isEqualTo(6);
        Work one = requireNonNull(backlog.findDue(10 * SECOND));
        assertThat(backlog.position(9)).isEqualTo(6);
        backlog.finish(one);
        assertThat(backlog.position(9)).isEqualTo(7);
        backlog.finish(requireNonNull(backlog.findDue(10 * SECOND)));
        assertThat(backlog.position(9)).isEqualTo(9);
    }

    @Test
    void whatHappensWhileAStudyIsUnderWayIsDoneAfterwards() {
        backlog.add(change(1, ONE), 0);
        Work first = requireNonNull(backlog.findDue(10 * SECOND));
        backlog.add(change(2, ONE), 10 * SECOND);
        assertThat(backlog.findDue(100 * SECOND)).isNull();
        backlog.finish(first);
        assertThat(backlog.position(2)).isEqualTo(1);
        assertThat(backlog.findDue(15 * SECOND)).isNotNull();
    }

    @Test
    void aRetryTakesTheNewerChangesAlong() {
        backlog.add(change(1, ONE), 0);
        Work first = requireNonNull(backlog.findDue(10 * SECOND));
        backlog.add(new Change(2, ONE, true, Instant.EPOCH), 10 * SECOND);
        backlog.retry(first, 11 * SECOND, 30 * SECOND);
        assertThat(backlog.position(2)).isZero();
        assertThat(backlog.findDue(29 * SECOND)).isNull();
        Work again = requireNonNull(backlog.findDue(30 * SECOND));
        assertThat(again.takesAway()).isTrue();
        assertThat(again.attempts()).isEqualTo(1);
        backlog.finish(again);
        assertThat(backlog.position(2)).isEqualTo(2);
        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void whatIsAskedForIsDueAtOnceAndHoldsNoPosition() {
        backlog.add(ONE, 0);
        assertThat(backlog.position(5)).isEqualTo(5);
        assertThat(requireNonNull(backlog.findDue(0)).takesAway()).isTrue();
    }

    @Test
    void aFullBacklogLetsNobodyWait() {
        for (int i = 0; i < 100; i++) {
            backlog.add(change(i + 1, new Study(1, "2." + i)), 0);
        }
        assertThat(backlog.isFull()).isTrue();
        assertThat(backlog.findDue(0)).isNotNull();
    }

    /// Whatever happens in whatever order: no study is worked on by two, the position never passes
    /// something undone, and in the end everything has been done at or after its last change.
    @Test
    void nothingIsMissedInAnyOrder() {
        long seed = System.nanoTime();
        System.out.println("backlog by seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            Backlog tried = new Backlog(Duration.ofNanos(random.nextInt(5)), Duration.ofNanos(10), 3);
            Map<Study, Long> lastChange = new HashMap<>();
            Map<Study, Long> doneUpTo = new HashMap<>();
            Map<Work, Long> begun = new HashMap<>();
            Set<Study> underWay = new HashSet<>();
            long position = 0;
            for (long now = 0; now < 300 || !tried.isEmpty(); now++) {
                if (now < 300 && !tried.isFull() && random.nextBoolean()) {
                    Study study = new Study(1, "3." + random.nextInt(5));
                    tried.add(new Change(++position, study, random.nextBoolean(), Instant.EPOCH), now);
                    lastChange.put(study, position);
                }
                Work work = random.nextBoolean() ? tried.findDue(now) : null;
                if (work != null) {
                    assertThat(underWay.add(work.study())).isTrue();
                    begun.put(work, position);
                }
                List<Work> all = new ArrayList<>(begun.keySet());
                if (!all.isEmpty() && random.nextInt(3) == 0) {
                    Work some = all.get(random.nextInt(all.size()));
                    long seen = requireNonNull(begun.remove(some));
                    underWay.remove(some.study());
                    if (random.nextInt(4) == 0) {
                        tried.retry(some, now, now + random.nextInt(5));
                    } else {
                        tried.finish(some);
                        doneUpTo.put(some.study(), seen);
                    }
                }
                for (Map.Entry<Study, Long> change : lastChange.entrySet()) {
                    if (doneUpTo.getOrDefault(change.getKey(), 0L) < change.getValue()) {
                        assertThat(tried.position(position)).isLessThan(change.getValue());
                    }
                }
            }
            assertThat(tried.position(position)).isEqualTo(position);
        }
    }

    private static Change change(long position, Study study) {
        return new Change(position, study, false, Instant.EPOCH);
    }
}
