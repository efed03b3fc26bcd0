package org.isocenter.server.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class DatabaseTest {
    private static Database database = TestPostgres.emptyDatabase();

    @BeforeAll
    static void makeTables() {
        database.statement(
                "CREATE TABLE account (id bigint PRIMARY KEY, amount bigint CONSTRAINT positive CHECK (amount >= 0))");
        database.statement("INSERT INTO account VALUES (1, 100), (2, 100)");
        database.statement(
                "CREATE TABLE item (id bigint CONSTRAINT item_once UNIQUE, name text, day date, bytes bytea)");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void everyTypeComesBackAsItWent() {
        Instant instant = Instant.parse("2026-03-01T12:34:56.123456Z");
        LocalDate day = LocalDate.of(1899, 12, 31);
        LocalTime time = LocalTime.of(23, 59, 59, 123_456_000);
        UUID uuid = UUID.randomUUID();
        byte[] bytes = {0, 1, -1, '\\', '\''};

        for (int round = 0; round < 4; round++) {
            database.query(session -> session.sql("""
                            SELECT ?::text, ?::integer, ?::bigint, ?::smallint, ?::boolean, ?::bytea, ?::date, ?::time,
                                   ?::timestamp, ?::timestamptz, ?::uuid, ?::float8, ?::text""")
                    .bind("Ünal \u4e2d")
                    .bind(-5)
                    .bind(Long.MIN_VALUE)
                    .bind((short) 7)
                    .bind(true)
                    .bind(bytes)
                    .bind(day)
                    .bind(time)
                    .bind(day.atTime(time))
                    .bind(instant)
                    .bind(uuid)
                    .bind(0.1)
                    .bind(null)
                    .get(row -> {
                        assertThat(row.getString(1)).isEqualTo("Ünal \u4e2d");
                        assertThat(row.getInt(2)).isEqualTo(-5);
                        assertThat(row.getLong(3)).isEqualTo(Long.MIN_VALUE);
                        assertThat(row.getInt(4)).isEqualTo(7);
                        assertThat(row.getBoolean(5)).isTrue();
                        assertThat(row.getBytes(6)).isEqualTo(bytes);
                        assertThat(row.getDate(7)).isEqualTo(day);
                        assertThat(row.getTime(8)).isEqualTo(time);
                        assertThat(row.getDateTime(9)).isEqualTo(LocalDateTime.of(day, time));
                        assertThat(row.getInstant(10)).isEqualTo(instant);
                        assertThat(row.getUuid(11)).isEqualTo(uuid);
                        assertThat(row.getDouble(12)).isEqualTo(0.1);
                        assertThat(row.findString(13)).isNull();
                        assertThat(row.findLong(13)).isNull();
                        assertThatThrownBy(() -> row.getString(13)).isInstanceOf(DatabaseException.class);
                        return row;
                    }));
        }
    }

    @Test
    void arraysBecomeRowsAndRowsBecomeArrays() {
        @Nullable String[] names = {"a", null, "", "{\"x\",NULL}", "Müller\\", "山田"};
        long[] ids = {1, 2, 3, 4, 5, Long.MAX_VALUE};
        @Nullable LocalDate[] days = {LocalDate.of(2020, 2, 29), null, null, LocalDate.of(1, 1, 1), null, null};
        byte[] @Nullable [] bytes = {{1}, null, {}, {0, -1}, {5}, {6}};
        @Nullable Instant[] instants = {Instant.EPOCH, null, null, null, null, Instant.parse("9999-12-31T00:00:00Z")};

        for (int round = 0; round < 4; round++) {
            List<String> rows = database.query(session -> session.sql("""
                            SELECT id, name, day, bytes, at, n
                            FROM unnest(?::bigint[], ?::text[], ?::date[], ?::bytea[], ?::timestamptz[], ?::integer[])
                              AS rows (id, name, day, bytes, at, n)""")
                    .bindLongs(ids)
                    .bindTexts(names)
                    .bindDates(days)
                    .bindBytes(bytes)
                    .bindInstants(instants)
                    .bindInts(new int[] {1, 2, 3, 4, 5, 6})
                    .list(row -> row.getLong(1) + " " + row.findString(2) + " " + row.findDate(3) + " "
                            + Arrays.toString(row.findBytes(4)) + " " + row.findInstant(5) + " "
                            + row.getInt(6)));
            assertThat(rows)
                    .containsExactly(IntStream.range(0, ids.length)
                            .mapToObj(i -> ids[i] + " " + names[i] + " " + days[i] + " " + Arrays.toString(bytes[i])
                                    + " " + instants[i] + " " + (i + 1))
                            .toArray(String[]::new));
            @Nullable
            String[] namesBack = database.query(
                    session -> session.sql("SELECT ?::text[]").bindTexts(names).get(row -> row.getTexts(1)));
            assertThat(namesBack).isEqualTo(names);
            long[] idsBack = database.query(
                    session -> session.sql("SELECT ?::bigint[]").bindLongs(ids).get(row -> row.getLongs(1)));
            assertThat(idsBack).isEqualTo(ids);
        }
    }

    @Test
    void aTransactionIsWhollyThereOrNotAtAll() {
        database.transaction(session ->
                session.sql("INSERT INTO item (id) VALUES (?)").bind(1L).update());
        assertThatThrownBy(() -> database.transaction(session -> {
                    session.sql("INSERT INTO item (id) VALUES (?)").bind(2L).update();
                    throw new IllegalArgumentException("changed my mind");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(idsOfItems()).contains(1L).doesNotContain(2L);
    }

    @Test
    void rowsReturnedByAChangeAreThoseOfTheChange() {
        for (int round = 0; round < 5; round++) {
            long id = 100 + round;
            List<Long> ids = database.transaction(
                    session -> session.sql("""
                            INSERT INTO item (id) SELECT unnest(?::bigint[]) RETURNING id""").bindLongs(new long[] {id}).list(row -> row.getLong(1)));
            assertThat(ids).containsExactly(id);
        }
    }

    @Test
    void aViolatedConstraintIsAConflictThatNamesItAndNoValue() {
        database.transaction(
                session -> session.sql("INSERT INTO item (id) VALUES (77)").update());

        assertThatThrownBy(() ->
                        database.transaction(session -> session.sql("INSERT INTO item (id, name) VALUES (?, 'SECRET')")
                                .bind(77L)
                                .update()))
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.constraint()).isEqualTo("item_once"))
                .hasMessageNotContaining("SECRET")
                .hasMessageNotContaining("77");
        assertThatThrownBy(
                        () -> database.transaction(session -> session.sql("UPDATE account SET amount = -1 WHERE id = 1")
                                .update()))
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.constraint()).isEqualTo("positive"));
    }

    @Test
    void aBugIsToldWithoutTheValue() {
        assertThatThrownBy(() -> database.query(session ->
                        session.sql("SELECT ?::text::integer").bind("SECRET").get(row -> row.getInt(1))))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("22P02")
                .hasMessageNotContaining("SECRET");
        assertThatThrownBy(() -> database.query(
                        session -> session.sql("SELECT nothing FROM nowhere").get(row -> row.getInt(1))))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void aQueryChangesNothing() {
        assertThatThrownBy(() -> database.query(
                        session -> session.sql("DELETE FROM item").update()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void rowsAreStreamedInATransaction() {
        List<Long> seen = new ArrayList<>();
        database.transaction(session -> {
            session.sql("SELECT generate_series(1, 1000)").forEach(10, row -> seen.add(row.getLong(1)));
            return session.sql("SELECT 1").get(row -> row.getInt(1));
        });
        assertThat(seen).isEqualTo(LongStream.rangeClosed(1, 1000).boxed().toList());
    }

    @Test
    void deadlocksAreTriedAgainUntilBothAreDone() throws Exception {
        CyclicBarrier bothHoldOne = new CyclicBarrier(2);
        AtomicInteger attempts = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> moves = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                long from = 1 + i;
                long to = 2 - i;
                boolean[] first = {true};
                moves.add(threads.submit(() -> database.transaction(session -> {
                    attempts.incrementAndGet();
                    add(session, from, -10);
                    if (first[0]) {
                        first[0] = false;
                        await(bothHoldOne);
                    }
                    return add(session, to, 10);
                })));
            }
            for (Future<Integer> move : moves) {
                assertThat(move.get(30, TimeUnit.SECONDS)).isEqualTo(1);
            }
        }
        assertThat(attempts).hasValue(3);
        List<Long> amounts = database.query(
                session -> session.sql("SELECT amount FROM account ORDER BY id").list(row -> row.getLong(1)));
        assertThat(amounts).containsExactly(100L, 100L);
    }

    @Test
    void aSerializationFailureIsTriedAgainFiveTimes() {
        AtomicInteger attempts = new AtomicInteger();
        assertThatThrownBy(() -> database.transaction(session -> {
                    attempts.incrementAndGet();
                    return session.sql("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '40001'; END $$")
                            .update();
                }))
                .isInstanceOf(UnavailableException.class);
        assertThat(attempts).hasValue(6);
    }

    @Test
    void aCustomStatementIsPlannedForItsValues() {
        database.statement("CREATE TABLE skewed (kind integer)");
        database.statement(
                "INSERT INTO skewed SELECT CASE WHEN i = 1 THEN 1 ELSE 0 END FROM generate_series(1, 20000) i");
        database.statement("CREATE INDEX ON skewed (kind)");
        database.statement("ANALYZE skewed");
        String text = "EXPLAIN SELECT count(*) FROM skewed WHERE kind = ?";
        database.query(session -> {
            for (int round = 0; round < 8; round++) {
                assertThat(plan(session.sql(text).bind(1).custom())).contains("Index");
                assertThat(plan(session.sql(text).bind(0).custom())).contains("Seq Scan");
            }
            return session;
        });
    }

    @Test
    void hotStatementsArePreparedByTheDatabaseAndCustomOnesAreNot() {
        database.transaction(session -> {
            for (int round = 0; round < 5; round++) {
                session.sql("SELECT 'hot', ?::integer").bind(round).get(row -> row.getInt(2));
                session.sql("SELECT 'custom', ?::integer").bind(round).custom().get(row -> row.getInt(2));
            }
            assertThat(prepared(session))
                    .anyMatch(text -> text.contains("'hot'"))
                    .noneMatch(text -> text.contains("'custom'"));
            return session;
        });
    }

    @Test
    void theStatementThatIdentifiesATransactionIsPreparedToo() {
        try (Database single = Database.open(TestPostgres.freshOptions())) {
            for (int round = 0; round < 50; round++) {
                long value = round;
                long first = single.transaction(session ->
                        session.sql("SELECT ?::bigint AS first").bind(value).get(row -> row.getLong(1)));
                assertThat(first).isEqualTo(value);
            }
        }
    }

    @Test
    void anExhaustedPoolIsUnavailableAfterTwoSeconds() {
        DatabaseOptions options = TestPostgres.freshOptions();
        try (Database one = Database.open(new DatabaseOptions(options.url(), options.user(), options.password(), 1))) {
            assertThatThrownBy(() -> one.query(outer -> one.query(inner -> "never")))
                    .isInstanceOf(UnavailableException.class);
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsToldAtOnceWithoutThePassword() {
        assertThatThrownBy(() -> Database.open(new DatabaseOptions(
                        "postgresql://someone:s3cret@127.0.0.1:1/none?sslmode=disable", null, null, 1)))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("127.0.0.1:1/none")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void bothFormsOfUrlAreUnderstood() {
        DatabaseOptions options =
                new DatabaseOptions("postgresql://us%40er:p%3Aw+1@db.example:5433/name?ssl=true", null, null, 3);
        assertThat(options.url()).isEqualTo("jdbc:postgresql://db.example:5433/name?ssl=true");
        assertThat(options.user()).isEqualTo("us@er");
        assertThat(options.password()).isEqualTo("p:w+1");
        assertThat(options.toString()).isEqualTo("jdbc:postgresql://db.example:5433/name");
        assertThatThrownBy(() -> new DatabaseOptions("mysql://user:s3cret@host/db", null, null, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aDatabaseThatMayForgetIsRefused() {
        database.requireDurable();
        DatabaseOptions options = TestPostgres.freshOptions();
        try (Database admin = Database.open(TestPostgres.superuser(options))) {
            admin.statement("ALTER ROLE isocenter IN DATABASE "
                    + admin.query(
                            session -> session.sql("SELECT current_database()").get(row -> row.getString(1)))
                    + " SET synchronous_commit = off");
        }
        try (Database forgetful = Database.open(options)) {
            assertThatThrownBy(forgetful::requireDurable)
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("synchronous_commit");
        }
    }

    @Test
    void migrationsRunOnceAndAreSkippedWhenNothingChanged() {
        try (Database fresh = TestPostgres.emptyDatabase()) {
            List<String> location = List.of("org/isocenter/server/db/migrations");
            fresh.migrate(location);
            fresh.migrate(location);
            List<String> names = fresh.query(
                    session -> session.sql("SELECT name FROM migrated").list(row -> row.getString(1)));
            assertThat(names).containsExactly("Ünal");
            assertThatThrownBy(() -> fresh.migrate(List.of("org/isocenter/server/db/nowhere")))
                    .isInstanceOf(IllegalStateException.class);
            fresh.transaction(
                    session -> session.sql("UPDATE flyway_schema_history SET checksum = 1 WHERE version = '1'")
                            .update());
            assertThatThrownBy(() -> fresh.migrate(location)).isInstanceOf(UnavailableException.class);
        }
    }

    @Test
    void namesOfEveryScriptAreFoundByTrigramsAndWithoutRegardToCase() {
        try (Database fresh = TestPostgres.emptyDatabase()) {
            fresh.statement("CREATE EXTENSION pg_trgm");
            fresh.statement("CREATE EXTENSION unaccent");
            fresh.query(session -> {
                for (String name : List.of(
                        "Иванов", "Παπαδόπουλος", "김희중", "山田太郎", "عبدالله", "หมู่ดี้", "יוסף", "राजकुमार", "yamada")) {
                    int trigrams = session.sql("SELECT cardinality(show_trgm(?))")
                            .bind(name)
                            .get(row -> row.getInt(1));
                    double likeness = session.sql("SELECT similarity(?, ?)")
                            .bind(name)
                            .bind(name + "x")
                            .get(row -> row.getDouble(1));
                    assertThat(trigrams).as(name).isGreaterThan(3);
                    assertThat(likeness).as(name).isGreaterThan(0.4);
                }
                boolean folds = session.sql("""
                                SELECT 'ИВАНОВ' ILIKE 'иван%' AND lower('ÜΣ') = 'üσ' AND unaccent('Ünal Çelik') = 'Unal Celik'""").get(row -> row.getBoolean(1));
                assertThat(folds).isTrue();
                return session;
            });
        }
    }

    private static List<Long> idsOfItems() {
        return database.query(session -> session.sql("SELECT id FROM item").list(row -> row.getLong(1)));
    }

    private static int add(Session session, long id, long amount) {
        return session.sql("UPDATE account SET amount = amount + ? WHERE id = ?")
                .bind(amount)
                .bind(id)
                .update();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String plan(Sql sql) {
        return String.join("\n", sql.list(row -> row.getString(1)));
    }

    private static List<String> prepared(Session session) {
        return session.sql("SELECT statement FROM pg_prepared_statements").list(row -> row.getString(1));
    }
}
