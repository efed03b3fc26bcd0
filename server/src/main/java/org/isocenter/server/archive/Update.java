package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Rewrite.FailedException;
import org.isocenter.server.archive.Rewrite.Failure;
import org.isocenter.server.archive.Rewrite.Prepared;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.Versions.Cause;
import org.isocenter.server.job.Job;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.OperationRows;
import org.isocenter.server.job.Step;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Changes attributes of studies, one study after the other, each at one moment and as a whole or not at all.
public final class Update implements Job {
    /// Of whatever somebody asks for.
    public static final String KIND = "update";

    /// Of what has a patient's studies belong to another.
    public static final String MERGE = "merge";

    /// So many errors are told with the result; all of them are those of the operation.
    private static final int ERRORS_TOLD = 5;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Database database;
    private final Rewrite rewrite;

    public Update(Database database, BlobStore blobs) {
        this.database = database;
        this.rewrite = new Rewrite(database, blobs);
    }

    /// How far it is, in studies, and how many instances have been changed.
    private record Tally(int processed, int updated, int failed, long instances) {
        static Tally of(Operation operation) {
            String text = operation.checkpoint();
            if (text == null) {
                return new Tally(0, 0, 0, 0);
            }
            long[] numbers =
                    Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
            return new Tally((int) numbers[0], (int) numbers[1], (int) numbers[2], numbers[3]);
        }

        Tally updated(int more) {
            return new Tally(processed + 1, updated + (more > 0 ? 1 : 0), failed, instances + more);
        }

        Tally withFailed() {
            return new Tally(processed + 1, updated, failed + 1, instances);
        }

        Step.More step(UpdateOrder order, List<String> errors, Step.Effect effect) {
            String text = processed + "," + updated + "," + failed + "," + instances;
            return new Step.More(text, processed, order.studies().size(), errors, effect);
        }
    }

    @Override
    public Step next(Operation operation) {
        UpdateOrder order = UpdateOrder.parse(operation.input());
        Tally tally = Tally.of(operation);
        if (tally.processed == order.studies().size()) {
            return new Step.Succeeded(result(operation, tally), Step.Effect.NONE);
        }
        String study = order.studies().get(tally.processed);
        try {
            Prepared prepared = rewrite.prepare(new Caller(operation.partition()), study, order::means, order.edit());
            if (prepared == null) {
                return tally.updated(0).step(order, List.of(), Step.Effect.NONE);
            }
            if (!Quota.allows(database, prepared.partition(), prepared.moreBytes(), 0)) {
                return tally.withFailed().step(order, List.of(Quota.error(study)), Step.Effect.NONE);
            }
            Cause cause = new Cause(order.reason(), operation.id());
            return tally.updated(prepared.changed().size())
                    .step(order, List.of(), session -> prepared.put(session, cause));
        } catch (FailedException failed) {
            List<String> errors = new ArrayList<>();
            failed.failures().forEach(failure -> errors.add(error(failure)));
            return tally.withFailed().step(order, errors, Step.Effect.NONE);
        }
    }

    static String error(Failure failure) {
        return MAPPER.createObjectNode()
                .put("study", failure.instance().studyUid())
                .put("series", failure.instance().seriesUid())
                .put("instance", failure.instance().instanceUid())
                .put("error", failure.message())
                .toString();
    }

    private String result(Operation operation, Tally tally) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("studyProcessed", tally.processed)
                .put("studyUpdated", tally.updated)
                .put("studyFailed", tally.failed)
                .put("instanceUpdated", tally.instances);
        if (operation.errors() > 0) {
            ArrayNode errors = json.putArray("errors");
            database.query(session -> new OperationRows(session).errors(operation.key(), 0, ERRORS_TOLD))
                    .forEach(error ->
                            errors.add(MAPPER.readTree(error).path("error").asString()));
        }
        return json.toString();
    }
}
