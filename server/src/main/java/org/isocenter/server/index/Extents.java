package org.isocenter.server.index;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.Attributes.Attribute;
import org.jspecify.annotations.Nullable;

/// How much of studies and series lies within a snapshot of a cohort. What the rows of studies and series
/// say of it tells of instances beyond the snapshot too, so it is counted anew: for the results of a page,
/// not for all.
final class Extents {
    private static final String COUNT = """
            select study.uid, series.uid, upper(series.modality), count(*)::int,
                array_remove(array_agg(distinct instance.sop_class_uid), null)
            from %sstudy
            join series on series.study = study.key
            join instance on instance.study = study.key and instance.series = series.key
            where %s and study.partition = ? and study.uid = any(?::text[])
            group by study.key, series.key""".formatted(Scope.SNAPSHOT, Scope.INSTANCE);

    private static final String MODALITIES = "array(select upper(series.modality) from series"
            + " where series.study = study.key and " + Scope.series() + ")";

    private static final String SOP_CLASSES =
            "array(select instance.sop_class_uid from series join instance on instance.series = series.key"
                    + " where series.study = study.key and " + Scope.FOUND + ")";

    private final Map<String, Extent> studies = new HashMap<>();
    private final Map<List<String>, Integer> series = new HashMap<>();

    /// What of a study lies within.
    private static final class Extent {
        private final TreeSet<String> modalities = new TreeSet<>();
        private final TreeSet<String> sopClasses = new TreeSet<>();
        private int series;
        private int instances;
    }

    private record Count(
            String study,
            String series,
            @Nullable String modality,
            int instances,
            @Nullable String[] sopClasses) {}

    private Extents(List<Count> counts) {
        for (Count count : counts) {
            Extent extent = studies.computeIfAbsent(count.study, key -> new Extent());
            if (count.modality != null) {
                extent.modalities.add(count.modality);
            }
            for (String sopClass : count.sopClasses) {
                extent.sopClasses.add(Objects.requireNonNull(sopClass));
            }
            extent.series++;
            extent.instances += count.instances;
            series.put(List.of(count.study, count.series), count.instances);
        }
    }

    /// The extents of studies by their UIDs.
    ///
    /// @param scope a snapshot
    static Extents of(Session session, Scope scope, Collection<String> studies) {
        return new Extents(session.sql(COUNT)
                .bind(scope.snapshot())
                .bind(scope.partition())
                .bindTexts(studies.toArray(String[]::new))
                .list(row -> new Count(
                        row.getString(1), row.getString(2), row.findString(3), row.getInt(4), row.getTexts(5))));
    }

    /// What stands in a condition for the value of a key within a snapshot.
    static String column(MatchingKey key) {
        return switch (key) {
            case MODALITIES_IN_STUDY -> MODALITIES;
            case SOP_CLASSES_IN_STUDY -> SOP_CLASSES;
            default -> key.qualified();
        };
    }

    /// A result with what it says of instances counted within the snapshot.
    Match recounted(Match match) {
        Extent extent = studies.get(match.studyUid());
        if (extent == null) {
            // It has been deleted since it was found.
            extent = new Extent();
        }
        List<Attribute> counted = new ArrayList<>();
        counted.add(Attributes.texts(Tag.ModalitiesInStudy, "CS", extent.modalities));
        if (match.attributes().stream().anyMatch(one -> one.tag() == Tag.SOPClassesInStudy)) {
            counted.add(Attributes.texts(Tag.SOPClassesInStudy, "UI", extent.sopClasses));
        }
        counted.add(Attributes.count(Tag.NumberOfStudyRelatedSeries, extent.series));
        counted.add(Attributes.count(Tag.NumberOfStudyRelatedInstances, extent.instances));
        if (match.seriesUid() != null) {
            int instances = series.getOrDefault(List.of(match.studyUid(), match.seriesUid()), 0);
            counted.add(Attributes.count(Tag.NumberOfSeriesRelatedInstances, instances));
        }
        return match.with(counted);
    }
}
