package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.AuditTrail.Anchor;
import org.isocenter.server.archive.AuditTrail.Verdict;
import org.isocenter.server.audit.Act;
import org.isocenter.server.audit.AuditRecord;
import org.isocenter.server.audit.AuditRecord.Phase;
import org.isocenter.server.audit.AuditRows.Filter;
import org.isocenter.server.audit.Link;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.DatabaseException;
import org.isocenter.server.db.TestPostgres;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.Draft;
import org.isocenter.server.job.Step;
import org.isocenter.server.job.Worker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The chain of records: complete, in order, and telling of every change.
class AuditTrailTest {
    private static final long SEED = Long.getLong("seed", 20261128);
    /// Promise S17 has 10,000 in the long tier.
    private static final int EDITS = "nightly".equals(System.getProperty("promises")) ? 10_000 : 500;

    private final List<String> faults = new ArrayList<>();
    private Database database;
    private AuditTrail trail;

    @BeforeEach
    void open() {
        database = TestPostgres.freshDatabase();
        trail = new AuditTrail(database);
    }

    @AfterEach
    void close() {
        trail.close();
        database.close();
    }

    private static AuditRecord record(int n, Instant when, @Nullable String partition) {
        return new AuditRecord(
                when,
                n % 3 == 0 ? Phase.BEGAN : Phase.ANSWERED,
                new UUID(7, n),
                Act.values()[n % Act.values().length].text(),
                partition,
                n % 5 == 0 ? null : "user-" + n % 7,
                n % 2 == 0 ? null : "viewer",
                "10.0.0." + n % 200,
                "GET",
                "/v2/studies/1.2." + n + "?PatientID=~abc" + n,
                n % 3 == 0 ? null : (Integer) (200 + n % 4),
                n % 4 == 0 ? List.of() : List.of("1.2." + n, "1.3." + n),
                "{\"n\":" + n + "}");
    }

    private static AuditRecord record(int n) {
        return record(n, Instant.now(), n % 2 == 0 ? "ward" : null);
    }

    private void add(int records) {
        for (int n = 1; n <= records; n++) {
            trail.add(record(n));
        }
    }

    private Verdict verify(@Nullable Anchor anchor) {
        faults.clear();
        return AuditTrail.verify(database, anchor, faults::add);
    }

    private List<Link> all() {
        return trail.read(Filter.after(0), 10_000);
    }

    /// Changes rows as somebody would who has all rights.
    private int tamper(String... statements) {
        return database.transaction(session -> {
            int rows = 0;
            session.sql("alter table audit disable trigger user").update();
            for (String statement : statements) {
                rows = session.sql(statement).update();
            }
            session.sql("alter table audit enable trigger user").update();
            return rows;
        });
    }

    @Test
    void recordsAreReadAsTheyWereWritten() {
        List<AuditRecord> written = new ArrayList<>();
        for (int n = 1; n <= 30; n++) {
            AuditRecord record = record(n);
            trail.add(record);
            written.add(record);
        }
        assertThat(all()).extracting(Link::record).isEqualTo(written);
        assertThat(all())
                .extracting(Link::number)
                .isEqualTo(LongStream.rangeClosed(1, 30).boxed().toList());
        assertThat(verify(null).faults()).isZero();
        assertThat(verify(null).records()).isEqualTo(30);
    }

    @Test
    void manyWritersOnTwoServersMakeOneChain() throws Exception {
        try (AuditTrail other = new AuditTrail(database);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> adding = new ArrayList<>();
            for (int writer = 0; writer < 32; writer++) {
                AuditTrail mine = writer % 2 == 0 ? trail : other;
                int first = writer * 100;
                adding.add(threads.submit(() -> {
                    for (int n = first; n < first + 20; n++) {
                        mine.add(record(n));
                    }
                }));
            }
            for (Future<?> one : adding) {
                one.get();
            }
        }
        assertThat(verify(null).records()).isEqualTo(640);
        assertThat(faults).isEmpty();
        // What one writer added one after the other stands so.
        for (int writer = 0; writer < 32; writer++) {
            long first = writer * 100L;
            assertThat(all().stream()
                            .map(link -> link.record().exchange().getLeastSignificantBits())
                            .filter(n -> n >= first && n < first + 100))
                    .isSorted()
                    .hasSize(20);
        }
    }

