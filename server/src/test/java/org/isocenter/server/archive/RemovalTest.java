package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.isocenter.dicom.Limits;
import org.isocenter.server.access.Caller;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.NoPartitionException;
import org.isocenter.server.index.PartitionRows.Settings;
import org.isocenter.server.index.PartitionRows.Usage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Partitions that are removed while somebody works in them, as by another server: nothing here is shared but
/// the database and the blobs.
final class RemovalTest {
    private static final Caller ANYONE = Caller.anyone();
    private static final String NAME = "ward-7";
    private static final int RACES = 40;

    @TempDir
    private Path folder;

    private OpenArchive archive;
    private Database database;
    private BlobStore blobs;
    private Ingest ingest;
    private Partitions partitions;
    private Removal removal;

    @BeforeEach
    void open() throws IOException {
        archive = new OpenArchive(folder);
        database = archive.database;
        blobs = archive.blobs;
        ingest = archive.ingest;
        partitions = new Partitions(database);
        removal = new Removal(database, new Operations(database, new Semaphore(0)));
    }

    @AfterEach
    void close() {
        archive.close();
    }

    private StoreOutcome store(StoreTarget target, String study) {
        byte[] file = OpenArchive.file(OpenArchive.instance(study + ".1.1"));
        try (Ingest.Upload upload = ingest.begin(target, new StoreRules(null, false, false, Limits.DEFAULT))) {
            upload.add(new ByteArrayInputStream(file));
            return upload.finish().getFirst();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private long studies(Caller caller) {
        return database.query(session -> session.sql("select count(*) from study where partition = ?")
                .bind(caller.partition())
                .get(row -> row.getLong(1)));
    }

    @Test
    void aStoreThatWasToldOfAPartitionThatIsGoneByThenLandsInTheNextOfItsName() {
        StoreTarget target = partitions.target(NAME);
        Caller dead = target.open();
        assertThat(removal.remove(ANYONE, NAME)).isInstanceOf(Removal.Outcome.Removed.class);
        StoreOutcome outcome = store(target, "1.2.3");
        assertThat(outcome).isInstanceOf(StoreOutcome.Stored.class);
        Caller alive = Objects.requireNonNull(partitions.find(ANYONE, NAME));
        assertThat(alive).isNotEqualTo(dead);
        assertThat(studies(dead)).isZero();
        assertThat(studies(alive)).isEqualTo(1);
    }

    @Test
    void nothingGetsIntoAPartitionThatIsGone() {
        Caller dead = partitions.open(ANYONE, NAME);
        assertThat(removal.remove(ANYONE, NAME)).isInstanceOf(Removal.Outcome.Removed.class);
        assertThatThrownBy(() -> store(StoreTarget.of(dead), "1.2.3")).isInstanceOf(NoPartitionException.class);
        Operations operations = new Operations(database, new Semaphore(0));
        assertThatThrownBy(() -> new Disposal(database, operations).delete(dead, new DeleteOrder(List.of("1.2"), null)))
                .isInstanceOf(NoPartitionException.class);
        assertThat(partitions.list(ANYONE, 0, 10)).hasSize(1);
    }

    @Test
    void ofAStoreAndARemovalAtTheSameMomentEitherTheStoreIsKeptOrTheNextPartitionHasIt() throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(2);
        List<String> kept = new ArrayList<>();
        int removed = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int race = 0; race < RACES; race++) {
                String name = NAME + "-" + race;
                partitions.open(ANYONE, name);
                Future<StoreOutcome> stored = threads.submit(() -> {
                    StoreTarget target = partitions.target(name);
                    target.open();
                    barrier.await();
                    return store(target, "1.2.3");
                });
                Future<Removal.Outcome> outcome = threads.submit(() -> {
                    barrier.await();
                    return removal.remove(ANYONE, name);
                });
                assertThat(stored.get()).isInstanceOf(StoreOutcome.Stored.class);
                removed += outcome.get() instanceof Removal.Outcome.Removed ? 1 : 0;
                kept.add(name);
            }
        }
        for (String name : kept) {
            assertThat(studies(Objects.requireNonNull(partitions.find(ANYONE, name))))
                    .as(name)
                    .isEqualTo(1);
        }
        long lost = database.query(session -> session.sql("""
                                select count(*) from study join partition on partition.key = study.partition
                                where removed is not null""").get(row -> row.getLong(1)));
        assertThat(lost).isZero();
        assertThat(removed).isBetween(0, RACES);
    }

    @Test
    void versionsAreKeptAsLongAsTheirPartitionSays() {
        partitions.put(ANYONE, "short", new Settings(null, Duration.ZERO, null, null, null, null));
        partitions.put(ANYONE, "long", new Settings(null, Duration.ofDays(30), null, null, null, null));
        Delete delete = new Delete(database);
        for (String name : List.of("short", "long", "default")) {
            Caller caller = partitions.open(ANYONE, name);
            store(StoreTarget.of(caller), "1.2.3");
            delete.delete(caller, "1.2.3", null, null);
        }
        Retention hour = new Retention(Duration.ofHours(1), Duration.ofHours(1), Duration.ofDays(1));
        new Sweep(database, blobs, hour).sweep();
        assertThat(versions()).containsExactly("default", "long");
        Retention none = new Retention(Duration.ZERO, Duration.ofHours(1), Duration.ofDays(1));
        new Sweep(database, blobs, none).sweep();
        assertThat(versions()).containsExactly("long");
        Caller emptied = partitions.open(ANYONE, "short");
        assertThat(partitions.usage(ANYONE, Objects.requireNonNull(partitions.findPartition(ANYONE, "short"))))
                .isEqualTo(new Usage(0, 0, 0));
        assertThat(removal.remove(ANYONE, "short")).isInstanceOf(Removal.Outcome.Removed.class);
        assertThat(studies(emptied)).isZero();
    }

    private List<String> versions() {
        return database.query(session -> session.sql("""
                        select name from version join partition on partition.key = version.partition
                        order by name""").list(row -> row.getString(1)));
    }
}
