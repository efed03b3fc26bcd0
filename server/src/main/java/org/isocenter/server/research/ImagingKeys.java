package org.isocenter.server.research;

import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.Dates;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Span;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Uids;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.Term;
import org.jspecify.annotations.Nullable;

/// Keys of a search as they stand in a definition, named and matched as in QIDO-RS (PS3.18 section
/// 8.3.4).
final class ImagingKeys {
    private static final int VALUES_MAX = 1000;

    private ImagingKeys() {}

    /// The key of a name (keyword or tag, with a dot for an item of a sequence) at a level, or null.
    static @Nullable MatchingKey find(String name, Level level) {
        String[] path = name.split("\\.", -1);
        MatchingKey key = switch (path.length) {
            case 1 -> MatchingKey.find(tag(path[0]));
            case 2 -> MatchingKey.find(tag(path[0]), tag(path[1]));
            default -> null;
        };
        return key == null || !level.knows(key.level()) ? null : key;
    }

    private static int tag(String name) {
        Dictionary.Attribute attribute = Dictionary.find(name);
        return attribute != null ? attribute.tag() : Tags.parse(name);
    }

    /// The condition, or null if the value is none for the key.
    static @Nullable Term find(MatchingKey key, String value) {
        List<String> values = values(value);
        if (values.isEmpty() || values.size() > VALUES_MAX || value.indexOf(0) >= 0) {
            return null;
        }
        return switch (key.kind()) {
            case UID -> values.stream().allMatch(Uids::readable) ? Term.uids(key, values) : null;
            case TEXT, TEXTS -> wild(value) ? Term.pattern(key, value) : Term.texts(key, values);
            case NAME -> Term.name(key, value);
            case DATE -> {
                Span<LocalDate> span = Dates.findDateSpan(value);
                yield span == null
                        ? null
                        : Term.dates(key, text(span.first(), "-infinity"), text(span.last(), "infinity"));
            }
            case TIME -> {
                Span<LocalTime> span = Dates.findTimeSpan(value);
                yield span == null ? null : Term.times(key, text(span.first(), "00:00"), text(span.last(), "24:00"));
            }
            case NUMBER ->
                values.stream().allMatch(number -> number.matches("-?\\d{1,9}"))
                        ? Term.numbers(
                                key, values.stream().map(Integer::valueOf).toList())
                        : null;
        };
    }

    /// The values of a list.
    static List<String> values(String value) {
        List<String> values = new ArrayList<>();
        for (String one : value.split("\\\\|,", -1)) {
            if (!one.isBlank()) {
                values.add(one.strip());
            }
        }
        return values;
    }

    static boolean wild(String value) {
        return value.indexOf('*') >= 0 || value.indexOf('?') >= 0;
    }

    private static String text(@Nullable Object end, String open) {
        return end == null ? open : end.toString();
    }
}
