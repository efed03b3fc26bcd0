package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Data partitions, which know nothing of each other (promise S2).
class PartitionsTest {
    private final Archive archive = Archive.get();
    private final Dicomweb root = archive.root();

    static Stream<Dicomweb> roots() {
        Archive archive = Archive.get();
        return Stream.of(archive.dicomweb(), archive.v1(), archive.v2());
    }

    /// A name that no other test has.
    private static String name() {
        return "p-" + UUID.randomUUID();
    }

    private List<String> names() {
        String list = root.get("partitions?limit=10000", "Accept", "application/json")
                .assertStatus(200)
                .text();
        return Pattern.compile("\"partitionName\":\"([^\"]*)\"")
                .matcher(list)
                .results()
                .map(name -> name.group(1))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("roots")
    void s2TheSameInstanceInTwoPartitionsIsTwo(Dicomweb version) {
        String firstName = name();
        String secondName = name();
        Dicomweb first = Archive.partition(version, firstName);
        Dicomweb second = Archive.partition(version, secondName);
        Draft draft = Draft.ct().image(16, 16, 1);
        Draft other = Draft.ct(draft.study, draft.series);
        Answer stored = first.store(draft.bytes()).assertStatus(200);
        assertThat(stored.text()).contains("/partitions/" + firstName + draft.path());
        second.store(draft.bytes(), other.bytes()).assertStatus(200);
        assertThat(names()).contains(firstName, secondName, "Microsoft.Default");

        version.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(404);
        for (Dicomweb partition : List.of(first, second)) {
            assertThat(partition
                            .get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM)
                            .assertStatus(200)
                            .body())
                    .isEqualTo(draft.bytes());
            partition.get(draft.path() + "/rendered", "Accept", "image/jpeg").assertStatus(200);
            partition.get(draft.path() + "/frames/1", "Accept", "*/*").assertStatus(200);
            DataSet found = partition
                    .search("/studies?StudyInstanceUID=" + draft.study + "&includefield=NumberOfStudyRelatedInstances")
                    .getFirst();
            assertThat(found.findInt(Tag.NumberOfStudyRelatedInstances)).isEqualTo(partition == first ? 1 : 2);
            assertThat(found.findString(Tag.RetrieveURL))
                    .startsWith(partition.root().toString());
            assertThat(partition.metadata("/studies/" + draft.study)).hasSize(partition == first ? 1 : 2);
        }

        first.delete("/studies/" + draft.study).assertStatus(204);
        first.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(404);
        assertThat(first.search("/instances")).isEmpty();
        second.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(200);
        assertThat(second.search("/instances")).hasSize(2);
    }

    @Test
    void thePartitionThatIsThereFromTheStartIsTheOneWithoutAName() {
        Draft draft = Draft.ct();
        Dicomweb named = Archive.partition(archive.dicomweb(), "Microsoft.Default");
        archive.dicomweb().store(draft.bytes()).assertStatus(200);
        named.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(200);
    }

    @Test
    void theFeedIsOneForAllAndTellsTheName() {
        String name = name();
        Archive.partition(archive.v2(), name).store(Draft.ct().bytes()).assertStatus(200);
        for (String path : List.of("changefeed/latest", "v1/changefeed/latest", "v2/changefeed/latest")) {
            assertThat(root.get(path + "?includeMetadata=false", "Accept", "*/*")
                            .text())
                    .contains("\"partitionName\":\"" + name + "\"");
        }
    }

    @ParameterizedTest
    @MethodSource("roots")
    void aWorkitemBelongsToThePartitionThatItIsCreatedInAndMakesIt(Dicomweb version) {
        String name = name();
        Workitems workitems = new Workitems(Archive.partition(version, name));
        workitems
                .post("/workitems", Workitems.draft("S", "P").putString(Tag.ProcedureStepState, "COMPLETED"))
                .assertStatus(400);
        root.get("partitions/" + name, "Accept", "*/*").assertStatus(404);
        String uid = workitems.create(Workitems.draft("S", "P"));
        assertThat(workitems.retrieve(uid).findString(Tag.ProcedureStepState)).isEqualTo("SCHEDULED");
        version.get("/workitems/" + uid, "Accept", Dicomweb.JSON).assertStatus(404);
        assertThat(Archive.partition(version, name).search("/workitems")).hasSize(1);
        assertThat(names()).contains(name);
    }

