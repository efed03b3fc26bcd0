package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.Tag;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.StoreOutcome.Reason;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.PartitionRows.Settings;
import org.isocenter.server.index.PartitionRows.Usage;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.State;
import org.isocenter.server.job.Worker;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Partitions that may hold so much and no more.
final class QuotaTest {
    private static final Caller ANYONE = Caller.anyone();
    private static final String NAME = "tenant";
    private static final int CLIENTS = 16;
    private static final long SEED = Long.getLong("seed", 20_261_127);

    @TempDir
    private Path folder;

    private OpenArchive archive;
    private Database database;
    private BlobStore blobs;
    private Ingest ingest;
    private Ingest otherNode;
    private Partitions partitions;

    @BeforeEach
    void open() throws IOException {
        archive = new OpenArchive(folder);
        database = archive.database;
        blobs = archive.blobs;
        ingest = archive.ingest;
        otherNode = new Ingest(database, blobs);
        partitions = new Partitions(database);
    }

    @AfterEach
    void close() {
        otherNode.close();
        archive.close();
    }

    private Caller withQuota(@Nullable Long bytes, @Nullable Long instances) {
        partitions.put(ANYONE, NAME, new Settings(null, null, null, bytes, instances, null));
        return Objects.requireNonNull(partitions.find(ANYONE, NAME));
    }

    private static byte[] file(String study, int instance, int nameLength) {
        return OpenArchive.file(OpenArchive.instance(study + ".1." + (instance + 1))
                .putString(Tag.StudyDescription, "X".repeat(nameLength)));
    }

