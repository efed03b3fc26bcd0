package org.isocenter.server.index;

import java.time.Duration;
import java.util.List;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.Versions.Cause;
import org.jspecify.annotations.Nullable;

/// Removes the rows of an instance, a series or a study, and those above that are left empty.
public final class IndexRemover {
    private static final String LOCK_STUDY = "select key from study where partition = ? and uid = ? for update";

    private static final String LOCK_SERIES =
            "select key from series where study = ? and (?::text is null or uid = ?) order by key for update";

    private static final String INSTANCES = """
            select instance.key
            from instance join series on series.key = instance.series
            where instance.study = ? and series.study = ?
                and (?::text is null or series.uid = ?)
                and (?::text is null or instance.uid = ?)""";

    private static final String DELETE_INSTANCES = """
            delete from instance using series
            where series.key = instance.series and series.study = ? and instance.study = ?
                and instance.key = any(?::bigint[])
            returning series.uid, instance.uid, instance.revision, series.modality, instance.blob_bytes""";

    private static final String COUNT_SERIES = """
            update series set revision = nextval('revision'), changed = now(), shared = null,
                instances = (select count(*) from instance where instance.series = series.key)
            where study = ? and key = any(?::bigint[])""";

    private static final String DELETE_EMPTY_SERIES = "delete from series where study = ? and instances = 0";

    private static final String COUNT_STUDY = """
            update study set revision = nextval('revision'), changed = now(),
                series = (select count(*) from series where series.study = study.key),
                instances = (select coalesce(sum(series.instances), 0) from series where series.study = study.key),
                modalities = array(select distinct upper(series.modality) from series
                    where series.study = study.key and series.modality is not null order by 1),
                sop_classes = array(select distinct instance.sop_class_uid from instance
                    where instance.study = study.key and instance.sop_class_uid is not null order by 1)
            where key = ?""";

    private static final String DELETE_EMPTY_STUDY = "delete from study where key = ? and instances = 0";

    private static final String FORESEE = """
            select count(*) filter (where not held), coalesce(sum(instances) filter (where not held), 0),
                count(*) filter (where held), (select count(*) from unnest(?::text[])) - count(*)
            from (select instances, exists (select from hold
                    where hold.partition = study.partition and hold.study_uid = study.uid) as held
                from study where partition = ? and uid = any(?::text[])) as meant""";

    private static final String UNCHANGED = """
            select uid from study
            where partition = ? and uid = any(?::text[]) and changed < now() - ? * interval '1 millisecond'
            order by key""";

    /// What of some studies would go, and what would not.
    public record Prospect(long studies, long instances, long held, long unknown) {}

    /// An instance whose row is gone.
    ///
    /// @param modality of the series that it was in
    /// @param lengthBytes of its blob
    public record Removed(
            Identity identity, long revision, @Nullable String modality, long lengthBytes) {}

    private final Session session;

    public IndexRemover(Session session) {
        this.session = session;
    }

    /// Removes what the UIDs name: a study, a series of it where `series` is given, an instance where
    /// `instance` is. The instances are kept as former versions.
    ///
    /// @return the instances that went; none where the UIDs name nothing
    public List<Removed> remove(
            int partition, String study, @Nullable String series, @Nullable String instance, Cause cause) {
        Long key = session.sql(LOCK_STUDY).bind(partition).bind(study).findFirst(row -> row.getLong(1));
        if (key == null) {
            return List.of();
        }
        List<Long> locked =
                session.sql(LOCK_SERIES).bind(key).bind(series).bind(series).list(row -> row.getLong(1));
        List<Long> instances = session.sql(INSTANCES)
                .bind(key)
                .bind(key)
                .bind(series)
                .bind(series)
                .bind(instance)
                .bind(instance)
                .list(row -> row.getLong(1));
        if (instances.isEmpty()) {
            return List.of();
        }
        Versions versions = new Versions(session);
        versions.keep(instances, versions.nextRevision(), true, cause);
        List<Removed> removed = session.sql(DELETE_INSTANCES)
                .bind(key)
                .bind(key)
                .bindLongs(instances.stream().mapToLong(Long::longValue).toArray())
                .list(row -> removed(row, partition, study));
        if (!removed.isEmpty()) {
            long[] below = locked.stream().mapToLong(Long::longValue).toArray();
            session.sql(COUNT_SERIES).bind(key).bindLongs(below).update();
            session.sql(DELETE_EMPTY_SERIES).bind(key).update();
            SharedTags.removeUnnamed(session, below);
            session.sql(COUNT_STUDY).bind(key).update();
            session.sql(DELETE_EMPTY_STUDY).bind(key).update();
        }
        return removed;
    }

    /// Tells what would become of studies, no two of which are the same, if somebody deleted them now.
    public Prospect foresee(int partition, List<String> studies) {
        String[] uids = studies.toArray(String[]::new);
        return session.sql(FORESEE)
                .bindTexts(uids)
                .bind(partition)
                .bindTexts(uids)
                .get(row -> new Prospect(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)));
    }

    /// Those of the studies that have not been stored to or changed for so long.
    public List<String> unchanged(int partition, List<String> studies, Duration age) {
        return session.sql(UNCHANGED)
                .bind(partition)
                .bindTexts(studies.toArray(String[]::new))
                .bind(age.toMillis())
                .list(row -> row.getString(1));
    }

    private static Removed removed(Row row, int partition, String study) {
        return new Removed(
                new Identity(partition, study, row.getString(1), row.getString(2)),
                row.getLong(3),
                row.findString(4),
                row.getLong(5));
    }
}
