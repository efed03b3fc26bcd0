package org.isocenter.server.index;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.isocenter.server.db.Sql;
import org.jspecify.annotations.Nullable;

/// Looks up what studies, series and instances were, from the rows of former versions and of what has not
/// changed since. What was deleted is not there, whatever it was before.
final class FormerReader {
    /// Every state of every instance that the UIDs name. Keys of former versions are negative.
    private static final String STATES = """
            with state as (
                select distinct on (series_uid, instance_uid) * from (
                    select -version.key as key, partition, study_uid, series_uid, instance_uid,
                        coalesce(sop_class_uid, '') as sop_class_uid, transfer_syntax, revision, until,
                        blob, blob_bytes, sha256, crc32c, %s as head
                    from version
                    where partition = ? and study_uid = ?
                        and (?::text is null or series_uid = ?) and (?::text is null or instance_uid = ?)
                        and not exists (select from version later
                            where later.partition = version.partition and later.study_uid = version.study_uid
                                and later.series_uid = version.series_uid and later.instance_uid = version.instance_uid
                                and later.until >= version.until and later.deleted and later.restored is null)
                    union all
                    select instance.key, instance.partition, study.uid, series.uid, instance.uid,
                        coalesce(instance.sop_class_uid, ''), instance.transfer_syntax, instance.revision, null,
                        instance.blob, instance.blob_bytes, instance.sha256, instance.crc32c, %s
                    from study
                    join series on series.study = study.key
                    join instance on instance.study = study.key and instance.series = series.key
                    where study.partition = ? and study.uid = ?
                        and (?::text is null or series.uid = ?) and (?::text is null or instance.uid = ?)
                ) as every
                where ?::bigint = 0 or revision <= ? and (until is null or until > ?)
                order by series_uid, instance_uid, revision
            )
            """;

    private static final String WITHOUT_HEADS = STATES.formatted("''::bytea", "''::bytea");
    private static final String WITH_HEADS = STATES.formatted("version.head", "instance.head");

    private static final String LOCATED = """
            select key, partition, study_uid, series_uid, instance_uid, sop_class_uid, transfer_syntax, revision,
                blob, blob_bytes, sha256, crc32c, head
            from state
            """;

    /// Instances that are still what they were come first.
    private static final String PAGE = LOCATED + """
            where ?::bigint >= 0 and key > ? or key < 0 and (? >= 0 or key < ?)
            order by key < 0, abs(key)
            limit ?""";

    private static final String STUDY =
            "select 0::bigint, study_uid, study_uid, max(revision), count(*)::int from state group by study_uid";

    private static final String SERIES = """
            select 0::bigint, study_uid, series_uid, max(revision), count(*)::int from state
            group by study_uid, series_uid order by min(abs(key)), series_uid""";

    private static final String SYNTAXES =
            "select distinct transfer_syntax from state where series_uid = any(?::text[])";

    private static final String ONE = """
            select -key, partition, study_uid, series_uid, instance_uid, coalesce(sop_class_uid, ''), transfer_syntax,
                revision, blob, blob_bytes, sha256, crc32c, head
            from version where key = ?""";

    private final Session session;
    private final Scope scope;
    private final long version;

    FormerReader(Session session, Scope scope) {
        this.session = session;
        this.scope = scope;
        this.version = Objects.requireNonNull(scope.version());
    }

    @Nullable
    State findStudy(String study) {
        return sql(WITHOUT_HEADS + STUDY, study, null, null).findFirst(IndexReader::state);
    }

    @Nullable
    State findSeries(String study, String series) {
        return sql(WITHOUT_HEADS + SERIES, study, series, null).findFirst(IndexReader::state);
    }

    List<State> series(String study) {
        return sql(WITHOUT_HEADS + SERIES, study, null, null).list(IndexReader::state);
    }

    @Nullable
    Located findInstance(String study, String series, String instance) {
        return sql(WITH_HEADS + LOCATED, study, series, instance).findFirst(IndexReader::located);
    }

    List<Located> instances(State series, long after, int limit, boolean withHeads) {
        return sql((withHeads ? WITH_HEADS : WITHOUT_HEADS) + PAGE, series.study(), series.uid(), null)
                .bind(after)
                .bind(after)
                .bind(after)
                .bind(after)
                .bind(limit)
                .list(IndexReader::located);
    }

    Set<String> transferSyntaxes(List<State> series) {
        return series.isEmpty()
                ? Set.of()
                : Set.copyOf(sql(WITHOUT_HEADS + SYNTAXES, series.getFirst().study(), null, null)
                        .bindTexts(series.stream().map(State::uid).toArray(String[]::new))
                        .list((Row row) -> row.getString(1)));
    }

    /// A former version by the negative key that it has as an instance.
    static @Nullable Located find(Session session, long key) {
        return session.sql(ONE).bind(-key).findFirst(IndexReader::located);
    }

    private Sql sql(String text, String study, @Nullable String series, @Nullable String instance) {
        Sql sql = session.sql(text);
        for (int table = 0; table < 2; table++) {
            sql.bind(scope.partition())
                    .bind(study)
                    .bind(series)
                    .bind(series)
                    .bind(instance)
                    .bind(instance);
        }
        return sql.bind(version).bind(version).bind(version);
    }
}
