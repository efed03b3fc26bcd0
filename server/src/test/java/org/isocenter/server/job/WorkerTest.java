package org.isocenter.server.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.isocenter.server.db.CutProxy;
import org.isocenter.server.db.CutProxy.Cut;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.DatabaseOptions;
import org.isocenter.server.db.TestPostgres;
import org.isocenter.server.job.Operation.Draft;
import org.isocenter.server.job.Operation.State;
import org.isocenter.server.telemetry.CrashChild;
import org.isocenter.server.telemetry.CrashPoint;
import org.isocenter.server.telemetry.UnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Every step of an operation is noted once and has its effect once, whoever dies, stalls or is cut off.
///
/// Time is that of the database. It passes here by moving back what has been set for later.
final class WorkerTest {
    private static final int PARTITION = 1;

    private final DatabaseOptions options = TestPostgres.freshOptions();
    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(options);
        Count.createTable(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Worker worker() {
        return worker(operation -> {});
    }

    private Worker worker(Consumer<Operation> within) {
        return new Worker(database, Map.of(Count.KIND, new Count(within)));
    }

    private Operation begin(int last, String... studies) {
        return begin(Count.KIND, last, studies);
    }

    private Operation begin(String kind, int last, String... studies) {
        Draft draft = new Draft(kind, Integer.toString(last), List.of(), List.of(studies));
        return database.transaction(session -> new OperationRows(session).insert(PARTITION, draft));
    }

    private Operation now(Operation operation) {
        return Objects.requireNonNull(database.<Operation>query(
                session -> Objects.requireNonNull(new OperationRows(session).find(PARTITION, operation.id()))));
    }

    private void cancel(Operation operation) {
        database.transaction(session -> new OperationRows(session).cancel(PARTITION, operation.id()) == null ? 0 : 1);
    }

    private void pass(Duration time) {
        database.transaction(session -> session.sql("""
                        update operation set lease_until = lease_until - ? * interval '1 millisecond',
                            next_attempt = next_attempt - ? * interval '1 millisecond',
                            ended = ended - ? * interval '1 millisecond'""")
                .bind(time.toMillis())
                .bind(time.toMillis())
                .bind(time.toMillis())
                .update());
    }

    private void assertCounted(Operation operation, int last) {
        assertThat(now(operation).state()).isEqualTo(State.SUCCEEDED);
        assertThat(Count.written(database, operation)).isEqualTo(numbers(last));
    }

    private static List<Integer> numbers(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void anOperationIsDoneStepByStepAndTellsWhatItCouldNotDo() {
        Operation operation = begin(30);
        List<Long> seen = new ArrayList<>();
        assertThat(now(operation).state()).isEqualTo(State.NOT_STARTED);

        assertThat(worker(at -> {
                            seen.add(now(at).done());
                            assertThat(now(at).state()).isEqualTo(State.RUNNING);
                        })
                        .work())
                .isTrue();

        assertCounted(operation, 30);
        assertThat(seen).hasSize(30).startsWith(0L, 1L, 2L);
        Operation done = now(operation);
        assertThat(done.result()).isEqualTo("{\"counted\":30}");
        assertThat(done.ended()).isNotNull();
        assertThat(done.errors()).isEqualTo(3);
        assertThat(errors(done, 1)).containsExactly("{\"number\":17}", "{\"number\":27}");
        assertThat(worker().work()).isFalse();
    }

    @Test
    @DisplayName("D1 workers of several servers do every step of every operation once")
    void workersShareTheWork() throws Exception {
        List<Operation> operations =
                IntStream.range(0, 24).mapToObj(i -> begin(1 + i % 13)).toList();
        List<Future<Integer>> shares = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (int server = 0; server < 3; server++) {
                Worker worker = worker();
                for (int thread = 0; thread < 2; thread++) {
                    shares.add(threads.submit(() -> {
                        int done = 0;
                        while (worker.work()) {
                            done++;
                        }
                        return done;
                    }));
                }
            }
        }

        int taken = 0;
        for (Future<Integer> share : shares) {
            taken += share.get();
        }
        assertThat(taken).isEqualTo(24);
        for (int i = 0; i < operations.size(); i++) {
            assertCounted(operations.get(i), 1 + i % 13);
        }
    }

    @Test
    @DisplayName("D1 a worker that was overtaken writes nothing more")
    void theOvertakenIsRefused() {
        Operation operation = begin(9);
        AtomicBoolean stalled = new AtomicBoolean();
        Worker slow = worker(at -> {
            if (Count.number(at) == 4 && !stalled.getAndSet(true)) {
                pass(Worker.TERM.plusSeconds(1));
                // Another server goes on from the last note, and ends the operation.
                assertThat(worker().work()).isTrue();
            }
        });

        assertThat(slow.work()).isTrue();

        assertThat(stalled).isTrue();
        assertCounted(operation, 9);
    }

    @Test
    @DisplayName("D1 a worker that was overtaken by one that is still at it writes nothing more")
    void theOvertakenIsRefusedHalfWay() {
        Operation operation = begin(9);
        AtomicInteger stalls = new AtomicInteger();
        Worker[] workers = new Worker[1];
        workers[0] = worker(at -> {
            // Each of three is overtaken by the next, deeper in the stack, at a step of its own.
            if (Count.number(at) == 2 * stalls.get() + 2 && stalls.get() < 3) {
                stalls.incrementAndGet();
                pass(Worker.TERM.plusSeconds(1));
                assertThat(workers[0].work()).isTrue();
            }
        });

        assertThat(workers[0].work()).isTrue();

        assertThat(stalls).hasValue(3);
        assertCounted(operation, 9);
    }

    @Test
    void aLeaseThatIsKeptIsNotLost() {
        Operation operation = begin(3);
        Worker[] slow = new Worker[1];
        slow[0] = worker(at -> {
            for (int third = 0; third < 6; third++) {
                pass(Worker.TERM.dividedBy(3));
                slow[0].keep();
                assertThat(worker().work()).isFalse();
            }
        });

        assertThat(slow[0].work()).isTrue();

        assertCounted(operation, 3);
    }

    @Test
    void whatStopsIsLeftForOthersWhereItIs() {
        Operation operation = begin(9);
        Worker[] leaving = new Worker[1];
        leaving[0] = worker(at -> {
            if (Count.number(at) == 4) {
                leaving[0].stop();
            }
        });

        assertThat(leaving[0].work()).isTrue();

        assertThat(Count.written(database, operation)).isEqualTo(numbers(4));
        assertThat(now(operation).state()).isEqualTo(State.RUNNING);
        assertThat(leaving[0].work()).isFalse();
        // No time passes.
        assertThat(worker().work()).isTrue();
        assertCounted(operation, 9);
    }

    @Test
    void whatIsCanceledBeforeItBeginsNeverDoes() {
        Operation operation = begin(9);
        cancel(operation);
        cancel(operation);

        assertThat(now(operation).state()).isEqualTo(State.CANCELED);
        assertThat(worker().work()).isFalse();
        assertThat(Count.written(database, operation)).isEmpty();
    }

    @Test
    void whatIsCanceledWhileItIsWorkedOnEndsAfterTheStep() {
        Operation operation = begin(9);
        assertThat(worker(at -> {
                            if (Count.number(at) == 4) {
                                cancel(at);
                                cancel(at);
                                assertThat(now(at).state()).isEqualTo(State.RUNNING);
                                assertThat(now(at).canceling()).isTrue();
                            }
                        })
                        .work())
                .isTrue();

        assertThat(now(operation).state()).isEqualTo(State.CANCELED);
        assertThat(Count.written(database, operation)).isEqualTo(numbers(4));
        assertThat(now(operation).result()).isNull();
    }

    @Test
    @DisplayName("D1 what is canceled while its worker is out of reach ends at once, and the worker is refused")
    void cancelDoesNotWaitForTheLost() {
        Operation operation = begin(9);
        assertThat(worker(at -> {
                            if (Count.number(at) == 4) {
                                pass(Worker.TERM.plusSeconds(1));
                                cancel(at);
                                assertThat(now(at).state()).isEqualTo(State.CANCELED);
                            }
                        })
                        .work())
                .isTrue();

        assertThat(now(operation).state()).isEqualTo(State.CANCELED);
        assertThat(Count.written(database, operation)).isEqualTo(numbers(3));
    }

    @Test
    void whatHasEndedIsNotCanceled() {
        Operation operation = begin(2);
        assertThat(worker().work()).isTrue();

        cancel(operation);

        assertCounted(operation, 2);
        assertThat(now(operation).canceling()).isFalse();
    }

    @Test
    void whatFailsForAWhileIsTriedAgainLaterAndLater() {
        Operation operation = begin(9);
        AtomicInteger failures = new AtomicInteger();
        Worker worker = worker(at -> {
            if (Count.number(at) == 4 && failures.incrementAndGet() <= 3) {
                throw new UnavailableException("the world is away", null);
            }
        });

        assertThat(worker.work()).isTrue();
        assertThat(now(operation).state()).isEqualTo(State.RUNNING);
        assertThat(now(operation).problem()).isNotNull();
        for (int pause = 1; pause <= 4; pause *= 2) {
            assertThat(worker.work()).as("a pause of %s s", pause).isFalse();
            pass(Duration.ofSeconds(pause));
            assertThat(worker.work()).as("after %s s", pause).isTrue();
        }

        assertThat(failures).hasValue(4);
        assertCounted(operation, 9);
        assertThat(now(operation).problem()).isNull();
    }

    @Test
    void whatNeverComesForwardHasFailed() {
        Operation operation = begin(9);
        AtomicInteger attempts = new AtomicInteger();
        Worker worker = worker(at -> {
            if (Count.number(at) == 4) {
                attempts.incrementAndGet();
                throw new UnavailableException("the world is away", null);
            }
        });
        for (int i = 0; i < 100 && !now(operation).state().ended(); i++) {
            assertThat(worker.work()).isTrue();
            pass(Duration.ofMinutes(5));
        }

        assertThat(now(operation).state()).isEqualTo(State.FAILED);
        assertThat(now(operation).problem()).isNotNull();
        assertThat(attempts).hasValue(Worker.ATTEMPTS_MAX + 1);
        assertThat(Count.written(database, operation)).isEqualTo(numbers(3));
    }

    @Test
    void whatHasAFaultFailsAtOnceAndTheOthersGoOn() {
        Operation faulty = begin(9);
        Operation sound = begin(9);
        Worker worker = worker(at -> {
            if (at.key() == faulty.key() && Count.number(at) == 4) {
                throw new IllegalStateException("a fault, as expected here");
            }
        });

        assertThat(worker.work()).isTrue();
        assertThat(worker.work()).isTrue();

        assertThat(now(faulty).state()).isEqualTo(State.FAILED);
        assertThat(now(faulty).problem()).doesNotContain("as expected here");
        assertCounted(sound, 9);
    }

    @Test
    void operationsOnTheSameStudiesFollowOneAnotherAndOthersDoNotWait() {
        Operation first = begin(5, "1.2", "1.3");
        Operation second = begin(5, "1.3", "1.4");
        Operation third = begin(5, "1.4");
        Operation other = begin(5, "1.5");
        List<Long> order = new ArrayList<>();
        Worker[] workers = new Worker[1];
        workers[0] = worker(at -> {
            order.add(at.key());
            if (at.key() == first.key() && Count.number(at) == 3) {
                assertThat(workers[0].work()).isTrue();
                assertThat(now(other).state()).isEqualTo(State.SUCCEEDED);
                assertThat(workers[0].work()).isFalse();
                cancel(second);
                assertThat(workers[0].work()).isTrue();
                assertThat(now(third).state()).isEqualTo(State.SUCCEEDED);
                assertThat(now(first).state()).isEqualTo(State.RUNNING);
            }
        });

        assertThat(workers[0].work()).isTrue();

        assertCounted(first, 5);
        assertThat(order).doesNotContain(second.key());
        Operation later = begin(5, "1.2", "1.3", "1.4");
        assertThat(workers[0].work()).isTrue();
        assertCounted(later, 5);
    }

    @Test
    void operationsOfAKindThatIsNotKnownAreLeft() {
        Operation operation = begin("of-a-later-version", 9);

        assertThat(worker().work()).isFalse();

        assertThat(now(operation).state()).isEqualTo(State.NOT_STARTED);
    }

    @Test
    void operationsThatEndedAreForgottenAfterAWhileAndOthersAreNot() {
        Operation ended = begin(17);
        assertThat(worker().work()).isTrue();
        Operation open = begin(9);
        pass(Duration.ofDays(3));

        assertThat(database.<Integer>transaction(session -> new OperationRows(session).forget(Duration.ofDays(4))))
                .isZero();
        assertThat(database.<Integer>transaction(session -> new OperationRows(session).forget(Duration.ofDays(2))))
                .isEqualTo(1);

        assertThat(errors(ended, 0)).isEmpty();
        assertThat(now(open).state()).isEqualTo(State.NOT_STARTED);
    }

    @Test
    @DisplayName("D3 a commit whose answer is lost does no step twice and leaves none out")
    void linksThatBreakAtACommitDoNoHarm() {
        SplittableRandom seeds = new SplittableRandom();
        long seed = seeds.nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        Cut[] cuts = {Cut.BEFORE_COMMIT, Cut.WITH_COMMIT, Cut.AFTER_COMMIT};
        Operation operation = begin(60);
        try (CutProxy proxy = new CutProxy(TestPostgres.port());
                Database through = Database.open(proxy.options(options))) {
            Worker worker = new Worker(through, Map.of(Count.KIND, new Count(at -> {
                if (random.nextInt(4) == 0) {
                    proxy.cutNext(cuts[random.nextInt(cuts.length)]);
                }
            })));
            for (int i = 0; i < 1_000 && !now(operation).state().ended(); i++) {
                try {
                    worker.work();
                } catch (UnavailableException cut) {
                    // The lease runs out.
                }
                pass(Duration.ofMinutes(5));
            }
            assertThat(proxy.cuts()).as("seed %s", seed).isPositive();
        }

        assertThat(Count.written(database, operation)).as("seed %s", seed).isEqualTo(numbers(60));
        assertThat(now(operation).state()).as("seed %s", seed).isEqualTo(State.SUCCEEDED);
        assertThat(now(operation).errors()).as("seed %s", seed).isEqualTo(6);
    }

    /// Counts until it halts, and says each number before the note of it.
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) {
            DatabaseOptions options = new DatabaseOptions(arguments[0], arguments[1], arguments[2], 2);
            Job job = new Count(at -> System.out.println(Count.number(at)));
            // A busy machine may take longer to connect than a server waits.
            for (int attempt = 0; attempt < 10; attempt++) {
                try (Database database = Database.open(options)) {
                    new Worker(database, Map.of(Count.KIND, job)).work();
                    return;
                } catch (UnavailableException busy) {
                    System.err.println(busy.getMessage());
                }
            }
        }
    }

    @Test
    @DisplayName("D1 a process that dies between a step and its note loses nothing and doubles nothing")
    void deathsBetweenStepAndNoteDoNoHarm() throws Exception {
        Operation operation = begin(9);
        List<Integer> said = new ArrayList<>();
        for (int life = 0; life < 3; life++) {
            said.addAll(liveAndDie(CrashPoint.OPERATION_STEPPED, 2));
            assertThat(worker().work()).isFalse();
            pass(Worker.TERM.plusSeconds(1));
        }

        assertThat(said).containsExactly(1, 2, 3, 3, 4, 5, 5, 6, 7);
        assertThat(Count.written(database, operation)).isEqualTo(numbers(6));
        assertThat(worker().work()).isTrue();
        assertCounted(operation, 9);
    }

    @Test
    @DisplayName("D1 a process that dies around a commit loses nothing and doubles nothing")
    void deathsAroundCommitsDoNoHarm() throws Exception {
        Operation operation = begin(9);
        for (CrashPoint point : List.of(CrashPoint.BEFORE_COMMIT, CrashPoint.COMMIT_SENT, CrashPoint.AFTER_COMMIT)) {
            // The first commit is that of the lease.
            liveAndDie(point, 2);
            pass(Worker.TERM.plusSeconds(1));
        }

        assertThat(worker().work()).isTrue();
        assertCounted(operation, 9);
    }

    private List<Integer> liveAndDie(CrashPoint point, int passes) throws Exception {
        return CrashChild.run(
                        Victim.class,
                        point,
                        passes,
                        options.url(),
                        Objects.requireNonNull(options.user()),
                        Objects.requireNonNullElse(options.password(), ""))
                .stream()
                .filter(line -> line.matches("\\d+"))
                .map(Integer::valueOf)
                .toList();
    }

    @Test
    void operationsAreListedByKindAndState() {
        Operation one = begin(2);
        Operation two = begin("other", 2);
        assertThat(worker().work()).isTrue();

        assertThat(list(PARTITION, Set.of(), Set.of())).containsExactly(two.key(), one.key());
        assertThat(list(PARTITION, Set.of("other"), Set.of())).containsExactly(two.key());
        assertThat(list(PARTITION, Set.of(), Set.of(State.SUCCEEDED, State.FAILED)))
                .containsExactly(one.key());
        assertThat(list(PARTITION, Set.of("other"), Set.of(State.SUCCEEDED))).isEmpty();
        assertThat(list(2, Set.of(), Set.of())).isEmpty();
    }

    private List<Long> list(int partition, Set<String> kinds, Set<State> states) {
        List<Operation> operations =
                database.query(session -> new OperationRows(session).list(partition, kinds, states, 0, 10));
        return operations.stream().map(Operation::key).toList();
    }

    private List<String> errors(Operation operation, long after) {
        return database.query(session -> new OperationRows(session).errors(operation.key(), after, 10));
    }
}
