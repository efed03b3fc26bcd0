package org.isocenter.server.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// D3: when the database link dies between COMMIT and its answer, the server finds out what happened.
final class CommitOutcomeTest {
    private static final int ROUNDS = "nightly".equals(System.getProperty("promises")) ? 10_000 : 200;

    @Test
    void d3AfterTheLinkBreaksAtACommitTheAnswerIsTheTruth() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        DatabaseOptions direct = TestPostgres.freshOptions();
        CutProxy.Cut[] quick = {
            CutProxy.Cut.NEVER, CutProxy.Cut.BEFORE_COMMIT, CutProxy.Cut.WITH_COMMIT, CutProxy.Cut.AFTER_COMMIT
        };
        Set<CutProxy.Cut> committed = EnumSet.noneOf(CutProxy.Cut.class);
        Set<CutProxy.Cut> aborted = EnumSet.noneOf(CutProxy.Cut.class);
        try (Database witness = Database.open(direct);
                CutProxy proxy = new CutProxy(TestPostgres.port());
                Database database = Database.open(proxy.options(direct))) {
            witness.statement("CREATE TABLE fact (id bigint PRIMARY KEY)");
            for (int round = 0; round < ROUNDS; round++) {
                // The one that takes half a second of waiting is kept rare.
                CutProxy.Cut cut =
                        round % 50 == 0 ? CutProxy.Cut.BEFORE_COMMIT_UNNOTICED : quick[random.nextInt(quick.length)];
                int cuts = proxy.cuts();
                proxy.cutNext(cut);
                UnavailableException refusal = insert(database, round);
                boolean told = refusal == null;
                String which = "seed %d, round %d, %s, %s".formatted(seed, round, cut, refusal);
                assertThat(told).as(which).isEqualTo(exists(witness, round));
                assertThat(proxy.cuts() - cuts).as(which).isEqualTo(cut == CutProxy.Cut.NEVER ? 0 : 1);
                (told ? committed : aborted).add(cut);
            }
        }
        assertThat(committed).contains(CutProxy.Cut.NEVER, CutProxy.Cut.AFTER_COMMIT);
        assertThat(aborted).contains(CutProxy.Cut.BEFORE_COMMIT, CutProxy.Cut.BEFORE_COMMIT_UNNOTICED);
        assertThat(committed)
                .doesNotContainAnyElementsOf(Set.of(CutProxy.Cut.BEFORE_COMMIT, CutProxy.Cut.BEFORE_COMMIT_UNNOTICED));
        assertThat(aborted).doesNotContain(CutProxy.Cut.NEVER, CutProxy.Cut.AFTER_COMMIT);
    }

    @Test
    void aDatabaseThatIsGoneIsUnavailableAndComesBackByItself() {
        DatabaseOptions direct = TestPostgres.freshOptions();
        try (CutProxy proxy = new CutProxy(TestPostgres.port());
                Database database = Database.open(proxy.options(direct))) {
            assertThat(one(database)).isEqualTo(1);
            proxy.goDown();
            assertThatThrownBy(() -> one(database)).isInstanceOf(UnavailableException.class);
            proxy.comeBack();
            assertThat(one(database)).isEqualTo(1);
        }
    }

    @Test
    void connectionsThatBrokeInThePoolAreNotNoticedByTheWork() {
        DatabaseOptions direct = TestPostgres.freshOptions();
        try (CutProxy proxy = new CutProxy(TestPostgres.port());
                Database database = Database.open(proxy.options(direct))) {
            for (int round = 0; round < 10; round++) {
                assertThat(one(database)).isEqualTo(1);
                proxy.goDown();
                proxy.comeBack();
            }
        }
    }

    private static int one(Database database) {
        return database.query(session -> session.sql("SELECT 1").get(row -> row.getInt(1)));
    }

    /// Null if the row was reported as committed.
    private static @Nullable UnavailableException insert(Database database, long id) {
        try {
            database.transaction(session -> {
                session.sql("SELECT count(*) FROM fact").get(row -> row.getLong(1));
                return session.sql("INSERT INTO fact VALUES (?)").bind(id).update();
            });
            return null;
        } catch (CommitUnknownException e) {
            throw e;
        } catch (UnavailableException e) {
            return e;
        }
    }

    private static boolean exists(Database witness, long id) {
        return witness.query(session -> session.sql("SELECT EXISTS (SELECT FROM fact WHERE id = ?)")
                .bind(id)
                .get(row -> row.getBoolean(1)));
    }
}
