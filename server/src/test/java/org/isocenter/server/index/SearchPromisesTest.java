package org.isocenter.server.index;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.cohort.CohortRows;
import org.isocenter.server.cohort.Snapshot;
import org.isocenter.server.cohort.SnapshotRows;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.TestPostgres;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Searches at random, against a list that is gone through from end to end.
final class SearchPromisesTest {
    private static final Scope ALL = Scope.all(1);

    private static final boolean NIGHTLY = "nightly".equals(System.getProperty("promises"));
    private static final int INSTANCES = 400;
    private static final int SEARCHES = NIGHTLY ? 200_000 : 4_000;

    private static final String[] NAMES = {
        "Müller^Hans",
        "Muller^Anna",
        "O'Neil^Pat_rick",
        "100%^Sure",
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
        "Back/slash^X",
        "van der Berg^Jan"
    };
    private static final String[] TEXTS = {
        "CT HEAD", "ct head", "A_B", "A%B", "x' or 1=1--", "Ärzte", "$1", "?", "{}", "back"
    };
    private static final String[] PATTERNS = {"*", "?*", "ct*", "*_b", "a%*", "*'*", "m?ller*", "*^*", "??", "$*", "*=*"
    };

    private record Row(
            String study,
            String series,
            String instance,
            String name,
            @Nullable String text,
            @Nullable String id,
            @Nullable String date,
            int number,
            String modality) {}

    private record Condition(Term term, Predicate<Row> holds) {}

    @Test
    @DisplayName("S6 whatever is searched for, the statements are few, values are bound, and the results are right")
    void randomSearchesAreRightAndFew() throws Exception {
        String given = System.getProperty("promises.seed");
        long seed = given == null ? new Random().nextLong() : Long.parseLong(given);
        System.out.println("S6: -Dpromises.seed=" + seed);
        Random random = new Random(seed);
        try (Database database = TestPostgres.freshDatabase()) {
            List<Row> rows = fill(database, random);
            SearchSql fresh = new SearchSql(false);
            SearchSql exhausted = exhausted(ALL);
            assertThat(exhausted.texts()).isEqualTo(SearchSql.SHAPES_MAX);
            Set<String> frozen = new HashSet<>();
            Scope snapshot = freeze(database, rows, frozen, random);
            SearchSql freshWithin = new SearchSql(true);
            SearchSql exhaustedWithin = exhausted(snapshot);
            for (int i = 0; i < SEARCHES; i++) {
                List<Condition> conditions = conditions(random);
                Search search = new Search(
                        Level.INSTANCE,
                        conditions.stream().map(Condition::term).toList(),
                        null,
                        new Search.Fields(false, Set.of()),
                        1_000,
                        0);
                boolean within = random.nextInt(3) == 0;
                Scope scope = within ? snapshot : ALL;
                List<String> expected = rows.stream()
                        .filter(row -> !within || frozen.contains(row.instance))
                        .filter(row ->
                                conditions.stream().allMatch(c -> c.holds().test(row)))
                        .map(Row::instance)
                        .sorted(Comparator.naturalOrder())
                        .toList();
                SearchSql statements =
                        random.nextInt(4) == 0 ? within ? exhaustedWithin : exhausted : within ? freshWithin : fresh;
                String which =
                        "S6, seed " + seed + ", search " + i + (within ? " within" : "") + ": " + described(search);
                assertThat(found(database, statements, scope, search)).as(which).isEqualTo(expected);
                if (i % 10 == 0) {
                    long count = database.query(
                            scope.partition(),
                            session -> statements.count(session, scope, search).get(row -> row.getLong(1)));
                    assertThat(count).as(which).isEqualTo(expected.size());
                }
            }
            // One counts the rows of shared values of tags.
            int general = 1;
            for (Level level : Level.values()) {
                long sortable = MatchingKey.upTo(level).stream()
                        .filter(key -> key.kind() != MatchingKey.Kind.TEXTS)
                        .count();
                general += 2 + 2 * (int) sortable;
            }
            System.out.println("S6: " + fresh.texts() + " texts in use, at most " + (SearchSql.SHAPES_MAX + general));
            assertThat(SearchSql.SHAPES_MAX + general).isLessThanOrEqualTo(500);
            assertThat(fresh.texts()).isLessThanOrEqualTo(SearchSql.SHAPES_MAX);
        }
    }

    private static String described(Search search) {
        StringBuilder text = new StringBuilder();
        for (Term term : search.terms()) {
            text.append(term.key()).append(' ').append(term.form());
            term.values().forEach(values -> text.append(' ').append(List.of(values)));
            text.append("; ");
        }
        return text.toString();
    }

