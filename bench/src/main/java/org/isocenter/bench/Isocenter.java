package org.isocenter.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Isocenter as its launcher starts it, with an embedded database and a heap of a stated size.
final class Isocenter implements Subject {

    private final Path folder;
    private final String heap;
    private final InetSocketAddress address;
    private final Processes processes;
    private final boolean tellsCollections;
    private List<String> settings = List.of();
    private @Nullable Child child;

    Isocenter(Path parent, String heap) throws IOException {
        this(parent, heap, false);
    }

    /// @param tellsCollections whether each process writes a line for each collection of garbage
    Isocenter(Path parent, String heap, boolean tellsCollections) throws IOException {
        this.tellsCollections = tellsCollections;
        this.folder = Folders.createTemporary(parent);
        this.heap = heap;
        this.address = new InetSocketAddress("127.0.0.1", Subject.freePort());
        this.processes = new Processes(folder);
    }

    @Override
    public Side side() {
        return Side.ISOCENTER;
    }

    @Override
    public String name() {
        return "Isocenter";
    }

    @Override
    public void start() throws IOException, InterruptedException {
        Child started = Child.start(command(), folder.resolve("server.log"));
        child = started;
        started.awaitAnswer(address, "/health/ready");
    }

    /// Stops where it runs, and starts with other settings than the usual ones.
    void restart(String... flags) throws IOException, InterruptedException {
        stop();
        settings = List.of(flags);
        start();
    }

    /// What the process that runs writes of its collections of garbage.
    Path collections() {
        return folder.resolve("collections.log");
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseG1GC",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        if (tellsCollections) {
            command.add("-Xlog:gc:file=" + collections() + ":tags:filecount=0");
        }
        Path target = serverTarget();
        Path jar = target.resolve("isocenter-server.jar");
        Path cache = target.resolve("isocenter.aot");
        if (Files.exists(cache)) {
            command.addAll(List.of("-Xlog:aot=off", "-Xlog:cds=off", "-XX:AOTCache=" + cache));
        }
        command.addAll(List.of(
                "-cp",
                Files.exists(jar) ? jar.toString() : System.getProperty("java.class.path"),
                "org.isocenter.server.Main",
                "serve",
                "--http-port",
                Integer.toString(address.getPort()),
                "--data-dir",
                folder.resolve("data").toString()));
        command.addAll(settings);
        return command;
    }

    /// The build folder of the server, beside that of the bench in the same checkout.
    static Path serverTarget() {
        try {
            Path classes = Path.of(Isocenter.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return classes.resolve("../../../server/target").normalize();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void stop() throws InterruptedException {
        Child running = child;
        child = null;
        if (running != null) {
            running.stop();
        }
    }

    @Override
    public void end(boolean keepData) throws IOException, InterruptedException {
        stop();
        if (!keepData) {
            Folders.delete(folder);
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public String root() {
        return "/dicom-web";
    }

    @Override
    public double cpuSeconds() {
        return processes.cpuSeconds();
    }

    @Override
    public long residentBytes() {
        return processes.residentBytes();
    }

    @Override
    public long peakBytes() {
        return processes.peakBytes();
    }
}
