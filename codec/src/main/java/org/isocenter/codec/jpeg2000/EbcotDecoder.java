package org.isocenter.codec.jpeg2000;

import java.util.Arrays;
import org.isocenter.codec.MalformedException;

/// Decodes the bit planes of a code-block (T.800 Annex D), in the form of coefficients that `package-info`
/// tells.
///
/// One instance serves many blocks, one after the other: it holds the memory for it.
final class EbcotDecoder {
    private static final int MAX_BIT_PLANES = 31;
    private static final int SEGMENTATION_SYMBOL = 0b1010;

    private final MqDecoder mq = new MqDecoder();
    private final BareBits bare = new BareBits();
    private int[] flags = new int[66 * 18];

    private int width;
    private int height;
    private int stride;
    private boolean causal;
    private byte[] zeroContexts = {};
    private int[] out = {};
    private int outOffset;

    /// @param coded the bytes of the block and the lengths of its codeword segments
    /// @param zeroBitPlanes P, the planes from the top that are not coded
    /// @param size the width and height are those of the block
    /// @param into gets the block, row by row without gaps, from `offset` on; there is room for one more
    ///     row before and behind
    void decode(CodedBlock coded, int zeroBitPlanes, Band band, CodingStyle style, Area size, int[] into, int offset)
            throws MalformedException {
        int planes = band.bitPlanes - zeroBitPlanes;
        if (band.bitPlanes > MAX_BIT_PLANES || coded.passes > 3 * planes - 2) {
            throw new MalformedException("%d passes in a code-block of %d bit planes of which %d are zero"
                    .formatted(coded.passes, band.bitPlanes, zeroBitPlanes));
        }
        width = size.width();
        height = size.height();
        stride = width + 2;
        causal = style.has(CodingStyle.CAUSAL);
        zeroContexts = Stripe.zeroContexts(band);
        out = into;
        outOffset = offset;
        Arrays.fill(out, offset, offset + width * height, 0);
        int words = stride * ((height + 3 >> 2) + 2);
        if (flags.length < words) {
            flags = new int[words];
        } else {
            Arrays.fill(flags, 0, words, 0);
        }
        mq.resetContexts();
        // The plane of the first pass, as a bit of the coefficient.
        int top = 30 - zeroBitPlanes;
        int pass = 0;
        int from = 0;
        for (int segment = 0; segment < coded.segments; segment++) {
            boolean isBare = PacketReader.isBare(pass, style);
            if (isBare) {
                bare.begin(coded.bytes, from, coded.lengths[segment]);
            } else {
                mq.begin(coded.bytes, from, coded.lengths[segment]);
            }
            from += coded.lengths[segment];
            for (int end = pass + coded.passesOf[segment]; pass < end; pass++) {
                // A block begins with a cleanup pass, and each of the others is the last of its plane.
                decodePass(pass % 3, top - (pass + 2) / 3, isBare, style);
            }
        }
    }

    private void decodePass(int kind, int plane, boolean isBare, CodingStyle style) throws MalformedException {
        if (kind == 0) {
            cleanUp(plane);
            if (style.has(CodingStyle.SEGMENTATION) && readUniform(4) != SEGMENTATION_SYMBOL) {
                throw new MalformedException("a code-block whose segmentation symbol is not that");
            }
        } else if (isBare) {
            if (kind == 1) {
                propagateBare(plane);
            } else {
                refineBare(plane);
            }
        } else if (kind == 1) {
            propagate(plane);
        } else {
            refine(plane);
        }
        if (style.has(CodingStyle.RESET)) {
            mq.resetContexts();
        }
    }

    /// A coefficient that becomes significant, in the plane's place and half of it.
    private static int becoming(int plane) {
        return (1 << plane) + (plane == 0 ? 0 : 1 << plane - 1);
    }

