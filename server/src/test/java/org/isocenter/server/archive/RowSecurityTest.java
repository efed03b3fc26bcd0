package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Vr;
import org.isocenter.server.access.Caller;
import org.isocenter.server.cohort.CohortRows;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.DatabaseException;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.IndexReader;
import org.isocenter.server.index.IndexSearcher;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.QueryTag.Definition;
import org.isocenter.server.index.QueryTag.Owner;
import org.isocenter.server.index.QueryTag.Reach;
import org.isocenter.server.index.Scope;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.Term;
import org.isocenter.server.job.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two data partitions with the same UIDs, and statements that forget to say which of them they mean.
@DisplayName("S2: the database itself holds the wall between data partitions")
final class RowSecurityTest {
    private static final Caller ONE = Caller.anyone();
    private static final int STUDIES = 3;
    private static final Definition OWN_TAG = new Definition(List.of(Tag.KVP), Vr.DS, "", Owner.SERIES);
    private static final Definition TAG_OF_ALL =
            new Definition(List.of(Tag.AcquisitionNumber), Vr.IS, "", Owner.INSTANCE);

    /// Tables whose rows belong to no partition, or to all.
    private static final Set<String> OF_ALL = Set.of(
            "audit_end",
            "audit_key",
            "flyway_schema_history",
            "follower",
            "query_tag_set",
            "retired_blob",
            "storage_class",
            "webhook",
            "webhook_event");

    @TempDir
    private Path folder;

    private OpenArchive archive;
    private Database database;
    private Caller other;

    @BeforeEach
    void open() throws IOException {
        archive = new OpenArchive(folder);
        database = archive.database;
        other = new Partitions(database).open(ONE, "other");
        for (Caller caller : List.of(ONE, other)) {
            for (int study = 1; study <= STUDIES; study++) {
                archive.store(
                        caller,
                        OpenArchive.instance("1.2." + study + ".1.1")
                                .putString(Tag.PatientName, caller == other ? "Other^Ann" : "One^Ann"));
            }
            tags().add(caller, Reach.PARTITION, List.of(OWN_TAG));
            new Holds(database).place(caller, "1.2.1", "trial", "of " + caller.partition());
            new Delete(database).delete(caller, "1.2.2", null, null);
            new Operations(database, new Semaphore(0))
                    .create(caller, new Operation.Draft("none", "{}", List.of("/studies/1.2.1"), List.of("1.2.1")));
            database.transaction(session -> new CohortRows(session)
                    .insert(caller.partition(), UUID.randomUUID(), "of " + caller.partition(), "{}"));
        }
    }

    @AfterEach
    void close() {
        archive.close();
    }

    private QueryTags tags() {
        return new QueryTags(database, new Semaphore(0), 128);
    }

    private static List<String> texts(Session session, String sql) {
        return session.sql(sql).list(row -> row.getString(1));
    }

    private static List<String> tables(Session session) {
        return texts(session, "select tablename::text from pg_tables where schemaname = 'public' order by tablename");
    }

    private static long count(Session session, String table) {
        return session.sql("select count(*) from " + table).get(row -> row.getLong(1));
    }

    @Test
    void everyTableIsEnclosedOrKnownToBelongToAll() {
        List<String> open = database.query(session -> texts(session, """
                select relname::text from pg_class
                where relkind = 'r' and relnamespace = 'public'::regnamespace and not (relrowsecurity and exists (
                    select from pg_policy where polrelid = pg_class.oid and polroles = array['isocenter_partition'::regrole::oid]))
                """));

        assertThat(open).containsExactlyInAnyOrderElementsOf(OF_ALL);
    }

    @Test
    void aStatementWithoutAnyFilterSeesOnePartition() {
        int enclosed = 0;
        for (String table : database.query(RowSecurityTest::tables)) {
            boolean own = database.query(session -> !texts(
                            session,
                            "select column_name::text from information_schema.columns where table_name = '" + table
                                    + "' and column_name = 'partition'")
                    .isEmpty());
            if (!own || OF_ALL.contains(table)) {
                continue;
            }
            long all = database.query(session -> count(session, table));
            long seen = 0;
            for (Caller caller : List.of(ONE, other)) {
                List<Integer> partitions = database.query(
                        caller.partition(),
                        session -> session.sql("select partition from " + table).list(row -> row.getInt(1)));
                assertThat(partitions).as(table).allMatch(partition -> partition == caller.partition());
                seen += partitions.size();
            }
            assertThat(seen).as(table).isEqualTo(all);
            enclosed += all > 0 ? 1 : 0;
        }
        // Of studies, series, instances, the feed, versions, holds, operations and their studies, cohorts, and tags.
        assertThat(enclosed).isGreaterThanOrEqualTo(10);
        assertThat(database.<List<String>>query(
                        other.partition(), session -> texts(session, "select name from partition")))
                .containsExactly("other");
    }

    @Test
    void rowsOfRowsAreEnclosedWithThem() {
        database.transaction(session -> session.sql("""
                        insert into received_form (instance, transfer_syntax, bytes, sha256, beginning, ending)
                        select key, '1.2', 1, '', '', '' from instance""").update());

        for (Caller caller : List.of(ONE, other)) {
            assertThat(database.<Long>query(caller.partition(), session -> count(session, "received_form")))
                    .isEqualTo(STUDIES - 1);
        }
    }

