package org.isocenter.server.index;

import java.time.Instant;
import java.util.List;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.Entry.Identity;
import org.jspecify.annotations.Nullable;

/// Finds rows by the second half of the ids that they have as FHIR resources (V5__fhir_ids.sql), and reads
/// what these resources are made of.
public final class FhirKeys {
    private static final String STUDIES = "select uid from searched_study where partition = ? and fhir_key(uid) = ?";

    private static final String DOCUMENTS = """
            select instance.partition, study.uid, series.uid, instance.uid
            from searched_instance instance
            join series on series.key = instance.series
            join study on study.key = instance.study
            where instance.partition = ? and fhir_key(instance.uid) = ?
            and (instance.sop_class_uid like '1.2.840.10008.5.1.4.1.1.88.%'
                or instance.sop_class_uid like '1.2.840.10008.5.1.4.1.1.104.%')""";

    private static final String PATIENT_ID = """
            select patient_id from study
            where partition = ? and patient_fhir_key = ? and patient_id is not null
            order by key desc limit 1""";

    /// The oldest instance of each series, series in the order in which they are read.
    private static final String FIRSTS = """
            select study.uid, study.revision, study.changed, series.instances, first.head
            from study
            join series on series.study = study.key,
            lateral (select head from instance where instance.series = series.key order by instance.key limit 1) as first
            where study.partition = ? and study.uid = any(?::text[])
            order by study.key, series.series_number nulls last, series.key""";

    private final Session session;

    /// The oldest instance of a series, and how many there are.
    ///
    /// @param revision of the study
    /// @param changed when the study changed last
    public record First(String studyUid, long revision, Instant changed, int instances, byte[] head) {}

    public FhirKeys(Session session) {
        this.session = session;
    }

    /// The UIDs of the studies whose UID has this key: one at most, unless somebody made two up.
    public List<String> studies(int partition, long key) {
        return session.sql(STUDIES).bind(partition).bind(key).list(row -> row.getString(1));
    }

    /// The documents whose SOP Instance UID has this key.
    public List<Identity> documents(int partition, long key) {
        return session.sql(DOCUMENTS)
                .bind(partition)
                .bind(key)
                .list(row -> new Identity(row.getInt(1), row.getString(2), row.getString(3), row.getString(4)));
    }

    /// The Patient ID with this key as searches compare it, or null where no study has one.
    public @Nullable String findPatientId(int partition, long key) {
        return session.sql(PATIENT_ID).bind(partition).bind(key).findFirst(row -> row.getString(1));
    }

    /// The first instances of the series of some studies, study by study.
    public List<First> firsts(int partition, List<String> studyUids) {
        return session.sql(FIRSTS)
                .bind(partition)
                .bindTexts(studyUids.toArray(String[]::new))
                .list(row ->
                        new First(row.getString(1), row.getLong(2), row.getInstant(3), row.getInt(4), row.getBytes(5)));
    }
}
