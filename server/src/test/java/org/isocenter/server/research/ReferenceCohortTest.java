package org.isocenter.server.research;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// "The medications prescribed, with all the CT studies and their radiology reports, for any patient
/// older than 45 with a diagnosis of osteosarcoma over the last 2 years", asked of a made-up record
/// that is full of near misses and knows its own answer.
class ReferenceCohortTest {
    private static final Path GENERATOR = Path.of("../../shared/clinical-data/make_clinical.py");
    private static final Path PYTHON = Path.of("/usr/bin/python3");
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
    void theAnswerIsThatOfTheRecordWhateverTheServerIgnores() throws Exception {
        JsonNode truth = generate();
        try (SmallFhir fhir = new SmallFhir();
                Laboratory laboratory = new Laboratory(folder.resolve("archive"), fhir.url())) {
            int stored = load(fhir, laboratory);
            fhir.pageSize = 100;
            compare(laboratory.evaluate(DEFINITION), truth);
            fhir.deaf = true;
            JsonNode evaluation = laboratory.evaluate(DEFINITION);
            compare(evaluation, truth);
            assertThat(stored).isPositive();
            assertThat(evaluation.at("/counts/archivedStudies")).isEqualTo(evaluation.at("/counts/studies"));
            assertThat(evaluation.path("warnings")).isEmpty();
        }
    }

    private static void compare(JsonNode evaluation, JsonNode truth) {
        assertThat(evaluation.path("more").asBoolean()).isFalse();
        assertThat(evaluation
                        .path("members")
                        .valueStream()
                        .map(one -> one.path("patient").asString()))
                .containsExactlyInAnyOrderElementsOf(references(truth, "Patient", "patients"));
        assertThat(found(evaluation, "medications"))
                .containsExactlyInAnyOrderElementsOf(references(truth, "MedicationRequest", "medicationRequests"));
        assertThat(found(evaluation, "studies"))
                .containsExactlyInAnyOrderElementsOf(references(truth, "ImagingStudy", "imagingStudies"));
        assertThat(found(evaluation, "reports"))
                .containsExactlyInAnyOrderElementsOf(references(truth, "DiagnosticReport", "diagnosticReports"));
    }

    private static List<String> references(JsonNode truth, String type, String field) {
        List<String> references = truth.path(field)
                .valueStream()
                .map(id -> type + "/" + id.asString())
                .toList();
        assertThat(references).hasSizeGreaterThan(10);
        return references;
    }

    private static List<String> found(JsonNode evaluation, String what) {
        return evaluation
                .path("members")
                .valueStream()
                .flatMap(member -> member.path(what).valueStream())
                .map(one -> one.path("reference").asString())
                .toList();
    }

    /// Writes bundles and returns the answer.
    private JsonNode generate() throws Exception {
        Assumptions.assumeTrue(Files.exists(GENERATOR), "no " + GENERATOR);
        Assumptions.assumeTrue(Files.exists(PYTHON), "no " + PYTHON);
        Process process = new ProcessBuilder(
                        PYTHON.toString(),
                        GENERATOR.toString(),
                        "--patients",
                        "600",
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
        return Laboratory.MAPPER.readTree(Files.readString(folder.resolve("truth.json")));
    }

    /// Puts the record into the FHIR server, and an instance of each series of CT and MR studies into
    /// the archive.
    ///
    /// @return how many instances
    private int load(SmallFhir fhir, Laboratory laboratory) throws IOException {
        int stored = 0;
        try (Stream<String> bundles = Files.lines(folder.resolve("bundles.ndjson"))) {
            for (String bundle : bundles.toList()) {
                for (JsonNode entry : Laboratory.MAPPER.readTree(bundle).path("entry")) {
                    JsonNode resource = entry.path("resource");
                    fhir.put(resource.toString());
                    String modality = resource.at("/modality/0/code").asString("");
                    if (modality.equals("CT") || modality.equals("MR")) {
                        stored += store(laboratory, resource);
                    }
                }
            }
        }
        return stored;
    }

    private static int store(Laboratory laboratory, JsonNode study) {
        String patient = study.at("/subject/reference").asString();
        for (JsonNode series : study.path("series")) {
            laboratory.store(
                    study.at("/identifier/0/value").asString().substring("urn:oid:".length()),
                    series.path("uid").asString(),
                    series.at("/instance/0/uid").asString(),
                    "PatientID",
                    "MRN0" + patient.substring("Patient/pt-".length()),
                    "AccessionNumber",
                    study.at("/identifier/1/value").asString(),
                    "StudyDate",
                    study.path("started").asString().substring(0, 10).replace("-", ""),
                    "Modality",
                    series.at("/modality/code").asString());
        }
        return study.path("series").size();
    }
}
