package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Writer;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.cast.DicomwebSource;
import org.isocenter.server.cast.FhirEndpoint;
import org.isocenter.server.cast.FhirEndpoint.Fault;
import org.isocenter.server.cast.Ledger;
import org.isocenter.server.cast.Source;
import org.isocenter.server.db.DatabaseOptions;
import org.isocenter.server.db.TestPostgres;
import org.isocenter.server.fhir.Credentials;
import org.isocenter.server.telemetry.CrashPoint;
import org.isocenter.server.telemetry.UnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command between real archives and a FHIR endpoint over sockets.
final class CastCommandTest {
    private static final String SYSTEM = "urn:oid:1.2.3";

    @TempDir
    private Path folder;

    private final List<Server> servers = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private FhirEndpoint fhir;

    @BeforeEach
    void open() throws IOException {
        fhir = new FhirEndpoint("4.0.1", true);
    }

    @AfterEach
    void close() {
        http.close();
        servers.forEach(Server::close);
        fhir.close();
    }

    @Test
    void archivesComeTogetherInOneRecordAndARestartGoesOnFromTheStateFile() throws Exception {
        URI here = archive();
        URI there = archive();
        store(here, "1.1", "1.1.1", "P1");
        store(here, "1.1", "1.1.2", "P1");
        store(there, "1.2", "1.2.1", "P1");
        assertThat(once(here, there)).as(err.toString()).isZero();
        assertThat(studies()).containsExactlyInAnyOrder("urn:oid:1.1", "urn:oid:1.2");
        assertThat(fhir.all("Patient")).hasSize(1);
        assertThat(fhir.all("Endpoint"))
                .extracting(endpoint -> endpoint.get("address").asString())
                .containsExactlyInAnyOrder(here.toString(), there.toString());

        int transactions = fhir.transactions();
        store(there, "1.3", "1.3.1", "P2");
        assertThat(once(here, there)).isZero();
        assertThat(studies()).containsExactlyInAnyOrder("urn:oid:1.1", "urn:oid:1.2", "urn:oid:1.3");
        assertThat(fhir.transactions()).isEqualTo(transactions + 1);
        assertThat(out.toString()).contains("2 studies cast");
    }

    @Test
    void aDataPartitionIsCastByItsAddressAndNoOtherIsWithIt() throws Exception {
        URI archive = archive();
        URI partition = URI.create(archive + "/partitions/ward");
        store(archive, "1.1", "1.1.1", "P1");
        store(partition, "1.2", "1.2.1", "P1");
        store(URI.create(archive + "/partitions/other"), "1.3", "1.3.1", "P1");
        assertThat(once(archive)).isZero();
        assertThat(studies()).containsExactly("urn:oid:1.1");
        assertThat(once(partition)).as(err.toString()).isZero();
        assertThat(studies()).containsExactlyInAnyOrder("urn:oid:1.1", "urn:oid:1.2");
        assertThat(fhir.all("Endpoint"))
                .extracting(endpoint -> endpoint.get("address").asString())
                .containsExactlyInAnyOrder(archive.toString(), partition.toString());
    }

    @Test
    void whatIsDeletedInTheArchiveLeavesTheRecord() throws Exception {
        URI archive = archive();
        store(archive, "1.1", "1.1.1", "P1");
        store(archive, "1.2", "1.2.1", "P1");
        assertThat(once(archive)).isZero();
        send(HttpRequest.newBuilder(URI.create(archive + "/studies/1.1")).DELETE());
        assertThat(once(archive)).isZero();
        assertThat(studies()).containsExactly("urn:oid:1.2");
    }

    @Test
    void killedBetweenTheEffectAndTheNoteItDoesItAgainWithoutHarm() throws Exception {
        URI archive = archive();
        for (int i = 1; i <= 6; i++) {
            store(archive, "1." + i, "1." + i + ".1", "P" + i % 2);
        }
        for (int kills = 0; kills < 3; kills++) {
            assertThat(child(archive, "cast-unsaved:0")).isEqualTo(CrashPoint.HALTED);
        }
        assertThat(fhir.all("ImagingStudy")).isNotEmpty();
        try (FileLedger left = FileLedger.open(folder.resolve("state"), archive, fhir.base(), Clock.systemUTC())) {
            assertThat(left.begin()).as("nothing of it was noted").isZero();
        }
        assertThat(once(archive)).isZero();
        assertThat(studies()).hasSize(6).doesNotHaveDuplicates();
        assertThat(fhir.all("Patient")).hasSize(2);
        assertThat(fhir.all("Endpoint")).hasSize(1);
    }

