package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Exports to what the operator has configured.
class ExportTest {
    private static final String NAS = Exports.destination("folder", "nas");

    @TempDir
    private static Path nas = Path.of("");

    private static Archive archive = Archive.get();

    @BeforeAll
    static void start() {
        archive = Archive.with(
                "--export-destinations",
                "nas=folder:" + nas + ", gone=folder:" + nas.resolve("gone") + ", partner=dicomweb:"
                        + Archive.get().v2().root() + ", nowhere=dicomweb:"
                        + Archive.get().root().root() + "nowhere, azure=azureBlob:http://127.0.0.1:1/account/container",
                "--export-azure-account-key",
                "a2V5");
    }

    @AfterAll
    static void stop() {
        archive.close();
    }

    static Stream<Dicomweb> roots() {
        return Stream.of("v1", "v2", "dicom-web", "v2/partitions/p-" + UUID.randomUUID())
                .map(path -> new Dicomweb(archive.root().root().resolve("/" + path)));
    }

    private static List<Draft> store(Dicomweb root, Draft... drafts) {
        for (Draft draft : drafts) {
            root.store(draft.bytes()).assertStatus(200);
        }
        return List.of(drafts);
    }

    /// What was exported, by its path below the folder of the operation.
    private static Map<String, byte[]> files(JsonNode operation) throws IOException {
        Path folder = nas.resolve(operation.path("operationId").asString());
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
        return files;
    }

    private static String path(Draft draft) {
        return "results/" + draft.study + "/" + draft.series + "/" + draft.instance + ".dcm";
    }

    private static String uids(Draft draft) {
        return draft.study + "/" + draft.series + "/" + draft.instance;
    }

    /// Study, series and instances, and three of which nothing is there.
    @ParameterizedTest
    @MethodSource("roots")
    void whatIsNamedIsExportedByteForByteAndWhatIsNotThereIsLogged(Dicomweb root) throws IOException {
        Draft study = Draft.ct().image(16, 16, 1);
        Draft series = Draft.ct();
        List<Draft> expected = new ArrayList<>(store(
                root,
                study,
                Draft.ct(study.study, study.series),
                Draft.ct(study.study, Draft.uid()),
                series,
                Draft.ct(series.study, series.series),
                Draft.ct(series.study, series.series)));
        List<Draft> instances = store(root, Draft.ct(), Draft.ct(), Draft.ct());
        expected.addAll(instances);
        store(root, Draft.ct(series.study, Draft.uid()), Draft.ct());
        List<String> unknown = List.of(
                Draft.uid(), Draft.uid() + "/" + Draft.uid(), series.study + "/" + series.series + "/" + Draft.uid());
        List<String> values = new ArrayList<>(List.of(study.study, series.study + "/" + series.series));
        instances.forEach(one -> values.add(uids(one)));
        values.addAll(unknown);

        Exports exports = new Exports(root);
        JsonNode operation = exports.run(Exports.body(Exports.named(values), NAS));

        assertThat(operation.path("type").asString()).isEqualTo("export");
        assertThat(operation.path("status").asString()).isIn("succeeded", "completed");
        assertThat(operation.path("percentComplete").asInt()).isEqualTo(100);
        assertThat(operation.at("/results/exported").asInt()).isEqualTo(9);
        assertThat(operation.at("/results/skipped").asInt()).isEqualTo(3);
        Map<String, byte[]> files = files(operation);
        List<String> paths =
                new ArrayList<>(expected.stream().map(ExportTest::path).toList());
        paths.add("errors.log");
        assertThat(files.keySet()).containsExactlyInAnyOrderElementsOf(paths);
        expected.forEach(draft -> assertThat(files.get(path(draft))).isEqualTo(draft.bytes()));

        assertThat(operation.at("/results/errorHref").asString())
                .isEqualTo(operation.path("operationId").asString() + "/errors.log");
        List<JsonNode> log = Exports.lines(new String(files.get("errors.log"), StandardCharsets.UTF_8));
        assertThat(log.stream().map(line -> line.path("identifier").asString()))
                .containsExactlyInAnyOrderElementsOf(unknown);
        assertThat(log).allSatisfy(line -> {
            assertThat(Instant.parse(line.path("timestamp").asString())).isNotNull();
            assertThat(line.path("error").asString()).isNotEmpty();
        });
        assertThat(exports.errors(operation)).isEqualTo(log);
    }

