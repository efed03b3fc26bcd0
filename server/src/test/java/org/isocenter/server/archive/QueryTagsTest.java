package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Dates;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Writer;
import org.isocenter.dicom.Span;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Vr;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.QueryTag;
import org.isocenter.server.index.QueryTag.Definition;
import org.isocenter.server.index.QueryTag.Owner;
import org.isocenter.server.index.QueryTag.Reach;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.TagError;
import org.isocenter.server.index.TagTerm;
import org.isocenter.server.job.Job;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.State;
import org.isocenter.server.job.OperationRows;
import org.isocenter.server.job.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Attributes that somebody added to those that can be searched by.
final class QueryTagsTest {
    private static final Caller CALLER = Caller.anyone();

    @TempDir
    private Path folder;

    private OpenArchive archive;
    private Database database;
    private QueryTags tags;

    @BeforeEach
    void open() throws IOException {
        archive = new OpenArchive(folder);
        database = archive.database;
        tags = new QueryTags(database, new Semaphore(0), 128);
    }

    @AfterEach
    void close() {
        archive.close();
    }

    private static DataSet instance(String uid) {
        return OpenArchive.instance(uid);
    }

    private void store(DataSet dataSet) {
        archive.store(CALLER, dataSet);
    }

    private static Definition definition(int tag, Vr vr, Owner owner) {
        return new Definition(List.of(tag), vr, "", owner);
    }

    private Operation begin(Definition... definitions) {
        return ((QueryTags.Added.Begun) tags.add(CALLER, Reach.ALL, List.of(definitions))).operation();
    }

    private QueryTag add(Definition definition) {
        begin(definition);
        assertThat(work()).isTrue();
        return tag(definition);
    }

    private QueryTag tag(Definition definition) {
        return Objects.requireNonNull(tags.find(CALLER, Reach.ALL, definition.pathText()));
    }

    private boolean work() {
        return new Worker(database, Map.of(Reindex.KIND, new Reindex(database))).work();
    }

    private Operation now(Operation operation) {
        return database.query(session -> Objects.requireNonNull(new OperationRows(session).find(1, operation.id())));
    }

    /// The last components of the UIDs of what is found, in ascending order.
    private List<Integer> find(Level level, TagTerm... terms) {
        Search search =
                new Search(level, List.of(), List.of(terms), null, new Search.Fields(false, Set.of()), 10_000, 0, 0);
        Find find = new Find(database);
        List<Integer> found = find.page(CALLER, search).matches().stream()
                .map(match -> switch (level) {
                    case STUDY -> match.studyUid();
                    case SERIES -> Objects.requireNonNull(match.seriesUid());
                    case INSTANCE -> Objects.requireNonNull(match.instanceUid());
                })
                .map(uid -> Integer.valueOf(uid.substring(uid.lastIndexOf('.') + 1)))
                .sorted()
                .toList();
        assertThat(find.count(CALLER, search)).isEqualTo(found.size());
        return found;
    }

    @Test
    void whatWasStoredBeforeIsFoundWhenItHasBeenLookedThrough() {
        Definition definition = definition(Tag.KVP, Vr.DS, Owner.INSTANCE);
        for (int i = 1; i <= 3; i++) {
            store(instance("1.2.3." + i).putString(Tag.KVP, i == 2 ? "80" : "120.0"));
        }

        Operation operation = begin(definition);
        assertThat(tag(definition).ready()).isFalse();
        store(instance("1.2.3.4").putString(Tag.KVP, "120"));
        assertThat(work()).isTrue();

        QueryTag tag = tag(definition);
        assertThat(tag.ready()).isTrue();
        assertThat(now(operation).state()).isEqualTo(State.SUCCEEDED);
        assertThat(now(operation).result()).isEqualTo("{\"instances\":4,\"errors\":0}");
        store(instance("1.2.3.5").putString(Tag.KVP, "120"));
        assertThat(find(Level.INSTANCE, Objects.requireNonNull(TagTerm.findNumbers(tag, List.of("120", "7")))))
                .containsExactly(1, 3, 4, 5);
        assertThat(find(Level.INSTANCE, Objects.requireNonNull(TagTerm.findNumbers(tag, List.of("80")))))
                .containsExactly(2);
    }

