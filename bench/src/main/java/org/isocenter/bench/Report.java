package org.isocenter.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Everything a run found out, as Markdown.
final class Report {

    private record Memory(String group, String subject, long residentBytes, long peakBytes) {}

    private final List<Row> rows = new ArrayList<>();
    private final List<Memory> memories = new ArrayList<>();
    private final List<String> facts = new ArrayList<>();
    private final List<String> sections = new ArrayList<>();

    void add(Row row) {
        rows.add(row);
    }

    void addMemory(String group, Subject subject) {
        if (subject.residentBytes() > 0) {
            memories.add(new Memory(group, subject.name(), subject.residentBytes(), subject.peakBytes()));
        }
    }

    /// A line of its own under the table.
    void addFact(String fact) {
        facts.add(fact);
    }

    /// A table of its own with what belongs to it, in Markdown.
    void addSection(String section) {
        sections.add(section);
    }

    String toMarkdown(String machine) {
        StringBuilder text = new StringBuilder(machine);
        if (!rows.isEmpty()) {
            text.append('\n').append(servers());
        }
        sections.forEach(section -> text.append('\n').append(section));
        return text.toString();
    }

    private String servers() {
        StringBuilder text = new StringBuilder(results().toMarkdown());
        text.append("\nRates are medians over the rounds; latencies are those of a request; CPU-s per 1000 are of the"
                + " server's whole process tree, for 1000 instances or requests; the ratio is that of the rates.\n");
        facts.forEach(fact -> text.append("\n- ").append(fact));
        List<String> failures =
                rows.stream().flatMap(row -> row.failures().stream()).toList();
        failures.forEach(failure -> text.append("\n- **failed** ").append(failure));
        text.append(facts.isEmpty() && failures.isEmpty() ? "" : "\n");
        if (!memories.isEmpty()) {
            text.append('\n').append(memory().toMarkdown());
        }
        return text.toString();
    }

    private Table results() {
        Table table = new Table(
                "workload",
                "Isocenter /s",
                "MB/s",
                "p50 ms",
                "p99 ms",
                "CPU-s/1000",
                "Orthanc /s",
                "MB/s",
                "p50 ms",
                "p99 ms",
                "CPU-s/1000",
                "index",
                "ratio",
                "reach",
                "met?",
                "driver cores");
        for (Row row : rows) {
            Measurement own = row.findFigures(Subject.Side.ISOCENTER);
            Measurement peer = row.findFigures(Subject.Side.ORTHANC);
            String[] left = figures(own);
            String[] right = figures(peer);
            table.add(
                    row.title(),
                    left[0],
                    left[1],
                    left[2],
                    left[3],
                    left[4],
                    right[0],
                    right[1],
                    right[2],
                    right[3],
                    right[4],
                    row.variant(Subject.Side.ORTHANC).replace("Orthanc/", ""),
                    own == null || peer == null || peer.items() == 0
                            ? "–"
                            : Table.number(own.perSecond() / peer.perSecond()) + "x",
                    row.targets().stream().map(Target::text).collect(Collectors.joining("; ")),
                    verdict(row, own, peer),
                    (own == null ? "–" : Table.number(own.driverCpuShare()))
                            + " / "
                            + (peer == null ? "–" : Table.number(peer.driverCpuShare())));
        }
        return table;
    }

    private static String[] figures(@Nullable Measurement measurement) {
        if (measurement == null) {
            return new String[] {"–", "–", "–", "–", "–"};
        }
        if (measurement.items() == 0) {
            return new String[] {"failed", "–", "–", "–", "–"};
        }
        return new String[] {
            Table.number(measurement.perSecond()) + (measurement.failures() > 0 ? " †" : ""),
            Table.number(measurement.megabytesPerSecond()),
            Table.number(measurement.p50Milliseconds()),
            Table.number(measurement.p99Milliseconds()),
            Table.number(measurement.cpuSecondsPerThousand())
        };
    }

    private static String verdict(Row row, @Nullable Measurement own, @Nullable Measurement peer) {
        if (own == null || row.targets().isEmpty()) {
            return "–";
        }
        if (own.items() == 0) {
            return "**no**";
        }
        List<String> missed = new ArrayList<>();
        int open = 0;
        for (Target target : row.targets()) {
            switch (target.judge().of(own, peer)) {
                case MET -> {}
                case MISSED -> missed.add(target.text());
                case OPEN -> open++;
            }
        }
        if (!missed.isEmpty()) {
            return missed.size() == row.targets().size() ? "**no**" : "**no**: " + String.join("; ", missed);
        }
        return open == row.targets().size() ? "–" : open > 0 ? "yes, " + open + " open" : "yes";
    }

    private Table memory() {
        Table table = new Table("after", "server", "resident MB (all processes)", "peak MB (largest process)");
        for (Memory memory : memories) {
            table.add(
                    memory.group(),
                    memory.subject(),
                    Table.number(memory.residentBytes() / 1e6),
                    Table.number(memory.peakBytes() / 1e6));
        }
        return table;
    }
}