    @Test
    void whatIsNamedTwiceIsExportedOnce() throws IOException {
        Dicomweb root = archive.v2();
        Draft first = Draft.ct();
        Draft second = Draft.ct(first.study, first.series);
        store(root, first, second);

        JsonNode operation = new Exports(root)
                .run(Exports.body(
                        Exports.named(uids(second), first.study + "/" + first.series, uids(second), first.study), NAS));

        assertThat(operation.at("/results/exported").asInt()).isEqualTo(2);
        assertThat(files(operation).keySet()).containsExactlyInAnyOrder("errors.log", path(first), path(second));
    }

    @Test
    void aPartitionGivesItsOwnAndNothingElse() throws IOException {
        Dicomweb one = Archive.partition(archive.v2(), "a-" + UUID.randomUUID());
        Dicomweb other = Archive.partition(archive.v2(), "b-" + UUID.randomUUID());
        Draft draft = Draft.ct();
        store(one, draft);
        store(other, Draft.ct());

        JsonNode there = new Exports(one).run(Exports.body(Exports.named(draft.study), NAS));
        JsonNode elsewhere = new Exports(other).run(Exports.body(Exports.named(draft.study), NAS));

        assertThat(files(there).keySet()).containsExactlyInAnyOrder("errors.log", path(draft));
        assertThat(elsewhere.at("/results/exported").asInt()).isZero();
        assertThat(elsewhere.at("/results/skipped").asInt()).isEqualTo(1);
        new Exports(Archive.partition(archive.v2(), "c-" + UUID.randomUUID()))
                .begin(Exports.body(Exports.named(draft.study), NAS))
                .assertProblem(404, "no-such-partition");
    }

