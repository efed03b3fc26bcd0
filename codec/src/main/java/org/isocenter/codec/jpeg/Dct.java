package org.isocenter.codec.jpeg;

import java.util.Arrays;

/// The discrete cosine transform of blocks of 8 x 8 samples (T.81 A.3.3), in integers.
///
/// One dimension after the other, and in each the even and the odd frequencies by themselves: the even ones
/// are the same at both ends of a line, the odd ones change their sign. Every factor is the cosine times
/// √2, in units of 2^-13. A few are one such unit off the nearest number. So they are in effect in the
/// libraries that nearly everybody decodes with, whose factors are differences of rounded numbers, and so
/// are the bits that are kept between the dimensions: a decoded frame is the same here as there, sample by
/// sample.
final class Dct {
    /// Samples beside and below each other in a block.
    static final int SIDE = 8;

    /// How many times too large {@link #forward} leaves the frequencies.
    static final int SCALE = 8;

    private static final int FRACTION = 13;

    private Dct() {}

    /// Turns the frequencies of a block into its samples, in place.
    ///
    /// @param block row by row
    /// @param last the place in the order of {@link ZigZag} after which all frequencies are 0, or 63
    /// @param precision bits of a sample, 8 or 12
    static void inverse(int[] block, int last, int precision) {
        int extra = extraBits(precision);
        int middle = 1 << (precision - 1);
        int largest = (1 << precision) - 1;
        if (last == 0) {
            int value = clamp((block[0] + 4 >> 3) + middle, largest);
            Arrays.fill(block, 0, ZigZag.LENGTH, value);
            return;
        }
        for (int column = 0; column < SIDE; column++) {
            inverseColumn(block, column, extra);
        }
        for (int row = 0; row < ZigZag.LENGTH; row += SIDE) {
            inverseRow(block, row, FRACTION + extra + 3, middle, largest);
        }
    }

    /// Bits kept between the dimensions.
    private static int extraBits(int precision) {
        return precision == 8 ? 2 : 1;
    }

    private static int clamp(int value, int largest) {
        return Math.max(0, Math.min(largest, value));
    }

    private static void inverseColumn(int[] block, int column, int extra) {
        int f1 = block[8 + column];
        int f2 = block[16 + column];
        int f3 = block[24 + column];
        int f4 = block[32 + column];
        int f5 = block[40 + column];
        int f6 = block[48 + column];
        int f7 = block[56 + column];
        if ((f1 | f2 | f3 | f4 | f5 | f6 | f7) == 0) {
            int value = block[column] << extra;
            block[column] = value;
            block[8 + column] = value;
            block[16 + column] = value;
            block[24 + column] = value;
            block[32 + column] = value;
            block[40 + column] = value;
            block[48 + column] = value;
            block[56 + column] = value;
            return;
        }
        int shift = FRACTION - extra;
        int round = 1 << (shift - 1);
        int sum = (block[column] + f4 << FRACTION) + round;
        int difference = (block[column] - f4 << FRACTION) + round;
        int outer = 10703 * f2 + 4433 * f6;
        int inner = 4433 * f2 - 10704 * f6;
        int even0 = sum + outer;
        int even1 = difference + inner;
        int even2 = difference - inner;
        int even3 = sum - outer;
        int odd0 = 11363 * f1 + 9633 * f3 + 6437 * f5 + 2260 * f7;
        int odd1 = 9633 * f1 - 2259 * f3 - 11362 * f5 - 6436 * f7;
        int odd2 = 6437 * f1 - 11362 * f3 + 2261 * f5 + 9633 * f7;
        int odd3 = 2260 * f1 - 6436 * f3 + 9633 * f5 - 11363 * f7;
        block[column] = even0 + odd0 >> shift;
        block[8 + column] = even1 + odd1 >> shift;
        block[16 + column] = even2 + odd2 >> shift;
        block[24 + column] = even3 + odd3 >> shift;
        block[32 + column] = even3 - odd3 >> shift;
        block[40 + column] = even2 - odd2 >> shift;
        block[48 + column] = even1 - odd1 >> shift;
        block[56 + column] = even0 - odd0 >> shift;
    }

