package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Vr;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.QueryTags.Added;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.NoPartitionException;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.QueryTag;
import org.isocenter.server.index.QueryTag.Definition;
import org.isocenter.server.index.QueryTag.Owner;
import org.isocenter.server.index.QueryTag.Reach;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.TagError;
import org.isocenter.server.index.TagTerm;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.State;
import org.isocenter.server.job.OperationRows;
import org.isocenter.server.job.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Query tags of one data partition, beside those of all.
final class PartitionTagsTest {
    private static final Caller ANYONE = Caller.anyone();
    private static final int RACES = 20;

    /// An attribute of a private block that software wrote which did not know its representation.
    private static final int PRIVATE = 0x00191001;

    private static final Definition VOLTAGE = definition(Tag.KVP, Vr.DS, Owner.SERIES);
    private static final Definition NUMBER = definition(Tag.AcquisitionNumber, Vr.IS, Owner.INSTANCE);
    private static final Definition KERNEL = definition(Tag.ConvolutionKernel, Vr.SH, Owner.INSTANCE);

    @TempDir
    private Path folder;

    private OpenArchive archive;
    private Database database;
    private Partitions partitions;
    private Caller north;
    private Caller south;
    private QueryTags tags;

    @BeforeEach
    void open() throws IOException {
        archive = new OpenArchive(folder);
        database = archive.database;
        partitions = new Partitions(database);
        north = partitions.open(ANYONE, "north");
        south = partitions.open(ANYONE, "south");
        tags = tags(128);
    }

    @AfterEach
    void close() {
        archive.close();
    }

    private QueryTags tags(int max) {
        return new QueryTags(database, new Semaphore(0), max);
    }

    private static Definition definition(int tag, Vr vr, Owner owner) {
        return new Definition(List.of(tag), vr, "", owner);
    }

    private static DataSet instance(String uid) {
        return OpenArchive.instance(uid);
    }

    private Operation begin(Caller caller, Reach reach, Definition... definitions) {
        return ((Added.Begun) tags.add(caller, reach, List.of(definitions))).operation();
    }

    private QueryTag add(Caller caller, Reach reach, Definition definition) {
        Operation operation = begin(caller, reach, definition);
        work();
        assertThat(now(operation).state()).isEqualTo(State.SUCCEEDED);
        return tag(caller, reach, definition);
    }

    private QueryTag tag(Caller caller, Reach reach, Definition definition) {
        return Objects.requireNonNull(tags.find(caller, reach, definition.pathText()));
    }

    private void work() {
        Worker worker = new Worker(
                database,
                Map.of(
                        Reindex.KIND,
                        new Reindex(database),
                        Update.KIND,
                        new Update(database, archive.blobs),
                        Reversal.REVERT,
                        new Reversal(database, archive.blobs),
                        Reversal.RESTORE,
                        new Reversal(database, archive.blobs),
                        RemovePartition.KIND,
                        new RemovePartition(database)));
        while (worker.work()) {}
    }

    private Operation now(Operation operation) {
        return database.query(session -> Objects.requireNonNull(new OperationRows(session).find(null, operation.id())));
    }

    private List<String> find(Caller caller, TagTerm term) {
        Search search = new Search(
                Level.INSTANCE, List.of(), List.of(term), null, new Search.Fields(false, Set.of()), 10_000, 0, 0);
        return new Find(database)
                .page(caller, search).matches().stream()
                        .map(match -> Objects.requireNonNull(match.instanceUid()))
                        .sorted()
                        .toList();
    }

    private static TagTerm number(QueryTag tag, int number) {
        return Objects.requireNonNull(TagTerm.findNumbers(tag, List.of("" + number)));
    }

    /// The rows that have a value of a tag, in any data partition.
    private long rowsWith(QueryTag tag) {
        return database.query(session -> session.sql("select count(*) from instance where jsonb_exists(tags, ?)")
                .bind("" + tag.key())
                .get(row -> row.getLong(1)));
    }

