package org.isocenter.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// A line of the table: a workload, what was measured with each server, and what has to be reached.
final class Row {

    private record Variant(Subject.Side side, String name) {}

    private final String title;
    private final List<Target> targets;
    private final Map<Variant, List<Measurement>> measurements = new LinkedHashMap<>();

    Row(String title, Target... targets) {
        this.title = title;
        this.targets = List.of(targets);
    }

    String title() {
        return title;
    }

    List<Target> targets() {
        return targets;
    }

    void add(Subject subject, Measurement measurement) {
        measurements
                .computeIfAbsent(new Variant(subject.side(), subject.name()), any -> new ArrayList<>())
                .add(measurement);
    }

    /// Whether another variant of the same server has been measured to be faster.
    boolean isOutrun(Subject subject) {
        Variant best = findBest(subject.side());
        return best != null && !best.name().equals(subject.name());
    }

    /// The medians over the rounds of the side's best variant; null when it was not measured.
    @Nullable
    Measurement findFigures(Subject.Side side) {
        Variant best = findBest(side);
        return best == null ? null : medians(measurements.getOrDefault(best, List.of()));
    }

    /// The name of the variant whose figures stand for the side; "" when there is none.
    String variant(Subject.Side side) {
        Variant best = findBest(side);
        return best == null ? "" : best.name();
    }

    /// One line for each variant with which something failed.
    List<String> failures() {
        List<String> lines = new ArrayList<>();
        measurements.forEach((variant, all) -> {
            long failures = all.stream().mapToLong(Measurement::failures).sum();
            if (failures > 0) {
                String first = all.stream()
                        .map(Measurement::firstFailure)
                        .filter(failure -> !failure.isEmpty())
                        .findFirst()
                        .orElse("");
                lines.add("%s, %s: %d failed, first: %s".formatted(title, variant.name(), failures, first));
            }
        });
        return lines;
    }

    private @Nullable Variant findBest(Subject.Side side) {
        Variant best = null;
        double bestRate = -1;
        for (Map.Entry<Variant, List<Measurement>> entry : measurements.entrySet()) {
            double rate = median(entry.getValue(), Measurement::perSecond);
            if (entry.getKey().side() == side && rate > bestRate) {
                best = entry.getKey();
                bestRate = rate;
            }
        }
        return best;
    }

    private static Measurement medians(List<Measurement> rounds) {
        return new Measurement(
                median(rounds, Measurement::perSecond),
                median(rounds, Measurement::bytesPerSecond),
                median(rounds, Measurement::p50Milliseconds),
                median(rounds, Measurement::p99Milliseconds),
                median(rounds, Measurement::cpuSecondsPerThousand),
                median(rounds, Measurement::driverCpuShare),
                rounds.stream().mapToLong(Measurement::items).sum(),
                rounds.stream().mapToLong(Measurement::failures).sum(),
                "");
    }

    private static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
        return Samples.median(rounds.stream().mapToDouble(figure).boxed().toList());
    }
}
