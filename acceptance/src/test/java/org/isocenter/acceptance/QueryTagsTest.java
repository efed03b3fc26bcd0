package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Attributes that are added to those that can be searched by, as a client of the compatible API adds them.
class QueryTagsTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String JSON = "application/json";
    private static final String TAGS = "/extendedquerytags";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Dicomweb archive = Archive.get().v2();

    /// The tests share an archive, and each begins without tags.
    @BeforeEach
    void removeTags() {
        for (JsonNode tag : json(archive.get(TAGS + "?limit=200", "Accept", "*/*"), 200)) {
            archive.delete(TAGS + "/" + tag.path("path").asString()).assertStatus(204);
        }
    }

    private static JsonNode json(Answer answer, int status) {
        return MAPPER.readTree(answer.assertStatus(status).text());
    }

    private Answer add(String body) {
        return archive.post(TAGS, JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    private Answer patch(String tag, String body) {
        return archive.send(
                archive.request(TAGS + "/" + tag, "Content-Type", JSON).method("PATCH", BodyPublishers.ofString(body)));
    }

    /// Adds tags and waits until they can be searched by.
    ///
    /// @return the operation that looked through what was stored
    private JsonNode addAndWait(String body) {
        return wait(add(body));
    }

    private JsonNode wait(Answer begun) {
        String href = json(begun, 202).path("href").asString();
        assertThat(begun.header("Location")).isEqualTo(href);
        Instant end = Instant.now().plus(PATIENCE);
        Answer answer = archive.get(href, "Accept", "*/*");
        while (answer.status() == 202) {
            assertThat(answer.header("Location")).isEqualTo(href);
            assertThat(Instant.now()).as("the operation ends in time").isBefore(end);
            LockSupport.parkNanos(20_000_000);
            answer = archive.get(href, "Accept", "*/*");
        }
        return json(answer, 200);
    }

    private JsonNode tag(String path) {
        return json(archive.get(TAGS + "/" + path, "Accept", "*/*"), 200);
    }

    private List<String> found(String query) {
        return archive.search("/instances?limit=1000&" + query).stream()
                .map(one -> String.valueOf(one.findString(Tag.SOPInstanceUID)))
                .toList();
    }

    private void store(Draft... drafts) {
        for (Draft draft : drafts) {
            assertThat(archive.store(draft.bytes()).status()).isIn(200, 202);
        }
    }

    @Test
    void tagsAddedOverWhatIsStoredFindItAndWhatComesAfter() {
        String uid = Draft.uid();
        String value = "K" + uid.substring(uid.length() - 12);
        Draft before = Draft.ct().text(Tag.ConvolutionKernel, "SH", value).text(Tag.KVP, "DS", "0120.0");
        store(before, Draft.ct());
        archive.get("/instances?ConvolutionKernel=" + value, "Accept", Dicomweb.JSON)
                .assertProblem(400, "unsupported-key");

        JsonNode operation = addAndWait("""
                [{"path": "00181210", "vr": "SH", "level": "Instance"},
                 {"path": "KVP", "level": "series"}]""");

        assertThat(operation.path("type").asString()).isEqualTo("reindex");
        assertThat(operation.path("status").asString()).isEqualTo("succeeded");
        assertThat(operation.path("percentComplete").asInt()).isEqualTo(100);
        assertThat(operation.path("resources")).hasSize(2);
        Draft after = Draft.ct().text(Tag.ConvolutionKernel, "SH", value).text(Tag.KVP, "DS", "120");
        store(after);
        assertThat(found("ConvolutionKernel=" + value)).containsExactlyInAnyOrder(before.instance, after.instance);
        assertThat(found("00181210=*" + value.substring(3) + "&KVP=120"))
                .containsExactlyInAnyOrder(before.instance, after.instance);
        assertThat(found("ConvolutionKernel=" + value + "&KVP=121")).isEmpty();
        assertThat(archive.search("/series?KVP=120&SeriesInstanceUID=" + after.series))
                .hasSize(1);
        DataSet match = archive.search("/instances?ConvolutionKernel=" + value + "&SOPInstanceUID=" + after.instance)
                .getFirst();
        assertThat(match.findString(Tag.ConvolutionKernel))
                .as("what is searched by is returned")
                .isEqualTo(value);
        archive.get("/studies?KVP=120", "Accept", Dicomweb.JSON).assertProblem(400, "unsupported-key");
    }

    @Test
    void entriesAreListedPageByPageInTheFormOfTheCompatibleApi() {
        addAndWait("""
                [{"path": "00180060", "vr": "DS", "level": "Series"},
                 {"path": "00191001", "vr": "LO", "privateCreator": "ACME", "level": "Study"}]""");

        JsonNode entry = tag("KVP");
        assertThat(entry.path("path").asString()).isEqualTo("00180060");
        assertThat(entry.path("vr").asString()).isEqualTo("DS");
        assertThat(entry.path("level").asString()).isEqualToIgnoringCase("Series");
        assertThat(entry.path("status").asString()).isEqualToIgnoringCase("Ready");
        assertThat(entry.path("queryStatus").asString()).isEqualToIgnoringCase("Enabled");
        assertThat(entry.has("errors")).isFalse();
        assertThat(entry.has("operation")).isFalse();
        assertThat(entry.has("privateCreator")).isFalse();
        assertThat(json(archive.get(TAGS + "?limit=1", "Accept", "*/*"), 200)).hasSize(1);
        JsonNode second = json(archive.get(TAGS + "?limit=1&offset=1", "Accept", "*/*"), 200);
        assertThat(second.get(0).path("privateCreator").asString()).isEqualTo("ACME");
        assertThat(json(archive.get(TAGS + "?offset=2", "Accept", "*/*"), 200)).isEmpty();

        archive.delete(TAGS + "/00180060").assertStatus(204);
        archive.delete(TAGS + "/00180060").assertStatus(404);
        archive.get(TAGS + "/00180060", "Accept", "*/*").assertStatus(404);
        archive.get(TAGS + "/00180060/errors", "Accept", "*/*").assertStatus(404);
        archive.get("/series?KVP=120", "Accept", Dicomweb.JSON).assertProblem(400, "unsupported-key");
    }

    @Test
    void badValuesAreToldOneByOneAndBlockNoStore() {
        Draft bad = Draft.ct().text(Tag.AcquisitionNumber, "IS", "one");
        Draft worse = Draft.ct().text(Tag.AcquisitionNumber, "IS", "two");
        Draft good = Draft.ct().text(Tag.AcquisitionNumber, "IS", "03");
        store(bad, worse, good);

        JsonNode operation = addAndWait("[{\"path\":\"AcquisitionNumber\",\"level\":\"instance\"}]");

        assertThat(operation.path("errors").path("count").asInt()).isGreaterThanOrEqualTo(2);
        assertThat(archive.get(operation.path("errors").path("href").asString(), "Accept", "*/*")
                        .assertStatus(200)
                        .text()
                        .lines())
                .hasSize(operation.path("errors").path("count").asInt())
                .allSatisfy(
                        line -> assertThat(MAPPER.readTree(line).path("error").asString())
                                .isNotEmpty());
        JsonNode entry = tag("AcquisitionNumber");
        assertThat(entry.path("queryStatus").asString()).isEqualToIgnoringCase("Disabled");
        String errors = entry.path("errors").path("href").asString();
        List<String> told = IntStream.range(0, 2)
                .mapToObj(i -> json(archive.get(errors + "?limit=1&offset=" + i, "Accept", "*/*"), 200))
                .peek(page -> assertThat(page).hasSize(1))
                .map(page -> page.get(0).path("sopInstanceUid").asString())
                .toList();
        assertThat(told).containsExactly(worse.instance, bad.instance);
        assertThat(json(archive.get(errors, "Accept", "*/*"), 200).toString()).doesNotContain("one", "two");
        archive.get("/instances?AcquisitionNumber=3", "Accept", Dicomweb.JSON).assertProblem(400, "unsupported-key");

        assertThat(json(patch("00200012", "{\"queryStatus\":\"Enabled\"}"), 200)
                        .path("queryStatus")
                        .asString())
                .isEqualToIgnoringCase("Enabled");
        Answer search = archive.get(
                "/instances?AcquisitionNumber=0003&SOPInstanceUID=" + good.instance, "Accept", Dicomweb.JSON);
        assertThat(search.assertStatus(200).dataSets()).hasSize(1);
        assertThat(search.header("erroneous-dicom-attributes")).isEqualTo("00200012");
    }

    @Test
    void whatFailedOrWasCanceledCanBeDoneAgain() {
        store(Draft.ct().text(Tag.AcquisitionNumber, "IS", "4"));
        addAndWait("[{\"path\":\"AcquisitionNumber\",\"level\":\"instance\"}]");

        JsonNode again = wait(archive.post(TAGS + "/00200012/$reindex", JSON, new byte[0]));

        assertThat(again.path("status").asString()).isEqualTo("succeeded");
        assertThat(tag("00200012").path("status").asString()).isEqualToIgnoringCase("Ready");
    }

    @Test
    void attributesOfItemsAreSearchedByTheirPath() {
        String uid = Draft.uid();
        String step = "S" + uid.substring(uid.length() - 9);
        Draft draft = Draft.ct()
                .element(
                        Tag.RequestAttributesSequence,
                        out -> out.sequence(
                                Tag.RequestAttributesSequence,
                                out.fresh().text(Tag.ScheduledProcedureStepDescription, "LO", "Chest " + step)));
        store(draft);

        addAndWait("[{\"path\":\"RequestAttributesSequence.ScheduledProcedureStepDescription\",\"level\":\"series\"}]");

        assertThat(found("RequestAttributesSequence.ScheduledProcedureStepDescription="
                        + Dicomweb.encode("chest " + step)))
                .containsExactly(draft.instance);
        assertThat(found("00400275.00400007=*" + step)).containsExactly(draft.instance);
        assertThat(tag("00400275.00400007").path("path").asString()).isEqualTo("00400275.00400007");
    }

    @Test
    void aTagIsAddedOnce() {
        addAndWait("[{\"path\":\"KVP\",\"level\":\"series\"}]");

        add("[{\"path\":\"ImageComments\",\"level\":\"series\"},{\"path\":\"00180060\",\"level\":\"study\"}]")
                .assertProblem(409, "query-tag-exists");

        archive.get(TAGS + "/ImageComments", "Accept", "*/*").assertStatus(404);
    }

    @Test
    void thereCanBeNoMoreThanTheServerAllows() {
        String many = IntStream.range(0, 129)
                .mapToObj(i -> "{\"path\":\"%08X\",\"vr\":\"LO\",\"privateCreator\":\"ACME\",\"level\":\"study\"}"
                        .formatted(0x00191000 + i))
                .collect(java.util.stream.Collectors.joining(",", "[", "]"));

        add(many).assertProblem(409, "too-many-query-tags");

        assertThat(json(archive.get(TAGS, "Accept", "*/*"), 200)).isEmpty();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("nothing", ""),
                arguments("no JSON", "{"),
                arguments("two bodies", "[][]"),
                arguments("an object", "{}"),
                arguments("no tags", "[]"),
                arguments("1,025 tags", "[" + "{},".repeat(1_024) + "{}]"),
                arguments("a tag that is no object", "[1]"),
                arguments("nesting", "[".repeat(1_000) + "]".repeat(1_000)),
                arguments("no path", "[{\"level\":\"study\"}]"),
                arguments("no level", "[{\"path\":\"KVP\"}]"),
                arguments("a level that is none", "[{\"path\":\"KVP\",\"level\":\"frame\"}]"),
                arguments("a member that is none", "[{\"path\":\"KVP\",\"level\":\"study\",\"index\":true}]"),
                arguments("a member twice", "[{\"path\":\"KVP\",\"path\":\"KVP\",\"level\":\"study\"}]"),
                arguments("a path that is a number", "[{\"path\":180060,\"level\":\"study\"}]"),
                arguments("a path that names nothing", "[{\"path\":\"NoSuchKeyword\",\"level\":\"study\"}]"),
                arguments("an empty path", "[{\"path\":\"\",\"level\":\"study\"}]"),
                arguments("an empty step", "[{\"path\":\"00400275.\",\"level\":\"study\"}]"),
                arguments("a statement", "[{\"path\":\"'; drop table study --\",\"level\":\"study\"}]"),
                arguments(
                        "a path of five steps",
                        "[{\"path\":\"00400275.00400275.00400275.00400275.00400007\",\"level\":\"study\"}]"),
                arguments("a path through no sequence", "[{\"path\":\"KVP.KVP\",\"level\":\"study\"}]"),
                arguments("a sequence", "[{\"path\":\"00400275\",\"level\":\"study\"}]"),
                arguments("pixel data", "[{\"path\":\"7FE00010\",\"level\":\"instance\"}]"),
                arguments("file meta information", "[{\"path\":\"00020010\",\"level\":\"instance\"}]"),
                arguments("a group length", "[{\"path\":\"00180000\",\"vr\":\"UL\",\"level\":\"instance\"}]"),
                arguments("an attribute that is searched by", "[{\"path\":\"PatientID\",\"level\":\"study\"}]"),
                arguments(
                        "an item that is searched by",
                        "[{\"path\":\"RequestAttributesSequence.AccessionNumber\",\"level\":\"series\"}]"),
                arguments(
                        "a tag twice",
                        "[{\"path\":\"KVP\",\"level\":\"study\"},{\"path\":\"00180060\",\"level\":\"series\"}]"),
                arguments("another vr than the dictionary's", "[{\"path\":\"KVP\",\"vr\":\"LO\",\"level\":\"study\"}]"),
                arguments("a vr that is none", "[{\"path\":\"KVP\",\"vr\":\"XX\",\"level\":\"study\"}]"),
                arguments(
                        "a vr of bytes",
                        "[{\"path\":\"00191001\",\"vr\":\"OB\",\"privateCreator\":\"A\",\"level\":\"study\"}]"),
                arguments(
                        "an unknown tag without vr",
                        "[{\"path\":\"00191001\",\"privateCreator\":\"A\",\"level\":\"study\"}]"),
                arguments(
                        "a private tag without creator", "[{\"path\":\"00191001\",\"vr\":\"LO\",\"level\":\"study\"}]"),
                arguments(
                        "a creator without private tag",
                        "[{\"path\":\"KVP\",\"privateCreator\":\"A\",\"level\":\"study\"}]"),
                arguments(
                        "a creator of 65 characters",
                        "[{\"path\":\"00191001\",\"vr\":\"LO\",\"privateCreator\":\"" + "A".repeat(65)
                                + "\",\"level\":\"study\"}]"),
                arguments(
                        "a creator with NUL",
                        "[{\"path\":\"00191001\",\"vr\":\"LO\",\"privateCreator\":\"A\\u0000\",\"level\":\"study\"}]"),
                arguments(
                        "a private creator",
                        "[{\"path\":\"00190010\",\"vr\":\"LO\",\"privateCreator\":\"A\",\"level\":\"study\"}]"));
    }

    @ParameterizedTest(name = "Q08 {0}")
    @MethodSource("refused")
    void whatCannotBeMeantIsRefused(String name, String body) {
        add(body).assertProblem(400, "invalid-query-tag");

        assertThat(json(archive.get(TAGS, "Accept", "*/*"), 200)).isEmpty();
    }

    @ParameterizedTest(name = "Q08 {0}")
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "",
                "{\"queryStatus\":\"Maybe\"}",
                "{\"queryStatus\":1}",
                "{\"status\":\"Ready\"}",
                "{\"queryStatus\":\"Enabled\",\"level\":\"study\"}"
            })
    void whatCannotBeChangedIsRefused(String body) {
        addAndWait("[{\"path\":\"KVP\",\"level\":\"series\"}]");

        patch("KVP", body).assertProblem(400, "invalid-query-tag");
        patch("ImageComments", "{\"queryStatus\":\"Enabled\"}").assertStatus(404);
    }

    @ParameterizedTest(name = "Q08 {0}")
    @ValueSource(
            strings = {
                "/NoSuchKeyword",
                "/1",
                "/00180060.",
                "/00180060.x/errors",
                "?limit=0",
                "?limit=201",
                "?offset=-1"
            })
    void whatCannotBeReadIsRefused(String path) {
        archive.get(TAGS + path, "Accept", "*/*").assertStatus(400);
    }

    @ParameterizedTest(name = "Q09 {0}")
    @ValueSource(
            strings = {
                "KVP=one",
                "KVP=NaN",
                "KVP=1e999",
                "KVP=1,x",
                "AcquisitionDate=yesterday",
                "AcquisitionDate=20260201-20260101",
                "AcquisitionTime=25",
                "AcquisitionDateTime=2026-13",
                "FrameOfReferenceUID=abc",
                "KVP=1&KVP=2"
            })
    void valuesThatAreNoneAreRefused(String query) {
        addAndWait("""
                [{"path": "KVP", "level": "series"}, {"path": "AcquisitionDate", "level": "series"},
                 {"path": "AcquisitionTime", "level": "series"}, {"path": "AcquisitionDateTime", "level": "series"},
                 {"path": "FrameOfReferenceUID", "level": "series"}]""");

        assertThat(archive.get("/series?" + query, "Accept", Dicomweb.JSON).status())
                .isEqualTo(400);
    }

    @Test
    void q09PatternsAndPathsOfTheDatabaseAreTextLikeAnyOther() {
        String mine = Draft.uid();
        Draft draft = Draft.ct()
                .text(Tag.ImageComments, "LT", "a lesion")
                .text(Tag.AcquisitionDeviceProcessingDescription, "LO", "a\"b.c$d")
                .text(Tag.FrameOfReferenceUID, "UI", mine);
        store(draft);
        addAndWait("""
                [{"path": "AcquisitionDeviceProcessingDescription", "level": "instance"},
                 {"path": "FrameOfReferenceUID", "level": "series"}, {"path": "ImageComments", "level": "instance"}]""");
        String key = "FrameOfReferenceUID=" + mine + "&AcquisitionDeviceProcessingDescription=";

        assertThat(found(key + Dicomweb.encode("A\"b.c$d"))).containsExactly(draft.instance);
        assertThat(found(key + Dicomweb.encode("a\"b.?$*"))).containsExactly(draft.instance);
        for (String text : List.of("a.b.c.d*", "\" || 1 == 1", ".*", "a\\\"b*", "$.\"1\"", "(*", "[a-z]*", "*{9999}")) {
            assertThat(found(key + Dicomweb.encode(text))).as(text).isEmpty();
        }
        assertThat(found(key + "*".repeat(250))).containsExactly(draft.instance);
        assertThat(found("FrameOfReferenceUID=" + mine + "&ImageComments=" + Dicomweb.encode("LESION a*")))
                .containsExactly(draft.instance);
        assertThat(found("FrameOfReferenceUID=" + mine + "&ImageComments=...")).isEmpty();
    }

    @Test
    void everyRequestOfThePageIsAnswered(@TempDir Path folder) throws IOException {
        assertThat(new HowToPage("how-to/query-tags.md").run(Archive.get(), folder))
                .hasSize(18);
    }
}