    static Stream<Arguments> readings() {
        Draft draft = Draft.ct();
        return Stream.of(
                        "/studies",
                        "/series",
                        "/instances",
                        "/studies/" + draft.study,
                        "/studies/" + draft.study + "/metadata",
                        "/studies/" + draft.study + "/rendered",
                        draft.path(),
                        draft.path() + "/frames/1",
                        draft.path() + "/thumbnail")
                .map(path -> arguments(path));
    }

    @ParameterizedTest
    @MethodSource("readings")
    void anUnknownPartitionIsToldAndNotMade(String path) {
        String name = name();
        Dicomweb unknown = Archive.partition(archive.v2(), name);
        unknown.get(path, "Accept", "*/*").assertProblem(404, "no-such-partition");
        unknown.delete("/studies/" + Draft.uid()).assertProblem(404, "no-such-partition");
        root.get("partitions/" + name, "Accept", "*/*").assertProblem(404, "no-such-partition");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a%20b", "a*", "a$b", "a:b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void whatIsNoNameIsRefused(String name) {
        Dicomweb partition = Archive.partition(archive.v2(), name);
        partition.get("/studies", "Accept", "*/*").assertProblem(400, "invalid-partition");
        partition.store(Draft.ct().bytes()).assertProblem(400, "invalid-partition");
        root.get("partitions/" + name, "Accept", "*/*").assertProblem(400, "invalid-partition");
    }

    @Test
    void whatIsRefusedMakesNoPartition() {
        String name = name();
        Dicomweb partition = Archive.partition(archive.v2(), name);
        partition.store(new byte[0]).assertStatus(409);
        partition.post("/studies", "text/plain", Draft.ct().bytes()).assertStatus(415);
        root.get("partitions/" + name, "Accept", "*/*").assertStatus(404);
        partition.store(Draft.ct().bytes()).assertStatus(200);
        root.get("partitions/" + name, "Accept", "*/*").assertStatus(200);
    }

    private Answer put(String name, String body) {
        return root.send(root.request("partitions/" + name, "Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body)));
    }

    @Test
    void onePutsAPartitionAndNamesItForPeople() {
        String name = name();
        assertThat(put(name, "{\"displayName\":\"Ward 7 \u00e9\"}")
                        .assertStatus(201)
                        .text())
                .contains("\"displayName\":\"Ward 7 \u00e9\"", "\"partitionName\":\"" + name + "\"", "createdDate");
        put(name, "{\"displayName\":\"Ward 8\"}").assertStatus(200);
        assertThat(root.get("v2/partitions/" + name, "Accept", "*/*").text()).contains("Ward 8");
        assertThat(put(name, "{}").assertStatus(200).text()).doesNotContain("displayName");
        assertThat(Archive.partition(archive.v2(), name).search("/studies")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "\"x\"",
                "{\"name\":\"x\"}",
                "{\"displayName\":7}",
                "{\"displayName\":\"\"}",
                "{\"quota\":1}",
                "{\"quota\":{\"bytes\":-1}}",
                "{\"quota\":{\"instances\":1.5}}",
                "{\"quota\":{\"bytes\":\"1\"}}",
                "{\"quota\":{\"bytes\":99999999999999999999}}",
                "{\"quota\":{\"studies\":1}}",
                "{\"retention\":3}",
                "{\"retention\":{\"deleted\":3}}",
                "{\"retention\":{\"deleted\":\"-3d\"}}",
                "{\"retention\":{\"deleted\":\"3651d\"}}",
                "{\"retention\":{\"rules\":[]}}"
            })
    void b06WhatIsNoPartitionIsRefused(String body) {
        String name = name();
        put(name, body).assertStatus(400);
        root.get("partitions/" + name, "Accept", "*/*").assertStatus(404);
    }

    private Answer remove(String name) {
        return root.delete("partitions/" + name);
    }

    private Answer beginRemoving(String name) {
        return root.post("partitions/" + name + "/$remove", "application/json", "{}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aPartitionHasSettingsOfItsOwnAndTellsWhatIsStored() {
        String name = name();
        assertThat(put(name, "{\"retention\":{\"deleted\":\"90m\",\"versions\":\"24h\"}}")
                        .assertStatus(201)
                        .text())
                .contains("\"retention\":{\"deleted\":\"90m\",\"versions\":\"1d\"}")
                .contains("\"usage\":{\"bytes\":0,\"instances\":0,\"studies\":0}");
        Draft draft = Draft.ct();
        Draft other = Draft.ct(draft.study, draft.series);
        Archive.partition(archive.v2(), name)
                .store(draft.bytes(), other.bytes())
                .assertStatus(200);
        assertThat(root.get("partitions/" + name, "Accept", "*/*").text())
                .contains("\"usage\":{\"bytes\":" + (draft.bytes().length + other.bytes().length)
                        + ",\"instances\":2,\"studies\":1}");
        assertThat(put(name, "{}").assertStatus(200).text()).doesNotContain("retention");
    }

    @ParameterizedTest
    @MethodSource("roots")
    void ofAStoreBeyondTheQuotaIsStoredWhatFits(Dicomweb version) {
        String name = name();
        Dicomweb partition = Archive.partition(version, name);
        assertThat(put(name, "{\"quota\":{\"instances\":2}}").assertStatus(201).text())
                .contains("\"quota\":{\"instances\":2}");
        Draft draft = Draft.ct();
        Answer partly = partition
                .store(
                        draft.bytes(),
                        Draft.ct(draft.study, draft.series).bytes(),
                        Draft.ct(draft.study, draft.series).bytes())
                .assertStatus(202);
        assertThat(partly.failureReasons()).containsExactly(0xA700);
        assertThat(partition.store(Draft.ct().bytes()).assertStatus(409).failureReasons())
                .containsExactly(0xA700);
        assertThat(partition.search("/instances")).hasSize(2);

        partition.delete("/studies/" + draft.study).assertStatus(204);
        partition.store(Draft.ct().bytes()).assertStatus(200);
        assertThat(root.get("partitions/" + name, "Accept", "*/*").text()).contains("\"instances\":1,\"studies\":1}");
        put(name, "{}").assertStatus(200);
        partition.store(Draft.ct().bytes(), Draft.ct().bytes()).assertStatus(200);
    }

    @Test
    void anUpdateThatDoesNotFitLeavesTheStudyAsItIs() {
        String name = name();
        Dicomweb partition = Archive.partition(archive.v2(), name);
        Operating operating = new Operating(partition);
        Draft draft = Draft.ct();
        put(name, "{\"quota\":{\"bytes\":" + (draft.bytes().length + 1_000) + "}}")
                .assertStatus(201);
        partition.store(draft.bytes()).assertStatus(200);
        String update = """
                {"studyInstanceUids": ["%s"],
                 "changeDataset": {"00104000": {"vr": "LT", "Value": ["%s"]}}}""";
        JsonNode results = operating.succeed("/studies/$bulkUpdate", update.formatted(draft.study, "X".repeat(4_000)));
        assertThat(results.path("studyFailed").asInt()).isEqualTo(1);
        assertThat(results.path("errors").get(0).asString()).contains("quota");
        assertThat(partition.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).body())
                .isEqualTo(draft.bytes());
        results = operating.succeed("/studies/$bulkUpdate", update.formatted(draft.study, "X"));
        assertThat(results.path("studyUpdated").asInt()).isEqualTo(1);
    }

    @Test
    void anEmptyPartitionIsRemovedAndItsNameMayBeUsedAgain() {
        String name = name();
        Dicomweb partition = Archive.partition(archive.v2(), name);
        String first = put(name, "{\"displayName\":\"One\"}").assertStatus(201).text();
        remove(name).assertStatus(204);
        remove(name).assertProblem(404, "no-such-partition");
        beginRemoving(name).assertProblem(404, "no-such-partition");
        root.get("partitions/" + name, "Accept", "*/*").assertProblem(404, "no-such-partition");
        partition.get("/studies", "Accept", "*/*").assertProblem(404, "no-such-partition");
        assertThat(names()).doesNotContain(name);

        partition.store(Draft.ct().bytes()).assertStatus(200);
        assertThat(names()).contains(name);
        assertThat(root.get("partitions/" + name, "Accept", "*/*").text())
                .doesNotContain("One")
                .doesNotContain(first.substring(0, first.indexOf(',')) + ",");
        remove("Microsoft.Default").assertProblem(409, "default-partition");
        beginRemoving("Microsoft.Default").assertProblem(409, "default-partition");
        remove("a*").assertProblem(400, "invalid-partition");
        root.post("partitions/" + name + "/$remove", "application/json", "[]".getBytes(StandardCharsets.UTF_8))
                .assertProblem(400, "invalid-body");
    }

    @Test
    void whatIsInAPartitionKeepsItUntilAnOperationHasDeletedIt() {
        String name = name();
        Dicomweb partition = Archive.partition(archive.v2(), name);
        Operating operating = new Operating(partition);
        Draft draft = Draft.ct();
        Draft deleted = Draft.ct();
        partition.store(draft.bytes(), deleted.bytes()).assertStatus(200);
        partition.delete(deleted.studyPath()).assertStatus(204);
        new Workitems(partition).create(Workitems.draft("S", "P"));
        assertThat(remove(name).assertProblem(409, "partition-not-empty").text())
                .contains("studies, deleted instances that could be restored, workitems");

        byte[] hold = "{\"reason\": \"a lawsuit\"}".getBytes(StandardCharsets.UTF_8);
        partition.put(draft.studyPath() + "/holds/h", "application/json", hold).assertStatus(201);
        JsonNode failed = operating.end(beginRemoving(name).assertStatus(202));
        assertThat(failed.path("status").asString()).isEqualTo("failed");
        assertThat(failed.path("problem").asString()).contains("held");
        assertThat(failed.path("errors").path("count").asInt()).isEqualTo(1);
        assertThat(partition.search("/studies")).hasSize(1);

        partition.delete(draft.studyPath() + "/holds/h").assertStatus(204);
        JsonNode done = operating.end(beginRemoving(name).assertStatus(202));
        assertThat(done.path("status").asString()).isEqualTo("succeeded");
        assertThat(done.path("results").path("studiesDeleted").asInt()).isEqualTo(1);
        assertThat(done.path("resources").get(0).asString()).endsWith("/partitions/" + name);
        partition.get(draft.path(), "Accept", "*/*").assertProblem(404, "no-such-partition");

        partition.store(draft.bytes()).assertStatus(200);
        assertThat(partition.search("/studies")).hasSize(1);
        assertThat(partition.search("/workitems")).isEmpty();
        String feed = root.get("changefeed?partition=" + name + "&includeMetadata=false", "Accept", "*/*")
                .assertStatus(200)
                .text();
        assertThat(Pattern.compile("\"sequence\"").matcher(feed).results()).hasSize(5);
    }

    @Test
    void anOperationTellsOfItsResourcesWhereTheyStand() {
        String name = name();
        Dicomweb partition = Archive.partition(archive.v2(), name);
        Draft draft = Draft.ct();
        partition.store(draft.bytes()).assertStatus(200);
        Operating operating = new Operating(partition);
        JsonNode operation = operating.end(operating.post("/studies/$bulkUpdate", """
                {"studyInstanceUids": ["%s"], "remove": ["PatientName"]}""".formatted(draft.study)));
        assertThat(operation.path("resources").get(0).asString()).isEqualTo(partition.root() + draft.studyPath());
    }

    @Test
    void everyRequestOfThePageSucceeds(@TempDir Path folder) throws IOException {
        Files.write(folder.resolve("image.dcm"), Draft.ct().bytes());
        Path cheap = Files.createDirectory(folder.resolve("cheap"));
        try (Archive withClasses = Archive.with("--storage-classes", "cheap=" + cheap)) {
            assertThat(new HowToPage("how-to/partitions.md").run(withClasses, folder))
                    .hasSize(8);
        }
    }
}
