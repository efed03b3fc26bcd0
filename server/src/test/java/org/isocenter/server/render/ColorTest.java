package org.isocenter.server.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.isocenter.server.render.Sketch.bytes;
import static org.isocenter.server.render.Sketch.head;
import static org.isocenter.server.render.Sketch.pixels;
import static org.isocenter.server.render.Sketch.put;
import static org.isocenter.server.render.Sketch.words;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Vr;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Colours through the door, worked out by hand.
final class ColorTest {
    private static final int[] DESCRIPTORS = {
        Tag.RedPaletteColorLookupTableDescriptor,
        Tag.GreenPaletteColorLookupTableDescriptor,
        Tag.BluePaletteColorLookupTableDescriptor
    };
    private static final int[] DATA = {
        Tag.RedPaletteColorLookupTableData, Tag.GreenPaletteColorLookupTableData, Tag.BluePaletteColorLookupTableData
    };
    private static final int[] SEGMENTED = {
        Tag.SegmentedRedPaletteColorLookupTableData,
        Tag.SegmentedGreenPaletteColorLookupTableData,
        Tag.SegmentedBluePaletteColorLookupTableData
    };

    // Components

    @Test
    @DisplayName("RGB by pixel and by plane")
    void rgb() throws Exception {
        DataSet image = head("RGB", 2, 1, 8, 8, false);
        assertThat(pixels(image, bytes(1, 2, 3, 4, 5, 6))).containsExactly(1, 2, 3, 4, 5, 6);
        image.putInts(Tag.PlanarConfiguration, 1);
        assertThat(pixels(image, bytes(1, 4, 2, 5, 3, 6))).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    @DisplayName("RGB of more or fewer bits keeps its place between least and greatest")
    void otherBits() throws Exception {
        assertThat(pixels(head("RGB", 1, 1, 16, 16, false), words(0, 32768, 65535)))
                .containsExactly(0, 128, 255);
        assertThat(pixels(head("RGB", 1, 1, 16, 10, false), words(0, 512, 1023)))
                .containsExactly(0, 128, 255);
        assertThat(pixels(head("RGB", 1, 1, 8, 4, false), bytes(0, 5, 15))).containsExactly(0, 85, 255);
        ByteBuffer frame = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(0).putInt(0x80000000).putInt(0xFFFFFFFF);
        assertThat(pixels(head("RGB", 1, 1, 32, 32, false), frame.array())).containsExactly(0, 128, 255);
    }

    @Test
    @DisplayName("YBR_FULL: the primary colours of BT.601, to one step of rounding")
    void full() throws Exception {
        DataSet image = head("YBR_FULL", 4, 1, 8, 8, false);
        assertClose(
                pixels(image, bytes(76, 85, 255, 150, 44, 21, 29, 255, 107, 128, 128, 128)),
                254,
                0,
                0,
                0,
                255,
                1,
                0,
                0,
                254,
                128,
                128,
                128);
    }

    @Test
    @DisplayName("YBR_FULL_422: two pixels share their chrominance")
    void fullHalved() throws Exception {
        DataSet image = head("YBR_FULL_422", 2, 1, 8, 8, false);
        assertClose(pixels(image, bytes(76, 150, 85, 255)), 254, 0, 0, 255, 75, 74);
    }

    @Test
    @DisplayName("YBR_PARTIAL_422: 16 is black and 235 is white")
    void partial() throws Exception {
        DataSet image = head("YBR_PARTIAL_422", 2, 1, 8, 8, false);
        assertThat(pixels(image, bytes(16, 235, 128, 128))).containsExactly(0, 0, 0, 255, 255, 255);
        assertClose(pixels(image, bytes(81, 81, 90, 240)), 254, 0, 0, 254, 0, 0);
    }

    private static void assertClose(int[] pixels, int... expected) {
        assertThat(pixels).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(pixels[i]).as("value " + i).isBetween(expected[i] - 1, expected[i] + 1);
        }
    }

    @Test
    @DisplayName("colours that are not known are refused")
    void unknown() {
        DataSet image = head("CMYK", 1, 1, 8, 8, false).putInts(Tag.SamplesPerPixel, 4);
        assertThatThrownBy(() -> pixels(image, new byte[4]))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("not known");
    }

    // Palettes

    private static DataSet palette(DataSet image, int first, int bits, int[]... colors) {
        for (int i = 0; i < 3; i++) {
            put(image, DESCRIPTORS[i], Vr.US, words(colors[i].length, first, bits));
            put(image, DATA[i], Vr.OW, words(colors[i]));
        }
        return image;
    }

    private static int[] table(int... entries) {
        return entries;
    }

    @Test
    @DisplayName("a palette begins at its first value, and its ends go on")
    void palette() throws Exception {
        DataSet image = palette(
                head("PALETTE COLOR", 4, 1, 8, 8, false),
                100,
                16,
                table(0x1234, 0xFF00),
                table(0, 0x8000),
                table(1, 2));
        assertThat(pixels(image, bytes(0, 100, 101, 255)))
                .containsExactly(0x12, 0, 0, 0x12, 0, 0, 0xFF, 0x80, 0, 0xFF, 0x80, 0);
    }

    @Test
    @DisplayName("a palette for signed values begins at a negative one")
    void signedPalette() throws Exception {
        DataSet image = palette(
                head("PALETTE COLOR", 3, 1, 16, 16, true), -1, 16, table(0x100, 0x200), table(0, 0), table(0, 0));
        assertThat(pixels(image, words(-5, -1, 0))).containsExactly(1, 0, 0, 1, 0, 0, 2, 0, 0);
    }