    private static Map<String, byte[]> unzip(byte[] zip) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), in.readAllBytes());
            }
        }
        return files;
    }

    private static String found(String query, String level) {
        return "{\"type\":\"query\",\"settings\":{\"query\":\"" + query + "\",\"level\":\"" + level + "\"}}";
    }

    /// More than a step has.
    @Test
    void whatASearchFindsIsExportedWhole() throws IOException {
        Dicomweb root = Archive.partition(archive.v2(), "q-" + UUID.randomUUID());
        List<Draft> drafts = new ArrayList<>();
        String study = Draft.uid();
        for (int i = 0; i < 5; i++) {
            String series = Draft.uid();
            for (int j = 0; j < 50; j++) {
                drafts.add(Draft.ct(study, series).text(Tag.PatientID, "LO", "P*" + study));
            }
        }
        root.store(drafts.stream().map(Draft::bytes).toArray(byte[][]::new)).assertStatus(200);
        Draft mr = Draft.ct(study, Draft.uid()).text(Tag.Modality, "CS", "MR").text(Tag.PatientID, "LO", "P*" + study);
        store(root, mr, Draft.ct());
        Exports exports = new Exports(root);

        JsonNode whole = exports.run(Exports.body(found("PatientID=P?" + study, "study"), NAS));
        JsonNode series = exports.run(Exports.body(found("Modality=MR&PatientName=", "series"), NAS));
        JsonNode instance = exports.run(Exports.body(found("SOPInstanceUID=" + mr.instance, "instance"), NAS));
        JsonNode none = exports.run(Exports.body(found("PatientID=" + study, "study"), NAS));

        assertThat(whole.at("/results/exported").asInt()).isEqualTo(251);
        assertThat(whole.path("total").asInt()).isEqualTo(251);
        assertThat(whole.path("done").asInt()).isEqualTo(251);
        Map<String, byte[]> files = files(whole);
        assertThat(files).hasSize(252);
        drafts.forEach(draft -> assertThat(files.get(path(draft))).isEqualTo(draft.bytes()));
        assertThat(files(series).keySet()).containsExactlyInAnyOrder("errors.log", path(mr));
        assertThat(files(instance).keySet()).containsExactlyInAnyOrder("errors.log", path(mr));
        assertThat(none.at("/results/exported").asInt()).isZero();
        assertThat(files(none).keySet()).containsExactly("errors.log");
    }

    @ParameterizedTest(name = "T01 {0}")
    @CsvSource({
        "Modality=CT, study, unsupported-key",
        "Nonsense=1, study, unknown-attribute",
        "StudyDate=yesterday, study, invalid-query",
        "PatientID=%zz, study, malformed-uri",
        "PatientID=a<b, study, malformed-query",
        "PatientID=a&limit=1, study, invalid-export",
        "PatientID=a&offset=1, study, invalid-export",
        "'', study, invalid-export",
        "PatientID=a, frame, invalid-export"
    })
    void aSearchThatIsNoneIsRefused(String query, String level, String code) {
        new Exports(archive.v2()).begin(Exports.body(found(query, level), NAS)).assertProblem(400, code);
    }

    @Test
    void aZipHasTheFilesOfAMediumForEachThingThatIsNamed() throws IOException {
        Dicomweb root = archive.v2();
        Draft first = Draft.ct().image(16, 16, 1);
        Draft second = Draft.ct(first.study, Draft.uid());
        Draft other = Draft.ct();
        store(root, first, second, other, Draft.ct(other.study, Draft.uid()));
        String unknown = Draft.uid();

        JsonNode operation = new Exports(root)
                .run(Exports.body(
                        Exports.named(first.study, other.study + "/" + other.series, unknown),
                        NAS,
                        "\"format\":\"zip\""));

        Map<String, byte[]> files = files(operation);
        String series = "results/" + other.study + "/" + other.series + ".zip";
        assertThat(files.keySet()).containsExactlyInAnyOrder("errors.log", "results/" + first.study + ".zip", series);
        assertThat(unzip(Objects.requireNonNull(files.get(series))).values())
                .contains(other.bytes())
                .hasSize(2);
        Map<String, byte[]> study = unzip(Objects.requireNonNull(files.get("results/" + first.study + ".zip")));
        assertThat(study).containsKey("DICOMDIR").hasSize(3);
        assertThat(study.values()).contains(first.bytes(), second.bytes());
        assertThat(operation.at("/results/exported").asInt()).isEqualTo(3);
        assertThat(operation.at("/results/skipped").asInt()).isEqualTo(1);
    }

    @Test
    void whatCanBeConvertedIsAndTheRestIsAsItIsStored() throws IOException {
        Dicomweb root = archive.v2();
        Draft image = Draft.ct().image(16, 16, 2);
        Draft noImage = Draft.ct(image.study, image.series).without(Tag.PixelData);
        store(root, image, noImage);
        String rle = "1.2.840.10008.1.2.5";

        JsonNode operation = new Exports(root)
                .run(Exports.body(Exports.named(image.study), NAS, "\"transferSyntax\":\"" + rle + "\""));

        Map<String, byte[]> files = files(operation);
        byte[] converted = root.get(image.path(), "Accept", "application/dicom; transfer-syntax=" + rle)
                .assertStatus(200)
                .body();
        assertThat(converted).isNotEqualTo(image.bytes());
        assertThat(files.get(path(image))).isEqualTo(converted);
        assertThat(files.get(path(noImage))).isEqualTo(noImage.bytes());
        assertThat(operation.at("/results/exported").asInt()).isEqualTo(2);
    }

    @Test
    void anotherServerGetsInstancesAndSaysWhichItDoesNotWant() {
        Dicomweb root = archive.v2();
        Dicomweb partner = Archive.get().v2();
        Draft first = Draft.ct().image(16, 16, 1);
        Draft large = Draft.ct(first.study, first.series).image(2_048, 2_048, 1);
        Draft other = Draft.ct(first.study, first.series);
        store(root, first, large, other);
        String body = Exports.body(Exports.named(first.study), Exports.destination("dicomweb", "partner"));

        Exports exports = new Exports(root);
        store(partner, other.text(Tag.ImageComments, "LT", "not the same"));
        JsonNode operation = exports.run(body);
        JsonNode again = exports.run(body);

        assertThat(partner.get(first.path(), "Accept", Dicomweb.SINGLE_DICOM).body())
                .isEqualTo(first.bytes());
        assertThat(partner.get(large.path(), "Accept", Dicomweb.SINGLE_DICOM).body())
                .isEqualTo(large.bytes());
        assertThat(partner.get(other.path(), "Accept", Dicomweb.SINGLE_DICOM).body())
                .isEqualTo(other.bytes());
        for (JsonNode one : List.of(operation, again)) {
            assertThat(one.at("/results/exported").asInt()).isEqualTo(2);
            assertThat(one.at("/results/skipped").asInt()).isEqualTo(1);
            JsonNode error = exports.errors(one).getFirst();
            assertThat(error.path("identifier").asString()).isEqualTo(uids(other));
            assertThat(error.path("error").asString()).contains("partner", "45070");
        }
    }

    @Test
    void aServerThatRefusesAllFailsTheExport() {
        Dicomweb root = archive.v2();
        Draft draft = Draft.ct();
        store(root, draft);

        JsonNode operation = new Exports(root)
                .run(Exports.body(Exports.named(draft.study), Exports.destination("dicomweb", "nowhere")));

        assertThat(operation.path("status").asString()).isEqualTo("failed");
        assertThat(operation.path("problem").asString()).contains("nowhere", "404");
    }

    @Test
    void everyRequestOfThePageSucceeds() throws IOException {
        Draft draft = Draft.ct().text(Tag.StudyDate, "DA", "20260131");
        store(archive.v2(), draft);
        Map<String, String> words = new LinkedHashMap<>();
        words.put("STUDY/SERIES/INSTANCE", uids(draft));
        words.put("STUDY/SERIES", draft.study + "/" + draft.series);
        words.put("STUDY", draft.study);
        List<String> answers = new HowToPage("how-to/export.md", words).run(archive, nas);
        assertThat(answers).hasSize(5);
        assertThat(List.of(answers.get(0), answers.get(3))).noneMatch(ended -> ended.contains("\"exported\":0,"));
        assertThat(nas.resolve("study.zip")).isRegularFile();
    }

    @Test
    void aFolderThatIsNotThereIsWaitedForAndTheExportCanBeCanceled() {
        Dicomweb root = archive.v2();
        Draft draft = Draft.ct();
        store(root, draft);
        Exports exports = new Exports(root);
        Answer begun = exports.begin(Exports.body(Exports.named(draft.study), Exports.destination("folder", "gone")));
        String href = String.valueOf(begun.header("Location"));
        root.post(href + "/$cancel", "application/json", new byte[0]);

        JsonNode operation = exports.end(begun);

        assertThat(operation.path("status").asString()).isEqualTo("canceled");
        assertThat(nas.resolve("gone")).doesNotExist();
    }

    static Stream<Arguments> refused() {
        String source = Exports.named("1.2.3");
        return Stream.of(
                arguments("nothing", ""),
                arguments("no JSON", "{"),
                arguments("two bodies", Exports.body(source, NAS) + "{}"),
                arguments("an array", "[]"),
                arguments("nesting", "[".repeat(1_000) + "]".repeat(1_000)),
                arguments("no source", "{\"destination\":" + NAS + "}"),
                arguments("no destination", "{\"source\":" + source + "}"),
                arguments("a member twice", "{\"source\":" + source + ",\"source\":" + source + "}"),
                arguments("two sources", Exports.body(source, NAS, "\"sources\":" + source)),
                arguments("a member that is none", Exports.body(source, NAS, "\"path\":\"/tmp\"")),
                arguments("a source that is text", Exports.body("\"1.2.3\"", NAS)),
                arguments("a source of no type", Exports.body("{\"settings\":{\"values\":[\"1.2.3\"]}}", NAS)),
                arguments("a source of unknown type", Exports.body(source.replace("identifiers", "files"), NAS)),
                arguments("no values", Exports.body(source.replace("\"1.2.3\"", ""), NAS)),
                arguments("values that are text", Exports.body(source.replace("[\"1.2.3\"]", "\"1.2.3\""), NAS)),
                arguments("a value that is a number", Exports.body(source.replace("\"1.2.3\"", "123"), NAS)),
                arguments("1,001 values", Exports.body(Exports.named("1.2" + "\",\"1.3".repeat(1_000)), NAS)),
                arguments("a value that is no UID", Exports.body(Exports.named("abc"), NAS)),
                arguments("a value of no characters", Exports.body(Exports.named(""), NAS)),
                arguments("a value of four", Exports.body(Exports.named("1.2/1.3/1.4/1.5"), NAS)),
                arguments("a path", Exports.body(Exports.named("../1.2"), NAS)),
                arguments("dots", Exports.body(Exports.named("1.2/.."), NAS)),
                arguments("an absolute path", Exports.body(Exports.named("/etc/passwd"), NAS)),
                arguments("an empty step", Exports.body(Exports.named("1.2//1.4"), NAS)),
                arguments("a NUL", Exports.body(Exports.named("1.2\\u0000/1.3"), NAS)),
                arguments("a destination that is text", Exports.body(source, "\"nas\"")),
                arguments("a destination of unknown type", Exports.body(source, Exports.destination("ftp", "nas"))),
                arguments("settings that are none", Exports.body(source, "{\"type\":\"folder\",\"settings\":[]}")),
                arguments("a format that is none", Exports.body(source, NAS, "\"format\":\"tar\"")),
                arguments(
                        "a ZIP to a server",
                        Exports.body(source, Exports.destination("dicomweb", "partner"), "\"format\":\"zip\"")),
                arguments("a transfer syntax that is none", Exports.body(source, NAS, "\"transferSyntax\":\"1.2.3\"")));
    }

    @ParameterizedTest(name = "T01 {0}")
    @MethodSource("refused")
    void whatCannotBeMeantIsRefused(String name, String body) {
        new Exports(archive.v2()).begin(body).assertProblem(400, "invalid-export");
    }

    /// What gives access is configured: of what a request brings nothing is used or kept.
    @Test
    void e05SecretsInAddressesAreNeitherAnsweredNorKept() {
        Dicomweb root = archive.v2();
        Exports exports = new Exports(root);
        String secret = "c2VjcmV0";
        String connection = "AccountKey=" + secret + ";BlobEndpoint=http://127.0.0.1:1/account";
        List<String> known = List.of(
                "{\"blobContainerUri\":\"http://127.0.0.1:1/account/container?sig=" + secret + "\"}",
                "{\"connectionString\":\"" + connection + "\",\"blobContainerName\":\"container\"}");
        List<String> unknown = List.of(
                "{\"blobContainerUri\":\"http://127.0.0.1:1/account/other?sig=" + secret + "\"}",
                "{\"blobContainerUri\":\"http://" + secret + "@127.0.0.1:1/account/container\"}",
                "{\"blobContainerUri\":\"http://127.0.0.1:1/account/container/../other\"}",
                "{\"blobContainerUri\":\"https://" + secret + ".blob.core.windows.net/container\"}",
                "{\"connectionString\":\"" + connection + "\",\"blobContainerName\":\"../container\"}",
                "{\"connectionString\":\"" + connection + "\"}");
        for (String settings : known) {
            Answer begun = exports.begin(
                    Exports.body(Exports.named("1.2.3"), "{\"type\":\"azureBlob\",\"settings\":" + settings + "}"));
            root.post(String.valueOf(begun.header("Location")) + "/$cancel", "application/json", new byte[0]);
            JsonNode operation = exports.end(begun);
            assertThat(operation.path("status").asString()).isEqualTo("canceled");
            assertThat(begun.text() + operation).doesNotContain(secret);
        }
        for (String settings : unknown) {
            Answer refused = exports.begin(Exports.body(
                            Exports.named("1.2.3"), "{\"type\":\"azureBlob\",\"settings\":" + settings + "}"))
                    .assertProblem(400, "unknown-destination");
            assertThat(refused.text()).doesNotContain(secret);
        }
    }

    /// S7: nothing that a request names is called or written to but what is configured.
    @ParameterizedTest(name = "T02 {0}")
    @ValueSource(
            strings = {
                "{\"name\":\"other\"}",
                "{\"name\":\"NAS\"}",
                "{\"name\":\"\"}",
                "{\"name\":\"../nas\"}",
                "{\"name\":\"/tmp\"}",
                "{\"name\":\"partner\"}",
                "{}"
            })
    void aDestinationThatIsNotConfiguredIsRefused(String settings) {
        String destination = "{\"type\":\"folder\",\"settings\":" + settings + "}";
        Answer answer = new Exports(archive.v2())
                .begin(Exports.body(Exports.named("1.2.3"), destination))
                .assertProblem(400, "unknown-destination");
        assertThat(answer.text()).contains("export.destinations").doesNotContain(nas.toString());
    }

    @Test
    void aBodyOfAnotherTypeOrTooLongIsRefused() {
        Dicomweb root = archive.v2();
        root.post("/export", "text/plain", new byte[] {'{', '}'}).assertProblem(415, "unsupported-media-type");
        root.post("/export", "application/json", " ".repeat((1 << 20) + 1).getBytes(StandardCharsets.UTF_8))
                .assertProblem(413, "content-too-large");
    }
}
