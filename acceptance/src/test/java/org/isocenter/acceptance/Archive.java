package org.isocenter.acceptance;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// The archive that is judged: one that runs already, or one started for all tests of a run.
final class Archive implements AutoCloseable {
    private static final String READY = "DICOMweb";
    private static final long STOP_SECONDS = 25;

    /// Of programs that live for some seconds most of the time goes into compiling what they run once.
    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /// What a program has loaded, as the next one reads it fastest: that takes a third from each start.
    private static final Path CLASSES = data().resolveSibling("classes.jsa").toAbsolutePath();

    private static @Nullable Archive one;

    /// The data of an archive without anything in it, of which others are copies: to make them anew takes three times
    /// as long as all else at a start.
    private static @Nullable Path empty;

    private static final String RUNNING = System.getProperty("acceptance.url", "");

    private final URI url;
    private final @Nullable Process process;
    private final @Nullable Path data;

    private Archive(URI url, @Nullable Process process, @Nullable Path data) {
        this.url = url;
        this.process = process;
        this.data = data;
    }

    static synchronized Archive get() {
        if (one == null) {
            one = RUNNING.isEmpty()
                    ? start("server", List.of(), List.of())
                    : new Archive(URI.create(RUNNING), null, null);
        }
        return one;
    }

    /// A further archive with settings of its own, which stops when it is closed. There is none where an
    /// archive is judged that runs already: the test is skipped then.
    static Archive with(String... settings) {
        Assumptions.assumeTrue(RUNNING.isEmpty(), "an archive that runs already has its settings");
        return start("server-with-settings", shortLived(), List.of(settings));
    }

    @Override
    public void close() {
        if (process != null) {
            stop(process);
        }
    }

    /// The root as this archive understands DICOMweb best.
    Dicomweb dicomweb() {
        return new Dicomweb(url);
    }

    /// The root of the compatible API, beside the other.
    Dicomweb v2() {
        return new Dicomweb(url.resolve("/v2"));
    }

    /// The root of its first version, which refuses bad values.
    Dicomweb v1() {
        return new Dicomweb(url.resolve("/v1"));
    }

    /// A data partition, under a root of DICOMweb.
    static Dicomweb partition(Dicomweb root, String name) {
        return new Dicomweb(URI.create(root.root() + "/partitions/" + name));
    }

    /// The resources of the archive that are not DICOMweb.
    Dicomweb root() {
        return new Dicomweb(url.resolve("/"));
    }

    /// Fails where the archive does not say that it can serve, or does not serve.
    void assertReady() {
        new Dicomweb(url.resolve("/health")).get("/ready", "Accept", "*/*").assertStatus(200);
        dicomweb().search("/studies?limit=1");
    }

    Wire wire() throws IOException {
        return new Wire(url);
    }

    Http2Wire http2() throws IOException {
        return new Http2Wire(url);
    }

    String path() {
        return url.getPath();
    }

    private static Archive start(String name, List<String> machine, List<String> settings) {
        try {
            Path data = data(name);
            copy(empty(), data);
            return start(name, machine, data, settings);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static synchronized Path empty() throws IOException {
        Path made = empty;
        if (made == null) {
            made = data("empty");
            List<String> machine = new ArrayList<>(SHORT_LIVED);
            machine.add("-XX:ArchiveClassesAtExit=" + CLASSES);
            Archive archive = start("empty", machine, Files.createDirectories(made), List.of());
            archive.close();
            empty = made;
        }
        return made;
    }

    /// A folder that is not there, or no longer.
    private static Path data(String name) throws IOException {
        Path data = data().resolveSibling(name + "-data");
        remove(data);
        return data;
    }

    private static Path data() {
        return Path.of(System.getProperty("acceptance.data", "target/server-data"));
    }

    private static Archive start(String name, List<String> machine, Path data, List<String> settings)
            throws IOException {
        Path server = Path.of(System.getProperty("acceptance.server", "../server/target"));
        Process process = new ProcessBuilder(command(server, machine, data, settings))
                .redirectError(data.resolveSibling(name + ".log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process)));
        BufferedReader out = process.inputReader();
        StringBuilder said = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.strip().startsWith(READY)) {
                Thread.ofVirtual().start(() -> out.lines().forEach(ignored -> {}));
                return new Archive(
                        URI.create(line.strip().substring(READY.length()).strip()), process, data);
            }
            said.append('\n').append(line);
        }
        throw new IllegalStateException("the server ended before it was ready: see " + name + ".log" + said);
    }

    /// Runs a command beside this archive, which was started with settings of its own.
    ///
    /// @return what it prints
    String command(String name, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                name,
                "--data-dir",
                String.valueOf(data == null ? null : data.toAbsolutePath().normalize())));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    /// Runs another command of the program to its end.
    ///
    /// @return what it prints
    static String run(String... arguments) throws IOException {
        Path server = Path.of(System.getProperty("acceptance.server", "../server/target"));
        List<String> command = program(server, shortLived());
        command.addAll(List.of(arguments));
        return new String(Programs.run(command, Path.of("."), Duration.ofMinutes(2)), StandardCharsets.UTF_8);
    }

    private static synchronized List<String> shortLived() {
        List<String> machine = new ArrayList<>(SHORT_LIVED);
        if (empty != null) {
            machine.add("-XX:SharedArchiveFile=" + CLASSES);
        }
        return machine;
    }

    /// @param machine options of the virtual machine
    private static List<String> program(Path server, List<String> machine) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String classPath = server.resolve("isocenter-server.jar") + File.pathSeparator + server.resolve("lib") + "/*";
        List<String> program = new ArrayList<>(List.of(java.toString(), "-Xmx512m"));
        program.addAll(machine);
        program.addAll(List.of("-cp", classPath, "org.isocenter.server.Main"));
        return program;
    }

    private static List<String> command(Path server, List<String> machine, Path data, List<String> settings) {
        List<String> command = program(server, machine);
        command.addAll(List.of(
                "serve",
                "--http-port",
                "0",
                "--data-dir",
                data.toAbsolutePath().normalize().toString()));
        command.addAll(settings);
        return command;
    }

    private static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.toAbsolutePath().getParent());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