    @Test
    void oneAttributeMayBeAnotherTagInEachPartition() {
        for (Caller caller : List.of(north, south, ANYONE)) {
            archive.store(caller, block("1.2.3.1", "0007"));
        }
        Definition asNumber = new Definition(List.of(PRIVATE), Vr.IS, "ACME", Owner.INSTANCE);
        Definition asText = new Definition(List.of(PRIVATE), Vr.LO, "ACME", Owner.INSTANCE);

        QueryTag numbers = add(north, Reach.PARTITION, asNumber);
        QueryTag texts = add(south, Reach.PARTITION, asText);
        for (Caller caller : List.of(north, south, ANYONE)) {
            archive.store(caller, block("1.2.3.2", "none"));
            archive.store(caller, block("1.2.3.3", "07"));
        }

        assertThat(find(north, number(numbers, 7))).containsExactly("1.2.3.1", "1.2.3.3");
        assertThat(find(south, TagTerm.texts(texts, List.of("07")))).containsExactly("1.2.3.3");
        assertThat(find(south, TagTerm.pattern(texts, "*7"))).containsExactly("1.2.3.1", "1.2.3.3");
        assertThat(find(south, TagTerm.texts(texts, List.of("none")))).containsExactly("1.2.3.2");
        assertThat(rowsWith(numbers))
                .as("of the other partitions nothing is kept")
                .isEqualTo(2);
        assertThat(rowsWith(texts)).isEqualTo(3);
        assertThat(tag(north, Reach.PARTITION, asNumber).errors()).isEqualTo(1);
        assertThat(tag(south, Reach.PARTITION, asText).errors()).isZero();
        assertThat(tags.find(ANYONE, Reach.PARTITION, asText.pathText()))
                .as("the default partition is one like any other")
                .isNull();
        assertThat(tags.find(ANYONE, Reach.ALL, asText.pathText())).isNull();
    }

    private static DataSet block(String uid, String value) {
        return instance(uid).putString(0x00190010, Vr.LO, "ACME").putString(PRIVATE, Vr.UN, value);
    }

    @Test
    void ownTagsAreMetInTheirPartitionBesideThoseOfAll() {
        QueryTag ofAll = add(ANYONE, Reach.ALL, VOLTAGE);
        QueryTag own = add(north, Reach.PARTITION, NUMBER);
        QueryTag ofDefault = add(ANYONE, Reach.PARTITION, KERNEL);

        assertThat(tags.list(ANYONE, Reach.ALL, 0, 10)).containsExactly(ofAll);
        assertThat(tags.list(north, Reach.PARTITION, 0, 10)).containsExactly(ofAll, own);
        assertThat(tags.list(north, Reach.PARTITION, 1, 10)).containsExactly(own);
        assertThat(tags.list(south, Reach.PARTITION, 0, 10)).containsExactly(ofAll);
        assertThat(tags.list(ANYONE, Reach.PARTITION, 0, 10)).containsExactly(ofAll, ofDefault);
        assertThat(own.reach()).isEqualTo(Reach.PARTITION);
        assertThat(tags.find(south, Reach.PARTITION, NUMBER.pathText())).isNull();
        assertThat(tags.find(ANYONE, Reach.ALL, NUMBER.pathText())).isNull();
        archive.store(ANYONE, instance("1.2.3.1").putString(Tag.ConvolutionKernel, "B30"));
        archive.store(north, instance("1.2.3.1").putString(Tag.ConvolutionKernel, "B30"));
        assertThat(find(ANYONE, TagTerm.texts(ofDefault, List.of("B30")))).containsExactly("1.2.3.1");
        assertThat(rowsWith(ofDefault)).isEqualTo(1);
    }

    @Test
    void eachIsChangedWhereItBelongs() {
        add(ANYONE, Reach.ALL, VOLTAGE);
        add(north, Reach.PARTITION, NUMBER);

        for (Caller caller : List.of(north, south, ANYONE)) {
            assertThat(tags.enable(caller, Reach.PARTITION, VOLTAGE.pathText(), false))
                    .isNull();
            assertThat(tags.reindex(caller, Reach.PARTITION, VOLTAGE.pathText()))
                    .isNull();
            assertThat(tags.delete(caller, Reach.PARTITION, VOLTAGE.pathText())).isFalse();
        }
        for (Caller caller : List.of(south, ANYONE)) {
            assertThat(tags.enable(caller, Reach.PARTITION, NUMBER.pathText(), false))
                    .isNull();
            assertThat(tags.delete(caller, Reach.PARTITION, NUMBER.pathText())).isFalse();
        }
        assertThat(tags.enable(ANYONE, Reach.ALL, NUMBER.pathText(), false)).isNull();
        assertThat(tags.delete(ANYONE, Reach.ALL, NUMBER.pathText())).isFalse();
        assertThat(tags.list(north, Reach.PARTITION, 0, 10)).hasSize(2).allMatch(QueryTag::enabled);

        assertThat(Objects.requireNonNull(tags.enable(north, Reach.PARTITION, NUMBER.pathText(), false))
                        .enabled())
                .isFalse();
        assertThat(tags.reindex(north, Reach.PARTITION, NUMBER.pathText())).isNotNull();
        assertThat(tags.delete(north, Reach.PARTITION, NUMBER.pathText())).isTrue();
        assertThat(tags.list(north, Reach.PARTITION, 0, 10)).hasSize(1);
    }

