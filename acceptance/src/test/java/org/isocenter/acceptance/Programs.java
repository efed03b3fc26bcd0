package org.isocenter.acceptance;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// Programs that other people wrote, where they are installed.
final class Programs {
    private Programs() {}

    static @Nullable Path find(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /// Where a program is. The test is skipped where it is not.
    static Path assume(String name) {
        Path program = find(name);
        Assumptions.assumeTrue(program != null, name + " is not installed");
        return program == null ? Path.of(name) : program;
    }

    /// Sees to it that a folder has the packages of its lock file. The test is skipped where they cannot be
    /// had.
    static void assumePackages(Path folder, String one) {
        // Tests run in several processes, of which one may be about it.
        Path claim = Path.of("target", "packages.claim");
        try (FileChannel channel = FileChannel.open(claim, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock claimed = channel.lock()) {
            if (claimed.isValid()
                    && Files.isDirectory(folder.resolve("node_modules").resolve(one))) {
                return;
            }
            assume("npm");
            run(
                    List.of("npm", "ci", "--no-audit", "--no-fund", "--silent", "--ignore-scripts"),
                    folder,
                    Duration.ofMinutes(5));
        } catch (IOException unavailable) {
            Assumptions.abort("the packages of " + folder + " cannot be had: " + unavailable.getMessage());
        }
    }

    /// What a program prints.
    ///
    /// @throws IOException where it fails, with what it says of that
    static byte[] run(List<String> command, Path folder, Duration patience) throws IOException {
        Path out = Files.createTempFile("out", ".txt");
        Path errors = Files.createTempFile("errors", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IOException(command.getFirst() + " takes too long");
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        command.getFirst() + ": " + Files.readString(errors, StandardCharsets.ISO_8859_1));
            }
            return Files.readAllBytes(out);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        } finally {
            Files.delete(out);
            Files.delete(errors);
        }
    }
}
