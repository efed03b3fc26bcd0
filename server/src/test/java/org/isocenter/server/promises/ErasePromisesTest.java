package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Vr;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Delete;
import org.isocenter.server.archive.Disposal;
import org.isocenter.server.archive.Edit;
import org.isocenter.server.archive.Erase;
import org.isocenter.server.archive.EraseOrder;
import org.isocenter.server.archive.Holds;
import org.isocenter.server.archive.Operations;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.Patients.Patient;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.archive.Reindex;
import org.isocenter.server.archive.Update;
import org.isocenter.server.archive.UpdateOrder;
import org.isocenter.server.archive.Updates;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.Folding;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.QueryTag.Definition;
import org.isocenter.server.index.QueryTag.Owner;
import org.isocenter.server.index.QueryTag.Reach;
import org.isocenter.server.index.Versions.Cause;
import org.isocenter.server.job.Job;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.State;
import org.isocenter.server.job.Worker;
import org.isocenter.server.telemetry.CrashPoint;
import org.isocenter.server.worklist.Folds;
import org.isocenter.server.worklist.WorkitemRows;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Erasing leaves nothing of a patient, and nothing else changes.
final class ErasePromisesTest {
    /// What is looked for, in all that a server has written.
    private static final String CANARY = "Kanarienvogel";

    private static final String ID = CANARY + "-7";
    private static final Patient PATIENT = new Patient(ID, null);

    /// What a patient has who is erased while servers are killed, and of how many each is.
    private static final int STUDIES = 6;

    private static final int INSTANCES = 5;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    private static final class Folded implements Folds {
        @Override
        public String text(String text) {
            return Folding.fold(text);
        }

        @Override
        public String name(String name) {
            return Folding.foldName(name);
        }
    }

    private static Operations operations(Node node) {
        return new Operations(node.database(), new Semaphore(0));
    }

    private static Disposal disposal(Node node) {
        return new Disposal(node.database(), operations(node));
    }

    /// An instance with the canary wherever one has room for it.
    private static Content canary(Identity identity, long variant, int pixelBytes) {
        DataSet dataSet = Content.dataSet(identity, variant)
                .putString(Tag.PatientID, ID)
                .putString(Tag.PatientName, CANARY + "^Variant " + variant)
                .putString(Tag.StudyDescription, CANARY)
                .putString(Tag.PatientComments, CANARY + " in words")
                .putItems(
                        Tag.RequestAttributesSequence,
                        new DataSet().putString(Tag.ScheduledProcedureStepID, CANARY + variant))
                .putString(0x00990010, Vr.LO, "ACME")
                .putString(0x00991001, Vr.LO, CANARY);
        String filling = (CANARY + " ").repeat(pixelBytes / 14 + 1).substring(0, pixelBytes & ~1);
        return Content.ofPixels(identity, dataSet, filling.getBytes(StandardCharsets.US_ASCII));
    }

    private static Worker worker(Node node) {
        Update update = new Update(node.database(), node.blobs());
        Map<String, Job> jobs = Map.of(
                Update.KIND,
                update,
                Update.MERGE,
                update,
                Reindex.KIND,
                new Reindex(node.database()),
                Erase.KIND,
                new Erase(node.database(), node.blobs()));
        return new Worker(node.database(), jobs);
    }

    private static Operation end(Node node, Operation operation) {
        Worker worker = worker(node);
        while (worker.work()) {
            continue;
        }
        return Kills.now(node.database(), operation);
    }

    private static Operation update(Node node, String kind, String study, DataSet values) {
        UpdateOrder order = new UpdateOrder(
                List.of(study), Set.of(), Set.of(), new Edit(values, List.of()), CANARY + " was misspelled");
        Operation operation =
                end(node, new Updates(node.database(), node.blobs(), operations(node)).begin(Node.CALLER, kind, order));
        assertThat(operation.state()).isEqualTo(State.SUCCEEDED);
        return operation;
    }

