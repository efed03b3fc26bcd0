package org.isocenter.codec.jpeg2000;

import java.util.Arrays;

/// Encodes all bit planes of a code-block in one codeword segment (T.800 Annex D), from the form of
/// coefficients that `package-info` tells. See {@link EbcotDecoder} for how the passes go.
///
/// One instance serves many blocks, one after the other: it holds the memory for it.
final class EbcotEncoder {
    private final MqEncoder mq = new MqEncoder();
    private int[] flags = new int[66 * 18];
    private int[] values = {};
    private int width;
    private int height;
    private int stride;
    private byte[] zeroContexts = {};

    /// @param coefficients the block from {@link BlockDecoder#OFFSET} on, row by row without gaps, with a
    ///     row before and one behind
    EncodedBlock encode(Band band, int width, int height, int[] coefficients) {
        int all = 0;
        for (int i = BlockDecoder.OFFSET; i < BlockDecoder.OFFSET + width * height; i++) {
            all |= coefficients[i] & Integer.MAX_VALUE;
        }
        if (all == 0) {
            return EncodedBlock.EMPTY;
        }
        this.width = width;
        this.height = height;
        values = coefficients;
        stride = width + 2;
        zeroContexts = Stripe.zeroContexts(band);
        int words = stride * ((height + 3 >> 2) + 2);
        if (flags.length < words) {
            flags = new int[words];
        } else {
            Arrays.fill(flags, 0, words, 0);
        }
        int zeroBitPlanes = Integer.numberOfLeadingZeros(all) - 1;
        int top = 30 - zeroBitPlanes;
        int bottom = 31 - band.bitPlanes;
        mq.begin();
        cleanUp(top);
        for (int plane = top - 1; plane >= bottom; plane--) {
            propagate(plane);
            refine(plane);
            cleanUp(plane);
        }
        return new EncodedBlock(mq.bytes(mq.end()), 3 * (top - bottom) + 1, zeroBitPlanes);
    }

    /// Significance propagation (D.3.1).
    private void propagate(int plane) {
        int[] words = flags;
        for (int y = 0; y < height; y += 4) {
            int word = stride * ((y >> 2) + 1) + 1;
            int rows = Math.min(4, height - y) * 3;
            int column = BlockDecoder.OFFSET + y * width;
            for (int end = column + width; column < end; column++, word++) {
                int f = words[word];
                if (f == 0) {
                    continue;
                }
                int at = column;
                for (int shift = 0; shift < rows; shift += 3, at += width) {
                    int neighbourhood = f >>> shift & Stripe.NEIGHBOURHOOD;
                    if (neighbourhood == 0 || (neighbourhood & Stripe.SELF) != 0) {
                        continue;
                    }
                    int bit = values[at] >>> plane & 1;
                    mq.encode(zeroContexts[neighbourhood], bit);
                    if (bit != 0) {
                        f = becomeSignificant(f, word, shift, at);
                    }
                    f |= Stripe.CODED << shift;
                }
                words[word] = f;
            }
        }
    }

    /// Tells the sign (D.3.2), and the neighbours in other words.
    ///
    /// @return the word with the coefficient in it
    private int becomeSignificant(int f, int word, int shift, int at) {
        int neighbours = EbcotDecoder.signs(values, at, f >>> shift & Stripe.NEIGHBOURHOOD, width);
        int sign = Stripe.SIGN_CONTEXTS[neighbours];
        mq.encode(sign & 0x7F, (values[at] ^ sign) >>> 31);
        Stripe.tell(flags, stride, word, shift, false);
        return f | Stripe.SELF << shift;
    }

    /// Magnitude refinement (D.3.3).
    private void refine(int plane) {
        int[] words = flags;
        for (int y = 0; y < height; y += 4) {
            int word = stride * ((y >> 2) + 1) + 1;
            int column = BlockDecoder.OFFSET + y * width;
            for (int end = column + width; column < end; column++, word++) {
                int f = words[word];
                int todo = f >>> 4 & ~(f >>> 20) & Stripe.ALL;
                words[word] = f | todo * Stripe.REFINED;
                while (todo != 0) {
                    int shift = Integer.numberOfTrailingZeros(todo);
                    todo &= todo - 1;
                    mq.encode(Stripe.refinementContext(f >>> shift), values[column + shift / 3 * width] >>> plane & 1);
                }
            }
        }
    }

    /// Cleanup (D.3.4).
    private void cleanUp(int plane) {
        int[] words = flags;
        for (int y = 0; y < height; y += 4) {
            int word = stride * ((y >> 2) + 1) + 1;
            int rows = Math.min(4, height - y) * 3;
            int column = BlockDecoder.OFFSET + y * width;
            for (int end = column + width; column < end; column++, word++) {
                int f = words[word];
                int shift = 0;
                int at = column;
                boolean found = false;
                if (f == 0 && rows == 12) {
                    int run = 0;
                    while (run < 4 && (values[column + run * width] >>> plane & 1) == 0) {
                        run++;
                    }
                    mq.encode(MqStates.RUN, run < 4 ? 1 : 0);
                    if (run == 4) {
                        continue;
                    }
                    mq.encode(MqStates.UNIFORM, run >> 1);
                    mq.encode(MqStates.UNIFORM, run & 1);
                    shift = 3 * run;
                    at += run * width;
                    found = true;
                }
                for (; shift < rows; shift += 3, at += width) {
                    int seen = f >>> shift;
                    if ((seen & (Stripe.SELF | Stripe.CODED)) != 0) {
                        continue;
                    }
                    int bit = values[at] >>> plane & 1;
                    if (!found) {
                        mq.encode(zeroContexts[seen & Stripe.NEIGHBOURHOOD], bit);
                    }
                    found = false;
                    if (bit != 0) {
                        f = becomeSignificant(f, word, shift, at);
                    }
                }
                words[word] = f & ~Stripe.ALL_CODED;
            }
        }
    }
}
