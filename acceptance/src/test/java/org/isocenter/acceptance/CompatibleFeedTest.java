package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The change feed, which is one for all partitions.
class CompatibleFeedTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String VERSIONS = "org.isocenter.acceptance.CompatibleBases#versions";

    private final Dicomweb v1 = Archive.get().v1();
    private final Dicomweb v2 = Archive.get().v2();

    private static JsonNode read(Dicomweb root, String query) {
        return MAPPER.readTree(root.get("/changefeed" + query, "Accept", "*/*")
                .assertStatus(200)
                .text());
    }

    private static List<String> all(JsonNode feed, String member) {
        return feed.valueStream().map(entry -> entry.path(member).asString()).toList();
    }

    /// Stores instances one after the other.
    private List<String> stored(int count) {
        List<String> instances = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Draft draft = Draft.ct();
            v2.store(draft.bytes()).assertStatus(200);
            instances.add(draft.instance);
        }
        return instances;
    }

    @Test
    void aPageOfTheFirstVersionHasTenEntriesBehindTheOneSeenAndTheirMetadata() {
        long seen = v1.feedPosition();
        List<String> instances = stored(12);

        JsonNode page = read(v1, "?offset=" + seen);
        assertThat(all(page, "sopInstanceUid")).isEqualTo(instances.subList(0, 10));
        assertThat(page.valueStream())
                .allSatisfy(entry -> assertThat(entry.path("metadata")
                                .path("00080018")
                                .path("Value")
                                .get(0)
                                .asString())
                        .isEqualTo(entry.path("sopInstanceUid").asString()));

        JsonNode rest = read(v1, "?offset=" + page.get(9).path("sequence").asLong());
        assertThat(all(rest, "sopInstanceUid")).isEqualTo(instances.subList(10, 12));
        assertThat(read(v1, "?offset=" + rest.get(1).path("sequence").asLong())).isEmpty();
    }

    @Test
    void aWindowOfTheSecondVersionHasItsBeginningAndNotItsEnd() {
        long seen = v2.feedPosition();
        List<String> instances = stored(5);
        JsonNode entries = read(v2, "?after=" + seen);
        String from = entries.get(1).path("timestamp").asString();
        String until = entries.get(4).path("timestamp").asString();
        String window = "?startTime=" + Dicomweb.encode(from) + "&endTime=" + Dicomweb.encode(until);

        assertThat(all(read(v2, window), "sopInstanceUid")).isEqualTo(instances.subList(1, 4));
        List<String> paged = IntStream.range(0, 5)
                .mapToObj(offset -> read(v2, window + "&limit=1&offset=" + offset))
                .flatMap(page -> all(page, "sopInstanceUid").stream())
                .toList();
        assertThat(paged).isEqualTo(instances.subList(1, 4));
        assertThat(read(v2, window + "&offset=3")).isEmpty();
        assertThat(all(read(v2, "?startTime=" + Dicomweb.encode(until)), "sopInstanceUid"))
                .startsWith(instances.get(4));
    }

    @ParameterizedTest
    @MethodSource(VERSIONS)
    void anInstanceThatIsStoredDeletedAndStoredAgainIsToldThreeTimes(Dicomweb root) {
        long seen = v2.feedPosition();
        Draft draft = Draft.ct();

        root.store(draft.bytes()).assertStatus(200);
        assertLatest(root, "Create", "Current");
        root.delete(draft.path()).assertStatus(204);
        assertLatest(root, "Delete", "Deleted");
        assertThat(all(read(v2, "?after=" + seen), "state")).containsExactly("Deleted", "Deleted");
        root.store(draft.bytes()).assertStatus(200);
        assertLatest(root, "Create", "Current");

        JsonNode feed = read(v2, "?after=" + seen);
        assertThat(all(feed, "action")).containsExactly("Create", "Delete", "Create");
        assertThat(all(feed, "state")).containsExactly("Replaced", "Replaced", "Current");
        assertThat(all(feed, "sopInstanceUid")).containsOnly(draft.instance);
    }

    private static void assertLatest(Dicomweb root, String action, String state) {
        JsonNode latest = read(root, "/latest");
        assertThat(latest.path("action").asString()).isEqualTo(action);
        assertThat(latest.path("state").asString()).isEqualTo(state);
        assertThat(latest.has("metadata")).isEqualTo(state.equals("Current"));
    }

    @ParameterizedTest
    @MethodSource(VERSIONS)
    void metadataAreLeftOutWhereTheyAreNotAskedFor(Dicomweb root) {
        stored(1);
        assertThat(read(root, "?includeMetadata=false").valueStream()).noneMatch(entry -> entry.has("metadata"));
        assertThat(read(root, "/latest?includeMetadata=false").has("metadata")).isFalse();
    }

    @ParameterizedTest
    @MethodSource(VERSIONS)
    void anEntryHasNoPathOfAFile(Dicomweb root) {
        stored(1);
        JsonNode latest = read(root, "/latest");
        assertThat(latest.has("filePath")).isFalse();
        assertThat(latest.path("partitionName").asString()).isEqualTo("Microsoft.Default");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "startTime=yesterday",
                "startTime=2023-05-03T10:58:00",
                "endTime=2023-05-03T10:58:00",
                "startTime=2023-05-03T10:58:00Z&endTime=2023-05-03T10:58:00Z",
                "startTime=2023-05-03T10:58:00Z&endTime=2023-05-03T09:58:00Z",
                "limit=201"
            })
    void aWindowThatIsNoneIsRefusedByTheSecondVersion(String query) {
        v2.get("/changefeed?" + query, "Accept", "*/*").assertStatus(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"startTime=2026-01-01T00:00:00Z", "endTime=2026-01-01T00:00:00Z"})
    void aWindowIsRefusedByTheFirstVersion(String query) {
        v1.get("/changefeed?" + query, "Accept", "*/*").assertStatus(400);
    }

    @Test
    void moreThanTheFirstVersionGivesIsRefusedByIt() {
        v1.get("/changefeed?limit=101", "Accept", "*/*").assertStatus(400);
        v1.get("/changefeed?limit=100", "Accept", "*/*").assertStatus(200);
        v2.get("/changefeed?limit=200", "Accept", "*/*").assertStatus(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=-1",
                "limit=0",
                "limit=many",
                "offset=-1",
                "offset=92233720368547758070",
                "offset=first",
                "includeMetadata=0",
                "includeMetadata=perhaps"
            })
    void aPageThatIsNoneIsRefusedByBoth(String query) {
        v1.get("/changefeed?" + query, "Accept", "*/*").assertStatus(400);
        v2.get("/changefeed?" + query, "Accept", "*/*").assertStatus(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"includeMetadata=0", "includeMetadata=perhaps"})
    void aFaultyFlagOfTheLatestIsRefusedByBoth(String query) {
        v1.get("/changefeed/latest?" + query, "Accept", "*/*").assertStatus(400);
        v2.get("/changefeed/latest?" + query, "Accept", "*/*").assertStatus(400);
    }
}
