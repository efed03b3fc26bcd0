package org.isocenter.server.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.isocenter.server.render.Sketch.bytes;
import static org.isocenter.server.render.Sketch.grey16;
import static org.isocenter.server.render.Sketch.grey8;
import static org.isocenter.server.render.Sketch.head;
import static org.isocenter.server.render.Sketch.pixels;
import static org.isocenter.server.render.Sketch.put;
import static org.isocenter.server.render.Sketch.table;
import static org.isocenter.server.render.Sketch.words;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Vr;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Images shown by a presentation state (PS3.4 N.2).
final class PresentationStateTest {
    private static final byte[] SIX = bytes(1, 2, 3, 4, 5, 6);

    private static DataSet state() {
        return new DataSet()
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.11.1")
                .putString(Tag.SOPInstanceUID, "2.25.2")
                .putString(Tag.PresentationLUTShape, "IDENTITY");
    }

    private static int[] shown(DataSet image, byte[] frame, DataSet state) throws Exception {
        return pixels(image, frame, Sketch.RAW.with(Sketch.instance(state)));
    }

    private static DataSet six() {
        return head("MONOCHROME2", 3, 2, 8, 8, false);
    }

    private static DataSet window(String center, String width) {
        return new DataSet().putString(Tag.WindowCenter, center).putString(Tag.WindowWidth, width);
    }

    private static DataSet reference(String uid, int... frames) {
        DataSet reference = new DataSet().putString(Tag.ReferencedSOPInstanceUID, uid);
        return frames.length == 0 ? reference : reference.putInts(Tag.ReferencedFrameNumber, frames);
    }

    @Test
    @DisplayName("what the image says of slope, window and photometric interpretation does not count")
    void replaces() throws Exception {
        DataSet image = head("MONOCHROME1", 3, 1, 8, 8, false)
                .putString(Tag.RescaleSlope, "1")
                .putString(Tag.RescaleIntercept, "-100")
                .putString(Tag.WindowCenter, "0")
                .putString(Tag.WindowWidth, "1");
        assertThat(shown(image, bytes(0, 100, 255), state())).containsExactly(0, 100, 255);
        assertThat(shown(image, bytes(0, 100, 255), state().putString(Tag.PresentationLUTShape, "INVERSE")))
                .containsExactly(255, 155, 0);
    }

    @Test
    @DisplayName("its own slope, its window and its presentation table do")
    void pipeline() throws Exception {
        DataSet state = state().putString(Tag.RescaleSlope, "2").putString(Tag.RescaleIntercept, "0");
        state.putItems(Tag.SoftcopyVOILUTSequence, window("100.5", "201"));
        assertThat(shown(grey16(4, false), words(0, 25, 50, 100), state)).containsExactly(0, 64, 128, 255);
        state.putItems(Tag.PresentationLUTSequence, table(Vr.US, 0, 8, 255, 0, 100));
        assertThat(shown(grey16(4, false), words(0, 25, 50, 100), state)).containsExactly(255, 0, 0, 100);
    }

    @Test
    @DisplayName("without a window all values that there can be are shown, not those that there are")
    void identity() throws Exception {
        assertThat(shown(grey16(3, false), words(0, 0x8000, 0xFFFF), state())).containsExactly(0, 128, 255);
        assertThat(shown(grey16(2, false), words(0, 0x101), state())).containsExactly(0, 1);
    }

