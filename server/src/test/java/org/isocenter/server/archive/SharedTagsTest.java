package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Vr;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.QueryTag;
import org.isocenter.server.index.QueryTag.Definition;
import org.isocenter.server.index.QueryTag.Owner;
import org.isocenter.server.index.QueryTag.Reach;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.TagTerm;
import org.isocenter.server.job.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Values of tags that instances of a series have alike stand once, and are found as if each instance had its own. Each
/// test has a study of its own, since the last instances of series are remembered beyond the database of a test.
final class SharedTagsTest {
    private static final Caller CALLER = Caller.anyone();
    private static final int STEPS = "nightly".equals(System.getProperty("promises")) ? 2_000 : 120;

    private static final List<Integer> ATTRIBUTES = List.of(
            Tag.KVP,
            Tag.SliceThickness,
            Tag.ExposureTime,
            Tag.XRayTubeCurrent,
            Tag.Exposure,
            Tag.GantryDetectorTilt,
            Tag.TableHeight,
            Tag.DataCollectionDiameter,
            Tag.ReconstructionDiameter,
            Tag.DistanceSourceToDetector,
            Tag.DistanceSourceToPatient,
            Tag.SpacingBetweenSlices,
            Tag.SliceLocation,
            Tag.EchoTime);

    /// Attributes that become tags when there are instances with them.
    private static final List<Integer> LATER = List.of(
            Tag.FlipAngle,
            Tag.RepetitionTime,
            Tag.InversionTime,
            Tag.MagneticFieldStrength,
            Tag.ImagingFrequency,
            Tag.NumberOfAverages,
            Tag.PercentSampling,
            Tag.PercentPhaseFieldOfView,
            Tag.PixelBandwidth,
            Tag.SAR);

    @TempDir
    private Path folder;

    private OpenArchive archive;
    private Database database;
    private QueryTags tags;

    /// The values of what is stored, by UID.
    private final Map<String, Map<Integer, Integer>> stored = new TreeMap<>();

    @BeforeEach
    void open() throws IOException {
        archive = new OpenArchive(folder);
        database = archive.database;
        tags = new QueryTags(database, new Semaphore(0), 128);
        add(ATTRIBUTES);
    }

    @AfterEach
    void close() {
        archive.close();
    }

    private void add(List<Integer> attributes) {
        tags.add(
                CALLER,
                Reach.ALL,
                attributes.stream().map(SharedTagsTest::definition).toList());
        work();
    }

    private void work() {
        assertThat(new Worker(database, Map.of(Reindex.KIND, new Reindex(database))).work())
                .isTrue();
    }

    private static Definition definition(int attribute) {
        return new Definition(
                List.of(attribute),
                Set.of(Tag.ExposureTime, Tag.XRayTubeCurrent, Tag.Exposure).contains(attribute) ? Vr.IS : Vr.DS,
                "",
                Owner.INSTANCE);
    }

    private TagTerm equal(int attribute, int value) {
        QueryTag tag = Objects.requireNonNull(
                tags.find(CALLER, Reach.ALL, definition(attribute).pathText()));
        return Objects.requireNonNull(TagTerm.findNumbers(tag, List.of(Integer.toString(value))));
    }

