package org.isocenter.server.research;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.isocenter.server.research.Laboratory.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What a snapshot has frozen, as a DICOMweb root of its own.
class SnapshotRootTest {
    private static final String JSON = "application/dicom+json";

    @TempDir
    private Path folder;

    private SmallFhir fhir;
    private Laboratory laboratory;
    private String root;

    @BeforeEach
    void freeze() {
        fhir = new SmallFhir();
        laboratory = new Laboratory(folder, fhir.url());
        fhir.put("""
                {"resourceType": "Patient", "id": "anna", "gender": "female",
                 "identifier": [{"system": "urn:hospital", "value": "MRN-anna"}]}""");
        store("1.6.1", "1", "1.6.1.1.1", "CT");
        store("1.6.1", "1", "1.6.1.1.2", "CT");
        store("1.6.1", "2", "1.6.1.2.1", "MR");
        store("1.6.2", "1", "1.6.2.1.1", "CT");
        laboratory.store("1.6.9", "1.6.9.1", "1.6.9.1.1", "PatientID", "MRN-bert", "Modality", "CT");
        String cohort = laboratory.define("""
                {"name": "Women", "criteria": {"women": {"patient": {"sex": "female"}}}, "members": "women",
                 "returns": {"studies": true}, "identity": [{"system": "urn:hospital"}]}""");
        laboratory.send("POST", cohort + "/$snapshot", "").assertStatus(201);
        root = cohort + "/snapshots/1/dicom-web";
        // What has been stored since does not belong to it.
        store("1.6.1", "1", "1.6.1.1.3", "CT");
        store("1.6.1", "3", "1.6.1.3.1", "SR");
        store("1.6.3", "1", "1.6.3.1.1", "CT");
    }

    @AfterEach
    void close() {
        laboratory.close();
        fhir.close();
    }

    private void store(String study, String series, String instance, String modality) {
        laboratory.store(study, study + "." + series, instance, "PatientID", "MRN-anna", "Modality", modality);
    }

    private Answer get(String path) {
        return laboratory.get(root + path, "Accept", JSON);
    }

    private JsonNode found(String path) {
        return get(path).assertStatus(200).json();
    }

    private static List<String> values(JsonNode results, String tag) {
        return results.valueStream()
                .map(one -> one.path(tag).path("Value").path(0).asString())
                .sorted()
                .toList();
    }

    private static String instance(String study, String series, String instance) {
        return "/studies/" + study + "/series/" + study + "." + series + "/instances/" + instance;
    }

    @Test
    void searchesFindWhatIsFrozenAndCountNothingElse() {
        JsonNode studies = found("/studies");
        assertThat(values(studies, "0020000D")).containsExactly("1.6.1", "1.6.2");
        JsonNode first = found("/studies?StudyInstanceUID=1.6.1&includefield=SOPClassesInStudy,Manufacturer")
                .path(0);
        assertThat(first.at("/00080061/Value").valueStream().map(JsonNode::asString))
                .containsExactly("CT", "MR");
        assertThat(first.at("/00080062/Value")).hasSize(1);
        assertThat(first.at("/00201206/Value/0").asInt()).isEqualTo(2);
        assertThat(first.at("/00201208/Value/0").asInt()).isEqualTo(3);
        assertThat(first.at("/00081190/Value/0").asString()).endsWith(root + "/studies/1.6.1");

        assertThat(values(found("/series"), "0020000E")).containsExactly("1.6.1.1", "1.6.1.2", "1.6.2.1");
        JsonNode series = found("/studies/1.6.1/series?Modality=CT&includefield=StationName");
        assertThat(series).hasSize(1);
        assertThat(series.at("/0/00201209/Value/0").asInt()).isEqualTo(2);
        assertThat(values(found("/studies/1.6.1/instances?includefield=Manufacturer"), "00080018"))
                .containsExactly("1.6.1.1.1", "1.6.1.1.2", "1.6.1.2.1");
        assertThat(values(found("/studies/1.6.1/series/1.6.1.1/instances"), "00080018"))
                .containsExactly("1.6.1.1.1", "1.6.1.1.2");
        assertThat(found("/instances?limit=3")).hasSize(3);
    }

    @Test
    void aStudyIsNotFoundByWhatWasStoredLater() {
        assertThat(values(found("/studies?ModalitiesInStudy=MR"), "0020000D")).containsExactly("1.6.1");
        get("/studies?ModalitiesInStudy=SR").assertStatus(204);
        get("/studies?ModalitiesInStudy=S*").assertStatus(204);
        get("/studies?StudyInstanceUID=1.6.3").assertStatus(204);
        get("/series?Modality=SR").assertStatus(204);
        Answer counted = get("/studies?includetotal=true&limit=1").assertStatus(200);
        assertThat(counted.response().headers().firstValue("X-Total-Count")).contains("2");
    }

