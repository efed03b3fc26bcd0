package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Data partitions whose instances are kept in folders of their own.
class StorageClassTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String JSON = "application/json";

    @TempDir
    private Path folder;

    private Path cheap;
    private Path files;
    private Archive archive;
    private Dicomweb ward;
    private Dicomweb other;

    @BeforeEach
    void start() throws IOException {
        cheap = Files.createDirectory(folder.resolve("cheap"));
        files = Files.createDirectory(folder.resolve("files"));
        archive = Archive.with("--storage-classes", "cheap=" + cheap, "--import-sources", "here=folder:" + files);
        ward = Archive.partition(archive.v2(), "ward-7");
        other = Archive.partition(archive.v2(), "other");
    }

    @AfterEach
    void stop() {
        archive.close();
    }

    private Answer choose(String partition, String storageClass) {
        return archive.root()
                .put(
                        "partitions/" + partition,
                        JSON,
                        ("{\"storageClass\": \"" + storageClass + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    private static long bytesBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private JsonNode health() {
        return MAPPER.readTree(archive.root()
                .get("health/check", "Accept", "*/*")
                .assertStatus(200)
                .text());
    }

    private static void assertServed(Dicomweb root, Draft draft) {
        assertThat(root.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM)
                        .assertStatus(200)
                        .body())
                .isEqualTo(draft.bytes());
    }

    @Test
    void whatIsStoredFromNowOnIsInTheFolderOfTheClass() throws IOException {
        Draft before = Draft.ct().image(64, 64, 1);
        ward.store(before.bytes()).assertStatus(200);
        assertThat(bytesBelow(cheap)).isZero();
        assertThat(choose("ward-7", "cheap").assertStatus(200).text()).contains("\"storageClass\":\"cheap\"");
        Draft after = Draft.ct().image(512, 512, 1);
        ward.store(after.bytes()).assertStatus(200);
        long stored = bytesBelow(cheap);
        assertThat(stored).isGreaterThanOrEqualTo(after.bytes().length);
        other.store(Draft.ct().image(64, 64, 1).bytes()).assertStatus(200);
        assertThat(bytesBelow(cheap)).isEqualTo(stored);
        assertServed(ward, before);
        assertServed(ward, after);
        choose("Microsoft.Default", "cheap").assertStatus(200);
        archive.v2().store(Draft.ct().image(64, 64, 1).bytes()).assertStatus(200);
        assertThat(bytesBelow(cheap)).isGreaterThan(stored);
        assertThat(archive.command("verify", "--storage-classes", "cheap=" + cheap))
                .contains("4 instances")
                .contains("0 missing");
    }

    @Test
    void whatBecomesOfInstancesAndWhatIsImportedIsInTheFolderOfTheClassToo() throws IOException {
        choose("ward-7", "cheap").assertStatus(201);
        Operating operating = new Operating(ward);
        Draft draft = Draft.ct().image(512, 512, 1);
        int size = draft.bytes().length;
        ward.store(draft.bytes()).assertStatus(200);
        long stored = bytesBelow(cheap);

        operating.succeed("/studies/$bulkUpdate", """
                {"studyInstanceUids": ["%s"], "changeDataset": {"00100010": {"vr": "PN", "Value": [{"Alphabetic": "New^Name"}]}}}""".formatted(draft.study));
        long updated = bytesBelow(cheap);
        assertThat(updated - stored).isGreaterThan(size * 9L / 10);

        Draft copied = Draft.ct().image(512, 512, 1);
        Files.write(files.resolve("copied.dcm"), copied.bytes());
        operating.succeed("/import", importing("copy"));
        long imported = bytesBelow(cheap);
        assertThat(imported - updated).isGreaterThanOrEqualTo(size);
        Files.delete(files.resolve("copied.dcm"));

        // Of a file that stays where it is the class has a link and no more.
        Draft linked = Draft.ct().image(512, 512, 1);
        Files.write(files.resolve("linked.dcm"), linked.bytes());
        operating.succeed("/import", importing("inPlace"));
        assertThat(bytesBelow(cheap)).isBetween(imported + 1, imported + size / 10);
        assertServed(ward, copied);
        assertServed(ward, linked);

        long before = bytesBelow(cheap);
        archive.command(
                "recode", "--keep", "--storage-classes", "cheap=" + cheap, "--import-sources", "here=folder:" + files);
        assertThat(bytesBelow(cheap)).isGreaterThan(before);
        assertServed(ward, copied);
        assertThat(archive.command(
                        "verify", "--storage-classes", "cheap=" + cheap, "--import-sources", "here=folder:" + files))
                .contains("3 instances")
                .contains("0 missing");

        // Without the class nothing of all that is there.
        Files.move(cheap, folder.resolve("unmounted"));
        for (Draft gone : List.of(draft, copied, linked)) {
            ward.get(gone.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(503);
        }
    }

    private static String importing(String mode) {
        return """
                {"source": {"type": "folder", "settings": {"name": "here", "path": ""}}, "mode": "%s"}""".formatted(mode);
    }

    @Test
    void aClassThatThereIsNotIsRefusedWithThoseThatThereAre() {
        Answer answer = choose("ward-7", "gold").assertStatus(400);
        assertThat(answer.text()).contains("unknown-storage-class").contains("standard, cheap");
        assertThat(choose("ward-7", "standard").assertStatus(201).text()).contains("standard");
    }

    @Test
    void aClassThatIsAwayTakesItsPartitionsWithItAndNothingElse() throws IOException {
        choose("ward-7", "cheap").assertStatus(201);
        Draft there = Draft.ct().image(512, 512, 1);
        Draft small = Draft.ct().image(16, 16, 1);
        ward.store(there.bytes(), small.bytes()).assertStatus(200);
        Draft elsewhere = Draft.ct().image(16, 16, 1);
        other.store(elsewhere.bytes()).assertStatus(200);
        assertThat(health().path("overallStatus").asString()).isEqualTo("Healthy");

        Files.move(cheap, folder.resolve("unmounted"));
        Files.createDirectory(cheap);

        Draft refused = Draft.ct().image(16, 16, 1);
        ward.store(refused.bytes()).assertStatus(503);
        ward.get(there.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(503);
        ward.get(small.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(503);
        ward.get("/studies", "Accept", "application/dicom+json").assertStatus(200);
        assertServed(other, elsewhere);
        other.store(Draft.ct().image(16, 16, 1).bytes()).assertStatus(200);
        archive.assertReady();
        JsonNode health = health();
        assertThat(health.path("overallStatus").asString()).isEqualTo("Degraded");
        assertThat(health.path("details").toString()).contains("{\"name\":\"store cheap\",\"status\":\"Degraded\"");
        archive.command("sweep", "--storage-classes", "cheap=" + cheap);
        assertThat(cheap).isEmptyDirectory();

        Files.delete(cheap);
        Files.move(folder.resolve("unmounted"), cheap);

        assertServed(ward, there);
        assertServed(ward, small);
        ward.store(refused.bytes()).assertStatus(200);
        assertServed(ward, refused);
        assertThat(health().path("overallStatus").asString()).isEqualTo("Healthy");
    }
}
