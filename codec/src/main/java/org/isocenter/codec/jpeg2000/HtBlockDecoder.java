package org.isocenter.codec.jpeg2000;

import java.util.Arrays;
import org.isocenter.codec.MalformedException;

/// Decodes one code-block of HTJ2K (T.814 clause 7) into magnitudes and signs.
///
/// The cleanup segment holds three streams: signs and magnitudes from its start forwards (MagSgn), runs of
/// empty quads behind them forwards (MEL), and codes of quads from its end backwards (VLC). Codes and runs
/// do not need the magnitudes, so the block is decoded in two steps, each of which has few variables: first
/// what the quads are, then the samples. Stuffing is taken out of a whole stream before, so that bits are
/// got by one load at any place.
///
/// A refinement segment holds two streams for one more bit plane: SigProp forwards, MagRef backwards.
///
/// One instance serves many blocks, one after the other: it holds the memory for it.
final class HtBlockDecoder {
    /// A magnitude of 31 bits, its sign, and what arithmetic on both needs, just fit.
    static final int MAX_BIT_PLANES = 30;

    /// Bits that a load of 8 bytes has for certain, wherever the first is in its byte.
    private static final int BITS_OF_LOAD = 57;

    private static final int CODE_MASK = (1 << HtCodes.CODE_BITS) - 1;
    private static final int U_MASK = (1 << HtCodes.U_BITS) - 1;

    private static final int MIN_SUFFIX_LENGTH = 2;
    private static final int MAX_SUFFIX_LENGTH = 4079;

    private final HtRunReader runs = new HtRunReader();

    /// The quads row by row, with an empty one at the end of each row: the entry of the code, and in the
    /// upper half how many bits more than predicted there are (u).
    private long[] quads = new long[33 * 32];
    /// By column of quads, what tells how many bits the samples beside its left edge have in the lower row.
    private int[] lowerBits = new int[33];
    /// Where samples below the last row go.
    private int[] outside = new int[64];
    /// Plain bits of the stream that is decoded.
    private byte[] bits = new byte[8192];

    private int bitCount;
    private int position;
    private int run;
    private int most;
    private int any;

    /// Decodes a block.
    ///
    /// A sample is given with its sign at bit 31 and its magnitude below, so that the most significant bit
    /// plane of the subband is bit 30. Where bit planes are missing, half of the last one decoded is added.
    /// A block of no bytes is all zeros.
    ///
    /// Passes of refinement without bytes are taken as not being there, as common decoders do.
    ///
    /// @param data has the cleanup segment, and the refinement segment behind it
    /// @param refinementLength 0 where there is no SigProp or MagRef pass
    /// @param passes 1 for cleanup only, 2 with SigProp, 3 with MagRef too
    /// @param zeroBitPlanes how many of the `bitPlanes` of the subband are above those of the cleanup pass
    /// @param causal whether samples do not depend on the stripe below
    void decode(
            byte[] data,
            int offset,
            int cleanupLength,
            int refinementLength,
            int passes,
            int zeroBitPlanes,
            int bitPlanes,
            int width,
            int height,
            boolean causal,
            int[] out,
            int outOffset,
            int outStride)
            throws MalformedException {
        if (bitPlanes < 1 || bitPlanes > MAX_BIT_PLANES) {
            throw new MalformedException(
                    "a code-block of " + bitPlanes + " bit planes, of which 1 to " + MAX_BIT_PLANES + " can be decoded",
                    offset);
        }
        if (passes < 1 || passes > 3) {
            throw new MalformedException(passes + " passes in a set of HT coding passes, which has 1 to 3", offset);
        }
        if (cleanupLength == 0 && refinementLength == 0) {
            for (int y = 0; y < height; y++) {
                Arrays.fill(out, outOffset + y * outStride, outOffset + y * outStride + width, 0);
            }
            return;
        }
        boolean refined = passes > 1 && refinementLength > 0;
        if (zeroBitPlanes < 0 || zeroBitPlanes + (refined ? 1 : 0) >= bitPlanes) {
            throw new MalformedException(
                    zeroBitPlanes + " of " + bitPlanes + " bit planes are missing before " + passes + " passes",
                    offset);
        }
        cleanup(
                data,
                offset,
                cleanupLength,
                zeroBitPlanes,
                zeroBitPlanes + 1 == bitPlanes,
                width,
                height,
                out,
                outOffset,
                outStride);
        if (refined) {
            // The bit of the plane that is refined, and half of it where that plane is not the last.
            int plane = 1 << 29 - zeroBitPlanes;
            int half = zeroBitPlanes + 2 == bitPlanes ? 0 : plane >> 1;
            int from = offset + cleanupLength;
            int to = from + refinementLength;
            if (passes == 3) {
                refineMagnitudes(data, from, to, plane, half, width, height, out, outOffset, outStride);
            }
            propagate(data, from, to, plane | half, width, height, causal, out, outOffset, outStride);
        }
    }

