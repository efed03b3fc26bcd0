package org.isocenter.server.dicomweb;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.Dates;
import org.isocenter.dicom.Span;
import org.isocenter.dicom.Uids;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.Matching;
import org.isocenter.server.index.QueryTag;
import org.isocenter.server.index.TagTerm;

/// Reads what a query tag is to be matched with.
final class TagTerms {
    private static final int VALUE_CHARACTERS_MAX = 256;

    private TagTerms() {}

    static TagTerm read(QueryTag tag, String value, boolean fuzzy) {
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

    private static List<String> uids(String value) {
        List<String> uids = new ArrayList<>();
        for (String uid : value.split("\\\\|,", -1)) {
            if (!Uids.readable(uid.strip())) {
                throw new Refusal(400, "invalid-uid", "a UID to search by is no valid UID");
            }
            uids.add(Uids.trim(uid.strip()));
        }
        return bounded(uids);
    }

    private static List<String> texts(String value) {
        return bounded(Matching.values(value).stream().map(TagTerms::capped).toList());
    }

    private static List<String> bounded(List<String> values) {
        if (values.isEmpty() || values.size() > Matching.VALUES_MAX) {
            throw invalid("a key has no value, or more than " + Matching.VALUES_MAX);
        }
        return values;
    }

    private static String capped(String value) {
        if (value.length() > VALUE_CHARACTERS_MAX) {
            throw invalid("a value has more than " + VALUE_CHARACTERS_MAX + " characters");
        }
        return value.replace("\0", "");
    }

    private static Refusal invalid(String detail) {
        return new Refusal(400, "invalid-query", detail);
    }
}
