package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.archive.Edit;
import org.isocenter.server.archive.History;
import org.isocenter.server.archive.Operations;
import org.isocenter.server.archive.Update;
import org.isocenter.server.archive.UpdateOrder;
import org.isocenter.server.archive.Updates;
import org.isocenter.server.archive.Verify;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.Located;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.OperationRows;
import org.isocenter.server.telemetry.CrashPoint;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Servers die while they change attributes, revert and restore, and the next ones go on.
final class UpdatePromisesTest {
    private static final int STUDIES = 5;
    private static final int INSTANCES = 12;
    private static final int CONTENT_BYTES = 3_000;

    @TempDir
    private Path folder;

    /// An archive and what was stored in it.
    private final class Stage implements AutoCloseable {
        final Rig rig = new Rig(folder.resolve("data").resolve("blobs"));
        final Node node = rig.node(Rig.LONG_KEPT);
        final List<Content> contents = new ArrayList<>();
        final Operations operations = new Operations(node.database(), new Semaphore(0));

        Stage() throws Exception {
            for (int i = 0; i < STUDIES * INSTANCES; i++) {
                Identity identity = Content.identity(1 + i % STUDIES, 1 + i % 2, i);
                contents.add(Content.of(identity, 0, CONTENT_BYTES));
            }
            node.store(contents, false);
        }

        List<String> studies() {
            return contents.stream()
                    .map(content -> content.identity().studyUid())
                    .distinct()
                    .toList();
        }

        Operation rename(String name) {
            DataSet values = new DataSet().putString(Tag.PatientName, name);
            UpdateOrder order =
                    new UpdateOrder(studies(), Set.of(), Set.of(), new Edit(values, List.of()), "renamed to " + name);
            return new Updates(node.database(), node.blobs(), operations).begin(Node.CALLER, Update.KIND, order);
        }

        Operation now(Operation operation) {
            return node.database()
                    .query(session -> Objects.requireNonNull(new OperationRows(session).find(1, operation.id())));
        }

        ChildServer.Command server() {
            return new ChildServer.Command(folder, rig.options).flag("log-level", "error");
        }

        /// The next server need not wait for the dead.
        void overtake() {
            node.database()
                    .transaction(session -> session.sql(
                                    "update operation set lease_until = now() - interval '1 second', next_attempt = now() where ended is null")
                            .update());
        }

        /// The names that the instances of each study have.
        Map<String, Set<String>> names() {
            Map<String, Set<String>> names = new HashMap<>();
            for (String study : studies()) {
                Iterator<Located> instances =
                        node.retrieve().instances(Node.CALLER, node.retrieve().series(Node.CALLER, study), true);
                instances.forEachRemaining(located -> names.computeIfAbsent(study, any -> new HashSet<>())
                        .add("" + node.retrieve().head(located).dataSet().findString(Tag.PatientName)));
            }
            return names;
        }

        /// Every study is what it was or what it is to be, and nothing in between.
        void checkWhole(String which) {
            names().forEach((study, names) ->
                    assertThat(names).as("%s: names in %s", which, study).hasSize(1));
        }

        void checkSound(String which) throws Exception {
            List<String> findings = new ArrayList<>();
            new Verify(node.database(), node.blobs(), Rig.LONG_KEPT).verify(findings::add, checked -> {});
            assertThat(findings).as(which).isEmpty();
            for (Content content : contents) {
                Identity one = content.identity();
                Located original = node.retrieve()
                        .findInstance(Node.CALLER.asOf(0), one.studyUid(), one.seriesUid(), one.instanceUid());
                assertThat(Content.sha256(node.bytes(Objects.requireNonNull(original))))
                        .as("%s: the original of %s", which, one)
                        .isEqualTo(content.sha256());
            }
        }

        void end(Operation operation) throws Exception {
            try (ChildServer server = server().start()) {
                assertThat(server.isAlive()).isTrue();
                Polls.until(
                        "the operation ends",
                        Duration.ofSeconds(60),
                        () -> now(operation).state().ended());
            }
            assertThat(now(operation).state()).isEqualTo(Operation.State.SUCCEEDED);
        }

        @Override
        public void close() {
            node.close();
            rig.close();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = CrashPoint.class,
            names = {"REWRITTEN_STORED", "UPDATE_ROW_SWAPPED", "FEED_ROWS", "OPERATION_STEPPED"})
    @DisplayName("D1 a server that dies at a point of an update leaves every study whole, and the next one ends it")
    void everyPoint(CrashPoint point) throws Exception {
        try (Stage stage = new Stage()) {
            Operation operation = stage.rename("New^Name");
            int pass = point == CrashPoint.REWRITTEN_STORED ? INSTANCES + 5 : 2;
            String crash = "-Disocenter.crash="
                    + point.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + ":" + pass;
            try (ChildServer server = stage.server().machine(crash).start()) {
                assertThat(server.exitStatus()).isEqualTo(CrashPoint.HALTED);
            }
            stage.checkWhole("" + point);
            assertThat(stage.now(operation).state()).isEqualTo(Operation.State.RUNNING);
            stage.overtake();
            stage.end(operation);
            assertThat(stage.names().values()).as("" + point).allMatch(Set.of("New^Name")::equals);
            stage.checkSound("" + point);
        }
    }

    @Test
    @DisplayName("D1 after kill -9 at random moments of updates, reverts and restores everything is whole and ends")
    void killsLeaveStudiesWhole() throws Exception {
        int kills = Size.of(4, 100);
        Random random = new Random(Size.seed("D1 kills of updates"));
        try (Stage stage = new Stage()) {
            History history = new History(stage.node.database(), stage.operations);
            int done = 0;
            for (int round = 0; done < kills; round++) {
                String which = "round " + round;
                String study = stage.studies().get(round % STUDIES);
                Operation operation = switch (round % 3) {
                    case 1 -> history.revert(Node.CALLER, study, null, 0, which);
                    case 2 -> {
                        Identity gone = stage.contents
                                .get(random.nextInt(stage.contents.size()))
                                .identity();
                        stage.node.delete(gone);
                        yield history.restore(Node.CALLER, gone.studyUid(), null, null, which);
                    }
                    default -> stage.rename("Name^" + round);
                };
                while (done < kills && !stage.now(operation).state().ended()) {
                    Operation before = stage.now(operation);
                    try (ChildServer server = stage.server().start()) {
                        LockSupport.parkNanos(
                                Duration.ofMillis(random.nextInt(400)).toNanos());
                        server.kill();
                    }
                    // A server that was killed before it took anything up, or after the end, proves nothing.
                    Operation left = stage.now(operation);
                    boolean taken = left.attempts() != before.attempts() || left.done() != before.done();
                    if (taken && !left.state().ended()) {
                        done++;
                    }
                    if (round % 3 != 2) {
                        stage.checkWhole(which);
                    }
                    stage.overtake();
                }
                stage.end(operation);
                stage.checkSound(which);
            }
        }
    }
}