    @Test
    void aPathIsOfAllOrOfPartitions() {
        add(north, Reach.PARTITION, NUMBER);
        add(ANYONE, Reach.ALL, VOLTAGE);

        assertThat(tags.add(ANYONE, Reach.ALL, List.of(KERNEL, NUMBER)))
                .isEqualTo(new Added.Exists(NUMBER.pathText(), "north"));
        assertThat(tags.add(north, Reach.PARTITION, List.of(NUMBER)))
                .isEqualTo(new Added.Exists(NUMBER.pathText(), "north"));
        assertThat(tags.add(south, Reach.PARTITION, List.of(KERNEL, VOLTAGE)))
                .isEqualTo(new Added.Exists(VOLTAGE.pathText(), null));
        assertThat(tags.list(south, Reach.PARTITION, 0, 10)).hasSize(1);

        assertThat(tags.add(south, Reach.PARTITION, List.of(NUMBER))).isInstanceOf(Added.Begun.class);
    }

    @Test
    void inNoPartitionDoMoreCountThanThereMayBe() {
        QueryTags few = tags(2);
        assertThat(few.add(north, Reach.PARTITION, List.of(NUMBER))).isInstanceOf(Added.Begun.class);
        assertThat(few.add(south, Reach.PARTITION, List.of(NUMBER, KERNEL))).isInstanceOf(Added.Begun.class);

        assertThat(few.add(ANYONE, Reach.ALL, List.of(VOLTAGE)))
                .as("south is full")
                .isEqualTo(new Added.TooMany(2));
        assertThat(few.delete(south, Reach.PARTITION, KERNEL.pathText())).isTrue();
        assertThat(few.add(ANYONE, Reach.ALL, List.of(VOLTAGE))).isInstanceOf(Added.Begun.class);
        assertThat(few.add(north, Reach.PARTITION, List.of(KERNEL)))
                .as("its own and those of all")
                .isEqualTo(new Added.TooMany(2));
        assertThat(few.add(ANYONE, Reach.PARTITION, List.of(KERNEL))).isInstanceOf(Added.Begun.class);
    }

