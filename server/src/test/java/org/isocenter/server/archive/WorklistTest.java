package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Uids;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Worklist.Done;
import org.isocenter.server.archive.Worklist.Invalid;
import org.isocenter.server.archive.Worklist.Outcome;
import org.isocenter.server.archive.Worklist.Refused;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.TestPostgres;
import org.isocenter.server.worklist.Verdict;
import org.isocenter.server.worklist.Workitem;
import org.isocenter.server.worklist.WorkitemEvent;
import org.isocenter.server.worklist.WorkitemState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The worklist on a real PostgreSQL.
class WorklistTest {
    private static final String RIGHT = "1.2.3";
    private static final String WRONG = "1.2.4";
    private static final Caller CALLER = Caller.anyone();
    private static final int CLAIMERS = 8;
    private static final int ROUNDS = 20;

    private static Database database;
    private static Worklist worklist;

    @BeforeAll
    static void open() {
        database = TestPostgres.freshDatabase();
        worklist = new Worklist(database);
    }

    @AfterAll
    static void close() {
        database.close();
    }

    /// PS3.4 table CC.1.1-2, cell by cell: what the machine says is what happens to a workitem, and nothing
    /// else does.
    @Test
    void everyEventInEveryStateEndsAsTheTableSays() {
        for (WorkitemEvent event : WorkitemEvent.values()) {
            assertCell(event, null);
            for (WorkitemState state : WorkitemState.values()) {
                assertCell(event, state);
            }
        }
    }

    private static void assertCell(WorkitemEvent event, @Nullable WorkitemState state) {
        String uid = state == null ? Uids.create() : inState(state);
        if (state != null && !state.isFinal()) {
            new Subscribe(database, worklist.mailing()).toWorkitem(CALLER, uid, "WATCHER", false);
        }
        Verdict expected = event.verdict(state);

        Outcome outcome = happen(event, uid);

        assertThat(verdict(outcome)).as(event + " in " + state).isEqualTo(expected);
        Workitem after = worklist.find(CALLER, uid);
        WorkitemState left = expected.findTarget() == null ? state : expected.findTarget();
        if (left == null) {
            assertThat(after).isNull();
        } else {
            assertThat(Objects.requireNonNull(after).state())
                    .as(event + " in " + state)
                    .isEqualTo(left);
            assertThat(after.dataSet().findString(Tag.ProcedureStepState)).isEqualTo(left.term());
        }
    }

    private static Outcome happen(WorkitemEvent event, String uid) {
        return switch (event) {
            case CREATE -> worklist.create(StoreTarget.of(CALLER), uid, workitem());
            case TO_SCHEDULED -> worklist.changeState(CALLER, uid, RIGHT, WorkitemState.SCHEDULED);
            case TO_IN_PROGRESS -> worklist.changeState(CALLER, uid, RIGHT, WorkitemState.IN_PROGRESS);
            case TO_IN_PROGRESS_BY_STRANGER ->
                worklist.changeState(CALLER, uid, stranger(uid), WorkitemState.IN_PROGRESS);
            case TO_COMPLETED -> worklist.changeState(CALLER, uid, RIGHT, WorkitemState.COMPLETED);
            case TO_COMPLETED_BY_STRANGER -> worklist.changeState(CALLER, uid, stranger(uid), WorkitemState.COMPLETED);
            case TO_CANCELED -> worklist.changeState(CALLER, uid, RIGHT, WorkitemState.CANCELED);
            case TO_CANCELED_BY_STRANGER -> worklist.changeState(CALLER, uid, stranger(uid), WorkitemState.CANCELED);
            case REQUEST_CANCEL -> worklist.requestCancel(CALLER, uid, new DataSet());
        };
    }

    /// A UID that is wrong, where one can be, or none.
    private static @Nullable String stranger(String uid) {
        Workitem workitem = worklist.find(CALLER, uid);
        return workitem != null && workitem.transactionUid() != null ? WRONG : null;
    }

    private static Verdict verdict(Outcome outcome) {
        return switch (outcome) {
            case Done done -> done.verdict();
            case Refused refused -> refused.verdict();
            case Invalid invalid -> throw new AssertionError(invalid.fault().text());
        };
    }

    /// A workitem that has come into a state by the steps that lead there, with all that final states ask
    /// for.
    private static String inState(WorkitemState state) {
        String uid = ((Done) worklist.create(StoreTarget.of(CALLER), null, workitem())).uid();
        if (state == WorkitemState.SCHEDULED) {
            return uid;
        }
        assertThat(worklist.changeState(CALLER, uid, RIGHT, WorkitemState.IN_PROGRESS))
                .isInstanceOf(Done.class);
        assertThat(worklist.update(CALLER, uid, RIGHT, result())).isInstanceOf(Done.class);
        if (state.isFinal()) {
            assertThat(worklist.changeState(CALLER, uid, RIGHT, state)).isInstanceOf(Done.class);
        }
        return uid;
    }

