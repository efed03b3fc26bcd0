package org.isocenter.server.fhirweb;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Find;
import org.isocenter.server.archive.Retrieve;
import org.isocenter.server.archive.Survey;
import org.isocenter.server.fhir.mapping.MappingOptions;
import org.isocenter.server.fhir.mapping.MappingOptions.Detail;
import org.isocenter.server.fhir.mapping.StudyMapping;
import org.isocenter.server.fhir.mapping.StudyResources;
import org.isocenter.server.index.IndexSearcher.Page;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.Match;
import org.isocenter.server.index.Search;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The studies of the archive as FHIR resources, newest first.
final class Studies {
    /// Studies that are looked at to fill one page. A page may end before it is full; what follows it goes on
    /// behind the last that was looked at.
    private static final int LOOKS_MAX = 1_000;

    private static final Search.Fields NO_FIELDS = new Search.Fields(false, java.util.Set.of());
    private static final Caller CALLER = Caller.anyone();

    private final Find find;
    private final Retrieve retrieve;
    private final Survey survey;
    private final MappingOptions options;

    Studies(Find find, Retrieve retrieve, Survey survey, MappingOptions options) {
        this.find = find;
        this.retrieve = retrieve;
        this.survey = survey;
        this.options = options;
    }

    /// A study and its resources at one revision.
    ///
    /// @param key by which studies are ordered, or 0 where it was not asked for
    record Study(long key, String uid, long revision, Instant changed, StudyResources resources) {
        ObjectNode imagingStudy() {
            return versioned(resources.imagingStudy());
        }

        @Nullable
        ObjectNode findPatient() {
            return resources.patient() == null ? null : versioned(resources.patient());
        }

        private ObjectNode versioned(ObjectNode resource) {
            ObjectNode meta =
                    resource.get("meta") instanceof ObjectNode there ? there : JsonNodeFactory.instance.objectNode();
            meta.put("versionId", Long.toString(revision));
            meta.put("lastUpdated", changed.truncatedTo(ChronoUnit.MILLIS).toString());
            resource.set("meta", meta);
            return resource;
        }
    }

    /// Studies as one instance of each series tells of them, by their UIDs.
    Map<String, Study> survey(List<Match> matches) {
        Map<String, StudyMapping> mappings = new HashMap<>();
        Map<String, Survey.Series> last = new HashMap<>();
        survey.read(CALLER, matches.stream().map(Match::studyUid).toList(), series -> {
            mappings.computeIfAbsent(series.studyUid(), uid -> new StudyMapping(options.to(Detail.SERIES), uid))
                    .add(series.oldest(), series.instances());
            last.put(series.studyUid(), series);
        });
        Map<String, Study> studies = new HashMap<>();
        for (Match match : matches) {
            StudyMapping mapping = mappings.get(match.studyUid());
            Survey.Series series = last.get(match.studyUid());
            if (mapping != null && series != null) {
                studies.put(
                        match.studyUid(),
                        new Study(
                                match.key(), match.studyUid(), series.revision(), series.changed(), mapping.finish()));
            }
        }
        return studies;
    }

    /// The study at its present revision without its resources, or null where there is none.
    @Nullable
    Study find(String uid) {
        Survey.Series[] last = {null};
        StudyMapping mapping = new StudyMapping(options.to(Detail.SERIES), uid);
        survey.read(CALLER, List.of(uid), series -> {
            mapping.add(series.oldest(), series.instances());
            last[0] = series;
        });
        return last[0] == null ? null : new Study(0, uid, last[0].revision(), last[0].changed(), mapping.finish());
    }

    /// A study that was found, with all that its instances tell; null where it is gone.
    @Nullable
    Study findWhole(Study found) {
        StudyMapping mapping = new StudyMapping(options.to(Detail.INSTANCE), found.uid());
        boolean[] there = {false};
        retrieve.instances(CALLER, retrieve.series(CALLER, found.uid()), true).forEachRemaining(located -> {
            there[0] = true;
            mapping.add(retrieve.head(located).dataSet());
        });
        return there[0]
                ? new Study(found.key(), found.uid(), found.revision(), found.changed(), mapping.finish())
                : null;
    }

    /// Shows studies that satisfy the criteria until the visitor has seen enough.
    ///
    /// @param before the key behind which to begin, or 0
    /// @param atOnce how many to read at a time
    /// @param wantsMore told of each study
    /// @return the key behind which to go on, or 0 where there is nothing more
    long walk(Criteria criteria, long before, int atOnce, Predicate<Study> wantsMore) {
        long last = before;
        for (int looks = 0; looks < LOOKS_MAX && !criteria.isImpossible(); looks += atOnce) {
            Page page = find.page(CALLER, new Search(Level.STUDY, criteria.terms(), null, NO_FIELDS, atOnce, 0, last));
            Map<String, Study> studies = survey(page.matches());
            for (Match match : page.matches()) {
                last = match.key();
                Study study = studies.get(match.studyUid());
                if (study != null && criteria.holds(study.resources()) && !wantsMore.test(study)) {
                    return last == page.matches().getLast().key() && !page.more() ? 0 : last;
                }
            }
            if (!page.more()) {
                return 0;
            }
        }
        return criteria.isImpossible() ? 0 : last;
    }

    /// How many studies satisfy the criteria, or -1 where too many would have to be looked at to tell.
    long count(Criteria criteria) {
        if (criteria.isImpossible()) {
            return 0;
        }
        if (criteria.isExact()) {
            return find.count(CALLER, new Search(Level.STUDY, criteria.terms(), null, NO_FIELDS, 1, 0, 0));
        }
        long[] count = {0};
        long left = walk(criteria, 0, SearchReader.COUNT_MAX, study -> {
            count[0]++;
            return true;
        });
        return left == 0 ? count[0] : -1;
    }
}
