package org.isocenter.server.worklist;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.isocenter.dicom.Dates;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Span;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Uids;
import org.jspecify.annotations.Nullable;

/// Matching keys of a search or of a subscription (PS3.18 8.3.4.1, PS3.4 CC.2.8): attributes, or attributes
/// within the items of a sequence, and what they have to be. All have to hold.
///
/// A list of values, parted by commas or backslashes, asks for any of them; `*` and `?` stand for
/// characters in text; a range has a hyphen. A key without a value asks for nothing but to have the
/// attribute in the results.
public final class WorkitemFilter {
    private static final int KEYS_MAX = 32;
    private static final int VALUES_MAX = 1000;
    private static final int VALUE_CHARACTERS_MAX = 256;

    private final List<Condition> conditions = new ArrayList<>();
    private final Map<WorkitemKey, Code> codes = new LinkedHashMap<>();
    private final Set<Integer> returned = new LinkedHashSet<>();

    private WorkitemFilter() {}

    /// A matching key as it is written: its name, a keyword or tag, or two of them with a dot between; and
    /// its value.
    public record Key(String name, String value) {}

    /// What has to hold of a column.
    ///
    /// @param values texts, patterns of SQL, or the two ends of a range
    record Condition(WorkitemKey key, Form form, List<String> values) {}

    enum Form {
        EQUAL,
        LIKE,
        FUZZY,
        BETWEEN
    }

    /// The two halves of a code, which have to match in one item.
    private static final class Code {
        private @Nullable String scheme;
        private @Nullable String value;
    }

    /// @param fuzzy whether names are matched by the beginnings of words, and words much like them
    public static WorkitemFilter parse(List<Key> keys, boolean fuzzy, Folds folds) throws MalformedFilterException {
        if (keys.size() > KEYS_MAX) {
            throw malformed("there are more than " + KEYS_MAX + " keys");
        }
        WorkitemFilter filter = new WorkitemFilter();
        Set<String> seen = new LinkedHashSet<>();
        for (Key key : keys) {
            List<Integer> path = path(key.name());
            if (!seen.add(path.toString())) {
                throw malformed("a key is given twice; several values are parted by commas");
            }
            filter.add(path, key.value(), fuzzy, folds);
        }
        filter.codes.forEach((key, code) -> filter.conditions.add(new Condition(
                key,
                Form.LIKE,
                patterns(code.value == null ? "*" : code.value, folds::text).stream()
                        .map(value -> (code.scheme == null ? "%" : pattern(folds.text(code.scheme))) + "\n" + value)
                        .toList())));
        return filter;
    }

    /// The conditions, all of which have to hold.
    List<Condition> conditions() {
        return List.copyOf(conditions);
    }

    /// Whether anything is asked for.
    public boolean isEmpty() {
        return conditions.isEmpty();
    }

    /// The attributes that the keys name, which belong into the results.
    public Set<Integer> returned() {
        return Set.copyOf(returned);
    }

    private void add(List<Integer> path, String value, boolean fuzzy, Folds folds) throws MalformedFilterException {
        int sequence = path.size() == 1 ? 0 : path.getFirst();
        int tag = path.getLast();
        boolean performer = path.size() == 3
                && sequence == Tag.ScheduledHumanPerformersSequence
                && path.get(1) == Tag.HumanPerformerCodeSequence;
        WorkitemKey key = path.size() == 3 && !performer ? null : WorkitemKey.find(sequence, tag);
        if (key == null || (key == WorkitemKey.PERFORMER_CODE) != performer) {
            throw new MalformedFilterException("an attribute is named that workitems cannot be searched by", true);
        }
        returned.add(key.returned());
        String text = value.strip();
        if (text.isEmpty() || text.equals("*")) {
            return;
        }
        if (text.length() > VALUE_CHARACTERS_MAX && key.kind() != WorkitemKey.Kind.UID) {
            throw malformed("a value has more than " + VALUE_CHARACTERS_MAX + " characters");
        }
        if (text.indexOf(0) >= 0) {
            throw malformed("a value has a character that is not allowed");
        }
        switch (key.kind()) {
            case UID, UIDS -> conditions.add(new Condition(key, Form.EQUAL, uids(text)));
            case TEXT, TEXTS -> conditions.add(text(key, text, folds));
            case NAME -> conditions.add(name(key, text, fuzzy, folds));
            case DATE -> conditions.add(range(key, dates(text)));
            case MOMENT -> conditions.add(range(key, moments(text)));
            case CODES -> {
                Code code = codes.computeIfAbsent(key, one -> new Code());
                if (tag == Tag.CodingSchemeDesignator) {
                    code.scheme = text;
                } else {
                    code.value = text;
                }
            }
        }
    }

