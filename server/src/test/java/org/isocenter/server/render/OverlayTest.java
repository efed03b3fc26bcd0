package org.isocenter.server.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.isocenter.server.render.Sketch.bytes;
import static org.isocenter.server.render.Sketch.grey8;
import static org.isocenter.server.render.Sketch.head;
import static org.isocenter.server.render.Sketch.pixels;
import static org.isocenter.server.render.Sketch.put;
import static org.isocenter.server.render.Sketch.words;

import java.util.Arrays;
import java.util.Set;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.render.RenderOptions.Annotation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Overlays and shutters over images without names and dates, so that no text is written beside them.
final class OverlayTest {
    private static final RenderOptions ANNOTATED = Sketch.RAW.with(Set.of(Annotation.PATIENT));

    private static DataSet overlay(DataSet image, int rows, int columns, int row, int column, int... packed) {
        image.putString(Tag.OverlayType, Vr.CS, "G");
        put(image, Tag.OverlayRows, Vr.US, words(rows));
        put(image, Tag.OverlayColumns, Vr.US, words(columns));
        put(image, Tag.OverlayOrigin, Vr.SS, words(row, column));
        put(image, Tag.OverlayData, Vr.OW, bytes(packed));
        return image;
    }

    @Test
    @DisplayName("overlays are burnt in white where annotations are asked for, and only then")
    void onRequest() throws Exception {
        DataSet image = overlay(grey8(4), 1, 4, 1, 1, 0b0101, 0);
        assertThat(pixels(image, bytes(1, 2, 3, 4))).containsExactly(1, 2, 3, 4);
        assertThat(pixels(image, bytes(1, 2, 3, 4), ANNOTATED)).containsExactly(255, 2, 255, 4);
        DataSet color = overlay(head("RGB", 2, 1, 8, 8, false), 1, 2, 1, 1, 0b10, 0);
        assertThat(pixels(color, bytes(1, 2, 3, 4, 5, 6), ANNOTATED)).containsExactly(1, 2, 3, 255, 255, 255);
    }

    @Test
    @DisplayName("an overlay begins at its origin, which may be beside the image")
    void origin() throws Exception {
        DataSet image = overlay(head("MONOCHROME2", 3, 2, 8, 8, false), 2, 2, 0, 3, 0b1111, 0);
        assertThat(pixels(image, new byte[6], ANNOTATED)).containsExactly(0, 0, 255, 0, 0, 0);
        overlay(image, 1, 1, 2, -7, 1, 0);
        assertThat(pixels(image, new byte[6], ANNOTATED)).containsOnly(0);
    }

    @Test
    @DisplayName("an overlay is cut with the part that is shown")
    void cut() throws Exception {
        DataSet image = overlay(grey8(4), 1, 4, 1, 1, 0b0110, 0);
        assertThat(pixels(image, new byte[4], ANNOTATED.within(new Viewport(2, 1, 2, 0, 2, 1))))
                .containsExactly(255, 0);
    }

    @Test
    @DisplayName("an overlay of several frames begins at its own frame, in the middle of a byte")
    void frames() throws Exception {
        DataSet image = overlay(grey8(3), 1, 3, 1, 1, 0b01_010_001, 0b0).putString(Tag.NumberOfFrames, "4");
        image.putString(Tag.NumberOfFramesInOverlay, Vr.IS, "2");
        put(image, Tag.ImageFrameOrigin, Vr.US, words(2));
        Renderer renderer = Renderer.of(Sketch.instance(image), ANNOTATED);
        assertThat(Sketch.unsigned(renderer.render(1, new byte[3]).bytes())).containsExactly(0, 0, 0);
        assertThat(Sketch.unsigned(renderer.render(2, new byte[3]).bytes())).containsExactly(255, 0, 0);
        assertThat(Sketch.unsigned(renderer.render(3, new byte[3]).bytes())).containsExactly(0, 255, 0);
        assertThat(Sketch.unsigned(renderer.render(4, new byte[3]).bytes())).containsExactly(0, 0, 0);
    }

