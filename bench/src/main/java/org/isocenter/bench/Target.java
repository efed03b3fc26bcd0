package org.isocenter.bench;

import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// A figure that Isocenter has to reach in a row.
record Target(String text, Judge judge) {

    enum Verdict {
        MET,
        MISSED,
        /// What it is compared with was not measured.
        OPEN
    }

    @FunctionalInterface
    interface Judge {
        Verdict of(Measurement own, @Nullable Measurement peer);
    }

    static Target timesPeer(double factor) {
        return new Target(
                "≥ " + Table.number(factor) + "x Orthanc",
                (own, peer) -> peer == null || peer.items() == 0
                        ? Verdict.OPEN
                        : verdict(own.perSecond() >= factor * peer.perSecond()));
    }

    static Target perSecond(double rate) {
        return new Target("≥ " + Table.number(rate) + "/s", (own, peer) -> verdict(own.perSecond() >= rate));
    }

    static Target megabytesPerSecond(double rate) {
        return new Target(
                "≥ " + Table.number(rate) + " MB/s", (own, peer) -> verdict(own.megabytesPerSecond() >= rate));
    }

    static Target cpuSecondsPerThousand(double seconds) {
        return new Target(
                "≤ " + Table.number(seconds) + " CPU-s per 1000",
                (own, peer) -> Double.isNaN(own.cpuSecondsPerThousand())
                        ? Verdict.OPEN
                        : verdict(own.cpuSecondsPerThousand() <= seconds));
    }

    static Target median(double milliseconds) {
        return new Target(
                "median ≤ " + Table.number(milliseconds) + " ms",
                (own, peer) -> verdict(own.p50Milliseconds() <= milliseconds));
    }

    static Target p99(double milliseconds) {
        return new Target(
                "p99 ≤ " + Table.number(milliseconds) + " ms",
                (own, peer) -> verdict(own.p99Milliseconds() <= milliseconds));
    }

    /// A share of a rate measured in the same run.
    static Target shareOf(double share, String what, DoubleSupplier rate) {
        return new Target("≥ %.0f %% of %s".formatted(share * 100, what), (own, peer) -> {
            double whole = rate.getAsDouble();
            return Double.isNaN(whole) ? Verdict.OPEN : verdict(own.perSecond() >= share * whole);
        });
    }

    /// A median at most so many times that of another row.
    static Target flat(double factor, Row other) {
        return new Target("median ≤ %s of \"%s\"".formatted(Table.number(factor) + "x", other.title()), (own, peer) -> {
            Measurement base = other.findFigures(Subject.Side.ISOCENTER);
            return base == null ? Verdict.OPEN : verdict(own.p50Milliseconds() <= factor * base.p50Milliseconds());
        });
    }

    /// Any figure at most so large.
    static Target atMost(String what, double most, DoubleSupplier figure) {
        return new Target(what + " ≤ " + Table.number(most), (own, peer) -> {
            double actual = figure.getAsDouble();
            return Double.isNaN(actual) ? Verdict.OPEN : verdict(actual <= most);
        });
    }

    private static Verdict verdict(boolean met) {
        return met ? Verdict.MET : Verdict.MISSED;
    }
}
