package org.isocenter.server.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.isocenter.server.render.Sketch.bytes;
import static org.isocenter.server.render.Sketch.grey8;
import static org.isocenter.server.render.Sketch.head;
import static org.isocenter.server.render.Sketch.put;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Vr;
import org.isocenter.server.render.RenderOptions.Annotation;
import org.isocenter.server.render.RenderOptions.Output;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The files that pictures come in, read back by the JDK.
final class OutputTest {
    private static final int COLUMNS = 61;
    private static final int ROWS = 37;

    private static byte[] smooth(int components) {
        byte[] frame = new byte[COLUMNS * ROWS * components];
        for (int i = 0; i < frame.length; i++) {
            int pixel = i / components;
            frame[i] = (byte) (2 * (pixel % COLUMNS) + 3 * (pixel / COLUMNS) + 8 * (i % components));
        }
        return frame;
    }

    private static byte[] noise(int components) {
        byte[] frame = new byte[COLUMNS * ROWS * components];
        new Random(7).nextBytes(frame);
        return frame;
    }

    private static DataSet image(int components) {
        return head(components == 1 ? "MONOCHROME2" : "RGB", COLUMNS, ROWS, 8, 8, false);
    }

    private static int[] samples(byte[] file, int components) throws Exception {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
        Raster raster = image.getRaster();
        assertThat(raster.getWidth()).isEqualTo(COLUMNS);
        assertThat(raster.getHeight()).isEqualTo(ROWS);
        assertThat(raster.getNumBands()).isEqualTo(components);
        return raster.getPixels(0, 0, COLUMNS, ROWS, (int[]) null);
    }

    @Test
    @DisplayName("PNG has every pixel as it is, in grey and in colour, smooth and noisy")
    void png() throws Exception {
        for (int components : new int[] {1, 3}) {
            for (byte[] frame : List.of(smooth(components), noise(components))) {
                Picture picture = Sketch.picture(image(components), frame, RenderOptions.of(Output.PNG));
                assertThat(picture.mediaType()).isEqualTo("image/png");
                assertThat(samples(picture.bytes(), components)).containsExactly(Sketch.unsigned(frame));
            }
        }
    }

    @Test
    @DisplayName("JPEG has the picture, nearer at a higher quality and in fewer bytes at a lower one")
    void jpeg() throws Exception {
        for (int components : new int[] {1, 3}) {
            byte[] frame = smooth(components);
            int worst = 0;
            int length = 0;
            for (int quality : new int[] {100, 90, 50, 1}) {
                Picture picture = Sketch.picture(
                        image(components), frame, RenderOptions.of(Output.JPEG).withQuality(quality));
                int[] samples = samples(picture.bytes(), components);
                int difference = 0;
                for (int i = 0; i < samples.length; i++) {
                    difference = Math.max(difference, Math.abs(samples[i] - (frame[i] & 0xFF)));
                }
                if (quality == 100) {
                    assertThat(difference).as(components + " components").isLessThanOrEqualTo(3);
                } else {
                    assertThat(difference).isGreaterThanOrEqualTo(worst);
                    assertThat(picture.bytes().length).isLessThan(length);
                }
                worst = difference;
                length = picture.bytes().length;
                assertThat(picture.mediaType()).isEqualTo("image/jpeg");
            }
        }
    }

    // Profiles

    private static byte[] profile(int length) {
        byte[] profile = new byte[length];
        new Random(3).nextBytes(profile);
        System.arraycopy("RGB ".getBytes(StandardCharsets.US_ASCII), 0, profile, 16, 4);
        return profile;
    }

    /// The profile in the APP2 segments of a JPEG file.
    private static byte[] profileOfJpeg(byte[] file) {
        ByteArrayOutputStream profile = new ByteArrayOutputStream();
        int at = 2;
        while ((file[at + 1] & 0xFF) >= 0xE0 && (file[at + 1] & 0xFF) <= 0xEF) {
            int length = (file[at + 2] & 0xFF) << 8 | file[at + 3] & 0xFF;
            if ((file[at + 1] & 0xFF) == 0xE2) {
                assertThat(new String(file, at + 4, 12, StandardCharsets.US_ASCII))
                        .isEqualTo("ICC_PROFILE\0");
                profile.write(file, at + 18, length - 16);
            }
            at += 2 + length;
        }
        return profile.toByteArray();
    }

