package org.isocenter.server.cohort;

import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.isocenter.server.cohort.Snapshot.Content;
import org.isocenter.server.cohort.Snapshot.Difference;
import org.isocenter.server.cohort.Snapshot.Instance;
import org.isocenter.server.cohort.Snapshot.Member;
import org.isocenter.server.cohort.Snapshot.Study;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.jspecify.annotations.Nullable;

/// Reads and writes snapshots.
public final class SnapshotRows {
    private static final String SELECT = """
            select cohort_snapshot.key, number, taken, as_of, cohort_snapshot.definition, hash, summary
            from cohort_snapshot join cohort on cohort.key = cohort_snapshot.cohort
            where cohort.partition = ? and cohort.id = ?
            """;

    private static final String MISSING_MEMBERS = """
            select distinct patient from cohort_member where snapshot = ?
            except select patient from cohort_member where snapshot = ? order by 1""";

    private static final String MISSING_STUDIES = """
            select distinct uid from cohort_study where snapshot = ?
            except select uid from cohort_study where snapshot = ? order by 1""";

    private static final String CHANGED_STUDIES = """
            select distinct a.uid from cohort_study a join cohort_study b on b.uid = a.uid
            where a.snapshot = ? and b.snapshot = ? and a.sha256 is distinct from b.sha256 order by 1""";

    private static final String MEMBERS_OF_STUDY = """
            select cohort_study.snapshot, cohort_study.patient
            from cohort_study
            join cohort_snapshot on cohort_snapshot.key = cohort_study.snapshot
            join cohort on cohort.key = cohort_snapshot.cohort
            where cohort.partition = ? and cohort_study.uid = ?""";

    /// Of a member all studies, or the one that is named.
    private static final String STUDIES_OF_MEMBERS = """
            from unnest(?::bigint[], ?::text[]) as member (snapshot, patient)
            join cohort_study as study on study.snapshot = member.snapshot and study.patient = member.patient
            where ?::text is null or study.uid = ?""";

    private static final String ERASE_INSTANCES = """
            delete from cohort_instance where (snapshot, study_uid) in (select study.snapshot, study.uid %s)""".formatted(STUDIES_OF_MEMBERS);

    private static final String ERASE_STUDIES = """
            delete from cohort_study where (snapshot, uid, patient) in
                (select study.snapshot, study.uid, study.patient %s)""".formatted(STUDIES_OF_MEMBERS);

    private static final String ERASE_MEMBERS = """
            delete from cohort_member using unnest(?::bigint[], ?::text[]) as member (snapshot, patient)
            where cohort_member.snapshot = member.snapshot and cohort_member.patient = member.patient
                and not exists (select from cohort_study
                    where cohort_study.snapshot = member.snapshot and cohort_study.patient = member.patient)""";

    /// How much of snapshots was erased.
    public record Erased(int members, int studies, int instances) {}

    private final Session session;

    public SnapshotRows(Session session) {
        this.session = session;
    }

    /// Adds the next snapshot of a cohort, without members; null where there is no such cohort.
    public @Nullable Snapshot insert(int partition, UUID cohort, Content content) {
        // Held until the commit, so that numbers have no gaps and none comes twice.
        Long key = session.sql("select key from cohort where partition = ? and id = ? for update")
                .bind(partition)
                .bind(cohort)
                .findFirst(row -> row.getLong(1));
        if (key == null) {
            return null;
        }
        return session.sql("""
                        insert into cohort_snapshot (cohort, number, as_of, definition, hash, summary)
                        select ?, coalesce(max(number), 0) + 1, ?, ?, ?, ? from cohort_snapshot where cohort = ?
                        returning key, number, taken, as_of, definition, hash, summary""")
                .bind(key)
                .bind(content.asOf())
                .bind(content.definition())
                .bind(content.hash())
                .bind(content.summary())
                .bind(key)
                .get(SnapshotRows::snapshot);
    }

    /// @param first the ordinal of the first of these members
    public void insertMembers(long snapshot, int first, List<Member> members) {
        session.sql("""
                        insert into cohort_member (snapshot, ordinal, patient, content)
                        select ?, ? + ordinal, patient, content
                        from unnest(?::text[], ?::text[]) with ordinality as input (patient, content, ordinal)""")
                .bind(snapshot)
                .bind(first - 1)
                .bindTexts(texts(members, Member::patient))
                .bindTexts(texts(members, Member::content))
                .update();
    }

    public void insertStudies(long snapshot, List<Study> studies) {
        session.sql("""
                        insert into cohort_study (snapshot, uid, patient, instances, bytes, sha256)
                        select ?, uid, patient, instances, bytes, sha256
                        from unnest(?::text[], ?::text[], ?::int[], ?::bigint[], ?::bytea[])
                            as input (uid, patient, instances, bytes, sha256)""")
                .bind(snapshot)
                .bindTexts(texts(studies, Study::uid))
                .bindTexts(texts(studies, Study::patient))
                .bindInts(studies.stream().mapToInt(Study::instances).toArray())
                .bindLongs(studies.stream().mapToLong(Study::lengthBytes).toArray())
                .bindBytes(studies.stream().map(Study::sha256).toArray(byte[][]::new))
                .update();
    }

    public void insertInstances(long snapshot, List<Instance> instances) {
        session.sql("""
                        insert into cohort_instance (snapshot, study_uid, series_uid, instance_uid, bytes, sha256)
                        select ?, study_uid, series_uid, instance_uid, bytes, sha256
                        from unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::bytea[])
                            as input (study_uid, series_uid, instance_uid, bytes, sha256)
                        on conflict do nothing""")
                .bind(snapshot)
                .bindTexts(texts(instances, Instance::studyUid))
                .bindTexts(texts(instances, Instance::seriesUid))
                .bindTexts(texts(instances, Instance::instanceUid))
                .bindLongs(instances.stream().mapToLong(Instance::lengthBytes).toArray())
                .bindBytes(instances.stream().map(Instance::sha256).toArray(byte[][]::new))
                .update();
    }

