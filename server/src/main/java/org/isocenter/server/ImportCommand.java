package org.isocenter.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `isocenter import`: has a running server import a folder or a bucket that it can read itself, and
/// follows it.
@Command(
        name = "import",
        description = {
            "Has a running server take in a folder of its own machine or a bucket, and shows how far it is.",
            "The setting import.sources of the server lists them, each with a name. The server goes on"
                    + " when this command ends early, and after a restart. The command can be repeated."
        },
        footer = {
            "%nExamples:",
            "  ./isocenter import old-archive",
            "  ./isocenter import old-archive 2019/ct --in-place",
            "  ./isocenter import cloud 2019",
            "  ./isocenter import --cancel 8f14e45fceea467fa2dbe1d7c9a1b0c3"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:everything is stored",
            "1:some files were refused",
            "2:wrong usage, the server cannot be reached, or the import ended early"
        })
final class ImportCommand implements Callable<Integer> {
    private static final int REFUSED = 1;
    private static final int ENDED = 2;

    /// So many refusals are shown; the rest is only counted.
    private static final int NAMED_MAX = 10_000;

    private static final int ANSWER_BYTES_MAX = 1 << 20;
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int SILENCES_MAX = 120;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Terminal terminal;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    @Parameters(index = "0", arity = "0..1", paramLabel = "SOURCE", description = "Its name in import.sources.")
    private @Nullable String source;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PATH",
            defaultValue = "",
            description = "A folder within it. Default: all of it.")
    private String path = "";

    @Mixin
    private final ServerAddress server = new ServerAddress();

    @Option(names = "--in-place", description = "Leave the files where they are; the archive has links to them.")
    private boolean inPlace;

    @Option(names = "--partition", paramLabel = "NAME", description = "Data partition to import into.")
    private @Nullable String partition;

    @Option(names = "--cancel", paramLabel = "ID", description = "Stop an import; what it has stored stays.")
    private @Nullable String cancel;

    ImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /// The server does not do what is asked of it.
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        String misuse = findMisuse();
        if (misuse != null) {
            terminal.err().println(misuse);
            return ENDED;
        }
        try {
            String stopping = cancel;
            if (stopping != null) {
                JsonNode stopped = send(post(root() + "/operations/" + stopping + "/$cancel", ""));
                terminal.out().println("The import is " + (ended(stopped) ? text(stopped, "status") : "stopping"));
                return 0;
            }
            JsonNode begun =
                    send(post(root() + (partition == null ? "" : "/partitions/" + partition) + "/import", order()));
            return follow(text(begun, "id"));
        } catch (RefusedException refused) {
            terminal.err().println(refused.getMessage());
        } catch (IOException unreachable) {
            terminal.err().println(server.url() + " cannot be reached: " + unreachable);
        }
        return ENDED;
    }

    private @Nullable String findMisuse() {
        String address = server.findMisuse();
        if (address != null) {
            return address;
        }
        if (cancel != null && !cancel.matches("[0-9a-fA-F-]{32,36}")) {
            return "--cancel needs the id of an import, 32 hexadecimal digits";
        }
        if (partition != null && !partition.matches("[A-Za-z0-9._-]{1,64}")) {
            return "--partition must be 1 to 64 letters, digits, '.', '-' and '_'";
        }
        return source == null && cancel == null ? "SOURCE is missing: a name in import.sources of the server" : null;
    }

    private String root() {
        return server.url().toString().replaceFirst("/+$", "");
    }

    private String order() {
        ObjectNode order = MAPPER.createObjectNode();
        order.putObject("source").putObject("settings").put("name", source).put("path", path);
        return MAPPER.writeValueAsString(order.put("mode", inPlace ? "inPlace" : "copy"));
    }

    /// Shows how far an import is until it has ended.
    private int follow(String id) throws InterruptedException, IOException, RefusedException {
        Thread farewell = Thread.ofPlatform().unstarted(() -> {
            terminal.err()
                    .println("%nThe import goes on in the server. To stop it: ./isocenter import --cancel ".formatted()
                            + id);
            terminal.err().flush();
        });
        Runtime.getRuntime().addShutdownHook(farewell);
        long begun = System.nanoTime();
        JsonNode operation;
        try {
            operation = await(id);
        } finally {
            Runtime.getRuntime().removeShutdownHook(farewell);
        }
        print(operation, Duration.ofNanos(System.nanoTime() - begun));
        if (!text(operation, "status").equals("succeeded")) {
            terminal.err()
                    .println("The import "
                            + switch (text(operation, "status")) {
                                case "canceled" -> "was canceled";
                                default -> "failed: " + text(operation, "problem");
                            });
            return ENDED;
        }
        return operation.path("results").path("refused").asLong() == 0 ? 0 : REFUSED;
    }

    private JsonNode await(String id) throws InterruptedException, IOException, RefusedException {
        long done = 0;
        long total = 0;
        int silences = 0;
        try (UploadProgress progress = progress()) {
            while (true) {
                JsonNode operation;
                try {
                    operation = send(server.request(URI.create(root() + "/operations/" + id))
                            .GET());
                    silences = 0;
                } catch (IOException silent) {
                    // It may be restarting.
                    if (++silences > SILENCES_MAX) {
                        throw silent;
                    }
                    Thread.sleep(PAUSE);
                    continue;
                }
                progress.expect(operation.path("total").asLong() - total);
                progress.advance(operation.path("done").asLong() - done);
                total = operation.path("total").asLong();
                done = operation.path("done").asLong();
                if (ended(operation)) {
                    return operation;
                }
                Thread.sleep(PAUSE);
            }
        }
    }

    private UploadProgress progress() {
        return terminal.interactive()
                ? new UploadProgress.Bar(System.err, UploadProgress.Unit.FILES)
                : new UploadProgress.Lines(terminal.err(), UploadProgress.Unit.FILES);
    }

    private void print(JsonNode operation, Duration time) throws IOException, InterruptedException {
        JsonNode results = operation.path("results");
        double seconds = Math.max(1e-3, time.toMillis() / 1e3);
        long files = operation.path("done").asLong();
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%d %s in %.1f s (%.0f files/s, %.1f MB/s)%n",
                        files,
                        files == 1 ? "file" : "files",
                        seconds,
                        files / seconds,
                        results.path("bytes").asLong() / 1e6 / seconds);
        print("stored", results.path("stored"));
        print("already there", results.path("alreadyStored"));
        print("refused", results.path("refused"));
        print("skipped, DICOMDIR", results.path("mediaDirectories"));
        print("skipped, not DICOM", results.path("notDicom"));
        if (operation.has("errors")) {
            printErrors(
                    text(operation, "operationId"),
                    operation.path("errors").path("count").asLong());
        }
        terminal.out().flush();
    }

    private void print(String what, JsonNode count) {
        if (count.asLong() > 0) {
            terminal.out().printf(Locale.ROOT, "%9d %s%n", count.asLong(), what);
        }
    }

    private void printErrors(String id, long count) throws IOException, InterruptedException {
        HttpRequest request = server.request(URI.create(root() + "/operations/" + id + "/errors"))
                .GET()
                .build();
        terminal.out().printf("%nRefused%n");
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        int named = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null && named < NAMED_MAX; line = lines.readLine()) {
                JsonNode error = MAPPER.readTree(line);
                terminal.out()
                        .printf(
                                "  %s%n      %s%n",
                                UploadTally.printable(text(error, "path")),
                                UploadTally.printable(text(error, "reason")));
                named++;
            }
        }
        if (count > named) {
            terminal.out().printf(Locale.ROOT, "  and %d more%n", count - named);
        }
    }

    private static boolean ended(JsonNode operation) {
        return switch (text(operation, "status")) {
            case "succeeded", "failed", "canceled" -> true;
            default -> false;
        };
    }

    private static String text(JsonNode json, String name) {
        return json.path(name).asString("");
    }

    private HttpRequest.Builder post(String address, String body) {
        return server.request(URI.create(address))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException, RefusedException {
        HttpResponse<InputStream> response =
                client.send(request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofInputStream());
        byte[] answer;
        try (InputStream in = response.body()) {
            answer = in.readNBytes(ANSWER_BYTES_MAX);
        }
        int status = response.statusCode();
        if (status == 503) {
            throw new IOException("HTTP 503: " + Problem.wordsOf(answer));
        }
        if (status != 200 && status != 202) {
            String words = Problem.wordsOf(answer);
            throw new RefusedException(
                    "%s answers HTTP %d%s".formatted(server.url(), status, words.isEmpty() ? "" : ": " + words));
        }
        try {
            return MAPPER.readTree(answer);
        } catch (JacksonException noJson) {
            throw new IOException("the answer is no JSON", noJson);
        }
    }
}
