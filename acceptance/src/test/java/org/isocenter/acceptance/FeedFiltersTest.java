package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The feed by partition, modality and action, read in pages and as a stream of events.
class FeedFiltersTest {
    private final Archive archive = Archive.get();
    private final Dicomweb root = archive.root();
    private final String partition = "feed-" + UUID.randomUUID();
    private final Dicomweb inPartition = Archive.partition(archive.dicomweb(), partition);

    private List<String> feed(String path, String member) {
        String json = root.get(path, "Accept", "*/*").assertStatus(200).text();
        return Pattern.compile("\"" + member + "\":\"([^\"]*)\"")
                .matcher(json)
                .results()
                .map(result -> result.group(1))
                .toList();
    }

    private static List<String> subjects(List<JsonNode> events) {
        return events.stream().map(event -> event.path("subject").asString()).toList();
    }

    private static Draft of(String modality) {
        return Draft.ct().text(Tag.Modality, "CS", modality);
    }

    @ParameterizedTest
    @ValueSource(strings = {"changefeed?after=", "v2/changefeed?after=", "v1/changefeed?offset="})
    void pagesAreFilteredInOrder(String path) {
        long before = archive.v2().feedPosition();
        Draft ct = of("CT");
        Draft mr = of("MR");
        Draft elsewhere = of("MR");
        inPartition.store(ct.bytes()).assertStatus(200);
        inPartition.store(mr.bytes()).assertStatus(200);
        archive.dicomweb().store(elsewhere.bytes()).assertStatus(200);
        inPartition.delete(mr.studyPath()).assertStatus(204);

        String page = path + before + "&includeMetadata=false&limit=100";
        assertThat(feed(page + "&partition=" + partition, "sopInstanceUid"))
                .containsExactly(ct.instance, mr.instance, mr.instance);
        assertThat(feed(page + "&modality=MR", "sopInstanceUid"))
                .containsExactly(mr.instance, elsewhere.instance, mr.instance);
        assertThat(feed(page + "&modality=mr,CT&partition=" + partition, "action"))
                .containsExactly("Create", "Create", "Delete");
        assertThat(feed(page + "&action=delete&modality=MR", "sopInstanceUid")).containsExactly(mr.instance);
        assertThat(feed(page + "&action=create,delete&partition=" + partition, "sopInstanceUid"))
                .hasSize(3);
        assertThat(feed(page + "&action=update&partition=" + partition, "sopInstanceUid"))
                .isEmpty();
        assertThat(feed(page + "&partition=nobody-" + partition, "sopInstanceUid"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "partition=a*",
                "modality=C%5CT",
                "modality=CT,",
                "action=stable",
                "action=store",
                "action=",
                "modality=ABCDEFGHIJKLMNOPQ"
            })
    void whatIsNoFilterIsRefused(String query) {
        root.get("v1/changefeed?" + query, "Accept", "*/*").assertProblem(400, "invalid-query");
        root.get("v2/changefeed?" + query, "Accept", "*/*").assertProblem(400, "invalid-query");
        if (!query.endsWith("=stable")) {
            root.get("changefeed/events?" + query, "Accept", "*/*").assertProblem(400, "invalid-query");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "99999999999999999999", "1 2"})
    void whatIsNoPlaceInTheStreamIsRefused(String id) {
        root.get("changefeed/events", "Last-Event-ID", id).assertProblem(400, "malformed-header");
    }

    @Test
    void aStreamTellsWhatHappensFromNowOn() throws Exception {
        try (EventStream stream = new EventStream(root, "?partition=" + partition)) {
            Draft draft = of("US");
            inPartition.store(draft.bytes()).assertStatus(200);
            archive.dicomweb().store(Draft.ct().bytes()).assertStatus(200);
            inPartition.delete(draft.path()).assertStatus(204);

            JsonNode created = stream.next();
            String subject = "partitions/" + partition + draft.path();
            assertThat(created.path("specversion").asString()).isEqualTo("1.0");
            assertThat(created.path("type").asString()).isEqualTo("org.isocenter.instance.created");
            assertThat(created.path("subject").asString()).isEqualTo(subject);
            assertThat(created.path("source").asString())
                    .isEqualTo(archive.dicomweb().root().toString());
            assertThat(created.path("data").path("partitionName").asString()).isEqualTo(partition);
            assertThat(created.path("data").path("modality").asString()).isEqualTo("US");
            assertThat(created.path("data").path("sopInstanceUid").asString()).isEqualTo(draft.instance);
            JsonNode deleted = stream.next();
            assertThat(deleted.path("type").asString()).isEqualTo("org.isocenter.instance.deleted");
            assertThat(deleted.path("data").path("modality").asString()).isEqualTo("US");
            assertThat(deleted.path("data").path("sequence").asLong())
                    .isGreaterThan(created.path("data").path("sequence").asLong());
        }
    }

    @Test
    void aStreamGoesOnWhereTheClientWas() throws Exception {
        Draft first = of("CR");
        Draft second = of("DX");
        String id;
        try (EventStream stream = new EventStream(root, "?modality=CR,DX&partition=" + partition)) {
            inPartition.store(first.bytes()).assertStatus(200);
            stream.next();
            id = stream.lastEventId();
        }
        inPartition.store(second.bytes()).assertStatus(200);
        inPartition.store(of("OT").bytes()).assertStatus(200);
        inPartition.delete(first.studyPath()).assertStatus(204);
        try (EventStream stream =
                new EventStream(root, "?after=0&modality=CR,DX&partition=" + partition, "Last-Event-ID", id)) {
            assertThat(subjects(List.of(stream.next(), stream.next())))
                    .containsExactly(
                            "partitions/" + partition + second.path(), "partitions/" + partition + first.path());
        }
        try (EventStream stream = new EventStream(root, "?action=delete&after=" + (Long.parseLong(id) - 1))) {
            assertThat(subjects(stream.until("partitions/" + partition + first.path())))
                    .isNotEmpty();
        }
        root.head("changefeed/events").assertStatus(200);
    }
}
