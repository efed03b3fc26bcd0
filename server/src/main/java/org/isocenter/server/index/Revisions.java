package org.isocenter.server.index;

import java.util.List;
import java.util.function.Function;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.Entry.Identity;
import org.jspecify.annotations.Nullable;

/// Tells how instances stand, many at a time and without reading them.
public final class Revisions {
    /// Begins with the UID of the instance, of which there is hardly ever a second: a plan that begins with the
    /// series may go through all of its instances for each that is asked for.
    private static final String REVISIONS = """
            select instance.revision
            from unnest(?::int[], ?::text[], ?::text[], ?::text[])
                with ordinality as asked (partition, study_uid, series_uid, instance_uid, ordinal)
            left join (
                instance join series on series.key = instance.series join study on study.key = instance.study)
                on instance.partition = asked.partition and instance.uid = asked.instance_uid
                    and series.uid = asked.series_uid and study.uid = asked.study_uid
            order by asked.ordinal""";

    private final Session session;

    public Revisions(Session session) {
        this.session = session;
    }

    /// The revision of each instance, in the order of the instances; null for one that is not there.
    public List<@Nullable Long> of(List<Identity> instances) {
        return session.sql(REVISIONS)
                .bindInts(instances.stream().mapToInt(Identity::partition).toArray())
                .bindTexts(texts(instances, Identity::studyUid))
                .bindTexts(texts(instances, Identity::seriesUid))
                .bindTexts(texts(instances, Identity::instanceUid))
                .<@Nullable Long>list(row -> row.findLong(1));
    }

    private static String[] texts(List<Identity> instances, Function<Identity, String> text) {
        return instances.stream().map(text).toArray(String[]::new);
    }
}