    @Test
    void ofTwoWhoAddTheSameOneIsToldThatItIsThere() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CyclicBarrier barrier = new CyclicBarrier(3);
            for (int race = 0; race < RACES; race++) {
                Definition definition = new Definition(List.of(PRIVATE + race), Vr.LO, "ACME", Owner.INSTANCE);
                List<Future<Added>> all = new ArrayList<>();
                for (Caller caller : List.of(ANYONE, north, north)) {
                    Reach reach = caller == ANYONE ? Reach.ALL : Reach.PARTITION;
                    all.add(threads.submit(() -> {
                        barrier.await();
                        return tags.add(caller, reach, List.of(definition));
                    }));
                }
                int begun = 0;
                for (Future<Added> one : all) {
                    begun += one.get() instanceof Added.Begun ? 1 : 0;
                }
                assertThat(begun).isEqualTo(1);
            }
        }
        assertThat(tags.list(north, Reach.PARTITION, 0, 200)).hasSize(RACES);
    }

    @Test
    void whatIsLookedThroughIsThePartitionAlone() {
        for (int i = 1; i <= 3; i++) {
            archive.store(north, instance("1.2.3." + i).putString(Tag.AcquisitionNumber, i == 3 ? "none" : "7"));
            archive.store(south, instance("1.2.3." + i).putString(Tag.AcquisitionNumber, "none"));
            archive.store(ANYONE, instance("1.2.3." + i).putString(Tag.AcquisitionNumber, "7"));
        }

        Operation operation = begin(north, Reach.PARTITION, NUMBER);
        work();

        Operation done = now(operation);
        assertThat(done.partition()).isEqualTo(north.partition());
        assertThat(done.total()).isEqualTo(3);
        assertThat(done.result()).isEqualTo("{\"instances\":3,\"errors\":1}");
        assertThat(done.resources()).containsExactly("/partitions/north/extendedquerytags/" + NUMBER.pathText());
        QueryTag tag = tag(north, Reach.PARTITION, NUMBER);
        assertThat(tag.ready()).isTrue();
        assertThat(tag.enabled()).as("a bad value was met").isFalse();
        assertThat(find(north, number(tag, 7))).containsExactly("1.2.3.1", "1.2.3.2");
        assertThat(rowsWith(tag)).isEqualTo(2);
    }

    @Test
    void whatIsWrongIsToldPartitionByPartition() {
        add(ANYONE, Reach.ALL, NUMBER);
        for (int i = 1; i <= 3; i++) {
            archive.store(i == 1 ? north : south, instance("1.2.3." + i).putString(Tag.AcquisitionNumber, "none"));
        }
        QueryTag tag = tag(ANYONE, Reach.ALL, NUMBER);

        assertThat(tag.errors()).isEqualTo(3);
        assertThat(tags.errors(ANYONE, Reach.ALL, tag, 0, 10))
                .extracting(TagError::partition)
                .containsExactly("south", "south", "north");
        assertThat(tag(north, Reach.PARTITION, NUMBER).errors()).isEqualTo(1);
        assertThat(tags.errors(north, Reach.PARTITION, tag, 0, 10))
                .extracting(TagError::instanceUid)
                .containsExactly("1.2.3.1");
        assertThat(tag(south, Reach.PARTITION, NUMBER).errors()).isEqualTo(2);
        assertThat(tags.errors(south, Reach.PARTITION, tag, 1, 10))
                .extracting(TagError::instanceUid)
                .containsExactly("1.2.3.2");
        assertThat(tag(ANYONE, Reach.PARTITION, NUMBER).errors()).isZero();
        assertThat(tags.errors(ANYONE, Reach.PARTITION, tag, 0, 10)).isEmpty();
    }

    @Test
    @DisplayName("F2 whatever is stored in two partitions while tags of one are added is found by them")
    void nothingIsMissedBetweenStoringAndAdding() throws Exception {
        int each = 150;
        Semaphore stored = new Semaphore(0);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (Caller caller : List.of(north, south)) {
                all.add(threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        archive.store(
                                caller,
                                instance("1.2." + i % 3 + "." + (100 + i))
                                        .putString(Tag.AcquisitionNumber, "7")
                                        .putString(Tag.ConvolutionKernel, "B30"));
                        stored.release();
                    }
                }));
            }
            for (Definition definition : List.of(NUMBER, KERNEL)) {
                stored.acquire(each / 2);
                begin(north, Reach.PARTITION, definition);
                work();
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        QueryTag number = tag(north, Reach.PARTITION, NUMBER);
        QueryTag kernel = tag(north, Reach.PARTITION, KERNEL);
        String[] instances = IntStream.range(0, each)
                .mapToObj(i -> "1.2." + i % 3 + "." + (100 + i))
                .sorted()
                .toArray(String[]::new);
        assertThat(find(north, number(number, 7))).containsExactly(instances);
        assertThat(find(north, TagTerm.texts(kernel, List.of("B30")))).containsExactly(instances);
        assertThat(rowsWith(number)).isEqualTo(each);
        assertThat(rowsWith(kernel)).isEqualTo(each);
    }

    private StoreOutcome storeStrictly(StoreTarget target, DataSet dataSet) throws IOException {
        try (Ingest.Upload upload = archive.ingest.begin(target, new StoreRules(null, true, true, Limits.DEFAULT))) {
            upload.add(new ByteArrayInputStream(OpenArchive.file(dataSet)));
            return upload.finish().getFirst();
        }
    }

    @Test
    void aStrictStoreRefusesABadValueWhereTheTagCounts() throws IOException {
        add(north, Reach.PARTITION, NUMBER);
        add(ANYONE, Reach.ALL, VOLTAGE);
        DataSet bad = instance("1.2.3.1").putString(Tag.AcquisitionNumber, "none");

        assertThat(storeStrictly(partitions.target("north"), bad)).isInstanceOf(StoreOutcome.Refused.class);
        assertThat(storeStrictly(partitions.target("south"), bad)).isInstanceOf(StoreOutcome.Stored.class);
        assertThat(storeStrictly(partitions.target("new"), instance("1.2.3.1").putString(Tag.KVP, "none")))
                .as("those of all count in a partition that is not there yet")
                .isInstanceOf(StoreOutcome.Refused.class);
        assertThat(partitions.find(ANYONE, "new")).isNull();
        assertThat(storeStrictly(partitions.target("new"), bad)).isInstanceOf(StoreOutcome.Stored.class);
    }

    @Test
    void whatIsWrittenAnewHasItsValues() {
        QueryTag tag = add(north, Reach.PARTITION, NUMBER);
        add(south, Reach.PARTITION, KERNEL);
        for (Caller caller : List.of(north, south)) {
            archive.store(caller, instance("1.2.3.1").putString(Tag.AcquisitionNumber, "7"));
        }
        Operations operations = new Operations(database, new Semaphore(0));
        Updates updates = new Updates(database, archive.blobs, operations);
        for (Caller caller : List.of(north, south)) {
            updates.begin(
                    caller,
                    Update.KIND,
                    new UpdateOrder(
                            List.of("1.2"),
                            Set.of(),
                            Set.of(),
                            new Edit(new DataSet().putString(Tag.AcquisitionNumber, "8"), List.of()),
                            null));
        }
        work();
        assertThat(find(north, number(tag, 8))).containsExactly("1.2.3.1");
        assertThat(find(north, number(tag, 7))).isEmpty();
        assertThat(rowsWith(tag)).isEqualTo(1);

        new Delete(database).delete(north, "1.2", null, null);
        assertThat(find(north, number(tag, 8))).isEmpty();
        operations.create(
                north,
                new Operation.Draft(
                        Reversal.RESTORE,
                        new Reversal.Order("1.2", null, null, 0, null).text(),
                        List.of(),
                        List.of("1.2")));
        work();
        assertThat(find(north, number(tag, 8))).containsExactly("1.2.3.1");
    }

    @Test
    void whatIsRemovedHasItsTagsRemovedAndTheNextOfItsNameHasNone() throws IOException {
        QueryTag tag = add(north, Reach.PARTITION, NUMBER);
        StoreTarget target = partitions.target("north");
        assertThat(target.open()).isEqualTo(north);
        assertThat(new Removal(database, new Operations(database, new Semaphore(0))).remove(ANYONE, "north"))
                .isInstanceOf(Removal.Outcome.Removed.class);
        assertThatThrownBy(() -> tags.add(north, Reach.PARTITION, List.of(KERNEL)))
                .isInstanceOf(NoPartitionException.class);

        try (Ingest.Upload upload = archive.ingest.begin(target, new StoreRules(null, true, false, Limits.DEFAULT))) {
            upload.add(new ByteArrayInputStream(
                    OpenArchive.file(instance("1.2.3.1").putString(Tag.AcquisitionNumber, "7"))));
            assertThat(upload.finish()).allMatch(StoreOutcome.Stored.class::isInstance);
        }
        Caller anew = Objects.requireNonNull(partitions.find(ANYONE, "north"));
        assertThat(anew).isNotEqualTo(north);
        assertThat(tags.list(anew, Reach.PARTITION, 0, 10)).isEmpty();
        assertThatThrownBy(() -> tags.list(north, Reach.PARTITION, 0, 10)).isInstanceOf(NoPartitionException.class);
        assertThat(rowsWith(tag)).isZero();
        assertThat(tags.add(ANYONE, Reach.ALL, List.of(NUMBER))).isInstanceOf(Added.Begun.class);
    }

    @Test
    void whatIsEmptiedByAnOperationHasItsTagsRemoved() {
        archive.store(north, instance("1.2.3.1").putString(Tag.AcquisitionNumber, "none"));
        begin(north, Reach.PARTITION, NUMBER);
        Removal removal = new Removal(database, new Operations(database, new Semaphore(0)));
        assertThat(removal.begin(ANYONE, "north")).isInstanceOf(Removal.Outcome.InUse.class);
        work();
        Removal.Outcome outcome = removal.begin(ANYONE, "north");
        work();
        assertThat(now(((Removal.Outcome.Begun) outcome).operation()).state()).isEqualTo(State.SUCCEEDED);
        assertThat(database.<Long>query(session -> session.sql(
                                "select (select count(*) from query_tag) + (select count(*) from query_tag_error)")
                        .get(row -> row.getLong(1))))
                .isZero();
    }

    @Test
    void ofAnAdditionAndARemovalAtTheSameMomentNoTagIsLeft() throws Exception {
        Removal removal = new Removal(database, new Operations(database, new Semaphore(0)));
        int removed = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CyclicBarrier barrier = new CyclicBarrier(2);
            for (int race = 0; race < RACES; race++) {
                Caller caller = partitions.open(ANYONE, "race-" + race);
                Future<?> added = threads.submit(() -> {
                    barrier.await();
                    try {
                        return tags.add(caller, Reach.PARTITION, List.of(NUMBER));
                    } catch (NoPartitionException gone) {
                        return gone;
                    }
                });
                String name = "race-" + race;
                Future<Removal.Outcome> outcome = threads.submit(() -> {
                    barrier.await();
                    return removal.remove(ANYONE, name);
                });
                boolean isRemoved = outcome.get() instanceof Removal.Outcome.Removed;
                assertThat(added.get() instanceof Added.Begun).isEqualTo(!isRemoved);
                removed += isRemoved ? 1 : 0;
            }
        }
        assertThat(database.<Long>query(
                        session -> session.sql("select count(*) from query_tag").get(row -> row.getLong(1))))
                .isEqualTo(RACES - removed);
    }
}
