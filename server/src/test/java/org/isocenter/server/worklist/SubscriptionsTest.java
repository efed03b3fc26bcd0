package org.isocenter.server.worklist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.TestPostgres;
import org.isocenter.server.worklist.Subscriptions.Subscriber;
import org.isocenter.server.worklist.Subscriptions.Waiting;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The bounds of subscriptions, on a real PostgreSQL.
class SubscriptionsTest {
    private static final int PARTITION = 1;

    private static Database database;

    @BeforeAll
    static void open() {
        database = TestPostgres.freshDatabase();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private static boolean holds(Predicate<Subscriptions> work) {
        return database.transaction(session -> work.test(new Subscriptions(session, PARTITION)));
    }

    private static <T> List<T> list(Function<Subscriptions, List<T>> work) {
        return database.transaction(session -> work.apply(new Subscriptions(session, PARTITION)));
    }

    @Test
    void u08OfWhoStaysAwayTheNewestReportsWaitInTheirOrder() {
        int more = 25;
        List<EventReport> reports = new ArrayList<>();
        for (int i = 0; i < Subscriptions.REPORTS_MAX + more; i++) {
            reports.add(new EventReport("1.2." + i, new DataSet().putString(Tag.PatientID, Integer.toString(i))));
        }
        for (List<EventReport> some : List.of(reports.subList(0, 5_000), reports.subList(5_000, reports.size()))) {
            holds(subscriptions -> {
                subscriptions.report(List.of("AWAY", "OTHER"), some);
                return true;
            });
        }

        List<Waiting> waiting = list(subscriptions -> subscriptions.waiting("AWAY", reports.size()));

        assertThat(waiting).hasSize(Subscriptions.REPORTS_MAX);
        assertThat(waiting.getFirst().report()).isEqualTo(reports.get(more).json());
        assertThat(waiting.getLast().report()).isEqualTo(reports.getLast().json());
        holds(subscriptions -> {
            subscriptions.sent(waiting.subList(0, 10));
            return true;
        });
        assertThat(list(subscriptions -> subscriptions.waiting("AWAY", 1))
                        .getFirst()
                        .report())
                .isEqualTo(reports.get(more + 10).json());
        assertThat(list(subscriptions -> subscriptions.waiting("OTHER", reports.size())))
                .hasSize(Subscriptions.REPORTS_MAX);
    }

    @Test
    void thereAreAsManySubscribersAsThereMayBe() {
        for (int i = 0; i < Subscriptions.SUBSCRIBERS_MAX; i++) {
            int number = i;
            assertThat(holds(subscriptions -> subscriptions.subscribe(new Subscriber("AE" + number, "", false))))
                    .isTrue();
        }

        assertThat(holds(subscriptions -> subscriptions.subscribe(new Subscriber("LATE", "", false))))
                .isFalse();
        assertThat(holds(subscriptions -> subscriptions.subscribe(new Subscriber("AE0", "", true))))
                .isTrue();
        assertThat(list(Subscriptions::subscribers)).hasSize(Subscriptions.SUBSCRIBERS_MAX);
        assertThat(holds(subscriptions -> subscriptions.suspend("AE0", false))).isTrue();
        assertThat(holds(subscriptions -> subscriptions.subscribe(new Subscriber("LATE", "", false))))
                .isTrue();
    }

    @Test
    void aWorkitemHasAsManySubscribersAsItMayHave() {
        long workitem = Objects.requireNonNull(database.<@Nullable Long>transaction(
                session -> new WorkitemRows(session, new AsItIs()).insert(PARTITION, "1.2.3.4", new DataSet())));
        List<String> titles = new ArrayList<>();
        for (int i = 0; i < Subscriptions.WORKITEM_SUBSCRIBERS_MAX; i++) {
            titles.add("AE" + i);
        }
        holds(subscriptions -> {
            titles.forEach(title ->
                    assertThat(subscriptions.subscribe(title, workitem, false)).isTrue());
            return true;
        });

        assertThat(holds(subscriptions -> subscriptions.subscribe("LATE", workitem, false)))
                .isFalse();
        assertThat(holds(subscriptions -> subscriptions.subscribe("AE0", workitem, true)))
                .isTrue();
        Collections.sort(titles);
        assertThat(list(subscriptions -> subscriptions.subscribedTo(workitem))).isEqualTo(titles);
    }
}