    @Test
    void metadataAreThoseOfWhatIsFrozenWithLinksBelowTheRoot() {
        Answer study = get("/studies/1.6.1/metadata").assertStatus(200);
        assertThat(study.response().headers().firstValue("Warning")).isEmpty();
        assertThat(values(study.json(), "00080018")).containsExactly("1.6.1.1.1", "1.6.1.1.2", "1.6.1.2.1");
        assertThat(values(found("/studies/1.6.1/series/1.6.1.1/metadata"), "00080018"))
                .containsExactly("1.6.1.1.1", "1.6.1.1.2");
        // All of the archive has more, though both may be kept in memory.
        JsonNode all = laboratory
                .get("/dicom-web/studies/1.6.1/series/1.6.1.1/metadata", "Accept", JSON)
                .assertStatus(200)
                .json();
        assertThat(all).hasSize(3);
        String link = found(instance("1.6.1", "1", "1.6.1.1.1") + "/metadata")
                .at("/0/00420011/BulkDataURI")
                .asString();
        assertThat(link).contains(root + instance("1.6.1", "1", "1.6.1.1.1") + "/bulkdata/00420011");
        Answer bytes =
                laboratory.get(link, "Accept", "application/octet-stream").assertStatus(200);
        assertThat(bytes.text()).hasSize(Laboratory.BULK_BYTES);
    }

    @Test
    void whatIsNotFrozenIsNotThere() {
        for (String path : List.of(
                "/studies/1.6.3",
                "/studies/1.6.9/metadata",
                "/studies/1.6.1/series/1.6.1.3",
                "/studies/1.6.1/series/1.6.1.3/metadata",
                "/studies/1.6.1/series/1.6.1.3/rendered",
                "/studies/1.6.3/thumbnail",
                instance("1.6.1", "1", "1.6.1.1.3"),
                instance("1.6.1", "1", "1.6.1.1.3") + "/metadata",
                instance("1.6.1", "1", "1.6.1.1.3") + "/frames/1",
                instance("1.6.1", "1", "1.6.1.1.3") + "/rendered",
                instance("1.6.1", "1", "1.6.1.1.3") + "/thumbnail",
                instance("1.6.1", "1", "1.6.1.1.3") + "/bulkdata/00420011",
                "/wado?requestType=WADO&studyUID=1.6.1&seriesUID=1.6.1.1&objectUID=1.6.1.1.3")) {
            Answer answer = laboratory.get(root + path).assertStatus(404);
            assertThat(answer.json().path("code").asString()).as(path).isEqualTo("not-found");
        }
    }

    @Test
    void whatHasBeenDeletedOrReplacedIsToldToBeGone() {
        laboratory.delete("1.6.2");
        laboratory.store(
                "1.6.1", "1.6.1.2", "1.6.1.2.1", "PatientID", "MRN-anna", "Modality", "MR", "StationName", "X");

        for (String path : List.of(
                "/studies/1.6.2",
                "/studies/1.6.2/metadata",
                "/studies/1.6.2/rendered",
                instance("1.6.2", "1", "1.6.2.1.1"),
                "/studies/1.6.1/series/1.6.1.2",
                "/studies/1.6.1/series/1.6.1.2/metadata",
                instance("1.6.1", "2", "1.6.1.2.1") + "/metadata",
                instance("1.6.1", "2", "1.6.1.2.1") + "/frames/1",
                "/wado?requestType=WADO&studyUID=1.6.1&seriesUID=1.6.1.2&objectUID=1.6.1.2.1")) {
            Answer answer = laboratory.get(root + path).assertStatus(410);
            assertThat(answer.json().path("code").asString()).as(path).isEqualTo("no-longer-archived");
        }
        JsonNode studies = found("/studies");
        assertThat(values(studies, "0020000D")).containsExactly("1.6.1");
        assertThat(studies.at("/0/00201208/Value/0").asInt()).isEqualTo(2);
        assertThat(studies.at("/0/00080061/Value").valueStream().map(JsonNode::asString))
                .containsExactly("CT");
        Answer study = get("/studies/1.6.1/metadata").assertStatus(200);
        assertThat(study.json()).hasSize(2);
        assertThat(study.response().headers().firstValue("Warning").orElse(""))
                .contains("Of the 3 instances")
                .contains("1 have");
    }

    @Test
    void nothingCanBeStoredOrDeletedThere() {
        for (String method : List.of("POST", "PUT", "DELETE")) {
            for (String path : List.of("/studies", "/studies/1.6.1", instance("1.6.1", "1", "1.6.1.1.1"))) {
                Answer answer = laboratory.send(method, root + path, "").assertStatus(405);
                assertThat(answer.response().headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS");
            }
        }
        assertThat(values(found("/studies"), "0020000D")).containsExactly("1.6.1", "1.6.2");
    }

    @Test
    void aSnapshotThatIsNotThereHasNoRoot() {
        String cohort = root.substring(0, root.indexOf("/snapshots"));
        for (String path : List.of(
                cohort + "/snapshots/2",
                cohort + "/snapshots/0",
                cohort + "/snapshots/x",
                "/cohorts/00000000-0000-0000-0000-000000000000/snapshots/1",
                "/cohorts/1/snapshots/1")) {
            laboratory.get(path + "/dicom-web/studies", "Accept", JSON).assertStatus(404);
        }
        laboratory.send("DELETE", cohort, "").assertStatus(204);
        get("/studies").assertStatus(404);
        get("/studies/1.6.1/series/1.6.1.1/metadata").assertStatus(404);
    }
}