    private static List<String> found(Database database, SearchSql statements, Scope scope, Search search) {
        return database
                .query(
                        scope.partition(),
                        session -> statements.page(session, scope, search).list(row -> row.getString(11)))
                .stream()
                .sorted()
                .toList();
    }

    /// One that has made as many texts of its own as it may, so that only the general one is left.
    private static SearchSql exhausted(Scope scope) {
        SearchSql statements = new SearchSql(scope.snapshot() != null);
        try (Database database = TestPostgres.freshDatabase()) {
            List<MatchingKey> texts = MatchingKey.upTo(Level.INSTANCE).stream()
                    .filter(key -> key.kind() == MatchingKey.Kind.TEXT)
                    .toList();
            for (int subset = 1; statements.texts() < SearchSql.SHAPES_MAX; subset++) {
                List<Term> terms = new ArrayList<>();
                for (int bit = 0; bit < texts.size(); bit++) {
                    if ((subset >> bit & 1) == 1) {
                        terms.add(Term.texts(texts.get(bit), List.of("never used by the test")));
                    }
                }
                // No shape that the test uses: all of these are of the level of series, by a series number.
                Search search = new Search(
                        Level.SERIES,
                        terms,
                        new Search.Order(MatchingKey.SERIES_NUMBER, true),
                        new Search.Fields(false, Set.of()),
                        1,
                        0);
                database.query(scope.partition(), session -> statements.page(session, scope, search) != null);
            }
        }
        return statements;
    }

