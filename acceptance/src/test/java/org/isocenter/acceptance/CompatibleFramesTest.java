package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Retrieve of frames.
@ParameterizedClass
@MethodSource("org.isocenter.acceptance.CompatibleBases#all")
class CompatibleFramesTest {
    private static final String OCTETS = "application/octet-stream";
    private static final String J2K = "1.2.840.10008.1.2.4.90";
    private static final String HEVC = "1.2.840.10008.1.2.4.107";

    private final Dicomweb root;

    CompatibleFramesTest(Dicomweb root) {
        this.root = root;
    }

    private static String parts(String type) {
        return "multipart/related; type=\"" + type + "\"";
    }

    private List<Answer.Part> frames(String path, String frames, String accept) {
        return root.get(path + "/frames/" + frames, "Accept", accept)
                .assertStatus(200)
                .parts();
    }

    /// Two frames of 16 x 16 pixels of 16 bits, stored.
    private Draft stored() {
        Draft draft = Draft.ct().image(16, 16, 2);
        root.store(draft.bytes()).assertStatus(200);
        return draft;
    }

    private static byte[] frame(Draft draft, int number) {
        byte[] file = draft.bytes();
        int length = 16 * 16 * 2;
        return java.util.Arrays.copyOfRange(
                file, file.length - (3 - number) * length, file.length - (2 - number) * length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "; transfer-syntax=" + Draft.EXPLICIT, "; transfer-syntax=*"})
    void framesAreGivenAsOctets(String syntax) {
        Draft draft = stored();
        List<Answer.Part> parts = frames(draft.path(), "1,2", parts(OCTETS) + syntax);
        assertThat(parts).extracting(Answer.Part::body).containsExactly(frame(draft, 1), frame(draft, 2));
        assertThat(parts).allSatisfy(part -> assertThat(part.type()).startsWith(OCTETS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "; transfer-syntax=" + J2K})
    void framesAreGivenAsJpeg2000(String syntax) {
        List<Answer.Part> parts = frames(stored().path(), "1,2", parts("image/jp2") + syntax);
        assertThat(parts).hasSize(2).allSatisfy(part -> {
            assertThat(part.type()).isEqualTo("image/jp2; transfer-syntax=" + J2K);
            assertThat(part.body()).startsWith(0xFF, 0x4F, 0xFF, 0x51);
        });
    }

    @Test
    void aVideoIsGivenAsItIsAndNotAsJpeg2000() {
        byte[] stream = Samples.noise(4_000);
        Draft video = Draft.ct().image(16, 16, 1).fragments(HEVC, stream);
        root.store(video.bytes()).assertStatus(200);
        root.get(video.path() + "/frames/1", "Accept", parts("image/jp2")).assertStatus(406);
        assertThat(frames(video.path(), "1", parts(OCTETS) + "; transfer-syntax=*")
                        .getFirst()
                        .body())
                .isEqualTo(stream);
    }

    @Test
    void theOriginalIsGivenAsAnything() {
        RealFile compressed = RealFile.fresh("pydicom/MR_small_jp2klossless.dcm");
        root.store(compressed.bytes()).assertStatus(200);
        Answer.Part part = frames(compressed.path(), "1", "*/*").getFirst();
        assertThat(part.type()).isEqualTo("image/jp2; transfer-syntax=" + J2K);
        assertThat(Samples.latin(compressed.bytes())).contains(Samples.latin(part.body()));
    }

    @Test
    void severalFramesComeInTheOrderAskedForAndEachWithItsHeaders() {
        Draft draft = stored();
        List<Answer.Part> parts = frames(draft.path(), "2,1", "*/*");
        assertThat(parts).extracting(Answer.Part::body).containsExactly(frame(draft, 2), frame(draft, 1));
        assertThat(parts).extracting(Answer.Part::type).containsOnly(OCTETS + "; transfer-syntax=" + Draft.EXPLICIT);
    }

    @Test
    void oneFrameIsGivenAlone() {
        Draft draft = stored();
        Answer answer = root.get(draft.path() + "/frames/2", "Accept", OCTETS).assertStatus(200);
        assertThat(answer.header("Content-Type")).startsWith(OCTETS);
        assertThat(answer.body()).isEqualTo(frame(draft, 2));
        root.get(draft.path() + "/frames/1,2", "Accept", OCTETS).assertStatus(400);
    }

    @Test
    void theFourthFrameOfTwoIsNotFound() {
        root.get(stored().path() + "/frames/4", "Accept", "*/*").assertStatus(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "one"})
    void whatIsNoNumberOfAFrameIsRefused(String frame) {
        root.get(stored().path() + "/frames/" + frame, "Accept", "*/*").assertStatus(400);
    }

    /// For the slide of the reference: many compressed frames, given as they are.
    @Test
    void compressedFramesOfARealFileAreGivenAsTheyAre() {
        RealFile file = RealFile.fresh("pydicom/liver_j2k.dcm");
        root.store(file.bytes()).assertStatus(200);
        List<Answer.Part> parts = frames(file.path(), "1,3", parts(OCTETS) + "; transfer-syntax=*");
        assertThat(parts).hasSize(2).allSatisfy(part -> {
            assertThat(part.type()).endsWith("transfer-syntax=" + J2K);
            assertThat(Samples.latin(file.bytes())).contains(Samples.latin(part.body()));
        });
    }
}