    @Test
    void everyRepresentationIsMatchedAsItIsMeant() {
        store(instance("1.2.3.1")
                .putString(Tag.SpecificCharacterSet, "ISO_IR 192")
                .putString(Tag.PerformingPhysicianName, "Müller^Änne=毛^安", "Doe^Jane")
                .putString(Tag.ImageComments, "A lesion of the liver, 3 cm; (segment VII)")
                .putString(Tag.AcquisitionDateTime, "20260131235959.5+0100")
                .putString(Tag.AcquisitionDate, "20260131")
                .putString(Tag.AcquisitionTime, "0930")
                .putString(Tag.ConvolutionKernel, "B30f", "50%_\"a")
                .putString(Tag.FrameOfReferenceUID, "1.2.840.1")
                .putInts(Tag.Rows, 512)
                .putString(Tag.SliceThickness, "1.50")
                .putString(Tag.PatientAge, "042Y"));
        store(instance("1.2.3.2")
                .putString(Tag.AcquisitionDate, "20260201")
                .putString(Tag.AcquisitionTime, "0930")
                .putString(Tag.PatientAge, "042Y"));

        QueryTag physician = add(definition(Tag.PerformingPhysicianName, Vr.PN, Owner.INSTANCE));
        assertThat(find(Level.INSTANCE, TagTerm.name(physician, "muller^anne"))).containsExactly(1);
        assertThat(find(Level.INSTANCE, TagTerm.name(physician, "毛^安"))).containsExactly(1);
        assertThat(find(Level.INSTANCE, TagTerm.name(physician, "DOE*"))).containsExactly(1);
        assertThat(find(Level.INSTANCE, TagTerm.name(physician, "do?^*"))).containsExactly(1);
        assertThat(find(Level.INSTANCE, TagTerm.name(physician, "jane*"))).isEmpty();
        assertThat(find(Level.INSTANCE, TagTerm.fuzzyName(physician, "jan do"))).containsExactly(1);
        assertThat(find(Level.INSTANCE, TagTerm.fuzzyName(physician, "ane"))).isEmpty();

        QueryTag comments = add(definition(Tag.ImageComments, Vr.LT, Owner.INSTANCE));
        assertThat(find(Level.INSTANCE, TagTerm.words(comments, "LIVER lesion")))
                .containsExactly(1);
        assertThat(find(Level.INSTANCE, TagTerm.words(comments, "seg* vii"))).containsExactly(1);
        assertThat(find(Level.INSTANCE, TagTerm.words(comments, "liver spleen")))
                .isEmpty();
        assertThat(find(Level.INSTANCE, TagTerm.words(comments, "live"))).isEmpty();

        QueryTag moment = add(definition(Tag.AcquisitionDateTime, Vr.DT, Owner.INSTANCE));
        for (String query : List.of(
                "20260131225959.5",
                "20260131225959",
                "2026013122",
                "202601",
                "2026",
                "20260131-",
                "-2026",
                "2020-2026",
                "20260131225959.4-20260131225959.6",
                "20260131235959.5+0100")) {
            assertThat(find(Level.INSTANCE, moment(moment, query))).as(query).containsExactly(1);
        }
        for (String query : List.of("20260131235959.5", "202602", "-20260131225959.4", "2027-")) {
            assertThat(find(Level.INSTANCE, moment(moment, query))).as(query).isEmpty();
        }

        QueryTag date = add(definition(Tag.AcquisitionDate, Vr.DA, Owner.INSTANCE));
        assertThat(find(Level.INSTANCE, date(date, "20260131"))).containsExactly(1);
        assertThat(find(Level.INSTANCE, date(date, "20260101-20260131"))).containsExactly(1);
        assertThat(find(Level.INSTANCE, date(date, "20260131-20260201"))).containsExactly(1, 2);
        assertThat(find(Level.INSTANCE, date(date, "20000101-20400101"))).containsExactly(1, 2);
        assertThat(find(Level.INSTANCE, date(date, "20260201-"))).containsExactly(2);
        assertThat(find(Level.INSTANCE, date(date, "-20260130"))).isEmpty();

        QueryTag time = add(definition(Tag.AcquisitionTime, Vr.TM, Owner.INSTANCE));
        assertThat(find(Level.INSTANCE, time(time, "0930"))).containsExactly(1, 2);
        assertThat(find(Level.INSTANCE, time(time, "093000-0931"))).containsExactly(1, 2);
        assertThat(find(Level.INSTANCE, time(time, "0931-"))).isEmpty();

        QueryTag kernel = add(definition(Tag.ConvolutionKernel, Vr.SH, Owner.INSTANCE));
        assertThat(find(Level.INSTANCE, TagTerm.texts(kernel, List.of("b30F", "other"))))
                .containsExactly(1);
        assertThat(find(Level.INSTANCE, TagTerm.texts(kernel, List.of("50%_\"a"))))
                .containsExactly(1);
        assertThat(find(Level.INSTANCE, TagTerm.pattern(kernel, "50%*\"?"))).containsExactly(1);
        assertThat(find(Level.INSTANCE, TagTerm.pattern(kernel, "50.*"))).isEmpty();
        assertThat(find(Level.INSTANCE, TagTerm.pattern(kernel, "*"))).containsExactly(1);
        assertThat(find(Level.INSTANCE, TagTerm.texts(kernel, List.of("\" || 1 == 1 || @ == \""))))
                .isEmpty();

        QueryTag frame = add(definition(Tag.FrameOfReferenceUID, Vr.UI, Owner.SERIES));
        assertThat(find(Level.SERIES, TagTerm.uids(frame, List.of("1.2.840.1"))))
                .containsExactly(3);
        assertThat(find(Level.INSTANCE, TagTerm.uids(frame, List.of("1.2.840.1"))))
                .containsExactly(1, 2);
        assertThat(find(Level.SERIES, TagTerm.uids(frame, List.of("1.2.840.2"))))
                .isEmpty();

        QueryTag rows = add(definition(Tag.Rows, Vr.US, Owner.INSTANCE));
        assertThat(find(Level.INSTANCE, numbers(rows, "00512"))).containsExactly(1);
        QueryTag thickness = add(definition(Tag.SliceThickness, Vr.DS, Owner.INSTANCE));
        assertThat(find(Level.INSTANCE, numbers(thickness, "1.5"))).containsExactly(1);
        assertThat(find(Level.INSTANCE, numbers(thickness, "15e-1"), numbers(rows, "512")))
                .containsExactly(1);
        assertThat(find(Level.INSTANCE, numbers(thickness, "1.5"), numbers(rows, "511")))
                .isEmpty();
        QueryTag age = add(definition(Tag.PatientAge, Vr.AS, Owner.PATIENT));
        assertThat(find(Level.STUDY, TagTerm.texts(age, List.of("042Y")))).containsExactly(2);
        assertThat(find(Level.INSTANCE, TagTerm.texts(age, List.of("042Y")), numbers(rows, "512")))
                .containsExactly(1);
    }

