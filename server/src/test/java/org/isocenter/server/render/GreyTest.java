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
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.render.Window.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The grayscale pipeline through the door, with shades worked out by hand.
final class GreyTest {

    // Modality

    @Test
    @DisplayName("a window is for values behind slope and intercept")
    void rescaled() throws Exception {
        DataSet ct = grey16(5, false)
                .putString(Tag.RescaleSlope, "2")
                .putString(Tag.RescaleIntercept, "-1000")
                .putString(Tag.WindowCenter, "0")
                .putString(Tag.WindowWidth, "101");
        // -1000, -50.5 would be the lower edge: 475 gives -50, 500 gives 0, 525 gives 50.
        assertThat(pixels(ct, words(0, 475, 500, 525, 1000)))
                .containsExactly(0, round((-49.5 / 100 + 0.5) * 255), round((0.5 / 100 + 0.5) * 255), 255, 255);
    }

    private static int round(double value) {
        return (int) Math.floor(value + 0.5);
    }

    @Test
    @DisplayName("a modality table is looked into, and its ends go on; its first value has the sign of the pixels")
    void modalityTable() throws Exception {
        DataSet image = grey16(5, true).putString(Tag.WindowCenter, "128").putString(Tag.WindowWidth, "256");
        image.putItems(Tag.ModalityLUTSequence, table(Vr.US, -1, 16, 10, 20, 200));
        assertThat(pixels(image, words(-32768, -1, 0, 1, 32767))).containsExactly(10, 10, 20, 200, 200);
    }

    @Test
    @DisplayName("the modality table of angiography is for subtraction and not applied")
    void angiography() throws Exception {
        DataSet image = grey8(3).putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.12.1");
        image.putItems(Tag.ModalityLUTSequence, table(Vr.US, 0, 16, 9, 9, 9));
        assertThat(pixels(image, bytes(0, 100, 255))).containsExactly(0, 100, 255);
    }

    @Test
    @DisplayName("a slope of 0, or one that is no number, is as if absent; tiny and huge ones count")
    void oddSlopes() throws Exception {
        for (String slope : new String[] {"0", "NaN", "Infinity", "abc", ""}) {
            assertThat(pixels(grey16(3, false).putString(Tag.RescaleSlope, slope), words(0, 100, 200)))
                    .as(slope)
                    .containsExactly(0, 128, 255);
        }
        for (String slope : new String[] {"1e-300", "1e300"}) {
            assertThat(pixels(grey16(3, false).putString(Tag.RescaleSlope, slope), words(0, 100, 200)))
                    .as(slope)
                    .containsExactly(0, 128, 255);
        }
        // Nothing of it is finite but the first one.
        assertThat(pixels(grey16(2, false).putString(Tag.RescaleSlope, "1e308"), words(0, 60000)))
                .containsExactly(0, 255);
    }

    @Test
    @DisplayName("a negative slope inverts")
    void negativeSlope() throws Exception {
        assertThat(pixels(grey16(3, false).putString(Tag.RescaleSlope, "-1"), words(0, 100, 200)))
                .containsExactly(255, 128, 0);
    }

    // Values of interest

    @Test
    @DisplayName("without a window 8 bits are shown as they are, more bits from the lowest value to the highest")
    void noWindow() throws Exception {
        assertThat(pixels(grey8(3), bytes(10, 100, 200))).containsExactly(10, 100, 200);
        assertThat(pixels(grey16(3, false), words(1000, 1500, 2000))).containsExactly(0, 128, 255);
        assertThat(pixels(grey16(3, true), words(-500, 0, 500))).containsExactly(0, 128, 255);
        assertThat(pixels(head("MONOCHROME2", 2, 1, 8, 4, false), bytes(15, 5))).containsExactly(255, 85);
    }

    @Test
    @DisplayName("of one value only, that is black")
    void constant() throws Exception {
        assertThat(pixels(grey16(2, false), words(7, 7))).containsExactly(0, 0);
    }

