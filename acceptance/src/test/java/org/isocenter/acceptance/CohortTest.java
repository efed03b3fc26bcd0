package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isocenter.acceptance.fhir.RealFhir;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The medications prescribed, with all the CT studies and their radiology reports, for any patient
/// older than 45 with a diagnosis of osteosarcoma over the last 2 years: asked of a real FHIR server
/// and of the archive. The record is made up, is full of near misses and knows its own answer.
class CohortTest {
    private static final Path GENERATOR = Path.of("../../shared/clinical-data/make_clinical.py");
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String JSON = "application/json";
    private static final int STORED_AT_ONCE = 50;

    private static final String DEFINITION = """
            {"name": "Osteosarcoma over 45 with CT",
             "criteria": {
                "older": {"patient": {"age": {"over": 45}}},
                "osteosarcoma": {"condition": {"code": "http://snomed.info/sct|307576001", "date": {"last": "P2Y"}}},
                "ct": {"study": {"ModalitiesInStudy": "CT"}}},
             "members": {"all": ["older", "osteosarcoma"]},
             "returns": {"medications": true, "studies": "ct", "reports": true}}""";

    @TempDir
    private Path folder;

    @Test
    void theAnswerIsThatOfTheRecord() throws Exception {
        JsonNode truth = generate();
        RealFhir fhir = RealFhir.r4();
        List<JsonNode> studies = load(fhir);
        // The archive itself would tell the FHIR server of the studies, which knows them already.
        try (Archive archive = Archive.with(
                "--cast-fhir-url", fhir.url().toString(), "--cast-quiet", "1h", "--cast-delay-max", "1d")) {
            Dicomweb dicomweb = archive.dicomweb();
            store(dicomweb, studies);
            String cohorts = dicomweb.root().resolve("/cohorts").toString();
            String id = MAPPER.readTree(dicomweb.post(cohorts, JSON, DEFINITION.getBytes(StandardCharsets.UTF_8))
                            .assertStatus(201)
                            .text())
                    .path("id")
                    .asString();

            JsonNode evaluation = MAPPER.readTree(
                    dicomweb.post(cohorts + "/" + id + "/$evaluate?asOf=2026-11-23&limit=1000", JSON, new byte[0])
                            .assertStatus(200)
                            .text());

            assertThat(references(evaluation.path("members"), "patient"))
                    .containsExactlyInAnyOrderElementsOf(expected(truth, "Patient", "patients"));
            assertThat(found(evaluation, "medications"))
                    .containsExactlyInAnyOrderElementsOf(expected(truth, "MedicationRequest", "medicationRequests"));
            assertThat(found(evaluation, "studies"))
                    .containsExactlyInAnyOrderElementsOf(expected(truth, "ImagingStudy", "imagingStudies"));
            assertThat(found(evaluation, "reports"))
                    .containsExactlyInAnyOrderElementsOf(expected(truth, "DiagnosticReport", "diagnosticReports"));
            assertThat(evaluation.at("/counts/archivedStudies")).isEqualTo(evaluation.at("/counts/studies"));

            String snapshots = cohorts + "/" + id + "/$snapshot";
            HowToPage page = new HowToPage("how-to/cohorts.md", Map.of("cohorts/ID", "cohorts/" + id));
            assertThat(page.run(archive, folder, request -> {
                        if (request.contains("from=1&to=2")) {
                            dicomweb.post(snapshots, JSON, new byte[0]).assertStatus(201);
                        }
                    }))
                    .hasSize(11);
        }
    }

    private static List<String> expected(JsonNode truth, String type, String field) {
        List<String> references = truth.path(field)
                .valueStream()
                .map(id -> type + "/" + id.asString())
                .toList();
        assertThat(references).hasSizeGreaterThan(5);
        return references;
    }

    private static List<String> found(JsonNode evaluation, String what) {
        List<String> references = new ArrayList<>();
        for (JsonNode member : evaluation.path("members")) {
            references.addAll(references(member.path(what), "reference"));
        }
        return references;
    }

    private static List<String> references(JsonNode list, String field) {
        return list.valueStream().map(one -> one.path(field).asString()).toList();
    }

    /// Writes bundles and returns the answer.
    private JsonNode generate() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.exists(GENERATOR), "no " + GENERATOR);
        Assumptions.assumeTrue(Files.exists(PYTHON), "no " + PYTHON);
        Process process = new ProcessBuilder(
                        PYTHON.toString(),
                        GENERATOR.toString(),
                        "--patients",
                        "300",
                        "--prevalence",
                        "0.2",
                        "--now",
                        "2026-11-23",
                        "--out",
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return MAPPER.readTree(Files.readString(folder.resolve("truth.json")));
    }

    /// Puts the record into the FHIR server.
    ///
    /// @return the studies of CT and MR
    private List<JsonNode> load(RealFhir fhir) throws IOException {
        List<JsonNode> studies = new ArrayList<>();
        for (String bundle : Files.readAllLines(folder.resolve("bundles.ndjson"))) {
            fhir.transact(bundle).assertStatus(200);
            for (JsonNode entry : MAPPER.readTree(bundle).path("entry")) {
                String modality = entry.at("/resource/modality/0/code").asString("");
                if (modality.equals("CT") || modality.equals("MR")) {
                    studies.add(entry.path("resource"));
                }
            }
        }
        return studies;
    }

    /// Stores an instance of each series of some studies.
    private static void store(Dicomweb dicomweb, List<JsonNode> studies) {
        List<byte[]> files = new ArrayList<>();
        for (JsonNode study : studies) {
            for (JsonNode series : study.path("series")) {
                String patient = study.at("/subject/reference").asString();
                files.add(Draft.ct(
                                study.at("/identifier/0/value").asString().substring("urn:oid:".length()),
                                series.path("uid").asString())
                        .text(Tag.PatientID, "LO", "MRN0" + patient.substring("Patient/pt-".length()))
                        .text(
                                Tag.AccessionNumber,
                                "SH",
                                study.at("/identifier/1/value").asString())
                        .text(Tag.Modality, "CS", series.at("/modality/code").asString())
                        .bytes());
            }
        }
        for (int from = 0; from < files.size(); from += STORED_AT_ONCE) {
            dicomweb.store(files.subList(from, Math.min(files.size(), from + STORED_AT_ONCE))
                            .toArray(byte[][]::new))
                    .assertStatus(200);
        }
    }
}
