package org.isocenter.server.render;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.isocenter.server.render.Sketch.bytes;
import static org.isocenter.server.render.Sketch.head;
import static org.isocenter.server.render.Sketch.pixels;

import java.util.Arrays;
import java.util.Random;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Parts, mirrors and sizes of pictures (PS3.18 8.3.5.1.3).
final class PlacementTest {
    /// 3 x 2 pixels.
    private static final byte[] SIX = bytes(1, 2, 3, 4, 5, 6);

    private static DataSet image(int columns, int rows) {
        return head("MONOCHROME2", columns, rows, 8, 8, false);
    }

    private static int[] shown(int columns, int rows, byte[] frame, Viewport viewport) throws Exception {
        return pixels(image(columns, rows), frame, Sketch.RAW.within(viewport));
    }

    @Test
    @DisplayName("a viewport of the size of the image changes nothing")
    void same() throws Exception {
        assertThat(shown(3, 2, SIX, new Viewport(3, 2))).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(shown(3, 2, SIX, new Viewport(3, 2, 0, 0, 3, 2))).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    @DisplayName("a part is cut out")
    void part() throws Exception {
        assertThat(shown(3, 2, SIX, new Viewport(2, 2, 1, 0, 0, 0))).containsExactly(2, 3, 5, 6);
        assertThat(shown(3, 2, SIX, new Viewport(1, 1, 2, 1, 1, 1))).containsExactly(6);
        assertThat(shown(3, 2, SIX, new Viewport(2, 1, 1, 1, 99, 99))).containsExactly(5, 6);
    }

    @Test
    @DisplayName("a negative width mirrors left to right, a negative height top to bottom")
    void mirrored() throws Exception {
        assertThat(shown(3, 2, SIX, new Viewport(3, 2, 0, 0, -3, 2))).containsExactly(3, 2, 1, 6, 5, 4);
        assertThat(shown(3, 2, SIX, new Viewport(3, 2, 0, 0, 3, -2))).containsExactly(4, 5, 6, 1, 2, 3);
        assertThat(shown(3, 2, SIX, new Viewport(2, 2, 1, 0, -2, -2))).containsExactly(6, 5, 3, 2);
    }

    @Test
    @DisplayName("proportions are kept: the picture is as wide or as high as asked for")
    void proportions() throws Exception {
        byte[] frame = new byte[40 * 20];
        Picture wide = Sketch.picture(image(40, 20), frame, Sketch.RAW.within(new Viewport(20, 20)));
        assertThat(wide.width()).isEqualTo(20);
        assertThat(wide.height()).isEqualTo(10);
        Picture larger = Sketch.picture(image(40, 20), frame, Sketch.RAW.within(new Viewport(400, 100)));
        assertThat(larger.width()).isEqualTo(200);
        assertThat(larger.height()).isEqualTo(100);
        Picture thin = Sketch.picture(image(40, 1), new byte[40], Sketch.RAW.within(new Viewport(4, 4)));
        assertThat(thin.height()).isEqualTo(1);
    }

    @Test
    @DisplayName("a smaller picture has the mean of what a pixel covers")
    void smaller() throws Exception {
        assertThat(shown(4, 2, bytes(0, 10, 100, 200, 20, 30, 100, 201), new Viewport(2, 1)))
                .containsExactly(15, 150);
        // Three pixels on two: one and a half each.
        assertThat(shown(3, 1, bytes(0, 90, 240), new Viewport(2, 1))).containsExactly(30, 190);
        // A part of a pixel counts as much as is shown of it.
        assertThat(shown(4, 1, bytes(100, 200, 0, 0), new Viewport(1, 1, 0.5, 0, 1.5, 1)))
                .containsExactly(167);
    }

    @Test
    @DisplayName("a larger picture goes straight from the center of one pixel to that of the next")
    void larger() throws Exception {
        assertThat(shown(2, 1, bytes(0, 100), new Viewport(4, 2))).containsExactly(0, 25, 75, 100, 0, 25, 75, 100);
        assertThat(shown(2, 1, bytes(0, 100), new Viewport(4, 2, 0, 0, -2, 1)))
                .containsExactly(100, 75, 25, 0, 100, 75, 25, 0);
    }

    @Test
    @DisplayName("pixels that are higher than wide make the picture higher, wider ones make it wider")
    void pixelsThatAreNotSquare() throws Exception {
        DataSet high = image(2, 2).putString(Tag.PixelSpacing, "1.5", "0.75");
        // Down the centers of four rows lie at -0.25, 0.25, 0.75 and 1.25 of two.
        assertThat(pixels(high, bytes(0, 10, 100, 110))).containsExactly(0, 10, 25, 35, 75, 85, 100, 110);
        DataSet wide = image(2, 1).putString(Tag.PixelSpacing, "0.5", "1");
        assertThat(pixels(wide, bytes(0, 100))).containsExactly(0, 25, 75, 100);
    }

    @Test
    @DisplayName("the shape of pixels is told by spacings before the aspect ratio, and for frames by their groups")
    void shapes() throws Exception {
        assertSize(image(10, 10).putString(Tag.ImagerPixelSpacing, "0.2", "0.1"), 10, 20);
        assertSize(image(10, 10).putString(Tag.NominalScannedPixelSpacing, "0.1", "0.3"), 30, 10);
        assertSize(image(10, 10).putString(Tag.PixelAspectRatio, "4", "3"), 10, 13);
        assertSize(
                image(10, 10)
                        .putString(Tag.PixelAspectRatio, "4", "1")
                        .putString(Tag.ImagerPixelSpacing, "3", "1")
                        .putString(Tag.PixelSpacing, "2", "1"),
                10,
                20);
        DataSet measures = new DataSet().putString(Tag.PixelSpacing, "1", "2");
        DataSet groups = new DataSet().putItems(Tag.PixelMeasuresSequence, measures);
        assertSize(
                image(10, 10)
                        .putString(Tag.PixelAspectRatio, "4", "1")
                        .putItems(Tag.SharedFunctionalGroupsSequence, groups),
                20,
                10);
    }

    @Test
    @DisplayName("shapes that nobody sees, or that make no sense, are square; the next attribute is asked then")
    void noShapes() throws Exception {
        assertSize(image(10, 10).putString(Tag.PixelSpacing, "0.48828", "0.48829"), 10, 10);
        for (String[] none : new String[][] {{"0", "1"}, {"-1", "1"}, {"1e300", "1"}, {"1"}, {"a", "b"}}) {
            DataSet image = image(10, 10).putString(Tag.PixelSpacing, none);
            assertSize(image, 10, 10);
            assertSize(image.putString(Tag.PixelAspectRatio, "2", "1"), 10, 20);
        }
    }

    @Test
    @DisplayName("where a picture became too large by its pixels, it becomes smaller across them")
    void largeShapes() throws Exception {
        assertSize(image(20, 16000).putString(Tag.PixelSpacing, "2", "1"), 10, 16000);
    }

    private static void assertSize(DataSet image, int width, int height) throws Exception {
        int pixels = requireNonNull(image.findInt(Tag.Rows)) * requireNonNull(image.findInt(Tag.Columns));
        Picture picture = Sketch.picture(image, new byte[pixels], Sketch.RAW);
        assertThat(new int[] {picture.width(), picture.height()}).containsExactly(width, height);
    }

    @Test
    @DisplayName("a viewport counts pixels of the image, and has the proportions of what is seen")
    void viewportOfPixelsThatAreNotSquare() throws Exception {
        DataSet image = image(4, 4).putString(Tag.PixelSpacing, "2", "1");
        byte[] frame = bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
        Picture whole = Sketch.picture(image, frame, Sketch.RAW.within(new Viewport(8, 8)));
        assertThat(new int[] {whole.width(), whole.height()}).containsExactly(4, 8);
        // Two columns of one row, which are as wide as that is high.
        Picture part = Sketch.picture(image, frame, Sketch.RAW.within(new Viewport(2, 2, 2, 1, 2, 1)));
        assertThat(Sketch.unsigned(part.bytes())).containsExactly(7, 8, 7, 8);
    }

    @Test
    @DisplayName("colours are scaled each for itself")
    void colors() throws Exception {
        DataSet image = head("RGB", 2, 1, 8, 8, false);
        assertThat(pixels(image, bytes(0, 10, 20, 100, 30, 60), Sketch.RAW.within(new Viewport(1, 1))))
                .containsExactly(50, 20, 40);
    }

    @Test
    @DisplayName("scaling keeps a picture of one shade, whatever the sizes are")
    void oneShade() throws Exception {
        long seed = Long.getLong("seed", 20240611);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int columns = 1 + random.nextInt(60);
            int rows = 1 + random.nextInt(60);
            byte[] frame = new byte[columns * rows];
            byte shade = (byte) random.nextInt(256);
            Arrays.fill(frame, shade);
            Viewport viewport = new Viewport(
                    1 + random.nextInt(90),
                    1 + random.nextInt(90),
                    random.nextDouble() * (columns - 0.01),
                    random.nextDouble() * (rows - 0.01),
                    random.nextInt(3) * random.nextDouble() * 70 * (random.nextBoolean() ? 1 : -1),
                    random.nextInt(3) * random.nextDouble() * 70 * (random.nextBoolean() ? 1 : -1));
            assertThat(shown(columns, rows, frame, viewport))
                    .as("seed %d round %d: %s of %d x %d", seed, round, viewport, columns, rows)
                    .containsOnly(shade & 0xFF);
        }
    }

