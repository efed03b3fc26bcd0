package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Query tags of one data partition, of which no other knows (promise S2).
@ParameterizedClass(name = "{0}")
@MethodSource("versions")
class PartitionTagsTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String JSON = "application/json";
    private static final String TAGS = "/extendedquerytags";

    /// Attributes that no other test adds, nor stores.
    private static final String NUMBER = "00181083";

    private static final int PRIVATE = 0x00431027;
    private static final String OF_ALL = "00181082";
    private static final String UNKNOWN = "00181084";

    private final Dicomweb version;
    private final String northName = "north-" + UUID.randomUUID();
    private final String southName = "south-" + UUID.randomUUID();
    private final Dicomweb north;
    private final Dicomweb south;

    PartitionTagsTest(Dicomweb version) {
        this.version = version;
        this.north = Archive.partition(version, northName);
        this.south = Archive.partition(version, southName);
    }

    static Stream<Dicomweb> versions() {
        Archive archive = Archive.get();
        return Stream.of(archive.dicomweb(), archive.v1(), archive.v2());
    }

    @BeforeEach
    void makePartitions() {
        for (String name : List.of(northName, southName)) {
            version.put("/partitions/" + name, JSON, "{}".getBytes(StandardCharsets.UTF_8))
                    .assertStatus(201);
        }
    }

    /// What is of all, or in the way of it, must not stand in the way of other tests.
    @AfterEach
    void removeTags() {
        version.delete(TAGS + "/" + OF_ALL);
        for (Dicomweb partition : List.of(north, south, Archive.partition(version, "Microsoft.Default"))) {
            for (JsonNode tag : read(partition.get(TAGS, "Accept", "*/*"), 200)) {
                if (tag.path("scope").asString().equals("partition")) {
                    partition.delete(TAGS + "/" + tag.path("path").asString()).assertStatus(204);
                }
            }
        }
    }

    private static JsonNode read(Answer answer, int status) {
        return MAPPER.readTree(answer.assertStatus(status).text());
    }

    private static Answer add(Dicomweb root, String body) {
        return new Operating(root).post(TAGS, body);
    }

    private static JsonNode addAndWait(Dicomweb root, String body) {
        JsonNode operation = new Operating(root).end(add(root, body));
        assertThat(operation.path("status").asString()).isIn("succeeded", "completed");
        return operation;
    }

    private static String number(String path) {
        return "[{\"path\": \"" + path + "\", \"level\": \"instance\"}]";
    }

    private static Answer patch(Dicomweb root, String path) {
        return root.send(root.request(TAGS + "/" + path, "Content-Type", JSON)
                .method("PATCH", BodyPublishers.ofString("{\"queryStatus\": \"enabled\"}")));
    }

    private static List<String> found(Dicomweb root, String query) {
        return root.search("/instances?" + query).stream()
                .map(one -> String.valueOf(one.findString(Tag.SOPInstanceUID)))
                .toList();
    }

    private static Draft block(String value) {
        return Draft.ct().text(0x00430010, "LO", "ACME").text(PRIVATE, "UN", value);
    }

    @Test
    void aPrivateTagIsANumberHereAndATextThere() {
        Draft before = block("0007");
        for (Dicomweb partition : List.of(north, south)) {
            partition.store(before.bytes());
        }
        String tag = """
                [{"path": "00431027", "privateCreator": "ACME", "vr": "%s", "level": "instance"}]""";
        JsonNode operation = addAndWait(north, tag.formatted("IS"));
        addAndWait(south, tag.formatted("LO"));
        Draft after = block("07");
        for (Dicomweb partition : List.of(north, south)) {
            partition.store(after.bytes());
        }

        assertThat(found(north, "00431027=7")).containsExactlyInAnyOrder(before.instance, after.instance);
        assertThat(found(south, "00431027=7")).isEmpty();
        assertThat(found(south, "00431027=0*7")).containsExactlyInAnyOrder(before.instance, after.instance);
        assertThat(operation.path("done").asInt()).as("of the partition alone").isEqualTo(1);
        String resource = operation.path("resources").get(0).asString();
        assertThat(resource).isEqualTo(north.root() + TAGS + "/00431027");
        assertThat(read(north.get(resource, "Accept", "*/*"), 200).path("vr").asString())
                .isEqualTo("IS");
    }

    @Test
    void ownTagsStandBesideThoseOfAll() {
        addAndWait(version, number(OF_ALL));
        addAndWait(north, number(NUMBER));
        addAndWait(Archive.partition(version, "Microsoft.Default"), number(NUMBER));

        assertThat(scopes(north)).isEqualTo(Map.of(OF_ALL, "all", NUMBER, "partition"));
        assertThat(scopes(south)).isEqualTo(Map.of(OF_ALL, "all"));
        assertThat(scopes(version)).as("as the compatible API has them").isEqualTo(Map.of(OF_ALL, ""));
        version.get(TAGS + "/" + NUMBER, "Accept", "*/*").assertStatus(404);
        version.get("/instances?" + NUMBER + "=1", "Accept", Dicomweb.JSON).assertStatus(204);
        south.get("/instances?" + OF_ALL + "=1", "Accept", Dicomweb.JSON).assertStatus(204);
    }

    private static Map<String, String> scopes(Dicomweb root) {
        Map<String, String> scopes = new TreeMap<>();
        for (JsonNode tag : read(root.get(TAGS + "?limit=200", "Accept", "*/*"), 200)) {
            scopes.put(tag.path("path").asString(), tag.path("scope").asString(""));
        }
        return scopes;
    }

    @Test
    void aTagOfAllIsChangedWhereItWasAdded() {
        addAndWait(version, number(OF_ALL));
        String there = version.root().getPath() + TAGS + "/" + OF_ALL;
        for (Answer refused : List.of(
                patch(north, OF_ALL),
                north.delete(TAGS + "/" + OF_ALL),
                new Operating(north).post(TAGS + "/" + OF_ALL + "/$reindex", ""))) {
            assertThat(refused.assertProblem(409, "query-tag-of-all").text()).contains(there);
        }
        patch(version, OF_ALL).assertStatus(200);
        patch(north, NUMBER).assertStatus(404);
    }

    @Test
    void anAttributeIsATagOfAllOrOfPartitions() {
        addAndWait(version, number(OF_ALL));
        addAndWait(north, number(NUMBER));

        assertThat(add(version, number(NUMBER))
                        .assertProblem(409, "query-tag-exists")
                        .text())
                .contains(northName);
        assertThat(add(south, number(OF_ALL))
                        .assertProblem(409, "query-tag-exists")
                        .text())
                .contains("all data partitions");
        addAndWait(south, number(NUMBER));
        add(south, number(NUMBER)).assertProblem(409, "query-tag-exists");
    }

    @Test
    void whatIsWrongIsToldInItsPartitionAlone() {
        addAndWait(version, number(OF_ALL));
        addAndWait(north, number(NUMBER));
        Draft broken = Draft.ct().text(Tag.HighRRValue, "IS", "one").text(Tag.IntervalsAcquired, "IS", "two");
        for (Dicomweb partition : List.of(north, south)) {
            // The first version refuses bad values, so they come by the second.
            Dicomweb lenient = Archive.partition(Archive.get().v2(), partition == north ? northName : southName);
            lenient.store(broken.bytes()).assertStatus(202);
        }

        assertThat(read(north.get(TAGS + "/" + NUMBER, "Accept", "*/*"), 200)
                        .path("errors")
                        .path("count")
                        .asInt())
                .isEqualTo(1);
        JsonNode errors = read(north.get(TAGS + "/" + OF_ALL + "/errors", "Accept", "*/*"), 200);
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0).path("partitionName").asString()).isEqualTo(northName);
        assertThat(errors.get(0).path("sopInstanceUid").asString()).isEqualTo(broken.instance);
        String search = "/instances?" + NUMBER + "=1&" + OF_ALL + "=1";
        assertThat(north.get(search, "Accept", Dicomweb.JSON).assertStatus(204).header("erroneous-dicom-attributes"))
                .isEqualTo(NUMBER + "," + OF_ALL);
        Dicomweb third = Archive.partition(version, "Microsoft.Default");
        assertThat(third.get("/instances?" + OF_ALL + "=1", "Accept", Dicomweb.JSON)
                        .assertStatus(204)
                        .headers())
                .as("of the partition that is searched")
                .doesNotContainKey("erroneous-dicom-attributes");
        // A bad value that is met when a tag of all is added disables it for all.
        north.delete(broken.studyPath()).assertStatus(204);
        south.delete(broken.studyPath()).assertStatus(204);
    }

    /// Requests about a tag, which a partition that does not have it has to answer in one way.
    private static List<Answer> about(Dicomweb partition, String path) {
        List<Answer> answers = new ArrayList<>();
        answers.add(partition.get(TAGS, "Accept", "*/*"));
        answers.add(partition.get(TAGS + "/" + path, "Accept", "*/*"));
        answers.add(partition.get(TAGS + "/" + path + "/errors", "Accept", "*/*"));
        answers.add(patch(partition, path));
        answers.add(partition.delete(TAGS + "/" + path));
        answers.add(new Operating(partition).post(TAGS + "/" + path + "/$reindex", ""));
        for (String level : List.of("studies", "series", "instances")) {
            for (String value : List.of("1", "one", "")) {
                answers.add(partition.get("/" + level + "?" + path + "=" + value, "Accept", Dicomweb.JSON));
            }
        }
        answers.add(partition.get("/instances?includefield=" + path, "Accept", Dicomweb.JSON));
        String query = "{\"query\": \"" + path + "=1\", \"dryRun\": true}";
        answers.add(new Operating(partition).post("/studies/$delete", query));
        answers.add(new Operating(partition).post("/studies/$bulkUpdate", query));
        answers.add(new Operating(partition).post("/export", """
                {"source": {"type": "query", "settings": {"query": "%s=1"}},
                 "destination": {"type": "folder", "settings": {"name": "none"}}}""".formatted(path)));
        return answers;
    }

    @Test
    void s2NoByteTellsWhetherAnotherPartitionHasATag() {
        Draft draft = Draft.ct().text(Tag.IntervalsAcquired, "IS", "1").text(Tag.IntervalsRejected, "IS", "1");
        for (Dicomweb partition : List.of(north, south)) {
            partition.store(draft.bytes());
        }
        addAndWait(north, number(NUMBER));

        List<Answer> foreign = about(south, NUMBER);
        List<Answer> never = about(south, UNKNOWN);
        for (int i = 0; i < foreign.size(); i++) {
            Answer one = foreign.get(i);
            Answer other = never.get(i);
            assertThat(one.status()).as("request %d: %s", i, one.text()).isEqualTo(other.status());
            assertThat(comparable(one, NUMBER)).as("request %d", i).isEqualTo(comparable(other, UNKNOWN));
        }
        assertThat(found(north, NUMBER + "=1")).containsExactly(draft.instance);
        assertThat(foreign.get(1).status()).isEqualTo(404);
        assertThat(foreign.get(6).status()).isEqualTo(400);
    }

    /// What an answer says, without what the request itself or the moment says.
    private static String comparable(Answer answer, String path) {
        Map<String, List<String>> headers = new TreeMap<>(answer.headers());
        headers.remove("date");
        return (headers + "\n" + answer.text()).replace(path, "PATH");
    }

    @Test
    void theTagsGoWithTheirPartition() {
        addAndWait(north, number(NUMBER));
        version.delete("/partitions/" + northName).assertStatus(204);
        north.get(TAGS, "Accept", "*/*").assertProblem(404, "no-such-partition");

        north.store(Draft.ct().text(Tag.IntervalsAcquired, "IS", "1").bytes()).assertStatus(200);
        assertThat(scopes(north)).isEmpty();
        north.get("/instances?" + NUMBER + "=1", "Accept", Dicomweb.JSON).assertProblem(400, "unsupported-key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/" + NUMBER, "/" + NUMBER + "/errors"})
    void aPartitionThatIsNotThereHasNoTags(String path) {
        String name = "none-" + UUID.randomUUID();
        Dicomweb none = Archive.partition(version, name);
        none.get(TAGS + path, "Accept", "*/*").assertProblem(404, "no-such-partition");
        add(none, number(NUMBER)).assertProblem(404, "no-such-partition");
        version.get("/partitions/" + name, "Accept", "*/*").assertStatus(404);
        Archive.partition(version, "a%20b").get(TAGS + path, "Accept", "*/*").assertProblem(400, "invalid-partition");
    }
}
