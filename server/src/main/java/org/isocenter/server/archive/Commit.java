package org.isocenter.server.archive;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.isocenter.server.blob.BlobReader;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.CorruptBlobException;
import org.isocenter.server.blob.MissingBlobException;
import org.isocenter.server.commitment.CommitmentRows;
import org.isocenter.server.commitment.CommitmentRows.Line;
import org.isocenter.server.commitment.Reference;
import org.isocenter.server.commitment.Verdict;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.Holdings;
import org.isocenter.server.index.Located;
import org.isocenter.server.job.Job;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Step;

/// Looks whether instances are there and whole before anybody is told that they are kept: the row has to be
/// there, and every byte of the blob is read and has to give the digest that it was stored with.
public final class Commit implements Job {
    public static final String KIND = "commitment";

    private static final int PAGE = 100;
    private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Database database;
    private final Retrieve retrieve;

    public Commit(Database database, BlobStore blobs) {
        this.database = database;
        this.retrieve = new Retrieve(database, blobs);
    }

    /// What an operation is about.
    ///
    /// @param references how many there are
    record Input(long commitment, int references) {
        static Input parse(String text) {
            String[] numbers = text.split(",");
            return new Input(Long.parseLong(numbers[0]), Integer.parseInt(numbers[1]));
        }

        String text() {
            return commitment + "," + references;
        }
    }

    @Override
    public Step next(Operation operation) {
        Input input = Input.parse(operation.input());
        long commitment = input.commitment;
        List<Line> open = database.query(session -> new CommitmentRows(session).open(commitment, PAGE));
        if (open.isEmpty()) {
            return new Step.Succeeded("{\"instances\":" + operation.done() + "}", Step.Effect.NONE);
        }
        Map<String, List<Located>> holdings = holdings(
                operation.partition(), open.stream().map(Line::reference).toList());
        List<Line> looked = new ArrayList<>();
        List<Verdict> verdicts = new ArrayList<>();
        long begun = System.nanoTime();
        for (Line line : open) {
            looked.add(line);
            verdicts.add(verdict(line.reference(), holdings));
            if (System.nanoTime() - begun > STEP_NANOS) {
                break;
            }
        }
        return new Step.More(
                Long.toString(looked.getLast().number()),
                operation.done() + looked.size(),
                input.references,
                List.of(),
                session -> new CommitmentRows(session).note(commitment, looked, verdicts));
    }

    /// What is there under the UIDs of references, by these.
    Map<String, List<Located>> holdings(int partition, List<Reference> references) {
        List<String> uids =
                references.stream().map(Reference::instanceUid).distinct().toList();
        return database.query(partition, session -> new Holdings(session).of(partition, uids)).stream()
                .collect(Collectors.groupingBy(located -> located.identity().instanceUid()));
    }

    /// Reads what a reference is to.
    Verdict verdict(Reference reference, Map<String, List<Located>> holdings) {
        List<Located> there = holdings.getOrDefault(reference.instanceUid(), List.of()).stream()
                .filter(located -> reference.studyUid() == null
                        || reference.studyUid().equals(located.identity().studyUid())
                                && located.identity().seriesUid().equals(reference.seriesUid()))
                .toList();
        if (there.isEmpty()) {
            return Verdict.NO_SUCH_INSTANCE;
        }
        List<Located> ofClass = there.stream()
                .filter(located -> located.sopClassUid().equals(reference.sopClassUid()))
                .toList();
        if (ofClass.isEmpty()) {
            return Verdict.CLASS_CONFLICT;
        }
        return ofClass.stream().anyMatch(this::isWhole) ? Verdict.COMMITTED : Verdict.PROCESSING_FAILURE;
    }

    private boolean isWhole(Located located) {
        MessageDigest digest = sha256();
        try (BlobReader reader = retrieve.open(located)) {
            reader.transfer(0, located.bytes().lengthBytes(), digest::update);
            return Arrays.equals(digest.digest(), located.bytes().sha256());
        } catch (MissingBlobException | CorruptBlobException broken) {
            return false;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
