package org.isocenter.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Runs the independent tools that tests compare with.
public final class Peer {
    private Peer() {}

    /// Whether a tool is on the path.
    public static boolean isInstalled(String tool) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    /// Runs a tool and expects it to succeed; the test is skipped where it is not installed.
    public static void run(String tool, Object... arguments) throws IOException, InterruptedException {
        assumeTrue(isInstalled(tool), tool + " is not installed");
        List<String> command = Stream.concat(
                        Stream.of(tool), Arrays.stream(arguments).map(Object::toString))
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + "\n" + output).isZero();
    }
}
