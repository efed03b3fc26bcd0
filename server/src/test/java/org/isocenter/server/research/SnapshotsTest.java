package org.isocenter.server.research;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class SnapshotsTest {
    private static final String DEFINITION = """
            {"name": "Women", "criteria": {"women": {"patient": {"sex": "female"}}}, "members": "women",
             "returns": {"medications": true, "studies": true, "reports": true},
             "identity": [{"system": "urn:hospital"}]}""";

    @TempDir
    private Path folder;

    private SmallFhir fhir;
    private Laboratory laboratory;
    private String cohort;

    @BeforeEach
    void open() {
        fhir = new SmallFhir();
        laboratory = new Laboratory(folder, fhir.url());
        cohort = laboratory.define(DEFINITION);
        patient("anna", "female");
        patient("bert", "male");
        patient("cleo", "female");
        fhir.put("""
                {"resourceType": "MedicationRequest", "id": "r", "status": "active", "subject": {"reference": "Patient/anna"},
                 "medicationCodeableConcept": {"text": "one \\"daily\\", with water",
                     "coding": [{"system": "urn:rx", "code": "1"}]}}""");
        store("anna", "1.6.1", "1.6.1.1.10");
        store("anna", "1.6.1", "1.6.1.1.9");
        store("cleo", "1.6.2", "1.6.2.1.1");
    }

    @AfterEach
    void close() {
        laboratory.close();
        fhir.close();
    }

    private void patient(String id, String sex) {
        fhir.put("""
                {"resourceType": "Patient", "id": "%s", "gender": "%s",
                 "identifier": [{"system": "urn:hospital", "value": "MRN-%s"}]}""".formatted(id, sex, id));
    }

    private void store(String patient, String study, String instance) {
        laboratory.store(study, study + ".1", instance, "PatientID", "MRN-" + patient, "Modality", "CT");
    }

    private JsonNode freeze() {
        return laboratory
                .send("POST", cohort + "/$snapshot", "")
                .assertStatus(201)
                .json();
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    @Test
    void aSnapshotStaysWhenBothServersHaveGoneOn() {
        assertThat(freeze().path("snapshot").asInt()).isEqualTo(1);
        String before =
                laboratory.get(cohort + "/snapshots/1").assertStatus(200).text();
        fhir.remove("Patient", "anna");
        laboratory.delete("1.6.2");
        laboratory.send("PUT", cohort, DEFINITION.replace("female", "male")).assertStatus(200);

        assertThat(laboratory.get(cohort + "/snapshots/1").text()).isEqualTo(before);
        JsonNode snapshot = Laboratory.MAPPER.readTree(before);
        assertThat(snapshot.path("members")
                        .valueStream()
                        .map(one -> one.path("patient").asString()))
                .containsExactly("Patient/anna", "Patient/cleo");
        assertThat(snapshot.path("definition")).isEqualTo(Laboratory.MAPPER.readTree(DEFINITION));
        assertThat(snapshot.at("/counts/studies").asInt()).isEqualTo(2);
    }

    @Test
    void theManifestHasTheDigestOfEveryInstanceAndTheDigestOfAStudyFollowsFromIt() throws Exception {
        freeze();
        JsonNode instances = laboratory
                .get(cohort + "/snapshots/1?form=instances")
                .assertStatus(200)
                .json()
                .path("instances");
        assertThat(instances.valueStream().map(one -> one.path("sopInstanceUid").asString()))
                .containsExactly("1.6.1.1.10", "1.6.1.1.9", "1.6.2.1.1");
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < 2; i++) {
            JsonNode one = instances.path(i);
            digest.update((one.path("seriesInstanceUid").asString() + " "
                            + one.path("sopInstanceUid").asString() + " "
                            + one.path("sha256").asString() + "\n")
                    .getBytes(StandardCharsets.US_ASCII));
        }
        JsonNode study =
                laboratory.get(cohort + "/snapshots/1?form=studies").json().at("/studies/0");
        assertThat(study.path("sha256").asString()).isEqualTo(HexFormat.of().formatHex(digest.digest()));
        assertThat(study.path("instances").asInt()).isEqualTo(2);
    }

    @Test
    void twoSnapshotsAreCompared() {
        freeze();
        patient("dora", "female");
        fhir.remove("Patient", "cleo");
        store("anna", "1.6.1", "1.6.1.1.11");
        store("dora", "1.6.3", "1.6.3.1.1");
        freeze();

        JsonNode difference =
                laboratory.get(cohort + "/diff?from=1&to=2").assertStatus(200).json();
        assertThat(texts(difference.at("/members/added"))).containsExactly("Patient/dora");
        assertThat(texts(difference.at("/members/removed"))).containsExactly("Patient/cleo");
        assertThat(texts(difference.at("/studies/added"))).containsExactly("1.6.3");
        assertThat(texts(difference.at("/studies/removed"))).containsExactly("1.6.2");
        assertThat(texts(difference.at("/studies/changed"))).containsExactly("1.6.1");
        assertThat(difference.path("definitionChanged").asBoolean()).isFalse();
        laboratory.get(cohort + "/diff?from=1&to=3").assertStatus(404);
        laboratory.get(cohort + "/diff?from=1").assertStatus(400);
        assertThat(laboratory.get(cohort + "/snapshots").json()).hasSize(2);
    }

    @Test
    void aSnapshotIsATableLinesOrAGroup() {
        freeze();
        String snapshot = cohort + "/snapshots/1";
        List<String> table =
                laboratory.get(snapshot, "Accept", "text/csv").text().lines().toList();
        assertThat(table)
                .first()
                .asString()
                .startsWith("patient,kind,reference,date,status,code,text,studyInstanceUid");
        assertThat(table)
                .contains("Patient/anna,medication,MedicationRequest/r,,active,urn:rx|1,"
                        + "\"one \"\"daily\"\", with water\",,,,,,,");
        assertThat(table).anyMatch(line -> line.startsWith("Patient/cleo,study,") && line.contains(",1.6.2,"));

        List<String> lines = laboratory
                .get(snapshot, "Accept", "application/x-ndjson")
                .text()
                .lines()
                .toList();
        assertThat(lines).hasSize(2);
        assertThat(Laboratory.MAPPER.readTree(lines.get(1)).path("patient").asString())
                .isEqualTo("Patient/cleo");

        JsonNode group = laboratory.get(snapshot + "?form=Group").json();
        assertThat(group.path("resourceType").asString()).isEqualTo("Group");
        assertThat(group.path("quantity").asInt()).isEqualTo(2);
        assertThat(group.at("/member/1/entity/reference").asString()).isEqualTo("Patient/cleo");

        laboratory.get(snapshot, "Accept", "application/pdf").assertStatus(406);
        laboratory.get(snapshot + "?form=pictures").assertStatus(400);
        laboratory.get(cohort + "/snapshots/2").assertStatus(404);
        laboratory.get(cohort + "/snapshots/x").assertStatus(404);
    }

    @Test
    void aSnapshotThatIsTakenInTheBackgroundIsToldWhereItWasStarted() {
        fhir.gate = new CountDownLatch(1);
        Laboratory.Answer started = laboratory
                .send("POST", cohort + "/$snapshot", "", "Prefer", "respond-async")
                .assertStatus(202);
        String evaluation =
                started.response().headers().firstValue("Content-Location").orElseThrow();
        laboratory.get(evaluation).assertStatus(202);
        laboratory.get(cohort + "/snapshots/1").assertStatus(404);
        fhir.gate.countDown();
        Laboratory.Answer answer = laboratory.get(evaluation);
        for (int i = 0; i < 10_000 && answer.status() == 202; i++) {
            answer = laboratory.get(evaluation);
        }

        JsonNode taken = answer.assertStatus(200).json();
        assertThat(taken.path("snapshot").asInt()).isEqualTo(1);
        assertThat(taken.at("/counts/patients").asInt()).isEqualTo(2);
        String location = answer.response().headers().firstValue("Location").orElseThrow();
        assertThat(location).endsWith(cohort + "/snapshots/1");
        assertThat(laboratory.get(location).assertStatus(200).json().path("members"))
                .hasSize(2);
    }

    @Test
    void aSnapshotOfACohortThatIsDeletedMeanwhileIsNone() {
        fhir.gate = new CountDownLatch(1);
        String evaluation = laboratory
                .send("POST", cohort + "/$snapshot", "", "Prefer", "respond-async")
                .assertStatus(202)
                .response()
                .headers()
                .firstValue("Content-Location")
                .orElseThrow();
        laboratory.send("DELETE", cohort, "").assertStatus(204);
        fhir.gate.countDown();
        Laboratory.Answer answer = laboratory.get(evaluation);
        for (int i = 0; i < 10_000 && answer.status() == 202; i++) {
            answer = laboratory.get(evaluation);
        }
        answer.assertStatus(404);
    }

    @Test
    void parquetSaysWhatTheOtherFormsSay() throws Exception {
        freeze();
        for (String form : List.of("studies", "instances")) {
            List<Map<String, String>> lines = laboratory
                    .get(cohort + "/snapshots/1?form=" + form, "Accept", "application/x-ndjson")
                    .text()
                    .lines()
                    .map(Laboratory.MAPPER::readTree)
                    .map(line -> {
                        Map<String, String> fields = new TreeMap<>();
                        line.forEachEntry((name, value) -> fields.put(name, value.asString()));
                        return fields;
                    })
                    .toList();
            assertThat(lines).hasSizeGreaterThan(1);
            assertThat(parquet(form)).as(form).isEqualTo(lines);
        }
        List<String> table = laboratory
                .get(cohort + "/snapshots/1", "Accept", "text/csv")
                .text()
                .lines()
                .toList();
        List<String> columns = List.of(table.getFirst().split(",", -1));
        List<String> cells = parquet("members").stream()
                .map(row -> columns.stream()
                        .map(column -> row.getOrDefault(column, "").replace("\"", "\"\""))
                        .map(cell -> cell.contains(",") ? '"' + cell + '"' : cell)
                        .collect(Collectors.joining(",")))
                .toList();
        assertThat(cells).isEqualTo(table.subList(1, table.size()));
    }

    /// The rows of a form in Parquet, without what is null.
    private List<Map<String, String>> parquet(String form) throws IOException {
        byte[] file = laboratory.download(cohort + "/snapshots/1?form=" + form, "application/vnd.apache.parquet");
        List<Map<String, String>> rows = new ArrayList<>();
        try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(ByteBuffer.wrap(file)));
                RowReader found = reader.rowReader()) {
            JsonNode head = Laboratory.MAPPER.readTree(
                    reader.getFileMetaData().keyValueMetadata().get("isocenter.snapshot"));
            assertThat(head.path("definition")).isEqualTo(Laboratory.MAPPER.readTree(DEFINITION));
            while (found.hasNext()) {
                found.next();
                Map<String, String> row = new TreeMap<>();
                for (int i = 0; i < found.getFieldCount(); i++) {
                    if (!found.isNull(i)) {
                        row.put(found.getFieldName(i), String.valueOf(found.getValue(i)));
                    }
                }
                rows.add(row);
            }
        }
        return rows;
    }

    @Test
    void aGroupOfNobodyIsAGroup() {
        fhir.remove("Patient", "anna");
        fhir.remove("Patient", "cleo");
        freeze();

        JsonNode group = laboratory
                .get(cohort + "/snapshots/1?form=Group")
                .assertStatus(200)
                .json();
        assertThat(group.has("member")).isFalse();
        assertThat(group.path("quantity").asInt()).isZero();
    }

    @Test
    void deletingACohortDeletesItsSnapshots() {
        freeze();
        laboratory.send("DELETE", cohort, "").assertStatus(204);
        laboratory.get(cohort + "/snapshots/1").assertStatus(404);
    }
}
