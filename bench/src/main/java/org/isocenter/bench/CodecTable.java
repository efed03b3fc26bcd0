package org.isocenter.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.isocenter.codec.MalformedException;
import org.jspecify.annotations.Nullable;

/// The codecs, each with each picture, by one thread, and the programs of others beside them.
///
/// What is measured is CPU time, which others on the same machine do little to; that of our collector of
/// garbage is not in it. A program is given files, so its time is that with a picture less that with a tiny
/// one: what remains is decoding or encoding, and the reading and writing of the larger files. All codecs run
/// warm in this one virtual machine, as they do in a server, and everything takes turns over the rounds.
final class CodecTable {

    private static final int TINY_SIDE = 32;

    private enum Way {
        DECODE,
        ENCODE
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException, InterruptedException, MalformedException;
    }

    /// A picture by a compression: what was measured of it, in seconds.
    private static final class Line {
        final Picture picture;
        final CodedPicture coded;
        final @Nullable ToolFiles whole;
        final @Nullable ToolFiles tiny;
        final Map<Way, Samples> own = figures();
        final Map<Way, Samples> beside = figures();
        final Map<Way, Samples> start = figures();

        Line(Picture picture, CodedPicture coded, @Nullable ToolFiles whole, @Nullable ToolFiles tiny) {
            this.picture = picture;
            this.coded = coded;
            this.whole = whole;
            this.tiny = tiny;
        }

        double rate(Way way) {
            return coded.sizeBytes() / 1e6 / figure(own, way).median();
        }

        /// NaN where no program was measured.
        double rateBeside(Way way) {
            double net = figure(beside, way).median() - figure(start, way).median();
            return net > 0 ? coded.sizeBytes() / 1e6 / net : Double.NaN;
        }

        static Samples figure(Map<Way, Samples> figures, Way way) {
            return figures.computeIfAbsent(way, any -> new Samples());
        }

        private static Map<Way, Samples> figures() {
            return new EnumMap<>(Way.class);
        }
    }

    private final Effort effort;
    private final Path folder;
    private final Consumer<String> progress;
    private final Set<Tool> installed = EnumSet.noneOf(Tool.class);
    private final List<Line> lines = new ArrayList<>();

    /// @param folder where the files for the programs go
    CodecTable(Effort effort, Path folder, Consumer<String> progress) {
        this.effort = effort;
        this.folder = folder;
        this.progress = progress;
        for (Tool tool : Tool.values()) {
            if (tool.isInstalled()) {
                installed.add(tool);
            }
        }
    }

    void measure() throws IOException, InterruptedException, MalformedException {
        progress.accept("codec");
        for (Picture picture : Picture.values()) {
            List<CodedPicture> whole = CodedPicture.each(picture, picture.side);
            List<CodedPicture> tiny = CodedPicture.each(picture, TINY_SIDE);
            for (int i = 0; i < whole.size(); i++) {
                lines.add(prepare(picture, whole.get(i), tiny.get(i)));
            }
        }
        for (Line line : lines) {
            for (Way way : Way.values()) {
                seconds(CodecTable::ownSeconds, own(line, way), effort.codecHeating());
            }
        }
        for (int round = 0; round < effort.rounds(); round++) {
            for (Line line : lines) {
                for (Way way : Way.values()) {
                    measure(line, way);
                }
                progress.accept("  %d/%d %s, %s: decode %s, encode %s MB/s"
                        .formatted(
                                round + 1,
                                effort.rounds(),
                                line.picture.title,
                                line.coded.compression().title,
                                Table.number(line.rate(Way.DECODE)),
                                Table.number(line.rate(Way.ENCODE))));
            }
        }
    }

    private Line prepare(Picture picture, CodedPicture whole, CodedPicture tiny)
            throws IOException, InterruptedException {
        Tool tool = whole.compression().tool;
        if (tool == null || !installed.contains(tool)) {
            return new Line(picture, whole, null, null);
        }
        ToolFiles wholeFiles = new ToolFiles(tool, whole, Files.createTempDirectory(folder, "codec-"));
        ToolFiles tinyFiles = new ToolFiles(tool, tiny, Files.createTempDirectory(folder, "codec-"));
        if (!wholeFiles.agrees()) {
            throw new IOException(tool.title + " reads a " + picture.title + " otherwise than it was encoded");
        }
        return new Line(picture, whole, wholeFiles, tinyFiles);
    }

    private void measure(Line line, Way way) throws IOException, InterruptedException, MalformedException {
        Duration window = effort.codecWindow();
        Line.figure(line.own, way).add(seconds(CodecTable::ownSeconds, own(line, way), window));
        ToolFiles whole = line.whole;
        ToolFiles tiny = line.tiny;
        if (whole != null && tiny != null) {
            Line.figure(line.start, way).add(seconds(Processes::endedCpuSeconds, by(tiny, way), window));
            Line.figure(line.beside, way).add(seconds(Processes::endedCpuSeconds, by(whole, way), window));
        }
    }

