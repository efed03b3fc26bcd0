package org.isocenter.acceptance;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The archive that is judged: one that runs already, or one started for all tests of a run.
final class Archive {
    private static final String READY = "DICOMweb";
    private static final long STOP_SECONDS = 25;

    private static @Nullable Archive one;

    private final URI url;

    private Archive(URI url) {
        this.url = url;
    }

    static synchronized Archive get() {
        if (one == null) {
            String running = System.getProperty("acceptance.url", "");
            one = running.isEmpty() ? start() : new Archive(URI.create(running));
        }
        return one;
    }

    /// The root as this archive understands DICOMweb best.
    Dicomweb dicomweb() {
        return new Dicomweb(url);
    }

    /// The root of the compatible API, beside the other.
    Dicomweb v2() {
        return new Dicomweb(url.resolve("/v2"));
    }

    /// Fails where the archive does not say that it can serve.
    void assertReady() {
        new Dicomweb(url.resolve("/health")).get("/ready", "Accept", "*/*").assertStatus(200);
    }

    Wire wire() throws IOException {
        return new Wire(url);
    }

    String path() {
        return url.getPath();
    }

    private static Archive start() {
        Path server = Path.of(System.getProperty("acceptance.server", "../server/target"));
        Path data = Path.of(System.getProperty("acceptance.data", "target/server-data"));
        try {
            remove(data);
            Files.createDirectories(data);
            Process process = new ProcessBuilder(command(server, data))
                    .redirectError(data.resolveSibling("server.log").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process)));
            BufferedReader out = process.inputReader();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.strip().startsWith(READY)) {
                    Thread.ofVirtual().start(() -> out.lines().forEach(ignored -> {}));
                    return new Archive(
                            URI.create(line.strip().substring(READY.length()).strip()));
                }
            }
            throw new IllegalStateException("the server ended before it was ready: see server.log");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static List<String> command(Path server, Path data) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String classPath = server.resolve("isocenter-server.jar") + File.pathSeparator + server.resolve("lib") + "/*";
        return List.of(
                java.toString(),
                "-Xmx512m",
                "-cp",
                classPath,
                "org.isocenter.server.Main",
                "serve",
                "--http-port",
                "0",
                "--data-dir",
                data.toAbsolutePath().normalize().toString());
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