    private void cleanup(
            byte[] data,
            int offset,
            int length,
            int zeroBitPlanes,
            boolean complete,
            int width,
            int height,
            int[] out,
            int outOffset,
            int outStride)
            throws MalformedException {
        int end = offset + length;
        int suffix = length < MIN_SUFFIX_LENGTH ? 0 : (data[end - 1] & 0xFF) << 4 | data[end - 2] & 0x0F;
        if (suffix < MIN_SUFFIX_LENGTH || suffix > Math.min(length, MAX_SUFFIX_LENGTH)) {
            throw new MalformedException(
                    "codes of " + suffix + " bytes in a cleanup segment of " + length + " bytes", offset);
        }
        int quadsWide = width + 1 >> 1;
        int quadsHigh = height + 1 >> 1;
        int stride = quadsWide + 1;
        if (quads.length < stride * quadsHigh) {
            quads = new long[stride * quadsHigh];
        }

        bits = room(bits, suffix);
        bitCount = HtStuffing.removeBackwards(data, end - suffix, end - 1, 0x0F, bits);
        position = 4;
        runs.start(data, end - suffix, end);
        run = runs.next();
        decodeFirstRow(quadsWide);
        for (int row = 1; row < quadsHigh; row++) {
            decodeRow(row * stride, quadsWide);
        }
        if (position > bitCount) {
            throw new MalformedException("the codes of a code-block reach beyond its cleanup segment", offset);
        }
        checkSides(width, height, offset);

        if (lowerBits.length < stride) {
            lowerBits = new int[stride];
        }
        Arrays.fill(lowerBits, 0, stride, 0);
        if (outside.length < width) {
            outside = new int[width];
        }
        int magnitudes = Math.min(length - suffix, width * height * 5 + 8);
        bits = room(bits, magnitudes);
        bitCount = HtStuffing.removeForwards(data, offset, offset + magnitudes, bits, -1);
        position = 0;
        most = 0;
        any = 0;
        for (int row = 0; row < quadsHigh; row++) {
            int upper = outOffset + 2 * row * outStride;
            boolean whole = 2 * row + 1 < height;
            int[] below = whole ? out : outside;
            int lower = whole ? upper + outStride : 0;
            decodeSamples(row * stride, width, 29 - zeroBitPlanes, complete ? 1 : 2, out, upper, below, lower);
        }
        if (most > zeroBitPlanes + 2 || any >>> zeroBitPlanes + 2 != 0) {
            throw new MalformedException("a magnitude has more bits than its subband", offset);
        }
    }

    private static byte[] room(byte[] bits, int bytes) {
        int needed = bytes + HtStuffing.PADDING;
        return bits.length < needed ? new byte[needed] : bits;
    }

    /// Decodes the codes of the first row of quads, whose contexts are the quads to the left.
    private void decodeFirstRow(int quadsWide) {
        int[] codes = HtCodes.FIRST_ROW;
        int[] lengths = HtCodes.U_FIRST_ROW;
        byte[] bits = this.bits;
        long[] quads = this.quads;
        int bitCount = this.bitCount;
        int position = this.position;
        int run = this.run;
        int context = 0;
        for (int q = 0; q < quadsWide; q += 2) {
            position = Math.min(position, bitCount + 1);
            long next = (long) HtStuffing.LONG.get(bits, position >>> 3) >>> (position & 7);

            int first = codes[context << HtCodes.CODE_BITS | (int) next & CODE_MASK];
            if (context == 0) {
                run -= 2;
                first = run == -1 ? first : 0;
                if (run < 0) {
                    run = runs.next();
                }
            }
            int used = first >> HtCodes.LENGTH_SHIFT & 7;
            next >>>= used;
            position += used;
            context = firstRowContext(first);

            int second = 0;
            if (q + 1 < quadsWide) {
                second = codes[context << HtCodes.CODE_BITS | (int) next & CODE_MASK];
                if (context == 0) {
                    run -= 2;
                    second = run == -1 ? second : 0;
                    if (run < 0) {
                        run = runs.next();
                    }
                }
                used = second >> HtCodes.LENGTH_SHIFT & 7;
                next >>>= used;
                position += used;
                context = firstRowContext(second);
            }

            int mode = first >> HtCodes.MORE_SHIFT & 1 | second >> HtCodes.MORE_SHIFT - 1 & 2;
            if (mode == 3) {
                run -= 2;
                mode = run == -1 ? 4 : 3;
                if (run < 0) {
                    run = runs.next();
                }
            }
            int length = lengths[mode << HtCodes.U_BITS | (int) next & U_MASK];
            position += length >>> 15;
            int suffixes = (int) (next >>> (length & 7));
            int firstLength = length >> 3 & 7;
            int secondLength = length >> 6 & 7;
            int firstU = (length >> 9 & 7) + (suffixes & (1 << firstLength) - 1);
            int secondU = (length >> 12 & 7) + (suffixes >>> firstLength & (1 << secondLength) - 1);
            quads[q] = first | (long) firstU << 32;
            quads[q + 1] = second | (long) secondU << 32;
        }
        quads[quadsWide] = 0;
        this.position = position;
        this.run = run;
    }

