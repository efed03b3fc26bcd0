package org.isocenter.server.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What the client takes, best first (RFC 9110 section 12.5.1).
public final class Accept {
    private static final int CHARS_MAX = 4096;
    private static final int RANGES_MAX = 100;
    private static final Range ANYTHING = new Range(new MediaType("*", "*", new LinkedHashMap<>()), 1);
    private static final Comparator<Range> BEST_FIRST = Comparator.comparingDouble(Range::q)
            .thenComparing(Range::specificity)
            .reversed();

    private final List<Range> ranges;

    private Accept(List<Range> ranges) {
        this.ranges = ranges;
    }

    /// One range of media types and how much it is liked.
    ///
    /// @param type the type, `*` for any type or subtype, with all parameters but `q`
    /// @param q from 0, never, to 1
    public record Range(MediaType type, double q) {
        private int specificity() {
            if (type.type().equals("*")) {
                return 0;
            }
            return type.subtype().equals("*") ? 1 : 2 + type.parameters().size();
        }

        private boolean takes(String type, String subtype) {
            return (this.type.type().equals("*") || this.type.type().equals(type))
                    && (this.type.subtype().equals("*") || this.type.subtype().equals(subtype));
        }
    }

    /// @param headerValues every `Accept` header of the request; none means anything is taken
    /// @throws Refusal 400 if they are malformed, longer than 4 KiB, or more than 100 ranges
    public static Accept parse(List<String> headerValues) {
        List<Range> ranges = new ArrayList<>();
        int chars = 0;
        for (String value : headerValues) {
            chars += value.length();
            if (chars > CHARS_MAX) {
                throw refused("The Accept header is too long.");
            }
            HeaderCursor cursor = new HeaderCursor(value);
            while (!cursor.skipEmptyElements().atEnd()) {
                ranges.add(range(MediaType.read(cursor)));
                if (ranges.size() > RANGES_MAX) {
                    throw refused("The Accept header has too many ranges.");
                }
                if (!cursor.skipSpace().atEnd() && !cursor.sees(',')) {
                    throw refused("The Accept header is not well formed.");
                }
            }
        }
        ranges.sort(BEST_FIRST);
        return new Accept(ranges.isEmpty() ? List.of(ANYTHING) : List.copyOf(ranges));
    }

    /// The ranges by falling q, then by falling specificity, then in the order they came.
    public List<Range> ranges() {
        return ranges;
    }

    /// How much a type is liked: the q of the most specific range that names it, whatever its parameters; 0
    /// if none.
    public double quality(String type, String subtype) {
        double quality = 0;
        int specificity = -1;
        for (Range range : ranges) {
            int level = Math.min(range.specificity(), 2);
            if (level > specificity && range.takes(type, subtype)) {
                specificity = level;
                quality = range.q;
            }
        }
        return quality;
    }

    private static Range range(MediaType read) {
        if (read.type().equals("*") && !read.subtype().equals("*")) {
            throw refused("The Accept header is not well formed.");
        }
        String q = read.parameter("q");
        if (q == null) {
            return new Range(read, 1);
        }
        SequencedMap<String, String> rest = new LinkedHashMap<>(read.parameters());
        rest.remove("q");
        return new Range(new MediaType(read.type(), read.subtype(), rest), quality(q));
    }

    /// A weight (RFC 9110 section 12.4.2), a little wider: as many digits as a double holds.
    static double quality(@Nullable String text) {
        if (text == null) {
            return 1;
        }
        int points = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                points++;
            } else if (c < '0' || c > '9') {
                points = 2;
            }
        }
        if (points > 1 || text.length() - points < 1 || text.length() > 16) {
            throw refused("A quality is not a number from 0 to 1.");
        }
        double quality = Double.parseDouble(text);
        if (quality > 1) {
            throw refused("A quality is not a number from 0 to 1.");
        }
        return quality;
    }

    private static Refusal refused(String detail) {
        return new Refusal(400, "malformed-accept", detail);
    }
}