    @Test
    @DisplayName("the profile of the image is in the file where it is asked for, however long it is")
    void ownProfile() throws Exception {
        for (int length : new int[] {200, 65519, 65520, 200_000}) {
            DataSet image = put(image(3), Tag.ICCProfile, Vr.OB, profile(length));
            Picture jpeg = Sketch.picture(
                    image, smooth(3), RenderOptions.of(Output.JPEG).with(RenderOptions.Colors.OWN));
            assertThat(profileOfJpeg(jpeg.bytes())).isEqualTo(profile(length));
            Picture plain = Sketch.picture(image, smooth(3), RenderOptions.of(Output.JPEG));
            assertThat(profileOfJpeg(plain.bytes())).isEmpty();
        }
    }

    @Test
    @DisplayName("without one, or with one that is not for red, green and blue, it is that of sRGB, which readers take")
    void standardProfile() throws Exception {
        DataSet grey = put(image(3), Tag.ICCProfile, Vr.OB, new byte[300]);
        for (DataSet image : List.of(image(3), grey)) {
            for (Output output : new Output[] {Output.JPEG, Output.PNG}) {
                Picture picture = Sketch.picture(
                        image, smooth(3), RenderOptions.of(output).with(RenderOptions.Colors.OWN));
                assertThat(samples(picture.bytes(), 3)).hasSize(3 * COLUMNS * ROWS);
                String text = new String(picture.bytes(), StandardCharsets.ISO_8859_1);
                assertThat(text).contains(output == Output.PNG ? "iCCPICC profile\0" : "sRGB");
            }
        }
        Picture none = Sketch.picture(
                image(1), smooth(1), RenderOptions.of(Output.JPEG).with(RenderOptions.Colors.OWN));
        assertThat(profileOfJpeg(none.bytes())).isEmpty();
    }

    // Cine

    private record Shown(int delay, BufferedImage image) {}

