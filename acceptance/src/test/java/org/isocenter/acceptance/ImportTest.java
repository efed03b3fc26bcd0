package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Folders of the server that are imported.
class ImportTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String JSON = "application/json";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path CORPUS =
            Path.of("../../shared/corpus").toAbsolutePath().normalize();

    @TempDir
    private static Path folder;

    private static Archive archive;

    @BeforeAll
    static void start() {
        archive = Archive.with(
                "--import-sources",
                "here=folder:" + folder + ", corpus=folder:" + CORPUS + ", bucket=s3://bucket/folder",
                "--import-s3-endpoint",
                "http://127.0.0.1:1",
                "--import-s3-access-key-id",
                "key",
                "--import-s3-secret-access-key",
                "secret");
    }

    @AfterAll
    static void stop() {
        if (archive != null) {
            archive.close();
        }
    }

    private static String body(String name, String path, String mode) {
        return MAPPER.writeValueAsString(Map.of(
                "source", Map.of("type", "folder", "settings", Map.of("name", name, "path", path)), "mode", mode));
    }

    private static Answer begin(Dicomweb root, String body) {
        return root.post("/import", JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode json(Answer answer, int status) {
        return MAPPER.readTree(answer.assertStatus(status).text());
    }

    private static JsonNode await(Answer begun) {
        String href = json(begun, 202).path("href").asString();
        assertThat(begun.header("Location")).isEqualTo(href);
        Instant end = Instant.now().plus(PATIENCE);
        Answer answer = archive.v2().get(href, "Accept", "*/*");
        while (answer.status() == 202) {
            assertThat(Instant.now()).as("the operation ends in time").isBefore(end);
            LockSupport.parkNanos(20_000_000);
            answer = archive.v2().get(href, "Accept", "*/*");
        }
        return json(answer, 200);
    }

    private static List<JsonNode> errors(JsonNode operation) {
        if (!operation.has("errors")) {
            return List.of();
        }
        return archive.v2()
                .get(operation.path("errors").path("href").asString(), "Accept", "*/*")
                .assertStatus(200)
                .text()
                .lines()
                .map(MAPPER::readTree)
                .toList();
    }

    private static void write(String path, byte[] bytes) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    /// A folder that no other test has.
    private static String place() {
        return "t-" + UUID.randomUUID();
    }

    private static Stream<Path> files(Path below) throws IOException {
        return Files.walk(below).filter(Files::isRegularFile).sorted(Comparator.comparing(Path::toString));
    }

    private static Dicomweb root(String name) {
        return switch (name) {
            case "v1" -> archive.v1();
            case "v2" -> archive.v2();
            case "partition" -> Archive.partition(archive.v2(), "p-" + UUID.randomUUID());
            default -> archive.dicomweb();
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"dicom-web", "v1", "v2", "partition"})
    void whatIsImportedIsFoundAndIsWhatTheFilesAre(String rootName) throws IOException {
        Dicomweb root = root(rootName);
        String place = place();
        Draft first = Draft.ct().image(64, 64, 12);
        Draft second = Draft.ct(first.study, first.series);
        Draft nameless = Draft.ct().file(bytes -> Arrays.copyOfRange(bytes, 132, bytes.length));
        Draft faulty = Draft.ct().without(Tag.SOPInstanceUID);
        write(place + "/b/1.dcm", first.bytes());
        write(place + "/b/2", second.bytes());
        write(place + "/b/2-again", second.bytes());
        write(place + "/a/é/deep/IM 1", nameless.bytes());
        write(place + "/readme.txt", "no image".getBytes(StandardCharsets.UTF_8));
        write(place + "/empty", new byte[0]);
        write(place + "/c/faulty.dcm", faulty.bytes());
        write(place + "/c/cut.dcm", Arrays.copyOf(first.bytes(), 700));

        JsonNode operation = await(begin(root, body("here", place, "copy")));

        assertThat(operation.path("type").asString()).isEqualTo("import");
        assertThat(operation.path("status").asString()).isIn("succeeded", "completed");
        JsonNode results = operation.path("results");
        assertThat(results.path("stored").asInt()).isEqualTo(3);
        assertThat(results.path("alreadyStored").asInt()).isEqualTo(1);
        assertThat(results.path("notDicom").asInt()).isEqualTo(2);
        assertThat(results.path("refused").asInt()).isEqualTo(2);
        assertThat(results.path("bytes").asLong())
                .isEqualTo(first.bytes().length + second.bytes().length + nameless.bytes().length);
        assertThat(operation.path("done").asInt()).isEqualTo(8);
        assertThat(errors(operation))
                .extracting(error -> error.path("path").asString())
                .containsExactly(place + "/c/cut.dcm", place + "/c/faulty.dcm");
        assertThat(errors(operation))
                .allSatisfy(error -> assertThat(error.path("reason").asString()).isNotBlank());
        for (Draft draft : List.of(first, second, nameless)) {
            assertThat(root.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM)
                            .assertStatus(200)
                            .body())
                    .isEqualTo(draft.bytes());
        }
        assertThat(root.search("/instances?StudyInstanceUID=" + first.study)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "inPlace"})
    void theCorpusIsImportedAsItIsStored(String mode) throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(CORPUS), "no corpus at " + CORPUS);
        Dicomweb imported = root("partition");
        Dicomweb stored = root("partition");
        await(begin(imported, body("corpus", "", mode)));
        List<byte[]> files = new ArrayList<>();
        for (Path file : files(CORPUS).toList()) {
            files.add(Files.readAllBytes(file));
        }
        stored.store(files.toArray(byte[][]::new));
        List<String> expected = instances(stored);
        assertThat(expected).hasSizeGreaterThan(100);
        assertThat(instances(imported)).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static List<String> instances(Dicomweb root) {
        List<String> instances = new ArrayList<>();
        root.search("/instances?limit=1000")
                .forEach(one -> instances.add(one.findString(Tag.StudyInstanceUID) + "/"
                        + one.findString(Tag.SeriesInstanceUID) + "/" + one.findString(Tag.SOPInstanceUID)));
        return instances;
    }

    @Test
    void theFirstVersionRefusesWhatItsStoreRefuses() throws IOException {
        String place = place();
        Draft draft = Draft.ct().text(Tag.StudyDate, "DA", "yesterday");
        write(place + "/bad.dcm", draft.bytes());

        JsonNode strict = await(begin(archive.v1(), body("here", place, "copy")));
        assertThat(strict.path("results").path("refused").asInt()).isEqualTo(1);
        archive.v1().get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(404);

        JsonNode lenient = await(begin(archive.v2(), body("here", place, "copy")));
        assertThat(lenient.path("results").path("stored").asInt()).isEqualTo(1);
        archive.v2().get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dicom-web", "v1", "v2", "partition"})
    void whatIsImportedInPlaceIsServedFromItsFile(String rootName) throws IOException {
        Dicomweb root = root(rootName);
        String place = place();
        Draft large = Draft.ct().image(256, 256, 4);
        Draft small = Draft.ct();
        write(place + "/large.dcm", large.bytes());
        write(place + "/a b/é.dcm", small.bytes());

        JsonNode operation = await(begin(root, body("here", place, "inPlace")));

        assertThat(operation.path("results").path("stored").asInt()).isEqualTo(2);
        for (Draft draft : List.of(large, small)) {
            assertThat(root.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM)
                            .assertStatus(200)
                            .body())
                    .isEqualTo(draft.bytes());
            root.get(draft.path() + "/rendered", "Accept", "image/jpeg").assertStatus(200);
            root.get(draft.path() + "/frames/1", "Accept", "*/*").assertStatus(200);
            assertThat(root.metadata(draft.path())).hasSize(1);
            assertThat(root.search("/instances?SOPInstanceUID=" + draft.instance))
                    .hasSize(1);
        }
        root.delete(large.path()).assertStatus(204);
        root.get(large.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(404);
        assertThat(folder.resolve(place).resolve("large.dcm")).hasBinaryContent(large.bytes());
        JsonNode again = await(begin(root, body("here", place, "inPlace")));
        assertThat(again.path("results").path("stored").asInt()).isEqualTo(1);
        assertThat(again.path("results").path("alreadyStored").asInt()).isEqualTo(1);
    }

    @Test
    void aFileThatIsChangedInItsPlaceIsGone() throws IOException {
        String place = place();
        Draft changed = Draft.ct().image(256, 256, 4);
        Draft removed = Draft.ct();
        write(place + "/changed.dcm", changed.bytes());
        write(place + "/removed.dcm", removed.bytes());
        await(begin(archive.v2(), body("here", place, "inPlace")));
        byte[] bytes = changed.bytes();
        bytes[bytes.length - 4 * 256 * 256 * 2 + 7] ^= 1;
        write(place + "/changed.dcm", bytes);
        Files.delete(folder.resolve(place).resolve("removed.dcm"));

        archive.v2().get(changed.path() + "/rendered", "Accept", "image/jpeg").assertProblem(404, "not-found");
        archive.v2().get(removed.path(), "Accept", Dicomweb.SINGLE_DICOM).assertProblem(404, "not-found");
        archive.v2().get(removed.path() + "/frames/1", "Accept", "*/*").assertProblem(404, "not-found");
        assertThat(archive.v2().metadata(changed.path())).hasSize(1);
        archive.assertReady();

        // What comes back is served again.
        write(place + "/changed.dcm", changed.bytes());
        archive.v2().get(changed.path() + "/rendered", "Accept", "image/jpeg").assertStatus(200);
    }

    @Test
    void theCommandImportsAndTellsHowItWent() throws IOException {
        String place = place();
        String partition = "p-" + UUID.randomUUID();
        Draft draft = Draft.ct();
        write(place + "/image.dcm", draft.bytes());
        write(place + "/notes.txt", "none".getBytes(StandardCharsets.UTF_8));
        String url = archive.dicomweb().root().toString();

        String told = Archive.run("import", "here", place, "--in-place", "--partition", partition, "--url", url);

        assertThat(told).contains("2 files in ", "1 stored", "1 skipped, not DICOM");
        Archive.partition(archive.v2(), partition)
                .get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM)
                .assertStatus(200);
        assertThatThrownBy(() -> Archive.run("import", "elsewhere", "--url", url))
                .hasMessageContaining("import.sources");
    }

    @Test
    void everyRequestOfThePageSucceeds() throws IOException {
        Draft draft = Draft.ct();
        write("2019/ct/image.dcm", draft.bytes());
        HowToPage page = new HowToPage("how-to/import.md", Map.of("old-archive", "here"));
        assertThat(page.run(archive, folder)).hasSize(5);
        archive.v2()
                .get("/studies?StudyInstanceUID=" + draft.study, "Accept", Dicomweb.JSON)
                .assertStatus(200);
    }

    @Test
    void i04symbolicLinksAreToldAndLeadNowhere() throws IOException {
        String place = place();
        String elsewhere = place();
        Draft inside = Draft.ct();
        Draft outside = Draft.ct();
        write(place + "/inside.dcm", inside.bytes());
        write(elsewhere + "/outside.dcm", outside.bytes());
        Files.createSymbolicLink(
                folder.resolve(place).resolve("link.dcm"),
                folder.resolve(elsewhere).resolve("outside.dcm"));
        Files.createSymbolicLink(folder.resolve(place).resolve("up"), folder.resolve(elsewhere));
        Files.createSymbolicLink(folder.resolve(place).resolve("root"), Path.of("/"));
        Files.createSymbolicLink(folder.resolve(place).resolve("nothing"), Path.of("not-there"));

        JsonNode operation = await(begin(archive.v2(), body("here", place, "copy")));

        assertThat(operation.path("results").path("stored").asInt()).isEqualTo(1);
        assertThat(errors(operation))
                .extracting(error -> error.path("path").asString())
                .containsExactly(place + "/link.dcm", place + "/nothing", place + "/root", place + "/up");
        archive.v2().get(outside.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(404);
        begin(archive.v2(), body("here", place + "/up", "copy")).assertProblem(400, "no-such-folder");
        begin(archive.v2(), body("here", place + "/root", "copy")).assertProblem(400, "no-such-folder");
        for (String link : List.of("link.dcm", "nothing", "root", "up")) {
            Files.delete(folder.resolve(place).resolve(link));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "../..",
                "a/../..",
                "/",
                "/etc",
                "//etc",
                "a//b",
                ".",
                "a/.",
                "a/",
                "not-there",
                "..\\..",
                "C:\\Windows",
                "\u0000",
                "a\u0000b",
                "file:///etc",
                "%2e%2e",
                "~",
                "aaaa\ud800"
            })
    void i01aPathThatIsNoFolderWithinIsRefused(String path) {
        begin(archive.v2(), body("here", path, "copy")).assertProblem(400, "no-such-folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "etc", "/etc", "..", "here/..", "HERE", "here "})
    void i02aFolderThatIsNotNamedInTheSettingsIsRefused(String name) {
        Answer answer = begin(archive.v2(), body(name, "", "copy")).assertProblem(400, "unknown-source");
        assertThat(answer.text()).contains("import.sources");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "7",
                "null",
                "{}",
                "{'source':null}",
                "{'source':'here'}",
                "{'source':{'type':'folder'}}",
                "{'source':{'type':'bucket','settings':{'name':'here'}}}",
                "{'source':{'type':'folder','settings':{}}}",
                "{'source':{'type':'folder','settings':{'folder':'here'}}}",
                "{'source':{'type':'s3','settings':{'name':'here'}}}",
                "{'source':{'type':'folder','settings':{'name':'bucket'}}}",
                "{'source':{'type':['folder'],'settings':{'name':'here'}}}",
                "{'source':{'type':'folder','settings':{'name':7}}}",
                "{'source':{'type':'folder','settings':{'name':['here']}}}",
                "{'source':{'type':'folder','settings':{'name':'here','path':7}}}",
                "{'source':{'type':'folder','settings':{'name':'here','url':'http://localhost'}}}",
                "{'source':{'type':'folder','settings':{'name':'here'}},'mode':'move'}",
                "{'source':{'type':'folder','settings':{'name':'here'}},'mode':true}",
                "{'source':{'type':'folder','settings':{'name':'here'}},'delete':true}"
            })
    void i03whatIsNoOrderIsRefused(String body) {
        begin(archive.v2(), body.replace('\'', '"')).assertProblem(400, "invalid-body");
    }

    @Test
    void i05whatLiesInABucketIsNotLeftInItsPlace() {
        String order = "{\"source\":{\"settings\":{\"name\":\"bucket\",\"path\":\"%s\"}},\"mode\":\"%s\"}";
        begin(archive.v2(), order.formatted("a/b", "inPlace")).assertProblem(400, "in-place-needs-folder");
        begin(archive.v2(), order.formatted("../b", "copy")).assertProblem(400, "no-such-folder");
    }

    @Test
    void i03whatIsNoJsonIsRefused() {
        begin(archive.v2(), "").assertStatus(400);
        begin(archive.v2(), "{").assertProblem(400, "malformed-body");
        begin(archive.v2(), "{\"mode\":\"copy\",\"mode\":\"copy\"}").assertProblem(400, "malformed-body");
        begin(archive.v2(), "[".repeat(10_000)).assertProblem(400, "malformed-body");
        begin(archive.v2(), "{\"mode\":\"" + "c".repeat(100_000) + "\"}").assertProblem(413, "content-too-large");
        archive.v2()
                .post("/import", "text/plain", "{}".getBytes(StandardCharsets.UTF_8))
                .assertProblem(415, "unsupported-media-type");
        begin(Archive.partition(archive.v2(), "a%20b"), body("here", "", "copy"))
                .assertProblem(400, "invalid-partition");
    }

    @Test
    void anImportThatIsCanceledStopsAndKeepsWhatItHasStored() throws IOException {
        String place = place();
        Draft series = Draft.ct();
        for (int i = 0; i < 1_800; i++) {
            write(
                    place + "/" + i + ".dcm",
                    Draft.ct(series.study, series.series).bytes());
        }
        Dicomweb root = root("partition");
        Answer begun = begin(root, body("here", place, "copy"));
        String href = json(begun, 202).path("href").asString();
        archive.v2().post(href + "/$cancel", JSON, new byte[0]);

        JsonNode operation = await(begun);

        assertThat(operation.path("status").asString()).isEqualTo("canceled");
        assertThat(operation.path("done").asInt()).isLessThan(1_800);
        // Begun anew it goes through all of them, and no file is stored twice.
        JsonNode whole = await(begin(root, body("here", place, "copy")));
        JsonNode results = whole.path("results");
        assertThat(results.path("stored").asInt()
                        + results.path("alreadyStored").asInt())
                .isEqualTo(1_800);
        assertThat(whole.path("total").asInt()).isEqualTo(1_800);
        assertThat(root.search("/studies?includefield=NumberOfStudyRelatedInstances")
                        .getFirst()
                        .findInt(Tag.NumberOfStudyRelatedInstances))
                .isEqualTo(1_800);
    }
}