    private static Step own(Line line, Way way) {
        return way == Way.DECODE ? line.coded::decode : line.coded::encode;
    }

    private static Step by(ToolFiles files, Way way) {
        return way == Way.DECODE ? files::decode : files::encode;
    }

    private static double ownSeconds() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
    }

    /// Runs at least twice, and until it has cost so much CPU time; what a run cost.
    private static double seconds(DoubleSupplier clock, Step step, Duration least)
            throws IOException, InterruptedException, MalformedException {
        double start = clock.getAsDouble();
        double spent = 0;
        int times = 0;
        while (times < 2 || spent < least.toNanos() / 1e9) {
            step.run();
            times++;
            spent = clock.getAsDouble() - start;
        }
        return spent / times;
    }

    /// A line for each program: its version, or how to have it.
    String describeTools() throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder();
        for (Tool tool : Tool.values()) {
            text.append("- ")
                    .append(
                            installed.contains(tool)
                                    ? tool.describe()
                                    : tool.title + " is absent (Debian: " + tool.debianPackage + ")")
                    .append('\n');
        }
        return text.toString();
    }

    String toMarkdown() throws IOException, InterruptedException {
        Table table = new Table(
                "picture",
                "compression",
                "to",
                "decode MB/s",
                "beside MB/s",
                "ratio",
                "encode MB/s",
                "beside MB/s",
                "ratio",
                "beside",
                "reach",
                "met?");
        for (Line line : lines) {
            table.add(
                    "%s %d x %d, %d bits"
                            .formatted(line.picture.title, line.picture.side, line.picture.side, line.coded.bits()),
                    line.coded.compression().title,
                    "%.0f %%".formatted(100.0 * line.coded.frame().length / line.coded.sizeBytes()),
                    Table.number(line.rate(Way.DECODE)),
                    Table.number(line.rateBeside(Way.DECODE)),
                    ratio(line, Way.DECODE),
                    Table.number(line.rate(Way.ENCODE)),
                    Table.number(line.rateBeside(Way.ENCODE)),
                    ratio(line, Way.ENCODE),
                    beside(line.coded.compression().tool),
                    String.join(
                            "; ",
                            goals(line).stream().map(goal -> text(line, goal)).toList()),
                    verdict(line));
        }
        return table.toMarkdown()
                + "\nMB/s are of uncompressed pixels in a second of CPU time of one thread; reach counts for both"
                + " ways. The time of a program beside is less that for a picture of 32 x 32.\n"
                + "\n"
                + describeTools();
    }

    private static String ratio(Line line, Way way) {
        double beside = line.rateBeside(way);
        return Double.isNaN(beside) ? "–" : Table.number(line.rate(way) / beside) + "x";
    }

    private String beside(@Nullable Tool tool) {
        return tool == null ? "–" : installed.contains(tool) ? tool.title : tool.title + " (absent)";
    }

    /// What is to be reached. Rates are for grey pictures, of which most are; those beside another hold for
    /// all.
    private static List<Compression.Goal> goals(Line line) {
        return line.coded.compression().goals.stream()
                .filter(goal -> line.picture.isGrey() || !goal.megabytes())
                .toList();
    }

    private static String text(Line line, Compression.Goal goal) {
        Compression of = goal.of();
        Tool tool = line.coded.compression().tool;
        String figure = "≥ " + Table.number(goal.figure());
        return goal.megabytes()
                ? figure + " MB/s"
                : figure + "x " + (of != null ? of.title : tool != null ? tool.title : "");
    }

    private String verdict(Line line) {
        List<String> missed = new ArrayList<>();
        int open = 0;
        for (Compression.Goal goal : goals(line)) {
            for (Way way : Way.values()) {
                double wanted = goal.figure() * unit(line, goal, way);
                if (Double.isNaN(wanted)) {
                    open++;
                } else if (line.rate(way) < wanted) {
                    missed.add((way == Way.DECODE ? "decode " : "encode ") + text(line, goal));
                }
            }
        }
        if (goals(line).isEmpty()) {
            return "";
        }
        int all = goals(line).size() * Way.values().length;
        return !missed.isEmpty()
                ? "**no**: " + String.join("; ", missed)
                : open == all ? "–" : open > 0 ? "yes, " + open + " open" : "yes";
    }

    private double unit(Line line, Compression.Goal goal, Way way) {
        if (goal.megabytes()) {
            return 1;
        }
        Compression of = goal.of();
        if (of == null) {
            return line.rateBeside(way);
        }
        return lines.stream()
                .filter(other -> other.picture == line.picture && other.coded.compression() == of)
                .mapToDouble(other -> other.rate(way))
                .findFirst()
                .orElse(Double.NaN);
    }
}