    @Test
    @DisplayName("the first of several windows that is one counts")
    void firstWindow() throws Exception {
        DataSet image = grey16(3, false)
                .putString(Tag.WindowCenter, "100", "50.5", "7")
                .putString(Tag.WindowWidth, "0", "101", "7");
        assertThat(pixels(image, words(0, 50, 100))).containsExactly(0, 128, 255);
    }

    @Test
    @DisplayName("windows of width 0, below 0 or of no number leave the lowest and highest values")
    void noValidWindow() throws Exception {
        for (String width : new String[] {"0", "-5", "NaN", "Infinity", "x", ""}) {
            DataSet image = grey16(3, false).putString(Tag.WindowCenter, "0").putString(Tag.WindowWidth, width);
            assertThat(pixels(image, words(1000, 1500, 2000))).as(width).containsExactly(0, 128, 255);
        }
    }

    @Test
    @DisplayName("a window is found by its explanation")
    void namedWindow() throws Exception {
        DataSet image = grey16(2, false)
                .putString(Tag.WindowCenter, "0", "2000")
                .putString(Tag.WindowWidth, "10", "1")
                .putString(Tag.WindowCenterWidthExplanation, "BRAIN", "BONE");
        assertThat(pixels(image, words(1999, 2000))).containsExactly(255, 255);
        assertThat(pixels(image, words(1999, 2000), Sketch.RAW.withVoi("BONE"))).containsExactly(0, 255);
        assertThat(pixels(image, words(1999, 2000), Sketch.RAW.withVoi("LUNG"))).containsExactly(255, 255);
    }

    @Test
    @DisplayName("the function of a window is that of the image")
    void functions() throws Exception {
        DataSet image = grey16(3, false)
                .putString(Tag.WindowCenter, "100")
                .putString(Tag.WindowWidth, "40")
                .putString(Tag.VOILUTFunction, "SIGMOID");
        assertThat(pixels(image, words(90, 100, 110)))
                .containsExactly(round(255 / (1 + Math.E)), 128, round(255 / (1 + 1 / Math.E)));
        image.putString(Tag.VOILUTFunction, "LINEAR_EXACT");
        assertThat(pixels(image, words(80, 100, 120))).containsExactly(0, 128, 255);
    }

    @Test
    @DisplayName("the window of the request comes before those of the image")
    void requestedWindow() throws Exception {
        DataSet image = grey16(2, false).putString(Tag.WindowCenter, "0").putString(Tag.WindowWidth, "1");
        image.putItems(Tag.VOILUTSequence, table(Vr.US, 0, 8, 1, 2));
        Window window = new Window(100, 100, Function.LINEAR_EXACT);
        assertThat(pixels(image, words(75, 100), Sketch.RAW.with(window))).containsExactly(64, 128);
    }

    @Test
    @DisplayName("a table of interest comes before a window, and goes from 0 to all its bits")
    void interestTable() throws Exception {
        DataSet image = grey16(4, false).putString(Tag.WindowCenter, "0").putString(Tag.WindowWidth, "1");
        image.putItems(Tag.VOILUTSequence, table(Vr.US, 100, 12, 0, 4095, 2047));
        assertThat(pixels(image, words(0, 100, 101, 60000))).containsExactly(0, 0, 255, round(2047 / 4095.0 * 255));
    }

    @Test
    @DisplayName(
            "a table of interest behind an intercept below 0 begins at a negative value though it is said unsigned")
    void interestTableBelowZero() throws Exception {
        DataSet image = grey16(3, false).putString(Tag.RescaleIntercept, "-1024");
        image.putItems(Tag.VOILUTSequence, table(Vr.US, -1024, 8, 11, 22, 33));
        assertThat(pixels(image, words(0, 1, 2))).containsExactly(11, 22, 33);
    }

