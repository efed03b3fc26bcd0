package org.isocenter.server.dicomweb;

import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.isocenter.dicom.Dates;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Span;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Uids;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Query;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.Term;
import org.jspecify.annotations.Nullable;

/// Reads the parameters of a search (PS3.18 section 8.3.4).
final class QueryParser {
    private static final int VALUE_CHARACTERS_MAX = 256;
    private static final int VALUES_MAX = 1000;

    /// A list of 1,000 UIDs of 64 characters.
    private static final int PARAMETER_CHARACTERS_MAX = 65 * VALUES_MAX;

    private static final String FIRST_TIME = "00:00";
    private static final String LAST_TIME = "24:00";
    private static final String NO_TIME = "a time to search by is none; times are HHMMSS, ranges HHMMSS-HHMMSS";

    /// A search, and whether the number of all results is asked for.
    record Parsed(Search search, boolean countAll) {}

    private final DicomwebOptions.SearchLimits limits;

    QueryParser(DicomwebOptions.SearchLimits limits) {
        this.limits = limits;
    }

    /// What a query asks for beside its keys.
    private static final class Draft {
        final Map<MatchingKey, String> keys = new LinkedHashMap<>();
        final Set<Integer> fields = new HashSet<>();
        final Map<String, String> single = new HashMap<>();
        boolean all;
    }

    Parsed parse(Exchange exchange, Level level) {
        Draft draft = new Draft();
        for (Query.Parameter parameter :
                exchange.query(PARAMETER_CHARACTERS_MAX).parameters()) {
            read(parameter.name(), parameter.value(), level, draft);
        }
        boolean fuzzy = flag(draft, "fuzzymatching");
        List<Term> terms = new ArrayList<>();
        addPathUid(exchange, "study", MatchingKey.STUDY_INSTANCE_UID, draft.keys, terms);
        addPathUid(exchange, "series", MatchingKey.SERIES_INSTANCE_UID, draft.keys, terms);
        terms.addAll(terms(draft.keys, fuzzy));
        Search search = new Search(
                level,
                terms,
                order(draft.single.get("orderby"), level),
                new Search.Fields(draft.all, draft.fields),
                number(draft, "limit", limits.limitDefault(), 1, limits.limitMax()),
                number(draft, "offset", 0, 0, limits.offsetMax()));
        return new Parsed(search, flag(draft, "includetotal"));
    }

    private static void read(String name, String value, Level level, Draft draft) {
        switch (name) {
            case "limit", "offset", "fuzzymatching", "orderby", "includetotal" -> {
                if (draft.single.put(name, value) != null) {
                    throw invalid(name + " is given twice");
                }
            }
            case "includefield" -> readFields(value, draft);
            default -> readKey(name, value, level, draft);
        }
    }

    private static void readFields(String value, Draft draft) {
        for (String field : value.split(",", -1)) {
            String name = field.strip();
            if (name.equalsIgnoreCase("all")) {
                draft.all = true;
            } else if (!name.isEmpty()) {
                // A path into a sequence is answered with the sequence.
                draft.fields.add(tag(name.split("\\.", 2)[0], "includefield"));
            }
        }
        if (draft.fields.size() > VALUES_MAX) {
            throw invalid("more than " + VALUES_MAX + " fields are asked for");
        }
    }

    private static void readKey(String name, String value, Level level, Draft draft) {
        String[] path = name.split("\\.", -1);
        int tag = tag(path[0], "the query");
        MatchingKey key = switch (path.length) {
            case 1 -> MatchingKey.find(tag);
            case 2 -> MatchingKey.find(tag, tag(path[1], "the query"));
            default -> null;
        };
        if (key == null) {
            throw new Refusal(400, "unsupported-key", shown(name) + " cannot be searched by");
        }
        if (!level.knows(key.level())) {
            throw new Refusal(
                    400,
                    "unsupported-key",
                    shown(name) + " is an attribute of " + key.level().name().toLowerCase(Locale.ROOT)
                            + " and cannot be searched by at the level of "
                            + level.name().toLowerCase(Locale.ROOT));
        }
        if (value.isEmpty()) {
            // Universal matching (PS3.4 C.2.2.2.3): the attribute is returned, and matches whatever it is.
            draft.fields.add(key.tag());
            return;
        }
        if (draft.keys.put(key, value) != null) {
            throw invalid(shown(name) + " is given twice; several values are parted by commas");
        }
    }

