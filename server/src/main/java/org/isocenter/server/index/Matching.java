package org.isocenter.server.index;

import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isocenter.dicom.Dates;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Span;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Uids;
import org.jspecify.annotations.Nullable;

/// Reads what is to be matched as QIDO-RS writes it: names of attributes (PS3.18 section 8.3.4.1), and
/// values with lists, ranges and wildcards (PS3.4 C.2.2.2). Whoever takes keys of a search takes them from
/// here, so that a key means the same wherever it stands.
public final class Matching {
    private static final int VALUE_CHARACTERS_MAX = 256;

    /// The values of a list at the most.
    public static final int VALUES_MAX = 1000;

    private static final String FIRST_TIME = "00:00";
    private static final String LAST_TIME = "24:00";
    private static final String NO_TIME = "a time to search by is none; times are HHMMSS, ranges HHMMSS-HHMMSS";

    /// A value that is none for its key.
    public static final class FaultyValueException extends Exception {
        private final MatchingKey key;
        private final boolean uid;

        private FaultyValueException(MatchingKey key, String reason) {
            this(key, reason, false);
        }

        private FaultyValueException(MatchingKey key, String reason, boolean uid) {
            super(reason);
            this.key = key;
            this.uid = uid;
        }

        /// Whether what should be a UID is none.
        public boolean isInvalidUid() {
            return uid;
        }

        public MatchingKey key() {
            return key;
        }

        /// Why, without the value.
        public String reason() {
            return String.valueOf(getMessage());
        }
    }

    private Matching() {}

    /// The tag that a keyword or eight hexadecimal digits name, or -1 where they name none.
    public static int tag(String name) {
        Dictionary.Attribute attribute = Dictionary.find(name);
        return attribute == null ? Tags.parse(name) : attribute.tag();
    }

    /// The key that a name stands for: an attribute, or two with a dot between for the items of a sequence;
    /// null where the index has none.
    public static @Nullable MatchingKey find(String name) {
        String[] path = name.split("\\.", -1);
        return switch (path.length) {
            case 1 -> MatchingKey.find(tag(path[0]));
            case 2 -> MatchingKey.find(tag(path[0]), tag(path[1]));
            default -> null;
        };
    }

    /// The conditions that values of keys make together.
    ///
    /// @param fuzzy whether person names match by beginning and likeness
    public static List<Term> terms(Map<MatchingKey, String> values, boolean fuzzy) throws FaultyValueException {
        List<Term> terms = new ArrayList<>();
        Map<MatchingKey, String> left = new LinkedHashMap<>(values);
        combine(left, MatchingKey.STUDY_DATE, MatchingKey.STUDY_TIME, terms);
        combine(
                left,
                MatchingKey.PERFORMED_PROCEDURE_STEP_START_DATE,
                MatchingKey.PERFORMED_PROCEDURE_STEP_START_TIME,
                terms);
        for (Map.Entry<MatchingKey, String> one : left.entrySet()) {
            terms.add(term(one.getKey(), one.getValue(), fuzzy));
        }
        return terms;
    }

    /// A range of dates beside a range of times is a range of moments (PS3.4 C.2.2.2.5.3): the times belong
    /// to the dates at the same ends.
    private static void combine(
            Map<MatchingKey, String> values, MatchingKey dateKey, MatchingKey timeKey, List<Term> terms)
            throws FaultyValueException {
        String date = values.get(dateKey);
        String time = values.get(timeKey);
        if (date == null || time == null || date.indexOf('-') < 0 || time.indexOf('-') < 0) {
            return;
        }
        Span<LocalDate> dates = dates(dateKey, date);
        int hyphen = time.indexOf('-');
        Span<LocalTime> first = end(timeKey, time.substring(0, hyphen));
        Span<LocalTime> last = end(timeKey, time.substring(hyphen + 1));
        terms.add(Term.dateTimes(
                dateKey,
                text(dates.first(), "-infinity"),
                text(first.first(), FIRST_TIME),
                text(dates.last(), "infinity"),
                text(last.last(), LAST_TIME)));
        values.remove(dateKey);
        values.remove(timeKey);
    }

