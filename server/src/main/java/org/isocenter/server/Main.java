package org.isocenter.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.isocenter.server.telemetry.UnavailableException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;

/// The command line.
@Command(
        name = "isocenter",
        description = "The open Medical Imaging Server for DICOM.",
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "%nTry it:",
            "  ./isocenter serve",
            "  ./isocenter store PATH",
            "%n./isocenter COMMAND --help says more about a command."
        })
public final class Main {

    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private Main() {}

    /// Runs a command and ends the process with its exit status: 0 done, 1 failed, 2 misused.
    public static void main(String[] arguments) {
        Terminal terminal = Terminal.ofProcess();
        List<Object> commands = List.of(
                new Serve(terminal, Server::start),
                new Store(terminal),
                new ImportCommand(terminal),
                new Verify(terminal),
                new RetentionCommand(terminal),
                new AuditCommand(terminal),
                new SweepCommand(terminal),
                new RecodeCommand(terminal),
                new CastCommand(terminal),
                new DemoCommand(terminal, Server::start),
                new SettingsCommand(terminal),
                new WarmUp(terminal, Server::start));
        System.exit(commandLine(terminal, commands).execute(arguments));
    }

    /// The command line with these commands.
    static CommandLine commandLine(Terminal terminal, List<Object> commands) {
        CommandLine main = new CommandLine(new Main());
        for (Object command : commands) {
            CommandLine line = new CommandLine(command);
            if (command instanceof TakesSettings settings) {
                settings.flags().addTo(line.getCommandSpec());
            }
            main.addSubcommand(line);
        }
        for (CommandLine line : main.getSubcommands().values()) {
            line.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new Version());
            line.getCommandSpec().usageMessage().abbreviateSynopsis(true).sortOptions(false);
        }
        main.getCommandSpec().mixinStandardHelpOptions(true);
        return main.setOut(terminal.out())
                .setErr(terminal.err())
                .setExecutionExceptionHandler((failure, line, parsed) -> report(failure, terminal, parsed));
    }

    private static int report(Exception failure, Terminal terminal, ParseResult parsed) {
        switch (failure) {
            case FaultySettingsException faulty -> {
                terminal.err().println(faulty.getMessage());
                return MISUSED;
            }
            case IOException expected -> terminal.err().println(expected);
            case UncheckedIOException expected -> terminal.err().println(expected.getMessage());
            case UnavailableException expected -> terminal.err().println(expected.getMessage());
            default -> failure.printStackTrace(terminal.err());
        }
        return FAILED;
    }

    /// What `--version` prints.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "Isocenter " + (version == null ? "(not packaged)" : version), "Java " + Runtime.version()
            };
        }
    }
}