    @Test
    @DisplayName("S17: every record that is changed, removed or put elsewhere is noticed")
    void everyEditIsFound() {
        int records = 12;
        add(records);
        SplittableRandom random = new SplittableRandom(SEED);
        System.out.println("S17: seed " + SEED + ", " + EDITS + " edits");
        List<String> changes = List.of(
                "occurred = occurred + interval '1 microsecond'",
                "phase = case phase when 'began' then 'answered' else 'began' end",
                "exchange = gen_random_uuid()",
                "act = act || 'x'",
                "act = case act when 'store' then 'delete' else 'store' end",
                "partition_name = coalesce(partition_name || '2', 'other')",
                "partition_name = case when partition_name is null then '' end",
                "subject = coalesce(subject || 'x', 'somebody')",
                "subject = case when subject is null then '' end",
                "client = coalesce(client || 'x', 'something')",
                "address = '10.9.9.9'",
                "method = 'POST'",
                "uri = uri || '3'",
                "status = coalesce(status + 1, 200)",
                "status = case when status is null then 204 end",
                "studies = studies || array['1.2.3']",
                "studies = case when cardinality(studies) = 0 then array[''] else studies[2:] end",
                "details = '{}'",
                "digest = sha256(digest)");
        tamper("create table whole as select * from audit");
        for (int edit = 0; edit < EDITS; edit++) {
            int number = 1 + random.nextInt(records);
            int other = 1 + (number + random.nextInt(records - 1)) % records;
            int kind = random.nextInt(changes.size() + 3);
            String sql;
            if (kind < changes.size()) {
                sql = "update audit set " + changes.get(kind) + " where number = " + number;
            } else if (kind == changes.size()) {
                sql = "delete from audit where number = " + number;
            } else if (kind == changes.size() + 1) {
                sql = "delete from audit where number >= " + number;
            } else {
                // Two change places, digests and all; the number alone stays.
                sql = """
                        update audit set (occurred, phase, exchange, act, uri, details, digest) = (select whole.occurred,
                            whole.phase, whole.exchange, whole.act, whole.uri, whole.details, whole.digest from whole
                            where whole.number = %2$d + %1$d - audit.number) where number in (%1$d, %2$d)""".formatted(number, other == number ? 1 + number % records : other);
            }
            assertThat(tamper(sql)).as(sql).isPositive();
            assertThat(verify(null).faults()).as(sql).isPositive();
            assertThat(faults).as(sql).isNotEmpty();
            tamper("delete from audit", "insert into audit select * from whole");
        }
        assertThat(verify(null).faults()).isZero();
    }

    @Test
    void aTrailThatWasWrittenAnewIsNotWhatWasWrittenDown() {
        add(10);
        Anchor anchor = trail.end();
        assertThat(Anchor.find(anchor.text())).satisfies(read -> {
            assertThat(read.number()).isEqualTo(10);
            assertThat(read.digest()).isEqualTo(anchor.digest());
        });
        add(5);
        assertThat(verify(anchor).faults()).isZero();

        List<AuditRecord> records =
                new ArrayList<>(all().stream().map(Link::record).toList());
        records.set(3, record(99));
        tamper("delete from audit", "update audit_end set number = 0, digest = before_digest");
        records.forEach(trail::add);
        assertThat(verify(null).faults()).isZero();
        assertThat(verify(anchor).faults()).isEqualTo(1);
        assertThat(faults.getFirst()).startsWith("record 10 has another digest");

        tamper(
                "delete from audit where number > 5",
                "update audit_end set number = 5, digest = (select digest from audit where number = 5)");
        assertThat(verify(null).faults()).isZero();
        assertThat(verify(anchor).faults()).isEqualTo(1);
    }

    @Test
    void noStatementOfTheServerChangesARecord() {
        add(3);
        for (String sql : List.of(
                "update audit set subject = 'nobody'", "delete from audit where number = 2", "truncate audit")) {
            assertThatThrownBy(() ->
                            database.transaction(session -> session.sql(sql).update()))
                    .as(sql)
                    .isInstanceOf(DatabaseException.class);
        }
        assertThat(verify(null).records()).isEqualTo(3);
    }

    @Test
    void whatIsOldEnoughIsForgottenFromTheBeginningOn() {
        Instant now = Instant.now();
        for (int n = 1; n <= 2_500; n++) {
            trail.addLater(record(n, now.minus(Duration.ofDays(n <= 2_200 ? 20 : 5)), null));
        }
        // As old as the others, and behind younger ones.
        trail.add(record(2_501, now.minus(Duration.ofDays(20)), null));
        Anchor forgotten = new Anchor(7, all().get(6).digest());

        assertThat(trail.forget(Duration.ofDays(10))).isEqualTo(2_200);
        assertThat(trail.forget(Duration.ofDays(10))).isZero();

        assertThat(all())
                .extracting(Link::number)
                .startsWith(2_201L)
                .endsWith(2_501L)
                .hasSize(301);
        assertThat(verify(null).faults()).isZero();
        assertThat(verify(forgotten).faults()).isEqualTo(1);
        tamper("delete from audit where number = 2201");
        assertThat(verify(null).faults()).isEqualTo(1);
        trail.add(record(1));
        assertThat(trail.end().number()).isEqualTo(2_502);
    }