    /// Erases a study from all snapshots of a partition, and those members that have no other.
    ///
    /// @param patient whether all other studies of the same members go as well
    public Erased erase(int partition, String study, boolean patient) {
        record Key(long snapshot, String patient) {}
        List<Key> members = session.sql(MEMBERS_OF_STUDY)
                .bind(partition)
                .bind(study)
                .list(row -> new Key(row.getLong(1), row.getString(2)));
        long[] snapshots = members.stream().mapToLong(Key::snapshot).toArray();
        String[] patients = members.stream().map(Key::patient).toArray(String[]::new);
        String only = patient ? null : study;
        int[] erased = new int[2];
        String[] texts = {ERASE_INSTANCES, ERASE_STUDIES};
        for (int i = 0; i < texts.length; i++) {
            erased[i] = session.sql(texts[i])
                    .bindLongs(snapshots)
                    .bindTexts(patients)
                    .bind(only)
                    .bind(only)
                    .update();
        }
        int gone = session.sql(ERASE_MEMBERS)
                .bindLongs(snapshots)
                .bindTexts(patients)
                .update();
        return new Erased(gone, erased[1], erased[0]);
    }

    /// The snapshots of a cohort, oldest first.
    public List<Snapshot> list(int partition, UUID cohort) {
        return session.sql(SELECT + "order by number")
                .bind(partition)
                .bind(cohort)
                .list(SnapshotRows::snapshot);
    }

    public @Nullable Snapshot find(int partition, UUID cohort, int number) {
        return session.sql(SELECT + "and number = ?")
                .bind(partition)
                .bind(cohort)
                .bind(number)
                .findFirst(SnapshotRows::snapshot);
    }

    /// The key of a snapshot; null where there is none.
    public @Nullable Long findKey(int partition, UUID cohort, int number) {
        return session.sql("""
                        select cohort_snapshot.key from cohort join cohort_snapshot on cohort_snapshot.cohort = cohort.key
                        where cohort.partition = ? and cohort.id = ? and cohort_snapshot.number = ?""").bind(partition).bind(cohort).bind(number).findFirst(row -> row.getLong(1));
    }

    /// How many instances of a study, of a series of it where one is named, or of the one instance are
    /// frozen.
    public int count(long snapshot, String study, @Nullable String series, @Nullable String instance) {
        return session.sql("""
                        select count(*)::int from cohort_instance
                        where snapshot = ? and study_uid = ?
                            and (?::text is null or series_uid = ?) and (?::text is null or instance_uid = ?)""")
                .bind(snapshot)
                .bind(study)
                .bind(series)
                .bind(series)
                .bind(instance)
                .bind(instance)
                .get(row -> row.getInt(1));
    }

    /// A page of members in their order.
    ///
    /// @param after how many come before
    public List<Member> members(long snapshot, int after, int limit) {
        return session.sql("""
                        select patient, content from cohort_member where snapshot = ? and ordinal > ?
                        order by ordinal limit ?""")
                .bind(snapshot)
                .bind(after)
                .bind(limit)
                .list(row -> new Member(row.getString(1), row.getString(2)));
    }

    /// A page of studies by UID, then by patient.
    ///
    /// @param after the last study of the page before, or null
    public List<Study> studies(long snapshot, @Nullable Study after, int limit) {
        return session.sql("""
                        select uid, patient, instances, bytes, sha256 from cohort_study
                        where snapshot = ? and (uid, patient) > (?, ?) order by uid, patient limit ?""")
                .bind(snapshot)
                .bind(after == null ? "" : after.uid())
                .bind(after == null ? "" : after.patient())
                .bind(limit)
                .list(row ->
                        new Study(row.getString(1), row.getString(2), row.getInt(3), row.getLong(4), row.findBytes(5)));
    }

    /// A page of instances by their UIDs.
    ///
    /// @param after the last instance of the page before, or null
    public List<Instance> instances(long snapshot, @Nullable Instance after, int limit) {
        return session.sql("""
                        select study_uid, series_uid, instance_uid, bytes, sha256 from cohort_instance
                        where snapshot = ? and (study_uid, series_uid, instance_uid) > (?, ?, ?)
                        order by study_uid, series_uid, instance_uid limit ?""")
                .bind(snapshot)
                .bind(after == null ? "" : after.studyUid())
                .bind(after == null ? "" : after.seriesUid())
                .bind(after == null ? "" : after.instanceUid())
                .bind(limit)
                .list(row -> new Instance(
                        row.getString(1), row.getString(2), row.getString(3), row.getLong(4), row.getBytes(5)));
    }

    /// From one snapshot to another, by their keys.
    public Difference difference(long from, long to) {
        return new Difference(
                first(MISSING_MEMBERS, to, from),
                first(MISSING_MEMBERS, from, to),
                first(MISSING_STUDIES, to, from),
                first(MISSING_STUDIES, from, to),
                first(CHANGED_STUDIES, from, to));
    }

    private List<String> first(String text, long one, long other) {
        return session.sql(text).bind(one).bind(other).list(row -> row.getString(1));
    }

    private static <T> String[] texts(List<T> rows, Function<T, String> text) {
        return rows.stream().map(text).toArray(String[]::new);
    }

    private static Snapshot snapshot(Row row) {
        return new Snapshot(
                row.getLong(1),
                row.getInt(2),
                row.getInstant(3),
                new Content(row.getDate(4), row.getString(5), row.getString(6), row.getString(7)));
    }
}