    private static Condition text(WorkitemKey key, String text, Folds folds) throws MalformedFilterException {
        boolean wild = text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
        UnaryOperator<String> fold = fold(key, folds);
        return wild
                ? new Condition(key, Form.LIKE, patterns(text, fold))
                : new Condition(key, Form.EQUAL, values(text).stream().map(fold).toList());
    }

    /// States are kept as they are written.
    private static UnaryOperator<String> fold(WorkitemKey key, Folds folds) {
        return key == WorkitemKey.STATE ? text -> text.strip().toUpperCase(Locale.ROOT) : folds::text;
    }

    private static Condition name(WorkitemKey key, String text, boolean fuzzy, Folds folds) {
        String folded = folds.name(text).strip();
        if (!fuzzy) {
            return new Condition(key, Form.LIKE, List.of(pattern(folded)));
        }
        List<String> words = new ArrayList<>();
        for (String word : folded.split("[^\\p{L}\\p{N}]+", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words.isEmpty()
                ? new Condition(key, Form.LIKE, List.of(pattern(folded)))
                : new Condition(key, Form.FUZZY, words.subList(0, Math.min(3, words.size())));
    }

    private static List<String> uids(String text) throws MalformedFilterException {
        List<String> uids = new ArrayList<>();
        for (String uid : values(text)) {
            if (!Uids.readable(uid.strip())) {
                throw malformed("a UID to search by is no valid UID");
            }
            uids.add(Uids.trim(uid.strip()));
        }
        return uids;
    }

    private static List<String> values(String text) throws MalformedFilterException {
        List<String> values = new ArrayList<>();
        for (String one : text.split("[\\\\,]", -1)) {
            if (!one.isBlank()) {
                values.add(one);
            }
        }
        if (values.isEmpty() || values.size() > VALUES_MAX) {
            throw malformed("a key has no value, or more than " + VALUES_MAX);
        }
        return values;
    }

    private static List<String> patterns(String text, UnaryOperator<String> fold) {
        List<String> patterns = new ArrayList<>();
        for (String one : text.split("[\\\\,]", -1)) {
            if (!one.isBlank()) {
                patterns.add(pattern(fold.apply(one)));
            }
        }
        return patterns;
    }

    /// The pattern of PS3.4 C.2.2.2.4 as a pattern of SQL.
    private static String pattern(String folded) {
        StringBuilder pattern = new StringBuilder(folded.length() + 8);
        for (int i = 0; i < folded.length(); i++) {
            char c = folded.charAt(i);
            switch (c) {
                case '*' -> pattern.append('%');
                case '?' -> pattern.append('_');
                case '%', '_', '\\' -> pattern.append('\\').append(c);
                default -> pattern.append(c);
            }
        }
        return pattern.toString();
    }

    private static Condition range(WorkitemKey key, Span<?> span) {
        return new Condition(
                key,
                Form.BETWEEN,
                List.of(
                        span.first() == null ? "-infinity" : span.first().toString(),
                        span.last() == null ? "infinity" : span.last().toString()));
    }

    private static Span<LocalDate> dates(String text) throws MalformedFilterException {
        Span<LocalDate> span = Dates.findDateSpan(text);
        if (span == null) {
            throw malformed("a date to search by is none; dates are YYYYMMDD, ranges YYYYMMDD-YYYYMMDD");
        }
        return span;
    }

    private static Span<Instant> moments(String text) throws MalformedFilterException {
        Span<Instant> span = Dates.findDateTimeSpan(text, ZoneOffset.UTC);
        if (span == null) {
            throw malformed("a date and time to search by is none; they are YYYYMMDDHHMMSS, or a range with a hyphen");
        }
        return span;
    }

    private static List<Integer> path(String name) throws MalformedFilterException {
        List<Integer> path = new ArrayList<>();
        for (String step : name.split("\\.", -1)) {
            path.add(tag(step));
        }
        if (path.size() > 3) {
            throw new MalformedFilterException("a key goes deeper than workitems can be searched", true);
        }
        return path;
    }

    /// The tag that a keyword or eight hexadecimal digits name.
    private static int tag(String name) throws MalformedFilterException {
        Dictionary.Attribute attribute = Dictionary.find(name);
        if (attribute != null) {
            return attribute.tag();
        }
        int tag = Tags.parse(name);
        if (tag == -1) {
            throw malformed("a key names something that is no attribute");
        }
        return tag;
    }

    private static MalformedFilterException malformed(String message) {
        return new MalformedFilterException(message, false);
    }
}
