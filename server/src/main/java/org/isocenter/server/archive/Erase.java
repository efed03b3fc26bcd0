package org.isocenter.server.archive;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Delete.HeldException;
import org.isocenter.server.archive.Patients.Patient;
import org.isocenter.server.blob.BlobKey;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.cohort.SnapshotRows;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.feed.Followers;
import org.isocenter.server.index.Erasure;
import org.isocenter.server.index.HoldRows;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.RetiredBlobs;
import org.isocenter.server.index.Versions.Cause;
import org.isocenter.server.job.Job;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.OperationRows;
import org.isocenter.server.job.Step;
import org.isocenter.server.telemetry.CrashPoint;
import org.isocenter.server.telemetry.UnavailableException;
import org.isocenter.server.worklist.Workitem;
import org.isocenter.server.worklist.WorkitemRows;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Erases a study or all of a patient, without retention: rows first, one study after the other, then bytes.
///
/// Each step looks for what is still there, so that one which is repeated finds less to do, and what was
/// stored meanwhile goes as well. With the rows of a study the keys of its blobs are noted as due, in
/// one transaction; the last step removes what is due and overwrites what is left of it in packs. So
/// whatever halts the server, no blob is forgotten.
///
/// Before anything is erased, the operation makes sure, under the lock of the feed, that no study is held,
/// and from then on no hold can be placed on them.
public final class Erase implements Job {
    public static final String KIND = "erase";

    private static final String STUDIES = "studies";
    private static final String BYTES = "bytes";
    private static final String DONE = "done";

    private static final int PAGE = 500;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /// What an erasure cannot reach, for the certificate.
    private static final List<String> REMAINS = List.of(
            "the UIDs of what was erased, in the change feed, among the resources of operations and in the audit trail",
            "copies at a FHIR server, until the cast has followed the change feed",
            "instances of a patient that lie in a study of somebody else",
            "copies in the memory of servers, until others take their place; nothing leads to them",
            "bytes in storage classes that storage.classes does not name",
            "files outside of the store that were imported in place; the archive knows them no more",
            "bytes of uploads that never became instances, until retention.orphan-grace is over and a sweep has run",
            "rows in pages of the database that are free but not overwritten yet (VACUUM FULL overwrites them), and its log",
            "what the file system keeps of removed files until it uses their space",
            "backups, logs of other systems, and whatever clients have retrieved",
            "counts, hashes and definitions of cohorts",
            "other data partitions");

    private final Database database;
    private final BlobStore blobs;
    private final Patients patients;

    public Erase(Database database, BlobStore blobs) {
        this.database = database;
        this.blobs = blobs;
        this.patients = new Patients(database);
    }

    @Override
    public Step next(Operation operation) {
        EraseOrder order = EraseOrder.parse(operation.input());
        int partition = operation.partition();
        return switch (operation.checkpoint()) {
            case null -> begin(operation, order);
            case STUDIES -> {
                List<String> studies = patients.ofErasure(new Caller(partition), order);
                List<String> held = held(partition, studies);
                studies =
                        studies.stream().filter(study -> !held.contains(study)).toList();
                if (!studies.isEmpty()) {
                    String study = studies.getFirst();
                    yield step(
                            operation,
                            STUDIES,
                            studies.size(),
                            List.of(),
                            session -> study(session, operation, order, study));
                }
                List<String> errors = held.stream().map(DeleteStudies::held).toList();
                yield order.patient() == null
                        ? step(operation, BYTES, 0, errors, Step.Effect.NONE)
                        : patient(operation, order.patient(), errors);
            }
            case BYTES -> {
                long removed = removeBytes();
                yield step(operation, DONE, 0, List.of(), session -> note(session, operation, "blobs", removed));
            }
            default ->
                new Step.Succeeded(
                        certificate(operation, order),
                        session -> new OperationRows(session).redact(operation.key(), EraseOrder.DONE));
        };
    }

    /// @param left studies that are still to be erased
    private static Step.More step(
            Operation operation, String checkpoint, int left, List<String> errors, Step.Effect effect) {
        long done = operation.checkpoint() == null ? 0 : operation.done() + 1;
        // Three more for what is not of a study, the bytes and the certificate.
        return new Step.More(checkpoint, done, done + left + 3, errors, effect);
    }

    private Step begin(Operation operation, EraseOrder order) {
        int partition = operation.partition();
        List<String> studies = patients.ofErasure(new Caller(partition), order);
        List<String> held = held(partition, studies);
        if (!held.isEmpty()) {
            return new Step.Failed(
                    held.size() == 1
                            ? "nothing was erased, since a study is held: " + held.getFirst()
                            : "nothing was erased, since " + held.size() + " studies are held, such as "
                                    + held.getFirst());
        }
        return step(operation, STUDIES, studies.size(), List.of(), session -> {
            new Feed(session).lock();
            new OperationRows(session).claim(operation, studies);
            if (!new HoldRows(session).held(partition, studies).isEmpty()) {
                throw new UnavailableException("a hold was placed on a study that was to be erased", null);
            }
        });
    }

    private List<String> held(int partition, List<String> studies) {
        return database.query(partition, session -> new HoldRows(session).held(partition, studies));
    }