    @Test
    void whatIsRefusedIsListedAndTriedAgainOnDemand() throws Exception {
        URI archive = archive();
        store(archive, "1.1", "1.1.1", "P1");
        store(archive, "1.2", "1.2.1", "P1");
        fhir.fail(new Fault(
                request -> request.startsWith("POST / ") && request.contains("urn:oid:1.2\""),
                new AtomicInteger(Integer.MAX_VALUE),
                422,
                Map.of(),
                false));
        assertThat(once(archive)).isEqualTo(1);
        assertThat(studies()).containsExactly("urn:oid:1.1");

        assertThat(run("cast", "failures", "--state", state())).isEqualTo(1);
        assertThat(out.toString()).contains(archive + "/studies/1.2", "422", "1 studies were given up");

        fhir.recover();
        assertThat(run("cast", "failures", "--state", state(), "--retry")).isZero();
        assertThat(once(archive)).isZero();
        assertThat(studies()).containsExactlyInAnyOrder("urn:oid:1.1", "urn:oid:1.2");
        assertThat(run("cast", "failures", "--state", state())).isZero();
    }

    @Test
    void anArchiveThatIsAwayIsWaitedForAndNotForever() throws Exception {
        URI nobody;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + taken.getLocalPort() + "/dicom-web");
        }
        assertThat(run(command(nobody, "--patience", "1"))).isEqualTo(1);
        assertThat(err.toString()).contains(nobody.toString(), "waiting: ");
    }

    @Test
    void aStateBelongsToOneProcessAndOneRecord() throws Exception {
        URI archive = URI.create("http://127.0.0.1:1/dicom-web");
        try (FileLedger held = FileLedger.open(folder.resolve("state"), archive, fhir.base(), Clock.systemUTC())) {
            assertThat(held.begin()).isZero();
            assertThat(once(archive)).isEqualTo(1);
            assertThat(err.toString()).contains("another process casts by");
            held.save(new Ledger.Progress(7, List.of(), List.of(), 0, null));
        }
        assertThat(run(
                        "cast",
                        "--dicom",
                        archive.toString(),
                        "--fhir",
                        "http://127.0.0.1:2/",
                        "--state",
                        state(),
                        "--once"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("give another folder with --state");
    }

    @Test
    void anArchiveBehindAGateIsReadWithTokensThatAreAskedForAgainWhenTheyEnd() throws Exception {
        URI archive = archive();
        for (int i = 1; i <= 3; i++) {
            store(archive, "1." + i, "1." + i + ".1", "P" + i);
        }
        try (Gate gate = new Gate(archive, 2)) {
            assertThat(run(command(gate.root(), "--patience", "1"))).isEqualTo(1);
            assertThat(err.toString()).contains("answers 401");
            assertThat(studies()).isEmpty();
            String[] wrong = behind(gate, "unknown");
            assertThat(run(command(gate.root(), wrong))).isEqualTo(1);
            assertThat(gate.given()).isZero();
            assertThat(run(command(gate.root(), behind(gate, Gate.SECRET))))
                    .as(err.toString())
                    .isZero();
            assertThat(studies()).containsExactlyInAnyOrder("urn:oid:1.1", "urn:oid:1.2", "urn:oid:1.3");
            assertThat(gate.given()).isGreaterThan(1);
            assertThat(err.toString()).doesNotContain(Gate.SECRET, "Bearer");
        }
    }

    private static String[] behind(Gate gate, String secret) {
        return new String[] {
            "--patience",
            secret.equals(Gate.SECRET) ? "60" : "1",
            "--cast-dicom-token-url",
            gate.tokens().toString(),
            "--cast-dicom-client-id",
            Gate.CLIENT,
            "--cast-dicom-client-secret",
            secret
        };
    }

    @Test
    void aTokenThatIsGivenOnceAndForAllOpensTheGateAsWell() throws Exception {
        URI archive = archive();
        store(archive, "1.1", "1.1.1", "P1");
        try (Gate gate = new Gate(archive, 1_000)) {
            assertThat(run(command(gate.root(), "--cast-dicom-token", "t0"))).isZero();
            assertThat(studies()).containsExactly("urn:oid:1.1");
            assertThat(run(command(
                            gate.root(), "--cast-dicom-token", "t0", "--cast-dicom-azure-resource", "https://x")))
                    .isEqualTo(2);
        }
    }

    @Test
    void misuseIsTold() {
        assertThat(run("cast", "--fhir", "http://127.0.0.1:2/")).isEqualTo(2);
        assertThat(err.toString()).contains("--dicom says which archive");
        assertThat(run("cast", "--dicom", "http://127.0.0.1:2/")).isEqualTo(2);
        assertThat(err.toString()).contains("--fhir says which FHIR server");
        assertThat(run("cast", "failure")).isEqualTo(2);
        assertThat(err.toString()).contains("failure is none of what cast can do");
        assertThat(run("cast", "--cast-quit", "1s")).isEqualTo(2);
        assertThat(err.toString()).contains("Did you mean --cast-quiet?");
        assertThat(run("cast", "--help")).isZero();
        assertThat(out.toString()).contains("--fhir", "Exit status:", "Examples:");
    }

    @Test
    void anAnswerThatStopsComingIsGivenUpInsteadOfWaitedForForever() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerHalf(listening));
            URI root = URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/dicom-web");
            try (DicomwebSource source = new DicomwebSource(root, Credentials.NONE, Duration.ofMillis(300), null)) {
                List<DataSet> read = new ArrayList<>();
                Assertions.assertThatThrownBy(() -> source.read(new Source.Study(0, "1.1"), read::add))
                        .isInstanceOf(UnavailableException.class);
                assertThat(read).hasSize(1);
            }
        }
    }

    private static void answerHalf(ServerSocket listening) {
        String half = "[{\"00080018\":{\"vr\":\"UI\",\"Value\":[\"1.1\"]}},{\"00080018\":";
        try (Socket socket = listening.accept()) {
            socket.getOutputStream()
                    .write(("HTTP/1.1 200 OK\r\nContent-Type: application/dicom+json\r\nContent-Length: 1000\r\n\r\n"
                                    + half)
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            // Holds the connection open until the other side has had enough.
            while (socket.getInputStream().read() >= 0) {}
        } catch (IOException gone) {
            Assertions.assertThat(gone).isNotNull();
        }
    }

    private List<String> studies() {
        return fhir.all("ImagingStudy").stream()
                .map(study -> study.at("/identifier/0/value").asString())
                .toList();
    }

    private String state() {
        return folder.resolve("state").toString();
    }

    private int once(URI... archives) {
        return run(command(
                archives[0], archives.length == 1 ? new String[0] : new String[] {"--dicom", archives[1].toString()}));
    }

    private String[] command(URI archive, String... more) {
        return Stream.concat(
                        Stream.of(
                                "cast",
                                "--once",
                                "--dicom",
                                archive.toString(),
                                "--fhir",
                                fhir.base().toString(),
                                "--state",
                                state(),
                                "--cast-patient-system",
                                SYSTEM,
                                "--cast-quiet",
                                "0s"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private int run(String... arguments) {
        Terminal terminal =
                new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, Map.of(), folder);
        int status =
                Main.commandLine(terminal, List.of(new CastCommand(terminal))).execute(arguments);
        terminal.out().flush();
        terminal.err().flush();
        return status;
    }

    /// The exit status of the command as a process of its own that halts at a crash point.
    private int child(URI archive, String crash) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Disocenter.crash=" + crash,
                "-cp",
                System.getProperty("java.class.path"),
                "org.isocenter.server.Main"));
        line.addAll(List.of(command(archive, "--cast-parallel", "1")));
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("child.log").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private URI archive() throws Exception {
        DatabaseOptions database = TestPostgres.freshOptions();
        Path data = Files.createDirectories(folder.resolve("archive-" + servers.size()));
        List<SettingReader.Flag> flags = List.of(
                new SettingReader.Flag(SettingCatalogue.HTTP_PORT.flag(), "0"),
                new SettingReader.Flag(SettingCatalogue.DATA_DIR.flag(), data.toString()),
                new SettingReader.Flag(SettingCatalogue.DATABASE_URL.flag(), database.url()),
                new SettingReader.Flag(SettingCatalogue.DATABASE_USER.flag(), database.user()),
                new SettingReader.Flag(SettingCatalogue.DATABASE_PASSWORD.flag(), database.password()),
                new SettingReader.Flag(SettingCatalogue.LOG_LEVEL.flag(), "error"));
        Server server =
                Server.start(Settings.of(SettingReader.read(new SettingReader.Sources(folder, null, Map.of(), flags))));
        servers.add(server);
        return server.uri().resolve("/dicom-web");
    }

    private void store(URI archive, String study, String instance, String patient) throws Exception {
        DataSet dataSet = new DataSet()
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.2")
                .putString(Tag.SOPInstanceUID, instance)
                .putString(Tag.StudyInstanceUID, study)
                .putString(Tag.SeriesInstanceUID, study + ".0")
                .putString(Tag.Modality, "CT")
                .putString(Tag.PatientID, patient);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("--part\r\nContent-Type: application/dicom\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        Part10Writer.write(Part10.of(dataSet, TransferSyntax.EXPLICIT_LITTLE_ENDIAN), BulkSource.NONE, body);
        body.writeBytes("\r\n--part--\r\n".getBytes(StandardCharsets.US_ASCII));
        int status = send(HttpRequest.newBuilder(URI.create(archive + "/studies"))
                .header("Content-Type", "multipart/related; type=\"application/dicom\"; boundary=part")
                .POST(BodyPublishers.ofByteArray(body.toByteArray())));
        assertThat(status).isEqualTo(200);
    }

    private int send(HttpRequest.Builder request) throws Exception {
        HttpResponse<Void> response = http.send(request.build(), BodyHandlers.discarding());
        return response.statusCode();
    }
}