    private static int firstRowContext(int left) {
        return (left | left >> 8) & 1 | left >> 15 & 2 | left >> 22 & 4;
    }

    /// Decodes the codes of another row of quads, whose contexts are the quads to the left and the lower
    /// samples of the quads above.
    private void decodeRow(int at, int quadsWide) {
        int[] codes = HtCodes.OTHER_ROWS;
        int[] lengths = HtCodes.U_OTHER_ROWS;
        byte[] bits = this.bits;
        long[] quads = this.quads;
        int bitCount = this.bitCount;
        int position = this.position;
        int run = this.run;
        int left = 0;
        int rowAbove = at - quadsWide - 1;
        int above = (int) quads[rowAbove];
        // Whether one of the two samples above the quad's left half is significant (north west and north).
        int corner = above >> 8 & 1;
        for (int q = 0; q < quadsWide; q += 2) {
            position = Math.min(position, bitCount + 1);
            long next = (long) HtStuffing.LONG.get(bits, position >>> 3) >>> (position & 7);

            int aboveNext = (int) quads[rowAbove + q + 1];
            int context = corner | (left >> 15 | left >> 23) & 2;
            corner = (above >> 24 | aboveNext >> 8) & 1;
            context |= corner << 2;
            int first = codes[context << HtCodes.CODE_BITS | (int) next & CODE_MASK];
            if (context == 0) {
                run -= 2;
                first = run == -1 ? first : 0;
                if (run < 0) {
                    run = runs.next();
                }
            }
            int used = first >> HtCodes.LENGTH_SHIFT & 7;
            next >>>= used;
            position += used;

            int second = 0;
            if (q + 1 < quadsWide) {
                above = (int) quads[rowAbove + q + 2];
                context = corner | (first >> 15 | first >> 23) & 2;
                corner = (aboveNext >> 24 | above >> 8) & 1;
                context |= corner << 2;
                second = codes[context << HtCodes.CODE_BITS | (int) next & CODE_MASK];
                if (context == 0) {
                    run -= 2;
                    second = run == -1 ? second : 0;
                    if (run < 0) {
                        run = runs.next();
                    }
                }
                used = second >> HtCodes.LENGTH_SHIFT & 7;
                next >>>= used;
                position += used;
            }
            left = second;

            int mode = first >> HtCodes.MORE_SHIFT & 1 | second >> HtCodes.MORE_SHIFT - 1 & 2;
            int length = lengths[mode << HtCodes.U_BITS | (int) next & U_MASK];
            position += length >>> 15;
            int suffixes = (int) (next >>> (length & 7));
            int firstLength = length >> 3 & 7;
            int secondLength = length >> 6 & 7;
            int firstU = (length >> 9 & 7) + (suffixes & (1 << firstLength) - 1);
            int secondU = (length >> 12 & 7) + (suffixes >>> firstLength & (1 << secondLength) - 1);
            quads[at + q] = first | (long) firstU << 32;
            quads[at + q + 1] = second | (long) secondU << 32;
        }
        quads[at + quadsWide] = 0;
        this.position = position;
        this.run = run;
    }

    /// Refuses significant samples outside the block.
    private void checkSides(int width, int height, int offset) throws MalformedException {
        int stride = (width + 1 >> 1) + 1;
        long found = 0;
        if ((height & 1) != 0) {
            int row = (height >> 1) * stride;
            for (int q = 0; q < stride; q++) {
                found |= quads[row + q] & 0x01000100;
            }
        }
        if ((width & 1) != 0) {
            for (int row = 0; 2 * row < height; row++) {
                found |= quads[row * stride + stride - 2] & 0x01010000;
            }
        }
        if (found != 0) {
            throw new MalformedException("a sample outside its code-block is significant", offset);
        }
    }

