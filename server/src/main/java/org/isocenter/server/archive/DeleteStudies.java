package org.isocenter.server.archive;

import java.util.Arrays;
import java.util.List;
import org.isocenter.server.archive.Delete.HeldException;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.HoldRows;
import org.isocenter.server.index.IndexReader;
import org.isocenter.server.index.Scope;
import org.isocenter.server.index.State;
import org.isocenter.server.index.Versions.Cause;
import org.isocenter.server.job.Job;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Step;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Deletes studies, one after the other, each as a whole. Those that are held are passed over.
public final class DeleteStudies implements Job {
    public static final String KIND = "delete";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Database database;

    public DeleteStudies(Database database) {
        this.database = database;
    }

    /// How far it is, and what became of the studies so far.
    private record Tally(long deleted, long instances, long held, long unknown) {
        static Tally of(Operation operation) {
            String text = operation.checkpoint();
            if (text == null) {
                return new Tally(0, 0, 0, 0);
            }
            long[] numbers =
                    Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
            return new Tally(numbers[0], numbers[1], numbers[2], numbers[3]);
        }

        int processed() {
            return (int) (deleted + held + unknown);
        }

        Step.More step(DeleteOrder order, List<String> errors, Step.Effect effect) {
            String text = deleted + "," + instances + "," + held + "," + unknown;
            return new Step.More(text, processed(), order.studies().size(), errors, effect);
        }

        String result() {
            return MAPPER.createObjectNode()
                    .put("studiesDeleted", deleted)
                    .put("instancesDeleted", instances)
                    .put("studiesHeld", held)
                    .put("studiesUnknown", unknown)
                    .toString();
        }
    }

    @Override
    public Step next(Operation operation) {
        DeleteOrder order = DeleteOrder.parse(operation.input());
        Tally tally = Tally.of(operation);
        if (tally.processed() == order.studies().size()) {
            return new Step.Succeeded(tally.result(), Step.Effect.NONE);
        }
        int partition = operation.partition();
        String study = order.studies().get(tally.processed());
        State state = database.<@Nullable State>query(
                partition, session -> new IndexReader(session).findStudy(Scope.all(partition), study));
        if (state == null) {
            return new Tally(tally.deleted, tally.instances, tally.held, tally.unknown + 1)
                    .step(order, List.of(), Step.Effect.NONE);
        }
        if (!database.query(partition, session -> new HoldRows(session).held(partition, List.of(study)))
                .isEmpty()) {
            return new Tally(tally.deleted, tally.instances, tally.held + 1, tally.unknown)
                    .step(order, List.of(held(study)), Step.Effect.NONE);
        }
        Cause cause = new Cause(order.reason(), operation.id());
        return new Tally(tally.deleted + 1, tally.instances + state.instances(), tally.held, tally.unknown)
                .step(order, List.of(), session -> delete(session, partition, study, state.instances(), cause));
    }

    static void delete(Session session, int partition, String study, int instances, Cause cause) {
        try {
            if (Delete.in(session, partition, study, null, null, cause) != instances) {
                throw new UnavailableException("a study was changed while it was to be deleted", null);
            }
        } catch (HeldException held) {
            throw new UnavailableException("a hold was placed on a study that was to be deleted", held);
        }
    }

    /// What is told of a study that is held.
    static String held(String study) {
        return MAPPER.createObjectNode()
                .put("study", study)
                .put("error", "the study is held")
                .toString();
    }
}