    private static void inverseRow(int[] block, int row, int shift, int middle, int largest) {
        int f1 = block[row + 1];
        int f2 = block[row + 2];
        int f3 = block[row + 3];
        int f4 = block[row + 4];
        int f5 = block[row + 5];
        int f6 = block[row + 6];
        int f7 = block[row + 7];
        int round = (middle << shift) + (1 << (shift - 1));
        int sum = (block[row] + f4 << FRACTION) + round;
        int difference = (block[row] - f4 << FRACTION) + round;
        int outer = 10703 * f2 + 4433 * f6;
        int inner = 4433 * f2 - 10704 * f6;
        int even0 = sum + outer;
        int even1 = difference + inner;
        int even2 = difference - inner;
        int even3 = sum - outer;
        int odd0 = 11363 * f1 + 9633 * f3 + 6437 * f5 + 2260 * f7;
        int odd1 = 9633 * f1 - 2259 * f3 - 11362 * f5 - 6436 * f7;
        int odd2 = 6437 * f1 - 11362 * f3 + 2261 * f5 + 9633 * f7;
        int odd3 = 2260 * f1 - 6436 * f3 + 9633 * f5 - 11363 * f7;
        block[row] = clamp(even0 + odd0 >> shift, largest);
        block[row + 1] = clamp(even1 + odd1 >> shift, largest);
        block[row + 2] = clamp(even2 + odd2 >> shift, largest);
        block[row + 3] = clamp(even3 + odd3 >> shift, largest);
        block[row + 4] = clamp(even3 - odd3 >> shift, largest);
        block[row + 5] = clamp(even2 - odd2 >> shift, largest);
        block[row + 6] = clamp(even1 - odd1 >> shift, largest);
        block[row + 7] = clamp(even0 - odd0 >> shift, largest);
    }

    /// Turns the samples of a block of 8 bits, less 128, into its frequencies times {@link #SCALE}, in place.
    static void forward(int[] block) {
        int extra = extraBits(8);
        for (int row = 0; row < ZigZag.LENGTH; row += SIDE) {
            forwardLine(block, row, 1, FRACTION - extra);
        }
        for (int column = 0; column < SIDE; column++) {
            forwardLine(block, column, SIDE, FRACTION + extra);
        }
    }

    private static void forwardLine(int[] block, int start, int step, int shift) {
        int s0 = block[start];
        int s1 = block[start + step];
        int s2 = block[start + 2 * step];
        int s3 = block[start + 3 * step];
        int s4 = block[start + 4 * step];
        int s5 = block[start + 5 * step];
        int s6 = block[start + 6 * step];
        int s7 = block[start + 7 * step];
        int round = 1 << (shift - 1);
        int outer = s0 + s7 + s3 + s4;
        int inner = s1 + s6 + s2 + s5;
        int outerDifference = s0 + s7 - s3 - s4;
        int innerDifference = s1 + s6 - s2 - s5;
        int d0 = s0 - s7;
        int d1 = s1 - s6;
        int d2 = s2 - s5;
        int d3 = s3 - s4;
        block[start] = (outer + inner << FRACTION) + round >> shift;
        block[start + step] = 11363 * d0 + 9633 * d1 + 6437 * d2 + 2260 * d3 + round >> shift;
        block[start + 2 * step] = 10703 * outerDifference + 4433 * innerDifference + round >> shift;
        block[start + 3 * step] = 9633 * d0 - 2259 * d1 - 11362 * d2 - 6436 * d3 + round >> shift;
        block[start + 4 * step] = (outer - inner << FRACTION) + round >> shift;
        block[start + 5 * step] = 6437 * d0 - 11362 * d1 + 2261 * d2 + 9633 * d3 + round >> shift;
        block[start + 6 * step] = 4433 * outerDifference - 10704 * innerDifference + round >> shift;
        block[start + 7 * step] = 2260 * d0 - 6436 * d1 + 9633 * d2 - 11363 * d3 + round >> shift;
    }
}