    @Test
    void everythingCanBeForgotten() {
        add(4);
        assertThat(trail.forget(Duration.ofSeconds(-5))).isEqualTo(4);
        assertThat(verify(null)).satisfies(verdict -> {
            assertThat(verdict.records()).isZero();
            assertThat(verdict.faults()).isZero();
        });
        trail.add(record(5));
        assertThat(verify(null).faults()).isZero();
        assertThat(all()).extracting(Link::number).containsExactly(5L);
    }

    @Test
    void whoeverIsBoundToAPartitionReadsItsRecordsAlone() {
        Caller ward = new Partitions(database).open(Caller.anyone(), "ward");
        Caller other = new Partitions(database).open(Caller.anyone(), "other");
        add(10);
        assertThat(trail.read(ward, Filter.after(0), 100))
                .hasSize(5)
                .allMatch(link -> "ward".equals(link.record().partition()));
        assertThat(trail.read(other, Filter.after(0), 100)).isEmpty();
        assertThatThrownBy(() -> database.transaction(
                        ward.partition(),
                        session -> session.sql("insert into audit select * from audit")
                                .update()))
                .isInstanceOf(DatabaseException.class);
    }

    @Test
    void theEndOfAnOperationIsToldWithItAndOnce() {
        Operations operations = new Operations(database, new Semaphore(0));
        Operation good =
                operations.create(Caller.anyone(), new Draft("good", "{}", List.of(), List.of("1.2.8", "1.2.7")));
        Operation bad = operations.create(Caller.anyone(), new Draft("bad", "{}", List.of(), List.of()));
        List<Long> before = new ArrayList<>();
        Worker worker = new Worker(
                database,
                Map.of(
                        "good",
                        at -> new Step.Succeeded(
                                "{}", session -> before.add(trail.end().number())),
                        "bad",
                        at -> new Step.Failed("it is bad")),
                0,
                AuditTrail::ended);
        while (worker.work()) {
            assertThat(verify(null).faults()).isZero();
        }
        assertThat(before).containsExactly(0L);
        assertThat(all())
                .extracting(Link::record)
                .allMatch(one -> one.phase() == Phase.ENDED)
                .hasSize(2);
        assertThat(all().getFirst().record()).satisfies(one -> {
            assertThat(one.exchange()).isEqualTo(good.id());
            assertThat(one.studies()).containsExactly("1.2.7", "1.2.8");
            assertThat(one.partition()).isEqualTo("Microsoft.Default");
            assertThat(one.details()).contains("\"outcome\":\"succeeded\"");
        });
        assertThat(all().getLast().record().exchange()).isEqualTo(bad.id());
        assertThat(all().getLast().record().details()).contains("\"outcome\":\"failed\"");
    }

    @Test
    void recordsAreFoundByWhatTheySay() {
        add(30);
        Filter none = Filter.after(0);
        assertThat(trail.read(filter(null, null, "user-3", null, null, null), 100))
                .isNotEmpty()
                .allMatch(link -> "user-3".equals(link.record().subject()));
        assertThat(trail.read(filter(null, null, null, "1.3.7", null, null), 100))
                .hasSize(1)
                .allMatch(link -> link.number() == 7);
        assertThat(trail.read(filter(null, null, null, null, 201, null), 100))
                .isNotEmpty()
                .allMatch(link -> Integer.valueOf(201).equals(link.record().status()));
        assertThat(trail.read(filter(null, null, null, null, null, "~abc12"), 100))
                .hasSize(1);
        assertThat(trail.read(filter(null, 20L, null, null, null, null), 5))
                .extracting(Link::number)
                .containsExactly(19L, 18L, 17L, 16L, 15L);
        assertThat(trail.read(filter(25L, null, null, null, null, null), 3))
                .extracting(Link::number)
                .containsExactly(26L, 27L, 28L);
        assertThat(trail.read(none, 100)).hasSize(30);
    }

    private static Filter filter(
            @Nullable Long after,
            @Nullable Long before,
            @Nullable String subject,
            @Nullable String study,
            @Nullable Integer status,
            @Nullable String fragment) {
        return new Filter(after, before, null, null, subject, null, null, study, status, null, fragment);
    }

    @Test
    void aValueHasOneHashOnEveryServerAndNobodyElseHasIt() {
        try (AuditTrail other = new AuditTrail(database)) {
            assertThat(other.hash("doe^john")).isEqualTo(trail.hash("doe^john")).hasSize(20);
        }
        assertThat(trail.hash("doe^jane")).isNotEqualTo(trail.hash("doe^john"));
        Database elsewhere = TestPostgres.emptyDatabase();
        elsewhere.migrate(List.of("db/migration"));
        try (elsewhere;
                AuditTrail foreign = new AuditTrail(elsewhere)) {
            assertThat(foreign.hash("doe^john")).isNotEqualTo(trail.hash("doe^john"));
        }
    }
}
