package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Retrieve of studies and series.
@ParameterizedClass
@MethodSource("org.isocenter.acceptance.CompatibleBases#all")
class CompatibleStudiesTest {
    private static final String MULTIPART = "multipart/related; type=\"application/dicom\"";
    private static final String J2K = "1.2.840.10008.1.2.4.90";
    private static final String MPEG2 = "1.2.840.10008.1.2.4.100";

    private final Dicomweb root;

    CompatibleStudiesTest(Dicomweb root) {
        this.root = root;
    }

    private static String syntax(String uid) {
        return MULTIPART + "; transfer-syntax=" + uid;
    }

    private List<Answer.Part> parts(String path, String accept) {
        return root.get(path, "Accept", accept).assertStatus(200).parts();
    }

    /// Stores what is a study of one series, and answers where both are.
    private List<String> stored(Draft draft) {
        root.store(draft.bytes()).assertStatus(200);
        return List.of(draft.studyPath(), draft.seriesPath());
    }

    @Test
    void theOriginalIsGivenInAnySyntax() {
        Draft draft = Draft.ct();
        for (String path : stored(draft)) {
            List<Answer.Part> parts = parts(path, syntax("*"));
            assertThat(parts).hasSize(1);
            assertThat(parts.getFirst().type()).isEqualTo("application/dicom; transfer-syntax=" + Draft.EXPLICIT);
            assertThat(parts.getFirst().body()).isEqualTo(draft.bytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {MULTIPART, MULTIPART + "; transfer-syntax=" + Draft.EXPLICIT})
    void jpeg2000IsGivenAsExplicitByDefaultAndWhenAskedFor(String accept) {
        RealFile compressed = RealFile.fresh("pydicom/MR_small_jp2klossless.dcm");
        RealFile plain = RealFile.fresh("pydicom/MR_small.dcm");
        root.store(compressed.bytes()).assertStatus(200);
        String study = "/studies/" + compressed.study();
        for (String path : List.of(study, study + "/series/" + compressed.series())) {
            Answer.Part part = parts(path, accept).getFirst();
            assertThat(part.type()).endsWith("transfer-syntax=" + Draft.EXPLICIT);
            assertThat(RealFile.pixels(part.body())).isEqualTo(RealFile.pixels(plain.bytes()));
        }
    }

    /// The reference compares with a file; an encoder of our own need not make the same bytes of the same
    /// pixels, so what it makes is stored and decoded again.
    @Test
    void explicitIsGivenAsJpeg2000WithTheSamePixels() {
        Draft draft = Draft.ct().image(32, 32, 1);
        byte[] pixels = frame(stored(draft), draft);
        Answer.Part compressed = parts(draft.studyPath(), syntax(J2K)).getFirst();
        assertThat(compressed.type()).endsWith("transfer-syntax=" + J2K);
        root.delete(draft.studyPath()).assertStatus(204);

        root.store(compressed.body()).assertStatus(200);

        assertThat(parts(draft.seriesPath(), syntax("*")).getFirst().type()).endsWith("transfer-syntax=" + J2K);
        assertThat(frame(List.of(), draft)).isEqualTo(pixels);
    }

    private byte[] frame(List<String> stored, Draft draft) {
        assertThat(stored).hasSizeBetween(0, 2);
        return root.get(draft.path() + "/frames/1", "Accept", "application/octet-stream")
                .assertStatus(200)
                .body();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/dicom",
                "application/octet-stream",
                "multipart/related; type=\"application/octet-stream\"",
                MULTIPART + "; transfer-syntax=" + MPEG2,
                "image/png"
            })
    void whatAStudyIsNotGivenAsIsNotAcceptable(String accept) {
        for (String path : stored(Draft.ct())) {
            root.get(path, "Accept", accept).assertStatus(406);
        }
    }

    @Test
    void ofThreeInstancesTheTwoOfTheStudyAreGiven() {
        Draft first = Draft.ct();
        Draft second = Draft.ct(first.study, first.series);
        root.store(first.bytes(), second.bytes(), Draft.ct().bytes()).assertStatus(200);
        for (String path : List.of(first.studyPath(), first.seriesPath())) {
            assertThat(parts(path, syntax("*")))
                    .extracting(Answer.Part::body)
                    .containsExactlyInAnyOrder(first.bytes(), second.bytes());
        }
    }

    /// The reference gives such a study in no other syntax than `*`, not even what could be converted.
    @Test
    void aStudyWithAVideoIsGivenAsItIsAndOtherwiseAsFarAsItCanBeConverted() {
        Draft image = Draft.ct().transferSyntax(Draft.IMPLICIT);
        Draft video = Draft.ct(image.study, image.series).fragments(MPEG2, Samples.noise(4_000));
        root.store(image.bytes(), video.bytes()).assertStatus(200);
        for (String path : List.of(image.studyPath(), image.seriesPath())) {
            assertThat(parts(path, syntax("*")))
                    .extracting(Answer.Part::type)
                    .containsExactlyInAnyOrder(
                            "application/dicom; transfer-syntax=" + Draft.IMPLICIT,
                            "application/dicom; transfer-syntax=" + MPEG2);
            assertThat(parts(path, syntax(Draft.EXPLICIT)))
                    .extracting(Answer.Part::type)
                    .containsExactlyInAnyOrder(
                            "application/dicom; transfer-syntax=" + Draft.EXPLICIT,
                            "application/dicom; transfer-syntax=" + MPEG2);
        }
    }

    @Test
    void aStudyOfNothingButAVideoIsNotGivenAsExplicit() {
        for (String path : stored(Draft.ct().fragments(MPEG2, Samples.noise(4_000)))) {
            root.get(path, "Accept", syntax(Draft.EXPLICIT)).assertStatus(406);
        }
    }

    @Test
    void whatIsNotThereIsNotFound() {
        Draft draft = Draft.ct();
        root.get(draft.studyPath(), "Accept", syntax("*")).assertStatus(404);
        root.get(draft.seriesPath(), "Accept", syntax("*")).assertStatus(404);
        stored(draft);
        root.get(draft.studyPath() + "/series/" + Draft.uid(), "Accept", syntax("*"))
                .assertStatus(404);
    }

    @Test
    void anInstanceWithoutPixelsIsGiven() {
        Draft draft = Draft.ct().withoutPixels();
        for (String path : stored(draft)) {
            assertThat(parts(path, syntax("*")).getFirst().body()).isEqualTo(draft.bytes());
        }
    }
}
