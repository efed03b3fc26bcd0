package org.isocenter.server.render;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The spaces of red, green and blue that a picture can be asked for in (PS3.18 8.3.5.1.5), each by its three
/// colours in XYZ under D50 and the curve from its codes to light.
enum RgbSpace {
    /// IEC 61966-2-1.
    SRGB(
            "sRGB",
            new double[] {
                0.4360747, 0.3850649, 0.1430804, 0.2225045, 0.7168786, 0.0606169, 0.0139322, 0.0971045, 0.7141733
            },
            code -> code <= 0.04045 ? code / 12.92 : Math.pow((code + 0.055) / 1.055, 2.4),
            0),
    /// IEC 61966-2-5.
    ADOBE_RGB(
            "compatible with Adobe RGB (1998)",
            new double[] {
                0.6097559, 0.2052401, 0.1492240, 0.3111242, 0.6256560, 0.0632197, 0.0194811, 0.0608902, 0.7448387
            },
            code -> Math.pow(code, 563 / 256.0),
            563),
    /// ISO 22028-2.
    ROMM_RGB(
            "ROMM RGB",
            new double[] {0.7976749, 0.1351917, 0.0313534, 0.2880402, 0.7118741, 0.0000857, 0, 0, 0.8252100},
            code -> code < 0.03125 ? code / 16 : Math.pow(code, 1.8),
            0);

    private static final int CODES = 256;
    private static final int SAMPLES = 1024;
    private static final int HEADER_BYTES = 128;

    /// Row by row: X, Y and Z of red, green and blue, as exact as a profile has them.
    private final double[] colorants;

    private final double[] fromXyz;
    /// The light between each code and the next.
    private final double[] borders = new double[CODES - 1];

    private final byte[] profile;

    /// @param gamma in parts of 256, where the curve is nothing but that: samples of it would be too coarse
    ///     in the dark; otherwise 0
    RgbSpace(String description, double[] colorants, Curve light, int gamma) {
        this.colorants =
                Arrays.stream(colorants).map(one -> fixed(one) / 65536.0).toArray();
        this.fromXyz = inverse(this.colorants);
        for (int i = 0; i < borders.length; i++) {
            borders[i] = light.at((i + 0.5) / (CODES - 1));
        }
        this.profile = profile(description, gamma == 0 ? samples(light) : power(gamma));
    }

    /// A profile that says what this space is.
    byte[] profile() {
        return profile.clone();
    }

    /// Gives a picture the codes that its colours have in this space. What has none gets the nearest ones,
    /// component by component.
    void convert(Canvas canvas, ColorProfile from) {
        byte[] pixels = canvas.pixels();
        double[] xyz = new double[3];
        int before = -1;
        for (int i = 0; i < pixels.length; i += 3) {
            int red = pixels[i] & 0xFF;
            int green = pixels[i + 1] & 0xFF;
            int blue = pixels[i + 2] & 0xFF;
            int color = red << 16 | green << 8 | blue;
            if (color == before) {
                // Large parts of pictures have one colour.
                System.arraycopy(pixels, i - 3, pixels, i, 3);
            } else {
                before = color;
                from.toXyz(red, green, blue, xyz);
                for (int k = 0; k < 3; k++) {
                    double light = fromXyz[3 * k] * xyz[0] + fromXyz[3 * k + 1] * xyz[1] + fromXyz[3 * k + 2] * xyz[2];
                    pixels[i + k] = code(light);
                }
            }
        }
    }

    private byte code(double light) {
        if (!(light > 0)) {
            return 0;
        }
        int place = Arrays.binarySearch(borders, light);
        return (byte) (place >= 0 ? place + 1 : -place - 1);
    }

    private static double[] inverse(double[] m) {
        double[] inverse = new double[9];
        double determinant = 0;
        for (int i = 0; i < 3; i++) {
            for (int k = 0; k < 3; k++) {
                int r = (k + 1) % 3;
                int s = (k + 2) % 3;
                int c = (i + 1) % 3;
                int d = (i + 2) % 3;
                inverse[3 * i + k] = m[3 * r + c] * m[3 * s + d] - m[3 * r + d] * m[3 * s + c];
            }
            determinant += m[i] * inverse[3 * i];
        }
        for (int i = 0; i < 9; i++) {
            inverse[i] /= determinant;
        }
        return inverse;
    }

    /// A profile of three curves and a matrix, in version 2, which every reader knows (ICC.1:2001-04).
    private byte[] profile(String description, byte[] curve) {
        String[] tags = {"desc", "cprt", "wtpt", "rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"};
        byte[][] values = {
            described(description),
            text("No rights reserved"),
            xyz(0.9642, 1, 0.8249),
            xyz(colorants[0], colorants[3], colorants[6]),
            xyz(colorants[1], colorants[4], colorants[7]),
            xyz(colorants[2], colorants[5], colorants[8]),
            curve
        };
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int start = HEADER_BYTES + 4 + 12 * tags.length;
        try (DataOutputStream out = new DataOutputStream(table)) {
            out.writeInt(tags.length);
            int offset = 0;
            for (int i = 0; i < tags.length; i++) {
                // The three curves are one.
                byte[] value = values[Math.min(i, values.length - 1)];
                if (i < values.length) {
                    offset = start + data.size();
                    data.writeBytes(value);
                    data.writeBytes(new byte[-value.length & 3]);
                }
                out.writeBytes(tags[i]);
                out.writeInt(offset);
                out.writeInt(value.length);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(header(start + data.size()));
        whole.writeBytes(table.toByteArray());
        whole.writeBytes(data.toByteArray());
        return whole.toByteArray();
    }

    private interface Content {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] written(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            content.write(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static byte[] header(int length) {
        return written(out -> {
            out.writeInt(length);
            out.writeInt(0);
            out.writeInt(0x02100000);
            out.writeBytes("mntrRGB XYZ ");
            // The first of January of 2024.
            out.write(new byte[] {0x07, (byte) 0xE8, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0});
            out.writeBytes("acsp");
            out.write(new byte[28]);
            for (double white : new double[] {0.9642, 1, 0.8249}) {
                out.writeInt(fixed(white));
            }
            out.write(new byte[48]);
        });
    }

    private static byte[] described(String text) {
        return written(out -> {
            out.writeBytes("desc");
            out.writeInt(0);
            out.writeInt(text.length() + 1);
            out.writeBytes(text);
            // No other scripts.
            out.write(new byte[1 + 4 + 4 + 2 + 1 + 67]);
        });
    }

    private static byte[] text(String text) {
        return ("text\0\0\0\0" + text + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] xyz(double x, double y, double z) {
        return written(out -> {
            out.writeBytes("XYZ ");
            out.writeInt(0);
            out.writeInt(fixed(x));
            out.writeInt(fixed(y));
            out.writeInt(fixed(z));
        });
    }

    private static byte[] samples(Curve light) {
        return written(out -> {
            out.writeBytes("curv");
            out.writeInt(0);
            out.writeInt(SAMPLES);
            for (int i = 0; i < SAMPLES; i++) {
                out.writeShort((int) Math.round(65535 * light.at(i / (SAMPLES - 1.0))));
            }
        });
    }

    private static byte[] power(int gamma) {
        return written(out -> {
            out.writeBytes("curv");
            out.writeInt(0);
            out.writeInt(1);
            out.writeShort(gamma);
        });
    }

    private static int fixed(double value) {
        return (int) Math.round(65536 * value);
    }
}
