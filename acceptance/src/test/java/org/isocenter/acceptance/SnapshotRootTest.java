package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.imageio.ImageIO;
import org.isocenter.acceptance.fhir.RealFhir;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A frozen cohort as a DICOMweb root that a viewer or a training script opens. The patient stands in a
/// real FHIR server; what is stored in the study after the freeze is not to be seen there.
class SnapshotRootTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String JSON = "application/json";
    private static final int SIDE = 64;

    /// Two frames of an image, frozen.
    private static final Draft FROZEN = Draft.ct().image(8, 8, 2);

    /// Frozen, for the viewer.
    private static final Draft VIEWED = Draft.ct()
            .image(SIDE, SIDE, 1)
            .without(Tag.NumberOfFrames)
            .text(Tag.PatientName, "PN", "Frozen^One")
            .text(Tag.SeriesDescription, "LO", "CT");

    /// Frozen, then deleted.
    private static final Draft DELETED = Draft.ct(FROZEN.study, FROZEN.series);

    /// Stored in the study, and in the series, after the freeze.
    private static final Draft LATER = Draft.ct(FROZEN.study, FROZEN.series).image(SIDE, SIDE, 1);

    /// Of somebody else.
    private static final Draft OTHER = Draft.ct();

    private static Archive archive;
    private static Dicomweb all;
    private static Dicomweb root;

    @TempDir
    private static Path exported = Path.of("");

    @TempDir
    private Path folder;

    @BeforeAll
    static void freeze() {
        RealFhir fhir = RealFhir.r4();
        String hospital = "urn:oid:" + Draft.uid();
        fhir.transact("""
                        {"resourceType": "Bundle", "type": "transaction", "entry": [
                         {"fullUrl": "urn:uuid:7b1e0f6e-0000-4000-8000-000000000001",
                          "request": {"method": "POST", "url": "Patient"},
                          "resource": {"resourceType": "Patient", "identifier": [{"system": "%1$s", "value": "ONE"}]}},
                         {"request": {"method": "POST", "url": "Condition"},
                          "resource": {"resourceType": "Condition",
                           "subject": {"reference": "urn:uuid:7b1e0f6e-0000-4000-8000-000000000001"},
                           "code": {"coding": [{"system": "%1$s", "code": "ill"}]}}}]}""".formatted(hospital)).assertStatus(200);
        // The archive itself does not tell the FHIR server of the studies.
        archive = Archive.with(
                "--cast-fhir-url",
                fhir.url().toString(),
                "--cast-quiet",
                "1h",
                "--cast-delay-max",
                "1d",
                "--export-destinations",
                "nas=folder:" + exported);
        all = archive.dicomweb();
        all.store(of("ONE", FROZEN), of("ONE", VIEWED), of("ONE", DELETED), of("TWO", OTHER))
                .assertStatus(200);
        String cohorts = all.root().resolve("/cohorts").toString();
        String cohort = cohorts + "/"
                + MAPPER.readTree(
                                all.post(cohorts, JSON, """
                                        {"name": "Ill", "criteria": {"ill": {"condition": {"code": "%1$s|ill"}}},
                                         "members": "ill", "returns": {"studies": true},
                                         "identity": [{"system": "%1$s"}]}""".formatted(hospital).getBytes(StandardCharsets.UTF_8))
                                        .assertStatus(201)
                                        .text())
                        .path("id")
                        .asString();
        all.post(cohort + "/$snapshot", JSON, new byte[0]).assertStatus(201);
        root = new Dicomweb(all.root().resolve(cohort + "/snapshots/1/dicom-web"));
        all.store(of("ONE", LATER)).assertStatus(200);
        all.delete(DELETED.path()).assertStatus(204);
    }

    @AfterAll
    static void stop() {
        if (archive != null) {
            archive.close();
        }
    }

    private static byte[] of(String patient, Draft draft) {
        return draft.text(Tag.PatientID, "LO", patient).bytes();
    }

    @Test
    void whatIsFrozenAndStillThereIsExported() throws IOException {
        String cohort = root.root().getPath().split("/")[2];
        Exports exports = new Exports(all);
        JsonNode operation = exports.run(Exports.body(
                "{\"type\":\"cohort\",\"settings\":{\"cohort\":\"" + cohort + "\",\"snapshot\":1}}",
                Exports.destination("folder", "nas")));

        assertThat(operation.at("/results/exported").asInt()).isEqualTo(2);
        Path results =
                exported.resolve(operation.path("operationId").asString()).resolve("results");
        for (Draft draft : List.of(FROZEN, VIEWED)) {
            Path file = results.resolve(draft.study).resolve(draft.series).resolve(draft.instance + ".dcm");
            assertThat(Files.readAllBytes(file)).isEqualTo(draft.bytes());
        }
        assertThat(results.resolve(OTHER.study)).doesNotExist();
        assertThat(exports.errors(operation))
                .extracting(one -> one.path("identifier").asString())
                .containsExactly(DELETED.study + "/" + DELETED.series + "/" + DELETED.instance);
        exports.begin(Exports.body(
                        "{\"type\":\"cohort\",\"settings\":{\"cohort\":\"" + cohort + "\",\"snapshot\":2}}",
                        Exports.destination("folder", "nas")))
                .assertProblem(400, "invalid-export");
    }

    @Test
    void theSearchFindsTheFrozenInstancesAlone() {
        assertThat(root.search("/instances"))
                .extracting(one -> one.findString(Tag.SOPInstanceUID))
                .containsExactlyInAnyOrder(FROZEN.instance, VIEWED.instance);
        DataSet study = root.search("/studies?StudyInstanceUID=" + FROZEN.study).getFirst();
        assertThat(study.findInt(Tag.NumberOfStudyRelatedInstances)).isEqualTo(1);
        assertThat(study.findString(Tag.RetrieveURL)).isEqualTo(root.root() + "/studies/" + FROZEN.study);
        assertThat(all.search("/studies?StudyInstanceUID=" + FROZEN.study)
                        .getFirst()
                        .findInt(Tag.NumberOfStudyRelatedInstances))
                .isEqualTo(2);
    }

    @Test
    void itIsRetrievedToTheByteInEveryForm() throws IOException {
        assertThat(root.get(FROZEN.path(), "Accept", Dicomweb.SINGLE_DICOM)
                        .assertStatus(200)
                        .body())
                .isEqualTo(FROZEN.bytes());
        Answer study = root.get("/studies/" + FROZEN.study, "Accept", Dicomweb.MULTIPART_DICOM)
                .assertStatus(200);
        assertThat(study.parts())
                .singleElement()
                .satisfies(part -> assertThat(part.body()).isEqualTo(FROZEN.bytes()));
        assertThat(study.header("Warning")).contains("Of the 2 instances that were frozen, 1 have been deleted");
        assertThat(root.metadata("/studies/" + FROZEN.study)).hasSize(1);
        assertThat(root.get(FROZEN.path() + "/frames/2", "Accept", "application/octet-stream")
                        .assertStatus(200)
                        .body())
                .hasSize(8 * 8 * 2);
        for (String path : List.of("/rendered", "/frames/2/rendered", "/thumbnail")) {
            BufferedImage picture =
                    ImageIO.read(new ByteArrayInputStream(root.get(FROZEN.path() + path, "Accept", "image/png")
                            .assertStatus(200)
                            .body()));
            assertThat(picture.getWidth()).isEqualTo(picture.getHeight());
        }
        root.get("/studies/" + FROZEN.study + "/thumbnail", "Accept", "image/jpeg")
                .assertStatus(200);
    }

    @Test
    void whatCameLaterIsUnknownAndWhatIsDeletedIsGone() {
        for (String path : List.of("", "/metadata", "/frames/1", "/rendered", "/thumbnail", "/pixeldata")) {
            root.get(LATER.path() + path, "Accept", "*/*").assertProblem(404, "not-found");
            root.get(OTHER.path() + path, "Accept", "*/*").assertProblem(404, "not-found");
            root.get(DELETED.path() + path, "Accept", "*/*").assertProblem(410, "no-longer-archived");
            all.get(LATER.path() + path, "Accept", "*/*").assertStatus(200);
        }
    }

    @Test
    void nothingIsStoredOrDeleted() {
        assertThat(root.store(Draft.ct().bytes())
                        .assertProblem(405, "method-not-allowed")
                        .header("Allow"))
                .isEqualTo("GET, HEAD, OPTIONS");
        root.storeAt("/studies/" + FROZEN.study, FROZEN.bytes()).assertProblem(405, "method-not-allowed");
        root.delete(FROZEN.path()).assertProblem(405, "method-not-allowed");
        root.delete("/studies/" + FROZEN.study).assertProblem(405, "method-not-allowed");
        all.get(FROZEN.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(200);
    }

    @Test
    void theViewerOpensIt() throws IOException {
        Path viewer =
                Path.of(System.getProperty("acceptance.clients", "clients")).resolve("ohif");
        Programs.assume("node");
        Path chromium = Programs.assume("chromium");
        Programs.assumePackages(viewer, "@ohif/app");
        byte[] said = Programs.run(
                List.of(
                        "node",
                        "ohif.mjs",
                        root.root().toString(),
                        chromium.toString(),
                        folder.toString(),
                        "-",
                        "Frozen"),
                viewer,
                Duration.ofMinutes(5));
        List<String[]> seen = new String(said, StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split("\t", -1))
                .toList();
        assertThat(seen).extracting(words -> words[0]).contains("answered").doesNotContain("refused");
        assertThat(seen.stream().filter(words -> words[0].equals("listed"))).hasSize(1);
        IntBuffer shown = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("CT")))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer();
        ShortBuffer stored = ByteBuffer.wrap(root.get(VIEWED.path() + "/frames/1", "Accept", "application/octet-stream")
                        .assertStatus(200)
                        .body())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer();
        assertThat(shown.remaining()).isEqualTo(SIDE * SIDE);
        for (int i = 0; i < SIDE * SIDE; i++) {
            assertThat(shown.get(i)).isEqualTo(stored.get(i) & 0xFFFF);
        }
    }

    @Test
    void theClientInJavaScriptReadsIt() throws IOException {
        Path clients = Path.of(System.getProperty("acceptance.clients", "clients"));
        Programs.assume("node");
        Programs.assumePackages(clients, "dicomweb-client");
        Path known = Files.write(folder.resolve("known.dcm"), FROZEN.bytes());
        Path fresh = Files.write(folder.resolve("fresh.dcm"), Draft.ct().bytes());
        byte[] said = Programs.run(
                List.of(
                        "node",
                        "dicomweb-client.mjs",
                        root.root().toString(),
                        FROZEN.study,
                        FROZEN.series,
                        FROZEN.instance,
                        known.toString(),
                        fresh.toString(),
                        "read-only"),
                clients,
                Duration.ofSeconds(60));
        assertThat(new String(said, StandardCharsets.UTF_8)).contains("all well");
    }
}