    @Test
    @DisplayName("a window counts for the images and frames that it names")
    void referenced() throws Exception {
        DataSet other = window("7", "1");
        other.putItems(Tag.ReferencedImageSequence, reference("2.25.99"));
        DataSet second = window("2", "1");
        second.putItems(Tag.ReferencedImageSequence, reference(Sketch.UID, 2));
        DataSet first = window("1", "1");
        first.putItems(Tag.ReferencedImageSequence, reference(Sketch.UID, 1, 3));
        DataSet state = state().putItems(Tag.SoftcopyVOILUTSequence, other, second, first);
        DataSet image = grey8(3).putString(Tag.NumberOfFrames, "4");
        Renderer renderer = Renderer.of(Sketch.instance(image), Sketch.RAW.with(Sketch.instance(state)));
        assertThat(Sketch.unsigned(renderer.render(1, bytes(0, 1, 2)).bytes())).containsExactly(0, 255, 255);
        assertThat(Sketch.unsigned(renderer.render(2, bytes(0, 1, 2)).bytes())).containsExactly(0, 0, 255);
        assertThat(Sketch.unsigned(renderer.render(4, bytes(0, 1, 2)).bytes())).containsExactly(0, 1, 2);
    }

    @Test
    @DisplayName("an area is cut out, then turned clockwise, then mirrored left to right")
    void turned() throws Exception {
        assertThat(shown(six(), SIX, state().putInts(Tag.ImageRotation, 90))).containsExactly(4, 1, 5, 2, 6, 3);
        assertThat(shown(six(), SIX, state().putInts(Tag.ImageRotation, 180))).containsExactly(6, 5, 4, 3, 2, 1);
        assertThat(shown(six(), SIX, state().putInts(Tag.ImageRotation, 270))).containsExactly(3, 6, 2, 5, 1, 4);
        assertThat(shown(six(), SIX, state().putString(Tag.ImageHorizontalFlip, "Y")))
                .containsExactly(3, 2, 1, 6, 5, 4);
        DataSet both = state().putInts(Tag.ImageRotation, 90).putString(Tag.ImageHorizontalFlip, "Y");
        assertThat(shown(six(), SIX, both)).containsExactly(1, 4, 2, 5, 3, 6);
        // The corners are told as they stand after turning: what was lower left is upper left.
        both.putItems(Tag.DisplayedAreaSelectionSequence, area(3, 2, 2, 1));
        assertThat(shown(six(), SIX, both)).containsExactly(2, 5, 3, 6);
    }

    private static DataSet area(int left, int top, int right, int bottom) {
        return new DataSet()
                .putInts(Tag.DisplayedAreaTopLeftHandCorner, left, top)
                .putInts(Tag.DisplayedAreaBottomRightHandCorner, right, bottom);
    }

    @Test
    @DisplayName("of an area that reaches beyond the image the rest is shown; one beside the image is refused")
    void area() throws Exception {
        DataSet state = state().putItems(Tag.DisplayedAreaSelectionSequence, area(2, -5, 9, 1));
        assertThat(shown(six(), SIX, state)).containsExactly(2, 3);
        DataSet beside = state().putItems(Tag.DisplayedAreaSelectionSequence, area(10, 1, 12, 2));
        assertThatThrownBy(() -> shown(six(), SIX, beside)).isInstanceOf(MalformedException.class);
    }

    @Test
    @DisplayName("a viewport is of the image as it is turned")
    void viewport() throws Exception {
        DataSet state = state().putInts(Tag.ImageRotation, 90);
        RenderOptions options = Sketch.RAW.with(Sketch.instance(state)).within(new Viewport(1, 2, 1, 1, 1, 2));
        assertThat(pixels(six(), SIX, options)).containsExactly(2, 3);
    }

    private static int[] size(DataSet image, RenderOptions options) throws Exception {
        Picture picture = Sketch.picture(image, new byte[16], options);
        return new int[] {picture.width(), picture.height()};
    }

    private static DataSet sized(DataSet state, String mode) {
        DataSet area = area(1, 1, 4, 4)
                .putString(Tag.PresentationSizeMode, mode)
                .putString(Tag.PresentationPixelSpacing, "1", "1");
        return state.putItems(Tag.DisplayedAreaSelectionSequence, area);
    }