    private static List<StoreOutcome> store(Ingest node, Caller caller, boolean replace, byte[]... files) {
        try (Ingest.Upload upload =
                node.begin(StoreTarget.of(caller), new StoreRules(null, replace, false, Limits.DEFAULT))) {
            for (byte[] file : files) {
                upload.add(new ByteArrayInputStream(file));
            }
            return upload.finish();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void assertRefused(StoreOutcome outcome) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        StoreOutcome.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.OUT_OF_RESOURCES));
    }

    private Usage usage() {
        return partitions.usage(ANYONE, Objects.requireNonNull(partitions.findPartition(ANYONE, NAME)));
    }

    /// What the tables say, whatever was counted.
    private Usage truth(Caller caller) {
        return database.query(session -> session.sql("""
                        select coalesce(sum(blob_bytes), 0), count(*), count(distinct study)
                        from instance where partition = ?""")
                .bind(caller.partition())
                .get(row -> new Usage(row.getLong(1), row.getLong(2), row.getLong(3))));
    }

    @Test
    void whatFitsToTheByteIsStoredAndWhatIsOneByteTooMuchIsNot() {
        byte[] one = file("1.2.3", 0, 2);
        byte[] two = file("1.2.3", 1, 2);
        Caller caller = withQuota((long) one.length + two.length, null);
        assertThat(store(ingest, caller, false, one).getFirst()).isInstanceOf(StoreOutcome.Stored.class);
        assertRefused(store(ingest, caller, false, file("1.2.3", 1, 4)).getFirst());
        assertThat(store(ingest, caller, false, two).getFirst()).isInstanceOf(StoreOutcome.Stored.class);
        assertThat(store(ingest, caller, false, one).getFirst()).isInstanceOf(StoreOutcome.AlreadyStored.class);
        assertRefused(store(ingest, caller, true, file("1.2.3", 0, 4)).getFirst());
        assertThat(store(ingest, caller, true, file("1.2.3", 0, 0)).getFirst()).isInstanceOf(StoreOutcome.Stored.class);
        assertRefused(store(ingest, caller, false, file("1.2.9", 0, 0)).getFirst());
        assertThat(store(ingest, ANYONE, false, file("1.2.9", 0, 0)).getFirst())
                .isInstanceOf(StoreOutcome.Stored.class);
        assertThat(usage()).isEqualTo(truth(caller));
    }

    @Test
    void ofOneRequestIsStoredWhatFits() {
        Caller caller = withQuota(null, 3L);
        List<StoreOutcome> outcomes = store(
                ingest,
                caller,
                false,
                file("1.2.3", 0, 0),
                file("1.2.3", 1, 0),
                file("1.2.3", 2, 0),
                file("1.2.4", 0, 0));
        assertThat(outcomes.stream().filter(StoreOutcome.Stored.class::isInstance))
                .hasSize(3);
        assertThat(outcomes.stream().filter(StoreOutcome.Refused.class::isInstance))
                .hasSize(1);
        assertThat(usage().instances()).isEqualTo(3);
        Caller none = withQuota(null, 0L);
        assertRefused(store(ingest, none, false, file("1.2.5", 0, 0)).getFirst());
        assertThat(new Delete(database).delete(none, "1.2.3", null, null)).isInstanceOf(DeleteOutcome.Deleted.class);
        assertThat(usage()).isEqualTo(truth(none));
    }

    @Test
    void sixteenClientsOfTwoServersStoreAsManyAsThereMayBe() throws Exception {
        Caller caller = withQuota(null, 37L);
        List<Future<List<StoreOutcome>>> answers = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            for (int i = 0; i < CLIENTS * 5; i++) {
                String study = "1.2.3." + (i % 7 + 1);
                byte[] file = file(study, i, i % 5);
                Ingest node = i % 2 == 0 ? ingest : otherNode;
                answers.add(clients.submit(() -> store(node, caller, false, file)));
            }
        }
        int stored = 0;
        for (Future<List<StoreOutcome>> answer : answers) {
            StoreOutcome outcome = answer.get().getFirst();
            if (outcome instanceof StoreOutcome.Stored) {
                stored++;
            } else {
                assertRefused(outcome);
            }
        }
        assertThat(stored).isEqualTo(37);
        assertThat(usage()).isEqualTo(truth(caller));
        assertThat(truth(caller).instances()).isEqualTo(37);
    }

    @Test
    void aRestoreThatDoesNotFitIsRefusedAsAWhole() {
        Caller caller = withQuota(null, 2L);
        store(ingest, caller, false, file("1.2.3", 0, 0), file("1.2.3", 1, 0));
        new Delete(database).delete(caller, "1.2.3", null, null);
        assertThat(usage()).isEqualTo(new Usage(0, 0, 0));
        store(ingest, caller, false, file("1.2.4", 0, 0));
        assertThat(restored(caller, "1.2.3").state()).isEqualTo(State.FAILED);
        assertThat(usage().instances()).isEqualTo(1);
        new Delete(database).delete(caller, "1.2.4", null, null);
        assertThat(restored(caller, "1.2.3").state()).isEqualTo(State.SUCCEEDED);
        assertThat(usage()).isEqualTo(truth(caller));
        assertThat(usage().instances()).isEqualTo(2);
    }

    private Operation restored(Caller caller, String study) {
        Operations operations = new Operations(database, new Semaphore(0));
        Operation begun = new History(database, operations).restore(caller, study, null, null, null);
        Worker worker = new Worker(database, Map.of(Reversal.RESTORE, new Reversal(database, blobs)));
        assertThat(worker.work()).isTrue();
        return Objects.requireNonNull(operations.find(caller, begun.id()));
    }

    /// Clients of two servers store, replace, delete and restore, while connections are killed.
    @Test
    void theCountIsRightWhateverHappens() throws Exception {
        Caller caller = withQuota(24_000L, 60L);
        List<Future<Integer>> clients = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < 4; client++) {
                Random random = new Random(SEED + client);
                Ingest node = client % 2 == 0 ? ingest : otherNode;
                clients.add(threads.submit(() -> live(random, node, caller)));
            }
            for (Future<Integer> client : clients) {
                assertThat(client.get()).as("seed " + SEED).isPositive();
            }
        }
        assertThat(usage()).as("seed " + SEED).isEqualTo(truth(caller));
        assertThat(usage().instances()).as("seed " + SEED).isBetween(1L, 60L);
        assertThat(usage().bytes()).as("seed " + SEED).isBetween(1L, 24_000L);
        Usage counted = usage();
        withQuota(null, null);
        assertThat(usage()).isEqualTo(counted);
    }

    /// @return how much of it was done, rather than failed by a killed connection
    private int live(Random random, Ingest node, Caller caller) {
        int done = 0;
        for (int i = 0; i < 60; i++) {
            String study = "1.2.3." + (random.nextInt(6) + 1);
            int deed = random.nextInt(20);
            try {
                if (deed == 0) {
                    kill();
                } else if (deed < 4) {
                    new Delete(database).delete(caller, study, null, null);
                } else {
                    byte[] one = file(study, random.nextInt(20), random.nextInt(8));
                    byte[] two = file(study, random.nextInt(20), random.nextInt(8));
                    store(node, caller, deed < 12, one, two);
                }
                done++;
            } catch (UnavailableException killed) {
                assertThat(killed).isNotNull();
            }
        }
        return done;
    }

    private void kill() {
        database.query(session -> session.sql("""
                        select count(pg_terminate_backend(pid)) from pg_stat_activity
                        where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'""").get(row -> row.getLong(1)));
    }
}