    @Test
    @DisplayName("entries of 8 bits may stand two to a word, and entries of more bits than described count whole")
    void packedEntries() throws Exception {
        DataSet item = new DataSet();
        put(item, Tag.LUTDescriptor, Vr.US, words(4, 0, 8));
        put(item, Tag.LUTData, Vr.OW, bytes(4, 30, 20, 255));
        DataSet image = grey8(4).putItems(Tag.VOILUTSequence, item);
        assertThat(pixels(image, bytes(0, 1, 2, 3))).containsExactly(4, 30, 20, 255);

        image.putItems(Tag.VOILUTSequence, table(Vr.US, 0, 8, 0, 1023, 512, 0));
        assertThat(pixels(image, bytes(0, 1, 2, 3))).containsExactly(0, 255, 128, 0);
    }

    @Test
    @DisplayName("a table that is shorter than described is refused")
    void shortTable() {
        DataSet item = new DataSet();
        put(item, Tag.LUTDescriptor, Vr.US, words(0, 0, 16));
        put(item, Tag.LUTData, Vr.OW, words(1, 2, 3));
        assertThatThrownBy(() -> pixels(grey8(1).putItems(Tag.VOILUTSequence, item), bytes(0)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("6 bytes for 65536 entries");
    }

    @Test
    @DisplayName("a table that was left in a source of big endian is fetched and turned around")
    void bulkTable() throws Exception {
        byte[] source = bytes(99, 99, 0, 10, 0, 20);
        DataSet item = new DataSet();
        put(item, Tag.LUTDescriptor, Vr.US, words(2, 0, 8));
        item.put(new Element(Tag.LUTData, Vr.OW, new Value.Bulk(2, 4)));
        DataSet image = grey8(2).putItems(Tag.VOILUTSequence, item);
        Instance instance = new Instance(image, TransferSyntax.EXPLICIT_BIG_ENDIAN, BulkSource.of(source));
        assertThat(Renderer.of(instance, Sketch.RAW).render(1, bytes(0, 1)).bytes())
                .containsExactly(10, 20);
    }

    // Presentation

    @Test
    @DisplayName("MONOCHROME1 is white where it is least")
    void monochrome1() throws Exception {
        assertThat(pixels(head("MONOCHROME1", 3, 1, 8, 8, false), bytes(0, 100, 255)))
                .containsExactly(255, 155, 0);
    }

    @Test
    @DisplayName("padding is black, whatever is inverted, and plays no part in the lowest and highest values")
    void padding() throws Exception {
        DataSet image = grey16(4, true);
        put(image, Tag.PixelPaddingValue, Vr.US, words(-2000));
        assertThat(pixels(image, words(-2000, 0, 50, 100))).containsExactly(0, 0, 128, 255);

        DataSet inverted = head("MONOCHROME1", 4, 1, 16, 16, true);
        put(inverted, Tag.PixelPaddingValue, Vr.SS, words(-2000));
        assertThat(pixels(inverted, words(-2000, 0, 50, 100))).containsExactly(0, 255, 127, 0);
    }

    @Test
    @DisplayName("all values from the padding value to the limit are padding, in either order")
    void paddingRange() throws Exception {
        for (int[] ends : new int[][] {{10, 20}, {20, 10}}) {
            DataSet image = head("MONOCHROME1", 5, 1, 8, 8, false);
            put(image, Tag.PixelPaddingValue, Vr.US, words(ends[0]));
            put(image, Tag.PixelPaddingRangeLimit, Vr.US, words(ends[1]));
            assertThat(pixels(image, bytes(9, 10, 15, 20, 21))).containsExactly(246, 0, 0, 0, 234);
        }
    }

    // Stored bits

    @Test
    @DisplayName("bits are taken from where the high bit is, others do not count")
    void highBit() throws Exception {
        DataSet shifted = head("MONOCHROME2", 3, 1, 16, 8, false).putInts(Tag.HighBit, 11);
        assertThat(pixels(shifted, words(0x0000, 0xF64F, 0x0FF0))).containsExactly(0, 0x64, 255);
        DataSet signed = head("MONOCHROME2", 3, 1, 16, 12, true);
        assertThat(pixels(signed, words(0x0800, 0xF000, 0x07FF))).containsExactly(0, 128, 255);
    }

    @Test
    @DisplayName("32 bits, unsigned and signed")
    void manyBits() throws Exception {
        ByteBuffer frame = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(0).putInt(0x80000000).putInt(0xFFFFFFFF);
        assertThat(pixels(head("MONOCHROME2", 3, 1, 32, 32, false), frame.array()))
                .containsExactly(0, 128, 255);
        assertThat(pixels(head("MONOCHROME2", 3, 1, 32, 32, true), frame.array()))
                .containsExactly(255, 0, 255);
    }

    @Test
    @DisplayName("one bit is black or white")
    void oneBit() throws Exception {
        assertThat(pixels(head("MONOCHROME2", 3, 2, 1, 1, false), bytes(0b101101)))
                .containsExactly(255, 0, 255, 255, 0, 255);
    }

    // Frames

    @Test
    @DisplayName("each frame has its own window, or the one of all frames, or that of the image")
    void functionalGroups() throws Exception {
        DataSet own = new DataSet()
                .putItems(
                        Tag.FrameVOILUTSequence,
                        new DataSet().putString(Tag.WindowCenter, "10").putString(Tag.WindowWidth, "1"));
        DataSet shared = new DataSet()
                .putItems(
                        Tag.FrameVOILUTSequence,
                        new DataSet().putString(Tag.WindowCenter, "20").putString(Tag.WindowWidth, "1"))
                .putItems(
                        Tag.PixelValueTransformationSequence,
                        new DataSet().putString(Tag.RescaleSlope, "2").putString(Tag.RescaleIntercept, "0"));
        DataSet image = grey16(2, false).putString(Tag.NumberOfFrames, "2");
        image.putItems(Tag.PerFrameFunctionalGroupsSequence, own, new DataSet());
        image.putItems(Tag.SharedFunctionalGroupsSequence, shared);
        Renderer renderer = Renderer.of(Sketch.instance(image), Sketch.RAW);
        assertThat(Sketch.unsigned(renderer.render(1, words(4, 5)).bytes())).containsExactly(0, 255);
        assertThat(Sketch.unsigned(renderer.render(2, words(5, 10)).bytes())).containsExactly(0, 255);
        assertThat(Sketch.unsigned(renderer.render(3, words(9, 10)).bytes())).containsExactly(0, 255);
    }

    // Floating point

    @Test
    @DisplayName("floating point numbers go from lowest to highest; padding and what is no number is black")
    void floats() throws Exception {
        DataSet image = grey16(5, false).putInts(Tag.BitsAllocated, 32);
        put(
                image,
                Tag.FloatPixelPaddingValue,
                Vr.FL,
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(0.1f)
                        .array());
        put(image, Tag.FloatPixelData, Vr.OF, new byte[0]);
        ByteBuffer frame = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : new float[] {0.1f, Float.NaN, 0.25f, 0.5f, 0.75f}) {
            frame.putFloat(value);
        }
        assertThat(pixels(image, frame.array())).containsExactly(0, 0, 0, 128, 255);
        image.putString(Tag.PhotometricInterpretation, "MONOCHROME1");
        assertThat(pixels(image, frame.array())).containsExactly(0, 0, 255, 127, 0);
    }

    @Test
    @DisplayName("floating point numbers of 64 bits, in big endian and behind a window")
    void doubles() throws Exception {
        DataSet image = grey16(3, false).putInts(Tag.BitsAllocated, 64);
        image.putString(Tag.WindowCenter, "0.5").putString(Tag.WindowWidth, "0.5");
        image.putString(Tag.VOILUTFunction, "LINEAR_EXACT");
        put(image, Tag.DoubleFloatPixelData, Vr.OD, new byte[0]);
        ByteBuffer frame = ByteBuffer.allocate(24);
        frame.putDouble(-1e300).putDouble(0.5).putDouble(Double.POSITIVE_INFINITY);
        Instance instance = new Instance(image, TransferSyntax.EXPLICIT_BIG_ENDIAN, BulkSource.NONE);
        assertThat(Sketch.unsigned(Renderer.of(instance, Sketch.RAW)
                        .render(1, frame.array())
                        .bytes()))
                .containsExactly(0, 128, 255);
    }
}
