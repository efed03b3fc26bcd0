package org.isocenter.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// HAPI's JPA server, as module `fhir-server` starts it: in memory, in a process of its own that ends with
/// this one.
final class Hapi implements AutoCloseable {

    private final Process process;
    private final URI uri;

    private Hapi(Process process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    /// How Java starts it; null where it is not built.
    static @Nullable Path find() {
        Path arguments = Isocenter.serverTarget()
                .resolve("../../fhir-server/target/fhir-server.args")
                .normalize();
        return Files.exists(arguments) ? arguments : null;
    }

    static Hapi start(Path arguments, Path log) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + arguments)
                .redirectError(log.toFile())
                .start();
        String url = process.inputReader().readLine();
        if (url == null) {
            throw new IOException("the FHIR server ended at its start:\n" + Files.readString(log));
        }
        return new Hapi(process, URI.create(url));
    }

    URI uri() {
        return uri;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
