package org.isocenter.server;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Writer;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.DemoHospital.Study;
import org.isocenter.server.fhir.Credentials;
import org.isocenter.server.fhir.FhirClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `isocenter demo`: an archive, a FHIR server and a small hospital, to look at.
@Command(
        name = "demo",
        description = {
            "Starts an archive that casts to a FHIR server, fills both with a small made-up hospital, and prints what to",
            "look at. Ends with Ctrl-C and leaves nothing behind, unless --keep says where."
        },
        footer = {
            "%nExamples:",
            "  ./isocenter demo",
            "  ./isocenter demo --http-port 8081 --keep demo-data",
            "  ./isocenter demo --fhir http://127.0.0.1:8090/fhir",
            "  ./isocenter demo --images demo-images"
        })
final class DemoCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    private static final Duration CAST_MAX = Duration.ofMinutes(10);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(500);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static final String COHORT = """
            {"name": "Osteosarcoma over 45 with CT",
             "criteria": {
               "older": {"patient": {"age": {"over": 45}}},
               "osteosarcoma": {"condition": {"code": "http://snomed.info/sct|307576001", "date": {"last": "P2Y"}}},
               "ct": {"study": {"ModalitiesInStudy": "CT"}}},
             "members": {"all": ["older", "osteosarcoma"]},
             "returns": {"medications": true, "studies": "ct", "reports": true}}
            """;

    /// Something to ask the FHIR server.
    private record Question(String what, String query) {}

    /// It was told to stop before it was ready.
    private static final class StoppedException extends Exception {
        private static final long serialVersionUID = 1;
    }

    private final Terminal terminal;
    private final RunningServer.Start start;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Process fhirServer;
    private volatile boolean fhirServerStarts;
    private long begun;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Of the archive; 0 is any free one. Default: ${DEFAULT-VALUE}")
    private int httpPort;

    @Option(
            names = "--fhir-port",
            paramLabel = "PORT",
            defaultValue = "8090",
            description = "Of the FHIR server; 0 is any free one. Default: ${DEFAULT-VALUE}")
    private int fhirPort;

    @Option(
            names = "--fhir",
            paramLabel = "URL",
            description = "A FHIR server (R4) that runs already, instead of its own.")
    private @Nullable URI fhir;

    @Option(
            names = "--fhir-server",
            hidden = true,
            paramLabel = "FILE",
            description = "How Java starts the FHIR server.")
    private @Nullable Path fhirServerArguments;

    @Option(
            names = "--keep",
            paramLabel = "FOLDER",
            description = "Keeps everything here. Default: a folder that goes.")
    private @Nullable Path keep;

    @Option(
            names = "--day",
            paramLabel = "DATE",
            description = "The day that it is in the hospital: the same day makes the same hospital. Default: today")
    private @Nullable LocalDate day;

    @Option(
            names = "--images",
            paramLabel = "FOLDER",
            description = "Starts nothing: writes the images of the hospital into this folder, as files, and ends.")
    private @Nullable Path images;

    @Option(names = "--exit-when-ready", description = "Ends when everything is there instead of waiting for Ctrl-C.")
    private boolean exitWhenReady;

    DemoCommand(Terminal terminal, RunningServer.Start start) {
        this.terminal = terminal;
        this.start = start;
    }

    @Override
    public Integer call() throws Exception {
        if (images != null) {
            writeImages(terminal.folder().resolve(images));
            return 0;
        }
        if (fhir == null && (fhirServerArguments == null || !Files.exists(fhirServerArguments))) {
            terminal.err().println("There is no FHIR server: ./isocenter demo builds one, --fhir names another.");
            return MISUSED;
        }
        begun = System.nanoTime();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::stop));
        Path folder = keep == null
                ? Files.createTempDirectory("isocenter-demo")
                : Files.createDirectories(terminal.folder().resolve(keep));
        try {
            return run(folder);
        } catch (StoppedException stoppedEarly) {
            return FAILED;
        } finally {
            end(folder);
        }
    }

    private int run(Path folder) throws Exception {
        URI record = fhir == null ? startFhirServer(folder) : fhir;
        DemoHospital hospital = hospital();
        try (FhirClient client = new FhirClient(record, Credentials.NONE, Duration.ofMinutes(1), null);
                HttpClient http = HttpClient.newHttpClient();
                RunningServer server = startArchive(folder, record)) {
            writeRecords(client, hospital);
            store(server.uri(), hospital);
            awaitCast(http, server.uri(), hospital);
            show(client, server.uri(), hospital);
            askCohort(http, server.uri());
            if (!exitWhenReady) {
                terminal.out().println("\nCtrl-C ends it.");
                terminal.out().flush();
                stopping.await();
            }
        }
        return 0;
    }

    private DemoHospital hospital() {
        return DemoHospital.of(day == null ? LocalDate.now(ZoneOffset.UTC) : day);
    }

    private void writeImages(Path folder) throws IOException {
        for (Study study : hospital().studies()) {
            Path files = Files.createDirectories(folder.resolve(study.accession()));
            for (DataSet instance : DemoHospital.instances(study)) {
                Files.write(files.resolve(instance.findString(Tag.SOPInstanceUID) + ".dcm"), file(instance));
            }
        }
    }

    private URI startFhirServer(Path folder) throws Exception {
        tell("starting the FHIR server");
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + fhirServerArguments,
                "--port",
                Integer.toString(fhirPort)));
        if (keep != null) {
            line.addAll(List.of("--data", folder.resolve("fhir").toString()));
        }
        Path log = folder.resolve("fhir-server.log");
        Process process = new ProcessBuilder(line).redirectError(log.toFile()).start();
        fhirServer = process;
        fhirServerStarts = true;
        String url = process.inputReader().readLine();
        fhirServerStarts = false;
        if (url == null) {
            goOn();
            throw new IOException("the FHIR server did not start:\n" + Files.readString(log));
        }
        return URI.create(url);
    }

    private RunningServer startArchive(Path folder, URI record) throws Exception {
        tell("starting the archive");
        List<SettingReader.Flag> flags = List.of(
                flag(SettingCatalogue.HTTP_PORT, Integer.toString(httpPort)),
                flag(SettingCatalogue.DATA_DIR, folder.resolve("archive").toString()),
                flag(SettingCatalogue.CAST_FHIR_URL, record.toString()),
                flag(SettingCatalogue.CAST_PATIENT_SYSTEM, DemoHospital.PATIENT_SYSTEM),
                flag(SettingCatalogue.CAST_ACCESSION_SYSTEM, DemoHospital.ACCESSION_SYSTEM),
                flag(SettingCatalogue.CAST_QUIET, "1s"),
                flag(SettingCatalogue.LOG_LEVEL, "warning"));
        Settings settings = Settings.of(SettingReader.read(new SettingReader.Sources(folder, null, Map.of(), flags)));
        LogFormat.install(settings.log());
        return start.start(settings);
    }

    private static SettingReader.Flag flag(Setting<?> setting, String text) {
        return new SettingReader.Flag(setting.flag(), text);
    }

    private void writeRecords(FhirClient client, DemoHospital hospital) throws StoppedException {
        tell("writing the records of %d patients", hospital.records().size());
        for (ObjectNode record : hospital.records()) {
            goOn();
            client.post("", record);
        }
    }

    private void store(URI server, DemoHospital hospital) throws Exception {
        tell("storing %d studies", hospital.studies().size());
        UploadTally tally = new UploadTally();
        Uploader.Options options = new Uploader.Options(2, 20, 3, Duration.ofMillis(250));
        String ended;
        try (UploadProgress progress = new UploadProgress.Lines(new PrintWriter(Writer.nullWriter()));
                Uploader uploader =
                        new Uploader(server.resolve("/dicom-web"), HttpRequest::newBuilder, options, tally, progress)) {
            for (Study study : hospital.studies()) {
                goOn();
                if (study.number() % 10 == 0) {
                    tell("  %d of %d", study.number(), hospital.studies().size());
                }
                for (DataSet instance : DemoHospital.instances(study)) {
                    uploader.send(upload(instance));
                }
            }
            ended = uploader.finish();
        }
        if (ended != null || tally.refusedCount() > 0) {
            tally.print(terminal.err(), Duration.ZERO);
            throw new IOException("the archive did not take everything: " + ended);
        }
    }

    private static byte[] file(DataSet instance) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(40_000);
        Part10Writer.write(Part10.of(instance, TransferSyntax.EXPLICIT_LITTLE_ENDIAN), BulkSource.NONE, bytes);
        return bytes.toByteArray();
    }

    private static Upload upload(DataSet instance) throws IOException {
        byte[] file = file(instance);
        String uid = instance.findString(Tag.SOPInstanceUID);
        return new Upload(uid + ".dcm", file.length, uid, () -> new ByteArrayInputStream(file));
    }

    private void awaitCast(HttpClient http, URI server, DemoHospital hospital) throws Exception {
        tell("casting them to the FHIR server");
        int studies = hospital.studies().size();
        long until = System.nanoTime() + CAST_MAX.toNanos();
        HttpRequest request =
                HttpRequest.newBuilder(server.resolve("/cast/status")).build();
        long told = 0;
        while (true) {
            JsonNode status = MAPPER.readTree(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
            if (status.path("latest").asLong(0) > 0 && status.path("lagEntries").asLong(-1) == 0) {
                if (status.path("failures").asInt(0) > 0) {
                    terminal.err().println("some studies were refused: see " + server.resolve("/cast/failures"));
                }
                return;
            }
            long done = status.path("studies").asLong(0);
            if (done - told >= 10) {
                tell("  %d of %d", done, studies);
                told = done;
            }
            if (System.nanoTime() - until > 0) {
                throw new IOException("the cast does not come to an end: " + status);
            }
            if (stopping.await(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StoppedException();
            }
        }
    }

    private void show(FhirClient client, URI server, DemoHospital hospital) {
        tell("ready");
        Study first = hospital.studies().getFirst();
        String patient = first.patient().id();
        URI root = server.resolve("/dicom-web");
        String studyUrl = root + "/studies/" + first.uid();
        terminal.out().printf("""

                        In the archive
                          all studies                        %s/studies
                          those of patient %s           %s/studies?PatientID=%s
                          a picture of the first             %s/thumbnail
                          its metadata                       %s/metadata
                          how the cast stands                %s

                        In the record
                        """, root, patient, root, patient, studyUrl, studyUrl, server.resolve("/cast/status"));
        for (Question question : questions(patient)) {
            JsonNode answer =
                    client.get(question.query() + (question.query().contains("?") ? "&" : "?") + "_summary=count");
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "  %s: %d%n    %s/%s%n",
                            question.what(),
                            answer.path("total").asInt(0),
                            client.base(),
                            question.query());
        }
        terminal.out().flush();
    }

    /// The question that neither side can answer alone (docs/how-to/cohorts.md).
    private void askCohort(HttpClient http, URI server) throws Exception {
        String id = post(http, server.resolve("/cohorts"), COHORT).path("id").asString("");
        JsonNode counts = post(http, server.resolve("/cohorts/" + id + "/$evaluate?limit=0"), "")
                .path("counts");
        terminal.out()
                .printf(
                        Locale.ROOT,
                        """

                        In both at once
                          patients over 45 with an osteosarcoma in the last 2 years: %d
                          with %d prescriptions, %d CT studies and %d reports of these
                            %s/cohorts/%s
                        """,
                        counts.path("patients").asInt(0),
                        counts.path("medications").asInt(0),
                        counts.path("studies").asInt(0),
                        counts.path("reports").asInt(0),
                        server,
                        id);
        terminal.out().flush();
    }

    private static JsonNode post(HttpClient http, URI uri, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(uri + " answers " + response.statusCode() + ": " + response.body());
        }
        return MAPPER.readTree(response.body());
    }

    private static List<Question> questions(String patient) {
        String who = "patient.identifier=" + token(DemoHospital.PATIENT_SYSTEM, patient);
        String drug = token(DemoHospital.RXNORM, DemoHospital.METHOTREXATE);
        String ct = token("http://dicom.nema.org/resources/ontology/DCM", "CT");
        return List.of(
                new Question("imaging studies", "ImagingStudy"),
                new Question("imaging studies of patient " + patient, "ImagingStudy?" + who),
                new Question("reports of patient " + patient, "DiagnosticReport?" + who),
                new Question("documents", "DocumentReference"),
                new Question(
                        "patients who are given methotrexate and had a CT",
                        "Patient?_has:MedicationRequest:patient:code=" + drug + "&_has:ImagingStudy:patient:modality="
                                + ct),
                new Question(
                        "CT studies of patients who are given methotrexate",
                        "ImagingStudy?modality=" + ct + "&patient._has:MedicationRequest:patient:code=" + drug));
    }

    private static String token(String system, String value) {
        return FhirClient.encode(system + "|" + value);
    }

    private void tell(String format, Object... values) {
        double seconds = (System.nanoTime() - begun) / 1e9;
        terminal.err().printf(Locale.ROOT, "%5.1f s  %s%n", seconds, String.format(Locale.ROOT, format, values));
        terminal.err().flush();
    }

    private void goOn() throws StoppedException {
        if (stopping.getCount() == 0) {
            throw new StoppedException();
        }
    }

    /// Lets everything end before the process does. A FHIR server that only starts is not waited for.
    private void stop() {
        stopping.countDown();
        try {
            Process process = fhirServer;
            if (process != null && fhirServerStarts) {
                process.destroy();
            }
            stopped.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(Path folder) throws IOException, InterruptedException {
        Process process = fhirServer;
        if (process != null) {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
        if (keep == null) {
            delete(folder);
        }
        stopped.countDown();
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
