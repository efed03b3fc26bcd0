package org.isocenter.server.fhirweb;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.Term;
import org.jspecify.annotations.Nullable;

/// A value of a date parameter (hl7.org/fhir/search.html#date): a prefix and a span of time, as long as the
/// value is exact. A time of a resource is such a span as well, and the prefix says how the two have to
/// lie.
///
/// @param to exclusive
/// @param offset from UTC, or null where a local time is meant
record Moments(
        Prefix prefix,
        LocalDateTime from,
        LocalDateTime to,
        @Nullable ZoneOffset offset,
        boolean days) {
    enum Prefix {
        EQ,
        NE,
        GT,
        LT,
        GE,
        LE,
        SA,
        EB
    }

    /// Local days of one moment lie no further apart.
    private static final int DAYS_APART = 2;

    private static final Pattern VALUE = Pattern.compile(
            "(eq|ne|gt|lt|ge|le|sa|eb)?(\\d{4})(?:-(\\d\\d)(?:-(\\d\\d)(?:T(\\d\\d):(\\d\\d)(?::(\\d\\d)(\\.\\d{1,9})?)?"
                    + "(Z|[+-]\\d\\d:\\d\\d)?)?)?)?");

    static Moments parse(String text) {
        Matcher matcher = VALUE.matcher(text.replace(' ', '+'));
        if (!matcher.matches()) {
            throw SearchReader.invalid(
                    "a date is YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz, with eq, ne, gt, lt, ge, le, sa"
                            + " or eb before it");
        }
        String prefix = matcher.group(1);
        try {
            return of(prefix == null ? Prefix.EQ : Prefix.valueOf(prefix.toUpperCase(java.util.Locale.ROOT)), matcher);
        } catch (DateTimeException none) {
            throw SearchReader.invalid("there is no such date or time");
        }
    }

    private static Moments of(Prefix prefix, Matcher matcher) {
        int year = Integer.parseInt(matcher.group(2));
        int month = number(matcher.group(3), 1);
        LocalDate day = LocalDate.of(year, month, number(matcher.group(4), 1));
        if (matcher.group(5) == null) {
            LocalDate end = matcher.group(3) == null
                    ? day.plusYears(1)
                    : matcher.group(4) == null ? day.plusMonths(1) : day.plusDays(1);
            return new Moments(prefix, day.atStartOfDay(), end.atStartOfDay(), null, true);
        }
        String second = matcher.group(7);
        String fraction = matcher.group(8);
        LocalDateTime from =
                day.atTime(LocalTime.of(number(matcher.group(5), 0), number(matcher.group(6), 0), number(second, 0)));
        LocalDateTime to = second == null ? from.plusMinutes(1) : from.plusSeconds(1);
        if (fraction != null) {
            from = from.plusNanos(Math.round(Double.parseDouble(fraction) * 1e9));
            to = from.plusNanos(Math.round(Math.pow(10, 10.0 - fraction.length())));
        }
        String offset = matcher.group(9);
        return new Moments(prefix, from, to, offset == null ? null : ZoneOffset.of(offset), false);
    }

    private static int number(@Nullable String digits, int otherwise) {
        return digits == null ? otherwise : Integer.parseInt(digits);
    }

    /// Whether a date or time of a resource lies as the prefix says.
    boolean holds(String dateTime) {
        Moments its = parse(dateTime);
        boolean absolute = offset != null && its.offset != null;
        LocalDateTime itsFrom = absolute ? its.utc(its.from) : its.from;
        LocalDateTime itsTo = absolute ? its.utc(its.to) : its.to;
        LocalDateTime myFrom = absolute ? utc(from) : from;
        LocalDateTime myTo = absolute ? utc(to) : to;
        boolean within = !itsFrom.isBefore(myFrom) && !itsTo.isAfter(myTo);
        return switch (prefix) {
            case EQ -> within;
            case NE -> !within;
            case GT -> itsTo.isAfter(myTo);
            case LT -> itsFrom.isBefore(myFrom);
            case GE -> within || itsTo.isAfter(myTo);
            case LE -> within || itsFrom.isBefore(myFrom);
            case SA -> !itsFrom.isBefore(myTo);
            case EB -> !itsTo.isAfter(myFrom);
        };
    }

    private LocalDateTime utc(LocalDateTime local) {
        return offset == null ? local : local.minusSeconds(offset.getTotalSeconds());
    }

    /// Days that hold wherever this does, or null where every day may be meant. For a value that is made of
    /// whole days it holds on all of them.
    @Nullable
    Days findDays() {
        int around = days ? 0 : DAYS_APART;
        LocalDate first = from.toLocalDate().minusDays(around);
        LocalDate last = to.minusNanos(1).toLocalDate().plusDays(around);
        return switch (prefix) {
            case EQ -> new Days(first, last);
            case NE -> null;
            case GT, SA -> new Days(to.toLocalDate().minusDays(around), LocalDate.MAX);
            case GE -> new Days(first, LocalDate.MAX);
            case LT, EB ->
                new Days(LocalDate.MIN, from.minusNanos(1).toLocalDate().plusDays(around));
            case LE -> new Days(LocalDate.MIN, last);
        };
    }

    /// A run of days, both ends included.
    record Days(LocalDate from, LocalDate to) {
        Days and(Days other) {
            return new Days(from.isAfter(other.from) ? from : other.from, to.isBefore(other.to) ? to : other.to);
        }

        Days or(Days other) {
            return new Days(from.isBefore(other.from) ? from : other.from, to.isAfter(other.to) ? to : other.to);
        }

        Term term(MatchingKey key) {
            return Term.dates(
                    key,
                    from.equals(LocalDate.MIN) ? "-infinity" : from.toString(),
                    to.equals(LocalDate.MAX) ? "infinity" : to.toString());
        }
    }
}
