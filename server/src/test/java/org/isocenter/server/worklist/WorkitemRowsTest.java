package org.isocenter.server.worklist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.TestPostgres;
import org.junit.jupiter.api.Test;

/// Pages of workitems, on a real PostgreSQL.
class WorkitemRowsTest {
    private static final int PARTITION = 1;
    private static final int WORKITEMS = 25;
    private static final int BYTES = 1 << 20;

    @Test
    void aPageOfLargeWorkitemsIsShorterAndNoneIsPassedOver() throws MalformedFilterException {
        WorkitemFilter all = WorkitemFilter.parse(List.of(), false, new AsItIs());
        try (Database database = TestPostgres.freshDatabase()) {
            for (int i = 0; i < WORKITEMS; i++) {
                DataSet large = new DataSet().putString(Tag.CommentsOnTheScheduledProcedureStep, "x".repeat(BYTES));
                String uid = "1.2." + i;
                database.transaction(session -> new WorkitemRows(session, new AsItIs()).insert(PARTITION, uid, large));
            }
            List<String> uids = new ArrayList<>();
            boolean more = true;
            while (more) {
                int offset = uids.size();
                WorkitemRows.Page page = database.query(
                        PARTITION,
                        session -> new WorkitemRows(session, new AsItIs()).search(PARTITION, all, offset, WORKITEMS));
                assertThat(page.workitems()).hasSizeBetween(1, 8);
                page.workitems().forEach(workitem -> uids.add(workitem.uid()));
                more = page.more();
            }

            List<String> newestFirst = new ArrayList<>();
            for (int i = WORKITEMS - 1; i >= 0; i--) {
                newestFirst.add("1.2." + i);
            }
            assertThat(uids).isEqualTo(newestFirst);
        }
    }
}