    private static TagTerm numbers(QueryTag tag, String number) {
        return Objects.requireNonNull(TagTerm.findNumbers(tag, List.of(number)));
    }

    private static TagTerm date(QueryTag tag, String query) {
        return TagTerm.dates(tag, Objects.requireNonNull(Dates.findDateSpan(query)));
    }

    private static TagTerm time(QueryTag tag, String query) {
        return TagTerm.times(tag, Objects.requireNonNull(Dates.findTimeSpan(query)));
    }

    private static TagTerm moment(QueryTag tag, String query) {
        return TagTerm.moments(tag, Objects.requireNonNull(Dates.findDateTimeSpan(query, ZoneOffset.UTC), query));
    }

    @Test
    void attributesAreReachedInItemsAndInPrivateBlocks() {
        DataSet code = new DataSet().putString(Tag.CodeValue, "T-28000");
        DataSet other = new DataSet().putString(Tag.CodeValue, "T-28999");
        store(instance("1.2.3.1")
                .putItems(Tag.AnatomicRegionSequence, code, other)
                .putString(0x00190010, Vr.LO, "OTHER")
                .putString(0x00190011, Vr.LO, "ACME 1.1")
                .putString(0x00191001, Vr.LO, "not this")
                .putString(0x00191101, Vr.LO, "This"));
        store(instance("1.2.3.2").putString(0x00190010, Vr.LO, "ACME 1.1").putString(0x00191001, Vr.LO, "That"));

        QueryTag region =
                add(new Definition(List.of(Tag.AnatomicRegionSequence, Tag.CodeValue), Vr.SH, "", Owner.INSTANCE));
        assertThat(find(Level.INSTANCE, TagTerm.texts(region, List.of("T-28999"))))
                .containsExactly(1);
        QueryTag own = add(new Definition(List.of(0x00191001), Vr.LO, "ACME 1.1", Owner.INSTANCE));
        assertThat(find(Level.INSTANCE, TagTerm.pattern(own, "th*"))).containsExactly(1, 2);
        assertThat(find(Level.INSTANCE, TagTerm.texts(own, List.of("that")))).containsExactly(2);
        assertThat(find(Level.INSTANCE, TagTerm.texts(own, List.of("not this"))))
                .isEmpty();
    }

