package org.isocenter.fhir.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Starts the server, prints its address as the one line of standard output, and serves until standard
/// input ends or the process is told to end. So it never outlives whoever started it.
@Command(
        name = "fhir-server",
        mixinStandardHelpOptions = true,
        description = "Serves FHIR on this machine, until standard input ends.")
final class Main implements Callable<Integer> {
    /// Kept here, since a logger that nobody holds forgets its level.
    private static final Logger ROOT = Logger.getLogger("");

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "0", description = "0, the default, is any free one.")
    private int port;

    @Option(
            names = "--fhir-version",
            paramLabel = "VERSION",
            defaultValue = "r4",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} by default.")
    private FhirVersion version = FhirVersion.r4;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Keeps the resources here, one database for each version. Without it they stay in memory.")
    private @Nullable Path data;

    private Main() {}

    public static void main(String... arguments) {
        ROOT.setLevel(Level.WARNING);
        int status = new CommandLine(new Main()).execute(arguments);
        System.exit(status);
    }

    @Override
    public Integer call() throws Exception {
        Thread.ofPlatform().daemon().name("standard-input").start(Main::endWithStandardInput);
        FhirServer server = FhirServer.start(version, port, data);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        System.out.println(server.url());
        server.join();
        return 0;
    }

    private static void endWithStandardInput() {
        try {
            while (System.in.read() >= 0) {
                // Nothing that is typed matters, but that there is somebody.
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            System.exit(0);
        }
    }
}
