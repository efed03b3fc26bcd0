package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rendered instances and frames.
@ParameterizedClass
@MethodSource("org.isocenter.acceptance.CompatibleBases#all")
class CompatibleRenderedTest {
    private final Dicomweb root;

    CompatibleRenderedTest(Dicomweb root) {
        this.root = root;
    }

    private Draft stored() {
        Draft draft = Draft.ct().image(16, 24, 2);
        root.store(draft.bytes()).assertStatus(200);
        return draft;
    }

    private static void assertPicture(Answer answer, String type) throws IOException {
        assertThat(answer.assertStatus(200).header("Content-Type")).isEqualTo(type);
        var picture = ImageIO.read(new ByteArrayInputStream(answer.body()));
        assertThat(picture.getWidth()).isEqualTo(24);
        assertThat(picture.getHeight()).isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/jpeg", "image/png"})
    void theTypeThatIsAskedForIsGiven(String type) throws IOException {
        Draft draft = stored();
        assertPicture(root.get(draft.path() + "/rendered", "Accept", type), type);
        assertPicture(root.get(draft.path() + "/frames/1/rendered", "Accept", type), type);
        assertPicture(root.get(draft.path() + "/frames/2/rendered", "Accept", type), type);
    }

    @Test
    void jpegIsGivenWhereNothingIsAskedFor() throws IOException {
        Draft draft = stored();
        assertPicture(root.get(draft.path() + "/rendered"), "image/jpeg");
        assertPicture(root.get(draft.path() + "/frames/2/rendered"), "image/jpeg");
    }

    @Test
    void aFrameBeyondTheLastIsNotFound() {
        root.get(stored().path() + "/frames/3/rendered", "Accept", "image/jpeg").assertStatus(404);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void theLeastAndTheBestQualityAreGiven(int quality) throws IOException {
        Draft draft = stored();
        assertPicture(root.get(draft.path() + "/rendered?quality=" + quality, "Accept", "image/jpeg"), "image/jpeg");
        assertPicture(
                root.get(draft.path() + "/frames/1/rendered?quality=" + quality, "Accept", "image/jpeg"), "image/jpeg");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "101", "good"})
    void aQualityThatIsNoneIsRefused(String quality) {
        root.get(stored().path() + "/rendered?quality=" + quality, "Accept", "image/jpeg")
                .assertStatus(400);
    }
}
