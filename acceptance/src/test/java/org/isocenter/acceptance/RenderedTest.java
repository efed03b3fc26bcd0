package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rendered resources and thumbnails (PS3.18 8.3.5), their pictures taken as numbers.
final class RenderedTest {
    private static final int ROWS = 40;
    private static final int COLUMNS = 50;
    private static final String BROWSER = "image/avif,image/webp,image/*,*/*;q=0.8";

    /// Three frames of a ramp, with a window that shows a part of it.
    private static final Draft RAMP = Draft.ct()
            .image(ROWS, COLUMNS, 3)
            .text(Tag.WindowCenter, "DS", "30000")
            .text(Tag.WindowWidth, "DS", "20000");

    private static final Draft PIXELLESS = Draft.ct().withoutPixels();
    private static final Draft BROKEN = Draft.ct().fragments("1.2.840.10008.1.2.4.80", new byte[] {1, 2, 3, 4});

    private final Dicomweb dicomweb = Archive.get().dicomweb();

    @BeforeAll
    static void store() {
        Archive.get()
                .dicomweb()
                .store(RAMP.bytes(), PIXELLESS.bytes(), BROKEN.bytes())
                .assertStatus(200);
    }

    private static BufferedImage picture(Answer answer) throws IOException {
        BufferedImage picture =
                ImageIO.read(new ByteArrayInputStream(answer.assertStatus(200).body()));
        assertThat(picture).isNotNull();
        return picture;
    }

    private static int sample(int frame, int x, int y) {
        return ((frame - 1) * ROWS * COLUMNS + y * COLUMNS + x) * 31 + 7 & 0xFFFF;
    }

    /// PS3.3 C.11.2.1.2.1.
    private static int linear(double value, double center, double width) {
        double shown = ((value - (center - 0.5)) / (width - 1) + 0.5) * 255;
        return (int) Math.round(Math.clamp(shown, 0, 255));
    }

    @ParameterizedTest
    @MethodSource("windows")
    void pixelsGoThroughTheWindow(String query, int frame, double center, double width) throws IOException {
        Answer answer = dicomweb.get(RAMP.path() + "/frames/" + frame + "/rendered" + query, "Accept", "image/png");
        assertThat(answer.header("Content-Type")).isEqualTo("image/png");
        BufferedImage picture = picture(answer);
        assertThat(picture.getWidth()).isEqualTo(COLUMNS);
        assertThat(picture.getHeight()).isEqualTo(ROWS);
        for (int y = 0; y < ROWS; y++) {
            for (int x = 0; x < COLUMNS; x++) {
                assertThat(picture.getRaster().getSample(x, y, 0))
                        .isCloseTo(linear(sample(frame, x, y), center, width), within(1));
            }
        }
    }

    static Stream<Arguments> windows() {
        return Stream.of(
                arguments("", 1, 30000, 20000),
                arguments("", 3, 30000, 20000),
                arguments("?window=1000,500,linear", 1, 1000, 500),
                arguments("?window=50000,30000,linear", 2, 50000, 30000));
    }

    @Test
    void anInstanceIsItsFirstFrameAsJpegUnlessAnotherFormIsAskedFor() throws IOException {
        for (String accept : List.of("*/*", "image/*", "image/jpeg", BROWSER)) {
            Answer answer = dicomweb.get(RAMP.path() + "/rendered", "Accept", accept);
            assertThat(answer.header("Content-Type")).isEqualTo("image/jpeg");
            assertThat(picture(answer).getWidth()).isEqualTo(COLUMNS);
        }
        assertThat(dicomweb.get(RAMP.path() + "/rendered", "Accept", "image/png")
                        .assertStatus(200)
                        .header("Content-Type"))
                .isEqualTo("image/png");
    }

