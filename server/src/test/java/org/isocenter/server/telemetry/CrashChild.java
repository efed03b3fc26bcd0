package org.isocenter.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A process that is halted at a crash point.
public final class CrashChild {
    private CrashChild() {}

    /// Runs a class until the point has been passed so often.
    ///
    /// @return the lines that it printed
    public static List<String> run(Class<?> main, CrashPoint point, int passes, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Disocenter.crash=" + point.name().toLowerCase(Locale.ROOT).replace('_', '-') + ":" + passes,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> told = process.inputReader().readAllLines();
        assertThat(process.waitFor()).isEqualTo(CrashPoint.HALTED);
        return told;
    }
}
