package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.Term;
import org.jspecify.annotations.Nullable;

/// A rule by which a study makes work: `Chest CT nodules @ NODULES: Modality=CT & BodyPartExamined=CHEST`.
/// The label and the station of the workitem, and text that the study, or one series or instance of it, has
/// to have; `*` and `?` stand for characters.
///
/// @param level at which all of the text has to be found together
public record WorkRule(String label, String station, Level level, List<Term> terms) {
    private static final int LABEL_CHARACTERS_MAX = 64;
    private static final int STATION_CHARACTERS_MAX = 16;

    public WorkRule {
        terms = List.copyOf(terms);
    }

    /// The rule that a text is, or null where it is none.
    public static @Nullable WorkRule find(String text) {
        int colon = text.indexOf(':');
        int at = text.indexOf('@');
        if (at < 0 || colon < at) {
            return null;
        }
        String label = text.substring(0, at).strip();
        String station = text.substring(at + 1, colon).strip();
        RuleTerms terms = RuleTerms.find(List.of(text.substring(colon + 1).split("&", -1)));
        boolean named = !label.isEmpty()
                && label.length() <= LABEL_CHARACTERS_MAX
                && !station.isEmpty()
                && station.length() <= STATION_CHARACTERS_MAX
                && (label + station).indexOf('\\') < 0;
        return named && terms != null ? new WorkRule(label, station, terms.level(), terms.terms()) : null;
    }

    /// The search that finds something where a study satisfies the rule.
    Search search(String study) {
        List<Term> all = new ArrayList<>(terms);
        all.add(Term.uids(MatchingKey.STUDY_INSTANCE_UID, List.of(study)));
        return new Search(level, all, null, new Search.Fields(false, Set.of()), 1, 0);
    }
}
