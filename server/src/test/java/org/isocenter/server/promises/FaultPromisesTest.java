package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.isocenter.server.archive.Verify;
import org.isocenter.server.blob.CorruptBlobException;
import org.isocenter.server.blob.FaultyBlobs;
import org.isocenter.server.blob.FaultyBlobs.Fault;
import org.isocenter.server.blob.FaultyBlobs.Operation;
import org.isocenter.server.blob.MissingBlobException;
import org.isocenter.server.db.TestPostgres;
import org.isocenter.server.telemetry.UnavailableException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The n-th call fails, for n = 1, 2, 3 … until a run meets no fault.
final class FaultPromisesTest {
    private static final int CALLS_MAX = 500;

    @TempDir
    private Path folder;

    private int round;

    @Test
    @DisplayName("D7 whichever call of the blob store fails, once or for good, D1 and D2 hold and the archive goes on")
    void anyCallOfTheBlobStoreMayFail() throws Exception {
        try (Rig rig = new Rig(folder)) {
            FaultyBlobs faulty = new FaultyBlobs(rig.blobs());
            Node node = rig.closing(Node.open(rig.database(), faulty, Rig.LONG_KEPT));
            Fault[] faults = Size.NIGHTLY ? Fault.values() : new Fault[] {Fault.REFUSE, Fault.LOSE_ANSWER};
            for (Operation operation : Operation.values()) {
                for (Fault fault : faults) {
                    for (boolean forGood : new boolean[] {false, true}) {
                        boolean met = true;
                        for (int call = 1; met && call < CALLS_MAX; call += forGood && !Size.NIGHTLY ? 5 : 1) {
                            String which = "D7 %s %s %d %b".formatted(operation, fault, call, forGood);
                            if (forGood) {
                                faulty.failForGood(operation, fault, call);
                            } else {
                                faulty.failOnce(operation, fault, call);
                            }
                            Model model = new Model();
                            scenario(node, model);
                            met = faulty.hasFailed();
                            faulty.heal();
                            settle(node, model, which);
                        }
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("D7 whichever statement breaks the link to the database, D1 and D2 hold and the archive goes on")
    void anyStatementMayBreakTheLink() throws Exception {
        try (Rig rig = new Rig(folder)) {
            StatementCut cut = rig.closing(new StatementCut(TestPostgres.port()));
            Node node = rig.closing(Node.open(rig.database(cut.options(rig.options)), rig.blobs(), Rig.LONG_KEPT));
            for (boolean delivered : new boolean[] {false, true}) {
                boolean met = true;
                for (int statement = 1; met && statement < CALLS_MAX; statement += Size.of(3, 1)) {
                    cut.cutAt(statement, delivered);
                    Model model = new Model();
                    scenario(node, model);
                    met = cut.hasCut();
                    cut.cutNoMore();
                    settle(node, model, "D7 statement " + statement + (delivered ? " delivered" : ""));
                }
                assertThat(met).as("the loop has met the end of the scenario").isFalse();
            }
        }
    }

    /// Stores, replaces, deletes, reads, sweeps and verifies, and notes what it was told.
    private void scenario(Node node, Model model) {
        round++;
        Content small = Content.of(Content.identity(round, 1, 1), 1, 500);
        Content large = Content.of(Content.identity(round, 1, 2), 1, 20_000);
        Content other = Content.of(Content.identity(round, 1, 2), 2, 20_000);
        Content third = Content.of(Content.identity(round, 2, 3), 1, 700);
        StorePromisesTest.store(node, List.of(small, large), model);
        StorePromisesTest.store(node, List.of(other), model);
        StorePromisesTest.store(node, List.of(other), model);
        StorePromisesTest.store(node, List.of(third), model);
        StorePromisesTest.delete(node, small, model);
        quietly(() -> node.found().forEach(identity -> {
            var located = node.retrieve()
                    .findInstance(Node.CALLER, identity.studyUid(), identity.seriesUid(), identity.instanceUid());
            if (located != null) {
                node.bytes(located);
            }
        }));
        quietly(() -> new Node(node.database(), node.blobs(), node.ingest(), Node.NONE_KEPT).sweep());
        quietly(() -> new Verify(node.database(), node.blobs(), node.retention()).verify(finding -> {}, n -> {}));
    }

    private static void quietly(Runnable action) {
        try {
            action.run();
        } catch (UnavailableException | CorruptBlobException | MissingBlobException failed) {
            // What it leaves behind is looked at when the fault has ended.
        }
    }

    /// The fault has ended: all is as it was told, new work is done, and nothing is left lying about.
    private void settle(Node node, Model model, String which) {
        assertThat(StorePromisesTest.store(node, List.of(Content.of(Content.identity(round, 3, 4), 1, 300)), model))
                .as(which)
                .isTrue();
        node.check(model, which);
        node.checkSwept(which);
        for (var identity : model.identities()) {
            node.delete(identity);
        }
    }
}