    /// The files of the store that have the canary, and the tables whose rows have it.
    private static Set<String> places(Node node, Path blobs) {
        Set<String> places = new TreeSet<>();
        byte[] canary = CANARY.getBytes(StandardCharsets.US_ASCII);
        try (Stream<Path> files = Files.walk(blobs)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (indexOf(Files.readAllBytes(file), canary)) {
                    places.add("a file: " + blobs.relativize(file).getName(0));
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        List<String> tables = node.database()
                .query(session -> session.sql(
                                "select tablename::text from pg_tables where schemaname = current_schema() order by 1")
                        .list(row -> row.getString(1)));
        assertThat(tables).contains("study", "version", "operation", "workitem");
        String hex = HexFormat.of().formatHex(canary);
        for (String table : tables) {
            node
                    .database()
                    .query(session -> session.sql("select lower(t::text) from " + table + " t")
                            .list(row -> row.getString(1)))
                    .stream()
                    .filter(row -> row.contains(Folding.fold(CANARY)) || row.contains(hex))
                    .findFirst()
                    .ifPresent(row -> places.add(table));
        }
        return places;
    }

    private static boolean indexOf(byte[] bytes, byte[] wanted) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.contains(new String(wanted, StandardCharsets.ISO_8859_1));
    }

    private static void workitem(Node node, String uid, String patient, String study) {
        DataSet item = new DataSet()
                .putString(Tag.PatientID, patient)
                .putString(Tag.PatientName, patient + "^Work")
                .putString(Tag.StudyInstanceUID, study)
                .putString(Tag.ProcedureStepLabel, "Read " + patient);
        node.database().transaction(session -> {
            new WorkitemRows(session, new Folded()).insert(1, uid, item);
            return session.sql("insert into workitem_report (partition, aet, uid, report) values (1, 'A', ?, ?)")
                    .bind(uid)
                    .bind(("about " + patient).getBytes(StandardCharsets.US_ASCII))
                    .update();
        });
    }

    /// A snapshot of two members, each with one study.
    private static void snapshot(Node node, String study, String other) {
        node.database().transaction(session -> {
            session.sql("""
                            insert into cohort (partition, id, name, definition)
                            values (1, gen_random_uuid(), 'all', '{}')""").update();
            session.sql("""
                            insert into cohort_snapshot (cohort, number, as_of, definition, hash, summary)
                            select key, 1, current_date, '{}', 'x', '{}' from cohort""").update();
            for (String one : List.of(study, other)) {
                String patient = one.equals(study) ? CANARY : "Bravo";
                session.sql("""
                                insert into cohort_member (snapshot, ordinal, patient, content)
                                select key, ?::int, ?, ? from cohort_snapshot""")
                        .bind(one.equals(study) ? 1 : 2)
                        .bind("Patient/" + patient)
                        .bind("{\"name\": \"" + patient + "\"}")
                        .update();
                session.sql("""
                                insert into cohort_study (snapshot, uid, patient, instances, bytes)
                                select key, ?, ?, 1, 1 from cohort_snapshot""").bind(one).bind("Patient/" + patient).update();
                session.sql("""
                                insert into cohort_instance (snapshot, study_uid, series_uid, instance_uid, bytes, sha256)
                                select key, ?, '1', '1', 1, ''::bytea from cohort_snapshot""").bind(one).update();
            }
            return session.sql("""
                            insert into follower_failure (follower, partition, study_uid, attempts, status, reason, detail)
                            values ('fhir', 1, ?, 1, 422, 'refused', ?)""").bind(study).bind(CANARY + " is no name").update();
        });
    }

    @Test
    @DisplayName("S19 erasing a patient leaves nothing of them anywhere, and nothing else changes by a bit")
    void nothingIsLeft() {
        try (Rig rig = new Rig(folder)) {
            Node node = rig.node(Rig.LONG_KEPT);
            QueryTags tags = new QueryTags(node.database(), new Semaphore(0), 128);
            tags.add(
                    Node.CALLER,
                    Reach.ALL,
                    List.of(new Definition(List.of(Tag.PatientComments), Vr.LT, "", Owner.INSTANCE)));
            worker(node).work();
            Map<Identity, String> others = new HashMap<>();
            List<Content> mixed = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                // Small ones lie side by side in packs, large ones are files.
                int bytes = i % 10 == 0 ? 20_000 : 900;
                mixed.add(canary(Content.identity(1 + i % 3, 1, i), 0, bytes));
                Content other = Content.of(Content.identity(101 + i % 3, 1, i), 0, bytes);
                mixed.add(other);
                others.put(other.identity(), other.sha256());
            }
            node.store(mixed, false);
            String first = Content.identity(1, 1, 0).studyUid();
            String second = Content.identity(2, 1, 0).studyUid();
            String other = Content.identity(101, 1, 0).studyUid();
            // Replaced, renamed, deleted, deleted long ago.
            node.store(canary(Content.identity(1, 1, 0), 1, 20_000), true);
            update(node, Update.KIND, first, new DataSet().putString(Tag.PatientName, CANARY + "^Renamed"));
            new Delete(node.database()).delete(Node.CALLER, second, null, null, new Cause(CANARY + " again", null));
            node.store(canary(Content.identity(4, 1, 0), 0, 900), false);
            new Delete(node.database())
                    .delete(Node.CALLER, Content.identity(4, 1, 0).studyUid(), null, null);
            // Of the patient until it was moved.
            Content moved = Content.of(
                    Content.identity(5, 1, 0),
                    Content.dataSet(Content.identity(5, 1, 0), 0)
                            .putString(Tag.PatientID, ID)
                            .putString(Tag.PatientName, CANARY),
                    0,
                    900);
            node.store(moved, false);
            DataSet bravo = new DataSet().putString(Tag.PatientID, "B").putString(Tag.PatientName, "Bravo");
            update(node, Update.MERGE, moved.identity().studyUid(), bravo);
            workitem(node, "2.25.1", ID, first);
            workitem(node, "2.25.2", ID, "2.25.999");
            workitem(node, "2.25.3", "B", other);
            snapshot(node, first, other);
            assertThat(places(node, rig.folder))
                    .contains(
                            "a file: files",
                            "a file: packs",
                            "study",
                            "series",
                            "instance",
                            "version",
                            "operation",
                            "workitem",
                            "workitem_report",
                            "cohort_member",
                            "cohort_study",
                            "follower_failure");
            int before = node.feed().size();

            Operation erased = end(
                    node,
                    Objects.requireNonNull(
                            disposal(node).erase(Node.CALLER, new EraseOrder(null, PATIENT, "as asked for"))));

            assertThat(erased.problem()).isNull();
            assertThat(erased.state()).isEqualTo(State.SUCCEEDED);
            assertThat(places(node, rig.folder)).isEmpty();
            JsonNode certificate = MAPPER.readTree(erased.result());
            assertThat(certificate.path("reason").asString()).isEqualTo("as asked for");
            JsonNode counts = certificate.path("erased");
            assertThat(counts.path("studies").asInt()).isEqualTo(4);
            assertThat(counts.path("instances").asInt()).isEqualTo(27);
            assertThat(counts.path("workitems").asInt()).isEqualTo(2);
            assertThat(counts.path("cohortMembers").asInt()).isEqualTo(1);
            assertThat(certificate.path("remains")).isNotEmpty();
            assertThat(node.feed().subList(before, node.feed().size()))
                    .hasSize(27)
                    .allMatch(entry -> entry.change().action() == Feed.Action.DELETE);
            check(node, others);
            assertThat(node.retrieve()
                            .findInstance(
                                    Node.CALLER,
                                    moved.identity().studyUid(),
                                    moved.identity().seriesUid(),
                                    moved.identity().instanceUid()))
                    .as("what is another's by now stays")
                    .isNotNull();
            assertThat(disposal(node)
                            .foresee(Node.CALLER, new EraseOrder(null, PATIENT, null))
                            .nothing())
                    .isTrue();
            assertThat(count(node, "workitem")).isEqualTo(1);
            assertThat(count(node, "cohort_member")).isEqualTo(1);
        }
    }

