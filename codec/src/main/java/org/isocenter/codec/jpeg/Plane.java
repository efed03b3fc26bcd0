package org.isocenter.codec.jpeg;

import java.util.Arrays;
import java.util.Objects;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;

/// The samples of one component.
final class Plane {
    // Constants of the transform, 13 bits behind the point (Loeffler, Ligtenberg, Moschytz 1989).
    private static final int BITS = 13;
    private static final int C_0_298 = 2446;
    private static final int C_0_390 = 3196;
    private static final int C_0_541 = 4433;
    private static final int C_0_765 = 6270;
    private static final int C_0_899 = 7373;
    private static final int C_1_175 = 9633;
    private static final int C_1_501 = 12299;
    private static final int C_1_847 = 15137;
    private static final int C_1_961 = 16069;
    private static final int C_2_053 = 16819;
    private static final int C_2_562 = 20995;
    private static final int C_3_072 = 25172;

    private final short[] samples;
    private final int stride;
    private final int width;
    private final int height;

    private Plane(short[] samples, int stride, int width, int height) {
        this.samples = samples;
        this.stride = stride;
        this.width = width;
        this.height = height;
    }

    /// The inverse transform of all blocks of a component (T.81 A.3.3).
    static Plane of(Component component, int[] quantization, int precision) {
        short[] coefficients = Objects.requireNonNull(component.coefficients);
        int stride = component.blocksAcross * 8;
        short[] samples = new short[stride * component.blocksDown * 8];
        int[] work = new int[64];
        int[] column = new int[8];
        int kept = precision > 8 ? 1 : 2;
        for (int y = 0; y < component.blocksInHeight(); y++) {
            for (int x = 0; x < component.blocksInWidth(); x++) {
                int block = (y * component.blocksAcross + x) << 6;
                transform(
                        coefficients,
                        block,
                        quantization,
                        work,
                        column,
                        kept,
                        precision,
                        samples,
                        y * 8 * stride + x * 8,
                        stride);
            }
        }
        return new Plane(samples, stride, component.width, component.height);
    }

    private static void transform(
            short[] coefficients,
            int block,
            int[] quantization,
            int[] work,
            int[] line,
            int kept,
            int precision,
            short[] out,
            int at,
            int stride) {
        boolean flat = true;
        for (int i = 0; i < 8; i++) {
            boolean zero = true;
            for (int k = 0; k < 8; k++) {
                int value = coefficients[block + 8 * k + i];
                line[k] = value * quantization[8 * k + i];
                zero &= k == 0 || value == 0;
            }
            flat &= zero && (i == 0 || line[0] == 0);
            if (zero) {
                int value = line[0] << kept;
                for (int k = 0; k < 8; k++) {
                    work[8 * k + i] = value;
                }
            } else {
                transform(line, BITS - kept);
                for (int k = 0; k < 8; k++) {
                    work[8 * k + i] = line[k];
                }
            }
        }
        int middle = 1 << precision - 1;
        int most = (1 << precision) - 1;
        if (flat) {
            int value = (work[0] + (1 << kept + 2) >> kept + 3) + middle;
            short sample = (short) (value < 0 ? 0 : Math.min(value, most));
            for (int i = 0; i < 8; i++) {
                Arrays.fill(out, at + i * stride, at + i * stride + 8, sample);
            }
            return;
        }
        for (int i = 0; i < 8; i++) {
            System.arraycopy(work, 8 * i, line, 0, 8);
            transform(line, BITS + kept + 3);
            int row = at + i * stride;
            for (int k = 0; k < 8; k++) {
                int value = line[k] + middle;
                out[row + k] = (short) (value < 0 ? 0 : Math.min(value, most));
            }
        }
    }

    /// The transform of eight values in place, divided by `2^shift` and rounded.
    private static void transform(int[] line, int shift) {
        int half = 1 << shift - 1;
        int even = (line[2] + line[6]) * C_0_541;
        int e2 = even - line[6] * C_1_847;
        int e3 = even + line[2] * C_0_765;
        int e0 = line[0] + line[4] << BITS;
        int e1 = line[0] - line[4] << BITS;
        int a0 = e0 + e3 + half;
        int a3 = e0 - e3 + half;
        int a1 = e1 + e2 + half;
        int a2 = e1 - e2 + half;
        int o0 = line[7];
        int o1 = line[5];
        int o2 = line[3];
        int o3 = line[1];
        int z1 = -(o0 + o3) * C_0_899;
        int z2 = -(o1 + o2) * C_2_562;
        int z5 = (o0 + o2 + o1 + o3) * C_1_175;
        int z3 = z5 - (o0 + o2) * C_1_961;
        int z4 = z5 - (o1 + o3) * C_0_390;
        o0 = o0 * C_0_298 + z1 + z3;
        o1 = o1 * C_2_053 + z2 + z4;
        o2 = o2 * C_3_072 + z2 + z3;
        o3 = o3 * C_1_501 + z1 + z4;
        line[0] = a0 + o3 >> shift;
        line[7] = a0 - o3 >> shift;
        line[1] = a1 + o2 >> shift;
        line[6] = a1 - o2 >> shift;
        line[2] = a2 + o1 >> shift;
        line[5] = a2 - o1 >> shift;
        line[3] = a3 + o0 >> shift;
        line[4] = a3 - o0 >> shift;
    }