    /// Decodes the samples of a row of quads.
    ///
    /// The bits of a significant sample are v = 2 * (magnitude - 1), plus 1 if it is negative. The number
    /// of bits of v | 1 predicts the numbers of bits of samples below.
    ///
    /// Numbers of the four samples lie side by side in the bytes of an int, and are calculated together.
    ///
    /// @param shift where twice the magnitude goes
    /// @param rest what (v | 1) is less than twice the magnitude, and a half more where bit planes are
    ///     missing
    private void decodeSamples(int at, int width, int shift, int rest, int[] out, int upper, int[] below, int lower) {
        byte[] bits = this.bits;
        long[] quads = this.quads;
        int[] lowerBits = this.lowerBits;
        int bitCount = this.bitCount;
        int position = this.position;
        int most = this.most;
        int any = this.any;
        int above = lowerBits[0];
        int before = 0;
        int quadsWide = width + 1 >> 1;
        for (int q = 0; q < quadsWide; q++) {
            int x = 2 * q;
            long entry = quads[at + q];
            int quad = (int) entry;
            int aboveNext = lowerBits[q + 1];
            int rho = quad & HtCodes.RHO;
            if (rho == 0) {
                out[upper + x] = 0;
                below[lower + x] = 0;
                if (x + 1 < width) {
                    out[upper + x + 1] = 0;
                    below[lower + x + 1] = 0;
                }
                lowerBits[q] = before;
                before = 0;
                above = aboveNext;
                continue;
            }
            // One bit is predicted if just one sample is significant, and else one less than above.
            int predictor = (rho & rho - 1) == 0 ? 2 : above | aboveNext | 2;
            int u = (int) (entry >>> 32) + 31 - Integer.numberOfLeadingZeros(predictor);
            most = Math.max(most, u);
            int counts = u * rho - (quad >> HtCodes.KNOWN_SHIFT & HtCodes.RHO);
            int sums = counts * 0x01010101;
            position = Math.min(position, bitCount);
            int v0;
            int v1;
            int v2;
            int v3;
            // Shifts take the lower 6 bits of a number, so that bytes above need not be masked away.
            if (sums >>> 24 <= BITS_OF_LOAD) {
                long next = (long) HtStuffing.LONG.get(bits, position >>> 3) >>> (position & 7);
                v0 = (int) (next & ~(-1L << counts));
                v1 = (int) (next >>> sums & ~(-1L << (counts >> 8)));
                v2 = (int) (next >>> (sums >> 8) & ~(-1L << (counts >> 16)));
                v3 = (int) (next >>> (sums >> 16) & ~(-1L << (counts >> 24)));
            } else {
                v0 = load(bits, position, counts);
                v1 = load(bits, position + (sums & 0xFF), counts >> 8);
                v2 = load(bits, position + (sums >> 8 & 0xFF), counts >> 16);
                v3 = load(bits, position + (sums >> 16 & 0xFF), counts >> 24);
            }
            position += sums >>> 24;
            v0 |= (quad >> HtCodes.TOP_SHIFT & 1) << counts;
            v1 |= (quad >> HtCodes.TOP_SHIFT + 8 & 1) << (counts >> 8);
            v2 |= (quad >> HtCodes.TOP_SHIFT + 16 & 1) << (counts >> 16);
            v3 |= (quad >> HtCodes.TOP_SHIFT + 24 & 1) << (counts >> 24);
            int rests = rho * rest;
            int low1 = v1 | quad >> 8 & 1;
            int low3 = v3 | quad >> 24 & 1;
            int t0 = (v0 | quad & 1) + (rests & 3);
            int t1 = low1 + (rests >> 8 & 3);
            int t2 = (v2 | quad >> 16 & 1) + (rests >> 16 & 3);
            int t3 = low3 + (rests >> 24);
            any |= t0 | t1 | t2 | t3;
            out[upper + x] = v0 << 31 | t0 << shift;
            below[lower + x] = v1 << 31 | t1 << shift;
            if (x + 1 < width) {
                out[upper + x + 1] = v2 << 31 | t2 << shift;
                below[lower + x + 1] = v3 << 31 | t3 << shift;
            }
            lowerBits[q] = before | low1;
            before = low3;
            above = aboveNext;
        }
        lowerBits[quadsWide] = before;
        this.position = position;
        this.most = most;
        this.any = any;
    }

    private static int load(byte[] bits, int position, int count) {
        return (int) ((long) HtStuffing.LONG.get(bits, position >>> 3) >>> (position & 7) & ~(-1L << count));
    }

