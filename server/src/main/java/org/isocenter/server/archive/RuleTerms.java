package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Tags;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.Term;
import org.jspecify.annotations.Nullable;

/// Conditions of a rule, such as `Modality=CT` and `BodyPartExamined=CH*`: text that something has to have.
///
/// @param level at which all of them can be looked for together
record RuleTerms(Level level, List<Term> terms) {
    /// What the conditions are, or null where one of them is none.
    static @Nullable RuleTerms find(List<String> conditions) {
        Level level = Level.STUDY;
        List<Term> terms = new ArrayList<>();
        for (String condition : conditions) {
            int equals = condition.indexOf('=');
            MatchingKey key =
                    equals < 0 ? null : findKey(condition.substring(0, equals).strip());
            String value = condition.substring(equals + 1).strip();
            if (key == null || value.isEmpty()) {
                return null;
            }
            boolean wild = value.indexOf('*') >= 0 || value.indexOf('?') >= 0;
            terms.add(wild ? Term.pattern(key, value) : Term.texts(key, List.of(value)));
            level = level.knows(key.level()) ? level : key.level();
        }
        return new RuleTerms(level, List.copyOf(terms));
    }

    /// The key of a keyword or tag, if it is text.
    private static @Nullable MatchingKey findKey(String name) {
        Dictionary.Attribute attribute = Dictionary.find(name);
        MatchingKey key = MatchingKey.find(attribute == null ? Tags.parse(name) : attribute.tag());
        return key != null && (key.kind() == MatchingKey.Kind.TEXT || key.kind() == MatchingKey.Kind.TEXTS)
                ? key
                : null;
    }
}
