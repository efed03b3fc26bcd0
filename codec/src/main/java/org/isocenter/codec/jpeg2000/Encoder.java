package org.isocenter.codec.jpeg2000;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import org.isocenter.codec.FrameHeader.Colors;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;

/// Encodes frames: one tile, one layer, code-blocks of 64 x 64, one precinct for each resolution.
///
/// @param highThroughput whether code-blocks are those of T.814
/// @param step the step of the quantizer in grey levels; 0 for the reversible way
/// @param colors what three components are
record Encoder(boolean highThroughput, double step, Colors colors) {
    private static final int COLORS = 3;
    private static final int BLOCK_EXPONENT = 6;
    private static final int BLOCK = 1 << BLOCK_EXPONENT;
    private static final int USUAL_LEVELS = 5;
    private static final int LOWEST_SIDE = 64;

    /// What either transform makes of samples is less than four times as much as they are, and has its
    /// roundings.
    private static final int GUARD_BITS = 2;

    private static final int GUARD_BITS_OF_FEW = 3;
    private static final int FEW_BITS = 3;

    private static final int MAX_LOSSLESS_BITS = 24;

    static Encoder lossless(Colors colors) {
        return new Encoder(false, 0, colors);
    }

    static Encoder highThroughput(Colors colors) {
        return new Encoder(true, 0, colors);
    }

    static Encoder lossy(double step, Colors colors) {
        if (!(step >= 1.0 / 16 && step <= 64)) {
            throw new IllegalArgumentException("a step of " + step + " grey levels");
        }
        return new Encoder(false, step, colors);
    }

    boolean encodes(SampleFormat format) {
        return reversible() ? format.bits() <= MAX_LOSSLESS_BITS : format.bits() >= 8 && format.bits() <= 16;
    }

    private boolean reversible() {
        return step == 0;
    }

    private boolean transforms(SampleFormat format) {
        return colors == Colors.RGB && format.components() == COLORS;
    }

    byte[] encode(Samples samples) {
        SampleFormat format = samples.format();
        ImageSize size = new ImageSize(format);
        int levels = levels(format.width(), format.height());
        CodingStyle style = CodingStyle.of(
                levels, BLOCK_EXPONENT, BLOCK_EXPONENT, highThroughput ? CodingStyle.HIGH_THROUGHPUT : 0, reversible());
        TileParameters parameters = TileParameters.of(
                format.components(),
                highThroughput ? Progression.Order.RPCL : Progression.Order.LRCP,
                transforms(format),
                style,
                quantization(format, levels));
        try {
            TileComponent[] components =
                    TileComponent.all(size, parameters, size.image, new Budget(format.sampleCount(), 0));
            Map<Band, EncodedBlock[]> blocks = new IdentityHashMap<>();
            BlockEncoder encoder = new BlockEncoder(highThroughput);
            int[][] planes = planes(samples, components);
            for (int c = 0; c < components.length; c++) {
                for (Resolution resolution : components[c].resolutions) {
                    for (Band band : resolution.bands) {
                        blocks.put(band, encode(band, resolution, components[c], planes[c], encoder));
                    }
                }
            }
            return new CodestreamWriter(size, parameters).write(components, blocks);
        } catch (MalformedException own) {
            throw new IllegalStateException("the layout of " + format, own);
        }
    }

    /// So many that the lowest resolution is no more than a thumbnail where the syntax wants that.
    private int levels(int width, int height) {
        int most = 31 - Integer.numberOfLeadingZeros(Math.min(width, height));
        int levels = Math.min(USUAL_LEVELS, most);
        while (highThroughput && Area.ceilShift(Math.max(width, height), levels) > LOWEST_SIDE) {
            levels++;
        }
        return levels;
    }

