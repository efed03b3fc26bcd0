package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.archive.Edit;
import org.isocenter.server.archive.History;
import org.isocenter.server.archive.Operations;
import org.isocenter.server.archive.Patients;
import org.isocenter.server.archive.Patients.Patient;
import org.isocenter.server.archive.Update;
import org.isocenter.server.archive.UpdateOrder;
import org.isocenter.server.archive.Updates;
import org.isocenter.server.archive.Verify;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.Located;
import org.isocenter.server.job.Operation;
import org.isocenter.server.telemetry.CrashPoint;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Servers die while they change attributes, revert and restore, and the next ones go on.
final class UpdatePromisesTest {
    private static final int STUDIES = 7;
    private static final int INSTANCES = 12;
    private static final List<String> PATIENTS = List.of("A", "B", "C");
    private static final int CONTENT_BYTES = 3_000;

    @TempDir
    private Path folder;

    /// An archive and what was stored in it.
    private final class Stage implements AutoCloseable {
        final Rig rig = new Rig(folder.resolve("data").resolve("blobs"));
        final Node node = rig.node(Rig.LONG_KEPT);
        final List<Content> contents = new ArrayList<>();
        final Operations operations = new Operations(node.database(), new Semaphore(0));

        Stage() {
            for (int i = 0; i < STUDIES * INSTANCES; i++) {
                int study = i % STUDIES;
                Identity identity = Content.identity(1 + study, 1 + i % 2, i);
                DataSet dataSet = Content.dataSet(identity, 0)
                        .putString(Tag.PatientID, PATIENTS.get(study % 3))
                        .putString(Tag.PatientName, "Name^" + PATIENTS.get(study % 3));
                contents.add(Content.of(identity, dataSet, 0, CONTENT_BYTES));
            }
            node.store(contents, false);
        }

        List<String> studies() {
            return contents.stream()
                    .map(content -> content.identity().studyUid())
                    .distinct()
                    .toList();
        }

        Operation begin(String kind, List<String> studies, DataSet values) {
            UpdateOrder order =
                    new UpdateOrder(studies, Set.of(), Set.of(), new Edit(values, List.of()), "as it ought to be");
            return new Updates(node.database(), node.blobs(), operations).begin(Node.CALLER, kind, order);
        }

        Operation rename(String name) {
            return begin(Update.KIND, studies(), new DataSet().putString(Tag.PatientName, name));
        }

        ChildServer.Command server() {
            return new ChildServer.Command(folder, rig.options).flag("log-level", "error");
        }

        /// The values that the instances of each study have.
        Map<String, Set<String>> values(int tag) {
            Map<String, Set<String>> values = new HashMap<>();
            for (String study : studies()) {
                Iterator<Located> instances =
                        node.retrieve().instances(Node.CALLER, node.retrieve().series(Node.CALLER, study), true);
                instances.forEachRemaining(located -> values.computeIfAbsent(study, any -> new HashSet<>())
                        .add("" + node.retrieve().head(located).dataSet().findString(tag)));
            }
            return values;
        }

        /// Every study is what it was or what it is to be, and nothing in between.
        void checkWhole(String which) {
            values(Tag.PatientName)
                    .forEach((study, names) -> assertThat(names)
                            .as("%s: names in %s", which, study)
                            .hasSize(1));
        }

        /// Checks that each study is at one patient, in heads, by search and in the feed.
        ///
        /// @param before at whom they were
        /// @param feed how long it was then
        /// @return at whom they are
        Map<String, String> owners(String which, Map<String, String> before, int feed) {
            Map<String, String> owners = new HashMap<>();
            values(Tag.PatientID).forEach((study, ids) -> {
                assertThat(ids).as("%s: patients of %s", which, study).hasSize(1);
                owners.put(study, ids.iterator().next());
            });
            values(Tag.PatientName)
                    .forEach((study, names) -> assertThat(names)
                            .as("%s: names in %s", which, study)
                            .isEqualTo(Set.of("Name^" + owners.get(study))));
            Map<String, String> found = new HashMap<>();
            for (String patient : PATIENTS) {
                for (String study : new Patients(node.database()).studies(Node.CALLER, new Patient(patient, null))) {
                    assertThat(found.put(study, patient))
                            .as("%s: %s is found again", which, study)
                            .isNull();
                }
            }
            assertThat(found).as(which).isEqualTo(owners);
            Map<String, Set<String>> told = new HashMap<>();
            List<Feed.Entry> entries = node.feed();
            for (Feed.Entry entry : entries.subList(feed, entries.size())) {
                Feed.Change change = entry.change();
                assertThat(change.action()).as(which).isEqualTo(Feed.Action.UPDATE);
                assertThat(told.computeIfAbsent(change.studyUid(), any -> new HashSet<>())
                                .add(change.instanceUid()))
                        .as("%s: %s is told once", which, entry)
                        .isTrue();
            }
            owners.forEach((study, owner) -> assertThat(told.getOrDefault(study, Set.of()))
                    .as("%s: told of %s", which, study)
                    .hasSize(owner.equals(before.getOrDefault(study, owner)) ? 0 : INSTANCES));
            return owners;
        }

