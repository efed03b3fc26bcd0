package org.isocenter.server.http;

import java.time.Duration;

/// How slow a client may be before it is taken for one that only wants to hold the connection.
///
/// @param grace how long the head of a request may take, and for how long nothing is asked of bodies
/// @param bytesPerSecond what must be moved of a body on the average after that
/// @param farewell how long a client that has its answer and is still sending is listened to
/// @param farewellBytes how many bytes of such a client are taken
record Pace(Duration grace, long bytesPerSecond, Duration farewell, long farewellBytes) {
    static final Pace DEFAULT = new Pace(Duration.ofSeconds(30), 1024, Duration.ofSeconds(5), 16L * 1024 * 1024);

    /// Whether so many bytes have taken too long. Only time spent waiting for the client counts.
    boolean isTooSlow(long bytes, long waitedNanos) {
        return waitedNanos > grace.toNanos() && bytes < waitedNanos / 1_000_000_000 * bytesPerSecond;
    }

    /// The longest that so many bytes may take.
    Duration longest(long bytes) {
        return grace.plusSeconds(bytes / bytesPerSecond);
    }
}
