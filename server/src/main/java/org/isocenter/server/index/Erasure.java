package org.isocenter.server.index;

import java.util.List;
import org.isocenter.server.db.Session;

/// What the index keeps of studies and patients beyond what is stored now, so that it can be erased: former
/// versions, deleted instances, and bytes whose time is not over.
public final class Erasure {
    private static final String KNOWN = """
            select uid from unnest(?::text[]) as input (uid)
            where exists (select from study where study.partition = ? and study.uid = input.uid)
                or exists (select from version where version.partition = ? and version.study_uid = input.uid)""";

    private static final String LOCATED = """
            -version.key, version.partition, version.study_uid, version.series_uid, version.instance_uid,
            coalesce(version.sop_class_uid, ''), version.transfer_syntax, version.revision, version.blob,
            version.blob_bytes, version.sha256, version.crc32c, version.head
            """;

    /// The last state of studies that are not stored.
    private static final String DELETED = """
            select distinct on (study_uid) %s
            from version
            where partition = ? and study_uid in (select study_uid from version where partition = ? and patient_id = ?)
                and not exists (select from study
                    where study.partition = version.partition and study.uid = version.study_uid)
            order by study_uid, until desc, key desc""".formatted(LOCATED);

    private static final String OF_PATIENT = """
            select %s from version where partition = ? and patient_id = ? and key > ? order by key limit ?""".formatted(LOCATED);

    private static final String FORGET_STUDY =
            "delete from version where partition = ? and study_uid = ? returning blob";

    private static final String FORGET = "delete from version where key = any(?::bigint[]) returning blob";

    private static final String HASTEN =
            "update retired_blob set remove = now() where partition = ? and study_uid = ? and gone is null";

    private static final String FORESEE = """
            select coalesce((select sum(instances) from study where partition = ? and uid = any(?::text[])), 0),
                (select count(*) from version where partition = ? and study_uid = any(?::text[])),
                (select count(distinct study_uid) from hold where partition = ? and study_uid = any(?::text[]))""";

    /// What there is of some studies.
    ///
    /// @param versions former ones, and those of deleted instances
    /// @param held how many of the studies are
    public record Prospect(long instances, long versions, long held) {}

    private final Session session;

    public Erasure(Session session) {
        this.session = session;
    }

    /// Those of the studies of which there is something, be it deleted.
    public List<String> known(int partition, List<String> studies) {
        return session.sql(KNOWN)
                .bindTexts(studies.toArray(String[]::new))
                .bind(partition)
                .bind(partition)
                .list(row -> row.getString(1));
    }

    /// An instance, as it was last, of each study that has been deleted and had a version of this patient.
    ///
    /// @param patientId folded
    public List<Located> deleted(int partition, String patientId) {
        return session.sql(DELETED)
                .bind(partition)
                .bind(partition)
                .bind(patientId)
                .list(IndexReader::located);
    }

    /// A page of the versions of instances whose studies were this patient's at that time, by descending
    /// key; the keys are negative.
    ///
    /// @param patientId folded
    /// @param after the key of the last one of the page before, or 0
    public List<Located> versions(int partition, String patientId, long after, int limit) {
        return session.sql(OF_PATIENT)
                .bind(partition)
                .bind(patientId)
                .bind(-after)
                .bind(limit)
                .list(IndexReader::located);
    }

    /// Forgets all versions of a study, and has bytes of it removed now that were to be removed later. The
    /// lock of the feed is held.
    ///
    /// @return how many versions there were
    public int forget(int partition, String study) {
        session.sql(HASTEN).bind(partition).bind(study).update();
        return retire(session.sql(FORGET_STUDY).bind(partition).bind(study).list(row -> row.getString(1)));
    }

    /// Forgets some versions, by their negative keys. The lock of the feed is held.
    ///
    /// @return how many there were
    public int forget(List<Long> keys) {
        long[] positive = keys.stream().mapToLong(key -> -key).toArray();
        return retire(session.sql(FORGET).bindLongs(positive).list(row -> row.getString(1)));
    }

    private int retire(List<String> blobs) {
        new RetiredBlobs(session).retireUnreferenced(blobs, false);
        return blobs.size();
    }

    /// What would be erased with some studies.
    public Prospect foresee(int partition, List<String> studies) {
        String[] uids = studies.toArray(String[]::new);
        return session.sql(FORESEE)
                .bind(partition)
                .bindTexts(uids)
                .bind(partition)
                .bindTexts(uids)
                .bind(partition)
                .bindTexts(uids)
                .get(row -> new Prospect(row.getLong(1), row.getLong(2), row.getLong(3)));
    }
}
