package org.isocenter.server.index;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.Entry.Identity;
import org.jspecify.annotations.Nullable;

/// Looks up studies, series and instances by their UIDs. What lies beyond the scope does not exist here.
public final class IndexReader {
    static final String INSTANCE_COLUMNS = """
            instance.key, instance.partition, study.uid, series.uid, instance.uid, coalesce(instance.sop_class_uid, ''),
            instance.transfer_syntax, instance.revision,
            instance.blob, instance.blob_bytes, instance.sha256, instance.crc32c""";

    private static final String STUDY =
            "select key, uid, uid, revision, instances from study where partition = ? and uid = ?";

    private static final String SERIES = """
            select series.key, study.uid, series.uid, series.revision, series.instances
            from study join series on series.study = study.key
            where study.partition = ? and study.uid = ? and series.uid = ?""";

    private static final String SERIES_OF_STUDY = """
            select series.key, study.uid, series.uid, series.revision, series.instances
            from study join series on series.study = study.key
            where study.partition = ? and study.uid = ?
            order by series.series_number nulls last, series.key""";

    /// Within a snapshot, instances are counted.
    private static final String COUNTED_WITHIN = """
            select {}.key, study.uid, {}.uid, {}.revision, count(*)::int
            from %sstudy
            join series on series.study = study.key
            join instance on instance.study = study.key and instance.series = series.key
            where %s and study.partition = ? and study.uid = ?
            """.formatted(Scope.SNAPSHOT, Scope.INSTANCE);

    private static final String STUDY_WITHIN = COUNTED_WITHIN.replace("{}", "study") + "group by study.key";
    private static final String SERIES_WITHIN =
            COUNTED_WITHIN.replace("{}", "series") + "and series.uid = ? group by study.key, series.key";
    private static final String SERIES_OF_STUDY_WITHIN = COUNTED_WITHIN.replace("{}", "series")
            + "group by study.key, series.key order by series.series_number nulls last, series.key";

    private static final String INSTANCE = """
            select %s, instance.head
            from {}study
            join series on series.study = study.key
            join instance on instance.study = study.key and instance.series = series.key
            where study.partition = ? and study.uid = ? and series.uid = ? and instance.uid = ?""".formatted(INSTANCE_COLUMNS);
    private static final String INSTANCE_OF_ALL = INSTANCE.replace("{}", "");
    private static final String INSTANCE_WITHIN = INSTANCE.replace("{}", Scope.SNAPSHOT) + " and " + Scope.INSTANCE;

    /// Begins with the UID of the instance, of which there is hardly ever a second: a plan that begins with the
    /// series may go through all of its instances for each that is asked for.
    private static final String INSTANCES = """
            select %s, instance.head
            from unnest(?::int[], ?::text[], ?::text[], ?::text[])
                as asked (partition, study_uid, series_uid, instance_uid)
            join instance on instance.partition = asked.partition and instance.uid = asked.instance_uid
            join series on series.key = instance.series and series.uid = asked.series_uid
            join study on study.key = instance.study and study.uid = asked.study_uid""".formatted(INSTANCE_COLUMNS);

    private static final String INSTANCES_OF_SERIES = """
            select %s, %s
            from %sinstance
            join series on series.key = instance.series
            join study on study.key = instance.study
            where %s instance.series = ? and instance.key > ?
            order by instance.key
            limit ?""";
    private static final String PAGE = page("''::bytea", "", "");
    private static final String PAGE_WITH_HEADS = page("instance.head", "", "");
    private static final String PAGE_WITHIN = page("''::bytea", Scope.SNAPSHOT, Scope.INSTANCE + " and");
    private static final String PAGE_WITH_HEADS_WITHIN = page("instance.head", Scope.SNAPSHOT, Scope.INSTANCE + " and");

    private static final String SYNTAXES =
            "select distinct transfer_syntax from instance where series = any(?::bigint[])";

