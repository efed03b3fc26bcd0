package org.isocenter.bench;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;

/// Which instance of the made-up archive an object is. Everything else about it follows from these numbers:
/// one patient and one accession number for each study, ten studies a day from the epoch on, CT and MR in
/// turn.
record Identity(long seed, long study, int series, int instance) {

    static final int STUDIES_PER_DAY = 10;

    private static final LocalDate FIRST_DAY = LocalDate.of(1998, 1, 5);
    private static final int DAYS = 10_000;

    static final int NUMBER_DIGITS = 18;
    static final int LABEL_DIGITS = 10;

    /// Everything of a UID but its last [#NUMBER_DIGITS] digits. Below 2.25 any number of up to 38 digits may
    /// stand.
    static String uidPrefix(Level level, long seed) {
        return "2.25.9%d%08d".formatted(level.ordinal() + 1, seed % 100_000_000);
    }

    enum Level {
        STUDY,
        SERIES,
        INSTANCE
    }

    String studyUid() {
        return uid(Level.STUDY, studyNumber());
    }

    String seriesUid() {
        return uid(Level.SERIES, seriesNumber());
    }

    String instanceUid() {
        return uid(Level.INSTANCE, instanceNumber());
    }

    long studyNumber() {
        return study * 100_000_000;
    }

    long seriesNumber() {
        return studyNumber() + series * 1_000_000L;
    }

    long instanceNumber() {
        return seriesNumber() + instance;
    }

    String patientId() {
        return "P" + digits(study, LABEL_DIGITS);
    }

    String accessionNumber() {
        return "A" + digits(study, LABEL_DIGITS);
    }

    LocalDate day() {
        return FIRST_DAY.plusDays(study / STUDIES_PER_DAY % DAYS);
    }

    String date() {
        return day().format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    boolean magneticResonance() {
        return study % 2 == 1;
    }

    String modality() {
        return magneticResonance() ? "MR" : "CT";
    }

    /// The path of this instance below the root of a DICOMweb server.
    String path() {
        return "/studies/" + studyUid() + "/series/" + seriesUid() + "/instances/" + instanceUid();
    }

    private String uid(Level level, long number) {
        return uidPrefix(level, seed) + digits(number, NUMBER_DIGITS);
    }

    private static String digits(long number, int width) {
        String text = Long.toString(number);
        return "0".repeat(Math.max(0, width - text.length())) + text;
    }
}
