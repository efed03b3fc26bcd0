package org.isocenter.server.promises;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.server.db.DatabaseOptions;
import org.isocenter.server.telemetry.CrashPoint;
import org.jspecify.annotations.Nullable;

/// The server as an operator runs it: a process of its own, started by its main class.
final class ChildServer implements AutoCloseable {
    /// The name under which its sessions are known to an external database.
    static final String APPLICATION = "child-server";

    private static final Pattern READY = Pattern.compile("DICOMweb\\s+(http://\\S+)/dicom-web");
    private static final Duration STOP_BOUND = Duration.ofSeconds(60);

    private final Process process;
    private final @Nullable URI uri;
    private final Path log;
    private final Duration startTime;

    private ChildServer(Process process, @Nullable URI uri, Path log, Duration startTime) {
        this.process = process;
        this.uri = uri;
        this.log = log;
        this.startTime = startTime;
    }

    /// What a child is started with.
    static final class Command {
        private final List<String> machine = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        private final List<String> flags = new ArrayList<>();
        private final Path folder;
        private DatabaseOptions database;

        /// @param folder for its data and its log
        /// @param database that it uses
        Command(Path folder, DatabaseOptions database) {
            this.folder = folder;
            this.database = database;
            machine("-Xmx384m");
        }

        Command machine(String option) {
            machine.add(option);
            return this;
        }

        Command flag(String name, String value) {
            flags.add("--" + name);
            flags.add(value);
            return this;
        }

        Command embedded() {
            database = new DatabaseOptions("jdbc:postgresql:", null, null, 1);
            return this;
        }

        private List<String> line() {
            List<String> line = new ArrayList<>();
            line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            line.addAll(machine);
            line.addAll(List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "org.isocenter.server.Main",
                    "serve",
                    "--http-port",
                    "0",
                    "--data-dir",
                    folder.resolve("data").toString()));
            if (!database.url().equals("jdbc:postgresql:")) {
                String url =
                        database.url() + (database.url().contains("?") ? "&" : "?") + "ApplicationName=" + APPLICATION;
                line.addAll(List.of("--database-url", url, "--database-user", "" + database.user()));
            }
            line.addAll(flags);
            return line;
        }

        /// Starts it and waits until it can be asked, or has died at the point at which it was to die.
        ChildServer start() throws IOException {
            Files.createDirectories(folder.resolve("tmp"));
            Path log = folder.resolve("server.log");
            ProcessBuilder builder =
                    new ProcessBuilder(line()).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
            if (database.password() != null) {
                builder.environment().put("ISOCENTER_DATABASE_PASSWORD", database.password());
            }
            long begun = System.nanoTime();
            Process process = builder.start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                Matcher ready = READY.matcher(line);
                if (ready.find()) {
                    return new ChildServer(
                            process, URI.create(ready.group(1)), log, Duration.ofNanos(System.nanoTime() - begun));
                }
            }
            ChildServer ended = new ChildServer(process, null, log, Duration.ofNanos(System.nanoTime() - begun));
            try {
                // One that is to die at a point may come to it before it can be asked.
                if (ended.exitStatus() == CrashPoint.HALTED) {
                    return ended;
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("the server did not start: " + Files.readString(log));
        }
    }

    /// Whether it could be asked before it died, if it did.
    boolean wasReady() {
        return uri != null;
    }

    URI uri() {
        return Objects.requireNonNull(uri);
    }

    /// From the start of the process until it said that it was ready.
    Duration startTime() {
        return startTime;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /// `kill -9`.
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /// SIGTERM, without waiting.
    void terminate() {
        process.destroy();
    }

    int exitStatus() throws InterruptedException {
        if (!process.waitFor(STOP_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the server did not end within " + STOP_BOUND);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
