package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Safekeeping.Kept;
import org.isocenter.server.archive.Safekeeping.Standing;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.commitment.Reference;
import org.isocenter.server.commitment.Verdict;
import org.isocenter.server.db.Database;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Step;
import org.isocenter.server.job.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Storage commitment: nothing is promised that was not read.
final class SafekeepingTest {
    private static final Caller CALLER = Caller.anyone();
    private static final String CLASS = "1.2.840.10008.5.1.4.1.1.7";

    @TempDir
    private Path folder;

    private OpenArchive archive;
    private Database database;
    private BlobStore blobs;
    private Operations operations;
    private Safekeeping safekeeping;

    @BeforeEach
    void open() throws IOException {
        archive = new OpenArchive(folder);
        database = archive.database;
        blobs = archive.blobs;
        operations = new Operations(database, new Semaphore(0));
        safekeeping = new Safekeeping(database, blobs, operations);
    }

    @AfterEach
    void close() {
        archive.close();
    }

    private void store(int number) {
        archive.store(CALLER, OpenArchive.instance("1.2.3." + number));
    }

    /// Flips the last byte of every pack.
    private void damage() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path pack :
                    files.filter(file -> file.toString().endsWith(".pack")).toList()) {
                byte[] bytes = Files.readAllBytes(pack);
                bytes[bytes.length - 1] ^= 1;
                Files.write(pack, bytes, StandardOpenOption.WRITE);
            }
        }
    }

    private static List<Reference> references(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(number -> new Reference(null, null, CLASS, "1.2.3." + number))
                .toList();
    }

    private List<Verdict> verdicts(Standing standing) {
        assertThat(standing).isInstanceOf(Standing.Done.class);
        return ((Standing.Done) standing)
                .references().stream().map(Kept::verdict).toList();
    }

    private Standing find(String transaction) {
        return Objects.requireNonNull(safekeeping.find(CALLER, transaction));
    }

    private Worker worker() {
        return new Worker(database, Map.of(Commit.KIND, new Commit(database, blobs)));
    }

    @Test
    void k04WhatIsThereInOtherBytesIsNotKept() throws IOException {
        store(1);
        assertThat(verdicts(safekeeping.request(CALLER, "2.25.1", references(1, 1))))
                .containsExactly(Verdict.COMMITTED);
        damage();
        assertThat(verdicts(safekeeping.request(CALLER, "2.25.2", references(1, 1))))
                .containsExactly(Verdict.PROCESSING_FAILURE);
    }

    @Test
    void anOperationThatDiesBetweenStepAndNoteDoesTheStepAgain() throws IOException {
        store(1);
        store(60);
        assertThat(safekeeping.request(CALLER, "2.25.1", references(1, 60))).isInstanceOf(Standing.Working.class);
        assertThat(find("2.25.1")).isInstanceOf(Standing.Working.class);

        Operation begun =
                operations.list(CALLER, Set.of(Commit.KIND), Set.of(), 0, 1).getFirst();
        assertThat(new Commit(database, blobs).next(begun)).isInstanceOf(Step.More.class);
        assertThat(find("2.25.1")).as("nothing was noted").isInstanceOf(Standing.Working.class);

        assertThat(worker().work()).isTrue();
        List<Verdict> verdicts = verdicts(find("2.25.1"));
        assertThat(verdicts.getFirst()).isEqualTo(Verdict.COMMITTED);
        assertThat(verdicts.getLast()).isEqualTo(Verdict.COMMITTED);
        assertThat(verdicts.subList(1, 59)).containsOnly(Verdict.NO_SUCH_INSTANCE);
    }

    @Test
    void whatACanceledOperationDidNotLookAtIsNotKept() throws IOException {
        store(1);
        safekeeping.request(CALLER, "2.25.1", references(1, 60));
        Operation begun =
                operations.list(CALLER, Set.of(Commit.KIND), Set.of(), 0, 1).getFirst();

        operations.cancel(CALLER, begun.id());

        assertThat(verdicts(find("2.25.1"))).hasSize(60).containsOnly(Verdict.PROCESSING_FAILURE);
    }

    @Test
    void aTransactionIsUsedOnceAndForgottenWhenItIsOld() {
        assertThat(verdicts(safekeeping.request(CALLER, "2.25.1", references(1, 1))))
                .containsExactly(Verdict.NO_SUCH_INSTANCE);
        assertThat(safekeeping.request(CALLER, "2.25.1", references(2, 2))).isInstanceOf(Standing.Duplicate.class);
        database.transaction(session -> session.sql("update commitment set requested = now() - interval '31 days'")
                .update());

        safekeeping.request(CALLER, "2.25.2", references(1, 1));

        assertThat(safekeeping.find(CALLER, "2.25.1")).isNull();
        assertThat(safekeeping.find(CALLER, "2.25.2")).isNotNull();
    }
}
