package org.isocenter.server.archive;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.isocenter.server.access.Caller;
import org.isocenter.server.cohort.Cohort;
import org.isocenter.server.cohort.CohortRows;
import org.isocenter.server.cohort.Snapshot;
import org.isocenter.server.cohort.Snapshot.Content;
import org.isocenter.server.cohort.Snapshot.Difference;
import org.isocenter.server.cohort.Snapshot.Instance;
import org.isocenter.server.cohort.Snapshot.Member;
import org.isocenter.server.cohort.Snapshot.Study;
import org.isocenter.server.cohort.SnapshotRows;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.Manifest;
import org.jspecify.annotations.Nullable;

/// Keeps cohorts and their snapshots.
public final class Cohorts {
    private static final int MEMBERS = 1000;
    private static final int STUDIES = 100;

    private final Database database;

    public Cohorts(Database database) {
        this.database = database;
    }

    /// A study of a member, to be frozen.
    public record Frozen(String uid, String patient) {}

    public Cohort create(Caller caller, String name, String definition) {
        UUID id = UUID.randomUUID();
        return database.transaction(
                caller.partition(),
                session -> new CohortRows(session).insert(caller.partition(), id, name, definition));
    }

    /// A page of cohorts, oldest first.
    public List<Cohort> list(Caller caller, int offset, int limit) {
        return database.query(
                caller.partition(), session -> new CohortRows(session).list(caller.partition(), offset, limit));
    }

    public @Nullable Cohort find(Caller caller, UUID id) {
        return database.<@Nullable Cohort>query(
                caller.partition(), session -> new CohortRows(session).find(caller.partition(), id));
    }

    /// Puts another definition in the place of a cohort's; null where the caller has no such cohort.
    public @Nullable Cohort replace(Caller caller, UUID id, String name, String definition) {
        return database.<@Nullable Cohort>transaction(
                caller.partition(),
                session -> new CohortRows(session).replace(caller.partition(), id, name, definition));
    }

    /// Removes a cohort and its snapshots.
    ///
    /// @return whether the caller had one
    public boolean delete(Caller caller, UUID id) {
        return database.transaction(
                caller.partition(), session -> new CohortRows(session).delete(caller.partition(), id));
    }

    /// Freezes what was found, together with what the studies consist of at this moment; null where the
    /// caller has no such cohort.
    ///
    /// @param studies of the members; those that are not in the archive have no instances
    public @Nullable Snapshot freeze(
            Caller caller, UUID id, Content content, List<Member> members, List<Frozen> studies) {
        return database.<@Nullable Snapshot>transaction(caller.partition(), session -> {
            SnapshotRows rows = new SnapshotRows(session);
            Snapshot snapshot = rows.insert(caller.partition(), id, content);
            if (snapshot == null) {
                return null;
            }
            for (int from = 0; from < members.size(); from += MEMBERS) {
                rows.insertMembers(
                        snapshot.key(), from + 1, members.subList(from, Math.min(members.size(), from + MEMBERS)));
            }
            for (int from = 0; from < studies.size(); from += STUDIES) {
                freeze(
                        caller,
                        session,
                        snapshot.key(),
                        studies.subList(from, Math.min(studies.size(), from + STUDIES)));
            }
            return snapshot;
        });
    }

    private static void freeze(Caller caller, Session session, long snapshot, List<Frozen> studies) {
        Map<String, List<Instance>> byStudy = new LinkedHashMap<>();
        List<String> uids = studies.stream().map(Frozen::uid).distinct().toList();
        for (Manifest.Line line : new Manifest(session).lines(caller.partition(), uids)) {
            byStudy.computeIfAbsent(line.studyUid(), key -> new ArrayList<>())
                    .add(new Instance(
                            line.studyUid(), line.seriesUid(), line.instanceUid(), line.lengthBytes(), line.sha256()));
        }
        SnapshotRows rows = new SnapshotRows(session);
        rows.insertStudies(
                snapshot,
                studies.stream()
                        .map(study -> {
                            List<Instance> instances = byStudy.getOrDefault(study.uid(), List.of());
                            long bytes = instances.stream()
                                    .mapToLong(Instance::lengthBytes)
                                    .sum();
                            return new Study(study.uid(), study.patient(), instances.size(), bytes, digest(instances));
                        })
                        .toList());
        byStudy.values().forEach(instances -> rows.insertInstances(snapshot, instances));
    }

    /// SHA-256 over a line for each instance, by its UIDs: series, instance and the digest of its bytes
    /// in hexadecimal digits, parted by spaces and ended by a line feed. Anybody can make it again from
    /// the list.
    private static byte @Nullable [] digest(List<Instance> instances) {
        if (instances.isEmpty()) {
            return null;
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Instance instance : instances) {
                String line = instance.seriesUid() + " " + instance.instanceUid() + " "
                        + HexFormat.of().formatHex(instance.sha256()) + "\n";
                digest.update(line.getBytes(StandardCharsets.US_ASCII));
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// The snapshots of a cohort, oldest first; none where the caller has no such cohort.
    public List<Snapshot> snapshots(Caller caller, UUID id) {
        return database.query(caller.partition(), session -> new SnapshotRows(session).list(caller.partition(), id));
    }

    public @Nullable Snapshot findSnapshot(Caller caller, UUID id, int number) {
        return database.<@Nullable Snapshot>query(
                caller.partition(), session -> new SnapshotRows(session).find(caller.partition(), id, number));
    }

    /// A caller who sees of the archive what a snapshot has frozen and nothing else; null where there is no
    /// such snapshot.
    public @Nullable Caller findReader(Caller caller, UUID id, int number) {
        Long key = database.<@Nullable Long>query(
                caller.partition(), session -> new SnapshotRows(session).findKey(caller.partition(), id, number));
        return key == null ? null : caller.within(key);
    }

    /// How many instances the snapshot that a caller reads has frozen of a study, of a series of it, or of
    /// one instance.
    ///
    /// @param caller of {@link #findReader}
    public int frozen(Caller caller, String study, @Nullable String series, @Nullable String instance) {
        long snapshot = Objects.requireNonNull(caller.snapshot());
        return database.query(
                caller.partition(), session -> new SnapshotRows(session).count(snapshot, study, series, instance));
    }

    /// A page of the members of a snapshot.
    ///
    /// @param after how many come before
    public List<Member> members(Caller caller, Snapshot snapshot, int after, int limit) {
        return database.query(
                caller.partition(), session -> new SnapshotRows(session).members(snapshot.key(), after, limit));
    }

    /// A page of the studies of a snapshot.
    ///
    /// @param after the last one of the page before, or null
    public List<Study> studies(Caller caller, Snapshot snapshot, @Nullable Study after, int limit) {
        return database.query(
                caller.partition(), session -> new SnapshotRows(session).studies(snapshot.key(), after, limit));
    }

    /// A page of the instances of a snapshot.
    ///
    /// @param after the last one of the page before, or null
    public List<Instance> instances(Caller caller, Snapshot snapshot, @Nullable Instance after, int limit) {
        return database.query(
                caller.partition(), session -> new SnapshotRows(session).instances(snapshot.key(), after, limit));
    }

    /// How two snapshots of a cohort differ.
    public Difference difference(Caller caller, Snapshot from, Snapshot to) {
        return database.query(
                caller.partition(), session -> new SnapshotRows(session).difference(from.key(), to.key()));
    }
}
