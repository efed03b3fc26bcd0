package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Vr;
import org.isocenter.server.archive.Find;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.archive.StoreOutcome;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.IndexSearcher.Page;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.QueryTag;
import org.isocenter.server.index.QueryTag.Definition;
import org.isocenter.server.index.QueryTag.Owner;
import org.isocenter.server.index.QueryTag.Reach;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.TagError;
import org.isocenter.server.index.TagTerm;
import org.isocenter.server.job.Operation;
import org.isocenter.server.telemetry.CrashPoint;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Servers in processes of their own die while they work on an operation, and others go on with it.
final class OperationPromisesTest {
    private static final int INSTANCES = 1_700;
    private static final Definition NUMBER = new Definition(List.of(Tag.AcquisitionNumber), Vr.IS, "", Owner.INSTANCE);
    private static final Definition VOLTAGE = new Definition(List.of(Tag.KVP), Vr.DS, "", Owner.STUDY);

    @TempDir
    private Path folder;

    @Test
    @DisplayName("D1 what is stored is looked through to the end by servers that die in between")
    void whatDiesIsGoneOnWith() throws Exception {
        try (Rig rig = new Rig(folder.resolve("data").resolve("blobs"))) {
            Node node = rig.node(Rig.LONG_KEPT);
            List<Content> contents = new ArrayList<>();
            for (int i = 0; i < INSTANCES; i++) {
                Identity identity = Content.identity(1 + i % 11, 1 + i % 3, i);
                DataSet dataSet = Content.dataSet(identity, 0)
                        .putString(Tag.AcquisitionNumber, i % 2 == 0 ? "4" : "four")
                        .putString(Tag.KVP, "120");
                contents.add(Content.of(identity, dataSet, 0, 2));
            }
            node.store(contents, false);
            QueryTags tags = new QueryTags(node.database(), new Semaphore(0), 128);
            Operation operation =
                    ((QueryTags.Added.Begun) tags.add(Node.CALLER, Reach.ALL, List.of(NUMBER, VOLTAGE))).operation();

            for (int death = 0; death < 2; death++) {
                ChildServer.Command command = command(rig).machine(Kills.at(CrashPoint.OPERATION_STEPPED, 1));
                try (ChildServer server = command.start()) {
                    assertThat(server.exitStatus()).isEqualTo(CrashPoint.HALTED);
                }
                assertThat(Kills.now(node.database(), operation).state()).isEqualTo(Operation.State.RUNNING);
                Kills.overtake(node.database());
            }
            try (ChildServer server = command(rig).start()) {
                assertThat(server.isAlive()).isTrue();
                Polls.until(
                        "the operation ends",
                        Duration.ofSeconds(60),
                        () -> Kills.now(node.database(), operation).state().ended());
            }

            Operation done = Kills.now(node.database(), operation);
            assertThat(done.state()).isEqualTo(Operation.State.SUCCEEDED);
            assertThat(done.done()).isEqualTo(INSTANCES);
            assertThat(done.errors()).isEqualTo(INSTANCES / 2);
            assertThat(found(node, tags, NUMBER, Level.INSTANCE, List.of("4"))).hasSize(INSTANCES / 2);
            assertThat(found(node, tags, VOLTAGE, Level.STUDY, List.of("120"))).hasSize(11);
            assertThat(tag(tags, NUMBER).errors()).isEqualTo(INSTANCES / 2);
        }
    }

    /// What is stored, and what is to be found in it.
    private final class Stage implements AutoCloseable {
        static final int STUDIES = 11;
        static final int NUMBERS = 40;
        final Rig rig = new Rig(folder.resolve("data").resolve("blobs"));
        final Node node = rig.node(Rig.LONG_KEPT);
        final QueryTags tags = new QueryTags(node.database(), new Semaphore(0), 128);
        final Map<Identity, String> contents = new HashMap<>();

        /// The UIDs of the instances of each number, and under -1 of those whose number is none.
        final Map<Integer, Set<String>> numbers = new HashMap<>();

        /// The voltages that newer instances of a study have overcome, and those that stand.
        final Set<String> overcome = new HashSet<>();

        final Map<String, String> voltages = new HashMap<>();
        int stored;

        void store(int count) {
            stored++;
            List<Content> added = new ArrayList<>();
            for (int i = contents.size(); added.size() < count; i++) {
                int number = i % 7 == 3 ? -1 : i % NUMBERS;
                Identity identity = Content.identity(1 + i % STUDIES, 1 + i % 3, i);
                String voltage = "" + (1_000 * stored + i % STUDIES);
                DataSet dataSet = Content.dataSet(identity, 0)
                        .putString(Tag.AcquisitionNumber, number < 0 ? "none" : "" + number)
                        .putString(Tag.KVP, voltage);
                added.add(Content.of(identity, dataSet, 0, 2));
                numbers.computeIfAbsent(number, any -> new HashSet<>()).add(identity.instanceUid());
                String before = voltages.put(identity.studyUid(), voltage);
                if (before != null && !before.equals(voltage)) {
                    overcome.add(before);
                }
            }
            assertThat(node.store(added, false)).allMatch(StoreOutcome.Stored.class::isInstance);
            added.forEach(content -> contents.put(content.identity(), content.sha256()));
        }