    @Test
    void ofAStudyTheNewestInstanceDecidesThatHasAValue() {
        Definition definition = definition(Tag.PatientComments, Vr.LT, Owner.PATIENT);
        store(instance("1.2.3.1").putString(Tag.PatientComments, "first"));
        store(instance("1.2.3.2").putString(Tag.PatientComments, "second"));
        store(instance("1.2.4.3"));
        QueryTag tag = add(definition);
        assertThat(find(Level.STUDY, TagTerm.words(tag, "second"))).containsExactly(2);
        assertThat(find(Level.STUDY, TagTerm.words(tag, "first"))).isEmpty();

        store(instance("1.2.4.4").putString(Tag.PatientComments, "third"));
        store(instance("1.2.4.5"));
        assertThat(find(Level.STUDY, TagTerm.words(tag, "third"))).containsExactly(2);
        assertThat(find(Level.STUDY, TagTerm.words(tag, "second"))).isEmpty();

        assertThat(tags.reindex(CALLER, Reach.ALL, definition.pathText())).isNotNull();
        assertThat(work()).isTrue();
        assertThat(find(Level.STUDY, TagTerm.words(tag, "third"))).containsExactly(2);
    }

    @Test
    void whatASeriesHadBeforeIsPutAgainWhereItHasBecomeOtherwise() {
        QueryTag tag = add(definition(Tag.ProtocolName, Vr.LO, Owner.SERIES));
        QueryTag other = add(definition(Tag.SeriesType, Vr.CS, Owner.SERIES));
        List<String> names = List.of("first", "first", "second", "first", "first", "second", "second");
        for (int i = 0; i < names.size(); i++) {
            store(instance("1.2.3." + i)
                    .putString(Tag.ProtocolName, names.get(i))
                    .putString(Tag.SeriesType, i == 4 ? "IMAGE" : "STATIC"));
            for (String name : List.of("first", "second")) {
                assertThat(find(Level.SERIES, TagTerm.texts(tag, List.of(name))))
                        .as("%d: %s", i, name)
                        .hasSize(name.equals(names.get(i)) ? 1 : 0);
            }
            assertThat(find(Level.SERIES, TagTerm.texts(other, List.of("image"))))
                    .hasSize(i == 4 ? 1 : 0);
        }
    }

    @Test
    void aBadValueIsToldAndBlocksNothing() {
        Definition definition = definition(Tag.AcquisitionDate, Vr.DA, Owner.INSTANCE);
        store(instance("1.2.3.1").putString(Tag.AcquisitionDate, "yesterday"));
        store(instance("1.2.3.2").putString(Tag.AcquisitionDate, "20260131"));
        QueryTag tag = add(definition);

        assertThat(tag.errors()).isEqualTo(1);
        assertThat(tag.enabled())
                .as("errors of what was looked through disable a tag")
                .isFalse();
        tags.enable(CALLER, Reach.ALL, definition.pathText(), true);
        store(instance("1.2.3.3").putString(Tag.AcquisitionDate, "tomorrow"));

        assertThat(tag(definition).errors()).isEqualTo(2);
        assertThat(tag(definition).enabled())
                .as("errors of what is stored do not")
                .isTrue();
        List<TagError> errors = tags.errors(CALLER, Reach.ALL, tag, 0, 10);
        assertThat(errors).extracting(TagError::instanceUid).containsExactly("1.2.3.3", "1.2.3.1");
        assertThat(errors).extracting(TagError::message).allMatch(message -> message.equals("the value is no date"));
        assertThat(find(Level.INSTANCE, date(tag, "20260131"))).containsExactly(2);

        store(instance("1.2.3.1").putString(Tag.AcquisitionDate, "20260131"));
        assertThat(tag(definition).errors()).as("replaced by a good one").isEqualTo(1);
        assertThat(find(Level.INSTANCE, date(tag, "20260131"))).containsExactly(1, 2);
        new Delete(database).delete(CALLER, "1.2", "1.2.3", "1.2.3.3");
        assertThat(tag(definition).errors()).as("deleted").isZero();
    }

