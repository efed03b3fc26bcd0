package org.isocenter.dicom;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// Dates and times as values of DA, TM and DT, and the ranges of them that queries ask for (PS3.4 C.2.2.2.5).
///
/// Methods are strict about the calendar and the clock and return null where the text is no date or time.
/// They accept the forms of ACR-NEMA (`YYYY.MM.DD`, `HH:MM:SS.F`), and spaces around the value. Years are
/// 0001 to 9999. A leap second is read as the last microsecond of its minute, which is the precision of all
/// times here.
///
/// A value may leave out components at its end; it then covers the span of all that begin so: `1015` is any
/// time from 10:15:00 to 10:15:59.999999.
public final class Dates {
    private static final int MAXIMUM_LENGTH = 64;

    private Dates() {}

    /// The date of a DA value.
    public static @Nullable LocalDate findDate(String value) {
        String text = value.length() > MAXIMUM_LENGTH ? "" : value.strip();
        if (text.length() == 10 && text.charAt(4) == '.' && text.charAt(7) == '.') {
            text = text.substring(0, 4) + text.substring(5, 7) + text.substring(8);
        }
        int year = number(text, 0, 4);
        int month = number(text, 4, 2);
        int day = number(text, 6, 2);
        return text.length() == 8 && calendar(year, month, day) ? LocalDate.of(year, month, day) : null;
    }

    /// The time of a TM value; the first of those it covers.
    public static @Nullable LocalTime findTime(String value) {
        Span<LocalTime> span = findTimeCovered(value);
        return span == null ? null : span.first();
    }

    /// The moment of a DT value; the first of those it covers.
    ///
    /// @param assumed the offset from UTC where the value names none: that of (0008,0201), or of the place
    public static @Nullable Instant findDateTime(String value, ZoneOffset assumed) {
        Span<Instant> span = findDateTimeCovered(value, assumed);
        return span == null ? null : span.first();
    }

    /// The offset from UTC of (0008,0201) and of the end of DT values, as `+0100`; -1200 to +1400.
    public static @Nullable ZoneOffset findOffset(String value) {
        String text = value.length() > MAXIMUM_LENGTH ? "" : value.strip();
        int hours = number(text, 1, 2);
        int minutes = number(text, 3, 2);
        if (text.length() != 5 || hours < 0 || minutes < 0 || minutes > 59) {
            return null;
        }
        int total = hours * 60 + minutes;
        return switch (text.charAt(0)) {
            case '+' -> total <= 14 * 60 ? ZoneOffset.ofTotalSeconds(total * 60) : null;
            case '-' -> total <= 12 * 60 ? ZoneOffset.ofTotalSeconds(-total * 60) : null;
            default -> null;
        };
    }

    /// What a TM value covers.
    public static @Nullable Span<LocalTime> findTimeCovered(String value) {
        String text = value.length() > MAXIMUM_LENGTH ? "" : value.strip();
        if (text.length() >= 5 && text.charAt(2) == ':') {
            if (text.length() > 5 && (text.length() < 8 || text.charAt(5) != ':')) {
                return null;
            }
            text = text.substring(0, 2) + text.substring(3, 5) + (text.length() > 5 ? text.substring(6) : "");
        }
        return findClock(text);
    }

    /// What a DT value covers.
    ///
    /// @param assumed the offset from UTC where the value names none
    public static @Nullable Span<Instant> findDateTimeCovered(String value, ZoneOffset assumed) {
        String text = value.length() > MAXIMUM_LENGTH ? "" : value.strip();
        int sign = Math.max(text.lastIndexOf('+'), text.lastIndexOf('-'));
        ZoneOffset offset = sign < 0 ? assumed : findOffset(text.substring(sign));
        Span<LocalDateTime> local = findLocal(sign < 0 ? text : text.substring(0, sign));
        if (offset == null || local == null || local.first() == null || local.last() == null) {
            return null;
        }
        return new Span<>(local.first().toInstant(offset), local.last().toInstant(offset));
    }

    /// The dates that a query asks for: one, or a range `a-b`, `a-` or `-b`. Null where it is neither, or
    /// where the range ends before it begins.
    public static @Nullable Span<LocalDate> findDateSpan(String query) {
        return findSpan(query, text -> {
            LocalDate date = findDate(text);
            return date == null ? null : new Span<>(date, date);
        });
    }

