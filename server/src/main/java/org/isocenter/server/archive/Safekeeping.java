package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.isocenter.server.access.Caller;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.commitment.CommitmentRows;
import org.isocenter.server.commitment.CommitmentRows.Commitment;
import org.isocenter.server.commitment.CommitmentRows.Line;
import org.isocenter.server.commitment.Reference;
import org.isocenter.server.commitment.Verdict;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.Located;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.Draft;
import org.isocenter.server.job.OperationRows;
import org.jspecify.annotations.Nullable;

/// Storage commitment (PS3.18 section 13): says of instances whether they are kept, after having read them.
/// A few are read while the client waits, many by an operation.
public final class Safekeeping {
    /// The days for which results are kept.
    public static final int KEPT_DAYS = 30;

    private static final int AT_ONCE_MAX = 50;
    private static final long BYTES_AT_ONCE_MAX = 64L << 20;

    private final Database database;
    private final Operations operations;
    private final Commit commit;

    public Safekeeping(Database database, BlobStore blobs, Operations operations) {
        this.database = database;
        this.operations = operations;
        this.commit = new Commit(database, blobs);
    }

    /// How a request stands.
    public sealed interface Standing {
        /// Every reference was looked at.
        record Done(List<Kept> references) implements Standing {}

        /// An operation is looking.
        record Working() implements Standing {}

        /// Another request has this UID.
        record Duplicate() implements Standing {}
    }

    /// What came of a reference.
    public record Kept(Reference reference, Verdict verdict) {}

    /// @param transaction the UID of the request, which no other of the data partition has
    public Standing request(Caller caller, String transaction, List<Reference> references) {
        if (database.<@Nullable Commitment>query(
                        caller.partition(),
                        session -> new CommitmentRows(session).find(caller.partition(), transaction))
                != null) {
            return new Standing.Duplicate();
        }
        List<Verdict> verdicts = findAtOnce(caller, references);
        Standing standing = database.transaction(caller.partition(), session -> {
            CommitmentRows rows = new CommitmentRows(session);
            Long key = rows.insert(caller.partition(), transaction, references, verdicts, KEPT_DAYS);
            if (key == null) {
                return new Standing.Duplicate();
            }
            if (verdicts != null) {
                return new Standing.Done(kept(references, verdicts));
            }
            Draft draft = new Draft(
                    Commit.KIND,
                    new Commit.Input(key, references.size()).text(),
                    List.of("/commitment-requests/" + transaction),
                    List.of());
            rows.leave(
                    key,
                    new OperationRows(session).insert(caller.partition(), draft).id());
            return new Standing.Working();
        });
        if (standing instanceof Standing.Working) {
            operations.ring();
        }
        return standing;
    }

    /// How an earlier request stands, or null where there is none.
    public @Nullable Standing find(Caller caller, String transaction) {
        return database.<@Nullable Standing>query(caller.partition(), session -> {
            CommitmentRows rows = new CommitmentRows(session);
            Commitment commitment = rows.find(caller.partition(), transaction);
            if (commitment == null) {
                return null;
            }
            // First whether somebody is looking: whoever has ended has noted everything before.
            UUID id = commitment.operation();
            Operation operation = id == null ? null : new OperationRows(session).find(caller.partition(), id);
            boolean working = operation != null && !operation.state().ended();
            List<Line> lines = rows.lines(commitment.key());
            if (working && lines.stream().anyMatch(line -> line.verdict() == null)) {
                return new Standing.Working();
            }
            return new Standing.Done(lines.stream().map(Safekeeping::kept).toList());
        });
    }

    /// What comes of references, or null where that takes too long to wait for.
    private @Nullable List<Verdict> findAtOnce(Caller caller, List<Reference> references) {
        if (references.size() > AT_ONCE_MAX) {
            return null;
        }
        Map<String, List<Located>> holdings = commit.holdings(caller.partition(), references);
        long bytes = holdings.values().stream()
                .flatMap(List::stream)
                .mapToLong(located -> located.bytes().lengthBytes())
                .sum();
        return bytes > BYTES_AT_ONCE_MAX
                ? null
                : references.stream()
                        .map(reference -> commit.verdict(reference, holdings))
                        .toList();
    }

    private static List<Kept> kept(List<Reference> references, List<Verdict> verdicts) {
        List<Kept> kept = new ArrayList<>();
        for (int i = 0; i < references.size(); i++) {
            kept.add(new Kept(references.get(i), verdicts.get(i)));
        }
        return kept;
    }

    /// What nobody looked at, because the operation was canceled or failed, is not kept as far as anybody knows.
    private static Kept kept(Line line) {
        Verdict verdict = line.verdict();
        return new Kept(line.reference(), verdict == null ? Verdict.PROCESSING_FAILURE : verdict);
    }
}
