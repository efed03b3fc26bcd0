package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<Settings> started = new ArrayList<>();

    @Test
    void everyCommandHelpsWithExamples() {
        for (String command : List.of("serve", "store", "settings")) {
            out.getBuffer().setLength(0);
            assertThat(run(Map.of(), command, "--help")).isZero();
            assertThat(out.toString()).contains("Examples:", "./isocenter " + command);
        }
    }

    @Test
    void theVersionIsTold() {
        assertThat(run(Map.of(), "--version")).isZero();
        assertThat(out.toString()).startsWith("Isocenter ").contains("Java 2");
    }

    @Test
    void noCommandAndAnUnknownOneAreMisuse() {
        assertThat(run(Map.of())).isEqualTo(2);
        assertThat(run(Map.of(), "sttore")).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required subcommand", "store");
    }

    @Test
    void settingsShowsValuesAndWhereTheyComeFrom() throws IOException {
        Files.writeString(folder.resolve("isocenter.yaml"), "http:\n  port: 9000\n");

        assertThat(run(Map.of("ISOCENTER_LOG_LEVEL", "debug"), "settings", "--search-limit-max=500"))
                .isZero();
        assertThat(out.toString())
                .containsPattern("http\\.port +9000 +isocenter\\.yaml:2")
                .containsPattern("log\\.level +debug +ISOCENTER_LOG_LEVEL")
                .containsPattern("search\\.limit-max +500 +--search-limit-max")
                .containsPattern("http\\.requests-max +256 +default");
    }

    @Test
    void allThatIsWrongIsToldAtOnceAndNothingIsStarted() {
        int status = run(
                Map.of("ISOCENTER_HTTP_PORTS", "1"),
                "serve",
                "--http-prot",
                "1",
                "--http-port",
                "--data-dir",
                "x",
                "y");

        assertThat(status).isEqualTo(2);
        assertThat(started).isEmpty();
        assertThat(err.toString())
                .contains(
                        "4 settings are wrong:",
                        "Did you mean ISOCENTER_HTTP_PORT?",
                        "--http-prot is not an option. Did you mean --http-port?",
                        "--http-port ",
                        "needs a value",
                        "y is not an option");
    }

    @Test
    void serveTellsWhereItIsAndWhatToDoNext() {
        assertThat(run(Map.of(), "serve", "--http-port", "0", "--http-allow-unauthenticated"))
                .isZero();

        assertThat(started).singleElement().satisfies(settings -> {
            assertThat(settings.http().port()).isZero();
            assertThat(settings.http().allowUnauthenticated()).isTrue();
        });
        assertThat(out.toString())
                .containsPattern("DICOMweb +http://127.0.0.1:\\d+/dicom-web")
                .contains(folder.resolve("data").toString(), "./isocenter store PATH --url http://127.0.0.1:");
    }

    @Test
    void aServerThatCannotStartIsToldInOneLine() {
        Terminal terminal = terminal(Map.of());
        RunningServer.Start failing = settings -> {
            throw new UncheckedIOException("port 8080 is taken", new IOException());
        };

        int status = Main.commandLine(terminal, List.of(new Serve(terminal, failing)))
                .execute("serve");

        assertThat(status).isEqualTo(1);
        assertThat(err.toString().lines()).containsExactly("port 8080 is taken");
    }

    @Test
    void theWarmUpStartsAsksAndClosesAServerOfItsOwn() {
        assertThat(run(Map.of(), "warm-up")).isZero();
        assertThat(started)
                .singleElement()
                .satisfies(settings ->
                        assertThat(settings.data().dir().getParent()).doesNotExist());
        assertThat(out.toString()).isEqualToIgnoringNewLines("warm");
    }

    @Test
    void aLogEntryIsOneLineWhateverItHolds() {
        LogRecord entry = new LogRecord(Level.WARNING, "evil\nERROR forged\u001b[0m");
        entry.setLoggerName("org.isocenter.server.archive.Ingest");

        assertThat(new LogFormat().format(entry).lines())
                .singleElement()
                .satisfies(line -> assertThat(line).endsWith(" WARNING Ingest: evil?ERROR forged?[0m"));
    }

    private int run(Map<String, String> environment, String... arguments) {
        Terminal terminal = terminal(environment);
        List<Object> commands = List.of(
                new Serve(terminal, this::start),
                new Store(terminal),
                new SettingsCommand(terminal),
                new WarmUp(terminal, this::start));
        int status = Main.commandLine(terminal, commands).execute(arguments);
        terminal.out().flush();
        terminal.err().flush();
        return status;
    }

    private Terminal terminal(Map<String, String> environment) {
        return new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, environment, folder);
    }

    private RunningServer start(Settings settings) throws IOException {
        started.add(settings);
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.start();
        return new RunningServer() {
            @Override
            public URI uri() {
                return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
            }

            @Override
            public void await() {}

            @Override
            public void close() {
                http.stop(0);
            }
        };
    }
}