    private static List<Shown> frames(byte[] gif) throws Exception {
        List<Shown> frames = new ArrayList<>();
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(gif))) {
            reader.setInput(in);
            for (int i = 0; i < reader.getNumImages(true); i++) {
                IIOMetadataNode tree =
                        (IIOMetadataNode) reader.getImageMetadata(i).getAsTree("javax_imageio_gif_image_1.0");
                IIOMetadataNode control = (IIOMetadataNode)
                        tree.getElementsByTagName("GraphicControlExtension").item(0);
                frames.add(new Shown(Integer.parseInt(control.getAttribute("delayTime")), reader.read(i)));
            }
        } finally {
            reader.dispose();
        }
        return frames;
    }

    private static byte[] animated(DataSet head, List<byte[]> frames) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Integer> numbers = new ArrayList<>();
        for (int i = 1; i <= frames.size(); i++) {
            numbers.add(i);
        }
        Renderer.of(Sketch.instance(head), RenderOptions.of(Output.GIF))
                .animate(numbers, number -> frames.get(number - 1), out);
        return out.toByteArray();
    }

    @Test
    @DisplayName("GIF shows grey frames one after the other with every shade, without end, in the time of the image")
    void cine() throws Exception {
        DataSet head = image(1).putString(Tag.FrameTime, "33.333");
        List<byte[]> frames = List.of(smooth(1), noise(1), smooth(1));
        byte[] gif = animated(head, frames);
        List<Shown> shown = frames(gif);
        assertThat(shown.stream().map(Shown::delay)).containsExactly(3, 4, 3);
        for (int i = 0; i < frames.size(); i++) {
            int[] pixels = shown.get(i).image.getRGB(0, 0, COLUMNS, ROWS, null, 0, COLUMNS);
            assertThat(Arrays.stream(pixels).map(pixel -> pixel & 0xFF))
                    .containsExactly(Arrays.stream(Sketch.unsigned(frames.get(i)))
                            .boxed()
                            .toArray(Integer[]::new));
        }
        assertThat(new String(gif, StandardCharsets.ISO_8859_1)).contains("NETSCAPE2.0\u0003\u0001\0\0");
    }

    @Test
    @DisplayName("the time of a frame comes from frame time, vector or rates, within what can be seen")
    void times() {
        assertThat(Cine.milliseconds(new DataSet())).isEqualTo(100);
        assertThat(Cine.milliseconds(new DataSet().putString(Tag.FrameTime, "40")))
                .isEqualTo(40);
        assertThat(Cine.milliseconds(new DataSet().putString(Tag.FrameTimeVector, "0", "50")))
                .isEqualTo(50);
        assertThat(Cine.milliseconds(new DataSet().putString(Tag.CineRate, "25")))
                .isEqualTo(40);
        assertThat(Cine.milliseconds(new DataSet().putString(Tag.RecommendedDisplayFrameRate, "10")))
                .isEqualTo(100);
        assertThat(Cine.milliseconds(new DataSet().putString(Tag.FrameTime, "0.001")))
                .isEqualTo(20);
        assertThat(Cine.milliseconds(new DataSet().putString(Tag.FrameTime, "1e99")))
                .isEqualTo(10_000);
        assertThat(Cine.milliseconds(new DataSet().putString(Tag.FrameTime, "-1")))
                .isEqualTo(100);
    }

    @Test
    @DisplayName("GIF keeps up to 256 colours as they are, and comes near to more of them")
    void gifColors() throws Exception {
        byte[] few = noise(3);
        for (int i = 0; i < few.length; i++) {
            few[i] = (byte) (few[i] & 0b11000000);
        }
        BufferedImage exact = frames(animated(image(3), List.of(few))).getFirst().image;
        int[] pixels = exact.getRGB(0, 0, COLUMNS, ROWS, null, 0, COLUMNS);
        for (int i = 0; i < pixels.length; i++) {
            int color = (few[3 * i] & 0xFF) << 16 | (few[3 * i + 1] & 0xFF) << 8 | few[3 * i + 2] & 0xFF;
            assertThat(pixels[i] & 0xFFFFFF).isEqualTo(color);
        }
        byte[] many = smooth(3);
        many[0] = (byte) 255;
        for (int i = 1; i < COLUMNS * ROWS; i++) {
            many[3 * i] = (byte) (i % 251);
        }
        BufferedImage near = frames(animated(image(3), List.of(many))).getFirst().image;
        double[] sums = new double[3];
        int[] reduced = near.getRGB(0, 0, COLUMNS, ROWS, null, 0, COLUMNS);
        for (int i = 0; i < reduced.length; i++) {
            for (int k = 0; k < 3; k++) {
                sums[k] += (reduced[i] >> 16 - 8 * k & 0xFF) - (many[3 * i + k] & 0xFF);
            }
        }
        // What one pixel has too much the next ones have too little.
        for (double sum : sums) {
            assertThat(sum / reduced.length).isBetween(-1.5, 1.5);
        }
    }

    // Annotations

    @Test
    @DisplayName("the patient is written upper left, the technique lower right, and nothing in between")
    void annotations() throws Exception {
        DataSet image = head("MONOCHROME2", 400, 300, 8, 8, false)
                .putString(Tag.PatientName, "Doe^John")
                .putString(Tag.PatientID, "4711")
                .putString(Tag.Modality, "CT")
                .putString(Tag.KVP, "120");
        byte[] frame = new byte[400 * 300];
        int[] patient = Sketch.pixels(image, frame, Sketch.RAW.with(Set.of(Annotation.PATIENT)));
        int[] technique = Sketch.pixels(image, frame, Sketch.RAW.with(Set.of(Annotation.TECHNIQUE)));
        assertThat(inked(patient, 0, 0)).isGreaterThan(50);
        assertThat(inked(patient, 1, 1)).isZero();
        assertThat(inked(technique, 1, 1)).isGreaterThan(30);
        assertThat(inked(technique, 0, 0)).isZero();
    }

    private static int inked(int[] pixels, int right, int lower) {
        int count = 0;
        for (int i = 0; i < pixels.length; i++) {
            count += pixels[i] > 0 && i % 400 / 200 == right && i / 400 / 150 == lower ? 1 : 0;
        }
        return count;
    }

    @Test
    @DisplayName("captions name who and what, family name first")
    void captions() {
        DataSet head = new DataSet()
                .putString(Tag.PatientName, "Doe^John^Q^Dr^")
                .putString(Tag.PatientID, "4711")
                .putString(Tag.PatientBirthDate, "19700102")
                .putString(Tag.PatientSex, "M")
                .putString(Tag.StudyDate, "20240611")
                .putString(Tag.Modality, "CT")
                .putString(Tag.BodyPartExamined, "HEAD")
                .putString(Tag.KVP, "120")
                .putString(Tag.InstanceNumber, "5");
        assertThat(Captions.patient(head)).containsExactly("Doe, Dr John Q", "ID 4711", "1970-01-02  M");
        assertThat(Captions.technique(head, 2, 9)).containsExactly("2024-06-11", "CT  HEAD", "120 kV", "Image 5  2/9");
        assertThat(Captions.patient(new DataSet())).isEmpty();
    }

    @Test
    @DisplayName("plain letters have a shape for every sign, are without accents, and ask where they know none")
    void plainLetters() {
        StringBuilder all = new StringBuilder();
        for (char sign = '!'; sign <= '_'; sign++) {
            all.append(sign);
        }
        Lettering.Block block = PlainLetters.write(List.of(all.toString()), 10);
        assertThat(block.width()).isEqualTo(6 * all.length());
        List<String> shapes = new ArrayList<>();
        for (int i = 0; i < all.length(); i++) {
            StringBuilder shape = new StringBuilder();
            for (int at = 0; at < 60; at++) {
                shape.append(block.covered()[at / 6 * block.width() + 6 * i + at % 6] == 0 ? '.' : '#');
            }
            assertThat(shape.toString()).contains("#");
            shapes.add(shape.toString());
        }
        assertThat(shapes).doesNotHaveDuplicates();
        assertThat(PlainLetters.write(List.of("\u00e9\u4e00"), 10).covered())
                .isEqualTo(PlainLetters.write(List.of("E?"), 10).covered());
        assertThat(PlainLetters.write(List.of("I"), 30).height()).isEqualTo(30);
    }

    @Test
    @DisplayName("text that cannot be seen, or is far too long, is written as far as it can")
    void oddTexts() throws Exception {
        DataSet image = grey8(30)
                .putString(Tag.PatientName, "\u0007\u200b" + "W".repeat(300))
                .putInts(Tag.Rows, 20);
        Picture picture = Sketch.picture(image, new byte[600], Sketch.RAW.with(Set.of(Annotation.PATIENT)));
        assertThat(picture.bytes()).hasSize(600).contains((byte) 255);
        assertThat(Lettering.lines("a\u0000b\r\nc")).containsExactly("a b", "c");
        assertThat(Lettering.lines("x\n".repeat(1000))).hasSize(40);
    }

    @Test
    @DisplayName("an instance that is no image, or in a form that is not decoded, is refused with the reason")
    void refused() {
        assertThatThrownBy(() -> Sketch.picture(new DataSet(), bytes(0), Sketch.RAW))
                .isInstanceOf(MalformedException.class);
        Instance video = new Instance(
                grey8(1), Objects.requireNonNull(TransferSyntax.find("1.2.840.10008.1.2.4.100")), BulkSource.NONE);
        assertThatThrownBy(() -> Renderer.of(video, Sketch.RAW))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("are not decoded");
    }
}