        Kills kills(String name, int wanted) {
            return new Kills(
                    name,
                    wanted,
                    node.database(),
                    this::server,
                    Duration.ofMillis(400),
                    CrashPoint.UPDATE_ROW_SWAPPED,
                    CrashPoint.FEED_ROWS,
                    CrashPoint.OPERATION_STEPPED);
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
                Located current =
                        node.retrieve().findInstance(Node.CALLER, one.studyUid(), one.seriesUid(), one.instanceUid());
                assertThat(pixels(node.bytes(Objects.requireNonNull(current))))
                        .as("%s: the pixels of %s", which, one)
                        .isEqualTo(pixels(content.bytes()));
            }
        }

        /// What the pixel data are, which stand last.
        private static byte[] pixels(byte[] bytes) {
            return Arrays.copyOfRange(bytes, bytes.length - CONTENT_BYTES, bytes.length);
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
            try (ChildServer server =
                    stage.server().machine(Kills.at(point, pass)).start()) {
                assertThat(server.exitStatus()).isEqualTo(CrashPoint.HALTED);
            }
            stage.checkWhole("" + point);
            assertThat(Kills.now(stage.node.database(), operation).state()).isEqualTo(Operation.State.RUNNING);
            Kills.overtake(stage.node.database());
            stage.kills("D1 " + point, 0).end(operation, stage::checkWhole);
            assertThat(stage.values(Tag.PatientName).values()).as("" + point).allMatch(Set.of("New^Name")::equals);
            stage.checkSound("" + point);
        }
    }

    @Test
    @DisplayName("D1 after kill -9 at random moments of updates, reverts and restores everything is whole and ends")
    void killsLeaveStudiesWhole() throws Exception {
        try (Stage stage = new Stage()) {
            Kills kills = stage.kills("D1 updates", Size.kills());
            History history = new History(stage.node.database(), stage.operations);
            for (int round = 0; !kills.enough(); round++) {
                String which = "round " + round;
                String study = stage.studies().get(round % STUDIES);
                boolean restores = round % 3 == 2;
                Operation operation = switch (round % 3) {
                    case 1 -> history.revert(Node.CALLER, study, null, 0, which);
                    case 2 -> {
                        Identity gone = stage.contents
                                .get(kills.random().nextInt(stage.contents.size()))
                                .identity();
                        stage.node.delete(gone);
                        yield history.restore(Node.CALLER, gone.studyUid(), null, null, which);
                    }
                    default -> stage.rename("Name^" + round);
                };
                kills.end(operation, restores ? any -> {} : stage::checkWhole);
                stage.checkSound(which);
            }
        }
    }

    @Test
    @DisplayName("D1 D2 after kill -9 at random moments of merges and moves each study is at exactly one patient")
    void killsLeaveStudiesAtOnePatient() throws Exception {
        try (Stage stage = new Stage()) {
            Kills kills = stage.kills("D1 D2 merges", Size.kills());
            Patients patients = new Patients(stage.node.database());
            while (!kills.enough()) {
                int feed = stage.node.feed().size();
                Map<String, String> before = stage.owners("before", Map.of(), feed);
                String moved = stage.studies().get(kills.random().nextInt(STUDIES));
                String from = Objects.requireNonNull(before.get(moved));
                String to = PATIENTS.get(
                        (PATIENTS.indexOf(from) + 1 + kills.random().nextInt(2)) % 3);
                List<String> studies = kills.random().nextInt(4) == 0
                        ? List.of(moved)
                        : patients.studies(Node.CALLER, new Patient(from, null));
                DataSet identity =
                        patients.identity(Node.CALLER, new Patient(to, null)).putString(Tag.PatientName, "Name^" + to);
                Map<String, String> after = new HashMap<>(before);
                studies.forEach(study -> after.put(study, to));

                Operation ended = kills.end(
                        stage.begin(Update.MERGE, studies, identity),
                        which -> stage.owners(which, before, feed)
                                .forEach((study, owner) -> assertThat(owner)
                                        .as("%s: %s", which, study)
                                        .isIn(before.get(study), after.get(study))));

                assertThat(stage.owners("" + ended, before, feed)).isEqualTo(after);
                stage.checkSound("" + ended);
            }
        }
    }
}
