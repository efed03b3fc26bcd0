package org.isocenter.bench;

import java.util.Random;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;

/// The images that codecs are measured with: made up, but as hard to compress as real ones. They are smooth
/// inside of organs, have edges between them, and noise over all of it, which is what costs bits.
public enum Picture {
    /// A slice of computed tomography: a body in air, in a circle of reconstruction. Its values are those
    /// of 12 bits, and stored with 16, as scanners do.
    CT("CT", 512, 1, 16, 12) {
        @Override
        double brightness(double x, double y, int component) {
            if (Math.hypot(x, y) > 1) {
                return 0;
            }
            double body = Math.hypot(x / 0.86, y / 0.66);
            if (body > 1) {
                return 0.006;
            }
            double spine = Math.hypot(x / 0.11, (y - 0.4) / 0.13);
            double rib = Math.abs(body - 0.9) < 0.025 && Math.sin(14 * Math.atan2(y, x)) > 0.2 ? 0.13 : 0;
            double lung = Math.min(Math.hypot((x - 0.42) / 0.3, y / 0.42), Math.hypot((x + 0.42) / 0.3, y / 0.42));
            double vessels = Math.sin(31 * x + 9 * y) * Math.sin(27 * y - 8 * x) > 0.86 ? 0.12 : 0;
            return spine < 1
                    ? 0.36 + 0.05 * Math.sin(40 * x) * Math.sin(44 * y)
                    : lung < 1 ? 0.05 + 0.02 * y + vessels : 0.25 + 0.012 * Math.sin(9 * x) * Math.cos(7 * y) + rib;
        }

        @Override
        double noise(double brightness) {
            return brightness == 0 ? 0 : brightness < 0.01 ? 0.0012 : 0.0032;
        }
    },
    /// A projection radiograph: broad shadows and thin bones, darker beside the body, nothing outside of the
    /// collimator.
    DX("radiograph", 2048, 1, 12, 12) {
        @Override
        double brightness(double x, double y, int component) {
            if (Math.abs(x) > 0.94 || Math.abs(y) > 0.97) {
                return 0.01;
            }
            double chest = 0.3 + 0.25 * Math.exp(-8 * (x - 0.4) * (x - 0.4) - 3 * y * y);
            double other = 0.25 * Math.exp(-8 * (x + 0.4) * (x + 0.4) - 3 * y * y);
            double ribs = 0.03 * Math.tanh(6 * Math.sin(16 * y + 5 * x * x));
            double beside = Math.abs(x) > 0.85 - 0.1 * y ? 0.3 : 0;
            return chest + other - ribs + 0.01 * Math.sin(60 * x) * Math.sin(53 * y) + beside;
        }

        @Override
        double noise(double brightness) {
            return 0.0018 * Math.sqrt(brightness);
        }
    },
    /// A stained section under the microscope: tissue with the nuclei of its cells, on the white of the
    /// slide.
    SECTION("section, colour", 1024, 3, 8, 8) {
        private static final double[][] COLOURS = {{0.95, 0.94, 0.95}, {0.88, 0.62, 0.76}, {0.42, 0.28, 0.56}};

        @Override
        double brightness(double x, double y, int component) {
            double tissue = Math.sin(3 * x + Math.sin(4 * y)) + Math.cos(4 * y - Math.sin(3 * x));
            double nucleus = Math.sin(70 * x + 3 * Math.sin(9 * y)) * Math.sin(70 * y + 3 * Math.sin(8 * x));
            double[] colour = COLOURS[tissue < -0.6 ? 0 : nucleus < 0.55 ? 1 : 2];
            double fibre = tissue < -0.6 ? 0 : 0.05 * Math.sin(25 * (x + y) + 4 * Math.sin(11 * x));
            return colour[component] + fibre;
        }

        @Override
        double noise(double brightness) {
            return 0.006;
        }
    };

    private static final long SEED = 1;

    final String title;
    final int side;
    private final int components;
    private final int bits;
    private final int usedBits;

    Picture(String title, int side, int components, int bits, int usedBits) {
        this.title = title;
        this.side = side;
        this.components = components;
        this.bits = bits;
        this.usedBits = usedBits;
    }

    /// Whether its samples have one component.
    boolean isGrey() {
        return components == 1;
    }

    /// How bright a component of a point is, 0 to 1, with both coordinates from -1 to 1.
    abstract double brightness(double x, double y, int component);

    /// The standard deviation of the noise where it is so bright.
    abstract double noise(double brightness);

    /// The bits of its samples for a compression, which may not know as many.
    int bits(Compression compression) {
        return Math.min(bits, compression.mostBits());
    }

    /// The picture at a size, in samples of so many bits; the same each time.
    Samples draw(int side, int bits) {
        Samples samples = Samples.allocate(new SampleFormat(side, side, components, bits, false));
        Random random = new Random(SEED);
        int most = (1 << Math.min(usedBits, bits)) - 1;
        for (int i = 0; i < side * side * components; i++) {
            int pixel = i / components;
            double x = 2.0 * (pixel % side) / side - 1;
            double y = 2.0 * (pixel / side) / side - 1;
            double bright = brightness(x, y, i % components);
            double value = bright + noise(bright) * random.nextGaussian();
            int sample = (int) Math.clamp(Math.round(value * most), 0L, most);
            switch (samples) {
                case Samples.Bytes bytes -> bytes.array()[i] = (byte) sample;
                case Samples.Shorts shorts -> shorts.array()[i] = (short) sample;
                case Samples.Ints ints -> ints.array()[i] = sample;
            }
        }
        return samples;
    }
}