        /// Checks that all that was acknowledged is there, bit by bit, and nothing else.
        void checkContents(String which) {
            Map<Identity, String> there = new HashMap<>();
            for (String study : voltages.keySet()) {
                node.retrieve()
                        .instances(Node.CALLER, node.retrieve().series(Node.CALLER, study), true)
                        .forEachRemaining(
                                located -> there.put(located.identity(), Content.sha256(node.bytes(located))));
            }
            assertThat(there).as(which).isEqualTo(contents);
            List<Identity> found = node.found();
            assertThat(found).as(which).hasSameSizeAs(contents.keySet());
            assertThat(Set.copyOf(found)).as(which).isEqualTo(contents.keySet());
        }

        /// Checks that every value leads to exactly what has it, and that each bad one is told once.
        void checkValues(String which) {
            for (int number = 0; number < NUMBERS; number++) {
                assertThat(found(node, tags, NUMBER, Level.INSTANCE, List.of("" + number)))
                        .as("%s: number %d", which, number)
                        .doesNotHaveDuplicates()
                        .hasSameElementsAs(numbers.getOrDefault(number, Set.of()));
            }
            voltages.forEach((study, voltage) -> assertThat(found(node, tags, VOLTAGE, Level.STUDY, List.of(voltage)))
                    .as("%s: %s", which, voltage)
                    .containsExactly(study));
            assertThat(found(node, tags, VOLTAGE, Level.STUDY, List.copyOf(overcome)))
                    .as(which)
                    .isEmpty();
            assertThat(tags.errors(Node.CALLER, Reach.PARTITION, tag(tags, NUMBER), 0, contents.size()))
                    .extracting(TagError::instanceUid)
                    .as(which)
                    .doesNotHaveDuplicates()
                    .hasSameElementsAs(numbers.getOrDefault(-1, Set.of()));
        }

        @Override
        public void close() {
            rig.close();
        }
    }

    @Test
    @DisplayName("D1 D2 after kill -9 at random moments of looking through nothing is lost and every value is found")
    void killsLoseNoValue() throws Exception {
        try (Stage stage = new Stage()) {
            stage.store(INSTANCES / 2);
            stage.store(INSTANCES / 2);
            Kills kills = new Kills(
                    "D1 D2 reindex",
                    Size.kills(),
                    stage.node.database(),
                    () -> command(stage.rig),
                    Duration.ofMillis(400),
                    CrashPoint.OPERATION_STEPPED);
            Reach reach = Reach.ALL;
            while (!kills.enough()) {
                stage.tags.delete(Node.CALLER, reach, NUMBER.pathText());
                stage.tags.delete(Node.CALLER, reach, VOLTAGE.pathText());
                // In turns of the data partition alone and of all.
                reach = reach == Reach.ALL ? Reach.PARTITION : Reach.ALL;
                Operation operation = ((QueryTags.Added.Begun)
                                stage.tags.add(Node.CALLER, reach, List.of(NUMBER, VOLTAGE)))
                        .operation();
                kills.end(operation, which -> {
                    stage.checkContents(which);
                    assertThat(tag(stage.tags, NUMBER).ready())
                            .as(which)
                            .isEqualTo(Kills.now(stage.node.database(), operation)
                                    .state()
                                    .ended());
                    // What is stored meanwhile is looked through by whoever stores it.
                    stage.store(Stage.STUDIES / 2);
                });
                stage.checkContents("" + operation);
                stage.checkValues("" + operation);
            }
            assertThat(stage.node.feed())
                    .hasSize(stage.contents.size())
                    .allMatch(entry -> entry.change().action() == Feed.Action.CREATE);
        }
    }

    private ChildServer.Command command(Rig rig) {
        return new ChildServer.Command(folder, rig.options).flag("log-level", "error");
    }

    private static QueryTag tag(QueryTags tags, Definition definition) {
        return Objects.requireNonNull(tags.find(Node.CALLER, Reach.PARTITION, definition.pathText()));
    }

    private static List<String> found(
            Node node, QueryTags tags, Definition definition, Level level, List<String> numbers) {
        TagTerm term = Objects.requireNonNull(TagTerm.findNumbers(tag(tags, definition), numbers));
        List<String> found = new ArrayList<>();
        while (true) {
            Search search = new Search(
                    level, List.of(), List.of(term), null, new Search.Fields(false, Set.of()), 200, found.size(), 0);
            Page page = new Find(node.database()).page(Node.CALLER, search);
            page.matches()
                    .forEach(match -> found.add(
                            level == Level.STUDY ? match.studyUid() : Objects.requireNonNull(match.instanceUid())));
            if (!page.more()) {
                return found;
            }
        }
    }
}