    /// Erases the rows of a study.
    private static void study(Session session, Operation operation, EraseOrder order, String study) {
        int partition = operation.partition();
        int workitems = workitemRows(session).erase(partition, study);
        int instances;
        try {
            instances = Delete.in(session, partition, study, null, null, Cause.UNTOLD);
        } catch (HeldException held) {
            throw new UnavailableException("a hold was placed on a study that was to be erased", held);
        }
        new Feed(session).lock();
        if (!new HoldRows(session).held(partition, List.of(study)).isEmpty()) {
            throw new UnavailableException("a hold was placed on a study that was to be erased", null);
        }
        // Deleting has made versions of the instances.
        int versions = new Erasure(session).forget(partition, study) - instances;
        SnapshotRows.Erased cohorts = new SnapshotRows(session).erase(partition, study, order.patient() != null);
        note(session, operation, "studies", 1);
        note(session, operation, "instances", instances);
        note(session, operation, "versions", versions);
        note(session, operation, "workitems", workitems);
        note(session, operation, "cohortMembers", cohorts.members());
        note(session, operation, "cohortStudies", cohorts.studies());
        note(session, operation, "cohortInstances", cohorts.instances());
        note(session, operation, "followerNotes", Followers.forget(session, partition, study));
        note(
                session,
                operation,
                "operationInputs",
                new OperationRows(session).redact(partition, List.of(quoted(study))));
        CrashPoint.ERASED_ROWS.pass();
    }

    /// Erases what is a patient's and belongs to no study of theirs: versions of studies that are somebody
    /// else's by now, workitems, and what operations were told.
    private Step patient(Operation operation, Patient patient, List<String> errors) {
        Caller caller = new Caller(operation.partition());
        List<Located> versions = patients.versions(caller, patient, PAGE);
        List<String> among = versions.stream()
                .map(version -> version.identity().studyUid())
                .distinct()
                .toList();
        List<String> held = held(caller.partition(), among);
        List<Long> free = versions.stream()
                .filter(version -> !held.contains(version.identity().studyUid()))
                .map(Located::key)
                .toList();
        if (!free.isEmpty()) {
            return step(operation, STUDIES, 0, List.of(), session -> {
                new Feed(session).lock();
                if (!new HoldRows(session).held(caller.partition(), among).equals(held)) {
                    throw new UnavailableException("a hold was placed on what was to be erased", null);
                }
                note(session, operation, "versions", new Erasure(session).forget(free));
                List<String> words = among.stream().map(Erase::quoted).toList();
                note(
                        session,
                        operation,
                        "operationInputs",
                        new OperationRows(session).redact(caller.partition(), words));
            });
        }
        List<Workitem> workitems = patients.workitems(caller, patient);
        return step(operation, BYTES, 0, errors, session -> {
            note(session, operation, "workitems", workitemRows(session).erase(caller.partition(), workitems));
            note(
                    session,
                    operation,
                    "operationInputs",
                    new OperationRows(session).redact(caller.partition(), List.of(quoted(patient.id()))));
        });
    }

    /// Removes every blob that is due, and overwrites what is left of those that were removed before. Waits
    /// for storage classes that are away, and not for those that the settings do not name.
    ///
    /// @throws UnavailableException where that has to be done again
    private long removeBytes() {
        Set<String> classes = Set.copyOf(blobs.classes());
        long removed = 0;
        String outOfReach = "";
        while (true) {
            // A compaction may give what is left other keys, so the list is read again until it is empty.
            String after = outOfReach;
            List<String> page = database.query(session -> new RetiredBlobs(session).due(after, PAGE));
            if (page.isEmpty()) {
                break;
            }
            List<String> due = page.stream()
                    .filter(blob -> classes.contains(BlobKey.parse(blob).storageClass()))
                    .toList();
            if (due.isEmpty()) {
                outOfReach = page.getLast();
                continue;
            }
            due.forEach(blob -> blobs.delete(BlobKey.parse(blob)));
            CrashPoint.ERASED_BYTES.pass();
            blobs.purge();
            database.transaction(session -> {
                new RetiredBlobs(session).gone(due);
                return null;
            });
            removed += due.size();
        }
        blobs.purge();
        return removed;
    }

    private static WorkitemRows workitemRows(Session session) {
        return new WorkitemRows(session, FoldedKeys.INSTANCE);
    }

    private static String quoted(String text) {
        return MAPPER.writeValueAsString(text);
    }

    private static void note(Session session, Operation operation, String kind, long removed) {
        new OperationRows(session).noteErased(operation.key(), kind, removed);
    }

    /// What was erased, and what remains and why.
    private String certificate(Operation operation, EraseOrder order) {
        Map<String, Long> erased = database.query(session -> new OperationRows(session).erased(operation.key()));
        ObjectNode json = MAPPER.createObjectNode();
        json.put("completed", Instant.now().toString());
        if (order.reason() != null) {
            json.put("reason", order.reason());
        }
        ObjectNode counts = json.putObject("erased");
        erased.forEach(counts::put);
        ArrayNode remains = json.putArray("remains");
        if (operation.errors() > 0) {
            remains.add("what is held, or was when this ended: see the errors of the operation");
        }
        Patient patient = order.patient();
        String word = quoted(patient == null ? String.valueOf(order.study()) : patient.id());
        long waiting = database.query(session ->
                new OperationRows(session).mentioning(operation.partition(), List.of(word), operation.key()));
        if (waiting > 0) {
            remains.add("what operations that have not ended were told (" + waiting
                    + " of them), until operations.kept is over after their end");
        }
        REMAINS.forEach(remains::add);
        return json.toString();
    }
}
