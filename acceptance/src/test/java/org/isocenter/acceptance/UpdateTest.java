package org.isocenter.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.JsonWriter;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Reader;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Uids;
import org.isocenter.dicom.Value;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Changing attributes of what is stored, and being able to have back what it was.
class UpdateTest {
    private static final String ANY = "application/dicom; transfer-syntax=*";

    @TempDir
    private Path folder;

    private final Archive archive = Archive.get();
    private final Dicomweb root = archive.dicomweb();
    private final Operating operating = new Operating(root);

    private static String renaming(String study, String name) {
        return """
                {"studyInstanceUids": ["%s"], "changeDataset": {"00100010": {"vr": "PN", "Value": [{"Alphabetic": "%s"}]}}}
                """.formatted(study, name);
    }

    static Stream<Dicomweb> versions() {
        Archive archive = Archive.get();
        return Stream.of(archive.dicomweb(), archive.v2(), Archive.partition(archive.v2(), "updates"));
    }

    private static byte[] file(Dicomweb root, String path, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Accept";
        all[headers.length + 1] = ANY;
        return root.get(path, all).assertStatus(200).body();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aStudyIsRenamedInAllItsInstancesAndTheOriginalCanStillBeHad(Dicomweb version) {
        Draft one = Draft.ct().image(32, 32, 3);
        Draft two = Draft.ct(one.study, one.series).image(32, 32, 1);
        Draft three = Draft.ct(one.study, Draft.uid()).image(64, 64, 1);
        version.store(one.bytes(), two.bytes(), three.bytes()).assertStatus(200);
        Operating client = new Operating(version);

        JsonNode results = client.succeed("/studies/$bulkUpdate", renaming(one.study, "New^Name"));

        assertThat(results.path("studyProcessed").asInt()).isEqualTo(1);
        assertThat(results.path("studyUpdated").asInt()).isEqualTo(1);
        assertThat(results.path("studyFailed").asInt()).isZero();
        assertThat(results.path("instanceUpdated").asInt()).isEqualTo(3);
        assertThat(version.metadata(one.studyPath()))
                .hasSize(3)
                .allSatisfy(dataSet ->
                        assertThat(dataSet.findString(Tag.PatientName)).isEqualTo("New^Name"));
        assertThat(version.search("/studies?PatientName=New%5EName&StudyInstanceUID=" + one.study))
                .hasSize(1);
        byte[] changed = file(version, one.path());
        assertThat(changed).isNotEqualTo(one.bytes());
        assertThat(version.get(one.path() + "/frames/1,2,3", "Accept", "*/*")
                        .assertStatus(200)
                        .parts())
                .hasSize(3);
        assertThat(file(version, one.path(), "msdicom-request-original", "true"))
                .isEqualTo(one.bytes());
        assertThat(file(version, three.path() + "?version=original")).isEqualTo(three.bytes());
        assertThat(file(version, one.path(), "msdicom-request-original", "false"))
                .isEqualTo(changed);
        version.delete(one.studyPath()).assertStatus(204);
        version.get(one.path(), "Accept", ANY, "msdicom-request-original", "true")
                .assertStatus(404);
        version.get(one.path() + "?version=original", "Accept", ANY).assertStatus(404);
    }

    @Test
    void pixelsAreTheSameBytesAfterTwoUpdatesWhateverTheyAreStoredIn() {
        byte[] first = new byte[70_000];
        Arrays.fill(first, (byte) 7);
        Draft native_ = Draft.ct().image(512, 512, 9);
        Draft fragments = Draft.ct().cut("1.2.840.10008.1.2.4.50", 1_000, true, first, new byte[] {1, 2, 3, 4});
        Draft deflated = Draft.ct().image(64, 64, 2).transferSyntax("1.2.840.10008.1.2.1.99");
        Draft implicit = Draft.ct().image(64, 64, 2).transferSyntax("1.2.840.10008.1.2");
        Draft big = Draft.ct().image(64, 64, 2).transferSyntax("1.2.840.10008.1.2.2");
        for (Draft draft : List.of(native_, fragments, deflated, implicit, big)) {
            root.store(draft.bytes()).assertStatus(200);
            byte[] before = pixels(draft);
            operating.succeed("/studies/$bulkUpdate", renaming(draft.study, "First"));
            operating.succeed("/studies/$bulkUpdate", renaming(draft.study, "A much longer name^that moves pixels"));
            assertThat(pixels(draft)).as(draft.syntax()).isEqualTo(before);
            DataSet metadata = root.metadata(draft.path()).getFirst();
            assertThat(metadata.findString(Tag.PatientName)).isEqualTo("A much longer name^that moves pixels");
            assertThat(metadata.findString(Tag.AvailableTransferSyntaxUID)).isIn(null, draft.syntax());
            assertThat(file(root, draft.path() + "?version=original")).isEqualTo(draft.bytes());
        }
    }

    @Test
    void everyRealFileKeepsAllThatIsNotChanged() throws Exception {
        Dicomweb partition = Archive.partition(root, "update-" + UUID.randomUUID());
        Map<String, byte[]> files = new TreeMap<>();
        Set<String> studies = new TreeSet<>();
        for (Path path : HonestFilesTest.files().map(Named::getPayload).toList()) {
            Assumptions.assumeTrue(Files.isRegularFile(path), "the folder of real files is not there");
            byte[] file = Files.readAllBytes(path);
            if (partition.store(file).status() != 409) {
                DataSet stored = ModelCheck.read(file).dataSet();
                String study = uid(stored, Tag.StudyInstanceUID);
                studies.add(study);
                files.put(
                        "/studies/" + study + "/series/" + uid(stored, Tag.SeriesInstanceUID) + "/instances/"
                                + uid(stored, Tag.SOPInstanceUID),
                        file);
            }
        }
        JsonNode results =
                new Operating(partition).succeed("/studies/$bulkUpdate", """
                        {"studyInstanceUids": ["%s"], "changeDataset": {
                            "00081030": {"vr": "LO", "Value": ["Überarbeitet"]},
                            "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Ümit^Şükrü"}]}}}""".formatted(String.join("\", \"", studies)));
        assertThat(results.path("studyFailed").asInt()).as(results.toString()).isZero();
        for (Map.Entry<String, byte[]> one : files.entrySet()) {
            byte[] after = file(partition, one.getKey());
            assertThat(content(after)).as(one.getKey()).isEqualTo(content(one.getValue()));
            assertThat(ModelCheck.read(after).dataSet().findString(Tag.PatientName))
                    .isEqualTo("Ümit^Şükrü");
        }
        assertThat(partition.search("/studies?limit=1000&StudyDescription=%C3%9Cberarbeitet"))
                .hasSameSizeAs(studies);
    }

    private static String uid(DataSet dataSet, int tag) {
        return Uids.trim(String.valueOf(dataSet.findString(tag)));
    }

    /// What a file says beside what the update changes, with the digests of large values in their places.
    private static String content(byte[] file) throws Exception {
        Part10 part10 = ModelCheck.read(file);
        DataSet dataSet = part10.dataSet();
        byte[] source =
                Part10Reader.inflated(new ByteArrayInputStream(file), part10).readAllBytes();
        DataSet rest = new DataSet().inherit(dataSet.characterSets());
        for (Element element : dataSet) {
            boolean changed = element.tag() == Tag.StudyDescription
                    || element.tag() == Tag.PatientName
                    || element.tag() == Tag.SpecificCharacterSet
                    || element.tag() == Tag.DataSetTrailingPadding
                    || Tags.isGroupLength(element.tag());
            if (!changed) {
                rest.put(element.known());
            }
        }
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        JsonWriter writer = new JsonWriter(json, (path, element) -> switch (element.value()) {
            case Value.Bulk bulk -> digest(source, new long[] {bulk.offset()}, new long[] {bulk.lengthBytes()});
            case Value.Fragments fragments -> {
                long[] offsets = new long[fragments.count()];
                long[] lengths = new long[fragments.count()];
                for (int i = 0; i < offsets.length; i++) {
                    offsets[i] = fragments.offset(i);
                    lengths[i] = fragments.lengthBytes(i);
                }
                yield digest(source, offsets, lengths);
            }
            case Value.Bytes b -> null;
            case Value.Items i -> null;
            case Value.Link l -> null;
        });
        writer.write(rest);
        writer.flush();
        return json.toString(UTF_8).replaceAll("\"00080005\":\\{[^}]*\\},?", "");
    }

    private static String digest(byte[] file, long[] offsets, long[] lengths) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (int i = 0; i < offsets.length; i++) {
                if (offsets[i] + lengths[i] <= file.length) {
                    digest.update(file, (int) offsets[i], (int) lengths[i]);
                }
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private byte[] pixels(Draft draft) {
        return root.get(draft.path() + "/frames/1", "Accept", "application/octet-stream; transfer-syntax=*")
                .assertStatus(200)
                .body();
    }

    @Test
    void everyVersionIsToldByTheHistoryAndCanBeHadAndRevertedTo() {
        Draft draft = Draft.ct().image(16, 16, 1);
        root.store(draft.bytes()).assertStatus(200);
        operating.succeed("/studies/$bulkUpdate", """
                {"studyInstanceUids": ["%s"], "reason": "wrong patient",
                 "changeDataset": {"00100020": {"vr": "LO", "Value": ["A-1"]}}}""".formatted(draft.study));
        byte[] second = file(root, draft.path());
        operating.succeed("/studies/$bulkUpdate", """
                {"studyInstanceUids": ["%s"], "remove": ["PatientID", "00080050"]}""".formatted(draft.study));
        byte[] third = file(root, draft.path());

        JsonNode history = operating.json(draft.studyPath() + "/history");
        assertThat(history).hasSize(3);
        assertThat(history.get(0).path("action").asString()).isEqualTo("update");
        assertThat(history.get(1).path("reason").asString()).isEqualTo("wrong patient");
        assertThat(history.get(1).path("operationId").asString()).hasSize(32);
        assertThat(history.get(2).path("action").asString()).isEqualTo("create");
        List<byte[]> files = List.of(third, second, draft.bytes());
        for (int i = 0; i < 3; i++) {
            String version = "?version=" + history.get(i).path("version").asLong();
            assertThat(file(root, draft.path() + version)).isEqualTo(files.get(i));
            assertThat(root.get(
                                    draft.studyPath() + version,
                                    "Accept",
                                    "multipart/related; type=\"application/dicom\"; transfer-syntax=*")
                            .assertStatus(200)
                            .parts()
                            .getFirst()
                            .body())
                    .isEqualTo(files.get(i));
            DataSet metadata = metadata(draft.studyPath(), version).getFirst();
            assertThat(metadata.findString(Tag.PatientID)).isEqualTo(i == 0 ? null : i == 1 ? "A-1" : draftId(draft));
        }
        assertThat(root.search("/studies?includefield=all&StudyInstanceUID=" + draft.study)
                        .getFirst()
                        .findString(Tag.AccessionNumber))
                .as("what was removed is no longer searched by")
                .isNull();

        long first = history.get(2).path("version").asLong();
        JsonNode reverted = operating.succeed(draft.studyPath() + "/$revert", "{\"version\": " + first + "}");
        assertThat(reverted.path("instancesReverted").asInt()).isEqualTo(1);
        assertThat(file(root, draft.path())).isEqualTo(draft.bytes());
        assertThat(operating.json(draft.path() + "/history")).hasSize(4);
        assertThat(file(
                        root,
                        draft.path() + "?version="
                                + history.get(0).path("version").asLong()))
                .isEqualTo(third);
    }

    private List<DataSet> metadata(String path, String query) {
        return root.get(path + "/metadata" + query, "Accept", Dicomweb.JSON)
                .assertStatus(200)
                .dataSets();
    }

    private String draftId(Draft draft) {
        return Objects.requireNonNull(
                metadata(draft.path(), "?version=original").getFirst().findString(Tag.PatientID));
    }

    @Test
    void whatWasDeletedIsRestoredUntilItsTimeIsOver() {
        Draft one = Draft.ct().image(16, 16, 1);
        Draft two = Draft.ct(one.study, one.series);
        root.store(one.bytes(), two.bytes()).assertStatus(200);
        operating.succeed("/studies/$bulkUpdate", renaming(one.study, "Changed"));
        byte[] changed = file(root, one.path());
        root.delete(two.path()).assertStatus(204);
        root.delete(one.studyPath() + "?reason=sent+twice").assertStatus(204);
        root.get(one.path(), "Accept", ANY).assertStatus(404);
        JsonNode last = operating.json(one.studyPath() + "/history").get(0);
        assertThat(last.path("action").asString()).isEqualTo("delete");
        assertThat(last.path("reason").asString()).isEqualTo("sent twice");
        assertThat(operating.json("/deletions?limit=1000").toString()).contains(one.study);

        JsonNode restored = operating.succeed(one.studyPath() + "/$restore", "{}");

        assertThat(restored.path("instancesRestored").asInt()).isEqualTo(2);
        assertThat(file(root, one.path())).isEqualTo(changed);
        assertThat(file(root, one.path() + "?version=original")).isEqualTo(one.bytes());
        assertThat(root.search("/studies?PatientName=Changed&StudyInstanceUID=" + one.study))
                .hasSize(1);
        assertThat(operating.json("/deletions?limit=1000").toString()).doesNotContain(one.study);
        assertThat(operating
                        .succeed(one.studyPath() + "/$restore", "{}")
                        .path("instancesRestored")
                        .asInt())
                .isZero();
    }

    @Test
    void aPatientsStudiesBecomeThoseOfAnotherAndOneIsMovedBack() {
        String right = "R" + Draft.uid().substring(5);
        String wrong = "W" + Draft.uid().substring(5);
        Draft known = Draft.ct().text(Tag.PatientID, "LO", right).text(Tag.PatientName, "PN", "Right^One");
        Draft stray = Draft.ct().text(Tag.PatientID, "LO", wrong).text(Tag.PatientName, "PN", "Wrong^One");
        Draft other = Draft.ct().text(Tag.PatientID, "LO", wrong).text(Tag.PatientName, "PN", "Wrong^One");
        Draft similar = Draft.ct().text(Tag.PatientID, "LO", wrong.toLowerCase(java.util.Locale.ROOT));
        root.store(known.bytes(), stray.bytes(), other.bytes(), similar.bytes()).assertStatus(200);
        String body = """
                {"source": {"patientId": "%s"}, "target": {"patientId": "%s"}%s}""";
        Answer trial = operating.post("/patients/$merge", body.formatted(wrong, right, ", \"dryRun\": true"));
        assertThat(trial.assertStatus(200).text()).contains("\"studies\":2", "Wrong^One", "Right^One");

        operating.succeed("/patients/$merge", body.formatted(wrong, right, ", \"reason\": \"A40\""));

        assertThat(root.search("/studies?PatientID=" + right))
                .hasSize(3)
                .allSatisfy(
                        study -> assertThat(study.findString(Tag.PatientName)).isEqualTo("Right^One"));
        assertThat(root.search("/studies?PatientID=" + wrong))
                .as("an ID that differs in case")
                .hasSize(1);
        operating.succeed(other.studyPath() + "/$move", """
                {"target": {"patientId": "%s", "attributes": {"00100010": {"vr": "PN", "Value": [{"Alphabetic": "Back^Again"}]}}}}
                """.formatted(wrong));
        assertThat(root.metadata(other.studyPath()).getFirst().findString(Tag.PatientName))
                .isEqualTo("Back^Again");
        operating
                .post("/patients/$merge", body.formatted("nobody " + wrong, right, ""))
                .assertProblem(404, "not-found");
    }

    @Test
    void studiesAreMeantByQueryAndAPartOfOneByItsUids() {
        String accession = Draft.uid().substring(Draft.uid().length() - 15);
        Draft one = Draft.ct().text(Tag.AccessionNumber, "SH", accession);
        Draft two = Draft.ct(one.study, Draft.uid()).text(Tag.AccessionNumber, "SH", accession);
        Draft three = Draft.ct().text(Tag.AccessionNumber, "SH", accession);
        root.store(one.bytes(), two.bytes(), three.bytes()).assertStatus(200);
        JsonNode results = operating.succeed("/studies/$bulkUpdate", """
                {"query": "AccessionNumber=%s", "changeDataset": {"00081030": {"vr": "LO", "Value": ["Brust ü"]}}}
                """.formatted(accession));
        assertThat(results.path("instanceUpdated").asInt()).isEqualTo(3);
        assertThat(root.search("/studies?StudyDescription=Brust ü&AccessionNumber="
                                .replace(" ", "%20")
                                .replace("ü", "%C3%BC")
                        + accession))
                .hasSize(2);
        results = operating.succeed("/studies/$bulkUpdate", """
                {"studyInstanceUids": ["%s"], "seriesInstanceUids": ["%s"],
                 "changeDataset": {"0008103E": {"vr": "LO", "Value": ["lung"]}}}""".formatted(one.study, two.series));
        assertThat(results.path("instanceUpdated").asInt()).isEqualTo(1);
        assertThat(root.search("/series?SeriesDescription=lung&StudyInstanceUID=" + one.study))
                .hasSize(1);
        results = operating.succeed("/studies/$bulkUpdate", renaming(Draft.uid(), "Nobody"));
        assertThat(results.path("studyProcessed").asInt()).isEqualTo(1);
        assertThat(results.path("studyUpdated").asInt()).isZero();
    }

    @Test
    void theFeedTellsUpdates() {
        Draft draft = Draft.ct();
        root.store(draft.bytes()).assertStatus(200);
        operating.succeed("/studies/$bulkUpdate", renaming(draft.study, "Told"));
        JsonNode latest = operating.json("/changefeed/latest?includeMetadata=false");
        assertThat(latest.path("action").asString()).isEqualToIgnoringCase("update");
    }

    /// Each request of the page is made as it stands there, and what it begins is waited for.
    @Test
    void theRequestsOfThePageAreAnswered() throws Exception {
        String patient = "P" + Draft.uid().substring(5);
        Draft draft = Draft.ct().text(Tag.PatientID, "LO", patient);
        root.store(draft.bytes()).assertStatus(200);
        Map<String, String> variables = Map.of("$STUDY", draft.study, "$PATIENT", patient);
        assertThat(new HowToPage("how-to/change-and-restore.md", variables).run(archive, folder))
                .hasSize(11);
        assertThat(file(root, draft.path())).as("reverted and restored").isEqualTo(draft.bytes());
    }

    @Test
    void theFirstVersionHasNoBulkUpdate() {
        new Operating(archive.v1())
                .post("/studies/$bulkUpdate", renaming(Draft.uid(), "X"))
                .assertStatus(404);
    }

    static Stream<Arguments> refusedBodies() {
        return Stream.of(
                arguments("{}", "invalid-body"),
                arguments("[]", "invalid-body"),
                arguments("{\"studyInstanceUids\": [], \"changeDataset\": {}}", "invalid-body"),
                arguments("{\"studyInstanceUids\": [\"1.2\"], \"changeDataset\": {}}", "invalid-body"),
                arguments("{\"studyInstanceUids\": [\"x\"], \"remove\": [\"PatientID\"]}", "invalid-body"),
                arguments("{\"studyInstanceUids\": [\"1.2\"], \"remove\": [\"Nothing\"]}", "invalid-body"),
                arguments("{\"studyInstanceUids\": [\"1.2\"], \"remove\": [\"PatientID\"], \"x\": 1}", "invalid-body"),
                arguments("{\"query\": \"\", \"remove\": [\"PatientID\"]}", "invalid-body"),
                arguments("{\"query\": \"limit=1\", \"remove\": [\"PatientID\"]}", "invalid-body"),
                arguments("{\"query\": \"Nothing=1\", \"remove\": [\"PatientID\"]}", "unknown-attribute"),
                arguments(
                        "{\"studyInstanceUids\": [\"1.2\"], \"remove\": [\"StudyInstanceUID\"]}", "invalid-attributes"),
                arguments("{\"studyInstanceUids\": [\"1.2\"], \"remove\": [\"7FE00010\"]}", "invalid-attributes"),
                arguments("{\"studyInstanceUids\": [\"1.2\"], \"remove\": [\"00280010\"]}", "invalid-attributes"),
                arguments("{\"studyInstanceUids\": [\"1.2\"], \"remove\": [\"00020010\"]}", "invalid-attributes"),
                arguments(
                        "{\"studyInstanceUids\": [\"1.2\"], \"changeDataset\": {\"00100030\": {\"vr\": \"DA\", \"Value\": [\"x\"]}}}",
                        "invalid-attributes"),
                arguments(
                        "{\"studyInstanceUids\": [\"1.2\"], \"changeDataset\": {\"00100020\": {\"vr\": \"SH\", \"Value\": [\"x\"]}}}",
                        "invalid-body"),
                arguments(
                        "{\"studyInstanceUids\": [\"1.2\"], \"seriesInstanceUids\": [\"1.3\"], \"remove\": [\"PatientID\"]}",
                        "invalid-attributes"),
                arguments("{\"studyInstanceUids\": [\"1.2\"], \"changeDataset\": 7}", "invalid-body"),
                arguments("{\"studyInstanceUids\": [\"1.2\"], \"changeDataset\": {\"x\": 7}}", "invalid-body"),
                arguments("{", "malformed-body"));
    }

    @ParameterizedTest
    @MethodSource("refusedBodies")
    void b01WhatCannotBeDoneIsRefused(String body, String code) {
        operating.post("/studies/$bulkUpdate", body).assertProblem(400, code);
    }

    @Test
    void b02TheCompatibleApiTellsFaultsAsAStoreDoes() {
        Answer answer = new Operating(archive.v2())
                .post("/studies/$bulkUpdate", "{\"studyInstanceUids\": [\"1.2\"], \"remove\": [\"StudyInstanceUID\"]}")
                .assertStatus(400);
        assertThat(answer.dataSet()
                        .items(Tag.FailedAttributesSequence)
                        .getFirst()
                        .findString(Tag.ErrorComment))
                .startsWith("DICOM100: (0020,000D) - ");
    }

    @Test
    void b03VersionsThatCannotBeAreRefused() {
        Draft draft = Draft.ct();
        root.store(draft.bytes()).assertStatus(200);
        for (String version : List.of("0", "-1", "x", "99999999999999999999", "")) {
            root.get(draft.path() + "?version=" + version, "Accept", ANY).assertProblem(400, "invalid-version");
        }
        root.get(draft.path() + "?version=1", "Accept", ANY).assertStatus(404);
        root.get("/studies/" + Draft.uid() + "/history", "Accept", "*/*").assertStatus(404);
        for (String body : List.of("{}", "{\"version\": 0}", "{\"version\": \"x\"}", "{\"version\": 1.5}")) {
            operating.post(draft.studyPath() + "/$revert", body).assertProblem(400, "invalid-body");
        }
    }
}