    /// Without loss, the exponents are what bits a band may have (equation E-5 with nothing quantized).
    /// With loss, a band's step is the smaller the more its coefficients add to the picture, by a factor of
    /// two for each decomposition and frequency; that is just what a derived quantization tells by one
    /// number.
    private Quantization quantization(SampleFormat format, int levels) {
        if (!reversible()) {
            int exponent = Math.getExponent(step);
            int mantissa = (int) ((Math.scalb(step, -exponent) - 1) * 2048);
            int[] exponents = {format.bits() + levels - exponent};
            return new Quantization(Quantization.Style.DERIVED, GUARD_BITS, exponents, new int[] {mantissa});
        }
        int[] exponents = new int[3 * levels + 1];
        int bits = format.bits() + (transforms(format) ? 1 : 0);
        for (int band = 0; band < exponents.length; band++) {
            exponents[band] = bits + (band == 0 ? 0 : band % 3 == 0 ? 2 : 1);
        }
        int guardBits = format.bits() > FEW_BITS ? GUARD_BITS : GUARD_BITS_OF_FEW;
        return new Quantization(Quantization.Style.NONE, guardBits, exponents, new int[exponents.length]);
    }

    /// The coefficients of all components, where {@link Analysis} leaves them.
    private int[][] planes(Samples samples, TileComponent[] components) {
        SampleFormat format = samples.format();
        int levels = components[0].style.levels();
        Analysis analysis = new Analysis(format.width(), format.height(), levels);
        int[][] planes = new int[components.length][];
        for (int c = 0; c < planes.length; c++) {
            planes[c] = plane(samples, c);
        }
        if (reversible()) {
            if (transforms(format)) {
                transformReversibly(planes);
            }
            for (int[] plane : planes) {
                analysis.reversible(plane);
            }
            return planes;
        }
        float[][] exact = new float[planes.length][];
        for (int c = 0; c < planes.length; c++) {
            exact[c] = new float[planes[c].length];
            for (int i = 0; i < exact[c].length; i++) {
                exact[c][i] = planes[c][i];
            }
        }
        if (transforms(format)) {
            transformIrreversibly(exact);
        }
        for (int c = 0; c < planes.length; c++) {
            analysis.irreversible(exact[c]);
            quantize(exact[c], planes[c], components[c], format.width());
        }
        return planes;
    }

    /// The samples of a component, shifted to be about zero (T.800 G.1).
    private static int[] plane(Samples samples, int component) {
        SampleFormat format = samples.format();
        int step = format.components();
        int[] plane = new int[format.width() * format.height()];
        int shift = format.signed() ? 0 : 1 << format.bits() - 1;
        int mask = format.signed() ? -1 : -1 >>> 32 - format.bits();
        int at = component;
        switch (samples) {
            case Samples.Bytes(var same, var array) -> {
                for (int i = 0; i < plane.length; i++, at += step) {
                    plane[i] = (array[at] & mask) - shift;
                }
            }
            case Samples.Shorts(var same, var array) -> {
                for (int i = 0; i < plane.length; i++, at += step) {
                    plane[i] = (array[at] & mask) - shift;
                }
            }
            case Samples.Ints(var same, var array) -> {
                for (int i = 0; i < plane.length; i++, at += step) {
                    plane[i] = (array[at] & mask) - shift;
                }
            }
        }
        return plane;
    }

    /// T.800 G.2.
    private static void transformReversibly(int[][] planes) {
        for (int i = 0; i < planes[0].length; i++) {
            int red = planes[0][i];
            int green = planes[1][i];
            int blue = planes[2][i];
            planes[0][i] = red + 2 * green + blue >> 2;
            planes[1][i] = blue - green;
            planes[2][i] = red - green;
        }
    }

    /// T.800 G.3.
    private static void transformIrreversibly(float[][] planes) {
        for (int i = 0; i < planes[0].length; i++) {
            float red = planes[0][i];
            float green = planes[1][i];
            float blue = planes[2][i];
            planes[0][i] = 0.299f * red + 0.587f * green + 0.114f * blue;
            planes[1][i] = -0.168736f * red - 0.331264f * green + 0.5f * blue;
            planes[2][i] = 0.5f * red - 0.418688f * green - 0.081312f * blue;
        }
    }

