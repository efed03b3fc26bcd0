package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Data partitions.
@ParameterizedClass
@MethodSource("org.isocenter.acceptance.CompatibleBases#versions")
class CompatiblePartitionsTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Dicomweb version;
    private final String firstName = "first-" + Draft.uid();
    private final String secondName = "second-" + Draft.uid();
    private final Dicomweb first;
    private final Dicomweb second;

    CompatiblePartitionsTest(Dicomweb version) {
        this.version = version;
        this.first = Archive.partition(version, firstName);
        this.second = Archive.partition(version, secondName);
    }

    private JsonNode read(String path) {
        return MAPPER.readTree(
                version.get(path, "Accept", "*/*").assertStatus(200).text());
    }

    @Test
    void partitionsThatWereStoredInAreListed() {
        first.store(Draft.ct().bytes()).assertStatus(200);
        second.store(Draft.ct().bytes()).assertStatus(200);
        JsonNode list = read("/partitions?limit=10000");
        assertThat(list.valueStream().map(one -> one.path("partitionName").asString()))
                .contains(firstName, secondName, "Microsoft.Default");
        assertThat(list.valueStream()).allMatch(one -> one.path("partitionKey").isNumber() && one.has("createdDate"));
    }

    @Test
    void theUrlOfWhatIsStoredHasThePartition() {
        Draft draft = Draft.ct();
        assertThat(first.store(draft.bytes())
                        .assertStatus(200)
                        .dataSet()
                        .items(Tag.ReferencedSOPSequence)
                        .getFirst()
                        .findString(Tag.RetrieveURL))
                .endsWith("/partitions/" + firstName + draft.path());
    }

    @Test
    void theSameInstanceIsRetrievedAndRenderedFromEachAndDeletedFromOne() {
        Draft draft = Draft.ct().image(16, 16, 1);
        for (Dicomweb partition : List.of(first, second)) {
            partition.store(draft.bytes()).assertStatus(200);
        }
        for (Dicomweb partition : List.of(first, second)) {
            assertThat(partition
                            .get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM)
                            .assertStatus(200)
                            .body())
                    .isEqualTo(draft.bytes());
            partition.get(draft.path() + "/rendered", "Accept", "image/jpeg").assertStatus(200);
        }
        first.delete(draft.path()).assertStatus(204);
        first.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(404);
        second.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(200);
    }

    @Test
    void aSearchSeesOnePartition() {
        Draft here = Draft.ct();
        Draft there = Draft.ct(here.study, here.series);
        first.store(here.bytes()).assertStatus(200);
        second.store(there.bytes()).assertStatus(200);
        assertThat(first.search(here.studyPath() + "/instances"))
                .extracting(one -> one.findString(Tag.SOPInstanceUID))
                .containsExactly(here.instance);
    }

    @Test
    void theLatestChangeHasTheName() {
        first.store(Draft.ct().bytes()).assertStatus(200);
        assertThat(read("/changefeed/latest").path("partitionName").asString()).isEqualTo(firstName);
    }

    @Test
    void aWorkitemIsCreatedInAPartitionThatIsNew() {
        Workitems workitems = new Workitems(first);
        String uid = workitems.create(Workitems.draft("S", "P"));
        assertThat(workitems.state(uid)).isEqualTo("SCHEDULED");
        version.get("/workitems/" + uid, "Accept", Dicomweb.JSON).assertStatus(404);
    }

    /// The reference answers 400 to an unknown partition; what is not there is 404 here.
    @Test
    void aPartitionThatIsNotThereIsNotFoundAndNoNameIsRefused() {
        first.get("/studies", "Accept", Dicomweb.JSON).assertProblem(404, "no-such-partition");
        first.delete(Draft.ct().studyPath()).assertProblem(404, "no-such-partition");
        Archive.partition(version, "a%20b")
                .get("/studies", "Accept", Dicomweb.JSON)
                .assertProblem(400, "invalid-partition");
        assertThat(version.get("/partitions/" + firstName, "Accept", "*/*").status())
                .isEqualTo(404);
    }
}
