package org.isocenter.codec.jpeg2000;

import java.util.Arrays;

/// Encodes one code-block of HTJ2K without loss: all bit planes by one cleanup pass (T.814 clause 7).
///
/// The three streams are collected as plain bits, and put together with stuffing at the end; see
/// {@link HtBlockDecoder} for what they are.
///
/// One instance serves many blocks, one after the other: it holds the memory for it.
final class HtBlockEncoder {
    private static final int[] CODES = HtCodes.encodeTable();
    private static final int OTHER_ROWS = 1 << 11;

    private final HtRunWriter runs = new HtRunWriter();
    private final PlainBits magnitudes = new PlainBits();
    private final PlainBits codes = new PlainBits();

    /// By column of quads, the significant samples of the quad above and what tells the bits of its lower
    /// ones.
    private int[] rhos = new int[34];
    private int[] lowerBits = new int[33];

    private byte[] stuffedMagnitudes = new byte[0];
    private byte[] stuffedCodes = new byte[0];
    private byte[] segment = new byte[0];

    // The quad that is being encoded: its samples and what was found of them.
    private final int[] values = new int[4];
    private int rho;
    private int u;

    /// Encodes a block of samples in the form that {@link HtBlockDecoder} gives them, where it has all bit
    /// planes.
    ///
    /// The block has `bitPlanes - 1` bit planes of zeros to signal, unless it has no bytes.
    ///
    /// @param bitPlanes the bit planes of the subband, 1 to {@link HtBlockDecoder#MAX_BIT_PLANES}
    /// @return the number of bytes in {@link #segment}; 0 if all samples are zeros, and the block is left out
    int encode(int[] in, int offset, int stride, int width, int height, int bitPlanes) {
        int shift = 31 - bitPlanes;
        if (isEmpty(in, offset, stride, width, height)) {
            return 0;
        }
        int quadsWide = width + 1 >> 1;
        if (lowerBits.length < quadsWide + 1) {
            lowerBits = new int[quadsWide + 1];
            rhos = new int[quadsWide + 2];
        }
        Arrays.fill(lowerBits, 0, quadsWide + 1, 0);
        Arrays.fill(rhos, 0, quadsWide + 2, 0);
        runs.start();
        magnitudes.start(width * height * 4);
        codes.start(quadsWide * (height + 1 >> 1) * 3);
        // The length of the codes takes the place of their first 4 bits.
        codes.put(15, 4);
        for (int y = 0; y < height; y += 2) {
            encodeRow(in, offset + y * stride, stride, width, y + 1 < height, y == 0, shift);
        }
        return assemble();
    }

    /// The bytes of the last block that was encoded, from 0, until the next one.
    byte[] segment() {
        return segment;
    }