    /// Stores in one request.
    private void store(Map<String, Map<Integer, Integer>> instances) {
        try (Ingest.Upload upload =
                archive.ingest.begin(StoreTarget.of(CALLER), new StoreRules(null, true, false, Limits.DEFAULT))) {
            for (Map.Entry<String, Map<Integer, Integer>> one : instances.entrySet()) {
                DataSet dataSet = OpenArchive.instance(one.getKey());
                one.getValue().forEach((tag, value) -> dataSet.putString(tag, value.toString()));
                upload.add(new ByteArrayInputStream(OpenArchive.file(dataSet)));
            }
            assertThat(upload.finish()).noneMatch(outcome -> outcome instanceof StoreOutcome.Refused);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        stored.putAll(instances);
    }

    private List<String> find(TagTerm... terms) {
        Search search = new Search(
                Level.INSTANCE, List.of(), List.of(terms), null, new Search.Fields(false, Set.of()), 10_000, 0, 0);
        Find find = new Find(database);
        List<String> found = find.page(CALLER, search).matches().stream()
                .map(match -> Objects.requireNonNull(match.instanceUid()))
                .sorted()
                .toList();
        assertThat(find.count(CALLER, search)).isEqualTo(found.size());
        return found;
    }

    private List<String> expect(Predicate<Map<Integer, Integer>> condition) {
        return stored.entrySet().stream()
                .filter(one -> condition.test(one.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private long count(String text) {
        return database.query(session -> session.sql(text).get(row -> row.getLong(1)));
    }

    private static Map<Integer, Integer> values(int of) {
        Map<Integer, Integer> values = new LinkedHashMap<>();
        ATTRIBUTES.forEach(attribute -> values.put(attribute, of));
        return values;
    }

    private static Map<Integer, Integer> with(Map<Integer, Integer> values, int attribute, int value) {
        Map<Integer, Integer> changed = new LinkedHashMap<>(values);
        changed.put(attribute, value);
        return changed;
    }

    /// That instances name rows that there are, have no tag both in such a row and of their own, and no row is left
    /// that nothing names.
    private void requireWhole(String which) {
        assertThat(count("""
                select count(*) from instance left join shared_tags on shared_tags.key = instance.shared
                where instance.shared is not null
                    and (shared_tags.key is null or shared_tags.series <> instance.series
                        or instance.tags ??| array(select jsonb_object_keys(shared_tags.tags)))"""))
                .as(which + ": names what there is not, or has a tag twice")
                .isZero();
        assertThat(count("""
                select count(*) from shared_tags
                where not exists (select from instance where instance.shared = shared_tags.key)
                    and not exists (select from series where series.shared = shared_tags.key)""")).as(which + ": is named by nothing").isZero();
    }

    @Test
    void whatAllHaveAlikeStandsOnceHoweverTheyCome() {
        for (int i = 0; i < 40; i++) {
            store(Map.of("1.21.3." + i, with(values(1), Tag.SliceLocation, i)));
        }
        Map<String, Map<Integer, Integer>> together = new LinkedHashMap<>();
        for (int i = 0; i < 40; i++) {
            together.put("1.21.4." + i, with(values(1), Tag.SliceLocation, i));
        }
        store(together);

        assertThat(count("select count(*) from shared_tags")).isEqualTo(2);
        assertThat(count("select count(*) from instance where shared is null"))
                .as("the first of each series, where it came alone")
                .isBetween(1L, 2L);
        assertThat(count("""
                select count(*) from instance
                where shared is not null and (select count(*) from jsonb_object_keys(tags)) <> 1""")).isZero();
        assertThat(find(equal(Tag.KVP, 1))).hasSize(80);
        assertThat(find(equal(Tag.KVP, 1), equal(Tag.SliceLocation, 7))).containsExactly("1.21.3.7", "1.21.4.7");
        assertThat(find(equal(Tag.KVP, 2))).isEmpty();
        requireWhole("stored");
    }

    @Test
    void whatAnotherServerHasMadeIsNamed() {
        store(Map.of("1.22.3.1", values(1)));
        database.transaction(session -> {
            session.sql("""
                    insert into shared_tags (series, partition, tags)
                    select series, partition, tags - (select min(key)::text from query_tag) from instance""").update();
            return session.sql("update series set shared = (select key from shared_tags)")
                    .update();
        });

        store(Map.of("1.22.3.2", values(1)));

        assertThat(count("select count(*) from shared_tags")).isEqualTo(1);
        assertThat(count("select count(*) from instance where shared is not null"))
                .isEqualTo(1);
        for (int attribute : ATTRIBUTES) {
            assertThat(find(equal(attribute, 1))).hasSize(2);
        }
    }

    @Test
    void valuesOfATagThatIsAddedLaterAreSharedToo() {
        int later = Tag.FlipAngle;
        store(Map.of("1.23.3.1", values(1)));
        store(Map.of("1.23.3.2", with(values(1), later, 5)));
        add(List.of(later));
        for (int i = 3; i < 6; i++) {
            store(Map.of("1.23.3." + i, with(values(1), later, 5)));
        }

        assertThat(find(equal(later, 5))).isEqualTo(expect(values -> values.containsKey(later)));
        assertThat(find(equal(Tag.KVP, 1))).hasSize(5);
        requireWhole("added");
    }

    @Test
    void whatIsLookedThroughForTagsIsSharedToo() {
        Map<String, Map<Integer, Integer>> together = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            Map<Integer, Integer> values = with(values(1), Tag.SliceLocation, i);
            LATER.forEach(attribute -> values.put(attribute, 5));
            values.put(Tag.SAR, i);
            if (i == 7) {
                LATER.forEach(values::remove);
            }
            together.put("1.27." + i % 2 + "." + i, values);
        }
        store(together);
        store(Map.of("1.27.3.1", with(values(1), Tag.SAR, 5)));

        add(LATER);

        requireWhole("looked through");
        assertThat(count("""
                select count(*) from instance where shared is not null
                    and (select count(*) from jsonb_object_keys(tags)) > 2""")).isZero();
        assertThat(count("select count(distinct shared) from instance")).isBetween(2L, 3L);
        for (int attribute : LATER) {
            assertThat(find(equal(attribute, 5))).isEqualTo(expect(values -> Objects.equals(values.get(attribute), 5)));
        }
        assertThat(find(equal(Tag.KVP, 1), equal(Tag.FlipAngle, 5), equal(Tag.SAR, 4)))
                .containsExactly("1.27.0.4");
        assertThat(find(equal(Tag.KVP, 1))).hasSize(21);
    }

    /// As if an earlier version had read values otherwise.
    @Test
    void whatIsLookedThroughAnewIsFoundByWhatItHas() {
        for (int i = 0; i < 10; i++) {
            store(Map.of("1.28.3." + i, with(values(1), Tag.SliceLocation, i)));
        }
        String kvp = Objects.requireNonNull(
                                tags.find(CALLER, Reach.ALL, definition(Tag.KVP).pathText()))
                        .key() + "";
        database.transaction(
                session -> session.sql("update shared_tags set tags = tags || jsonb_build_object(?::text, 99)")
                        .bind(kvp)
                        .update());
        database.transaction(session -> session.sql(
                        "update instance set tags = tags || jsonb_build_object(?::text, 98) where shared is null")
                .bind(kvp)
                .update());
        assertThat(find(equal(Tag.KVP, 99))).hasSize(9);

        assertThat(tags.reindex(CALLER, Reach.ALL, definition(Tag.KVP).pathText()))
                .isNotNull();
        work();

        assertThat(find(equal(Tag.KVP, 99))).isEmpty();
        assertThat(find(equal(Tag.KVP, 98))).isEmpty();
        for (int attribute : List.of(Tag.KVP, Tag.TableHeight)) {
            assertThat(find(equal(attribute, 1))).hasSize(10);
        }
        requireWhole("looked through anew");
        store(Map.of("1.28.3.11", with(values(1), Tag.SliceLocation, 11)));
        assertThat(find(equal(Tag.KVP, 1))).hasSize(11);
        requireWhole("stored after it");
    }

    /// What many series share is found by going through the instances, what few do by what they share; the answers are
    /// the same.
    @Test
    void valuesOfManySeriesAreFoundAsThoseOfFew() {
        for (int part = 0; part < 3; part++) {
            Map<String, Map<Integer, Integer>> together = new LinkedHashMap<>();
            for (int series = 0; series < 100; series++) {
                for (int i = 0; i < 2; i++) {
                    Map<Integer, Integer> values = with(values(1), Tag.EchoTime, 100 * part + series);
                    together.put("1.24." + (100 * part + series) + "." + i, with(values, Tag.SliceLocation, i));
                }
            }
            store(together);
        }

        assertThat(count("select count(*) from shared_tags")).isEqualTo(300);
        assertThat(find(equal(Tag.KVP, 1))).isEqualTo(expect(values -> true));
        assertThat(find(equal(Tag.KVP, 1), equal(Tag.EchoTime, 250))).containsExactly("1.24.250.0", "1.24.250.1");
        assertThat(find(equal(Tag.KVP, 1), equal(Tag.TableHeight, 1), equal(Tag.SliceLocation, 0)))
                .isEqualTo(expect(values -> Objects.equals(values.get(Tag.SliceLocation), 0)));
        assertThat(find(
                        equal(Tag.KVP, 1),
                        equal(Tag.Exposure, 1),
                        equal(Tag.EchoTime, 7),
                        equal(Tag.TableHeight, 1),
                        equal(Tag.SliceLocation, 1)))
                .containsExactly("1.24.7.1");
    }

    @Test
    void whateverBecomesOfInstancesTheyAreFoundByWhatTheyHave() {
        String given = System.getProperty("promises.seed");
        long seed = given == null ? new Random().nextLong() : Long.parseLong(given);
        System.out.println("SharedTagsTest: -Dpromises.seed=" + seed);
        Random random = new Random(seed);
        Delete delete = new Delete(database);
        for (int step = 0; step < STEPS; step++) {
            String which = "seed " + seed + ", step " + step;
            int series = random.nextInt(4);
            switch (random.nextInt(8)) {
                case 0 -> {
                    List<String> uids = List.copyOf(stored.keySet());
                    if (!uids.isEmpty()) {
                        String uid = uids.get(random.nextInt(uids.size()));
                        delete.delete(CALLER, "1.25", uid.substring(0, uid.lastIndexOf('.')), uid);
                        stored.remove(uid);
                    }
                }
                case 1 -> {
                    if (random.nextInt(4) == 0) {
                        delete.delete(CALLER, "1.25", "1.25." + series, null);
                        stored.keySet().removeIf(uid -> uid.startsWith("1.25." + series + "."));
                    }
                }
                case 2 -> {
                    int attribute = ATTRIBUTES.get(random.nextInt(ATTRIBUTES.size()));
                    if (random.nextInt(4) == 0
                            && tags.reindex(
                                            CALLER,
                                            Reach.ALL,
                                            definition(attribute).pathText())
                                    != null) {
                        work();
                    }
                }
                default -> store(some(random, series));
            }
            for (int i = 0; i < 3; i++) {
                int attribute = ATTRIBUTES.get(random.nextInt(ATTRIBUTES.size()));
                int other = ATTRIBUTES.get(random.nextInt(ATTRIBUTES.size()));
                int value = random.nextInt(4);
                assertThat(find(equal(attribute, value)))
                        .as(which)
                        .isEqualTo(expect(values -> Objects.equals(values.get(attribute), value)));
                assertThat(find(equal(attribute, value), equal(other, 1)))
                        .as(which)
                        .isEqualTo(expect(values ->
                                Objects.equals(values.get(attribute), value) && Objects.equals(values.get(other), 1)));
            }
            requireWhole(which);
        }
        assertThat(count("select count(*) from instance where shared is not null"))
                .as("seed " + seed)
                .isPositive();
    }

    /// What an instance has depends on its UID alone here, while its bytes and whether it is there change all the time.
    @Test
    void serversThatStoreAndDeleteInTheSameSeriesLeaveNoInstanceWithoutItsValues() throws Exception {
        int writers = 4;
        int each = 60;
        String study = "1.26";
        try (Ingest second = new Ingest(database, archive.blobs);
                ExecutorService threads = Executors.newFixedThreadPool(writers + 1)) {
            List<Future<?>> all = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                int writer = w;
                Ingest through = w % 2 == 0 ? archive.ingest : second;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        int number = (7 * i + writer) % 20;
                        DataSet dataSet = OpenArchive.instance(study + "." + number % 2 + "." + number)
                                .putString(Tag.ImageComments, writer + " " + i);
                        ofNumber(number).forEach((tag, value) -> dataSet.putString(tag, value.toString()));
                        OpenArchive.store(through, CALLER, dataSet);
                    }
                }));
            }
            all.add(threads.submit(() -> {
                Delete delete = new Delete(database);
                for (int i = 0; i < each; i++) {
                    int number = 11 * i % 20;
                    String series = study + "." + number % 2;
                    delete.delete(CALLER, study, series, i % 10 == 0 ? null : series + "." + number);
                }
            }));
            for (Future<?> one : all) {
                one.get();
            }
        }

        database.query(session -> session.sql("select uid from instance").list(row -> row.getString(1)))
                .forEach(uid -> stored.put(uid, ofNumber(Integer.parseInt(uid.substring(uid.lastIndexOf('.') + 1)))));
        requireWhole("stored and deleted");
        for (int attribute : ATTRIBUTES) {
            for (int value = 1; value <= 3; value++) {
                int sought = value;
                assertThat(find(equal(attribute, value)))
                        .isEqualTo(expect(values -> Objects.equals(values.get(attribute), sought)));
            }
        }
    }

    private static Map<Integer, Integer> ofNumber(int number) {
        return with(values(number % 8 < 6 ? 1 : 2), Tag.SliceLocation, number % 4);
    }

    /// New instances and such as replace others, of a protocol that each series has, with differences.
    private static Map<String, Map<Integer, Integer>> some(Random random, int series) {
        Map<String, Map<Integer, Integer>> some = new LinkedHashMap<>();
        IntStream.rangeClosed(0, random.nextInt(5)).forEach(i -> {
            Map<Integer, Integer> values = values(random.nextInt(6) == 0 ? 2 : 1);
            values.put(Tag.SliceLocation, random.nextInt(4));
            for (int change = random.nextInt(4); change > 0; change--) {
                int attribute = ATTRIBUTES.get(random.nextInt(ATTRIBUTES.size()));
                if (random.nextBoolean()) {
                    values.remove(attribute);
                } else {
                    values.put(attribute, random.nextInt(4));
                }
            }
            some.put("1.25." + series + "." + random.nextInt(30), values);
        });
        return some;
    }
}
