package org.isocenter.server.research;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.Year;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The days on which something may have been: one, or those of a month or a year where no more is
/// known.
///
/// Whatever is asked of them is answered for certain: "within" means that every one of the days is
/// within. So what is known too vaguely never comes into a cohort.
record Days(LocalDate first, LocalDate last) {

    static Days of(LocalDate day) {
        return new Days(day, day);
    }

    /// The days of a FHIR date, dateTime or instant (hl7.org/fhir/R4/datatypes.html#dateTime), as they
    /// were where it was written; null if it is none.
    static @Nullable Days find(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return switch (text.length()) {
                case 4 -> {
                    Year year = Year.parse(text);
                    yield new Days(year.atDay(1), year.atMonth(12).atEndOfMonth());
                }
                case 7 -> {
                    YearMonth month = YearMonth.parse(text);
                    yield new Days(month.atDay(1), month.atEndOfMonth());
                }
                default -> text.length() < 10 ? null : of(LocalDate.parse(text.substring(0, 10)));
            };
        } catch (DateTimeException none) {
            return null;
        }
    }

    static @Nullable Days find(JsonNode text) {
        return find(text.asString(""));
    }

    boolean within(Range range) {
        return (range.first() == null || !first.isBefore(range.first()))
                && (range.last() == null || !last.isAfter(range.last()));
    }

    /// Whether these are at most so many days before and after the other ones.
    boolean near(Days other, int daysBefore, int daysAfter) {
        return ChronoUnit.DAYS.between(first, other.last) <= daysBefore
                && ChronoUnit.DAYS.between(other.first, last) <= daysAfter;
    }

    /// As FHIR writes them.
    @Override
    public String toString() {
        if (first.equals(last)) {
            return first.toString();
        }
        return first.getMonth() == last.getMonth() ? YearMonth.from(first).toString() : String.valueOf(first.getYear());
    }

    /// From one day to another, both included; null where an end is open.
    record Range(@Nullable LocalDate first, @Nullable LocalDate last) {
        static final Range ALWAYS = new Range(null, null);
    }
}
