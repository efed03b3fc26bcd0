package org.isocenter.dicom;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DatesTest {
    private static final ZoneOffset HERE = ZoneOffset.ofHours(2);

    @ParameterizedTest
    @CsvSource({"20240229, 2024-02-29", "2024.02.29, 2024-02-29", "'00010101 ', 0001-01-01", "99991231, 9999-12-31"})
    void dates(String value, LocalDate date) {
        assertThat(Dates.findDate(value)).isEqualTo(date);
        assertThat(Dates.findDateSpan(value)).isEqualTo(new Span<>(date, date));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "2024",
                "202402",
                "20230229",
                "99999999",
                "00000101",
                "20241301",
                "20240100",
                "2024-01-01",
                "2024010１",
                "+2024011",
                "202401011",
                "20240101x",
                "2024.01.1",
                "2024.01.011"
            })
    void whatIsNoDate(String value) {
        assertThat(Dates.findDate(value)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "10, 10:00:00, 10:59:59.999999",
        "1015, 10:15:00, 10:15:59.999999",
        "10:15, 10:15:00, 10:15:59.999999",
        "101530, 10:15:30, 10:15:30.999999",
        "10:15:30, 10:15:30, 10:15:30.999999",
        "101530.5, 10:15:30.5, 10:15:30.599999",
        "10:15:30.50, 10:15:30.5, 10:15:30.509999",
        "101530.123456, 10:15:30.123456, 10:15:30.123456",
        "235960, 23:59:59.999999, 23:59:59.999999",
        "'000000 ', 00:00:00, 00:00:00.999999",
    })
    void timesCoverWhatTheyLeaveOut(String value, LocalTime first, LocalTime last) {
        assertThat(Dates.findTimeCovered(value)).isEqualTo(new Span<>(first, last));
        assertThat(Dates.findTime(value)).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "101",
                "10153",
                "240000",
                "250000",
                "106000",
                "101561",
                "101530.",
                "101530.1234567",
                "101530,5",
                "10:15:",
                "10:15x30",
                "10:1530",
                "1015:30",
                "101530.12345x",
                "-1",
                "aa"
            })
    void whatIsNoTime(String value) {
        assertThat(Dates.findTime(value)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "2024, 2023-12-31T22:00:00Z, 2024-12-31T21:59:59.999999Z",
        "202402, 2024-01-31T22:00:00Z, 2024-02-29T21:59:59.999999Z",
        "20240229, 2024-02-28T22:00:00Z, 2024-02-29T21:59:59.999999Z",
        "2024022910, 2024-02-29T08:00:00Z, 2024-02-29T08:59:59.999999Z",
        "202402291015, 2024-02-29T08:15:00Z, 2024-02-29T08:15:59.999999Z",
        "20240229101530.25, 2024-02-29T08:15:30.25Z, 2024-02-29T08:15:30.259999Z",
        "20240229101530.250000+0000, 2024-02-29T10:15:30.25Z, 2024-02-29T10:15:30.250000Z",
        "2024+0100, 2023-12-31T23:00:00Z, 2024-12-31T22:59:59.999999Z",
        "20240101-0500, 2024-01-01T05:00:00Z, 2024-01-02T04:59:59.999999Z",
        "9999, 9998-12-31T22:00:00Z, 9999-12-31T21:59:59.999999Z",
    })
    void momentsCoverWhatTheyLeaveOut(String value, Instant first, Instant last) {
        assertThat(Dates.findDateTimeCovered(value, HERE)).isEqualTo(new Span<>(first, last));
        assertThat(Dates.findDateTime(value, HERE)).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+9999",
                "+0100",
                "202",
                "20243",
                "20240230",
                "2024010125",
                "20240101+1401",
                "20240101-1201",
                "20240101+01",
                "20240101+01:00",
                "20240101+0160",
                "202401011015305",
                "2024-01-01",
                "2024Z"
            })
    void whatIsNoMoment(String value) {
        assertThat(Dates.findDateTime(value, HERE)).isNull();
    }

    @Test
    void offsets() {
        assertThat(Dates.findOffset("+0545")).isEqualTo(ZoneOffset.ofHoursMinutes(5, 45));
        assertThat(Dates.findOffset("-1200 ")).isEqualTo(ZoneOffset.ofHours(-12));
        assertThat(Dates.findOffset("+1400")).isEqualTo(ZoneOffset.ofHours(14));
        assertThat(Dates.findOffset("0100")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "20240101-20240131, 2024-01-01, 2024-01-31",
        "20240101-, 2024-01-01,",
        "-20240131, , 2024-01-31",
        "2024.01.01-2024.01.31, 2024-01-01, 2024-01-31",
        "20240101 - 20240131, 2024-01-01, 2024-01-31",
        "19000101-99991231, 1900-01-01, 9999-12-31",
    })
    void rangesOfDates(String query, LocalDate first, LocalDate last) {
        assertThat(Dates.findDateSpan(query)).isEqualTo(new Span<>(first, last));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", "--", "20240131-20240101", "20240101-x", "x-20240101", "20240101--20240102", "a-b"})
    void whatIsNoRangeOfDates(String query) {
        assertThat(Dates.findDateSpan(query)).isNull();
    }

    @Test
    void rangesOfTimesReachToTheEndOfWhatTheLastCovers() {
        assertThat(Dates.findTimeSpan("10-1130"))
                .isEqualTo(new Span<>(LocalTime.of(10, 0), LocalTime.of(11, 30, 59, 999_999_000)));
        assertThat(Dates.findTimeSpan("-07")).isEqualTo(new Span<>(null, LocalTime.of(7, 59, 59, 999_999_000)));
        assertThat(Dates.findTimeSpan("2200-0200")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "2020-2022, 2019-12-31T22:00:00Z, 2022-12-31T21:59:59.999999Z",
        "20200101-0500-20200102-0500, 2020-01-01T05:00:00Z, 2020-01-03T04:59:59.999999Z",
        "20200101-0500-, 2020-01-01T05:00:00Z,",
        "-20200101-0500, , 2020-01-02T04:59:59.999999Z",
        "20200101+0100-20200102, 2019-12-31T23:00:00Z, 2020-01-02T21:59:59.999999Z",
        "20200101-, 2019-12-31T22:00:00Z,",
    })
    void rangesOfMomentsTellOffsetsFromHyphens(String query, Instant first, Instant last) {
        assertThat(Dates.findDateTimeSpan(query, HERE)).isEqualTo(new Span<>(first, last));
    }

    @Test
    void spansContainTheirEnds() {
        Span<LocalDate> span = new Span<>(LocalDate.of(2024, 1, 1), null);
        assertThat(span.contains(LocalDate.of(2024, 1, 1))).isTrue();
        assertThat(span.contains(LocalDate.of(2023, 12, 31))).isFalse();
        assertThat(new Span<>(null, LocalTime.NOON).contains(LocalTime.NOON)).isTrue();
        assertThat(new Span<>(null, LocalTime.NOON).contains(LocalTime.MAX)).isFalse();
    }

    @Test
    void randomTextNeverFails() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "0123456789.:-+ 12";
        for (int round = 0; round < 50_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(30); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String value = text.toString();
            LocalDate date = Dates.findDate(value);
            assertThat(date == null || date.getYear() > 0)
                    .as("seed %d: %s", seed, value)
                    .isTrue();
            Dates.findTimeSpan(value);
            Span<Instant> span = Dates.findDateTimeSpan(value, ZoneOffset.UTC);
            assertThat(span == null || span.first() != null || span.last() != null)
                    .as("seed %d: %s", seed, value)
                    .isTrue();
        }
        assertThat(Dates.findDateSpan("1".repeat(1_000_000))).isNull();
    }
}
