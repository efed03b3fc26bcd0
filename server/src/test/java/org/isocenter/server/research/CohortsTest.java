package org.isocenter.server.research;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Vr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class CohortsTest {
    private static final String SCT = "http://snomed.info/sct";
    private static final String OSTEOSARCOMA = "307576001";
    private static final String DIABETES = "44054006";
    private static final String LATELY = """
            {"name": "Osteosarcoma", "criteria": {"osteosarcoma":
                {"condition": {"code": "http://snomed.info/sct|307576001", "date": {"last": "P2Y"}}}},
             "members": "osteosarcoma"}""";

    @TempDir
    private Path folder;

    private SmallFhir fhir;
    private Laboratory laboratory;

    @BeforeEach
    void open() {
        fhir = new SmallFhir();
        laboratory = new Laboratory(folder, fhir.url());
    }

    @AfterEach
    void close() {
        laboratory.close();
        fhir.close();
    }

    private void patient(String id, String birthDate) {
        fhir.put("""
                {"resourceType": "Patient", "id": "%s", "birthDate": "%s", "gender": "female",
                 "identifier": [{"system": "urn:hospital", "value": "MRN-%s"}]}""".formatted(id, birthDate, id));
    }

    private void condition(String id, String patient, String code, String dates) {
        fhir.put("""
                {"resourceType": "Condition", "id": "%s", "subject": {"reference": "Patient/%s"},
                 "code": {"coding": [{"system": "%s", "code": "%s"}]}, %s}""".formatted(id, patient, SCT, code, dates));
    }

    private void study(String id, String patient, String uid, String modality, String started) {
        fhir.put("""
                {"resourceType": "ImagingStudy", "id": "%s", "status": "available",
                 "subject": {"reference": "Patient/%s"}, "started": "%s",
                 "identifier": [{"system": "urn:dicom:uid", "value": "urn:oid:%s"},
                                {"system": "urn:accession", "value": "A-%s"}],
                 "modality": [{"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "%s"}],
                 "basedOn": [{"reference": "ServiceRequest/o-%s"}]}""".formatted(id, patient, started, uid, id, modality, id));
    }

    private static List<String> patients(JsonNode evaluation) {
        return evaluation
                .path("members")
                .valueStream()
                .map(member -> member.path("patient").asString())
                .toList();
    }

    private static List<String> texts(JsonNode list, String field) {
        return list.valueStream().map(one -> one.path(field).asString("")).toList();
    }

    @Test
    void aCodeAndADateHoldForTheSameDiagnosis() {
        patient("both", "1960-01-01");
        condition("c1", "both", OSTEOSARCOMA, "\"onsetDateTime\": \"2025-05-05\"");
        patient("apart", "1960-01-01");
        condition("c2", "apart", OSTEOSARCOMA, "\"onsetDateTime\": \"2010-05-05\"");
        condition("c3", "apart", DIABETES, "\"onsetDateTime\": \"2025-05-05\"");

        assertThat(patients(laboratory.evaluate(LATELY))).containsExactly("Patient/both");
    }

    @Test
    void theDayOfADiagnosisIsItsOnsetAndOnlyWithoutOneTheDayOfItsRecord() {
        patient("onset", "1960-01-01");
        condition("c1", "onset", OSTEOSARCOMA, "\"onsetDateTime\": \"2025-05\", \"recordedDate\": \"2025-06-01\"");
        patient("recorded", "1960-01-01");
        condition("c2", "recorded", OSTEOSARCOMA, "\"recordedDate\": \"2024-11-23\"");
        patient("old", "1960-01-01");
        condition("c3", "old", OSTEOSARCOMA, "\"onsetDateTime\": \"2010-05-05\", \"recordedDate\": \"2025-06-01\"");
        patient("vague", "1960-01-01");
        condition("c4", "vague", OSTEOSARCOMA, "\"onsetDateTime\": \"2024\", \"recordedDate\": \"2025-06-01\"");
        patient("aged", "1960-01-01");
        condition("c5", "aged", OSTEOSARCOMA, "\"onsetString\": \"as a child\", \"recordedDate\": \"2025-06-01\"");
        patient("future", "1960-01-01");
        condition("c6", "future", OSTEOSARCOMA, "\"onsetDateTime\": \"2027-01-01\"");

        assertThat(patients(laboratory.evaluate(LATELY))).containsExactly("Patient/onset", "Patient/recorded");
    }

    @Test
    void aServerThatIgnoresEveryParameterCannotWidenACohort() {
        aCodeAndADateHoldForTheSameDiagnosis();
        condition("c4", "both", OSTEOSARCOMA, """
                "onsetDateTime": "2025-05-05",
                "verificationStatus": {"coding": [{"code": "refuted"}]}""");
        fhir.deaf = true;

        JsonNode evaluation = laboratory.evaluate(LATELY);

        assertThat(patients(evaluation)).containsExactly("Patient/both");
        assertThat(texts(evaluation.at("/members/0/evidence"), "reference")).containsExactly("Condition/c1");
    }

    @Test
    void allPagesAreRead() {
        for (int i = 0; i < 23; i++) {
            patient("p" + (10 + i), "1960-01-01");
            condition("c" + i, "p" + (10 + i), OSTEOSARCOMA, "\"onsetDateTime\": \"2025-05-05\"");
        }
        fhir.pageSize = 5;

        assertThat(patients(laboratory.evaluate(LATELY))).hasSize(23).isSorted();
    }

    @Test
    void aServerThatIsBusyIsAskedAgain() {
        patient("p", "1960-01-01");
        condition("c", "p", OSTEOSARCOMA, "\"onsetDateTime\": \"2025-05-05\"");
        fhir.failures.addAll(List.of(429, 503, 500, 502));

        assertThat(patients(laboratory.evaluate(LATELY))).containsExactly("Patient/p");
        assertThat(fhir.failures).isEmpty();
    }

    @Test
    void aServerThatStaysAwayOrRefusesIsTold() {
        String cohort = laboratory.define(LATELY);
        fhir.failures.addAll(List.of(503, 503, 503, 503, 503));
        assertThat(laboratory
                        .send("POST", cohort + "/$evaluate", "")
                        .assertStatus(503)
                        .json()
                        .path("code")
                        .asString())
                .isEqualTo("fhir-unavailable");
        fhir.failures.add(403);
        assertThat(laboratory
                        .send("POST", cohort + "/$evaluate", "")
                        .assertStatus(502)
                        .json()
                        .path("code")
                        .asString())
                .isEqualTo("fhir-refused");
    }

    @Test
    void someoneIsOverAnAgeFromTheDayAfterTheBirthday() {
        for (String birth : List.of("1981-11-22", "1981-11-23", "1981-11-24", "1981", "1980")) {
            patient("b" + birth, birth);
        }
        String definition = """
                {"name": "Age", "criteria": {"age": {"patient": {"age": {"%s": 45}, "sex": "female"}}}, "members": "age"}""";

        assertThat(patients(laboratory.evaluate(definition.formatted("over"))))
                .containsExactly("Patient/b1980", "Patient/b1981-11-22");
        assertThat(patients(laboratory.evaluate(definition.formatted("atLeast"))))
                .containsExactly("Patient/b1980", "Patient/b1981-11-22", "Patient/b1981-11-23");
        assertThat(patients(laboratory.evaluate(definition.formatted("under")))).containsExactly("Patient/b1981-11-24");
    }

    @Test
    void setsArePutTogether() {
        for (String id : List.of("a", "b", "ab", "none")) {
            patient(id, "1960-01-01");
        }
        condition("c1", "a", OSTEOSARCOMA, "\"onsetDateTime\": \"2025-05-05\"");
        condition("c2", "b", DIABETES, "\"onsetDateTime\": \"2025-05-05\"");
        condition("c3", "ab", OSTEOSARCOMA, "\"onsetDateTime\": \"2025-05-05\"");
        condition("c4", "ab", DIABETES, "\"onsetDateTime\": \"2025-05-05\"");
        String definition = """
                {"name": "Sets", "criteria": {
                    "a": {"condition": {"code": "http://snomed.info/sct|307576001"}},
                    "b": {"condition": {"code": "http://snomed.info/sct|44054006"}}}, "members": %s}""";

        assertThat(patients(laboratory.evaluate(definition.formatted("{\"any\": [\"a\", \"b\"]}"))))
                .containsExactly("Patient/a", "Patient/ab", "Patient/b");
        JsonNode without = laboratory.evaluate(definition.formatted("{\"all\": [{\"not\": \"b\"}, \"a\"]}"));
        assertThat(patients(without)).containsExactly("Patient/a");
        assertThat(texts(without.path("funnel"), "step")).containsExactly("a", "not b");
        assertThat(without.path("funnel")
                        .valueStream()
                        .map(step -> step.path("patients").asInt()))
                .containsExactly(2, 1);
    }

    @Test
    void medicationsAreFoundByTheirOwnCodeAndByThatOfAMedication() {
        for (String id : List.of("code", "reference", "other", "cancelled")) {
            patient(id, "1960-01-01");
        }
        String drug = "{\"coding\": [{\"system\": \"urn:rx\", \"code\": \"1\", \"display\": \"methotrexate\"}]}";
        fhir.put("{\"resourceType\": \"Medication\", \"id\": \"m\", \"code\": " + drug + "}");
        String request = """
                {"resourceType": "MedicationRequest", "id": "%s", "status": "%s", "authoredOn": "2026-01-01",
                 "subject": {"reference": "Patient/%s"}, %s}""";
        fhir.put(request.formatted("r1", "active", "code", "\"medicationCodeableConcept\": " + drug));
        fhir.put(request.formatted(
                "r2", "active", "reference", "\"medicationReference\": {\"reference\": \"Medication/m\"}"));
        fhir.put(request.formatted(
                "r3", "active", "other", "\"medicationCodeableConcept\": " + drug.replace("\"1\"", "\"2\"")));
        fhir.put(request.formatted("r4", "cancelled", "cancelled", "\"medicationCodeableConcept\": " + drug));

        JsonNode evaluation = laboratory.evaluate("""
                {"name": "Drug", "criteria": {"drug": {"medication": {"code": ["urn:rx|1"], "date": {"from": "2025-12-31"}}}},
                 "members": "drug", "returns": {"medications": "drug"}}""");

        assertThat(patients(evaluation)).containsExactly("Patient/code", "Patient/reference");
        assertThat(evaluation.at("/members/1/medications/0/text").asString()).isEqualTo("methotrexate");
    }

    @Test
    void aValueIsThatOfTheSameObservation() {
        for (String id : List.of("high", "low", "unit")) {
            patient(id, "1960-01-01");
        }
        String observation = """
                {"resourceType": "Observation", "id": "%s", "status": "final", "effectiveDateTime": "2026-01-01T10:00:00Z",
                 "subject": {"reference": "Patient/%s"}, "code": {"coding": [{"system": "http://loinc.org", "code": "%s"}]},
                 "valueQuantity": {"value": %s, "code": "%s"}}""";
        fhir.put(observation.formatted("o1", "high", "2160-0", "2.5", "mg/dL"));
        fhir.put(observation.formatted("o2", "low", "2160-0", "0.9", "mg/dL"));
        fhir.put(observation.formatted("o3", "low", "9999-9", "2.5", "mg/dL"));
        fhir.put(observation.formatted("o4", "unit", "2160-0", "90", "umol/L"));

        assertThat(patients(laboratory.evaluate("""
                {"name": "Creatinine", "criteria": {"high": {"observation":
                    {"code": "http://loinc.org|2160-0", "value": {"atLeast": 2, "unit": "mg/dL"}}}}, "members": "high"}"""))).containsExactly("Patient/high");
    }

    @Test
    void keysHoldForTheSameSeriesAndTheArchiveDecides() {
        patient("same", "1960-01-01");
        patient("apart", "1960-01-01");
        study("s1", "same", "1.2.1", "CT", "2026-01-01");
        study("s2", "apart", "1.2.2", "CT", "2026-01-01");
        laboratory.store("1.2.1", "1.2.1.1", "1.2.1.1.1", "Modality", "CT", "BodyPartExamined", "CHEST");
        laboratory.store("1.2.2", "1.2.2.1", "1.2.2.1.1", "Modality", "CT", "BodyPartExamined", "HEAD");
        laboratory.store("1.2.2", "1.2.2.2", "1.2.2.2.1", "Modality", "MR", "BodyPartExamined", "CHEST");
        // The archive knows better than the FHIR server, which says CT.
        patient("wrong", "1960-01-01");
        study("s3", "wrong", "1.2.3", "CT", "2026-01-01");
        laboratory.store("1.2.3", "1.2.3.1", "1.2.3.1.1", "Modality", "MR", "BodyPartExamined", "CHEST");

        assertThat(patients(laboratory.evaluate("""
                {"name": "Chest CT", "criteria": {"ct": {"series": {"Modality": "CT", "BodyPartExamined": "chest"}}},
                 "members": "ct"}"""))).containsExactly("Patient/same");
        assertThat(patients(laboratory.evaluate("""
                {"name": "CT", "criteria": {"ct": {"study": {"ModalitiesInStudy": "CT"}}}, "members": "ct"}"""))).containsExactly("Patient/apart", "Patient/same");
    }

    @Test
    void itemsOfSequencesAndRangesOfMomentsAreKeysAsInASearch() {
        for (int i = 1; i <= 4; i++) {
            patient("p" + i, "1960-01-01");
            study("s" + i, "p" + i, "1.3." + i, "CT", "2026-01-0" + i);
            laboratory.store(
                    "1.3." + i,
                    "1.3." + i + ".1",
                    "1.3." + i + ".1.1",
                    "StudyDate",
                    "2026010" + i,
                    "StudyTime",
                    "1200",
                    "RequestAttributesSequence.ScheduledProcedureStepID",
                    "Step " + i % 2);
        }
        Map.of(
                        "\"series\": {\"RequestAttributesSequence.ScheduledProcedureStepID\": \"step 1\"}",
                        List.of("Patient/p1", "Patient/p3"),
                        "\"series\": {\"00400275.00400009\": \"*1\", \"StudyDate\": \"20260102-\"}",
                        List.of("Patient/p3"),
                        // From noon of the first until before noon of the third, not at any day before noon.
                        "\"study\": {\"StudyDate\": \"20260101-20260103\", \"StudyTime\": \"1200-1159\"}",
                        List.of("Patient/p1", "Patient/p2"))
                .forEach((block, patients) -> assertThat(patients(laboratory.evaluate(
                                "{\"name\": \"x\", \"criteria\": {\"c\": {" + block + "}}, \"members\": \"c\"}")))
                        .as(block)
                        .isEqualTo(patients));
        assertThat(laboratory
                        .get("/dicom-web/series?RequestAttributesSequence.ScheduledProcedureStepID=step%201")
                        .json())
                .hasSize(2);
    }

    @Test
    void whatWasAddedToSearchesIsAskedForInCohorts() {
        for (int i = 1; i <= 3; i++) {
            patient("p" + i, "1960-01-01");
            study("s" + i, "p" + i, "1.5." + i, "CT", "2026-01-01");
            laboratory.store(
                    "1.5." + i, "1.5." + i + ".1", "1.5." + i + ".1.1", "SoftwareVersions", i == 2 ? "VB20" : "VA10");
        }
        String definition = """
                {"name": "x", "criteria": {"c": {"series": {"SoftwareVersions": "%s"}}}, "members": "c"}""";
        laboratory
                .send("POST", "/cohorts", definition.formatted("VB20"), "Content-Type", "application/json")
                .assertStatus(400);
        laboratory.addTag(Tag.SoftwareVersions, Vr.LO);
        assertThat(patients(laboratory.evaluate(definition.formatted("VB20")))).containsExactly("Patient/p2");
        assertThat(patients(laboratory.evaluate(definition.formatted("VA*"))))
                .containsExactly("Patient/p1", "Patient/p3");
    }

    @Test
    void studiesThatOnlyTheArchiveKnowsAreThoseOfTheIdentifiersThatTheDefinitionNames() {
        patient("p", "1960-01-01");
        condition("c", "p", OSTEOSARCOMA, "\"onsetDateTime\": \"2025-05-05\"");
        laboratory.store(
                "1.3.1", "1.3.1.1", "1.3.1.1.1", "PatientID", "MRN-p", "IssuerOfPatientID", "H", "Modality", "CT");
        laboratory.store(
                "1.3.2", "1.3.2.1", "1.3.2.1.1", "PatientID", "MRN-p", "IssuerOfPatientID", "X", "Modality", "CT");
        laboratory.store(
                "1.3.3", "1.3.3.1", "1.3.3.1.1", "PatientID", "mrn-P", "IssuerOfPatientID", "H", "Modality", "CT");
        String definition = """
                {"name": "Identity", "criteria": {
                    "osteosarcoma": {"condition": {"code": "http://snomed.info/sct|307576001"}},
                    "ct": {"study": {"ModalitiesInStudy": "CT"}}},
                 "members": %s, "returns": {"studies": "ct"}%s}""";
        String identity = ", \"identity\": [{\"system\": \"urn:hospital\", \"issuer\": \"H\"}]";

        JsonNode without = laboratory.evaluate(definition.formatted("\"osteosarcoma\"", ""));
        assertThat(without.at("/members/0/studies")).isEmpty();
        JsonNode with = laboratory.evaluate(definition.formatted("\"osteosarcoma\"", identity));
        assertThat(texts(with.at("/members/0/studies"), "studyInstanceUid")).containsExactly("1.3.1");
        assertThat(patients(laboratory.evaluate(definition.formatted("\"ct\"", identity))))
                .containsExactly("Patient/p");
    }

    @Test
    void aStudyIsNearADiagnosisOfTheSamePatient() {
        for (String id : List.of("before", "after", "late", "undated")) {
            patient(id, "1960-01-01");
            condition("c-" + id, id, OSTEOSARCOMA, "\"onsetDateTime\": \"2025-05-05\"");
        }
        patient("other", "1960-01-01");
        study("s1", "before", "1.4.1", "CT", "2025-04-25T10:00:00Z");
        study("s2", "after", "1.4.2", "CT", "2025-06-04");
        study("s3", "late", "1.4.3", "CT", "2025-06-05");
        study("s4", "undated", "1.4.4", "CT", "2025");
        study("s5", "other", "1.4.5", "CT", "2025-05-05");

        assertThat(patients(laboratory.evaluate("""
                {"name": "Near", "criteria": {
                    "osteosarcoma": {"condition": {"code": "http://snomed.info/sct|307576001"}},
                    "ct": {"study": {"ModalitiesInStudy": "CT"},
                           "within": {"of": "osteosarcoma", "daysBefore": 10, "daysAfter": 30}}},
                 "members": "ct"}"""))).containsExactly("Patient/after", "Patient/before");
    }

    @Test
    void reportsAreThoseOfTheStudiesThatAreReturned() {
        patient("p", "1960-01-01");
        study("ct", "p", "1.5.1", "CT", "2026-01-01");
        study("mr", "p", "1.5.2", "MR", "2026-01-01");
        String report = """
                {"resourceType": "DiagnosticReport", "id": "%s", "status": "%s", "subject": {"reference": "Patient/p"},
                 %s}""";
        fhir.put(report.formatted(
                "accession", "final", "\"identifier\": [{\"system\": \"urn:accession\", \"value\": \"A-ct\"}]"));
        fhir.put(report.formatted(
                "elsewhere", "final", "\"identifier\": [{\"system\": \"urn:else\", \"value\": \"A-ct\"}]"));
        fhir.put(report.formatted("study", "final", "\"imagingStudy\": [{\"reference\": \"ImagingStudy/ct\"}]"));
        fhir.put(report.formatted(
                "error", "entered-in-error", "\"imagingStudy\": [{\"reference\": \"ImagingStudy/ct\"}]"));
        fhir.put(report.formatted("order", "final", "\"basedOn\": [{\"reference\": \"ServiceRequest/o-ct\"}]"));
        fhir.put(report.formatted("named", "final", """
                "imagingStudy": [{"reference": "ImagingStudy/mr"}],
                "identifier": [{"system": "urn:accession", "value": "A-ct"}]"""));
        fhir.put(report.formatted(
                "mr", "final", "\"identifier\": [{\"system\": \"urn:accession\", \"value\": \"A-mr\"}]"));

        JsonNode evaluation = laboratory.evaluate("""
                {"name": "Reports", "criteria": {"ct": {"study": {"ModalitiesInStudy": "CT"}}}, "members": "ct",
                 "returns": {"studies": "ct", "reports": true}}""");

        assertThat(texts(evaluation.at("/members/0/reports"), "reference"))
                .containsExactly("DiagnosticReport/accession", "DiagnosticReport/order", "DiagnosticReport/study");
    }

    @Test
    void whatADefinitionMayNotHaveIsRefusedWithItsPlace() {
        Map.of(
                        LATELY.replace("\"date\"", "\"dates\""),
                        "criteria.osteosarcoma.condition has no field dates",
                        LATELY.replace("\"P2Y\"", "\"2 years\""),
                        "criteria.osteosarcoma.condition.date.last",
                        LATELY.replace("http://snomed.info/sct|", ""),
                        "criteria.osteosarcoma.condition.code",
                        LATELY.replace("\"members\": \"osteosarcoma\"", "\"members\": {\"not\": \"osteosarcoma\"}"),
                        "members: not",
                        LATELY.replace("\"members\": \"osteosarcoma\"", "\"members\": \"carcinoma\""),
                        "members names a criterion",
                        LATELY.replace("\"name\"", "\"limit\": 5, \"name\""),
                        "a cohort has no field limit",
                        LATELY.replace("{\"name\"", "[{\"name\""),
                        "the body is not JSON",
                        "{\"name\": \"x\", \"criteria\": {\"ct\": {\"study\": {\"Modality\": \"CT\"}}}, \"members\": \"ct\"}",
                        "criteria.ct.study: Modality is no key",
                        "{\"name\": \"x\", \"criteria\": {\"c\": {\"study\": {\"StudyDate\": \"May\"}}}, \"members\": \"c\"}",
                        "criteria.c.study.StudyDate: a date to search by is none",
                        "{\"name\": \"x\", \"name\": \"y\"}",
                        "the body is not JSON")
                .forEach((definition, detail) -> {
                    JsonNode problem = laboratory
                            .send("POST", "/cohorts", definition)
                            .assertStatus(400)
                            .json();
                    assertThat(problem.path("code").asString()).isEqualTo("invalid-cohort");
                    assertThat(problem.path("detail").asString()).contains(detail);
                });
        assertThat(laboratory.get("/cohorts").json()).isEmpty();
    }

    @Test
    void cohortsAreKeptChangedAndDeleted() {
        String cohort = laboratory.define(LATELY);
        assertThat(laboratory.get(cohort).json().path("definition")).isEqualTo(Laboratory.MAPPER.readTree(LATELY));
        laboratory
                .send("PUT", cohort, LATELY.replace("\"Osteosarcoma\"", "\"Bone\""))
                .assertStatus(200);
        assertThat(texts(laboratory.get("/cohorts").json(), "name")).containsExactly("Bone");
        laboratory.send("DELETE", cohort, "").assertStatus(204);
        laboratory.send("DELETE", cohort, "").assertStatus(404);
        laboratory.get(cohort).assertStatus(404);
        laboratory.get("/cohorts/nonsense").assertStatus(404);
    }

    @Test
    void withoutAFhirServerThereIsNothingToAsk() {
        try (Laboratory alone = new Laboratory(folder.resolve("alone"), null)) {
            String cohort = alone.define(LATELY);
            assertThat(alone.send("POST", cohort + "/$evaluate", "")
                            .assertStatus(409)
                            .json()
                            .path("code")
                            .asString())
                    .isEqualTo("no-fhir-server");
        }
    }

    @Test
    void anEvaluationInTheBackgroundTellsItsStepsAndCanBeCancelled() {
        patient("p", "1960-01-01");
        condition("c", "p", OSTEOSARCOMA, "\"onsetDateTime\": \"2025-05-05\"");
        String cohort = laboratory.define(
                LATELY.replace("\"members\": \"osteosarcoma\"", "\"members\": {\"all\": [\"osteosarcoma\"]}"));
        fhir.gate = new CountDownLatch(1);

        String doomed = start(cohort);
        laboratory.get(doomed).assertStatus(202);
        laboratory.send("DELETE", doomed, "").assertStatus(204);
        laboratory.get(doomed).assertStatus(404);

        String wanted = start(cohort);
        assertThat(laboratory
                        .get(wanted)
                        .assertStatus(202)
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("running");
        fhir.gate.countDown();
        Laboratory.Answer answer = laboratory.get(wanted);
        for (int i = 0; i < 10_000 && answer.status() == 202; i++) {
            answer = laboratory.get(wanted);
        }
        assertThat(patients(answer.assertStatus(200).json())).containsExactly("Patient/p");
        assertThat(texts(answer.json().path("funnel"), "step")).containsExactly("osteosarcoma");
    }

    private String start(String cohort) {
        Laboratory.Answer started = laboratory
                .send("POST", cohort + "/$evaluate?asOf=2026-11-23", "", "Prefer", "respond-async")
                .assertStatus(202);
        String location =
                started.response().headers().firstValue("Content-Location").orElseThrow();
        return location.substring(location.indexOf("/cohorts/"));
    }
}