    @Test
    void aStrictStoreRefusesABadValueOfATag() throws IOException {
        Definition definition = definition(Tag.AcquisitionDate, Vr.DA, Owner.INSTANCE);
        add(definition);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        DataSet bad = instance("1.2.3.1").putString(Tag.AcquisitionDate, "yesterday");
        Part10Writer.write(Part10.of(bad, TransferSyntax.EXPLICIT_LITTLE_ENDIAN), BulkSource.NONE, file);

        try (Ingest.Upload upload =
                archive.ingest.begin(StoreTarget.of(CALLER), new StoreRules(null, true, true, Limits.DEFAULT))) {
            upload.add(new ByteArrayInputStream(file.toByteArray()));

            assertThat(upload.finish())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            StoreOutcome.Refused.class,
                            refused -> assertThat(refused.detail()).isEqualTo("(0008,0022) - the value is no date"));
        }
        assertThat(tag(definition).errors()).isZero();
    }

    @Test
    void aValueIsFoundWhetherItStandsAloneOrInAnArray() {
        QueryTag voltage = add(definition(Tag.KVP, Vr.DS, Owner.INSTANCE));
        QueryTag date = add(definition(Tag.AcquisitionDate, Vr.DA, Owner.INSTANCE));
        for (int i = 1; i <= 2; i++) {
            store(instance("1.2.3." + i).putString(Tag.KVP, "120").putString(Tag.AcquisitionDate, "20260131"));
        }
        database.transaction(session -> session.sql("""
                update instance set tags = (
                    select jsonb_object_agg(key, jsonb_build_array(value)) from jsonb_each(tags))
                where uid = '1.2.3.2'""").update());
        LocalDate day = LocalDate.of(2026, 1, 31);
        TagTerm byNumber = Objects.requireNonNull(TagTerm.findNumbers(voltage, List.of("120")));
        TagTerm byRange = TagTerm.dates(date, new Span<>(day.minusDays(1), day));

        assertThat(find(Level.INSTANCE, byNumber)).containsExactly(1, 2);
        assertThat(find(Level.INSTANCE, byRange)).containsExactly(1, 2);
        for (TagTerm term : List.of(byNumber, byRange)) {
            long byIndex = database.transaction(session -> {
                session.sql("set local enable_seqscan = off").update();
                return session.sql("select count(*) from instance where tags @@ ?::jsonpath")
                        .bind(term.predicate())
                        .get(row -> row.getLong(1));
            });
            assertThat(byIndex).isEqualTo(2);
        }
    }

    @Test
    void whatIsReplacedIsFoundByWhatItHasNow() {
        QueryTag tag = add(definition(Tag.AcquisitionDate, Vr.DA, Owner.INSTANCE));
        store(instance("1.2.3.1").putString(Tag.AcquisitionDate, "20260131"));
        store(instance("1.2.3.1"));

        assertThat(find(Level.INSTANCE, date(tag, "20260131"))).isEmpty();
    }

    @Test
    void aTagThatIsRemovedAndAddedAgainBeginsAnew() {
        Definition definition = definition(Tag.AcquisitionDate, Vr.DA, Owner.INSTANCE);
        store(instance("1.2.3.1").putString(Tag.AcquisitionDate, "20260131"));
        QueryTag former = add(definition);
        assertThat(tags.delete(CALLER, Reach.ALL, definition.pathText())).isTrue();
        assertThat(tags.delete(CALLER, Reach.ALL, definition.pathText())).isFalse();
        store(instance("1.2.3.2").putString(Tag.AcquisitionDate, "20260131"));

        QueryTag again = add(definition);

        assertThat(again.key()).isNotEqualTo(former.key());
        assertThat(find(Level.INSTANCE, date(again, "20260131"))).containsExactly(1, 2);
    }

    @Test
    void tagsAreAddedAllOrNone() {
        Definition date = definition(Tag.AcquisitionDate, Vr.DA, Owner.INSTANCE);
        Definition time = definition(Tag.AcquisitionTime, Vr.TM, Owner.INSTANCE);
        begin(date);

        assertThat(tags.add(CALLER, Reach.ALL, List.of(time, date)))
                .isEqualTo(new QueryTags.Added.Exists("00080022", null));
        assertThat(new QueryTags(database, new Semaphore(0), 2)
                        .add(CALLER, Reach.ALL, List.of(time, definition(Tag.KVP, Vr.DS, Owner.SERIES))))
                .isEqualTo(new QueryTags.Added.TooMany(2));

        assertThat(tags.list(CALLER, Reach.ALL, 0, 10)).hasSize(1);
    }

    @Test
    @DisplayName("D1 a tag removed while what is stored is looked through for it does no harm")
    void tagsMayGoWhileTheyAreLookedFor() {
        store(instance("1.2.3.1").putString(Tag.AcquisitionDate, "yesterday"));
        Definition date = definition(Tag.AcquisitionDate, Vr.DA, Owner.INSTANCE);
        Operation operation = begin(date);
        Job reindex = new Reindex(database);
        AtomicBoolean removed = new AtomicBoolean();
        Worker worker = new Worker(database, Map.of(Reindex.KIND, at -> {
            var step = reindex.next(at);
            if (at.checkpoint() != null && !removed.getAndSet(true)) {
                tags.delete(CALLER, Reach.ALL, date.pathText());
            }
            return step;
        }));

        assertThat(worker.work()).isTrue();

        assertThat(removed).isTrue();
        assertThat(now(operation).state()).isEqualTo(State.SUCCEEDED);
        assertThat(tags.list(CALLER, Reach.ALL, 0, 10)).isEmpty();
    }

    /// Several servers store while tags are added, and look through what is stored at the same time.
    @Test
    @DisplayName("F2 whatever is stored while tags are added is found by them")
    void nothingIsMissedBetweenStoringAndAdding() throws Exception {
        int writers = 6;
        int each = 60;
        Definition[] definitions = {
            definition(Tag.AcquisitionDate, Vr.DA, Owner.INSTANCE),
            definition(Tag.KVP, Vr.DS, Owner.SERIES),
            definition(Tag.PatientComments, Vr.LT, Owner.PATIENT),
            definition(Tag.ImageComments, Vr.LT, Owner.INSTANCE)
        };
        Semaphore stored = new Semaphore(0);
        try (Ingest second = new Ingest(database, archive.blobs);
                ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            List<Future<?>> all = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                int writer = w;
                Ingest through = w % 2 == 0 ? archive.ingest : second;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        OpenArchive.store(
                                through,
                                CALLER,
                                instance("1." + (writer + 2) + "." + i % 3 + "." + (writer * each + i))
                                        .putString(Tag.AcquisitionDate, "20260131")
                                        .putString(Tag.KVP, "120")
                                        .putString(Tag.PatientComments, "comment")
                                        .putString(Tag.ImageComments, "comment"));
                        stored.release();
                    }
                }));
            }
            for (Definition definition : definitions) {
                stored.acquire(writers * each / 8);
                begin(definition);
                assertThat(work()).isTrue();
            }
            for (Future<?> one : all) {
                one.get();
            }
        }

        List<Integer> instances = IntStream.range(0, writers * each).boxed().toList();
        assertThat(find(Level.INSTANCE, date(tag(definitions[0]), "20260131"))).isEqualTo(instances);
        assertThat(find(Level.INSTANCE, numbers(tag(definitions[1]), "120"))).isEqualTo(instances);
        assertThat(find(Level.INSTANCE, TagTerm.words(tag(definitions[2]), "comment")))
                .isEqualTo(instances);
        assertThat(find(Level.INSTANCE, TagTerm.words(tag(definitions[3]), "comment")))
                .isEqualTo(instances);
    }

    @Test
    void thePagesOfALookThroughMeet() {
        Definition date = definition(Tag.AcquisitionDate, Vr.DA, Owner.INSTANCE);
        int count = 1_203;
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (Ingest.Upload upload =
                archive.ingest.begin(StoreTarget.of(CALLER), new StoreRules(null, true, false, Limits.DEFAULT))) {
            for (int i = 0; i < count; i++) {
                file.reset();
                DataSet dataSet = instance("1.2." + i % 7 + "." + i)
                        .putString(
                                Tag.AcquisitionDate,
                                LocalDate.of(2026, 1, 31).toString().replace("-", ""));
                Part10Writer.write(Part10.of(dataSet, TransferSyntax.EXPLICIT_LITTLE_ENDIAN), BulkSource.NONE, file);
                upload.add(new ByteArrayInputStream(file.toByteArray()));
            }
            upload.finish();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        Operation operation = begin(date);
        List<Long> done = new ArrayList<>();
        Job reindex = new Reindex(database);
        // Each step is done by a server that leaves then.
        for (int i = 0; i < 100 && !now(operation).state().ended(); i++) {
            Worker[] leaving = new Worker[1];
            leaving[0] = new Worker(database, Map.of(Reindex.KIND, at -> {
                leaving[0].stop();
                done.add(at.done());
                return reindex.next(at);
            }));
            assertThat(leaving[0].work()).isTrue();
        }

        assertThat(done).containsExactly(0L, 0L, 500L, 1000L, 1203L);
        assertThat(now(operation).total()).isEqualTo(count);
        assertThat(find(Level.INSTANCE, date(tag(date), "20260131"))).hasSize(count);
    }
}
