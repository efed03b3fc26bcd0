package org.isocenter.server.fhir.mapping;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Dates;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;

/// Dates and times of DICOM as those of FHIR.
///
/// DICOM tells local time; FHIR wants an offset wherever there is a time. The offset is that of the value
/// itself (DT), else the one of the data set (0008,0201), else that of the zone configured for the
/// institution. Where none of these is known, the date alone is given: no offset is ever made up.
final class Times {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
    private static final DateTimeFormatter WHOLE_SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX");

    /// PS3.5 table 6.2-1, DT: components may be left out from the end.
    private static final Pattern DATE_TIME =
            Pattern.compile("(\\d{4})(\\d{2})?(\\d{2})?(\\d{2})?(\\d{2})?(\\d{2})?(\\.\\d{1,6})?([+-]\\d{4})?");

    private final MappingOptions options;

    Times(MappingOptions options) {
        this.options = options;
    }

    static @Nullable String date(DataSet dataSet, int tag) {
        String value = dataSet.findString(tag);
        LocalDate date = value == null ? null : Dates.findDate(value);
        return date == null ? null : date.toString();
    }

    /// A dateTime of a DA and a TM value.
    ///
    /// @param around the data set that holds the offset and names the institution
    @Nullable
    String dateTime(@Nullable String da, @Nullable String tm, DataSet around) {
        LocalDate date = da == null ? null : Dates.findDate(da);
        if (date == null) {
            return null;
        }
        LocalTime time = tm == null ? null : Dates.findTime(tm);
        return time == null ? date.toString() : format(date.atTime(time), around);
    }

    /// A dateTime of a DT value.
    @Nullable
    String dateTime(@Nullable String dt, DataSet around) {
        Matcher matcher = DATE_TIME.matcher(dt == null ? "" : dt.strip());
        if (!matcher.matches()) {
            return null;
        }
        if (matcher.group(3) == null) {
            // A year, or a month, which FHIR writes as it is.
            return matcher.group(1) + (matcher.group(2) == null ? "" : "-" + matcher.group(2));
        }
        String day = matcher.group(1) + matcher.group(2) + matcher.group(3);
        LocalDate date = Dates.findDate(day);
        if (date == null || matcher.group(4) == null) {
            return date == null ? null : date.toString();
        }
        StringBuilder clock = new StringBuilder();
        for (int group = 4; group <= 7; group++) {
            clock.append(matcher.group(group) == null ? "" : matcher.group(group));
        }
        LocalTime time = Dates.findTime(clock.toString());
        ZoneOffset own = matcher.group(8) == null ? null : Dates.findOffset(matcher.group(8));
        if (time == null) {
            return date.toString();
        }
        return own == null
                ? format(date.atTime(time), around)
                : format(date.atTime(time).atOffset(own));
    }

    /// A dateTime as the instant that it is, or null where it is no more than a date.
    static @Nullable String instant(@Nullable String dateTime) {
        return dateTime == null || dateTime.indexOf('T') < 0 ? null : dateTime;
    }

    private String format(LocalDateTime local, DataSet around) {
        String told = around.findString(Tag.TimezoneOffsetFromUTC);
        ZoneOffset offset = told == null ? null : Dates.findOffset(told);
        if (offset != null) {
            return format(local.atOffset(offset));
        }
        String institution = around.findString(Tag.InstitutionName);
        ZoneId zone = institution == null ? null : options.zones().get(institution);
        if (zone == null) {
            zone = options.zones().get("");
        }
        return zone == null
                ? local.toLocalDate().toString()
                : format(local.atZone(zone).toOffsetDateTime());
    }

    private static String format(OffsetDateTime time) {
        OffsetDateTime milliseconds = time.truncatedTo(ChronoUnit.MILLIS);
        return (milliseconds.getNano() == 0 ? WHOLE_SECONDS : FORMAT).format(milliseconds);
    }
}