    @Test
    @DisplayName("entries of 8 bits stand in bytes or in words; of 16 bits that use 8 only the lower ones count")
    void narrowEntries() throws Exception {
        DataSet bytes = head("PALETTE COLOR", 2, 1, 8, 8, false);
        for (int i = 0; i < 3; i++) {
            put(bytes, DESCRIPTORS[i], Vr.US, words(2, 0, 8));
            put(bytes, DATA[i], Vr.OW, bytes(10 + i, 20 + i));
        }
        int[] expected = {10, 11, 12, 20, 21, 22};
        assertThat(pixels(bytes, bytes(0, 1))).containsExactly(expected);
        for (int bits : new int[] {8, 16}) {
            DataSet words = palette(
                    head("PALETTE COLOR", 2, 1, 8, 8, false), 0, bits, table(10, 20), table(11, 21), table(12, 22));
            assertThat(pixels(words, bytes(0, 1))).containsExactly(expected);
        }
    }

    @Test
    @DisplayName("no palette, one that is shorter than described and tables of different lengths are refused")
    void brokenPalettes() {
        DataSet none = head("PALETTE COLOR", 1, 1, 8, 8, false);
        assertThatThrownBy(() -> pixels(none, bytes(0)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("without a palette");
        DataSet shorter =
                palette(head("PALETTE COLOR", 1, 1, 8, 8, false), 0, 16, table(1, 2), table(1, 2), table(1, 2));
        put(shorter, DESCRIPTORS[1], Vr.US, words(256, 0, 16));
        assertThatThrownBy(() -> pixels(shorter, bytes(0)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("4 bytes for 256 entries");
        DataSet different =
                palette(head("PALETTE COLOR", 1, 1, 8, 8, false), 0, 16, table(1, 2), table(1), table(1, 2));
        assertThatThrownBy(() -> pixels(different, bytes(0)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("tables of 2, 1 and 2 entries");
    }

    @Test
    @DisplayName("grey values from the first one of a supplemental palette on have its colours")
    void supplement() throws Exception {
        DataSet image = palette(
                head("MONOCHROME2", 4, 1, 8, 8, false), 200, 16, table(0x1100, 0x2200), table(0, 0), table(0, 0));
        assertThat(pixels(image, bytes(10, 199, 200, 201))).containsExactly(10, 199, 200, 201);
        image.putString(Tag.PixelPresentation, "COLOR");
        assertThat(pixels(image, bytes(10, 199, 200, 201)))
                .containsExactly(10, 10, 10, 199, 199, 199, 0x11, 0, 0, 0x22, 0, 0);
    }

    // Segments

    private static int[] reds(int entries, int bits, byte[] segments, byte[] frame) throws Exception {
        DataSet image = head("PALETTE COLOR", frame.length, 1, 8, 8, false);
        for (int i = 0; i < 3; i++) {
            put(image, DESCRIPTORS[i], Vr.US, words(entries, 0, bits));
            put(image, SEGMENTED[i], Vr.OW, segments);
        }
        int[] pixels = pixels(image, frame);
        int[] reds = new int[frame.length];
        for (int i = 0; i < reds.length; i++) {
            reds[i] = pixels[3 * i];
        }
        return reds;
    }

    @Test
    @DisplayName("segments of words: entries, a line to an entry, and both again from where they stand")
    void segments() throws Exception {
        byte[] data = words(
                // two entries; a line of four to 0x6000
                0,
                2,
                0x0100,
                0x2000,
                1,
                4,
                0x6000,
                // the segment at byte 8 again, the line that begins at word 4: from 0x6000 it has nowhere to go
                2,
                1,
                8,
                0,
                // both from the beginning
                2,
                2,
                0,
                0);
        assertThat(reds(16, 16, data, bytes(0, 1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 15)))
                .containsExactly(0x01, 0x20, 0x30, 0x40, 0x50, 0x60, 0x60, 0x60, 0x01, 0x20, 0x30, 0x60);
    }

    @Test
    @DisplayName("segments of bytes")
    void narrowSegments() throws Exception {
        byte[] data = bytes(0, 1, 10, 1, 2, 20, 2, 2, 0, 0, 0, 0);
        assertThat(reds(6, 8, data, bytes(0, 1, 2, 3, 4, 5))).containsExactly(10, 15, 20, 10, 15, 20);
    }

    @Test
    @DisplayName("segments that end early, say too much or nothing, refer in circles or beside, or begin with a line")
    void brokenSegments() {
        assertRefused(words(0, 2, 1, 2), "end after 2 of 4 entries");
        assertRefused(words(0, 5, 1, 2, 3, 4, 5), "more than 4 entries");
        assertRefused(words(0, 1, 7, 2, 1, 6, 0, 0), "refers to one that refers");
        assertRefused(words(0, 1, 7, 2, 1, 999, 0), "refers to byte 999");
        assertRefused(words(0, 1, 7, 2, 1, 0, 0x8000), "refers to byte 2147483648");
        assertRefused(words(1, 4, 9), "a line without a beginning");
        assertRefused(words(3, 4, 9), "a segment of kind 3");
        assertRefused(words(0, 0, 0, 0, 2, 65535, 0, 0), "a segment of nothing");
    }

    private static void assertRefused(byte[] segments, String reason) {
        assertThatThrownBy(() -> reds(4, 16, segments, bytes(0)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(reason);
    }
}