    private static List<Row> fill(Database database, Random random) throws Exception {
        List<Row> rows = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < INSTANCES; i++) {
            // A study has what its instances agree on, so that the order of storing does not matter.
            int study = random.nextInt(60);
            Random ofStudy = new Random(study);
            String studyUid = "2.25.1." + study;
            String seriesUid = studyUid + "." + study % 3;
            Row row = new Row(
                    studyUid,
                    seriesUid,
                    seriesUid + "." + i,
                    pick(ofStudy, NAMES),
                    ofStudy.nextInt(5) == 0 ? null : pick(ofStudy, TEXTS),
                    ofStudy.nextInt(5) == 0 ? null : pick(ofStudy, TEXTS) + ofStudy.nextInt(3),
                    ofStudy.nextInt(4) == 0
                            ? null
                            : String.format("2026%02d%02d", 1 + ofStudy.nextInt(12), 1 + ofStudy.nextInt(28)),
                    i,
                    ofStudy.nextBoolean() ? "CT" : "MR");
            rows.add(row);
            entries.add(entry(row));
        }
        database.transaction(session -> new IndexWriter(session).write(entries));
        return rows;
    }

    /// Freezes half of what there is, and as many instances that are not what they were.
    ///
    /// @param frozen is filled with those that are there within the snapshot
    private static Scope freeze(Database database, List<Row> rows, Set<String> frozen, Random random) throws Exception {
        List<Snapshot.Instance> instances = new ArrayList<>();
        for (Row row : rows) {
            byte[] digest = digest(row.instance);
            switch (random.nextInt(4)) {
                case 0, 1 -> frozen.add(row.instance);
                case 2 -> digest[0]++;
                default -> digest = null;
            }
            if (digest != null) {
                instances.add(new Snapshot.Instance(row.study, row.series, row.instance, 1, digest));
            }
        }
        return database.transaction(session -> {
            UUID cohort = UUID.randomUUID();
            new CohortRows(session).insert(1, cohort, "half", "{}");
            SnapshotRows snapshots = new SnapshotRows(session);
            long key = requireNonNull(
                            snapshots.insert(1, cohort, new Snapshot.Content(LocalDate.of(2026, 1, 1), "{}", "", "{}")))
                    .key();
            snapshots.insertStudies(
                    key,
                    instances.stream()
                            .map(Snapshot.Instance::studyUid)
                            .distinct()
                            .map(study -> new Snapshot.Study(study, "Patient/1", 1, 1, new byte[32]))
                            .toList());
            snapshots.insertInstances(key, instances);
            return new Scope(1, key, null);
        });
    }

    private static byte[] digest(String instance) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(instance.getBytes("UTF-8"));
    }

    private static Entry entry(Row row) throws Exception {
        DataSet dataSet = new DataSet()
                .putString(Tag.SpecificCharacterSet, "ISO_IR 192")
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.7")
                .putString(Tag.SOPInstanceUID, row.instance)
                .putString(Tag.Modality, row.modality)
                .putString(Tag.PatientName, row.name)
                .putString(Tag.StudyInstanceUID, row.study)
                .putString(Tag.SeriesInstanceUID, row.series)
                .putInts(Tag.InstanceNumber, row.number);
        put(dataSet, Tag.StudyDescription, row.text);
        put(dataSet, Tag.PatientID, row.id);
        put(dataSet, Tag.StudyDate, row.date);
        byte[] digest = digest(row.instance);
        return Entry.of(
                1,
                dataSet,
                "1.2.840.10008.1.2.1",
                new StoredBytes("f" + row.instance, 1, digest, new byte[4]),
                new byte[1],
                false);
    }

    private static void put(DataSet dataSet, int tag, @Nullable String value) {
        if (value != null) {
            dataSet.putString(tag, value);
        }
    }

    private static String pick(Random random, String[] from) {
        return from[random.nextInt(from.length)];
    }

    /// Up to four conditions on different keys, and what they mean.
    private static List<Condition> conditions(Random random) {
        List<Condition> conditions = new ArrayList<>();
        if (random.nextBoolean()) {
            String uid = "2.25.1." + random.nextInt(60);
            conditions.add(new Condition(
                    Term.uids(MatchingKey.STUDY_INSTANCE_UID, List.of(uid, "2.25.1.7")),
                    row -> row.study.equals(uid) || row.study.equals("2.25.1.7")));
        }
        if (random.nextBoolean()) {
            conditions.add(text(MatchingKey.STUDY_DESCRIPTION, Row::text, random));
        }
        if (random.nextInt(3) == 0) {
            conditions.add(text(MatchingKey.PATIENT_ID, Row::id, random));
        }
        if (random.nextBoolean()) {
            String pattern = random.nextBoolean() ? pick(random, NAMES).split("=", 2)[0] : pick(random, PATTERNS);
            Pattern expression = wildcards(Folding.trimComponents(Folding.fold(pattern)));
            conditions.add(new Condition(
                    Term.name(MatchingKey.PATIENT_NAME, pattern),
                    row -> Folding.foldName(row.name)
                            .lines()
                            .anyMatch(group -> !group.isEmpty()
                                    && expression.matcher(group).matches())));
        }
        if (random.nextInt(3) == 0) {
            String from = String.format("2026-%02d-01", 1 + random.nextInt(12));
            String to = String.format("2026-%02d-28", 1 + random.nextInt(12));
            conditions.add(new Condition(
                    Term.dates(MatchingKey.STUDY_DATE, from, to),
                    row -> row.date != null
                            && row.date.compareTo(from.replace("-", "")) >= 0
                            && row.date.compareTo(to.replace("-", "")) <= 0));
        }
        if (random.nextInt(3) == 0) {
            int number = random.nextInt(INSTANCES);
            conditions.add(new Condition(
                    Term.numbers(MatchingKey.INSTANCE_NUMBER, List.of(number, number + 1, -1)),
                    row -> row.number == number || row.number == number + 1));
        }
        if (random.nextInt(3) == 0) {
            String modality = random.nextBoolean() ? "CT" : "MR";
            conditions.add(new Condition(
                    Term.texts(MatchingKey.MODALITY, List.of(modality)), row -> row.modality.equals(modality)));
        }
        return conditions;
    }

    private interface Column {
        @Nullable
        String of(Row row);
    }

    private static Condition text(MatchingKey key, Column column, Random random) {
        if (random.nextBoolean()) {
            List<String> values = List.of(pick(random, TEXTS), pick(random, TEXTS) + random.nextInt(3));
            return new Condition(Term.texts(key, values), row -> {
                String text = column.of(row);
                return text != null
                        && values.stream().anyMatch(v -> Folding.fold(v).equals(Folding.fold(text)));
            });
        }
        String pattern = pick(random, PATTERNS);
        Pattern expression = wildcards(Folding.fold(pattern));
        return new Condition(Term.pattern(key, pattern), row -> {
            String text = column.of(row);
            return text != null && expression.matcher(Folding.fold(text)).matches();
        });
    }

    private static Pattern wildcards(String pattern) {
        StringBuilder expression = new StringBuilder();
        pattern.codePoints().forEach(c -> {
            switch (c) {
                case '*' -> expression.append(".*");
                case '?' -> expression.append('.');
                default -> expression.append(Pattern.quote(Character.toString(c)));
            }
        });
        return Pattern.compile(expression.toString(), Pattern.DOTALL);
    }
}
