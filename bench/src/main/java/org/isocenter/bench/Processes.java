package org.isocenter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the processes of a server cost, read from `/proc`. On systems without it the answers are NaN and 0.
///
/// The processes of a server are all whose command line names its folder, and their descendants: a database
/// that detached itself from the server that started it is still counted.
final class Processes {

    private static final Path PROC = Path.of("/proc");
    /// The unit of the times in `/proc/PID/stat`, the same on every Linux in use.
    private static final double TICKS_PER_SECOND = 100;

    private final String mark;

    /// @param folder the folder that only this server works in
    Processes(Path folder) {
        this.mark = folder.toString();
    }

    /// User and system time of all processes, and of those that have ended and been waited for.
    double cpuSeconds() {
        if (!Files.isDirectory(PROC)) {
            return Double.NaN;
        }
        return tree().stream().mapToDouble(Stat::cpuSeconds).sum();
    }

    /// What all processes together hold in memory, with shared pages counted once (proportional set size).
    long residentBytes() {
        return tree().stream()
                        .mapToLong(stat -> Math.max(0, kilobytes(stat.pid(), "smaps_rollup", "Pss:")))
                        .sum()
                * 1024;
    }

    /// The largest set that any one of the processes ever held.
    long peakBytes() {
        return tree().stream()
                        .mapToLong(stat -> kilobytes(stat.pid(), "status", "VmHWM:"))
                        .max()
                        .orElse(0)
                * 1024;
    }

    /// The CPU time of this process itself, without its children.
    static double ownCpuSeconds() {
        Stat own = Files.isDirectory(PROC) ? Stat.find(ProcessHandle.current().pid()) : null;
        return own == null ? Double.NaN : own.ownSeconds();
    }

    /// The CPU time of processes that this one started and that have ended; NaN where unknown.
    static double endedCpuSeconds() {
        Stat own = Files.isDirectory(PROC) ? Stat.find(ProcessHandle.current().pid()) : null;
        return own == null ? Double.NaN : own.cpuSeconds() - own.ownSeconds();
    }

    private List<Stat> tree() {
        if (!Files.isDirectory(PROC)) {
            return List.of();
        }
        Map<Long, List<Stat>> children = new HashMap<>();
        Deque<Stat> open = new ArrayDeque<>();
        for (Stat stat : all()) {
            children.computeIfAbsent(stat.parent(), any -> new ArrayList<>()).add(stat);
            if (stat.pid() != ProcessHandle.current().pid()
                    && commandLine(stat.pid()).contains(mark)) {
                open.add(stat);
            }
        }
        Set<Stat> found = new HashSet<>();
        while (!open.isEmpty()) {
            Stat stat = open.remove();
            if (found.add(stat)) {
                open.addAll(children.getOrDefault(stat.pid(), List.of()));
            }
        }
        return List.copyOf(found);
    }

    private static List<Stat> all() {
        List<Stat> stats = new ArrayList<>();
        try (Stream<Path> entries = Files.list(PROC)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                String name = entry.getFileName().toString();
                Stat stat = name.chars().allMatch(Character::isDigit) ? Stat.find(Long.parseLong(name)) : null;
                if (stat != null) {
                    stats.add(stat);
                }
            }
        } catch (IOException failure) {
            throw new IllegalStateException("cannot list the processes", failure);
        }
        return stats;
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(PROC.resolve(pid + "/cmdline")).replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    private static long kilobytes(long pid, String file, String label) {
        try {
            for (String line : Files.readAllLines(PROC.resolve(pid + "/" + file))) {
                if (line.startsWith(label)) {
                    return Long.parseLong(
                            line.substring(label.length()).replace("kB", "").strip());
                }
            }
        } catch (IOException gone) {
            return 0;
        }
        return 0;
    }

    private record Stat(long pid, long parent, double ownSeconds, double cpuSeconds) {

        static @Nullable Stat find(long pid) {
            try {
                String text = Files.readString(PROC.resolve(pid + "/stat"));
                // The name, in parentheses, may hold anything; the fields after it are counted from 3.
                String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
                double own = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                double waited = Long.parseLong(fields[13]) + Long.parseLong(fields[14]);
                return new Stat(
                        pid, Long.parseLong(fields[1]), own / TICKS_PER_SECOND, (own + waited) / TICKS_PER_SECOND);
            } catch (IOException gone) {
                return null;
            }
        }
    }
}
