package org.isocenter.server.fhirweb;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Find;
import org.isocenter.server.archive.Retrieve;
import org.isocenter.server.archive.Survey;
import org.isocenter.server.fhir.mapping.MappingOptions;
import org.isocenter.server.fhir.mapping.MappingOptions.Detail;
import org.isocenter.server.fhir.mapping.StudyMapping;
import org.isocenter.server.fhir.mapping.StudyResources;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.IndexSearcher.Page;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.Match;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.Term;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The instances that have resources of their own: reports and other documents. What such a resource says
/// follows from its instance alone.
final class Documents {
    /// SOP classes of documents with a tree of content and of encapsulated ones. The numbers behind these
    /// roots are small; those that are not given yet find nothing.
    private static final List<String> SOP_CLASSES = Stream.of("88.", "104.")
            .flatMap(root -> IntStream.rangeClosed(1, 80).mapToObj(n -> "1.2.840.10008.5.1.4.1.1." + root + n))
            .toList();

    private static final int LOOKS_MAX = 1_000;
    private static final Search.Fields NO_FIELDS = new Search.Fields(false, Set.of());
    private static final Caller CALLER = Caller.anyone();

    private final Find find;
    private final Retrieve retrieve;
    private final Survey survey;
    private final MappingOptions options;

    Documents(Find find, Retrieve retrieve, Survey survey, MappingOptions options) {
        this.find = find;
        this.retrieve = retrieve;
        this.survey = survey;
        this.options = options.to(Detail.STUDY);
    }

    /// A resource and the revision of its instance.
    record Document(long revision, ObjectNode resource) {}

    @Nullable
    Document find(Kind kind, String id) {
        for (Identity identity : survey.documents(CALLER, SearchReader.key(id))) {
            Located located =
                    retrieve.findInstance(CALLER, identity.studyUid(), identity.seriesUid(), identity.instanceUid());
            if (located != null) {
                for (Document document : documents(kind, located, map(located))) {
                    if (document.resource().get("id").asString().equals(id)) {
                        return document;
                    }
                }
            }
        }
        return null;
    }

    private StudyResources map(Located located) {
        StudyMapping mapping = new StudyMapping(options, located.identity().studyUid());
        mapping.add(retrieve.head(located).dataSet());
        return mapping.finish();
    }

    private static List<Document> documents(Kind kind, Located located, StudyResources resources) {
        List<Document> documents = new ArrayList<>();
        for (ObjectNode resource : resources.owned()) {
            if (resource.get("resourceType").asString().equals(kind.type())) {
                resource.withObject("meta").put("versionId", Long.toString(located.revision()));
                documents.add(new Document(located.revision(), resource));
            }
        }
        return documents;
    }

    /// Shows documents that satisfy the criteria until the visitor has seen enough, newest first.
    ///
    /// @param before the key behind which to begin, or 0
    /// @return the key behind which to go on, or 0 where there is nothing more
    long walk(Kind kind, Criteria criteria, long before, int atOnce, Predicate<Document> wantsMore) {
        criteria.narrow(Term.uids(MatchingKey.SOP_CLASS_UID, SOP_CLASSES));
        long last = before;
        for (int looks = 0; looks < LOOKS_MAX && !criteria.isImpossible(); looks += atOnce) {
            Page page =
                    find.page(CALLER, new Search(Level.INSTANCE, criteria.terms(), null, NO_FIELDS, atOnce, 0, last));
            for (Match match : page.matches()) {
                last = match.key();
                if (!show(kind, criteria, match, wantsMore)) {
                    return last == page.matches().getLast().key() && !page.more() ? 0 : last;
                }
            }
            if (!page.more()) {
                return 0;
            }
        }
        return criteria.isImpossible() ? 0 : last;
    }

    private boolean show(Kind kind, Criteria criteria, Match match, Predicate<Document> wantsMore) {
        String series = match.seriesUid();
        String instance = match.instanceUid();
        Located located = series == null || instance == null
                ? null
                : retrieve.findInstance(CALLER, match.studyUid(), series, instance);
        if (located == null) {
            return true;
        }
        StudyResources resources = map(located);
        return !criteria.holds(resources)
                || documents(kind, located, resources).stream().allMatch(wantsMore);
    }
}