    // To full size

    /// The plane in the size of the image. Factors of two are smoothed: each new sample is three parts of
    /// its nearest neighbour and one of the next. Other factors repeat samples.
    Plane upsampled(int maxHorizontal, int horizontal, int maxVertical, int vertical, int fullWidth, int fullHeight) {
        boolean twice = maxHorizontal == 2 * horizontal;
        boolean tall = maxVertical == 2 * vertical;
        if (maxHorizontal == horizontal && maxVertical == vertical) {
            return this;
        }
        if (twice && width > 2 && (tall || maxVertical == vertical)) {
            return tall ? twiceBoth(fullWidth, fullHeight) : twiceAcross(fullWidth, fullHeight);
        }
        if (tall && maxHorizontal == horizontal) {
            return twiceDown(fullWidth, fullHeight);
        }
        short[] full = new short[fullWidth * fullHeight];
        for (int y = 0; y < fullHeight; y++) {
            int row = Math.min(y * vertical / maxVertical, height - 1) * stride;
            for (int x = 0; x < fullWidth; x++) {
                full[y * fullWidth + x] = samples[row + Math.min(x * horizontal / maxHorizontal, width - 1)];
            }
        }
        return new Plane(full, fullWidth, fullWidth, fullHeight);
    }

    private Plane twiceAcross(int fullWidth, int fullHeight) {
        short[] full = new short[fullWidth * fullHeight];
        for (int y = 0; y < fullHeight; y++) {
            int row = y * stride;
            int out = y * fullWidth;
            for (int x = 0; x < fullWidth; x++) {
                int near = x >> 1;
                int next = (x & 1) == 0 ? near - 1 : near + 1;
                if (next < 0 || next >= width) {
                    full[out + x] = samples[row + near];
                } else {
                    full[out + x] = (short) (3 * samples[row + near] + samples[row + next] + 1 + (x & 1) >> 2);
                }
            }
        }
        return new Plane(full, fullWidth, fullWidth, fullHeight);
    }

    private Plane twiceDown(int fullWidth, int fullHeight) {
        short[] full = new short[fullWidth * fullHeight];
        for (int y = 0; y < fullHeight; y++) {
            int near = (y >> 1) * stride;
            int next = neighbour(y) * stride;
            for (int x = 0; x < fullWidth; x++) {
                full[y * fullWidth + x] = (short) (3 * samples[near + x] + samples[next + x] + 1 + (y & 1) >> 2);
            }
        }
        return new Plane(full, fullWidth, fullWidth, fullHeight);
    }

    /// The line beyond the nearest one, which is the nearest one at the edges.
    private int neighbour(int y) {
        int next = (y & 1) == 0 ? (y >> 1) - 1 : (y >> 1) + 1;
        return Math.clamp(next, 0, height - 1);
    }

    private Plane twiceBoth(int fullWidth, int fullHeight) {
        short[] full = new short[fullWidth * fullHeight];
        int[] sums = new int[width];
        for (int y = 0; y < fullHeight; y++) {
            int near = (y >> 1) * stride;
            int next = neighbour(y) * stride;
            for (int x = 0; x < width; x++) {
                sums[x] = 3 * samples[near + x] + samples[next + x];
            }
            int out = y * fullWidth;
            for (int x = 0; x < fullWidth; x++) {
                int here = x >> 1;
                int beside = (x & 1) == 0 ? here - 1 : here + 1;
                int sum = beside < 0 || beside >= width ? 4 * sums[here] : 3 * sums[here] + sums[beside];
                full[out + x] = (short) (sum + ((x & 1) == 0 ? 8 : 7) >> 4);
            }
        }
        return new Plane(full, fullWidth, fullWidth, fullHeight);
    }

    /// Puts the samples into a frame, as one of its components.
    void store(Samples into, int component, int precision) {
        SampleFormat format = into.format();
        int step = format.components();
        int shift = format.signed() ? 32 - Math.min(precision, format.bits()) : 0;
        for (int y = 0; y < format.height(); y++) {
            int row = y * stride;
            int at = y * format.width() * step + component;
            switch (into) {
                case Samples.Bytes bytes -> {
                    byte[] array = bytes.array();
                    for (int x = 0; x < format.width(); x++, at += step) {
                        array[at] = (byte) (samples[row + x] << shift >> shift);
                    }
                }
                case Samples.Shorts shorts -> {
                    short[] array = shorts.array();
                    for (int x = 0; x < format.width(); x++, at += step) {
                        array[at] = (short) (samples[row + x] << shift >> shift);
                    }
                }
                case Samples.Ints ints -> {
                    int[] array = ints.array();
                    for (int x = 0; x < format.width(); x++, at += step) {
                        array[at] = samples[row + x] << shift >> shift;
                    }
                }
            }
        }
    }
}