    @Test
    void asGifAnInstanceIsAllItsFrames() throws IOException {
        byte[] gif = dicomweb.get(RAMP.path() + "/rendered", "Accept", "image/gif")
                .assertStatus(200)
                .body();
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(gif))) {
            reader.setInput(in);
            assertThat(reader.getNumImages(true)).isEqualTo(3);
            assertThat(reader.read(1).getRaster().getSample(0, 0, 0)).isNotNegative();
        } finally {
            reader.dispose();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/jp2", "image/jph", "image/jphc", "image/gif"})
    void aFrameComesInTheFormThatIsAskedFor(String type) {
        Answer answer =
                dicomweb.get(RAMP.path() + "/frames/2/rendered", "Accept", type).assertStatus(200);
        assertThat(answer.header("Content-Type")).isEqualTo(type);
        byte[] first = switch (type) {
            case "image/gif" -> new byte[] {'G', 'I', 'F', '8', '9', 'a'};
            case "image/jphc" -> new byte[] {(byte) 0xFF, 0x4F, (byte) 0xFF, 0x51};
            default -> new byte[] {0, 0, 0, 12, 'j', 'P', ' ', ' '};
        };
        assertThat(answer.body()).startsWith(first);
    }

    @Test
    void pixelsThatAreNotSquareGiveAPictureInTheProportionsOfWhatWasImaged() throws IOException {
        Draft high = Draft.ct().image(ROWS, COLUMNS, 1).text(Tag.PixelSpacing, "DS", "1\\0.5");
        dicomweb.store(high.bytes()).assertStatus(200);
        BufferedImage whole = picture(dicomweb.get(high.path() + "/rendered", "Accept", "image/png"));
        assertThat(new int[] {whole.getWidth(), whole.getHeight()}).containsExactly(COLUMNS, 2 * ROWS);
        BufferedImage small = picture(dicomweb.get(high.path() + "/thumbnail?viewport=32,32", "Accept", "image/png"));
        assertThat(new int[] {small.getWidth(), small.getHeight()}).containsExactly(20, 32);
    }

    @Test
    void severalFramesAreParts() throws IOException {
        List<Answer.Part> parts = dicomweb.get(
                        RAMP.path() + "/frames/2,1/rendered", "Accept", "multipart/related; type=\"image/png\"")
                .assertStatus(200)
                .parts();
        assertThat(parts).extracting(Answer.Part::type).containsExactly("image/png", "image/png");
        BufferedImage second =
                ImageIO.read(new ByteArrayInputStream(parts.getFirst().body()));
        assertThat(second.getRaster().getSample(3, 1, 0)).isCloseTo(linear(sample(2, 3, 1), 30000, 20000), within(1));
    }

    @Test
    void aStudyIsAPartForEachInstanceThatCanBeShown() {
        List<Answer.Part> parts = dicomweb.get(RAMP.studyPath() + "/rendered", "Accept", "*/*")
                .assertStatus(200)
                .parts();
        assertThat(parts).extracting(Answer.Part::type).containsExactly("image/jpeg");
        assertThat(dicomweb.get(RAMP.seriesPath() + "/rendered", "Accept", "*/*")
                        .assertStatus(200)
                        .parts())
                .hasSize(1);
    }

    @Test
    void aViewportScalesAndCuts() throws IOException {
        BufferedImage half = picture(dicomweb.get(RAMP.path() + "/rendered?viewport=25,25", "Accept", "image/png"));
        assertThat(half.getWidth()).isEqualTo(25);
        assertThat(half.getHeight()).isEqualTo(20);
        BufferedImage part =
                picture(dicomweb.get(RAMP.path() + "/rendered?viewport=10,10,5,6,10,10", "Accept", "image/png"));
        assertThat(part.getWidth()).isEqualTo(10);
        assertThat(part.getRaster().getSample(0, 0, 0)).isCloseTo(linear(sample(1, 5, 6), 30000, 20000), within(1));
    }

    @Test
    void aThumbnailIsSmallAtEveryLevel() throws IOException {
        for (String path : List.of(RAMP.studyPath(), RAMP.seriesPath(), RAMP.path(), RAMP.path() + "/frames/2")) {
            Answer answer = dicomweb.get(path + "/thumbnail?viewport=32,32", "Accept", "image/jpeg, */*");
            BufferedImage picture = picture(answer);
            assertThat(Math.max(picture.getWidth(), picture.getHeight())).isEqualTo(32);
            assertThat(dicomweb.get(
                                    path + "/thumbnail?viewport=32,32",
                                    "Accept",
                                    "image/jpeg, */*",
                                    "If-None-Match",
                                    answer.header("ETag"))
                            .status())
                    .isEqualTo(304);
        }
    }

    @Test
    void thePictureOfAnInstanceIsTheSameAsLongAsTheInstanceIs() {
        String path = RAMP.path() + "/rendered?window=1000,500,linear";
        String tag = dicomweb.get(path, "Accept", "image/png").assertStatus(200).header("ETag");
        dicomweb.get(path, "Accept", "image/png", "If-None-Match", tag).assertStatus(304);
        dicomweb.get(path, "Accept", "image/jpeg", "If-None-Match", tag).assertStatus(200);
        dicomweb.get(RAMP.path() + "/rendered", "Accept", "image/png", "If-None-Match", tag)
                .assertStatus(200);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void whatCannotBeShownIsRefused(String path, String accept, int status) {
        dicomweb.get(path, "Accept", accept).assertStatus(status);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(RAMP.path() + "/rendered?quality=0", "*/*", 400),
                arguments(RAMP.path() + "/rendered?quality=101", "*/*", 400),
                arguments(RAMP.path() + "/rendered?quality=x", "*/*", 400),
                arguments(RAMP.path() + "/rendered?viewport=0,0", "*/*", 400),
                arguments(RAMP.path() + "/rendered?viewport=99999999,2", "*/*", 400),
                arguments(RAMP.path() + "/rendered?viewport=1,2,3", "*/*", 400),
                arguments(RAMP.path() + "/rendered?window=1,0,linear", "*/*", 400),
                arguments(RAMP.path() + "/rendered?window=1,2,cubic", "*/*", 400),
                arguments(RAMP.path() + "/rendered?window=NaN,2,linear", "*/*", 400),
                arguments(RAMP.path() + "/rendered?annotation=everything", "*/*", 400),
                arguments(RAMP.path() + "/rendered?iccprofile=maybe", "*/*", 400),
                arguments(RAMP.path() + "/rendered?iccprofile=adobergb", "image/gif", 400),
                arguments(RAMP.path() + "/frames/1/rendered?iccprofile=rommrgb", "image/jphc", 400),
                arguments(RAMP.path() + "/rendered?presentationUID=1.2.3", "*/*", 400),
                arguments(RAMP.path() + "/frames/4/rendered", "*/*", 404),
                arguments(RAMP.path() + "/frames/0/rendered", "*/*", 400),
                arguments(RAMP.path() + "/rendered", "image/tiff", 406),
                arguments(RAMP.path() + "/rendered", "application/dicom", 406),
                arguments(PIXELLESS.path() + "/rendered", "*/*", 406),
                arguments(PIXELLESS.path() + "/thumbnail", "*/*", 404),
                arguments(PIXELLESS.studyPath() + "/thumbnail", "*/*", 404),
                arguments(BROKEN.path() + "/rendered", "*/*", 406),
                arguments(BROKEN.path() + "/thumbnail", "*/*", 404),
                arguments(RAMP.seriesPath() + "/instances/1.2.3/rendered", "*/*", 404),
                arguments("/studies/1.2.3/rendered", "*/*", 404),
                arguments("/studies/1.2.3/thumbnail", "*/*", 404));
    }
}
