package org.isocenter.server.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.isocenter.server.render.Sketch.bytes;
import static org.isocenter.server.render.Sketch.grey8;
import static org.isocenter.server.render.Sketch.head;
import static org.isocenter.server.render.Sketch.pixels;
import static org.isocenter.server.render.Sketch.put;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Vr;
import org.isocenter.server.render.RenderOptions.Colors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Colours by profiles, beside those that the colour management of the JDK (Little CMS) gives.
final class ColorProfileTest {
    private static final int COUNT = 3000;
    private static final int DARK = 24;

    private static byte[] colors() {
        byte[] colors = new byte[3 * COUNT];
        new Random(11).nextBytes(colors);
        return colors;
    }

    private static byte[] byJdk(byte[] from, byte[] to, byte[] colors) {
        JdkImages.headless();
        WritableRaster source = raster(colors.clone());
        WritableRaster target = raster(new byte[colors.length]);
        ICC_Profile[] way = {ICC_Profile.getInstance(from), ICC_Profile.getInstance(to)};
        new ColorConvertOp(way, null).filter(source, target);
        return ((DataBufferByte) target.getDataBuffer()).getData();
    }

    private static WritableRaster raster(byte[] pixels) {
        return Raster.createInterleavedRaster(
                new DataBufferByte(pixels, pixels.length), COUNT, 1, 3 * COUNT, 3, new int[] {0, 1, 2}, null);
    }

    private static byte[] here(byte[] from, RgbSpace to, byte[] colors) throws MalformedException {
        Canvas canvas = new Canvas(COUNT, 1, 3, colors.clone());
        to.convert(canvas, ColorProfile.read(from));
        return canvas.pixels();
    }

    /// The JDK counts with 14 bits, which is coarse in the dark: there it may be farther away.
    private static void assertNear(byte[] made, byte[] expected, int tolerance, String what) {
        for (int i = 0; i < expected.length; i++) {
            int code = expected[i] & 0xFF;
            int allowed = code < DARK ? tolerance + 3 : tolerance;
            assertThat(made[i] & 0xFF).as(what + ", component " + i).isBetween(code - allowed, code + allowed);
        }
    }