    private static long count(Node node, String table) {
        return node.database()
                .query(session -> session.sql("select count(*) from " + table).get(row -> row.getLong(1)));
    }

    /// Whether others' instances are what they were.
    private static void check(Node node, Map<Identity, String> others) {
        others.forEach((identity, sha256) -> {
            Located located = node.retrieve()
                    .findInstance(Node.CALLER, identity.studyUid(), identity.seriesUid(), identity.instanceUid());
            assertThat(Content.sha256(node.bytes(Objects.requireNonNull(located))))
                    .isEqualTo(sha256);
        });
    }

    @Test
    void nothingIsErasedWhileOneStudyIsHeldAndNothingOfOthersEver() {
        try (Rig rig = new Rig(folder)) {
            Node node = rig.node(Rig.LONG_KEPT);
            Content one = canary(Content.identity(1, 1, 1), 0, 100);
            Content two = canary(Content.identity(2, 1, 1), 0, 100);
            Content similar = Content.of(
                    Content.identity(3, 1, 1),
                    Content.dataSet(Content.identity(3, 1, 1), 0)
                            .putString(Tag.PatientID, ID.toUpperCase(java.util.Locale.ROOT)),
                    0,
                    100);
            node.store(List.of(one, two, similar), false);
            Holds holds = new Holds(node.database());
            holds.place(Node.CALLER, two.identity().studyUid(), "case", "lawsuit");
            EraseOrder order = new EraseOrder(null, PATIENT, null);

            Operation failed = end(node, Objects.requireNonNull(disposal(node).erase(Node.CALLER, order)));

            assertThat(failed.state()).isEqualTo(State.FAILED);
            assertThat(failed.problem()).contains("held", two.identity().studyUid());
            assertThat(new HashSet<>(node.found()))
                    .isEqualTo(Set.of(one.identity(), two.identity(), similar.identity()));
            Caller elsewhere = new Partitions(node.database()).open(Node.CALLER, "elsewhere");
            assertThat(disposal(node).erase(elsewhere, order)).isNull();
            assertThat(disposal(node).erase(Node.CALLER, new EraseOrder("1.2.3", null, null)))
                    .isNull();

            holds.lift(Node.CALLER, two.identity().studyUid(), "case");
            Operation done = end(node, Objects.requireNonNull(disposal(node).erase(Node.CALLER, order)));

            assertThat(done.state()).isEqualTo(State.SUCCEEDED);
            assertThat(node.found()).containsExactly(similar.identity());
            assertThat(holds.place(Node.CALLER, one.identity().studyUid(), "x", "y"))
                    .isEqualTo(Holds.Placed.UNKNOWN_STUDY);
        }
    }

