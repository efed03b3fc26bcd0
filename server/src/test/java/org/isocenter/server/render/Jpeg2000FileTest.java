package org.isocenter.server.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.isocenter.server.render.Sketch.bytes;
import static org.isocenter.server.render.Sketch.head;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.isocenter.codec.jpeg2000.Jpeg2000;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Vr;
import org.isocenter.server.render.RenderOptions.Colors;
import org.isocenter.server.render.RenderOptions.Output;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pictures in JPEG 2000, read by OpenJPEG and OpenJPH.
final class Jpeg2000FileTest {
    private static final int COLUMNS = 61;
    private static final int ROWS = 37;

    @TempDir
    private Path folder;

    private static byte[] frame(int components) {
        byte[] frame = new byte[COLUMNS * ROWS * components];
        new Random(5).nextBytes(frame);
        for (int i = 0; i < frame.length / 2; i++) {
            frame[i] = (byte) (i / components);
        }
        return frame;
    }

    private static DataSet image(int components) {
        return head(components == 1 ? "MONOCHROME2" : "RGB", COLUMNS, ROWS, 8, 8, false);
    }

    /// The pixels that a tool of somebody else reads from a file, by way of a portable pixmap.
    private int[] read(String tool, String ending, byte[] file, int components) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin", tool)), "no " + tool);
        Path from = Files.write(folder.resolve("picture" + ending), file);
        Path to = folder.resolve(components == 1 ? "picture.pgm" : "picture.ppm");
        Process process = new ProcessBuilder("/usr/bin/" + tool, "-i", from.toString(), "-o", to.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("said"), StandardCharsets.ISO_8859_1))
                .isZero();
        byte[] map = Files.readAllBytes(to);
        return Sketch.unsigned(Arrays.copyOfRange(map, map.length - COLUMNS * ROWS * components, map.length));
    }

    @Test
    @DisplayName("a JP2 file has every pixel as it is, for OpenJPEG, and colours with a profile that it goes by")
    void jp2() throws Exception {
        for (int components : new int[] {1, 3}) {
            for (Colors colors : new Colors[] {Colors.UNTOLD, Colors.OWN}) {
                RenderOptions options = RenderOptions.of(Output.JP2).with(colors);
                Picture picture = Sketch.picture(image(components), frame(components), options);
                assertThat(picture.mediaType()).isEqualTo("image/jp2");
                int[] expected = Sketch.unsigned(frame(components));
                int[] read = read("opj_decompress", ".jp2", picture.bytes(), components);
                // OpenJPEG brings colours from the profile into sRGB, which is the same but for its rounding.
                int allowed = components == 3 && colors == Colors.OWN ? 4 : 0;
                for (int i = 0; i < expected.length; i++) {
                    assertThat(read[i]).isBetween(expected[i] - allowed, expected[i] + allowed);
                }
            }
        }
    }

    @Test
    @DisplayName("a codestream of part 15 has every pixel as it is, for OpenJPH; the file is it with boxes before")
    void jph() throws Exception {
        for (int components : new int[] {1, 3}) {
            byte[] frame = frame(components);
            Picture bare = Sketch.picture(image(components), frame, RenderOptions.of(Output.JPHC));
            assertThat(bare.mediaType()).isEqualTo("image/jphc");
            assertThat(read("ojph_expand", ".j2c", bare.bytes(), components)).containsExactly(Sketch.unsigned(frame));
            Picture file = Sketch.picture(image(components), frame, RenderOptions.of(Output.JPH));
            assertThat(file.mediaType()).isEqualTo("image/jph");
            assertThat(new String(file.bytes(), 4, 24, StandardCharsets.ISO_8859_1))
                    .isEqualTo("jP  \r\n\u0087\n\0\0\0\u0014ftypjph \0\0\0\0");
            assertThat(Arrays.copyOfRange(file.bytes(), file.bytes().length - bare.bytes().length, file.bytes().length))
                    .isEqualTo(bare.bytes());
        }
    }

    // Stored codestreams

    private static byte[] stored() {
        SampleFormat format = new SampleFormat(COLUMNS, ROWS, 3, 8, false);
        // Its quantization tells it from everything that is encoded here.
        return Jpeg2000.lossy(9, FrameHeader.Colors.RGB).encode(new Samples.Bytes(format, frame(3)));
    }

    private static DataSet storedImage() {
        return head("YBR_ICT", COLUMNS, ROWS, 8, 8, false);
    }

    private static byte[] shown(DataSet image, byte[] frame, RenderOptions options) throws Exception {
        Instance instance = new Instance(image, TransferSyntax.JPEG_2000_LOSSY, BulkSource.NONE);
        return Renderer.of(instance, options).render(1, frame).bytes();
    }

    private static boolean endsWith(byte[] file, byte[] codestream) {
        return file.length > codestream.length
                && Arrays.equals(codestream, Arrays.copyOfRange(file, file.length - codestream.length, file.length));
    }

    @Test
    @DisplayName("colours that are stored as JPEG 2000 come as they are stored, in a file that others read")
    void asStored() throws Exception {
        byte[] file = shown(storedImage(), stored(), RenderOptions.of(Output.JP2));
        assertThat(endsWith(file, stored())).isTrue();
        int[] expected = Sketch.unsigned(shown(storedImage(), stored(), Sketch.RAW));
        int[] read = read("opj_decompress", ".jp2", file, 3);
        for (int i = 0; i < expected.length; i++) {
            assertThat(read[i]).isBetween(expected[i] - 1, expected[i] + 1);
        }
    }

    @Test
    @DisplayName("where a picture shows something else than what is stored, it is made")
    void notAsStored() throws Exception {
        RenderOptions jp2 = RenderOptions.of(Output.JP2);
        byte[] stored = stored();
        assertThat(endsWith(shown(storedImage(), stored, jp2.within(new Viewport(COLUMNS, ROWS))), stored))
                .isFalse();
        assertThat(endsWith(shown(storedImage(), stored, jp2.with(Colors.ADOBE_RGB)), stored))
                .isFalse();
        assertThat(endsWith(shown(storedImage(), stored, RenderOptions.of(Output.JPH)), stored))
                .isFalse();
        DataSet shut = storedImage()
                .putString(Tag.ShutterShape, "CIRCULAR")
                .putInts(Tag.CenterOfCircularShutter, 9, 9)
                .putInts(Tag.RadiusOfCircularShutter, 2);
        assertThat(endsWith(shown(shut, stored, jp2), stored)).isFalse();
        DataSet wide = storedImage().putString(Tag.PixelAspectRatio, Vr.IS, "1", "2");
        assertThat(endsWith(shown(wide, stored, jp2), stored)).isFalse();
        Instance state = Sketch.instance(new DataSet().putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.11.2"));
        assertThat(endsWith(shown(storedImage(), stored, jp2.with(state)), stored))
                .isFalse();
    }

    @Test
    @DisplayName("what only begins like a codestream is refused like everywhere")
    void broken() {
        for (byte[] frame : new byte[][] {bytes(0xFF, 0x4F, 0xFF, 0x51), bytes(), bytes(1, 2, 3, 4, 5)}) {
            assertThat(catchThrowable(() -> shown(storedImage(), frame, RenderOptions.of(Output.JP2))))
                    .isInstanceOf(MalformedException.class);
        }
    }
}
