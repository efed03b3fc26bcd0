package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Holds.Placed;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.IndexReader;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.Scope;
import org.isocenter.server.index.Versions;
import org.isocenter.server.job.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Studies that may not be deleted.
final class HoldsTest {
    private static final Caller CALLER = Caller.anyone();
    private static final Retention NONE = new Retention(Duration.ZERO, Duration.ZERO, Duration.ofDays(1));

    /// So many studies are held and deleted at the same moment.
    private static final int RACES = 60;

    @TempDir
    private Path folder;

    private OpenArchive archive;
    private Database database;
    private BlobStore blobs;
    private Holds holds;
    private Delete delete;

    @BeforeEach
    void open() throws IOException {
        archive = new OpenArchive(folder);
        database = archive.database;
        blobs = archive.blobs;
        holds = new Holds(database);
        delete = new Delete(database);
    }

    @AfterEach
    void close() {
        archive.close();
    }

    private void store(String study) {
        archive.store(CALLER, OpenArchive.instance(study + ".1.1"));
    }

    private boolean isThere(String study) {
        return database.query(session -> new IndexReader(session).findStudy(Scope.all(1), study) != null);
    }

    private List<Located> restorable(String study) {
        return database.query(session -> new Versions(session).deleted(1, study, null, null));
    }

    @Test
    void nothingOfAHeldStudyIsDeletedUntilItsLastHoldIsLifted() {
        store("1.2");

        assertThat(holds.place(CALLER, "1.2", "case-7", "lawsuit")).isEqualTo(Placed.NEW);
        assertThat(holds.place(CALLER, "1.2", "case-7", "the same lawsuit")).isEqualTo(Placed.CHANGED);
        assertThat(holds.place(CALLER, "1.2", "trial", "for an audit")).isEqualTo(Placed.NEW);

        assertThat(delete.delete(CALLER, "1.2", "1.2.1", "1.2.1.1")).isInstanceOf(DeleteOutcome.Held.class);
        assertThat(holds.lift(CALLER, "1.2", "case-7")).isTrue();
        assertThat(holds.lift(CALLER, "1.2", "case-7")).isFalse();
        assertThat(delete.delete(CALLER, "1.2", null, null)).isInstanceOf(DeleteOutcome.Held.class);
        assertThat(isThere("1.2")).isTrue();
        assertThat(holds.lift(CALLER, "1.2", "trial")).isTrue();
        assertThat(delete.delete(CALLER, "1.2", null, null)).isEqualTo(new DeleteOutcome.Deleted(1));
        assertThat(holds.place(CALLER, "1.3", "x", "y")).isEqualTo(Placed.UNKNOWN_STUDY);
    }

    @Test
    void aStudyInAnotherPartitionIsNotHeld() {
        store("1.2");
        Caller other = new Partitions(database).open(CALLER, "other");

        assertThat(holds.place(other, "1.2", "x", "y")).isEqualTo(Placed.UNKNOWN_STUDY);
        assertThat(holds.list(other, null, 0, 10)).isEmpty();
    }

    @Test
    void aDeletedStudyThatIsHeldStaysRestorable() {
        store("1.2");
        store("1.3");
        delete.delete(CALLER, "1.2", null, null);
        delete.delete(CALLER, "1.3", null, null);
        assertThat(holds.place(CALLER, "1.2", "x", "y")).isEqualTo(Placed.NEW);

        new Sweep(database, blobs, NONE).sweep();

        assertThat(restorable("1.2")).hasSize(1);
        assertThat(restorable("1.3")).isEmpty();
        assertThat(holds.place(CALLER, "1.3", "x", "y")).isEqualTo(Placed.UNKNOWN_STUDY);
    }

    @Test
    void whatIsThereWhenAHoldIsPlacedStaysHoweverManyDeleteIt() throws Exception {
        for (int i = 0; i < RACES; i++) {
            store("1.2." + i);
        }
        CyclicBarrier barrier = new CyclicBarrier(2);
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < RACES; i++) {
                String study = "1.2." + i;
                Future<DeleteOutcome> deleting = executor.submit(() -> {
                    barrier.await();
                    return delete.delete(CALLER, study, null, null);
                });
                Future<Boolean> holding = executor.submit(() -> {
                    barrier.await();
                    assertThat(holds.place(CALLER, study, "x", "y")).isEqualTo(Placed.NEW);
                    return isThere(study);
                });
                boolean wasThere = holding.get();
                DeleteOutcome outcome = deleting.get();

                assertThat(isThere(study)).as(study).isEqualTo(wasThere);
                assertThat(outcome instanceof DeleteOutcome.Held).as(study).isEqualTo(wasThere);
            }
        }
    }

    @Test
    void whatIsRestorableWhenAHoldIsPlacedStaysHoweverManySweep() throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(2);
        Sweep sweep = new Sweep(database, blobs, NONE);
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < RACES; i++) {
                String study = "1.2." + i;
                store(study);
                delete.delete(CALLER, study, null, null);
                Future<Sweep.Report> sweeping = executor.submit(() -> {
                    barrier.await();
                    return sweep.sweep();
                });
                Future<Placed> holding = executor.submit(() -> {
                    barrier.await();
                    return holds.place(CALLER, study, "x", "y");
                });
                Placed placed = holding.get();
                sweeping.get();

                assertThat(restorable(study)).as(study).hasSize(placed == Placed.NEW ? 1 : 0);
            }
        }
    }

    @Test
    void rulesDeleteWhatIsOldAndNotHeldOnceHoweverManyServersApplyThem() {
        Tidy tidy = new Tidy(
                database,
                new Operations(database, new Semaphore(0)),
                List.of(Objects.requireNonNull(KeepRule.find("old: PatientID=P & UnchangedFor=30d"))));
        store("1.2");
        store("1.3");
        store("1.4");
        holds.place(CALLER, "1.3", "x", "y");
        assertThat(tidy.tidy()).as("nothing is old").isEmpty();
        database.transaction(
                session -> session.sql("update study set changed = now() - interval '31 days' where uid <> '1.4'")
                        .update());

        assertThat(tidy.tidy()).hasSize(1);
        assertThat(tidy.tidy()).as("one is under way").isEmpty();
        new Worker(database, Map.of(DeleteStudies.KIND, new DeleteStudies(database))).work();

        assertThat(isThere("1.2")).isFalse();
        assertThat(isThere("1.3")).isTrue();
        assertThat(isThere("1.4")).isTrue();
        assertThat(new History(database, new Operations(database, new Semaphore(0)))
                        .events(CALLER, "1.2", null, null, 0, 1)
                        .getFirst()
                        .reason())
                .isEqualTo("retention rule old");
        assertThat(tidy.tidy()).isEmpty();
    }
}