    @Test
    @DisplayName("of a viewport that is thinner than a pixel, that pixel is shown")
    void thin() throws Exception {
        assertThat(shown(3, 2, SIX, new Viewport(3, 2, 1, 1, 1e-300, 1e-300))).containsOnly(5);
        assertThat(shown(3, 2, SIX, new Viewport(3, 2, 2, 1, 1e-300, 1))).containsOnly(6);
    }

    @Test
    @DisplayName("a viewport beside the image is refused")
    void beside() {
        assertThatThrownBy(() -> shown(3, 2, SIX, new Viewport(3, 2, 3, 0, 1, 1)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("beside the image of 3 x 2");
    }

    @Test
    @DisplayName("a viewport of no size, or too large a one, is no viewport")
    void noViewport() {
        assertThatThrownBy(() -> new Viewport(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Viewport(1, 1_000_000)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Viewport(1, 1, -1, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Viewport(1, 1, Double.NaN, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Viewport(1, 1, 0, 0, 1 / 0.0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("a picture of more pixels than are made is refused, whatever asks for it")
    void tooLarge() {
        assertThatThrownBy(() -> shown(3, 3, new byte[9], new Viewport(16384, 16384)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("16384 x 16384");
        assertThatThrownBy(() -> pixels(image(20000, 1), new byte[20000]))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("20000 x 1");
    }
}