    @Test
    @DisplayName("from a space to itself every code stays what it is")
    void same() throws Exception {
        for (RgbSpace space : RgbSpace.values()) {
            byte[] given = colors();
            byte[] made = here(space.profile(), space, given);
            for (int i = 0; i < made.length; i++) {
                assertThat(Math.abs((made[i] & 0xFF) - (given[i] & 0xFF)))
                        .as("%s, component %d", space, i)
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    @DisplayName("from each space to each other one, colours are those of the JDK, which takes the profiles")
    void spaces() throws Exception {
        for (RgbSpace from : RgbSpace.values()) {
            for (RgbSpace to : RgbSpace.values()) {
                byte[] expected = byJdk(from.profile(), to.profile(), colors());
                assertNear(here(from.profile(), to, colors()), expected, 1, from + " to " + to);
            }
        }
    }

    @Test
    @DisplayName("the profile of sRGB that the JDK has means the same as ours")
    void jdkProfile() throws Exception {
        JdkImages.headless();
        byte[] theirs = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();
        assertNear(here(theirs, RgbSpace.SRGB, colors()), colors(), 1, "theirs to ours");
    }

    @Test
    @DisplayName("the colours of sRGB have the codes in the other spaces that are written everywhere")
    void known() throws Exception {
        DataSet image = head("RGB", 4, 1, 8, 8, false);
        byte[] frame = bytes(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255);
        int[] expected = {219, 0, 0, 144, 255, 60, 0, 0, 250, 255, 255, 255};
        int[] made = pixels(image, frame, Sketch.RAW.with(Colors.ADOBE_RGB));
        for (int i = 0; i < expected.length; i++) {
            // The colours of a profile are rounded, so that nothing may become very little.
            int allowed = expected[i] == 0 ? 2 : 1;
            assertThat(made[i]).isBetween(expected[i] - allowed, expected[i] + allowed);
        }
        assertThat(pixels(image, frame, Sketch.RAW.with(Colors.SRGB))).containsExactly(Sketch.unsigned(frame));
        assertThat(pixels(image, frame, Sketch.RAW.with(Colors.OWN))).containsExactly(Sketch.unsigned(frame));
    }

    // Tables

    private interface Content {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] written(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        content.write(new DataOutputStream(bytes));
        while (bytes.size() % 4 != 0) {
            bytes.write(0);
        }
        return bytes.toByteArray();
    }

    /// A profile with one tag beside those that every profile has.
    private static byte[] profile(String connection, int version, byte[] table) throws IOException {
        byte[] text =
                written(out -> out.writeBytes(version < 4 ? "text\0\0\0\0free\0" : "mluc\0\0\0\0\0\0\0\0\0\0\0\14"));
        byte[] white = written(out -> {
            out.writeBytes("XYZ \0\0\0\0");
            for (double one : new double[] {0.9642, 1, 0.8249}) {
                out.writeInt((int) Math.round(one * 65536));
            }
        });
        byte[][] values = {text, text, white, table};
        String[] tags = {"desc", "cprt", "wtpt", "A2B0"};
        return written(out -> {
            int start = 128 + 4 + 12 * tags.length;
            int length = start;
            for (byte[] value : values) {
                length += value.length;
            }
            out.writeInt(length);
            out.writeInt(0);
            out.writeInt(version << 24);
            out.writeBytes("scnrRGB " + connection);
            out.write(new byte[] {7, (byte) 0xE8, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0});
            out.writeBytes("acsp");
            out.write(new byte[28]);
            out.write(white, 8, 12);
            out.write(new byte[48]);
            out.writeInt(tags.length);
            int at = start;
            for (int i = 0; i < tags.length; i++) {
                out.writeBytes(tags[i]);
                out.writeInt(at);
                out.writeInt(values[i].length);
                at += values[i].length;
            }
            for (byte[] value : values) {
                out.write(value);
            }
        });
    }

    private static final int SIDE = 9;

    /// Lab of a made-up scanner, each number from 0 to 1: smooth, and different in all directions.
    private static double[] lab(double r, double g, double b) {
        double light = 0.25 * r + 0.6 * g + 0.15 * b;
        return new double[] {
            0.1 + 0.8 * light + 0.1 * r * g, 0.5 + 0.15 * (r - g) * (1 - 0.3 * b), 0.5 + 0.15 * (light - b)
        };
    }

    private static void grid(DataOutputStream out, int width, double scale) throws IOException {
        for (int i = 0; i < SIDE * SIDE * SIDE; i++) {
            double[] color =
                    lab(i / SIDE / SIDE / (SIDE - 1.0), i / SIDE % SIDE / (SIDE - 1.0), i % SIDE / (SIDE - 1.0));
            for (double one : color) {
                if (width == 1) {
                    out.writeByte((int) Math.round(one * 255));
                } else {
                    out.writeShort((int) Math.round(one * scale));
                }
            }
        }
    }

    private static void samples(DataOutputStream out, int count, int width, double gamma) throws IOException {
        for (int i = 0; i < count; i++) {
            double value = Math.pow(i / (count - 1.0), gamma);
            if (width == 1) {
                out.writeByte((int) Math.round(255 * value));
            } else {
                out.writeShort((int) Math.round(65535 * value));
            }
        }
    }

    private static byte[] oldTable(int width) throws IOException {
        return written(out -> {
            out.writeBytes(width == 1 ? "mft1" : "mft2");
            out.writeInt(0);
            out.write(new byte[] {3, 3, SIDE, 0});
            for (int i = 0; i < 9; i++) {
                out.writeInt(i % 4 == 0 ? 65536 : 0);
            }
            if (width == 2) {
                out.writeShort(64);
                out.writeShort(2);
            }
            for (int i = 0; i < 3; i++) {
                samples(out, width == 1 ? 256 : 64, width, 1 + 0.2 * i);
            }
            grid(out, width, 65280);
            for (int i = 0; i < 3; i++) {
                samples(out, width == 1 ? 256 : 2, width, 1);
            }
        });
    }

    private static byte[] formula(double gamma) throws IOException {
        return written(out -> {
            out.writeBytes("para\0\0\0\0\0\3\0\0");
            // As that of sRGB, with a gamma of its own.
            for (double one : new double[] {gamma, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045}) {
                out.writeInt((int) Math.round(one * 65536));
            }
        });
    }

    private static byte[] newTable() throws IOException {
        byte[] inputs = written(out -> {
            out.write(formula(1.2));
            out.writeBytes("curv\0\0\0\0\0\0\0\1");
            out.write(new byte[] {1, 0x20, 0, 0});
            out.writeBytes("curv\0\0\0\0\0\0\0\3");
            out.write(new byte[] {0, 0, 0x70, 0, (byte) 0xFF, (byte) 0xFF, 0, 0});
        });
        byte[] identities = written(out -> out.writeBytes("curv\0\0\0\0\0\0\0\0".repeat(3)));
        byte[] matrix = written(out -> {
            double[] numbers = {0.9, 0.05, 0.05, 0, 1, 0, 0, 0.02, 0.98, 0.01, 0, 0};
            for (double one : numbers) {
                out.writeInt((int) Math.round(one * 65536));
            }
        });
        byte[] grid = written(out -> {
            out.write(new byte[] {SIDE, SIDE, SIDE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0});
            grid(out, 2, 65535);
        });
        return written(out -> {
            out.writeBytes("mAB \0\0\0\0\3\3\0\0");
            int at = 32;
            int[] lengths = {identities.length, matrix.length, identities.length, grid.length, inputs.length};
            for (int length : lengths) {
                out.writeInt(at);
                at += length;
            }
            out.write(identities);
            out.write(matrix);
            out.write(identities);
            out.write(grid);
            out.write(inputs);
        });
    }

    @Test
    @DisplayName("tables of bytes, of words and of version 4 give the colours of the JDK")
    void tables() throws Exception {
        byte[][] profiles = {
            profile("Lab ", 2, oldTable(1)), profile("Lab ", 2, oldTable(2)), profile("Lab ", 4, newTable())
        };
        for (int i = 0; i < profiles.length; i++) {
            for (RgbSpace to : RgbSpace.values()) {
                byte[] expected = byJdk(profiles[i], to.profile(), colors());
                assertNear(here(profiles[i], to, colors()), expected, 3, "profile " + i + " to " + to);
            }
        }
    }

    // Images

    @Test
    @DisplayName(
            "an image is converted by its own profile, that of its optical path or that of the state it is shown by")
    void ofImage() throws Exception {
        byte[] frame = bytes(219, 0, 0);
        DataSet image = head("RGB", 1, 1, 8, 8, false);
        assertThat(pixels(image, frame, Sketch.RAW.with(Colors.SRGB))).containsExactly(219, 0, 0);
        DataSet own = put(head("RGB", 1, 1, 8, 8, false), Tag.ICCProfile, Vr.OB, RgbSpace.ADOBE_RGB.profile());
        assertThat(pixels(own, frame, Sketch.RAW.with(Colors.SRGB))).containsExactly(255, 0, 0);
        assertThat(pixels(own, frame)).containsExactly(219, 0, 0);
        DataSet path = put(new DataSet(), Tag.ICCProfile, Vr.OB, RgbSpace.ADOBE_RGB.profile());
        DataSet slide = head("RGB", 1, 1, 8, 8, false).putItems(Tag.OpticalPathSequence, path);
        assertThat(pixels(slide, frame, Sketch.RAW.with(Colors.SRGB))).containsExactly(255, 0, 0);
        DataSet state = new DataSet().putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.11.2");
        put(state, Tag.ICCProfile, Vr.OB, RgbSpace.ADOBE_RGB.profile());
        RenderOptions shown = Sketch.RAW.with(Sketch.instance(state)).with(Colors.SRGB);
        assertThat(pixels(image, frame, shown)).containsExactly(255, 0, 0);
    }

    @Test
    @DisplayName("shades of grey are what they are, and colours of a profile that cannot be read are those of sRGB")
    void notConverted() throws Exception {
        DataSet grey = put(grey8(2), Tag.ICCProfile, Vr.OB, RgbSpace.ADOBE_RGB.profile());
        assertThat(pixels(grey, bytes(7, 200), Sketch.RAW.with(Colors.ROMM_RGB)))
                .containsExactly(7, 200);
        byte[] broken = RgbSpace.ROMM_RGB.profile();
        broken[128] = 1;
        DataSet image = put(head("RGB", 1, 1, 8, 8, false), Tag.ICCProfile, Vr.OB, broken);
        assertThat(pixels(image, bytes(255, 0, 0), Sketch.RAW.with(Colors.ADOBE_RGB)))
                .containsExactly(219, 0, 0);
    }

    @Test
    @DisplayName("whatever is in a profile, it is read or refused, and colours have codes")
    void hostile() throws Exception {
        long seed = Long.getLong("seed", 20241126);
        Random random = new Random(seed);
        byte[][] profiles = {
            RgbSpace.SRGB.profile(),
            profile("Lab ", 2, oldTable(1)),
            profile("XYZ ", 2, oldTable(2)),
            profile("Lab ", 4, newTable())
        };
        int refused = 0;
        int read = 0;
        for (int round = 0; round < 6000; round++) {
            byte[] profile = profiles[round % profiles.length].clone();
            if (random.nextInt(4) == 0) {
                profile = Arrays.copyOf(profile, random.nextInt(profile.length));
            }
            int until = random.nextBoolean() ? 400 : 1 << 20;
            for (int i = random.nextInt(6); i > 0 && profile.length > 0; i--) {
                int at = random.nextInt(Math.min(until, profile.length));
                profile[at] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(3) - 1);
            }
            try {
                Canvas canvas = new Canvas(2, 1, 3, bytes(1, 2, 3, 250, 128, 255));
                RgbSpace.SRGB.convert(canvas, ColorProfile.read(profile));
                read++;
            } catch (MalformedException broken) {
                refused++;
            } catch (RuntimeException failed) {
                throw new AssertionError("seed " + seed + " round " + round, failed);
            }
        }
        assertThat(refused).as("seed " + seed).isGreaterThan(500);
        assertThat(read).as("seed " + seed).isGreaterThan(500);
        assertThatThrownBy(() -> ColorProfile.read(new byte[0])).isInstanceOf(MalformedException.class);
    }
}