    /// The tag that a keyword or eight hexadecimal digits name.
    private static int tag(String name, String where) {
        Dictionary.Attribute attribute = Dictionary.find(name);
        if (attribute != null) {
            return attribute.tag();
        }
        int tag = Tags.parse(name);
        if (tag == -1) {
            throw new Refusal(400, "unknown-attribute", where + " names " + shown(name) + ", which is no attribute");
        }
        return tag;
    }

    /// The UID that the path names, if it names one. Where the query names UIDs of the same level, it has to be
    /// among them.
    private static void addPathUid(
            Exchange exchange, String name, MatchingKey key, Map<MatchingKey, String> keys, List<Term> terms) {
        if (!exchange.hasPathValue(name)) {
            return;
        }
        String uid = name.equals("study") ? PathUids.study(exchange) : PathUids.series(exchange);
        String asked = keys.remove(key);
        terms.add(Term.uids(key, asked == null || uids(asked).contains(uid) ? List.of(uid) : List.of()));
    }

    private static List<Term> terms(Map<MatchingKey, String> keys, boolean fuzzy) {
        List<Term> terms = new ArrayList<>();
        Map<MatchingKey, String> left = new LinkedHashMap<>(keys);
        combine(left, MatchingKey.STUDY_DATE, MatchingKey.STUDY_TIME, terms);
        combine(
                left,
                MatchingKey.PERFORMED_PROCEDURE_STEP_START_DATE,
                MatchingKey.PERFORMED_PROCEDURE_STEP_START_TIME,
                terms);
        left.forEach((key, value) -> terms.add(term(key, value, fuzzy)));
        return terms;
    }

    /// A range of dates beside a range of times is a range of moments (PS3.4 C.2.2.2.5.3): the times belong
    /// to the dates at the same ends.
    private static void combine(
            Map<MatchingKey, String> keys, MatchingKey dateKey, MatchingKey timeKey, List<Term> terms) {
        String date = keys.get(dateKey);
        String time = keys.get(timeKey);
        if (date == null || time == null || date.indexOf('-') < 0 || time.indexOf('-') < 0) {
            return;
        }
        Span<LocalDate> dates = dates(date);
        int hyphen = time.indexOf('-');
        Span<LocalTime> first = end(time.substring(0, hyphen));
        Span<LocalTime> last = end(time.substring(hyphen + 1));
        terms.add(Term.dateTimes(
                dateKey,
                text(dates.first(), "-infinity"),
                text(first.first(), FIRST_TIME),
                text(dates.last(), "infinity"),
                text(last.last(), LAST_TIME)));
        keys.remove(dateKey);
        keys.remove(timeKey);
    }

    private static Span<LocalTime> end(String time) {
        Span<LocalTime> covered =
                time.isBlank() ? new Span<LocalTime>(null, null) : Dates.findTimeCovered(time.strip());
        if (covered == null) {
            throw invalid(NO_TIME);
        }
        return covered;
    }

    private static Term term(MatchingKey key, String value, boolean fuzzy) {
        return switch (key.kind()) {
            case UID -> Term.uids(key, uids(value));
            case TEXT -> wild(value) ? Term.pattern(key, capped(value)) : Term.texts(key, values(value, "\\\\|,"));
            case TEXTS -> wild(value) ? Term.pattern(key, capped(value)) : Term.texts(key, values(value, "\\\\|,"));
            case NAME -> fuzzy ? Term.fuzzyName(key, capped(value)) : Term.name(key, capped(value));
            case DATE -> {
                Span<LocalDate> span = dates(value);
                yield Term.dates(key, text(span.first(), "-infinity"), text(span.last(), "infinity"));
            }
            case TIME -> {
                Span<LocalTime> span = Dates.findTimeSpan(value);
                if (span == null) {
                    throw invalid(NO_TIME);
                }
                yield Term.times(key, text(span.first(), FIRST_TIME), text(span.last(), LAST_TIME));
            }
            case NUMBER -> Term.numbers(key, numbers(value));
        };
    }