    @Test
    @DisplayName("an overlay that was left in a source of big endian is fetched and turned around")
    void bulk() throws Exception {
        DataSet image = overlay(grey8(9), 1, 9, 1, 1);
        image.put(new Element(Tag.OverlayData, Vr.OW, new Value.Bulk(1, 2)));
        Instance instance = new Instance(image, TransferSyntax.EXPLICIT_BIG_ENDIAN, BulkSource.of(bytes(9, 0b1, 0b10)));
        assertThat(Sketch.unsigned(
                        Renderer.of(instance, ANNOTATED).render(1, new byte[9]).bytes()))
                .containsExactly(0, 255, 0, 0, 0, 0, 0, 0, 255);
    }

    @Test
    @DisplayName(
            "an overlay in bits of the pixels that samples do not use is burnt in; in bits that they use it is none")
    void embedded() throws Exception {
        DataSet image = head("MONOCHROME2", 3, 1, 16, 8, false);
        image.putString(Tag.OverlayType, Vr.CS, "G");
        put(image, Tag.OverlayRows, Vr.US, words(1));
        put(image, Tag.OverlayColumns, Vr.US, words(3));
        put(image, Tag.OverlayBitsAllocated, Vr.US, words(16));
        put(image, Tag.OverlayBitPosition, Vr.US, words(12));
        assertThat(pixels(image, words(0x1005, 0xE006, 0x1007), ANNOTATED)).containsExactly(255, 6, 255);
        for (int bit : new int[] {0, 7, 16, 99}) {
            put(image, Tag.OverlayBitPosition, Vr.US, words(bit));
            assertThat(pixels(image, words(0x1005, 0xE006, 0x1007), ANNOTATED)).containsExactly(5, 6, 7);
        }
    }

    @Test
    @DisplayName("an overlay in bits of the pixels is burnt in where a presentation state puts it into a layer")
    void embeddedInLayer() throws Exception {
        DataSet image = head("MONOCHROME2", 3, 1, 16, 8, false);
        put(image, Tag.OverlayBitsAllocated, Vr.US, words(16));
        put(image, Tag.OverlayBitPosition, Vr.US, words(8));
        DataSet state = new DataSet()
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.11.1")
                .putString(Tag.OverlayActivationLayer, Vr.CS, "LAYER");
        RenderOptions options = Sketch.RAW.with(Sketch.instance(state));
        assertThat(pixels(image, words(0x105, 6, 0x107), options)).containsExactly(255, 6, 255);
    }

    @Test
    @DisplayName("of a region of interest the border is drawn, within the part that is shown")
    void region() throws Exception {
        // All but the upper left pixel of five by four.
        DataSet image = overlay(head("MONOCHROME2", 5, 4, 8, 8, false), 4, 5, 1, 1, 0xFE, 0xFF, 0xF)
                .putString(Tag.OverlayType, Vr.CS, "R");
        int o = 0;
        int w = 255;
        assertThat(pixels(image, new byte[20], ANNOTATED))
                .containsExactly(o, w, w, w, w, w, o, o, o, w, w, o, o, o, w, w, w, w, w, w);
        // With the missing corner grown, the pixel inside of it is at the border.
        overlay(image, 4, 5, 1, 1, 0xDC, 0xFF, 0xF).putString(Tag.OverlayType, Vr.CS, "R");
        assertThat(pixels(image, new byte[20], ANNOTATED))
                .containsExactly(o, o, w, w, w, o, w, o, o, w, w, o, o, o, w, w, w, w, w, w);
        assertThat(pixels(image, new byte[20], ANNOTATED.within(new Viewport(2, 2, 1, 1, 2, 2))))
                .containsExactly(w, o, o, o);
        image.putString(Tag.OverlaySubtype, Vr.LO, "AUTOMATED");
        assertThat(pixels(image, new byte[20], ANNOTATED)).contains(w);
    }