    /// Significance propagation: what is not significant and has neighbours that are (D.3.1).
    private void propagate(int plane) {
        MqDecoder coder = mq;
        long[] contexts = coder.contexts;
        long distance = coder.distance;
        int[] words = flags;
        byte[] zero = zeroContexts;
        int[] values = out;
        int value = becoming(plane);
        for (int y = 0; y < height; y += 4) {
            int word = stride * ((y >> 2) + 1) + 1;
            int rows = Math.min(4, height - y) * 3;
            int column = outOffset + y * width;
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
                    int context = zero[neighbourhood];
                    long state = contexts[context];
                    distance -= state & MqStates.QE_MASK;
                    int bit = (int) state & 1;
                    if (distance < 0) {
                        bit = coder.exchange(context, distance);
                        distance = coder.distance;
                    }
                    if (bit != 0) {
                        int neighbours = signs(values, at, neighbourhood, width);
                        int sign = Stripe.SIGN_CONTEXTS[neighbours];
                        context = sign & 0x7F;
                        state = contexts[context];
                        distance -= state & MqStates.QE_MASK;
                        bit = (int) state & 1;
                        if (distance < 0) {
                            bit = coder.exchange(context, distance);
                            distance = coder.distance;
                        }
                        values[at] = value | (bit << 31 ^ sign & 0x80000000);
                        f |= Stripe.SELF << shift;
                        Stripe.tell(words, stride, word, shift, causal);
                    }
                    f |= Stripe.CODED << shift;
                }
                words[word] = f;
            }
        }
        coder.distance = distance;
    }

    /// Which of the direct neighbours are significant, and which are negative, for Stripe.SIGN_CONTEXTS.
    /// The sign of what is not significant counts for nothing, and so it does no harm that coefficients
    /// beside the block are read.
    static int signs(int[] values, int at, int neighbourhood, int width) {
        return neighbourhood & 0xAA
                | values[at - width] >>> 31
                | values[at - 1] >>> 31 << 2
                | values[at + 1] >>> 31 << 4
                | values[at + width] >>> 31 << 6;
    }

    /// Magnitude refinement: one more bit of what has been significant before this plane (D.3.3).
    private void refine(int plane) {
        MqDecoder coder = mq;
        long[] contexts = coder.contexts;
        long distance = coder.distance;
        int[] words = flags;
        int[] values = out;
        int one = 1 << plane;
        int half = one >>> 1;
        for (int y = 0; y < height; y += 4) {
            int word = stride * ((y >> 2) + 1) + 1;
            int column = outOffset + y * width;
            for (int end = column + width; column < end; column++, word++) {
                int f = words[word];
                int todo = f >>> 4 & ~(f >>> 20) & Stripe.ALL;
                if (todo == 0) {
                    continue;
                }
                words[word] = f | todo * Stripe.REFINED;
                do {
                    int shift = Integer.numberOfTrailingZeros(todo);
                    todo &= todo - 1;
                    int seen = f >>> shift;
                    int context = Stripe.refinementContext(seen);
                    long state = contexts[context];
                    distance -= state & MqStates.QE_MASK;
                    int bit = (int) state & 1;
                    if (distance < 0) {
                        bit = coder.exchange(context, distance);
                        distance = coder.distance;
                    }
                    // The half of the plane before is in the place of this bit.
                    int at = column + shift / 3 * width;
                    values[at] = values[at] ^ (bit ^ 1) << plane | half;
                } while (todo != 0);
            }
        }
        coder.distance = distance;
    }

    /// Cleanup: all that the other passes have left, four at once where nothing is near (D.3.4).
    private void cleanUp(int plane) {
        MqDecoder coder = mq;
        long[] contexts = coder.contexts;
        long distance = coder.distance;
        int[] words = flags;
        byte[] zero = zeroContexts;
        int[] values = out;
        int value = becoming(plane);
        for (int y = 0; y < height; y += 4) {
            int word = stride * ((y >> 2) + 1) + 1;
            int rows = Math.min(4, height - y) * 3;
            int column = outOffset + y * width;
            for (int end = column + width; column < end; column++, word++) {
                int f = words[word];
                int shift = 0;
                int at = column;
                boolean found = false;
                if (f == 0 && rows == 12) {
                    int context = MqStates.RUN;
                    long state = contexts[context];
                    distance -= state & MqStates.QE_MASK;
                    int bit = (int) state & 1;
                    if (distance < 0) {
                        bit = coder.exchange(context, distance);
                        distance = coder.distance;
                    }
                    if (bit == 0) {
                        continue;
                    }
                    coder.distance = distance;
                    int run = readUniform(2);
                    distance = coder.distance;
                    shift = 3 * run;
                    at += run * width;
                    found = true;
                } else if (((f >>> 4 | f >>> 20) & Stripe.ALL) == Stripe.ALL) {
                    words[word] = f & ~Stripe.ALL_CODED;
                    continue;
                }
                for (; shift < rows; shift += 3, at += width) {
                    int seen = f >>> shift;
                    if ((seen & (Stripe.SELF | Stripe.CODED)) != 0) {
                        continue;
                    }
                    int neighbourhood = seen & Stripe.NEIGHBOURHOOD;
                    if (!found) {
                        int context = zero[neighbourhood];
                        long state = contexts[context];
                        distance -= state & MqStates.QE_MASK;
                        int bit = (int) state & 1;
                        if (distance < 0) {
                            bit = coder.exchange(context, distance);
                            distance = coder.distance;
                        }
                        if (bit == 0) {
                            continue;
                        }
                    }
                    found = false;
                    int neighbours = signs(values, at, neighbourhood, width);
                    int sign = Stripe.SIGN_CONTEXTS[neighbours];
                    int context = sign & 0x7F;
                    long state = contexts[context];
                    distance -= state & MqStates.QE_MASK;
                    int bit = (int) state & 1;
                    if (distance < 0) {
                        bit = coder.exchange(context, distance);
                        distance = coder.distance;
                    }
                    values[at] = value | (bit << 31 ^ sign & 0x80000000);
                    f |= Stripe.SELF << shift;
                    Stripe.tell(words, stride, word, shift, causal);
                }
                words[word] = f & ~Stripe.ALL_CODED;
            }
        }
        coder.distance = distance;
    }

    private int readUniform(int count) {
        int bits = 0;
        for (int i = 0; i < count; i++) {
            long state = mq.contexts[MqStates.UNIFORM];
            mq.distance -= state & MqStates.QE_MASK;
            int bit = mq.distance < 0 ? mq.exchange(MqStates.UNIFORM, mq.distance) : (int) state & 1;
            bits = bits << 1 | bit;
        }
        return bits;
    }

    /// The same as {@link #propagate} by bare bits (D.6).
    private void propagateBare(int plane) {
        int[] words = flags;
        int value = becoming(plane);
        for (int y = 0; y < height; y += 4) {
            int word = stride * ((y >> 2) + 1) + 1;
            int rows = Math.min(4, height - y) * 3;
            int column = outOffset + y * width;
            for (int end = column + width; column < end; column++, word++) {
                int f = words[word];
                int at = column;
                for (int shift = 0; f != 0 && shift < rows; shift += 3, at += width) {
                    int neighbourhood = f >>> shift & Stripe.NEIGHBOURHOOD;
                    if (neighbourhood == 0 || (neighbourhood & Stripe.SELF) != 0) {
                        continue;
                    }
                    if (bare.bit() != 0) {
                        out[at] = value | bare.bit() << 31;
                        f |= Stripe.SELF << shift;
                        Stripe.tell(words, stride, word, shift, causal);
                    }
                    f |= Stripe.CODED << shift;
                }
                words[word] = f;
            }
        }
    }

    /// The same as {@link #refine} by bare bits (D.6).
    private void refineBare(int plane) {
        int half = 1 << plane >>> 1;
        for (int y = 0; y < height; y += 4) {
            int word = stride * ((y >> 2) + 1) + 1;
            int column = outOffset + y * width;
            for (int end = column + width; column < end; column++, word++) {
                int f = flags[word];
                int todo = f >>> 4 & ~(f >>> 20) & Stripe.ALL;
                flags[word] = f | todo * Stripe.REFINED;
                while (todo != 0) {
                    int at = column + Integer.numberOfTrailingZeros(todo) / 3 * width;
                    todo &= todo - 1;
                    out[at] = out[at] ^ (bare.bit() ^ 1) << plane | half;
                }
            }
        }
    }

    /// The bits of a bare segment; behind an FF, a byte has seven. Behind its end are ones.
    private static final class BareBits {
        private byte[] bytes = {};
        private int next;
        private int end;
        private int current;
        private int left;

        void begin(byte[] data, int offset, int length) {
            bytes = data;
            next = offset;
            end = offset + length;
            current = 0;
            left = 0;
        }

        int bit() {
            if (left == 0) {
                left = current == 0xFF ? 7 : 8;
                current = next < end ? bytes[next++] & 0xFF : 0xFF;
            }
            left--;
            return current >> left & 1;
        }
    }
}
