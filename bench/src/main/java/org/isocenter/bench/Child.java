package org.isocenter.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A process of a server under test. Its output goes to a file beside its data; it ends with this process.
final class Child {

    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final int SHOWN_LINES = 20;

    private final Process process;
    private final Path log;
    private final Thread hook;

    private Child(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.hook = Thread.ofPlatform().unstarted(() -> {
            process.destroy();
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    static Child start(List<String> command, Path log) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new Child(process, log);
    }

    /// Runs a command to its end.
    static void run(List<String> command, Path log) throws IOException, InterruptedException {
        Child child = start(command, log);
        try {
            if (child.process.waitFor() != 0) {
                throw new IOException(command.getFirst() + " failed:\n" + child.lastLines());
            }
        } finally {
            Runtime.getRuntime().removeShutdownHook(child.hook);
        }
    }

    /// Waits until a GET of the path is answered with 200.
    void awaitAnswer(InetSocketAddress address, String path) throws IOException, InterruptedException {
        long limit = System.nanoTime() + START_LIMIT.toNanos();
        ByteBuffer request = WireClient.get(address, path, "*/*");
        while (true) {
            if (!process.isAlive()) {
                throw new IOException("the server ended at its start:\n" + lastLines());
            }
            try (WireClient client = new WireClient(address)) {
                if (client.exchange(request.duplicate()).ok()) {
                    return;
                }
            } catch (IOException notYet) {
                if (System.nanoTime() > limit) {
                    throw new IOException("the server did not get ready:\n" + lastLines(), notYet);
                }
            }
            if (System.nanoTime() > limit) {
                throw new IOException("the server did not get ready:\n" + lastLines());
            }
            Thread.sleep(20);
        }
    }

    /// Asks the process to end, with SIGTERM; ends it if it does not.
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    /// Sends a signal by name, then waits for the end.
    void stop(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        stop();
    }

    private String lastLines() throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }
}
