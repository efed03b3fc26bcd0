package org.isocenter.server.telemetry;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The named moments at which a test may halt the process, so that every order of "written", "durable",
/// "committed" and "answered" can be met on purpose.
///
/// A server is armed by the system property `isocenter.crash`, whose value is the name of a point and,
/// after a colon, how many times it is passed unharmed before it halts: `isocenter.crash=blob-named:12`.
/// Halting runs no shutdown hook and flushes nothing: what the operating system was not given is gone.
/// Without the property every point is a comparison against a constant and costs nothing.
public enum CrashPoint {
    PART_OPENED,
    FIRST_BYTE,
    HEAD_PARSED,
    BLOB_HALF,
    BLOB_WRITTEN,
    BLOB_SYNCED,
    BLOB_NAMED,
    TRANSACTION_BEGUN,
    STUDY_ROWS,
    SERIES_ROWS,
    INSTANCE_ROWS,
    FEED_ROWS,
    BEFORE_COMMIT,
    COMMIT_SENT,
    AFTER_COMMIT,
    STATUS_LINE_SENT,
    BODY_HALF_SENT,
    DELETE_MARKED,
    DELETE_FEED_ROWS,
    SWEEP_LISTED,
    SWEEP_ONE_REMOVED,
    SWEEP_ALL_REMOVED,
    UPDATE_NEW_BLOB,
    UPDATE_ROW_SWAPPED,
    REWRITTEN_STORED,
    RECODED_STORED,
    RECODED_ROWS,
    CAST_UNSAVED,
    OPERATION_STEPPED,
    ERASED_ROWS,
    ERASED_BYTES;

    /// The exit status of a halted process.
    public static final int HALTED = 137;

    private static final @Nullable CrashPoint ARMED;
    private static final AtomicLong REMAINING = new AtomicLong();

    static {
        String armed = System.getProperty("isocenter.crash");
        if (armed == null) {
            ARMED = null;
        } else {
            int colon = armed.indexOf(':');
            String name = colon < 0 ? armed : armed.substring(0, colon);
            ARMED = valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
            REMAINING.set(colon < 0 ? 0 : Long.parseLong(armed.substring(colon + 1)));
        }
    }

    /// Halts the process here if this point is armed and has been passed often enough.
    public void pass() {
        if (this == ARMED && REMAINING.getAndDecrement() <= 0) {
            Runtime.getRuntime().halt(HALTED);
        }
    }
}
