package org.isocenter.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A run: the servers, the groups of rows, and the rounds in which the servers take turns.
final class Bench {

    /// Makes the servers of a group, not yet started.
    @FunctionalInterface
    interface Subjects {
        List<Subject> create() throws IOException;
    }

    /// Measures a row with one server.
    @FunctionalInterface
    interface Measure {
        Measurement of(Archive archive) throws IOException, InterruptedException;
    }

    private final Effort effort;
    private final Subjects subjects;
    private final long seed;
    private final boolean keepData;
    private final Path folder;
    private final PrintWriter progress;
    private final Report report = new Report();

    Bench(Effort effort, Subjects subjects, long seed, boolean keepData, Path folder, PrintWriter progress) {
        this.effort = effort;
        this.subjects = subjects;
        this.seed = seed;
        this.keepData = keepData;
        this.folder = folder;
        this.progress = progress;
    }

    Effort effort() {
        return effort;
    }

    Report report() {
        return report;
    }

    long seed() {
        return seed;
    }

    /// The folder below which all servers keep their data.
    Path folder() {
        return folder;
    }

    /// Measures a group with servers of its own; where it breaks off, the report says so.
    void run(Group group) throws IOException, InterruptedException {
        say(group.title());
        group.rows().forEach(report::add);
        List<Subject> running = subjects.create();
        try {
            List<Archive> archives = new ArrayList<>();
            for (Subject subject : running) {
                long start = System.nanoTime();
                subject.start();
                say("  %s started in %.1f s", subject.name(), (System.nanoTime() - start) / 1e9);
                archives.add(new Archive(subject, seed));
            }
            group.run(this, archives);
            running.forEach(subject -> report.addMemory(group.title(), subject));
        } catch (IOException failure) {
            // What was measured before is still worth its table.
            say("  %s", failure);
            report.addFact("**broken off** " + group.title() + ": " + failure.getMessage());
        } finally {
            for (Subject subject : running) {
                subject.end(keepData);
            }
        }
    }

    /// Measures a row with each server in turn. From the second round on, a variant of a peer that another
    /// variant outran rests.
    void measure(int round, Row row, List<Archive> archives, Measure measure) throws IOException, InterruptedException {
        for (Archive archive : archives) {
            if (round > 0 && row.isOutrun(archive.subject())) {
                continue;
            }
            settle();
            Measurement measured = measure.of(archive);
            row.add(archive.subject(), measured);
            say(
                    "  %d/%d %s, %s: %s/s, p50 %s ms, p99 %s ms%s",
                    round + 1,
                    effort.rounds(),
                    row.title(),
                    archive.subject().name(),
                    Table.number(measured.perSecond()),
                    Table.number(measured.p50Milliseconds()),
                    Table.number(measured.p99Milliseconds()),
                    measured.failures() == 0 ? "" : ", " + measured.failures() + " failed: " + measured.firstFailure());
        }
    }

    void say(String format, Object... values) {
        progress.printf(format + "%n", values);
        progress.flush();
    }

    /// Lets the disk finish what the last measurement left behind, so that the next one does not pay for it.
    private static void settle() throws InterruptedException {
        try {
            new ProcessBuilder("sync").start().waitFor();
        } catch (IOException noSuchCommand) {
            Thread.sleep(200);
        }
    }
}
