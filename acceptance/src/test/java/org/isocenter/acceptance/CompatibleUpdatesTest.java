package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Bulk update, which the first version does not have.
class CompatibleUpdatesTest {
    private static final String ANY = "application/dicom; transfer-syntax=*";

    private static String renaming(String study, String name) {
        return """
                {"studyInstanceUids": ["%s"],
                 "changeDataset": {"00100010": {"vr": "PN", "Value": [{"Alphabetic": "%s"}]}}}""".formatted(study, name);
    }

    private static byte[] file(Dicomweb root, Draft draft, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Accept";
        all[headers.length + 1] = ANY;
        return root.get(draft.path(), all).assertStatus(200).body();
    }

    private static List<byte[]> frames(Dicomweb root, Draft draft, String frames) {
        return root
                .get(
                        draft.path() + "/frames/" + frames,
                        "Accept",
                        "multipart/related; type=\"application/octet-stream\"")
                .assertStatus(200)
                .parts()
                .stream()
                .map(Answer.Part::body)
                .toList();
    }

    /// The results of an operation that has succeeded.
    private static JsonNode update(Dicomweb root, String study, String name) {
        return new Operating(root).succeed("/studies/$bulkUpdate", renaming(study, name));
    }

    @Test
    void theFirstVersionHasNone() {
        new Operating(Archive.get().v1())
                .post("/studies/$bulkUpdate", renaming("1.2.3", "Nobody"))
                .assertStatus(404);
    }

    @ParameterizedTest
    @MethodSource("org.isocenter.acceptance.CompatibleBases#lenient")
    void threeInstancesHaveTheNewName(Dicomweb root) {
        Draft one = Draft.ct();
        root.store(
                        one.bytes(),
                        Draft.ct(one.study, one.series).bytes(),
                        Draft.ct(one.study, Draft.uid()).bytes())
                .assertStatus(200);
        JsonNode results = update(root, one.study, "Doe^New");
        assertThat(results.path("studyProcessed").asInt()).isEqualTo(1);
        assertThat(results.path("studyUpdated").asInt()).isEqualTo(1);
        assertThat(results.path("studyFailed").asInt()).isZero();
        assertThat(results.path("instanceUpdated").asInt()).isEqualTo(3);
        assertThat(root.metadata(one.studyPath()))
                .hasSize(3)
                .allMatch(dataSet -> "Doe^New".equals(dataSet.findString(Tag.PatientName)));
    }

    @ParameterizedTest
    @MethodSource("org.isocenter.acceptance.CompatibleBases#lenient")
    void ofAStudyThatIsNotThereNothingIsUpdated(Dicomweb root) {
        JsonNode results = update(root, Draft.uid(), "Nobody");
        assertThat(results.path("studyUpdated").asInt()).isZero();
        assertThat(results.path("instanceUpdated").asInt()).isZero();
    }

    /// Several frames, and more than 4 MB.
    @ParameterizedTest
    @MethodSource("org.isocenter.acceptance.CompatibleBases#lenient")
    void pixelsStayThroughTwoUpdatesAndTheFirstVersionCanStillBeHad(Dicomweb root) {
        for (int frames : new int[] {3, 1}) {
            Draft draft =
                    frames == 1 ? Draft.ct().image(1_500, 1_500, 1) : Draft.ct().image(64, 64, frames);
            String all = frames == 1 ? "1" : "1,2,3";
            root.store(draft.bytes()).assertStatus(200);
            List<byte[]> before = frames(root, draft, all);
            update(root, draft.study, "Doe^First");
            update(root, draft.study, "Doe^Second, and a longer one");
            assertThat(frames(root, draft, all)).containsExactlyElementsOf(before);
            assertThat(root.metadata(draft.path()).getFirst().findString(Tag.PatientName))
                    .isEqualTo("Doe^Second, and a longer one");
            assertThat(file(root, draft, "msdicom-request-original", "true")).isEqualTo(draft.bytes());
            root.delete(draft.studyPath()).assertStatus(204);
            for (String original : List.of("true", "false")) {
                root.get(draft.path(), "Accept", ANY, "msdicom-request-original", original)
                        .assertStatus(404);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.isocenter.acceptance.CompatibleBases#lenient")
    void whatIsStoredAsJpeg2000CanStillBeConverted(Dicomweb root) {
        RealFile compressed = RealFile.fresh("pydicom/MR_small_jp2klossless.dcm");
        RealFile plain = RealFile.fresh("pydicom/MR_small.dcm");
        root.store(compressed.bytes()).assertStatus(200);
        update(root, compressed.study(), "Doe^Again");
        byte[] converted = root.get(
                        "/studies/" + compressed.study(),
                        "Accept",
                        "multipart/related; type=\"application/dicom\"; transfer-syntax=" + Draft.EXPLICIT)
                .assertStatus(200)
                .parts()
                .getFirst()
                .body();
        assertThat(RealFile.pixels(converted)).isEqualTo(RealFile.pixels(plain.bytes()));
        assertThat(RealFile.dataSet(converted).findString(Tag.PatientName)).isEqualTo("Doe^Again");
    }

    @ParameterizedTest
    @MethodSource("org.isocenter.acceptance.CompatibleBases#lenient")
    void tagsOfTheStudyFindTheNewValueAndNotTheOld(Dicomweb root) {
        Draft draft = Draft.ct().text(Tag.AdmittingDiagnosesDescription, "LO", "before");
        root.store(draft.bytes()).assertStatus(200);
        Dicomweb v2 = Archive.get().v2();
        assertThat(new Operating(v2)
                        .end(new Operating(v2).post("/extendedquerytags", """
                                [{"path": "00081080", "level": "Study"}]"""))
                        .path("status")
                        .asString())
                .isEqualTo("succeeded");
        try {
            new Operating(root).succeed("/studies/$bulkUpdate", """
                    {"studyInstanceUids": ["%s"], "changeDataset": {"00081080": {"vr": "LO", "Value": ["after"]}}}
                    """.formatted(draft.study));
            String study = "&StudyInstanceUID=" + draft.study;
            assertThat(root.search("/studies?AdmittingDiagnosesDescription=after" + study))
                    .hasSize(1);
            assertThat(root.search("/studies?AdmittingDiagnosesDescription=before" + study))
                    .isEmpty();
        } finally {
            v2.delete("/extendedquerytags/00081080").assertStatus(204);
        }
    }
}
