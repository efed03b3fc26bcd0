package org.isocenter.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `isocenter serve`: runs the server until it is told to stop.
@Command(
        name = "serve",
        description = "Runs the server until it gets SIGTERM or Ctrl-C.",
        footer = {
            "%nEvery setting is an option: ./isocenter settings lists them all.",
            "%nExamples:",
            "  ./isocenter serve",
            "  ./isocenter serve --http-port 8081 --data-dir /srv/isocenter",
            "  ISOCENTER_DATABASE_PASSWORD=… ./isocenter serve --database-url jdbc:postgresql://db/isocenter"
        })
final class Serve implements Callable<Integer>, TakesSettings {

    private final Terminal terminal;
    private final RunningServer.Start start;
    private final SettingFlags flags;

    Serve(Terminal terminal, RunningServer.Start start) {
        this.terminal = terminal;
        this.start = start;
        this.flags = new SettingFlags(terminal);
    }

    @Override
    public SettingFlags flags() {
        return flags;
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = Settings.of(flags.read());
        LogFormat.install(settings.log());
        try (RunningServer server = start.start(settings)) {
            Thread closing = Thread.ofPlatform().name("closing").unstarted(server::close);
            Runtime.getRuntime().addShutdownHook(closing);
            greet(settings, server);
            server.await();
        }
        return 0;
    }

    private void greet(Settings settings, RunningServer server) {
        String database = settings.database().embedded()
                ? "PostgreSQL, embedded"
                : settings.database().url();
        terminal.out()
                .printf(
                        """
                        Isocenter is ready.
                          DICOMweb   %s
                          Data       %s
                          Index      %s
                          Next       ./isocenter store PATH%s
                        """,
                        server.uri().resolve("/dicom-web"),
                        terminal.folder()
                                .resolve(settings.data().dir())
                                .toAbsolutePath()
                                .normalize(),
                        database,
                        server.uri().getPort() == 8080
                                ? ""
                                : " --url " + server.uri().resolve("/dicom-web"));
        terminal.out().flush();
    }
}
