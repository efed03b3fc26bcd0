package org.isocenter.acceptance;

/// How large the tests are: those of a change, or with `-Dpromises=nightly` those of a night.
final class Size {
    static final boolean NIGHTLY = "nightly".equals(System.getProperty("promises"));

    private static final String NAME = NIGHTLY ? "nightly" : "change";

    private Size() {}

    static long of(long change, long nightly) {
        return NIGHTLY ? nightly : change;
    }

    /// A name that says which size it is of.
    static String name(String row) {
        return row + " (" + NAME + ")";
    }
}