    @Test
    @DisplayName(
            "what is fitted, and what has a true size nobody here can know, has the size of the viewport or its own")
    void fitted() throws Exception {
        DataSet image = head("MONOCHROME2", 4, 4, 8, 8, false);
        for (String mode : new String[] {"SCALE TO FIT", "TRUE SIZE"}) {
            RenderOptions options = Sketch.RAW.with(Sketch.instance(sized(state(), mode)));
            assertThat(size(image, options)).containsExactly(4, 4);
            assertThat(size(image, options.within(new Viewport(10, 20)))).containsExactly(10, 10);
        }
    }

    @Test
    @DisplayName("what is magnified keeps that size, and a viewport shows the middle of it")
    void magnified() throws Exception {
        DataSet state = sized(state(), "MAGNIFY");
        DataSet area = state.items(Tag.DisplayedAreaSelectionSequence).getFirst();
        put(area, Tag.PresentationPixelMagnificationRatio, Vr.FL, floats(2));
        DataSet image = head("MONOCHROME2", 4, 4, 8, 8, false);
        RenderOptions options = Sketch.RAW.with(Sketch.instance(state));
        assertThat(size(image, options)).containsExactly(8, 8);
        assertThat(size(image, options.within(new Viewport(20, 4)))).containsExactly(8, 4);
        byte[] frame = bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
        put(area, Tag.PresentationPixelMagnificationRatio, Vr.FL, floats(1));
        assertThat(pixels(image, frame, options.within(new Viewport(2, 2)))).containsExactly(6, 7, 10, 11);
        // Whoever names a part wants it as large as the viewport.
        assertThat(size(image, options.within(new Viewport(8, 8, 1, 1, 1, 2)))).containsExactly(4, 8);
        for (float none : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
            put(area, Tag.PresentationPixelMagnificationRatio, Vr.FL, floats(none));
            assertThatThrownBy(() -> size(image, options)).isInstanceOf(MalformedException.class);
        }
        put(area, Tag.PresentationPixelMagnificationRatio, Vr.FL, floats(1e30f));
        assertThatThrownBy(() -> size(image, options)).isInstanceOf(MalformedException.class);
        assertThat(size(image, options.within(new Viewport(3, 3)))).containsExactly(3, 3);
    }

    @Test
    @DisplayName("the shape of pixels is that which the state names for its area, turned with the image")
    void shape() throws Exception {
        DataSet image = head("MONOCHROME2", 4, 4, 8, 8, false).putString(Tag.PixelSpacing, "3", "1");
        DataSet state = state();
        RenderOptions options = Sketch.RAW.with(Sketch.instance(state));
        assertThat(size(image, options)).containsExactly(4, 12);
        state.putInts(Tag.ImageRotation, 90);
        assertThat(size(image, options)).containsExactly(12, 4);
        state.putItems(
                Tag.DisplayedAreaSelectionSequence,
                area(1, 4, 4, 3).putString(Tag.PresentationPixelAspectRatio, "2", "1"));
        assertThat(size(image, options)).containsExactly(4, 4);
    }

    @Test
    @DisplayName("an area counts for the images and frames that it names")
    void areaOfFrame() throws Exception {
        DataSet second = area(3, 1, 3, 2);
        second.putItems(Tag.ReferencedImageSequence, reference(Sketch.UID, 2));
        DataSet first = area(1, 1, 2, 1);
        first.putItems(Tag.ReferencedImageSequence, reference(Sketch.UID, 1));
        DataSet state = state().putItems(Tag.DisplayedAreaSelectionSequence, second, first);
        DataSet image = six().putString(Tag.NumberOfFrames, "3");
        Renderer renderer = Renderer.of(Sketch.instance(image), Sketch.RAW.with(Sketch.instance(state)));
        assertThat(Sketch.unsigned(renderer.render(1, SIX).bytes())).containsExactly(1, 2);
        assertThat(Sketch.unsigned(renderer.render(2, SIX).bytes())).containsExactly(3, 6);
        assertThat(Sketch.unsigned(renderer.render(3, SIX).bytes())).containsExactly(1, 2, 3, 4, 5, 6);
    }