    /// Divides by the steps of the bands, and by the scaling that the transform has left out (T.800 E.1.1).
    private static void quantize(float[] from, int[] into, TileComponent component, int width) {
        double above = 1;
        for (int r = component.resolutions.length - 1; r >= 0; r--) {
            Resolution resolution = component.resolutions[r];
            Area area = resolution.area;
            for (Band band : resolution.bands) {
                double scale = above;
                if (r > 0) {
                    scale *= Synthesis97.scale((band.orientation & 1) != 0, area.width())
                            * Synthesis97.scale(band.orientation >> 1 != 0, area.height());
                }
                quantize(from, into, new Place(band, resolution, component, width), (float) (1 / (scale * band.step)));
            }
            above *= Synthesis97.scale(false, area.width()) * Synthesis97.scale(false, area.height());
        }
    }

    private static void quantize(float[] from, int[] into, Place place, float by) {
        Area area = place.band.area;
        float most = (1 << place.band.bitPlanes) - 1;
        for (int y = 0; y < area.height(); y++) {
            int at = place.row(y);
            for (int x = 0; x < area.width(); x++) {
                into[at + x] = (int) Math.clamp(from[at + x] * by, -most, most);
            }
        }
    }

    /// Where a band is in a plane.
    private record Place(Band band, Resolution resolution, TileComponent component, int width) {
        int row(int y) {
            int level = Math.min(component.style.levels(), component.style.levels() - resolution.number + 1);
            int lows = (band.orientation & 1) == 0 ? 0 : component.resolutions[resolution.number - 1].area.width();
            return Analysis.row(level, band.orientation >> 1, y) * width + lows;
        }
    }

    private static EncodedBlock[] encode(
            Band band, Resolution resolution, TileComponent component, int[] plane, BlockEncoder encoder) {
        EncodedBlock[] blocks = new EncodedBlock[(int) band.blockCount()];
        Place place = new Place(band, resolution, component, component.area.width());
        int up = 31 - band.bitPlanes;
        for (int number = 0; number < blocks.length; number++) {
            Area block = band.block(number % band.columns, number / band.columns);
            int into = BlockDecoder.OFFSET;
            int[] coefficients = encoder.coefficients;
            int all = 0;
            for (int y = block.y0(); y < block.y1(); y++) {
                int from = place.row(y) + block.x0();
                for (int x = 0; x < block.width(); x++) {
                    int index = plane[from + x];
                    int magnitude = Math.abs(index);
                    all |= magnitude;
                    coefficients[into++] = index & Integer.MIN_VALUE | magnitude << up;
                }
            }
            if (all >>> band.bitPlanes != 0) {
                throw new IllegalStateException("a coefficient of more than " + band.bitPlanes + " bits");
            }
            blocks[number] = encoder.encode(band, block.width(), block.height());
        }
        return blocks;
    }

    /// Encodes code-blocks by the coder that they are for. One instance serves many blocks, one after the
    /// other.
    private static final class BlockEncoder {
        /// The coefficients of the block, from {@link BlockDecoder#OFFSET} on, row by row without gaps.
        final int[] coefficients = new int[BlockDecoder.OFFSET + BLOCK * BLOCK + BLOCK];

        private final boolean highThroughput;
        private final EbcotEncoder ebcot = new EbcotEncoder();
        private final HtBlockEncoder ht = new HtBlockEncoder();

        BlockEncoder(boolean highThroughput) {
            this.highThroughput = highThroughput;
        }

        EncodedBlock encode(Band band, int width, int height) {
            if (!highThroughput) {
                return ebcot.encode(band, width, height, coefficients);
            }
            int length = ht.encode(coefficients, BlockDecoder.OFFSET, width, width, height, band.bitPlanes);
            return length == 0
                    ? EncodedBlock.EMPTY
                    : new EncodedBlock(Arrays.copyOf(ht.segment(), length), 1, band.bitPlanes - 1);
        }
    }
}
