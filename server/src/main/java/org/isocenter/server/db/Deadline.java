package org.isocenter.server.db;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/// Bounds a loop that looks again and again until something has happened.
final class Deadline {
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final long end;
    private final String failure;

    Deadline(Duration bound, String failure) {
        this.end = System.nanoTime() + bound.toNanos();
        this.failure = failure;
    }

    /// Waits a moment, or throws when the time is over.
    void pause() throws IOException {
        if (System.nanoTime() - end > 0) {
            throw new IOException(failure);
        }
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(failure);
        }
    }
}