    private static byte[] floats(float... numbers) {
        ByteBuffer data = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : numbers) {
            data.putFloat(number);
        }
        return data.array();
    }

    private static DataSet graphic(String units, String type, float... points) {
        DataSet graphic = new DataSet()
                .putString(Tag.GraphicAnnotationUnits, units)
                .putInts(Tag.GraphicDimensions, 2)
                .putInts(Tag.NumberOfGraphicPoints, points.length / 2)
                .putString(Tag.GraphicType, type);
        put(graphic, Tag.GraphicData, Vr.FL, floats(points));
        return new DataSet().putItems(Tag.GraphicObjectSequence, graphic);
    }

    @Test
    @DisplayName("lines are drawn at places of the image, and follow it when it is turned and scaled")
    void lines() throws Exception {
        DataSet image = head("MONOCHROME2", 4, 4, 8, 8, false);
        // Along the second row, from the second pixel to beyond the end.
        DataSet state =
                state().putItems(Tag.GraphicAnnotationSequence, graphic("PIXEL", "POLYLINE", 1.5f, 1.5f, 1e30f, 1.5f));
        assertThat(shown(image, new byte[16], state))
                .containsExactly(0, 0, 0, 0, 0, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0);
        state.putInts(Tag.ImageRotation, 90);
        assertThat(shown(image, new byte[16], state))
                .containsExactly(0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0);
        RenderOptions larger = Sketch.RAW.with(Sketch.instance(state)).within(new Viewport(8, 8));
        int[] pixels = pixels(image, new byte[16], larger);
        assertThat(pixels[4 * 8 + 5]).isEqualTo(255);
        assertThat(pixels[0 * 8 + 5]).isZero();
    }

    @Test
    @DisplayName("lines are drawn at places of the displayed area")
    void linesOfDisplay() throws Exception {
        DataSet image = head("MONOCHROME2", 4, 4, 8, 8, false);
        DataSet state = state().putInts(Tag.ImageRotation, 90)
                .putItems(Tag.GraphicAnnotationSequence, graphic("DISPLAY", "POLYLINE", 0, 0.9f, 1, 0.9f));
        assertThat(shown(image, new byte[16], state))
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255);
    }

    @Test
    @DisplayName("places of the displayed area stay where they are, whatever part of it is shown")
    void partOfDisplay() throws Exception {
        DataSet image = head("MONOCHROME2", 4, 4, 8, 8, false);
        DataSet state =
                state().putItems(Tag.GraphicAnnotationSequence, graphic("DISPLAY", "POLYLINE", 0, 0.6f, 1, 0.6f));
        RenderOptions lower = Sketch.RAW.with(Sketch.instance(state)).within(new Viewport(2, 2, 2, 2, 2, 2));
        assertThat(pixels(image, new byte[16], lower)).containsExactly(255, 255, 0, 0);
    }

    @Test
    @DisplayName("circles and ellipses are drawn around their center")
    void circles() throws Exception {
        DataSet image = head("MONOCHROME2", 21, 21, 8, 8, false);
        DataSet circle =
                state().putItems(Tag.GraphicAnnotationSequence, graphic("PIXEL", "CIRCLE", 10.5f, 10.5f, 18.5f, 10.5f));
        DataSet ellipse = state().putItems(
                        Tag.GraphicAnnotationSequence,
                        graphic("PIXEL", "ELLIPSE", 2.5f, 10.5f, 18.5f, 10.5f, 10.5f, 6.5f, 10.5f, 14.5f));
        int[] round = shown(image, new byte[441], circle);
        assertThat(round[10 * 21 + 18]).isEqualTo(255);
        assertThat(round[18 * 21 + 10]).isEqualTo(255);
        assertThat(round[10 * 21 + 10]).isZero();
        int[] flat = shown(image, new byte[441], ellipse);
        assertThat(flat[10 * 21 + 18]).isEqualTo(255);
        assertThat(flat[14 * 21 + 10]).isEqualTo(255);
        assertThat(flat[18 * 21 + 10]).isZero();
    }

    @Test
    @DisplayName("areas are filled where they are to be, all the way or as far as they let the image through")
    void filled() throws Exception {
        DataSet image = head("MONOCHROME2", 6, 6, 8, 8, false);
        DataSet annotation = graphic("PIXEL", "POLYLINE", 1.5f, 1.5f, 4.5f, 1.5f, 4.5f, 4.5f, 1.5f, 4.5f, 1.5f, 1.5f);
        DataSet square = annotation.items(Tag.GraphicObjectSequence).getFirst();
        DataSet state = state().putItems(Tag.GraphicAnnotationSequence, annotation);
        assertThat(square(shown(image, new byte[36], state), 0)).isTrue();
        square.putString(Tag.GraphicFilled, "Y");
        assertThat(square(shown(image, new byte[36], state), 255)).isTrue();
        DataSet style = new DataSet();
        put(style, Tag.PatternOnOpacity, Vr.FL, floats(0.25f));
        square.putItems(Tag.FillStyleSequence, style);
        assertThat(square(shown(image, new byte[36], state), 64)).isTrue();
    }

    /// Whether there is a line around the four pixels in the middle of six by six, and those have a value.
    private static boolean square(int[] pixels, int inner) {
        boolean found = true;
        for (int i = 0; i < pixels.length; i++) {
            int fromMiddle = Math.max(Math.abs(2 * (i % 6) - 5), Math.abs(2 * (i / 6) - 5));
            // The line lies on the pixels from 1 to 4, of which those within are 2 and 3.
            found &= pixels[i] == (fromMiddle == 5 ? 0 : fromMiddle == 3 ? 255 : inner);
        }
        return found;
    }

    @Test
    @DisplayName("circles and ellipses are filled, and what lies beside the picture costs nothing")
    void filledCircles() throws Exception {
        DataSet image = head("MONOCHROME2", 21, 21, 8, 8, false);
        DataSet annotation = graphic("PIXEL", "CIRCLE", 10.5f, 10.5f, 16.5f, 10.5f);
        annotation.items(Tag.GraphicObjectSequence).getFirst().putString(Tag.GraphicFilled, "Y");
        int[] round = shown(image, new byte[441], state().putItems(Tag.GraphicAnnotationSequence, annotation));
        int inked = 0;
        for (int i = 0; i < round.length; i++) {
            double distance = Math.hypot(i % 21 - 10, i / 21 - 10);
            if (distance < 5.5) {
                assertThat(round[i]).isEqualTo(255);
            } else if (distance > 7) {
                assertThat(round[i]).isZero();
            }
            inked += round[i] > 0 ? 1 : 0;
        }
        assertThat(inked).isBetween(100, 140);
        DataSet far = graphic("PIXEL", "POLYLINE", -1e6f, 5, 1e6f, 5, 1e6f, 9, -1e6f, 9);
        far.items(Tag.GraphicObjectSequence).getFirst().putString(Tag.GraphicFilled, "Y");
        int[] band = shown(image, new byte[441], state().putItems(Tag.GraphicAnnotationSequence, far));
        for (int i = 0; i < band.length; i++) {
            assertThat(band[i]).isEqualTo(i / 21 >= 5 && i / 21 <= 9 ? 255 : 0);
        }
    }

    @Test
    @DisplayName("areas that would take too long to fill are refused")
    void tooMuchToFill() {
        DataSet image = head("MONOCHROME2", 4000, 4000, 8, 8, false);
        DataSet annotation = new DataSet();
        DataSet[] areas = new DataSet[60];
        for (int i = 0; i < areas.length; i++) {
            areas[i] = graphic("PIXEL", "POLYLINE", 0, 0, 4000, 0, 4000, 4000, 0, 4000)
                    .items(Tag.GraphicObjectSequence)
                    .getFirst()
                    .putString(Tag.GraphicFilled, "Y");
        }
        DataSet state =
                state().putItems(Tag.GraphicAnnotationSequence, annotation.putItems(Tag.GraphicObjectSequence, areas));
        assertThatThrownBy(() -> shown(image, new byte[16_000_000], state))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("too long to fill");
    }

    @Test
    @DisplayName("text is written where its box or its anchor is")
    void text() throws Exception {
        DataSet image = head("MONOCHROME2", 120, 60, 8, 8, false);
        DataSet text = new DataSet()
                .putString(Tag.UnformattedTextValue, "HELLO")
                .putString(Tag.AnchorPointAnnotationUnits, "PIXEL");
        put(text, Tag.AnchorPoint, Vr.FL, floats(60, 30));
        DataSet state =
                state().putItems(Tag.GraphicAnnotationSequence, new DataSet().putItems(Tag.TextObjectSequence, text));
        int[] pixels = shown(image, new byte[7200], state);
        int before = 0;
        int after = 0;
        for (int i = 0; i < pixels.length; i++) {
            if (pixels[i] > 0) {
                if (i % 120 >= 59 && i / 120 >= 29) {
                    after++;
                } else {
                    before++;
                }
            }
        }
        assertThat(before).isZero();
        assertThat(after).isGreaterThan(20);
    }

    @Test
    @DisplayName("overlays of the image, and of the state, are burnt in where the state puts them into a layer")
    void overlays() throws Exception {
        DataSet image = grey8(2);
        image.putString(Tag.OverlayType, Vr.CS, "G");
        put(image, Tag.OverlayRows, Vr.US, words(1));
        put(image, Tag.OverlayColumns, Vr.US, words(2));
        put(image, Tag.OverlayData, Vr.OW, bytes(0b10, 0));
        assertThat(shown(image, bytes(1, 2), state())).containsExactly(1, 2);
        DataSet state = state().putString(Tag.OverlayActivationLayer, Vr.CS, "LAYER");
        assertThat(shown(image, bytes(1, 2), state)).containsExactly(1, 255);
        put(state, Tag.OverlayRows, Vr.US, words(1));
        put(state, Tag.OverlayColumns, Vr.US, words(2));
        put(state, Tag.OverlayData, Vr.OW, bytes(0b01, 0));
        assertThat(shown(image, bytes(1, 2), state)).containsExactly(255, 2);
    }

    @Test
    @DisplayName("a bitmap shutter covers what is under its bits")
    void bitmapShutter() throws Exception {
        DataSet state = state().putString(Tag.ShutterShape, "BITMAP").putInts(Tag.ShutterOverlayGroup, 0x6002);
        put(state, Tag.OverlayRows + 0x20000, Vr.US, words(1));
        put(state, Tag.OverlayColumns + 0x20000, Vr.US, words(3));
        put(state, Tag.OverlayData + 0x20000, Vr.OW, bytes(0b101, 0));
        assertThat(shown(grey8(3), bytes(1, 2, 3), state)).containsExactly(0, 2, 0);
    }

    @Test
    @DisplayName("states of other kinds or other images, and those that subtract a mask, are refused")
    void refused() {
        DataSet pseudo = state().putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.11.3");
        DataSet mask = state().putItems(Tag.MaskSubtractionSequence, new DataSet());
        DataSet other = state().putItems(
                        Tag.ReferencedSeriesSequence,
                        new DataSet().putItems(Tag.ReferencedImageSequence, reference("2.25.99")));
        for (DataSet state : new DataSet[] {pseudo, mask, other}) {
            assertThatThrownBy(() -> shown(grey8(1), bytes(0), state)).isInstanceOf(MalformedException.class);
        }
    }
}
