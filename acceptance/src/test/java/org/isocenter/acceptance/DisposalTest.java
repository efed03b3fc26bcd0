package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Deleting many studies, and keeping those that somebody holds.
class DisposalTest {
    @TempDir
    private Path folder;

    private final Archive archive = Archive.get();
    private final Dicomweb root = archive.dicomweb();
    private final Operating operating = new Operating(root);

    static Stream<Dicomweb> roots() {
        Archive archive = Archive.get();
        return Stream.of(archive.dicomweb(), archive.v1(), Archive.partition(archive.v2(), "disposal"));
    }

    /// Those that tell operations as the newest version of the API does.
    static Stream<Dicomweb> newestRoots() {
        Archive archive = Archive.get();
        return Stream.of(archive.dicomweb(), archive.v2(), Archive.partition(archive.v2(), "disposal"));
    }

    private static Answer hold(Dicomweb root, String study, String name, String reason) {
        String body = "{\"reason\": \"" + reason + "\"}";
        return root.put(
                "/studies/" + study + "/holds/" + name, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("roots")
    void aHeldStudyIsNotDeletedUntilTheHoldIsLifted(Dicomweb version) {
        Draft draft = Draft.ct();
        version.store(draft.bytes()).assertStatus(200);
        hold(version, draft.study, "case-7", "lawsuit").assertStatus(201);
        hold(version, draft.study, "case-7", "a lawsuit").assertStatus(204);

        for (String path : List.of(draft.path(), draft.studyPath())) {
            version.delete(path).assertProblem(409, "held");
        }
        JsonNode holds = new Operating(version).json(draft.studyPath() + "/holds");
        assertThat(holds).hasSize(1);
        assertThat(holds.get(0).path("name").asString()).isEqualTo("case-7");
        assertThat(holds.get(0).path("reason").asString()).isEqualTo("a lawsuit");
        assertThat(new Operating(version)
                        .json("/holds?limit=1")
                        .get(0)
                        .path("studyInstanceUid")
                        .asString())
                .isEqualTo(draft.study);

        version.delete(draft.studyPath() + "/holds/case-7").assertStatus(204);
        version.delete(draft.studyPath() + "/holds/case-7").assertProblem(404, "not-found");
        version.delete(draft.studyPath()).assertStatus(204);
    }

    @Test
    void aHeldStudyCanBeStoredToChangedAndReverted() {
        Draft draft = Draft.ct();
        root.store(draft.bytes()).assertStatus(200);
        hold(root, draft.study, "h", "why not").assertStatus(201);
        root.store(Draft.ct(draft.study, draft.series).bytes()).assertStatus(200);
        operating.succeed("/studies/$bulkUpdate", """
                {"studyInstanceUids": ["%s"], "remove": ["PatientName"]}""".formatted(draft.study));
        JsonNode reverted = operating.succeed(draft.studyPath() + "/$revert", "{\"version\": \"original\"}");
        assertThat(reverted.path("instancesReverted").asInt()).isEqualTo(2);
        root.delete(draft.studyPath() + "/holds/h").assertStatus(204);
    }

    @ParameterizedTest
    @MethodSource("newestRoots")
    void studiesAreDeletedByQueryButNotThoseThatAreHeld(Dicomweb version) {
        Operating client = new Operating(version);
        String accession = Draft.uid().substring(Draft.uid().length() - 15);
        Draft one = Draft.ct().text(Tag.AccessionNumber, "SH", accession);
        Draft two = Draft.ct(one.study, one.series).text(Tag.AccessionNumber, "SH", accession);
        Draft held = Draft.ct().text(Tag.AccessionNumber, "SH", accession);
        Draft other = Draft.ct();
        version.store(one.bytes(), two.bytes(), held.bytes(), other.bytes()).assertStatus(200);
        hold(version, held.study, "h", "lawsuit").assertStatus(201);
        String body = "{\"query\": \"AccessionNumber=" + accession + "\", \"reason\": \"sent twice\"%s}";

        Answer trial = client.post("/studies/$delete", body.formatted(", \"dryRun\": true"));
        assertThat(trial.assertStatus(200).text())
                .isEqualTo("{\"studies\":1,\"instances\":2,\"studiesHeld\":1,\"studiesUnknown\":0}");
        assertThat(version.search("/studies?AccessionNumber=" + accession)).hasSize(2);

        JsonNode results = client.succeed("/studies/$delete", body.formatted(""));
        assertThat(results.path("studiesDeleted").asInt()).isEqualTo(1);
        assertThat(results.path("instancesDeleted").asInt()).isEqualTo(2);
        assertThat(results.path("studiesHeld").asInt()).isEqualTo(1);
        assertThat(version.search("/studies?AccessionNumber=" + accession)).hasSize(1);
        assertThat(version.search("/studies?StudyInstanceUID=" + other.study)).hasSize(1);
        JsonNode last = client.json(one.studyPath() + "/history").get(0);
        assertThat(last.path("action").asString()).isEqualTo("delete");
        assertThat(last.path("reason").asString()).isEqualTo("sent twice");

        client.succeed(one.studyPath() + "/$restore", "{}");
        assertThat(version.search("/studies?AccessionNumber=" + accession)).hasSize(2);
        results = client.succeed("/studies/$delete", """
                {"studyInstanceUids": ["%s", "%s"]}""".formatted(one.study, Draft.uid()));
        assertThat(results.path("studiesDeleted").asInt()).isEqualTo(1);
        assertThat(results.path("studiesUnknown").asInt()).isEqualTo(1);
        version.delete(held.studyPath() + "/holds/h").assertStatus(204);
    }

    static Stream<Arguments> refusedBodies() {
        return Stream.of(
                arguments("{}", "invalid-body"),
                arguments("[]", "invalid-body"),
                arguments("{", "malformed-body"),
                arguments("{\"studyInstanceUids\": []}", "invalid-body"),
                arguments("{\"studyInstanceUids\": [\"x\"]}", "invalid-body"),
                arguments("{\"studyInstanceUids\": [\"1.2\"], \"query\": \"PatientID=1\"}", "invalid-body"),
                arguments("{\"studyInstanceUids\": [\"1.2\"], \"dryRun\": 1}", "invalid-body"),
                arguments("{\"studyInstanceUids\": [\"1.2\"], \"reason\": \"\"}", "invalid-body"),
                arguments("{\"query\": \"\"}", "invalid-body"),
                arguments("{\"query\": \"limit=5\"}", "invalid-body"),
                arguments("{\"query\": \"Nothing=1\"}", "unknown-attribute"));
    }

    @ParameterizedTest
    @MethodSource("refusedBodies")
    void b04DeletionsThatMeanNothingInParticularAreRefused(String body, String code) {
        operating.post("/studies/$delete", body).assertProblem(400, code);
    }

    @Test
    void aPatientIsErasedWithACertificate() {
        String patient = "E" + Draft.uid().substring(5);
        Draft one = Draft.ct().text(Tag.PatientID, "LO", patient);
        Draft two = Draft.ct().text(Tag.PatientID, "LO", patient);
        Draft other = Draft.ct();
        root.store(one.bytes(), two.bytes(), other.bytes()).assertStatus(200);
        root.delete(two.studyPath()).assertStatus(204);
        String body = "{\"patientId\": \"" + patient + "\", \"reason\": \"request 17\"%s}";
        assertThat(operating
                        .post("/patients/$erase", body.formatted(", \"dryRun\": true"))
                        .assertStatus(200)
                        .text())
                .isEqualTo("{\"studies\":2,\"instances\":1,\"versions\":1,\"workitems\":0,\"studiesHeld\":0}");
        hold(root, one.study, "h", "lawsuit").assertStatus(201);
        JsonNode failed = operating.end(operating.post("/patients/$erase", body.formatted("")));
        assertThat(failed.path("status").asString()).isEqualTo("failed");
        assertThat(failed.path("problem").asString()).contains("held");
        root.delete(one.studyPath() + "/holds/h").assertStatus(204);

        JsonNode certificate = operating.succeed("/patients/$erase", body.formatted(""));

        assertThat(certificate.path("reason").asString()).isEqualTo("request 17");
        assertThat(certificate.path("erased").path("studies").asInt()).isEqualTo(2);
        assertThat(certificate.path("erased").path("instances").asInt()).isEqualTo(1);
        assertThat(certificate.path("remains")).isNotEmpty();
        for (Draft draft : List.of(one, two)) {
            root.get(draft.studyPath() + "/history", "Accept", "*/*").assertStatus(404);
            assertThat(operating
                            .succeed(draft.studyPath() + "/$restore", "{}")
                            .path("instancesRestored")
                            .asInt())
                    .isZero();
        }
        root.get(other.studyPath() + "/metadata", "Accept", "*/*").assertStatus(200);
        operating.post("/patients/$erase", body.formatted("")).assertProblem(404, "not-found");
        operating.post(one.studyPath() + "/$erase", "{}").assertProblem(404, "not-found");
        operating.succeed(other.studyPath() + "/$erase", "");
        root.get(other.studyPath() + "/metadata", "Accept", "*/*").assertStatus(404);
        for (String bad : List.of("{}", "{\"patientId\": \"\"}", "{\"patientId\": 7}", "{\"study\": \"1.2\"}")) {
            operating.post("/patients/$erase", bad).assertProblem(400, "invalid-body");
        }
    }

    /// Each request of the page is made as it stands there, and what it begins is waited for.
    @Test
    void theRequestsOfThePageAreAnswered() throws Exception {
        String patient = "K" + Draft.uid().substring(5);
        Draft draft = Draft.ct().text(Tag.PatientID, "LO", patient);
        Draft other = Draft.ct();
        root.store(draft.bytes(), other.bytes()).assertStatus(200);
        Map<String, String> variables = Map.of("$STUDY", draft.study, "$OTHER", other.study, "$PATIENT", patient);
        assertThat(new HowToPage("how-to/delete-and-keep.md", variables).run(archive, folder))
                .hasSize(9);
        assertThat(root.search("/studies?PatientID=" + patient)).isEmpty();
        root.get(other.studyPath() + "/metadata", "Accept", "*/*").assertStatus(404);
    }

    @Test
    void b05HoldsThatCannotBeAreRefused() {
        Draft draft = Draft.ct();
        root.store(draft.bytes()).assertStatus(200);
        hold(root, Draft.uid(), "h", "x").assertProblem(404, "not-found");
        hold(root, draft.study, "a%20b", "x").assertProblem(400, "invalid-hold");
        hold(root, draft.study, "h", " ").assertProblem(400, "invalid-body");
        hold(root, "x", "h", "x").assertProblem(400, "invalid-uid");
        root.put(draft.studyPath() + "/holds/h", "application/json", "{}".getBytes(StandardCharsets.UTF_8))
                .assertProblem(400, "invalid-body");
        root.put(draft.studyPath() + "/holds/h", "text/plain", "x".getBytes(StandardCharsets.UTF_8))
                .assertProblem(415, "unsupported-media-type");
        root.get("/holds?limit=0", "Accept", "*/*").assertProblem(400, "invalid-query");
        root.get("/holds?name=x", "Accept", "*/*").assertProblem(400, "invalid-query");
    }
}