    @Test
    void tagsOfAllAreSeenByEverybodyAndChangedByNobodyInAPartition() {
        tags().add(ONE, Reach.ALL, List.of(TAG_OF_ALL));
        archive.store(ONE, OpenArchive.instance("1.2.9.1.1").putString(Tag.AcquisitionNumber, "none"));

        for (Caller caller : List.of(ONE, other)) {
            int own = caller.partition();
            assertThat(database.<List<String>>query(
                            own, session -> texts(session, "select coalesce(partition, 0)::text from query_tag")))
                    .containsExactlyInAnyOrder("0", "" + own);
            assertThat(database.<Integer>transaction(
                            own,
                            session -> session.sql("update query_tag set enabled = false")
                                    .update()))
                    .isEqualTo(1);
            assertThat(database.<Long>query(own, session -> count(session, "query_tag_error")))
                    .isEqualTo(caller == ONE ? 1 : 0);
            for (String partition : List.of("null", "" + (caller == ONE ? other : ONE).partition())) {
                assertThatThrownBy(() -> database.transaction(
                                own,
                                session -> session.sql("""
                                        insert into query_tag (partition, path, creator, vr, level)
                                        values (%s, '00080008', '', 'CS', 'study')""".formatted(partition)).update()))
                        .as(partition)
                        .isInstanceOf(DatabaseException.class)
                        .hasMessageContaining("42501");
            }
        }
        assertThat(database.<Integer>transaction(
                        other.partition(),
                        session -> session.sql("delete from query_tag").update()))
                .isEqualTo(1);
        assertThat(database.<List<String>>query(session ->
                        texts(session, "select coalesce(partition, 0)::text || enabled from query_tag order by 1")))
                .containsExactly("0true", ONE.partition() + "false");
    }

    @Test
    void whoAsksForAnotherPartitionFindsNothing() {
        Scope theirs = Scope.all(other.partition());
        Search everything = search(List.of());
        Search byText = search(List.of(Term.pattern(MatchingKey.PATIENT_NAME, "*ann*")));

        database.query(ONE.partition(), session -> {
            IndexReader reader = new IndexReader(session);
            assertThat(reader.findStudy(theirs, "1.2.1")).isNull();
            assertThat(reader.series(theirs, "1.2.1")).isEmpty();
            assertThat(reader.findInstance(theirs, "1.2.1", "1.2.1.1", "1.2.1.1.1"))
                    .isNull();
            for (Search search : List.of(everything, byText)) {
                assertThat(new IndexSearcher().page(session, theirs, search).matches())
                        .isEmpty();
                assertThat(new IndexSearcher().count(session, theirs, search)).isZero();
            }
            return null;
        });
        assertThat(database.<Long>query(
                        other.partition(), session -> new IndexSearcher().count(session, theirs, everything)))
                .isEqualTo(STUDIES - 1);
        assertThat(database.<Long>query(session -> new IndexSearcher().count(session, theirs, everything)))
                .as("a search that is bound to nothing")
                .isZero();
    }

    private static Search search(List<Term> terms) {
        return new Search(Level.STUDY, terms, null, new Search.Fields(false, Set.of()), 10, 0);
    }

    @Test
    void changesEndAtTheWall() {
        int own = ONE.partition();
        int theirs = other.partition();

        assertThat(database.<Integer>transaction(
                        own, session -> session.sql("delete from hold").update()))
                .isEqualTo(1);
        assertThat(database.<Integer>transaction(
                        own,
                        session -> session.sql("update study set study_id = 'changed'")
                                .update()))
                .isEqualTo(STUDIES - 1);
        assertThat(database.<List<String>>query(session -> texts(session, "select reason from hold")))
                .containsExactly("of " + theirs);
        assertThat(database.<Long>query(session -> count(session, "study where study_id = 'changed'")))
                .isEqualTo(STUDIES - 1);
        for (String sql : List.of(
                "update study set partition = " + theirs,
                "insert into hold (partition, study_uid, name, reason) values (" + theirs + ", '1', 'n', 'r')",
                // What has happened stays as it was told.
                "delete from feed",
                "update feed set study_uid = ''")) {
            assertThatThrownBy(() -> database.transaction(
                            own, session -> session.sql(sql).update()))
                    .as(sql)
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("42501");
        }
        for (String table : List.of("webhook", "webhook_event", "follower", "retired_blob")) {
            assertThatThrownBy(() -> database.query(own, session -> count(session, table)))
                    .as(table)
                    .hasMessageContaining("42501");
        }
    }

    /// Connections are few and are bound anew whenever they change hands, also after work that failed.
    @Test
    void nobodyInheritsAPartition() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = IntStream.range(0, 400)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> check(i)))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private void check(int number) {
        int partition = number % 3;
        if (number % 7 == 0) {
            assertThatThrownBy(() -> database.transaction(other.partition(), session -> {
                        session.sql("select 1").list(row -> true);
                        throw new IllegalStateException("given up");
                    }))
                    .isInstanceOf(IllegalStateException.class);
        }
        if (partition == 0) {
            assertThat(database.<Long>query(session -> count(session, "study"))).isEqualTo(2L * (STUDIES - 1));
            return;
        }
        int own = partition == 1 ? ONE.partition() : other.partition();
        assertThat(database.<List<Integer>>transaction(
                        own,
                        session -> session.sql("select partition from study").list(row -> row.getInt(1))))
                .hasSize(STUDIES - 1)
                .allMatch(found -> found == own);
    }
}