    private static List<String> uids(String value) {
        List<String> uids = new ArrayList<>();
        for (String uid : value.split("\\\\|,", -1)) {
            if (!Uids.readable(uid.strip())) {
                throw new Refusal(400, "invalid-uid", "a UID to search by is no valid UID");
            }
            uids.add(Uids.trim(uid.strip()));
        }
        if (uids.size() > VALUES_MAX) {
            throw invalid("more than " + VALUES_MAX + " UIDs are searched by");
        }
        return uids;
    }

    private static List<String> values(String value, String delimiters) {
        List<String> values = new ArrayList<>();
        for (String one : value.split(delimiters, -1)) {
            if (!one.isBlank()) {
                values.add(capped(one));
            }
        }
        if (values.isEmpty() || values.size() > VALUES_MAX) {
            throw invalid("a key has no value, or more than " + VALUES_MAX);
        }
        return values;
    }

    private static List<Integer> numbers(String value) {
        List<Integer> numbers = new ArrayList<>();
        for (String one : values(value, "\\\\|,")) {
            try {
                numbers.add(Integer.valueOf(one.strip()));
            } catch (NumberFormatException notANumber) {
                throw invalid("a number to search by is none");
            }
        }
        return numbers;
    }

    private static String capped(String value) {
        if (value.length() > VALUE_CHARACTERS_MAX) {
            throw invalid("a value has more than " + VALUE_CHARACTERS_MAX + " characters");
        }
        if (value.indexOf(0) >= 0) {
            return value.replace("\0", "");
        }
        return value;
    }

    private static boolean wild(String value) {
        return value.indexOf('*') >= 0 || value.indexOf('?') >= 0;
    }

    private static Span<LocalDate> dates(String value) {
        Span<LocalDate> span = Dates.findDateSpan(value);
        if (span == null) {
            throw invalid("a date to search by is none; dates are YYYYMMDD, ranges YYYYMMDD-YYYYMMDD");
        }
        return span;
    }

    private static String text(@Nullable Object end, String open) {
        return end == null ? open : end.toString();
    }

    private static Search.@Nullable Order order(@Nullable String value, Level level) {
        if (value == null) {
            return null;
        }
        boolean descending = value.startsWith("-");
        int tag = tag(descending ? value.substring(1) : value, "orderby");
        MatchingKey key = MatchingKey.find(tag);
        if (key == null || !level.knows(key.level()) || key.kind() == MatchingKey.Kind.TEXTS) {
            throw new Refusal(400, "unsupported-key", "results cannot be ordered by " + shown(value));
        }
        return new Search.Order(key, descending);
    }

    private static boolean flag(Draft draft, String name) {
        String value = draft.single.get(name);
        if (value == null || value.equalsIgnoreCase("false")) {
            return false;
        }
        if (value.equalsIgnoreCase("true")) {
            return true;
        }
        throw invalid(name + " is true or false");
    }

    private static int number(Draft draft, String name, int otherwise, int min, int max) {
        String value = draft.single.get(name);
        if (value == null) {
            return otherwise;
        }
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException notANumber) {
            number = -1;
        }
        if (number < min || number > max) {
            throw invalid(name + " is a number from " + min + " to " + max);
        }
        return number;
    }

    /// A name as it may be repeated in an answer.
    private static String shown(String name) {
        return name.matches("[A-Za-z0-9.-]{1,64}") ? name : "a parameter";
    }

    private static Refusal invalid(String detail) {
        return new Refusal(400, "invalid-query", detail);
    }
}
