package org.isocenter.server.index;

import java.util.List;
import java.util.Set;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.Entry.Identity;
import org.jspecify.annotations.Nullable;

/// Looks up studies, series and instances by their UIDs. UIDs of another partition do not exist here.
public final class IndexReader {
    private static final String INSTANCE_COLUMNS = """
            instance.key, instance.partition, study.uid, series.uid, instance.uid, coalesce(instance.sop_class_uid, ''),
            instance.transfer_syntax, instance.revision,
            instance.blob, instance.blob_bytes, instance.sha256, instance.crc32c""";

    private static final String STUDY =
            "select key, uid, revision, instances from study where partition = ? and uid = ?";

    private static final String SERIES = """
            select series.key, series.uid, series.revision, series.instances
            from study join series on series.study = study.key
            where study.partition = ? and study.uid = ? and series.uid = ?""";

    private static final String SERIES_OF_STUDY = """
            select series.key, series.uid, series.revision, series.instances
            from study join series on series.study = study.key
            where study.partition = ? and study.uid = ?
            order by series.series_number nulls last, series.key""";

    private static final String INSTANCE = """
            select %s, instance.head
            from study
            join series on series.study = study.key
            join instance on instance.study = study.key and instance.series = series.key
            where study.partition = ? and study.uid = ? and series.uid = ? and instance.uid = ?""".formatted(INSTANCE_COLUMNS);

    private static final String INSTANCES_OF_SERIES = """
            select %s, %s
            from instance
            join series on series.key = instance.series
            join study on study.key = instance.study
            where instance.series = ? and instance.key > ?
            order by instance.key
            limit ?""";
    private static final String PAGE = INSTANCES_OF_SERIES.formatted(INSTANCE_COLUMNS, "''::bytea");
    private static final String PAGE_WITH_HEADS = INSTANCES_OF_SERIES.formatted(INSTANCE_COLUMNS, "instance.head");

    private final Session session;

    public IndexReader(Session session) {
        this.session = session;
    }

    public @Nullable State findStudy(int partition, String study) {
        return session.sql(STUDY).bind(partition).bind(study).findFirst(IndexReader::state);
    }

    public @Nullable State findSeries(int partition, String study, String series) {
        return session.sql(SERIES).bind(partition).bind(study).bind(series).findFirst(IndexReader::state);
    }

    /// The series of a study by series number, then by age.
    public List<State> series(int partition, String study) {
        return session.sql(SERIES_OF_STUDY).bind(partition).bind(study).list(IndexReader::state);
    }

    public @Nullable Located findInstance(Identity identity) {
        return session.sql(INSTANCE)
                .bind(identity.partition())
                .bind(identity.studyUid())
                .bind(identity.seriesUid())
                .bind(identity.instanceUid())
                .findFirst(IndexReader::located);
    }

    /// A page of the instances of a series, oldest first.
    ///
    /// @param after the key of the last instance of the page before, or 0
    public List<Located> instances(long series, long after, int limit, boolean withHeads) {
        return session.sql(withHeads ? PAGE_WITH_HEADS : PAGE)
                .bind(series)
                .bind(after)
                .bind(limit)
                .list(IndexReader::located);
    }

    /// The transfer syntaxes of all instances of some series.
    public Set<String> transferSyntaxes(List<State> series) {
        return Set.copyOf(session.sql("select distinct transfer_syntax from instance where series = any(?::bigint[])")
                .bindLongs(series.stream().mapToLong(State::key).toArray())
                .list(row -> row.getString(1)));
    }

    static Located located(Row row) {
        return new Located(
                row.getLong(1),
                new Identity(row.getInt(2), row.getString(3), row.getString(4), row.getString(5)),
                row.getString(6),
                row.getString(7),
                row.getLong(8),
                new StoredBytes(row.getString(9), row.getLong(10), row.getBytes(11), row.getBytes(12)),
                row.getBytes(13));
    }

    private static State state(Row row) {
        return new State(row.getLong(1), row.getString(2), row.getLong(3), row.getInt(4));
    }
}
