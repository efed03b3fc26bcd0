package org.isocenter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A private PostgreSQL for a peer, from the system's packages, durable as PostgreSQL is by default: fsync,
/// synchronous commit and full-page writes on.
final class PostgresCluster {

    static final String USER = "orthanc";
    static final String DATABASE = "orthanc";

    private static final Path PACKAGES = Path.of("/usr/lib/postgresql");

    private final Path programs;
    private final Path folder;
    private final Path log;
    private final int port;
    private @Nullable Child child;
    private boolean made;

    PostgresCluster(Path programs, Path parent) throws IOException {
        this.programs = programs;
        this.folder = parent.resolve("postgresql");
        this.log = parent.resolve("postgresql.log");
        this.port = Subject.freePort();
    }

    /// The folder with the newest server's programs, or null when there is none.
    static @Nullable Path findPrograms() throws IOException {
        if (!Files.isDirectory(PACKAGES)) {
            return null;
        }
        try (Stream<Path> versions = Files.list(PACKAGES)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Path::compareTo)
                    .orElse(null);
        }
    }

    int port() {
        return port;
    }

    void start() throws IOException, InterruptedException {
        if (!made) {
            make();
        }
        child = Child.start(
                asOrdinaryUser(
                        program("postgres"),
                        "-D",
                        folder.toString(),
                        "-c",
                        "unix_socket_directories=",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(port)),
                log);
        awaitReady();
        if (!made) {
            Child.run(
                    asOrdinaryUser(
                            program("createdb"), "-h", "127.0.0.1", "-p", Integer.toString(port), "-U", USER, DATABASE),
                    log);
            made = true;
        }
    }

    /// Ends the server at once but in order ("fast" shutdown).
    void stop() throws InterruptedException {
        Child running = child;
        child = null;
        if (running == null) {
            return;
        }
        try {
            running.stop("INT");
        } catch (IOException noKill) {
            running.stop();
        }
    }

    private void make() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        if (runsAsRoot()) {
            Child.run(List.of("chown", "postgres:", folder.toString()), log);
        }
        Child.run(
                asOrdinaryUser(
                        program("initdb"),
                        "-D",
                        folder.toString(),
                        "-U",
                        USER,
                        "-A",
                        "trust",
                        "-E",
                        "UTF8",
                        "--locale=C.UTF-8"),
                log);
    }

    private void awaitReady() throws IOException, InterruptedException {
        for (int attempt = 0; ; attempt++) {
            try {
                Child.run(List.of(program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", Integer.toString(port)), log);
                return;
            } catch (IOException notYet) {
                if (attempt == 300) {
                    throw notYet;
                }
                Thread.sleep(100);
            }
        }
    }

    private String program(String name) {
        return programs.resolve(name).toString();
    }

    /// PostgreSQL refuses to run as root; the packages bring a user for it.
    private static List<String> asOrdinaryUser(String... command) {
        List<String> all = new ArrayList<>();
        if (runsAsRoot()) {
            all.addAll(List.of("setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"));
        }
        all.addAll(List.of(command));
        return all;
    }

    private static boolean runsAsRoot() {
        return System.getProperty("user.name").toLowerCase(Locale.ROOT).equals("root");
    }
}
