package org.isocenter.server.archive;

import java.util.Arrays;
import java.util.List;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.HoldRows;
import org.isocenter.server.index.PartitionRows;
import org.isocenter.server.index.PartitionRows.NextStudy;
import org.isocenter.server.index.Versions.Cause;
import org.isocenter.server.job.Job;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.OperationRows;
import org.isocenter.server.job.Step;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Deletes all studies of a data partition, one after the other, and then removes the partition, unless a
/// study is held. What is stored meanwhile is deleted as well.
public final class RemovePartition implements Job {
    public static final String KIND = "removePartition";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Database database;

    public RemovePartition(Database database) {
        this.database = database;
    }

    /// How far it is, and what became of the studies so far.
    ///
    /// @param last the key of the newest study that was looked at
    private record Tally(long last, long studies, long instances, long held) {
        static Tally of(Operation operation) {
            String text = operation.checkpoint();
            if (text == null) {
                return new Tally(0, 0, 0, 0);
            }
            long[] numbers =
                    Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
            return new Tally(numbers[0], numbers[1], numbers[2], numbers[3]);
        }

        Step.More step(long total, List<String> errors, Step.Effect effect) {
            String text = last + "," + studies + "," + instances + "," + held;
            long done = studies + held;
            return new Step.More(text, done, Math.max(total, done + 1), errors, effect);
        }

        String result() {
            return MAPPER.createObjectNode()
                    .put("studiesDeleted", studies)
                    .put("instancesDeleted", instances)
                    .toString();
        }
    }

    @Override
    public Step next(Operation operation) {
        int partition = operation.partition();
        Tally tally = Tally.of(operation);
        if (operation.checkpoint() == null) {
            long studies = database.query(
                    session -> new PartitionRows(session).usage(partition).studies());
            return tally.step(studies + 1, List.of(), Step.Effect.NONE);
        }
        NextStudy study = database.<@Nullable NextStudy>query(
                session -> new PartitionRows(session).nextStudy(partition, tally.last));
        if (study == null) {
            return tally.held > 0
                    ? new Step.Failed("the data partition stays, since studies in it are held")
                    : last(operation, tally);
        }
        if (!database.query(session -> new HoldRows(session).held(partition, List.of(study.uid())))
                .isEmpty()) {
            return new Tally(study.key(), tally.studies, tally.instances, tally.held + 1)
                    .step(operation.total(), List.of(DeleteStudies.held(study.uid())), Step.Effect.NONE);
        }
        Cause cause = new Cause("the data partition is removed", operation.id());
        return new Tally(study.key(), tally.studies + 1, tally.instances + study.instances(), tally.held)
                .step(
                        operation.total(),
                        List.of(),
                        session -> DeleteStudies.delete(session, partition, study.uid(), study.instances(), cause));
    }

    private Step last(Operation operation, Tally tally) {
        int partition = operation.partition();
        if (database.query(session -> new OperationRows(session).anyOpen(partition, operation.id()))) {
            return new Step.Failed("the data partition stays, since other operations are under way in it");
        }
        if (database.query(session -> new PartitionRows(session).holdings(partition))
                .contains(PartitionRows.HOLDS)) {
            return new Step.Failed("the data partition stays, since deleted studies of it are held");
        }
        return new Step.Succeeded(tally.result(), session -> remove(session, operation));
    }

    private static void remove(Session session, Operation operation) {
        PartitionRows rows = new PartitionRows(session);
        if (!rows.lock(operation.partition())) {
            return;
        }
        List<String> holdings = rows.holdings(operation.partition());
        if (holdings.contains(PartitionRows.STUDIES)
                || holdings.contains(PartitionRows.HOLDS)
                || new OperationRows(session).anyOpen(operation.partition(), operation.id())) {
            throw new UnavailableException("something was put into a partition while it was removed", null);
        }
        Removal.remove(session, operation.partition());
    }
}
