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

    private static DataSet graphic(String units, String type, float... points) {
        ByteBuffer data = ByteBuffer.allocate(4 * points.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float point : points) {
            data.putFloat(point);
        }
        DataSet graphic = new DataSet()
                .putString(Tag.GraphicAnnotationUnits, units)
                .putInts(Tag.GraphicDimensions, 2)
                .putInts(Tag.NumberOfGraphicPoints, points.length / 2)
                .putString(Tag.GraphicType, type);
        put(graphic, Tag.GraphicData, Vr.FL, data.array());
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
    @DisplayName("text is written where its box or its anchor is")
    void text() throws Exception {
        DataSet image = head("MONOCHROME2", 120, 60, 8, 8, false);
        DataSet text = new DataSet()
                .putString(Tag.UnformattedTextValue, "HELLO")
                .putString(Tag.AnchorPointAnnotationUnits, "PIXEL");
        put(
                text,
                Tag.AnchorPoint,
                Vr.FL,
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(60)
                        .putFloat(30)
                        .array());
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
