package org.isocenter.server.index;

import java.util.List;
import org.isocenter.server.db.Session;

/// Lists what is in studies: every instance with the digest of its bytes.
public final class Manifest {
    private static final String LINES = """
            select study.uid, series.uid, instance.uid, instance.blob_bytes, instance.sha256
            from study
            join series on series.study = study.key
            join instance on instance.study = study.key and instance.series = series.key
            where study.partition = ? and study.uid = any(?::text[])
            order by study.uid collate "C", series.uid collate "C", instance.uid collate "C" nulls last""";

    private final Session session;

    public Manifest(Session session) {
        this.session = session;
    }

    public record Line(String studyUid, String seriesUid, String instanceUid, long lengthBytes, byte[] sha256) {}

    /// The instances of studies, by their UIDs. Studies that are not there have none.
    public List<Line> lines(int partition, List<String> studies) {
        return session.sql(LINES)
                .bind(partition)
                .bindTexts(studies.toArray(String[]::new))
                .list(row -> new Line(
                        row.getString(1), row.getString(2), row.getString(3), row.getLong(4), row.getBytes(5)));
    }
}
