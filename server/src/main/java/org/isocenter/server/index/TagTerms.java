package org.isocenter.server.index;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.Dates;
import org.isocenter.dicom.Span;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Uids;
import org.jspecify.annotations.Nullable;

/// Reads what a query tag is to be matched with.
public final class TagTerms {
    private static final int VALUE_CHARACTERS_MAX = 256;

    /// A value that is none for its tag. The message says why, without the value.
    public static final class FaultyValueException extends Exception {
        private final boolean uid;

        private FaultyValueException(String reason, boolean uid) {
            super(reason);
            this.uid = uid;
        }

        /// Whether what should be a UID is none.
        public boolean isInvalidUid() {
            return uid;
        }

        public String reason() {
            return String.valueOf(getMessage());
        }
    }

    private TagTerms() {}

    /// The path of a tag as {@link QueryTag.Definition#pathText} gives it, from keywords or hexadecimal
    /// digits with dots between, or null where it can be none.
    public static @Nullable String findPath(String name) {
        String[] path = name.split("\\.", -1);
        if (path.length > QueryTag.PATH_MAX) {
            return null;
        }
        List<String> steps = new ArrayList<>();
        for (String step : path) {
            int tag = Matching.tag(step);
            if (tag == -1) {
                return null;
            }
            steps.add(Tags.hex(tag));
        }
        return String.join(".", steps);
    }

    /// The condition that a value makes.
    ///
    /// @param fuzzy whether person names match by beginning and likeness
    public static TagTerm read(QueryTag tag, String value, boolean fuzzy) throws FaultyValueException {
        return switch (tag.definition().kind()) {
            case UID -> TagTerm.uids(tag, uids(value));
            case TEXT -> Matching.wild(value) ? TagTerm.pattern(tag, capped(value)) : TagTerm.texts(tag, texts(value));
            case NAME -> fuzzy ? TagTerm.fuzzyName(tag, capped(value)) : TagTerm.name(tag, capped(value));
            case WORDS -> TagTerm.words(tag, capped(value));
            case DATE -> {
                Span<LocalDate> span = Dates.findDateSpan(value);
                if (span == null) {
                    throw invalid("a date to search by is none; dates are YYYYMMDD, ranges YYYYMMDD-YYYYMMDD");
                }
                yield TagTerm.dates(tag, span);
            }
            case TIME -> {
                Span<LocalTime> span = Dates.findTimeSpan(value);
                if (span == null) {
                    throw invalid("a time to search by is none; times are HHMMSS, ranges HHMMSS-HHMMSS");
                }
                yield TagTerm.times(tag, span);
            }
            case MOMENT -> {
                Span<Instant> span = Dates.findDateTimeSpan(value, ZoneOffset.UTC);
                if (span == null) {
                    throw invalid("a date and time to search by is none, nor a range of them");
                }
                yield TagTerm.moments(tag, span);
            }
            case NUMBER -> {
                TagTerm term = TagTerm.findNumbers(tag, texts(value));
                if (term == null) {
                    throw invalid("a number to search by is none");
                }
                yield term;
            }
        };
    }

    private static List<String> uids(String value) throws FaultyValueException {
        List<String> uids = new ArrayList<>();
        for (String uid : value.split("\\\\|,", -1)) {
            if (!Uids.readable(uid.strip())) {
                throw new FaultyValueException("a UID to search by is no valid UID", true);
            }
            uids.add(Uids.trim(uid.strip()));
        }
        return bounded(uids);
    }

    private static List<String> texts(String value) throws FaultyValueException {
        List<String> texts = new ArrayList<>();
        for (String text : Matching.values(value)) {
            texts.add(capped(text));
        }
        return bounded(texts);
    }

    private static List<String> bounded(List<String> values) throws FaultyValueException {
        if (values.isEmpty() || values.size() > Matching.VALUES_MAX) {
            throw invalid("a key has no value, or more than " + Matching.VALUES_MAX);
        }
        return values;
    }

    private static String capped(String value) throws FaultyValueException {
        if (value.length() > VALUE_CHARACTERS_MAX) {
            throw invalid("a value has more than " + VALUE_CHARACTERS_MAX + " characters");
        }
        return value.replace("\0", "");
    }

    private static FaultyValueException invalid(String reason) {
        return new FaultyValueException(reason, false);
    }
}
