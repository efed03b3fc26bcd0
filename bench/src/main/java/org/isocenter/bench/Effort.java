package org.isocenter.bench;

import java.time.Duration;
import java.util.List;

/// How much a run measures.
///
/// @param window one measurement
/// @param heating what a server gets to do before anything is measured, so that its code is compiled
/// @param wide whether also the sizes and numbers of clients are measured that have nothing to reach
record Effort(
        int rounds,
        Window window,
        Duration heating,
        boolean wide,
        int retrieveStudies,
        List<Integer> metadataSeries,
        List<Long> searchScales) {

    private static final long MEGABYTE = 1_000_000;

    /// Shows in seconds that everything works; the figures mean nothing.
    static final Effort SMOKE = new Effort(
            1,
            new Window(Duration.ofMillis(50), Duration.ofMillis(300), 60 * MEGABYTE),
            Duration.ofMillis(200),
            false,
            1,
            List.of(20),
            List.of(100L));

    /// Some minutes.
    static final Effort QUICK = new Effort(
            3,
            new Window(Duration.ofMillis(400), Duration.ofMillis(1600), 800 * MEGABYTE),
            Duration.ofSeconds(12),
            false,
            6,
            List.of(200, 1000),
            List.of(100L, 10_000L));

    /// The better part of an hour.
    static final Effort FULL = new Effort(
            5,
            new Window(Duration.ofSeconds(1), Duration.ofSeconds(5), 1500 * MEGABYTE),
            Duration.ofSeconds(20),
            true,
            10,
            List.of(200, 1000),
            List.of(100L, 10_000L, 64_000L));

    /// How long each codec gets before it is measured.
    Duration codecHeating() {
        return heating.dividedBy(24);
    }

    /// How long a codec is measured in a round.
    Duration codecWindow() {
        return window.measured().dividedBy(8);
    }

    /// The window of a round: the first of what is measured begins with a longer heating, since code that has not
    /// run yet is slow.
    Window window(int round) {
        return round > 0 ? window : new Window(heating.dividedBy(4), window.measured(), window.maxBytes());
    }

    Effort withRounds(int number) {
        return new Effort(number, window, heating, wide, retrieveStudies, metadataSeries, searchScales);
    }

    Effort withScales(List<Long> scales) {
        return new Effort(rounds, window, heating, wide, retrieveStudies, metadataSeries, scales);
    }
}