    /// The MagRef pass (T.814 clause 7.5): one more bit for each sample that the cleanup pass found
    /// significant. Nothing but these is in `out` yet.
    private void refineMagnitudes(
            byte[] data,
            int from,
            int to,
            int plane,
            int half,
            int width,
            int height,
            int[] out,
            int outOffset,
            int outStride) {
        int start = Math.max(from, to - (width * height / 7 + 2));
        bits = room(bits, to - start);
        bitCount = HtStuffing.removeBackwards(data, start, to, 0, bits);
        int position = 0;
        for (int top = 0; top < height; top += 4) {
            int bottom = Math.min(top + 4, height);
            for (int x = 0; x < width; x++) {
                position = Math.min(position, bitCount);
                int next = bits[position >>> 3] & 0xFF | bits[(position >>> 3) + 1] << 8;
                next >>>= position & 7;
                for (int y = top; y < bottom; y++) {
                    int at = outOffset + y * outStride + x;
                    int value = out[at];
                    if (value != 0) {
                        // The plane's bit stands at 1 for half of the plane above.
                        out[at] = (value ^ ((next & 1) != 0 ? 0 : plane)) | half;
                        next >>>= 1;
                        position++;
                    }
                }
            }
        }
    }

    /// The SigProp pass (T.814 clause 7.4): samples beside significant ones, stripe by stripe and column by
    /// column, may become significant. The signs follow after every four columns.
    ///
    /// Of a column in a stripe, bits 1..4 are the samples that are significant, bit 0 is the one above, and
    /// bit 5 the one below. The quads know those of the cleanup pass.
    private void propagate(
            byte[] data,
            int from,
            int to,
            int magnitude,
            int width,
            int height,
            boolean causal,
            int[] out,
            int outOffset,
            int outStride) {
        int end = Math.min(to, from + width * height * 2 / 7 + 2);
        bits = room(bits, end - from);
        bitCount = HtStuffing.removeForwards(data, from, end, bits, 0);
        position = 0;
        if (lowerBits.length < width + 2) {
            lowerBits = new int[width + 2];
        }
        int[] columns = lowerBits;
        Arrays.fill(columns, 0, width + 2, 0);
        for (int top = 0; top < height; top += 4) {
            fillColumns(columns, top, width, height, causal);
            int at = outOffset + top * outStride;
            int rows = Math.min(4, height - top);
            for (int x = 0; x < width; x += 4) {
                propagate(columns, x, Math.min(4, width - x), rows, magnitude, out, at + x, outStride);
            }
        }
    }

    /// Sets the columns of a stripe, in place of those of the stripe above.
    private void fillColumns(int[] columns, int top, int width, int height, boolean causal) {
        int stride = (width + 1 >> 1) + 1;
        int row = (top >> 1) * stride;
        for (int x = 0; x < width; x++) {
            int at = row + (x >> 1);
            int side = (x & 1) * 16;
            int column = columns[x + 1] >> 4 & 1 | two(quads[at] >> side) << 1;
            if (top + 2 < height) {
                column |= two(quads[at + stride] >> side) << 3;
            }
            if (top + 4 < height && !causal) {
                column |= (int) (quads[at + 2 * stride] >> side & 1) << 5;
            }
            columns[x + 1] = column;
        }
    }

    /// The significance of the two samples of a quad at its bytes 0 and 1.
    private static int two(long quad) {
        return (int) (quad & 1 | quad >> 7 & 2);
    }

    private void propagate(int[] columns, int x, int width, int rows, int magnitude, int[] out, int at, int outStride) {
        position = Math.min(position, bitCount);
        long next = (long) HtStuffing.LONG.get(bits, position >>> 3) >>> (position & 7);
        int used = 0;
        int found = 0;
        for (int i = 0; i < width; i++) {
            int column = columns[x + i + 1];
            int near = columns[x + i] | column | columns[x + i + 2];
            near |= near << 1 | near >> 1;
            for (int candidates = near & ~column & (2 << rows) - 2; candidates != 0; ) {
                int sample = Integer.lowestOneBit(candidates);
                candidates -= sample;
                if ((next >>> used++ & 1) != 0) {
                    column |= sample;
                    found |= sample >> 1 << 4 * i;
                    candidates |= sample << 1 & ~column & (2 << rows) - 2;
                }
            }
            columns[x + i + 1] = column;
        }
        while (found != 0) {
            int sample = Integer.numberOfTrailingZeros(found);
            found &= found - 1;
            int sign = (int) (next >>> used++) << 31;
            out[at + (sample & 3) * outStride + (sample >> 2)] = sign | magnitude;
        }
        position += used;
    }
}