    @Test
    void noHoldIsPlacedOnWhatIsBeingErased() {
        try (Rig rig = new Rig(folder)) {
            Node node = rig.node(Rig.LONG_KEPT);
            Content one = canary(Content.identity(1, 1, 1), 0, 100);
            node.store(List.of(one), false);
            EraseOrder order = new EraseOrder(one.identity().studyUid(), null, null);
            Operation operation = Objects.requireNonNull(disposal(node).erase(Node.CALLER, order));
            Holds holds = new Holds(node.database());
            node.database()
                    .transaction(session -> session.sql("update operation set checkpoint = 'studies'")
                            .update());

            assertThat(holds.place(Node.CALLER, one.identity().studyUid(), "x", "y"))
                    .isEqualTo(Holds.Placed.TOO_LATE);
            assertThat(end(node, operation).state()).isEqualTo(State.SUCCEEDED);
            assertThat(places(node, rig.folder)).isEmpty();
        }
    }

    @Test
    @DisplayName("S19 whoever dies while erasing is gone on with to the end")
    void whatDiesIsGoneOnWith() throws Exception {
        try (Rig rig = new Rig(folder.resolve("data").resolve("blobs"))) {
            Node node = rig.node(Rig.LONG_KEPT);
            Kills kills = new Kills(
                    "S19 erasures",
                    Size.kills(),
                    node.database(),
                    () -> new ChildServer.Command(folder, rig.options).flag("log-level", "error"),
                    Duration.ofMillis(300),
                    CrashPoint.OPERATION_STEPPED,
                    CrashPoint.ERASED_ROWS,
                    CrashPoint.ERASED_BYTES,
                    CrashPoint.DELETE_MARKED,
                    CrashPoint.DELETE_FEED_ROWS);
            Map<Identity, String> others = new HashMap<>();
            for (int round = 0; !kills.enough(); round++) {
                List<Content> contents = new ArrayList<>();
                for (int i = 0; i < STUDIES * INSTANCES; i++) {
                    contents.add(canary(Content.identity(1 + i % STUDIES, 1, i), 0, i % 6 == 0 ? 20_000 : 700));
                    if (i % STUDIES == 0) {
                        Content other = Content.of(Content.identity(100 + round, 1, i), 0, 700);
                        contents.add(other);
                        others.put(other.identity(), other.sha256());
                    }
                }
                node.store(contents, false);
                int feed = node.feed().size();
                Operation operation =
                        Objects.requireNonNull(disposal(node).erase(Node.CALLER, new EraseOrder(null, PATIENT, null)));
                Operation erased = kills.end(operation, which -> {
                    check(node, others);
                    checkWhole(node, which, others.keySet());
                });
                assertThat(places(node, rig.folder)).as("" + erased).isEmpty();
                JsonNode counts = MAPPER.readTree(erased.result()).path("erased");
                assertThat(counts.path("studies").asInt()).isEqualTo(STUDIES);
                assertThat(counts.path("instances").asInt()).isEqualTo(STUDIES * INSTANCES);
                List<Feed.Entry> told = node.feed();
                assertThat(told.subList(feed, told.size()))
                        .hasSize(STUDIES * INSTANCES)
                        .allMatch(entry -> entry.change().action() == Feed.Action.DELETE);
                check(node, others);
                assertThat(Set.copyOf(node.found())).isEqualTo(others.keySet());
            }
            node.checkSwept("at the end");
        }
    }

    /// Checks that of each study that is being erased all is there or nothing.
    private static void checkWhole(Node node, String which, Set<Identity> others) {
        Map<String, Integer> sizes = new HashMap<>();
        for (Identity identity : node.found()) {
            if (!others.contains(identity)) {
                sizes.merge(identity.studyUid(), 1, Integer::sum);
            }
        }
        assertThat(sizes.values()).as(which).allMatch(size -> size == INSTANCES);
    }
}