    private static Span<LocalTime> end(MatchingKey key, String time) throws FaultyValueException {
        Span<LocalTime> covered =
                time.isBlank() ? new Span<LocalTime>(null, null) : Dates.findTimeCovered(time.strip());
        if (covered == null) {
            throw new FaultyValueException(key, NO_TIME);
        }
        return covered;
    }

    private static Term term(MatchingKey key, String value, boolean fuzzy) throws FaultyValueException {
        return switch (key.kind()) {
            case UID -> Term.uids(key, uids(key, value));
            case TEXT, TEXTS ->
                wild(value) ? Term.pattern(key, capped(key, value)) : Term.texts(key, texts(key, value));
            case NAME -> fuzzy ? Term.fuzzyName(key, capped(key, value)) : Term.name(key, capped(key, value));
            case DATE -> {
                Span<LocalDate> span = dates(key, value);
                yield Term.dates(key, text(span.first(), "-infinity"), text(span.last(), "infinity"));
            }
            case TIME -> {
                Span<LocalTime> span = Dates.findTimeSpan(value);
                if (span == null) {
                    throw new FaultyValueException(key, NO_TIME);
                }
                yield Term.times(key, text(span.first(), FIRST_TIME), text(span.last(), LAST_TIME));
            }
            case NUMBER -> Term.numbers(key, numbers(key, value));
        };
    }

    /// The UIDs of a list.
    public static List<String> uids(MatchingKey key, String value) throws FaultyValueException {
        List<String> uids = new ArrayList<>();
        for (String uid : value.split("\\\\|,", -1)) {
            if (!Uids.readable(uid.strip())) {
                throw new FaultyValueException(key, "a UID to search by is no valid UID", true);
            }
            uids.add(Uids.trim(uid.strip()));
        }
        if (uids.size() > VALUES_MAX) {
            throw new FaultyValueException(key, "more than " + VALUES_MAX + " UIDs are searched by");
        }
        return uids;
    }

    /// The values of a list, without those that are empty.
    public static List<String> values(String value) {
        List<String> values = new ArrayList<>();
        for (String one : value.split("\\\\|,", -1)) {
            if (!one.isBlank()) {
                values.add(one.strip());
            }
        }
        return values;
    }

    /// Whether a value holds wildcards.
    public static boolean wild(String value) {
        return value.indexOf('*') >= 0 || value.indexOf('?') >= 0;
    }

    private static List<String> texts(MatchingKey key, String value) throws FaultyValueException {
        List<String> values = new ArrayList<>();
        for (String one : values(value)) {
            values.add(capped(key, one));
        }
        if (values.isEmpty() || values.size() > VALUES_MAX) {
            throw new FaultyValueException(key, "a key has no value, or more than " + VALUES_MAX);
        }
        return values;
    }

    private static List<Integer> numbers(MatchingKey key, String value) throws FaultyValueException {
        List<Integer> numbers = new ArrayList<>();
        for (String one : texts(key, value)) {
            try {
                numbers.add(Integer.valueOf(one));
            } catch (NumberFormatException notANumber) {
                throw new FaultyValueException(key, "a number to search by is none");
            }
        }
        return numbers;
    }

    private static String capped(MatchingKey key, String value) throws FaultyValueException {
        if (value.length() > VALUE_CHARACTERS_MAX) {
            throw new FaultyValueException(key, "a value has more than " + VALUE_CHARACTERS_MAX + " characters");
        }
        return value.replace("\0", "");
    }

    private static Span<LocalDate> dates(MatchingKey key, String value) throws FaultyValueException {
        Span<LocalDate> span = Dates.findDateSpan(value);
        if (span == null) {
            throw new FaultyValueException(
                    key, "a date to search by is none; dates are YYYYMMDD, ranges YYYYMMDD-YYYYMMDD");
        }
        return span;
    }

    private static String text(@Nullable Object end, String open) {
        return end == null ? open : end.toString();
    }
}