    private static boolean isEmpty(int[] in, int offset, int stride, int width, int height) {
        int any = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                any |= in[offset + y * stride + x];
            }
        }
        return (any & Integer.MAX_VALUE) == 0;
    }

    private void encodeRow(int[] in, int upper, int stride, int width, boolean whole, boolean first, int shift) {
        int quadsWide = width + 1 >> 1;
        int left = 0;
        int before = 0;
        int above = lowerBits[0];
        int rhoAbove = rhos[0];
        int corner = rhoAbove >> 1 & 1;
        int firstU = 0;
        for (int q = 0; q < quadsWide; q++) {
            int at = upper + 2 * q;
            boolean right = 2 * q + 1 < width;
            rho = 0;
            sample(0, in[at], shift);
            sample(1, whole ? in[at + stride] : 0, shift);
            sample(2, right ? in[at + 1] : 0, shift);
            sample(3, right && whole ? in[at + stride + 1] : 0, shift);

            int context;
            if (first) {
                context = left & 1 | left >> 1;
            } else {
                int rhoNext = rhos[q + 1];
                context = corner | (left >> 2 | left >> 3) << 1 & 2;
                corner = (rhoAbove >> 3 | rhoNext >> 1) & 1;
                context |= corner << 2;
                rhoAbove = rhoNext;
            }
            int aboveNext = lowerBits[q + 1];
            int predictor = (rho & rho - 1) == 0 ? 2 : above | aboveNext | 2;
            encodeQuad(context | (first ? 0 : OTHER_ROWS >> 8), 31 - Integer.numberOfLeadingZeros(predictor));

            lowerBits[q] = before | ((rho & 2) != 0 ? values[1] | 1 : 0);
            before = (rho & 8) != 0 ? values[3] | 1 : 0;
            above = aboveNext;
            rhos[q] = rho;
            left = rho;
            if ((q & 1) == 0) {
                firstU = u;
            }
            if ((q & 1) != 0) {
                encodeU(firstU, u, first);
            } else if (q + 1 == quadsWide) {
                encodeU(u, 0, first);
            }
        }
        lowerBits[quadsWide] = before;
    }

    private void sample(int n, int sample, int shift) {
        int magnitude = (sample & Integer.MAX_VALUE) >>> shift;
        if (magnitude != 0) {
            rho |= 1 << n;
            values[n] = magnitude - 1 << 1 | sample >>> 31;
        }
    }

    /// Encodes what a quad is, and its samples. Leaves in `u` how many bits more than predicted it has.
    private void encodeQuad(int context, int predicted) {
        if ((context & 7) == 0) {
            runs.write(rho != 0);
        }
        u = 0;
        if (rho == 0) {
            if ((context & 7) != 0) {
                int code = CODES[context << 8];
                codes.put(code & 0x7F, code >> 8 & 7);
            }
            return;
        }
        int all = 0;
        for (int n = 0; n < 4; n++) {
            if ((rho >> n & 1) != 0) {
                all |= values[n] | 1;
            }
        }
        int needed = 32 - Integer.numberOfLeadingZeros(all);
        int tops = 0;
        if (needed > predicted) {
            u = needed - predicted;
            for (int n = 0; n < 4; n++) {
                if ((rho >> n & 1) != 0) {
                    tops |= ((values[n] | 1) >>> needed - 1) << n;
                }
            }
        }
        int code = CODES[context << 8 | rho << 4 | tops];
        codes.put(code & 0x7F, code >> 8 & 7);
        int most = Math.max(needed, predicted);
        for (int n = 0; n < 4; n++) {
            if ((rho >> n & 1) != 0) {
                int count = most - (code >> 12 + n & 1);
                magnitudes.put(values[n] & ~(-1L << count), count);
            }
        }
    }

    /// Encodes how many bits more than predicted a pair of quads has.
    private void encodeU(int first, int second, boolean firstRow) {
        int less = 0;
        if (firstRow && first > 0 && second > 0) {
            boolean both = Math.min(first, second) > 2;
            runs.write(both);
            less = both ? 2 : 0;
        }
        int firstPrefix = prefix(first - less);
        int secondPrefix = prefix(second - less);
        codes.put(HtCodes.prefixWord(firstPrefix), HtCodes.prefixLength(firstPrefix));
        if (firstRow && first > 2 && second > 0 && less == 0) {
            codes.put(second - 1, 1);
            secondPrefix = second;
        } else {
            codes.put(HtCodes.prefixWord(secondPrefix), HtCodes.prefixLength(secondPrefix));
        }
        codes.put(first - less - firstPrefix, HtCodes.suffixLength(firstPrefix));
        codes.put(second - less - secondPrefix, HtCodes.suffixLength(secondPrefix));
    }

    private static int prefix(int u) {
        return u < 3 ? u : u < 5 ? 3 : 5;
    }

    /// Puts the streams behind each other, with the length of the last two at the end.
    private int assemble() {
        int magnitudesCount = magnitudes.end(-1);
        stuffedMagnitudes = room(stuffedMagnitudes, magnitudesCount / 7 + 16);
        int magnitudesLength = HtStuffing.insertForwards(magnitudes.bytes(), magnitudesCount, stuffedMagnitudes);
        int runsLength = runs.end();
        int codesCount = codes.end(0);
        stuffedCodes = room(stuffedCodes, codesCount / 7 + 16);
        int codesStart = HtStuffing.insertBackwards(codes.bytes(), codesCount, stuffedCodes);
        int codesLength = stuffedCodes.length - codesStart;

        int suffix = runsLength + codesLength + 1;
        int length = magnitudesLength + suffix;
        segment = room(segment, length);
        System.arraycopy(stuffedMagnitudes, 0, segment, 0, magnitudesLength);
        System.arraycopy(runs.bytes(), 0, segment, magnitudesLength, runsLength);
        System.arraycopy(stuffedCodes, codesStart, segment, magnitudesLength + runsLength, codesLength);
        segment[length - 1] = (byte) (suffix >> 4);
        segment[length - 2] = (byte) (segment[length - 2] & 0xF0 | suffix & 0x0F);
        return length;
    }

    private static byte[] room(byte[] bytes, int needed) {
        return bytes.length < needed ? new byte[needed] : bytes;
    }

    /// Bits without stuffing, least significant first, in memory that grows by block.
    private static final class PlainBits {
        private byte[] bytes = new byte[0];
        private int length;
        private long pending;
        private int count;

        /// @param most more bytes than will be put
        void start(int most) {
            bytes = room(bytes, most + 16);
            length = 0;
            pending = 0;
            count = 0;
        }

        /// Adds up to 32 bits, of which those above are zeros.
        void put(long value, int bits) {
            pending |= value << count;
            count += bits;
            if (count >= 32) {
                HtStuffing.LONG.set(bytes, length, pending);
                length += 4;
                pending >>>= 32;
                count -= 32;
            }
        }

        /// Fills up beyond the last bit with zeros (0) or ones (-1), and tells the number of bits before.
        int end(int beyond) {
            HtStuffing.LONG.set(bytes, length, pending | (long) beyond << count);
            HtStuffing.LONG.set(bytes, length + 8, (long) beyond);
            return length * 8 + count;
        }

        byte[] bytes() {
            return bytes;
        }
    }
}
