package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is deleted is gone by every route, and the change feed tells of all of it in order.
class DeleteAndFeedTest {
    private final Dicomweb dicomweb = Archive.get().dicomweb();

    static Stream<Named<Dicomweb>> roots() {
        return StoreTest.roots();
    }

    @ParameterizedTest
    @MethodSource("roots")
    void whatLiesBelowIsGoneAndSiblingsSurvive(Dicomweb root) {
        Draft a = Draft.ct();
        Draft b = Draft.ct(a.study, a.series);
        Draft c = Draft.ct(a.study, Draft.uid());
        root.store(a.bytes(), b.bytes(), c.bytes()).assertStatus(200);

        root.delete(a.path()).assertStatus(204);
        for (String gone : List.of("", "/metadata", "/frames/1", "/bulkdata/7FE00010", "/pixeldata")) {
            root.get(a.path() + gone, "Accept", "*/*").assertStatus(404);
        }
        root.delete(a.path()).assertStatus(404);
        root.get(b.path(), "Accept", "*/*").assertStatus(200);
        assertThat(root.search("/studies?StudyInstanceUID=" + a.study)
                        .getFirst()
                        .findInt(Tag.NumberOfStudyRelatedInstances))
                .isEqualTo(2);

        root.delete(a.seriesPath()).assertStatus(204);
        root.get(b.path(), "Accept", "*/*").assertStatus(404);
        root.get(a.seriesPath(), "Accept", "*/*").assertStatus(404);
        root.delete(a.seriesPath()).assertStatus(404);
        root.get(c.path(), "Accept", "*/*").assertStatus(200);

        root.delete(a.studyPath()).assertStatus(204);
        for (String gone : List.of("", "/metadata")) {
            root.get(a.studyPath() + gone, "Accept", "*/*").assertStatus(404);
        }
        assertThat(root.search(a.studyPath() + "/instances")).isEmpty();
        root.delete(a.studyPath()).assertStatus(404);

        root.store(a.bytes()).assertStatus(200);
        root.get(a.path(), "Accept", "*/*").assertStatus(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/studies/abc", "/studies/1.2/series/x", "/studies/1.2/series/3.4/instances/1.."})
    void whatIsNoUidIsNotDeleted(String path) {
        dicomweb.delete(path).assertStatus(400);
    }

    @ParameterizedTest
    @MethodSource("roots")
    void theFeedTellsEveryChangeInOrderWithItsState(Dicomweb root) {
        long before = root.feedPosition();
        Draft draft = Draft.ct();
        root.store(draft.bytes()).assertStatus(200);
        assertThat(latest(root)).containsExactly("Create", "Current");
        root.delete(draft.path()).assertStatus(204);
        assertThat(latest(root)).containsExactly("Delete", "Deleted");
        root.store(draft.bytes()).assertStatus(200);
        assertThat(latest(root)).containsExactly("Create", "Current");

        String feed = root.get("/changefeed?after=" + before, "Accept", "*/*")
                .assertStatus(200)
                .text();
        assertThat(all(feed, "action")).containsExactly("Create", "Delete", "Create");
        assertThat(all(feed, "sopInstanceUid")).containsOnly(draft.instance);
        assertThat(all(feed, "state").getLast()).isEqualTo("Current");
        assertThat(feed).contains("\"metadata\"").contains("\"partitionName\"").doesNotContain("filePath");
        String bare = root.get("/changefeed?includeMetadata=false&after=" + before, "Accept", "*/*")
                .text();
        assertThat(bare).doesNotContain("\"metadata\"");
    }

    @ParameterizedTest
    @MethodSource("roots")
    void theFeedIsReadPageByPageWithinAWindow(Dicomweb root) {
        String first = latestTime(root, Draft.ct());
        List<String> stored = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Draft draft = Draft.ct();
            stored.add(draft.instance);
            root.store(draft.bytes()).assertStatus(200);
        }
        String last = latestTime(root, Draft.ct());
        String window = "/changefeed?includeMetadata=false&startTime=" + Dicomweb.encode(first) + "&endTime="
                + Dicomweb.encode(last);
        List<String> read = new ArrayList<>();
        for (int offset = 0; offset < 20; offset += 2) {
            String page = root.get(window + "&limit=2&offset=" + offset, "Accept", "*/*")
                    .assertStatus(200)
                    .text();
            read.addAll(all(page, "sopInstanceUid"));
        }
        assertThat(read).containsSubsequence(stored).hasSizeBetween(5, 6);
        root.get(window + "&limit=2&offset=1000", "Accept", "*/*").assertStatus(200);
    }

    static Stream<Arguments> badWindows() {
        return Stream.of(
                arguments("a time that is text", "startTime=yesterday"),
                arguments("a time without a zone", "startTime=2026-01-01T00:00:00"),
                arguments("an empty window", "startTime=2026-01-01T00:00:00Z&endTime=2026-01-01T00:00:00Z"),
                arguments("a window backwards", "startTime=2026-01-02T00:00:00Z&endTime=2026-01-01T00:00:00Z"),
                arguments("limit -1", "limit=-1"),
                arguments("limit 0", "limit=0"),
                arguments("limit text", "limit=many"),
                arguments("limit 201", "limit=201"),
                arguments("offset -1", "offset=-1"),
                arguments("offset beyond 63 bits", "offset=9223372036854775808"),
                arguments("offset text", "offset=x"),
                arguments("includeMetadata 0", "includeMetadata=0"),
                arguments("includeMetadata text", "includeMetadata=perhaps"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badWindows")
    void aFeedWithAFaultyWindowIsRefused(String name, String query) {
        dicomweb.get("/changefeed?" + query, "Accept", "*/*").assertStatus(400);
    }

    private static List<String> latest(Dicomweb root) {
        String json = root.get("/changefeed/latest?includeMetadata=false", "Accept", "*/*")
                .assertStatus(200)
                .text();
        return List.of(all(json, "action").getFirst(), all(json, "state").getFirst());
    }

    private static String latestTime(Dicomweb root, Draft draft) {
        root.store(draft.bytes()).assertStatus(200);
        String json = root.get("/changefeed/latest?includeMetadata=false", "Accept", "*/*")
                .text();
        return all(json, "timestamp").getFirst();
    }

    /// All values of a member of the JSON, in their order.
    private static List<String> all(String json, String member) {
        Matcher matcher = Pattern.compile("\"" + member + "\":\"([^\"]*)\"").matcher(json);
        return matcher.results().map(result -> result.group(1)).toList();
    }
}