    /// The times that a query asks for, in the forms of {@link #findDateSpan}. A range does not reach over
    /// midnight.
    public static @Nullable Span<LocalTime> findTimeSpan(String query) {
        return findSpan(query, Dates::findTimeCovered);
    }

    /// The moments that a query asks for, in the forms of {@link #findDateSpan}. A hyphen that can begin an
    /// offset from UTC does: `20200101-0500` is one moment, `2020-2022` a range.
    public static @Nullable Span<Instant> findDateTimeSpan(String query, ZoneOffset assumed) {
        return findSpan(query, text -> findDateTimeCovered(text, assumed));
    }

    private interface Reading<T extends Comparable<? super T>> {
        @Nullable
        Span<T> find(String text);
    }

    private static <T extends Comparable<? super T>> @Nullable Span<T> findSpan(String query, Reading<T> reading) {
        if (query.length() > 2 * MAXIMUM_LENGTH) {
            return null;
        }
        String text = query.strip();
        Span<T> single = reading.find(text);
        if (single != null || text.length() < 2) {
            return single;
        }
        for (int hyphen = text.indexOf('-'); hyphen >= 0; hyphen = text.indexOf('-', hyphen + 1)) {
            Span<T> from = reading.find(text.substring(0, hyphen));
            Span<T> to = reading.find(text.substring(hyphen + 1));
            T first = from == null ? null : from.first();
            T last = to == null ? null : to.last();
            boolean complete = (first != null || hyphen == 0) && (last != null || hyphen == text.length() - 1);
            if (complete && (first == null || last == null || first.compareTo(last) <= 0)) {
                return new Span<>(first, last);
            }
        }
        return null;
    }

    private static @Nullable Span<LocalDateTime> findLocal(String text) {
        int year = number(text, 0, 4);
        int month = text.length() == 4 ? 1 : number(text, 4, 2);
        int day = text.length() <= 6 ? 1 : number(text, 6, 2);
        if (!calendar(year, month, day)) {
            return null;
        }
        LocalDate first = LocalDate.of(year, month, day);
        LocalDate last = switch (text.length()) {
            case 4 -> Year.of(year).atDay(1).plusYears(1).minusDays(1);
            case 6 -> YearMonth.of(year, month).atEndOfMonth();
            default -> first;
        };
        if (text.length() <= 8) {
            return new Span<>(first.atStartOfDay(), last.atTime(LocalTime.MAX.truncatedTo(ChronoUnit.MICROS)));
        }
        Span<LocalTime> clock = findClock(text.substring(8));
        return clock == null || clock.first() == null || clock.last() == null
                ? null
                : new Span<>(first.atTime(clock.first()), first.atTime(clock.last()));
    }

    /// Times as `HH`, `HHMM`, `HHMMSS` or `HHMMSS.F` to `HHMMSS.FFFFFF`.
    private static @Nullable Span<LocalTime> findClock(String text) {
        int length = text.length();
        int hour = number(text, 0, 2);
        int minute = length == 2 ? 0 : number(text, 2, 2);
        int second = length <= 4 ? 0 : number(text, 4, 2);
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
            return null;
        }
        int fraction = length <= 6 ? 0 : number(text, 7, length - 7);
        if (fraction < 0 || length > 13 || length > 6 && text.charAt(6) != '.') {
            return null;
        }
        if (second == 60) {
            LocalTime leap = LocalTime.of(hour, minute, 59, 999_999_000);
            return new Span<>(leap, leap);
        }
        long micros = switch (length) {
            case 2 -> 3_600_000_000L;
            case 4 -> 60_000_000L;
            case 6 -> 1_000_000L;
            default -> powerOfTen(13 - length);
        };
        LocalTime first = LocalTime.of(hour, minute, second);
        if (length > 6) {
            first = first.plus(fraction * micros, ChronoUnit.MICROS);
        }
        return new Span<>(first, first.plus(micros - 1, ChronoUnit.MICROS));
    }

    private static long powerOfTen(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= 10;
        }
        return power;
    }

    private static boolean calendar(int year, int month, int day) {
        return year >= 1
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= YearMonth.of(year, month).lengthOfMonth();
    }

    /// The number that so many digits spell, or -1 where others than the digits 0 to 9 stand there, or none.
    private static int number(String text, int start, int digits) {
        if (digits < 1 || start + digits > text.length()) {
            return -1;
        }
        int number = 0;
        for (int i = start; i < start + digits; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + c - '0';
        }
        return number;
    }
}
