package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.commitment.CommitmentRows;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.PartitionRows;
import org.isocenter.server.index.PartitionRows.Partition;
import org.isocenter.server.index.TagRows;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.Draft;
import org.isocenter.server.job.OperationRows;
import org.isocenter.server.worklist.WorkitemRows;
import org.jspecify.annotations.Nullable;

/// Removes data partitions: those that are empty at once, others by an operation that empties them first.
public final class Removal {
    private final Database database;
    private final Operations operations;

    public Removal(Database database, Operations operations) {
        this.database = database;
        this.operations = operations;
    }

    /// What became of removing a partition.
    public sealed interface Outcome {
        record Removed() implements Outcome {}

        /// An operation empties it, then removes it.
        record Begun(Operation operation) implements Outcome {}

        /// There is none of this name.
        record Unknown() implements Outcome {}

        /// It is the one that addresses without a partition mean.
        record Default() implements Outcome {}

        /// Something is in it, or under way.
        ///
        /// @param holdings in words for people
        record InUse(List<String> holdings) implements Outcome {}
    }

    /// Removes a partition that is empty.
    public Outcome remove(Caller caller, String name) {
        return database.transaction(session -> {
            Partition partition = new PartitionRows(session).find(name);
            if (partition == null) {
                return new Outcome.Unknown();
            }
            if (partition.key() == caller.partition()) {
                return new Outcome.Default();
            }
            PartitionRows rows = new PartitionRows(session);
            if (!rows.lock(partition.key())) {
                return new Outcome.Unknown();
            }
            List<String> holdings = new ArrayList<>(rows.holdings(partition.key()));
            if (workitems(session).any(partition.key())) {
                holdings.add("workitems");
            }
            if (new OperationRows(session).anyOpen(partition.key(), null)) {
                holdings.add("operations under way");
            }
            if (!holdings.isEmpty()) {
                return new Outcome.InUse(holdings);
            }
            remove(session, partition.key());
            return new Outcome.Removed();
        });
    }

    /// Begins to empty and remove a partition.
    public Outcome begin(Caller caller, String name) {
        Partition partition = database.<@Nullable Partition>query(session -> new PartitionRows(session).find(name));
        if (partition == null) {
            return new Outcome.Unknown();
        }
        if (partition.key() == caller.partition()) {
            return new Outcome.Default();
        }
        int key = partition.key();
        Operation operation = operations.createUnless(
                new Caller(key),
                new Draft(RemovePartition.KIND, "{}", List.of("/partitions/" + name), List.of()),
                session -> new OperationRows(session).anyOpen(key, null));
        return operation == null ? new Outcome.InUse(List.of("operations under way")) : new Outcome.Begun(operation);
    }

    /// Removes a partition, which is locked, with what is no content of it.
    static void remove(Session session, int partition) {
        workitems(session).eraseAll(partition);
        new CommitmentRows(session).forgetAll(partition);
        new TagRows(session).deleteOwn(partition);
        new PartitionRows(session).remove(partition);
    }

    static WorkitemRows workitems(Session session) {
        return new WorkitemRows(session, FoldedKeys.INSTANCE);
    }
}