    private static final String SYNTAXES_WITHIN = """
            select distinct transfer_syntax
            from %sinstance
            join series on series.key = instance.series
            join study on study.key = instance.study
            where %s and instance.series = any(?::bigint[])""".formatted(Scope.SNAPSHOT, Scope.INSTANCE);

    private final Session session;

    public IndexReader(Session session) {
        this.session = session;
    }

    private static String page(String head, String snapshot, String condition) {
        return INSTANCES_OF_SERIES.formatted(INSTANCE_COLUMNS, head, snapshot, condition);
    }

    public @Nullable State findStudy(Scope scope, String study) {
        if (scope.version() != null) {
            return new FormerReader(session, scope).findStudy(study);
        }
        return scope.sql(session, STUDY, STUDY_WITHIN)
                .bind(scope.partition())
                .bind(study)
                .findFirst(IndexReader::state);
    }

    public @Nullable State findSeries(Scope scope, String study, String series) {
        if (scope.version() != null) {
            return new FormerReader(session, scope).findSeries(study, series);
        }
        return scope.sql(session, SERIES, SERIES_WITHIN)
                .bind(scope.partition())
                .bind(study)
                .bind(series)
                .findFirst(IndexReader::state);
    }

    /// The series of a study by series number, then by age.
    public List<State> series(Scope scope, String study) {
        if (scope.version() != null) {
            return new FormerReader(session, scope).series(study);
        }
        return scope.sql(session, SERIES_OF_STUDY, SERIES_OF_STUDY_WITHIN)
                .bind(scope.partition())
                .bind(study)
                .list(IndexReader::state);
    }

    public @Nullable Located findInstance(Identity identity) {
        return findInstance(
                Scope.all(identity.partition()), identity.studyUid(), identity.seriesUid(), identity.instanceUid());
    }

    public @Nullable Located findInstance(Scope scope, String study, String series, String instance) {
        if (scope.version() != null) {
            return new FormerReader(session, scope).findInstance(study, series, instance);
        }
        return scope.sql(session, INSTANCE_OF_ALL, INSTANCE_WITHIN)
                .bind(scope.partition())
                .bind(study)
                .bind(series)
                .bind(instance)
                .findFirst(IndexReader::located);
    }

    /// Some instances, in any order; those that are not there are left out.
    public List<Located> findInstances(Collection<Identity> identities) {
        return session.sql(INSTANCES)
                .bindInts(identities.stream().mapToInt(Identity::partition).toArray())
                .bindTexts(identities.stream().map(Identity::studyUid).toArray(String[]::new))
                .bindTexts(identities.stream().map(Identity::seriesUid).toArray(String[]::new))
                .bindTexts(identities.stream().map(Identity::instanceUid).toArray(String[]::new))
                .list(IndexReader::located);
    }

    /// An instance, or a former version of one, as it is located now.
    public @Nullable Located locateAgain(Located located) {
        return located.key() < 0 ? FormerReader.find(session, located.key()) : findInstance(located.identity());
    }

    /// A page of the instances of a series, oldest first.
    ///
    /// @param after the key of the last instance of the page before, or 0
    public List<Located> instances(Scope scope, State series, long after, int limit, boolean withHeads) {
        if (scope.version() != null) {
            return new FormerReader(session, scope).instances(series, after, limit, withHeads);
        }
        return scope.sql(session, withHeads ? PAGE_WITH_HEADS : PAGE, withHeads ? PAGE_WITH_HEADS_WITHIN : PAGE_WITHIN)
                .bind(series.key())
                .bind(after)
                .bind(limit)
                .list(IndexReader::located);
    }

    /// The transfer syntaxes of all instances of some series.
    public Set<String> transferSyntaxes(Scope scope, List<State> series) {
        if (scope.version() != null) {
            return new FormerReader(session, scope).transferSyntaxes(series);
        }
        return Set.copyOf(scope.sql(session, SYNTAXES, SYNTAXES_WITHIN)
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

    static State state(Row row) {
        return new State(row.getLong(1), row.getString(2), row.getString(3), row.getLong(4), row.getInt(5));
    }
}
