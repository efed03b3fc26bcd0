package org.isocenter.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the figures were measured on.
final class Machine {

    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

    private Machine() {}

    static String describe(Path folder, boolean peer) throws IOException, InterruptedException {
        FileStore store = Files.getFileStore(folder);
        StringBuilder text = new StringBuilder();
        text.append("- %d cores, %s\n"
                .formatted(Runtime.getRuntime().availableProcessors(), field(PROCESSOR, "model name")));
        text.append("- memory %s, %s\n"
                .formatted(
                        field(MEMORY, "MemTotal"),
                        System.getProperty("os.name") + " " + System.getProperty("os.version")));
        text.append("- data on %s, %,d MB free\n".formatted(store.type(), store.getUsableSpace() / 1_000_000));
        text.append("- Java %s (%s)\n".formatted(Runtime.version(), System.getProperty("java.vendor")));
        if (peer) {
            text.append("- %s\n".formatted(firstLine("Orthanc", "--version")));
            Path programs = PostgresCluster.findPrograms();
            if (programs != null) {
                text.append("- its index: SQLite, or %s\n"
                        .formatted(firstLine(programs.resolve("postgres").toString(), "--version")));
            }
        }
        return text.toString();
    }

    private static String field(Path file, String name) throws IOException {
        if (!Files.exists(file)) {
            return "?";
        }
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(name)) {
                return line.substring(line.indexOf(':') + 1).strip();
            }
        }
        return "?";
    }

    private static String firstLine(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        List<String> lines = text.lines().toList();
        return lines.isEmpty() ? command[0] : lines.getFirst();
    }
}
