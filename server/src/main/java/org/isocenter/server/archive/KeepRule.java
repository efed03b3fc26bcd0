package org.isocenter.server.archive;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.Term;
import org.jspecify.annotations.Nullable;

/// A rule by which studies are deleted when they are old: `old checks: Modality=CR &
/// StudyDescription=*check* & StudyAge=3650d`. A name, text that the study, or one series or instance of
/// it, has to have, and how old it has to be: by its Study Date (`StudyAge`), or since it was last stored
/// to or changed (`UnchangedFor`). `Partition=NAME` leaves all other data partitions alone.
///
/// @param partition to which it applies, or null for all
/// @param level at which all of the text has to be found together
/// @param studyDate whether the age is that of the Study Date
public record KeepRule(
        String name, @Nullable String partition, Level level, List<Term> terms, boolean studyDate, Duration age) {
    private static final Pattern AGE = Pattern.compile("(StudyAge|UnchangedFor)\\s*=\\s*([1-9]\\d{0,4})d");
    private static final Pattern PARTITION = Pattern.compile("Partition\\s*=\\s*(\\S+)");
    private static final int NAME_CHARACTERS_MAX = 64;

    public KeepRule {
        terms = List.copyOf(terms);
    }

    /// The rule that a text is, or null where it is none.
    public static @Nullable KeepRule find(String text) {
        int colon = text.indexOf(':');
        String name = text.substring(0, Math.max(colon, 0)).strip();
        if (name.isEmpty() || name.length() > NAME_CHARACTERS_MAX) {
            return null;
        }
        String partition = null;
        Matcher age = null;
        List<String> conditions = new ArrayList<>();
        for (String part : text.substring(colon + 1).split("&", -1)) {
            Matcher asAge = AGE.matcher(part.strip());
            Matcher asPartition = PARTITION.matcher(part.strip());
            if (asAge.matches()) {
                if (age != null) {
                    return null;
                }
                age = asAge;
            } else if (asPartition.matches()) {
                if (partition != null || !Partitions.isName(asPartition.group(1))) {
                    return null;
                }
                partition = asPartition.group(1);
            } else {
                conditions.add(part);
            }
        }
        RuleTerms terms = RuleTerms.find(conditions);
        return age == null || terms == null
                ? null
                : new KeepRule(
                        name,
                        partition,
                        terms.level(),
                        terms.terms(),
                        age.group(1).equals("StudyAge"),
                        Duration.ofDays(Integer.parseInt(age.group(2))));
    }

    /// A page of what satisfies the rule, but for the time since it was changed.
    Search search(LocalDate today, long before, int limit) {
        List<Term> all = new ArrayList<>(terms);
        if (studyDate) {
            LocalDate last = today.minusDays(age.toDays());
            all.add(Term.dates(MatchingKey.STUDY_DATE, "-infinity", DateTimeFormatter.ISO_LOCAL_DATE.format(last)));
        }
        return new Search(level, all, null, new Search.Fields(false, Set.of()), limit, 0, before);
    }

    static LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }
}
