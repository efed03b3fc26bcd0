package org.isocenter.server.fhirweb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.isocenter.server.fhir.mapping.StudyResources;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.Term;

/// What studies have to satisfy: conditions for the index, which knows DICOM and no systems of identifiers,
/// and conditions for what the mapping makes of a study, which decide.
final class Criteria {
    private final Map<MatchingKey, Term> terms = new LinkedHashMap<>();
    private final List<Predicate<StudyResources>> checks = new ArrayList<>();
    private boolean impossible;

    /// The index is told one condition for each key, the first; others have to be checked.
    ///
    /// @return whether the index is told this one
    boolean narrow(Term term) {
        return terms.putIfAbsent(term.key(), term) == null;
    }

    void check(Predicate<StudyResources> condition) {
        checks.add(condition);
    }

    /// No study satisfies this.
    void exclude() {
        impossible = true;
    }

    boolean isImpossible() {
        return impossible;
    }

    List<Term> terms() {
        return List.copyOf(terms.values());
    }

    boolean holds(StudyResources study) {
        return checks.stream().allMatch(check -> check.test(study));
    }

    /// Whether the index alone decides.
    boolean isExact() {
        return checks.isEmpty();
    }

    /// The same and a further condition.
    Criteria and(Term term, Predicate<StudyResources> condition) {
        Criteria both = new Criteria();
        both.terms.putAll(terms);
        both.checks.addAll(checks);
        both.impossible = impossible;
        both.narrow(term);
        both.check(condition);
        return both;
    }
}
