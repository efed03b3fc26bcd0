package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Extended query tags, which are the same for all partitions.
@ParameterizedClass
@MethodSource("org.isocenter.acceptance.CompatibleBases#versions")
class CompatibleTagsTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String JSON = "application/json";
    private static final String TAGS = "/extendedquerytags";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// A number of 12 digits at most that the dictionary knows and the index does not.
    private static final String NUMBER = "00200012";

    private final Dicomweb root;
    private final List<Draft> stored = new ArrayList<>();

    CompatibleTagsTest(Dicomweb root) {
        this.root = root;
    }

    @BeforeEach
    void removeTags() {
        for (JsonNode tag : read(root.get(TAGS + "?limit=200", "Accept", "*/*"), 200)) {
            root.delete(TAGS + "/" + tag.path("path").asString()).assertStatus(204);
        }
    }

    /// Faulty values must not stand in the way of other tests.
    @AfterEach
    void removeInstances() {
        stored.forEach(draft -> root.delete(draft.path()));
        removeTags();
    }

    private static JsonNode read(Answer answer, int status) {
        return MAPPER.readTree(answer.assertStatus(status).text());
    }

    /// Stored under the second version, whatever is wrong with it.
    private Draft stored(Draft draft) {
        assertThat(Archive.get().v2().store(draft.bytes()).status()).isIn(200, 202);
        stored.add(draft);
        return draft;
    }

    private Answer add(String body) {
        return root.post(TAGS, JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode addAndWait(String body) {
        JsonNode begun = read(add(body), 202);
        assertThat(begun.path("id").asString()).isNotEmpty();
        Instant end = Instant.now().plus(PATIENCE);
        Answer answer = root.get(begun.path("href").asString(), "Accept", "*/*");
        while (answer.status() == 202) {
            assertThat(Instant.now()).as("the operation ends in time").isBefore(end);
            LockSupport.parkNanos(20_000_000);
            answer = root.get(begun.path("href").asString(), "Accept", "*/*");
        }
        return read(answer, 200);
    }

    private JsonNode tag(String path) {
        return read(root.get(TAGS + "/" + path, "Accept", "*/*"), 200);
    }

    @Test
    void twoTagsAddedOverWhatIsStoredAreSearchedByAndListedPageByPage() {
        // Attributes of which no other test stores a bad value.
        Draft draft = stored(Draft.ct().text(Tag.DeviceUID, "UI", Draft.uid()).text(Tag.SkipBeats, "IS", "07"));
        JsonNode operation = addAndWait("""
                [{"path": "00181002", "vr": "UI", "level": "Series"},
                 {"path": "SkipBeats", "level": "Instance"}]""");
        assertThat(operation.path("status").asString())
                .isEqualTo(root.root().getPath().equals("/v1") ? "completed" : "succeeded");
        for (String path : List.of("00181002", "00181086")) {
            assertThat(tag(path).path("status").asString()).isEqualToIgnoringCase("Ready");
            assertThat(tag(path).has("errors")).isFalse();
        }
        List<String> listed = new ArrayList<>();
        for (int offset = 0; offset < 2; offset++) {
            JsonNode page = read(root.get(TAGS + "?limit=1&offset=" + offset, "Accept", "*/*"), 200);
            assertThat(page).hasSize(1);
            listed.add(page.get(0).path("path").asString());
        }
        assertThat(listed).containsExactlyInAnyOrder("00181002", "00181086");
        assertThat(root.search("/instances?SkipBeats=0007&StudyInstanceUID=" + draft.study))
                .extracting(one -> one.findString(Tag.SOPInstanceUID))
                .containsExactly(draft.instance);
    }

    @Test
    void badValuesAreToldOneByOneAndTheTagIsSearchedByWhenSomebodyEnablesIt() {
        stored(Draft.ct().text(Tag.AcquisitionNumber, "IS", "one"));
        stored(Draft.ct().text(Tag.AcquisitionNumber, "IS", "two"));
        Draft good = stored(Draft.ct().text(Tag.AcquisitionNumber, "IS", "3"));

        addAndWait("[{\"path\": \"" + NUMBER + "\", \"level\": \"Instance\"}]");

        JsonNode entry = tag(NUMBER);
        assertThat(entry.path("queryStatus").asString()).isEqualToIgnoringCase("Disabled");
        assertThat(entry.path("errors").path("count").asInt()).isGreaterThanOrEqualTo(2);
        String errors = entry.path("errors").path("href").asString();
        assertThat(read(root.get(errors, "Accept", "*/*"), 200)).hasSizeGreaterThanOrEqualTo(2);
        for (int offset = 0; offset < 2; offset++) {
            JsonNode page =
                    read(root.get(TAGS + "/" + NUMBER + "/errors?limit=1&offset=" + offset, "Accept", "*/*"), 200);
            assertThat(page).hasSize(1);
            for (String member :
                    List.of("studyInstanceUid", "seriesInstanceUid", "sopInstanceUid", "createdTime", "errorMessage")) {
                assertThat(page.get(0).has(member)).as(member).isTrue();
            }
        }
        String search = "/instances?AcquisitionNumber=3&StudyInstanceUID=" + good.study;
        root.get(search, "Accept", Dicomweb.JSON).assertStatus(400);

        Answer enabled = root.send(root.request(TAGS + "/" + NUMBER, "Content-Type", JSON)
                .method("PATCH", BodyPublishers.ofString("{\"queryStatus\": \"Enabled\"}")));
        assertThat(read(enabled, 200).path("queryStatus").asString()).isEqualToIgnoringCase("Enabled");
        Answer found = root.get(search, "Accept", Dicomweb.JSON).assertStatus(200);
        assertThat(found.dataSets()).hasSize(1);
        assertThat(found.header("erroneous-dicom-attributes")).isEqualTo(NUMBER);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "no level|[{\"path\": \"00180060\"}]|level",
                "no path|[{\"level\": \"Study\"}]|path",
                "a level that is none|[{\"path\": \"00180060\", \"level\": \"Frame\"}]|level"
            })
    void whatIsMissingOrWrongIsNamed(String name, String body, String named) {
        assertThat(add(body).assertProblem(400, "invalid-query-tag").text()).containsIgnoringCase(named);
    }

    @Test
    void aBadValueOfATagIsRefusedByTheFirstVersionAndWarnedOfByTheSecond() {
        addAndWait("[{\"path\": \"" + NUMBER + "\", \"level\": \"Instance\"}]");
        Draft bad = Draft.ct().text(Tag.AcquisitionNumber, "IS", "text");
        stored.add(bad);
        root.store(bad.bytes()).assertStatus(root.root().getPath().equals("/v1") ? 409 : 202);
    }
}
