package org.isocenter.server.index;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.isocenter.dicom.Span;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/// One condition of a search by the values of a [QueryTag].
///
/// It is a predicate of SQL/JSON, which is bound as a value; those of a study or a series are joined to one. So the
/// statements of searches stay few whatever tags there are. The database finds what is equal by its index, and looks
/// at the rest row by row.
///
/// @param level whose rows have the values
/// @param predicate in the path language of SQL/JSON
public record TagTerm(Level level, String predicate) {
    /// A range over more months or hours than these is not narrowed by them.
    private static final int RANGES_MAX = 60;

    /// One of several UIDs.
    public static TagTerm uids(QueryTag tag, List<String> uids) {
        return equal(tag, uids.stream().map(TagTerm::quoted).toList());
    }

    /// One of several texts, without wildcards.
    public static TagTerm texts(QueryTag tag, List<String> texts) {
        return equal(tag, texts.stream().map(text -> quoted(Folding.fold(text))).toList());
    }

    /// Text with wildcards.
    public static TagTerm pattern(QueryTag tag, String pattern) {
        return matching(tag, "^" + expression(Folding.fold(pattern)) + "$");
    }

    /// A name, with or without wildcards, that one of the groups of a person name has to equal.
    public static TagTerm name(QueryTag tag, String name) {
        String folded = Folding.trimComponents(Folding.fold(name));
        return wild(folded) ? matching(tag, "^" + expression(folded) + "$") : equal(tag, List.of(quoted(folded)));
    }

    /// A name of which every word has to be the beginning of a part of a group of the person name.
    public static TagTerm fuzzyName(QueryTag tag, String name) {
        Set<String> words = TagValues.words(name.replace('*', ' ').replace('?', ' '));
        return words.isEmpty()
                ? name(tag, name)
                : all(
                        tag,
                        words.stream()
                                .map(word -> matching(tag, "(^|[^[:alnum:]])" + expression(word)))
                                .toList());
    }

    /// Words, all of which a long text has to hold, with or without wildcards.
    public static TagTerm words(QueryTag tag, String words) {
        List<TagTerm> terms = new ArrayList<>();
        for (String word : words.split("[^\\p{L}\\p{M}\\p{N}*?]+")) {
            String folded = Folding.fold(word);
            if (wild(folded)) {
                terms.add(matching(tag, "^" + expression(folded) + "$"));
            } else if (!folded.isEmpty()) {
                terms.add(equal(tag, List.of(quoted(folded))));
            }
        }
        return terms.isEmpty() ? equal(tag, List.of()) : all(tag, terms);
    }

    /// One of several numbers.
    ///
    /// @return null where a text is no number
    public static @Nullable TagTerm findNumbers(QueryTag tag, List<String> texts) {
        List<String> numbers = new ArrayList<>();
        for (String text : texts) {
            Object number = TagValues.findNumber(text);
            if (number == null) {
                return null;
            }
            numbers.add(number.toString());
        }
        return equal(tag, numbers);
    }

    public static TagTerm dates(QueryTag tag, Span<LocalDate> dates) {
        LocalDate first = dates.first();
        LocalDate last = dates.last();
        return range(
                tag,
                first == null ? null : TagValues.number(first),
                last == null ? null : TagValues.number(last),
                months(first, last));
    }

    public static TagTerm times(QueryTag tag, Span<LocalTime> times) {
        LocalTime first = times.first();
        LocalTime last = times.last();
        int from = first == null ? 0 : first.getHour();
        int to = last == null ? 23 : last.getHour();
        return range(
                tag,
                first == null ? null : TagValues.number(first),
                last == null ? null : TagValues.number(last),
                LongStream.rangeClosed(from, to).boxed().toList());
    }

    public static TagTerm moments(QueryTag tag, Span<Instant> moments) {
        Instant first = moments.first();
        Instant last = moments.last();
        return range(
                tag,
                first == null ? null : TagValues.number(first),
                last == null ? null : TagValues.number(last),
                months(
                        first == null ? null : first.atOffset(ZoneOffset.UTC).toLocalDate(),
                        last == null ? null : last.atOffset(ZoneOffset.UTC).toLocalDate()));
    }

    /// The conditions of a level as one.
    static String joined(List<TagTerm> terms) {
        return terms.stream().map(term -> "(" + term.predicate + ")").collect(Collectors.joining(" && "));
    }

    private static TagTerm all(QueryTag tag, List<TagTerm> terms) {
        return new TagTerm(tag.definition().owner().level(), joined(terms));
    }

    private static TagTerm equal(QueryTag tag, List<String> literals) {
        String any = literals.stream()
                .map(literal -> values(tag, "") + " == " + literal)
                .collect(Collectors.joining(" || "));
        return term(tag, any.isEmpty() ? "1 == 0" : any);
    }

    private static TagTerm matching(QueryTag tag, String expression) {
        return term(tag, "exists(" + values(tag, "") + " ? (@ like_regex " + quoted(expression) + "))");
    }

    private static TagTerm range(QueryTag tag, @Nullable Long first, @Nullable Long last, List<Long> ranges) {
        List<String> bounds = new ArrayList<>();
        if (first != null) {
            bounds.add("@ >= " + first);
        }
        if (last != null) {
            bounds.add("@ <= " + last);
        }
        String within = bounds.isEmpty()
                ? "exists(" + values(tag, "") + ")"
                : "exists(" + values(tag, "") + " ? (" + String.join(" && ", bounds) + "))";
        if (ranges.isEmpty() || ranges.size() > RANGES_MAX) {
            return term(tag, within);
        }
        String near =
                ranges.stream().map(range -> values(tag, "b") + " == " + range).collect(Collectors.joining(" || "));
        return term(tag, "(" + near + ") && " + within);
    }

    /// The months of a range, none where it is open or long.
    private static List<Long> months(@Nullable LocalDate first, @Nullable LocalDate last) {
        List<Long> months = new ArrayList<>();
        if (first != null && last != null) {
            YearMonth end = YearMonth.from(last);
            for (YearMonth month = YearMonth.from(first);
                    !month.isAfter(end) && months.size() <= RANGES_MAX;
                    month = month.plusMonths(1)) {
                months.add(TagValues.month(month.atDay(1)));
            }
        }
        return months;
    }

    private static TagTerm term(QueryTag tag, String predicate) {
        return new TagTerm(tag.definition().owner().level(), predicate);
    }

    private static String values(QueryTag tag, String suffix) {
        return "$.\"" + tag.key() + suffix + "\"[*]";
    }

    private static boolean wild(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }

    private static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + "\"";
    }

    /// The pattern of PS3.4 C.2.2.2.4 as a regular expression.
    private static String expression(String pattern) {
        StringBuilder expression = new StringBuilder(pattern.length() + 8);
        pattern.codePoints().forEach(c -> {
            switch (c) {
                case '*' -> {
                    if (expression.isEmpty() || expression.charAt(expression.length() - 1) != '*') {
                        expression.append(".*");
                    }
                }
                case '?' -> expression.append('.');
                default -> {
                    if (!Character.isLetterOrDigit(c) && c < 0x80) {
                        expression.append('\\');
                    }
                    expression.appendCodePoint(c);
                }
            }
        });
        return expression.toString();
    }
}