    @Test
    @DisplayName("where an image has a picture at all is no finding to be drawn")
    void activeArea() throws Exception {
        for (String subtype : new String[] {"ACTIVE IMAGE AREA", "ACTIVE 2D/BMODE IMAGE AREA"}) {
            DataSet image = overlay(grey8(2), 1, 2, 1, 1, 255, 255)
                    .putString(Tag.OverlayType, Vr.CS, "R")
                    .putString(Tag.OverlaySubtype, Vr.LO, subtype);
            assertThat(pixels(image, bytes(1, 2), ANNOTATED)).containsExactly(1, 2);
        }
    }

    @Test
    @DisplayName("an overlay whose bits are not all there, that has no size or no type, is not burnt in")
    void none() throws Exception {
        DataSet shorter = overlay(grey8(2), 100, 100, 1, 1, 255, 255);
        assertThat(pixels(shorter, bytes(1, 2), ANNOTATED)).containsExactly(1, 2);
        DataSet empty = overlay(grey8(2), 0, 2, 1, 1, 255, 255);
        assertThat(pixels(empty, bytes(1, 2), ANNOTATED)).containsExactly(1, 2);
        DataSet untold = overlay(grey8(2), 1, 2, 1, 1, 255, 255).putString(Tag.OverlayType, Vr.CS, "X");
        assertThat(pixels(untold, bytes(1, 2), ANNOTATED)).containsExactly(1, 2);
    }

    // Shutters

    private static DataSet square(int side) {
        return head("MONOCHROME2", side, side, 8, 8, false);
    }

    private static byte[] ones(int count) {
        byte[] ones = new byte[count];
        Arrays.fill(ones, (byte) 1);
        return ones;
    }

    @Test
    @DisplayName("a rectangular shutter covers what is outside of its edges")
    void rectangle() throws Exception {
        DataSet image = square(4)
                .putString(Tag.ShutterShape, "RECTANGULAR")
                .putInts(Tag.ShutterLeftVerticalEdge, 2)
                .putInts(Tag.ShutterRightVerticalEdge, 3)
                .putInts(Tag.ShutterUpperHorizontalEdge, 2)
                .putInts(Tag.ShutterLowerHorizontalEdge, 4)
                .putInts(Tag.ShutterPresentationValue, 0x0908);
        assertThat(pixels(image, ones(16))).containsExactly(9, 9, 9, 9, 9, 1, 1, 9, 9, 1, 1, 9, 9, 1, 1, 9);
    }

    @Test
    @DisplayName("a circular shutter covers what is farther from its center than its radius")
    void circle() throws Exception {
        DataSet image = square(5)
                .putString(Tag.ShutterShape, "CIRCULAR")
                .putInts(Tag.CenterOfCircularShutter, 3, 3)
                .putInts(Tag.RadiusOfCircularShutter, 2);
        assertThat(pixels(image, ones(25)))
                .containsExactly(0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0);
    }

    @Test
    @DisplayName("a polygonal shutter covers what is outside, and with a rectangle what is outside of either")
    void polygon() throws Exception {
        DataSet image = square(5)
                .putString(Tag.ShutterShape, "POLYGONAL")
                .putString(Tag.VerticesOfThePolygonalShutter, "1", "1", "1", "5", "5", "1");
        assertThat(pixels(image, ones(25)))
                .containsExactly(1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        image.putString(Tag.ShutterShape, "POLYGONAL", "RECTANGULAR")
                .putInts(Tag.ShutterLeftVerticalEdge, 2)
                .putInts(Tag.ShutterRightVerticalEdge, 5)
                .putInts(Tag.ShutterUpperHorizontalEdge, 1)
                .putInts(Tag.ShutterLowerHorizontalEdge, 2);
        assertThat(pixels(image, ones(25)))
                .containsExactly(0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    @DisplayName("a shutter whose shape is not told is no reason to show what it covers")
    void brokenShutter() {
        for (String shape : new String[] {"RECTANGULAR", "CIRCULAR", "POLYGONAL", "BITMAP", "STAR"}) {
            assertThatThrownBy(() -> pixels(square(2).putString(Tag.ShutterShape, shape), ones(4)))
                    .as(shape)
                    .isInstanceOf(MalformedException.class);
        }
    }
}
