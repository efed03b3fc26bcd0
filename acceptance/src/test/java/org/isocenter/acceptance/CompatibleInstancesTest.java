package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Retrieve of instances, each alone and as a part.
@ParameterizedClass
@MethodSource("org.isocenter.acceptance.CompatibleBases#all")
class CompatibleInstancesTest {
    private static final String ALONE = "application/dicom";
    private static final String MULTIPART = "multipart/related; type=\"application/dicom\"";
    private static final String J2K = "1.2.840.10008.1.2.4.90";
    private static final String MPEG2 = "1.2.840.10008.1.2.4.100";
    private static final String HEVC = "1.2.840.10008.1.2.4.107";

    private final Dicomweb root;

    CompatibleInstancesTest(Dicomweb root) {
        this.root = root;
    }

    private static String in(String form, String syntax) {
        return form + "; transfer-syntax=" + syntax;
    }

    /// The one instance of the answer, whose content type names its syntax.
    private byte[] given(String path, String accept, String syntax) {
        Answer answer = root.get(path, "Accept", accept).assertStatus(200);
        if (accept.startsWith(ALONE)) {
            assertThat(answer.header("Content-Type")).isEqualTo(in(ALONE, syntax));
            return answer.body();
        }
        assertThat(answer.parts()).hasSize(1);
        assertThat(answer.parts().getFirst().type()).isEqualTo(in(ALONE, syntax));
        return answer.parts().getFirst().body();
    }

    private Draft stored(Draft draft) {
        root.store(draft.bytes()).assertStatus(200);
        return draft;
    }

    @ParameterizedTest
    @ValueSource(strings = {ALONE, MULTIPART})
    void theOriginalIsGivenInAnySyntax(String form) {
        Draft draft = stored(Draft.ct().transferSyntax(Draft.IMPLICIT));
        assertThat(given(draft.path(), in(form, "*"), Draft.IMPLICIT)).isEqualTo(draft.bytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {ALONE, MULTIPART})
    void jpeg2000IsGivenAsExplicitByDefaultAndWhenAskedFor(String form) {
        RealFile compressed = RealFile.fresh("pydicom/MR_small_jp2klossless.dcm");
        RealFile plain = RealFile.fresh("pydicom/MR_small.dcm");
        root.store(compressed.bytes()).assertStatus(200);
        for (String accept : new String[] {form, in(form, Draft.EXPLICIT)}) {
            assertThat(RealFile.pixels(given(compressed.path(), accept, Draft.EXPLICIT)))
                    .isEqualTo(RealFile.pixels(plain.bytes()));
        }
        assertThat(given(compressed.path(), in(form, "*"), J2K)).isEqualTo(compressed.bytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {ALONE, MULTIPART})
    void explicitIsGivenAsJpeg2000(String form) {
        Draft draft = stored(Draft.ct().image(32, 32, 1));
        assertThat(given(draft.path(), in(form, J2K), J2K)).isNotEqualTo(draft.bytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {ALONE, MULTIPART})
    void aSyntaxThatNothingIsConvertedToIsNotAcceptable(String form) {
        Draft draft = stored(Draft.ct());
        root.get(draft.path(), "Accept", in(form, MPEG2)).assertStatus(406);
    }

    @ParameterizedTest
    @ValueSource(strings = {ALONE, MULTIPART})
    void aVideoIsGivenAsItIsAndInNoOtherSyntax(String form) {
        Draft video = stored(Draft.ct().fragments(HEVC, Samples.noise(4_000)));
        root.get(video.path(), "Accept", in(form, Draft.EXPLICIT)).assertStatus(406);
        assertThat(given(video.path(), in(form, "*"), HEVC)).isEqualTo(video.bytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {ALONE, MULTIPART})
    void whatIsNotThereIsNotFound(String form) {
        Draft draft = stored(Draft.ct());
        root.get(draft.seriesPath() + "/instances/" + Draft.uid(), "Accept", in(form, "*"))
                .assertStatus(404);
        root.get(Draft.ct().path(), "Accept", in(form, "*")).assertStatus(404);
    }

    @Test
    void anInstanceOfAPaddedStudyIsReachedWithoutThePadding() {
        Draft padded = Draft.ct();
        padded.element(Tag.StudyInstanceUID, out -> out.text(Tag.StudyInstanceUID, "UI", padded.study + " "));
        assertThat(root.store(padded.bytes()).status()).isIn(200, 202);
        assertThat(given(padded.path(), in(ALONE, "*"), Draft.EXPLICIT)).isEqualTo(padded.bytes());
    }

    @Test
    void instanceMetadataAndFrameOfOneUploadAgree() {
        Draft draft = stored(Draft.ct().image(16, 16, 1));
        byte[] file = given(draft.path(), in(ALONE, "*"), Draft.EXPLICIT);
        assertThat(root.metadata(draft.path()).getFirst().findString(Tag.SOPInstanceUID))
                .isEqualTo(RealFile.dataSet(file).findString(Tag.SOPInstanceUID));
        byte[] frame = root.get(draft.path() + "/frames/1", "Accept", "application/octet-stream")
                .assertStatus(200)
                .body();
        assertThat(Samples.tail(file, file.length - frame.length)).isEqualTo(frame);
    }
}