    @Test
    void ofManyWhoClaimAWorkitemOneGetsIt() throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(CLAIMERS)) {
            for (int round = 0; round < ROUNDS; round++) {
                String uid = inState(WorkitemState.SCHEDULED);
                CyclicBarrier together = new CyclicBarrier(CLAIMERS);
                List<Callable<Outcome>> claims = new ArrayList<>();
                for (int claimer = 0; claimer < CLAIMERS; claimer++) {
                    String transaction = "1.2." + (claimer + 10);
                    claims.add(() -> {
                        together.await();
                        return worklist.changeState(CALLER, uid, transaction, WorkitemState.IN_PROGRESS);
                    });
                }
                List<Verdict> verdicts = new ArrayList<>();
                String winner = null;
                List<Future<Outcome>> outcomes = executor.invokeAll(claims);
                for (int claimer = 0; claimer < CLAIMERS; claimer++) {
                    Verdict verdict = verdict(outcomes.get(claimer).get());
                    verdicts.add(verdict);
                    winner = verdict == Verdict.CLAIM ? "1.2." + (claimer + 10) : winner;
                }

                assertThat(verdicts).filteredOn(Verdict.CLAIM::equals).hasSize(1);
                assertThat(verdicts)
                        .filteredOn(Verdict.WRONG_TRANSACTION_UID::equals)
                        .hasSize(CLAIMERS - 1);
                assertThat(Objects.requireNonNull(worklist.find(CALLER, uid)).transactionUid())
                        .isEqualTo(winner);
            }
        }
    }

    @Test
    void aStateIsNotFinalBeforeItsAttributesAre() {
        String uid = ((Done) worklist.create(StoreTarget.of(CALLER), null, workitem())).uid();
        worklist.changeState(CALLER, uid, RIGHT, WorkitemState.IN_PROGRESS);

        for (WorkitemState target : List.of(WorkitemState.COMPLETED, WorkitemState.CANCELED)) {
            Outcome outcome = worklist.changeState(CALLER, uid, RIGHT, target);

            assertThat(verdict(outcome)).isEqualTo(Verdict.NOT_FINAL);
            assertThat(Objects.requireNonNull(((Refused) outcome).fault()).path())
                    .contains(target == WorkitemState.COMPLETED ? "PerformedProcedureSequence" : "ReasonCodeSequence");
        }
        assertThat(Objects.requireNonNull(worklist.find(CALLER, uid)).state()).isEqualTo(WorkitemState.IN_PROGRESS);
    }

    @Test
    void aWishToCancelNeedsSomebodyWhoHears() {
        String uid = inState(WorkitemState.IN_PROGRESS);

        assertThat(verdict(worklist.requestCancel(CALLER, uid, new DataSet()))).isEqualTo(Verdict.NOBODY_TO_ASK);

        new Subscribe(database, worklist.mailing()).toWorkitem(CALLER, uid, "PERFORMER", false);
        assertThat(verdict(worklist.requestCancel(CALLER, uid, new DataSet()))).isEqualTo(Verdict.ASK);
    }

    @Test
    void whatBelongsToAnotherPartitionIsNotThere() {
        String uid = inState(WorkitemState.SCHEDULED);
        Caller other = new Partitions(database).open(CALLER, "other");

        assertThat(worklist.find(other, uid)).isNull();
        assertThat(verdict(worklist.changeState(other, uid, RIGHT, WorkitemState.IN_PROGRESS)))
                .isEqualTo(Verdict.UNKNOWN);
        assertThat(verdict(worklist.requestCancel(other, uid, new DataSet()))).isEqualTo(Verdict.UNKNOWN);
        assertThat(verdict(worklist.update(other, uid, null, new DataSet()))).isEqualTo(Verdict.UNKNOWN);
    }

    private static DataSet workitem() {
        return new DataSet()
                .putString(Tag.ScheduledProcedureStepPriority, "HIGH")
                .putString(Tag.ProcedureStepLabel, "Nodules")
                .putString(Tag.ScheduledProcedureStepStartDateTime, "20261127120000")
                .putString(Tag.InputReadinessState, "READY");
    }

    /// What COMPLETED and CANCELED ask for.
    private static DataSet result() {
        return new DataSet()
                .putItems(
                        Tag.UnifiedProcedureStepPerformedProcedureSequence,
                        new DataSet()
                                .putItems(Tag.PerformedStationNameCodeSequence, code("STATION"))
                                .putItems(Tag.PerformedWorkitemCodeSequence, code("WORK"))
                                .putString(Tag.PerformedProcedureStepStartDateTime, "20261127120000")
                                .putString(Tag.PerformedProcedureStepEndDateTime, "20261127120100")
                                .putEmpty(Tag.OutputInformationSequence))
                .putItems(
                        Tag.ProcedureStepProgressInformationSequence,
                        new DataSet().putItems(Tag.ProcedureStepDiscontinuationReasonCodeSequence, code("REASON")));
    }

    private static DataSet code(String value) {
        return new DataSet()
                .putString(Tag.CodeValue, value)
                .putString(Tag.CodingSchemeDesignator, "99TEST")
                .putString(Tag.CodeMeaning, "a test");
    }
}
