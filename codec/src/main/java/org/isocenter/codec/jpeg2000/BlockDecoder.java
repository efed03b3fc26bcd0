package org.isocenter.codec.jpeg2000;

import java.util.Arrays;
import org.isocenter.codec.MalformedException;

/// Decodes code-blocks: bit plane by bit plane, in three passes each (T.800 annex D).
///
/// For every coefficient there is a word of what its neighbours are, kept up as they become significant, so
/// that its contexts are looked up. Magnitudes have one bit behind the point: below the last decoded plane
/// stands a one, which puts a coefficient into the middle of what it may be.
final class BlockDecoder {
    private static final int NORTH = 1;
    private static final int SOUTH = 2;
    private static final int WEST = 4;
    private static final int EAST = 8;
    private static final int NORTH_WEST = 16;
    private static final int NORTH_EAST = 32;
    private static final int SOUTH_WEST = 64;
    private static final int SOUTH_EAST = 128;
    private static final int NEIGHBOURS = 255;
    /// The signs of the first four, eight bits above them.
    private static final int SIGNS = 8;

    private static final int SIGNIFICANT = 1 << 12;
    private static final int VISITED = 1 << 13;
    private static final int REFINED = 1 << 14;

    /// What the last line of a stripe does not see where contexts are causal.
    private static final int BELOW = SOUTH | SOUTH_WEST | SOUTH_EAST | SOUTH << SIGNS;

    private static final byte[][] ZERO = {zero(0), zero(1), zero(2), zero(3)};
    private static final byte[] SIGN = sign();

    private final ArithmeticDecoder coder = new ArithmeticDecoder();
    private final HtBlockDecoder highThroughput = new HtBlockDecoder();
    private int[] words = {};
    private int[] magnitudes = {};
    private byte[] segment = {};
    private int width;
    private int height;
    private int stride;
    private boolean causal;
    private byte[] zero = ZERO[0];

    /// T.800 table D.1, by the neighbours that are significant.
    private static byte[] zero(int kind) {
        byte[] contexts = new byte[256];
        for (int i = 0; i < 256; i++) {
            int across = (i >> 2 & 1) + (i >> 3 & 1);
            int down = (i & 1) + (i >> 1 & 1);
            int diagonal = Integer.bitCount(i >> 4);
            if (kind == 3) {
                contexts[i] = (byte) diagonalContext(diagonal, across + down);
            } else if (kind == 1) {
                contexts[i] = (byte) straightContext(down, across, diagonal);
            } else {
                contexts[i] = (byte) straightContext(across, down, diagonal);
            }
        }
        return contexts;
    }

    private static int straightContext(int first, int second, int diagonal) {
        return switch (first) {
            case 2 -> 8;
            case 1 -> second > 0 ? 7 : diagonal > 0 ? 6 : 5;
            default -> second == 2 ? 4 : second == 1 ? 3 : Math.min(diagonal, 2);
        };
    }

    private static int diagonalContext(int diagonal, int straight) {
        return switch (diagonal) {
            case 0 -> Math.min(straight, 2);
            case 1 -> 3 + Math.min(straight, 2);
            case 2 -> straight > 0 ? 7 : 6;
            default -> 8;
        };
    }

    /// T.800 tables D.2 and D.3: the context, and above it whether the sign is turned around.
    private static byte[] sign() {
        byte[] contexts = new byte[256];
        for (int i = 0; i < 256; i++) {
            int down = contribution(i, 0) + contribution(i, 1);
            int across = contribution(i, 2) + contribution(i, 3);
            int h = Integer.signum(across);
            int v = Integer.signum(down);
            boolean turned = h < 0 || h == 0 && v < 0;
            if (turned) {
                h = -h;
                v = -v;
            }
            int context = h == 1 ? 12 + v : 9 + v;
            contexts[i] = (byte) (context | (turned ? 32 : 0));
        }
        return contexts;
    }

    private static int contribution(int neighbours, int which) {
        if ((neighbours >> which & 1) == 0) {
            return 0;
        }
        return (neighbours >> 4 + which & 1) == 0 ? 1 : -1;
    }

    /// Decodes a block.
    ///
    /// @return its coefficients row by row: the sign in the highest bit, the magnitude with one bit behind
    ///     the point
    int[] decode(byte[] data, CodeBlock block, Band band, Coding style) throws MalformedException {
        width = block.width;
        height = block.height;
        stride = width + 2;
        causal = style.has(Coding.CAUSAL);
        zero = ZERO[band.kind()];
        int size = stride * (height + 2);
        if (words.length < size) {
            words = new int[size];
            magnitudes = new int[width * height];
        }
        if (magnitudes.length < width * height) {
            magnitudes = new int[width * height];
        }
        Arrays.fill(words, 0, size, 0);
        Arrays.fill(magnitudes, 0, width * height, 0);
        if (style.has(Coding.HIGH_THROUGHPUT)) {
            decodeHighThroughput(data, block, band);
            return magnitudes;
        }
        int planes = band.bitPlanes() - block.zeroBitPlanes;
        if (block.passes > 0 && (planes < 1 || block.passes > 3 * planes - 2)) {
            throw new MalformedException(block.passes + " passes of a code-block of " + planes + " bit planes");
        }
        coder.resetContexts();
        int pass = 0;
        for (int piece = 0; piece < block.pieceCount; ) {
            int length = 0;
            int passes = 0;
            int first = piece;
            do {
                length += block.pieces[4 * piece + 1];
                passes += block.pieces[4 * piece + 2];
                piece++;
            } while (piece < block.pieceCount && block.pieces[4 * piece + 3] != 0);
            gather(data, block, first, piece, length);
            boolean bare = style.has(Coding.BYPASS) && pass >= 10 && pass % 3 != 0;
            if (bare) {
                coder.beginBare(segment, 0, length);
            } else {
                coder.begin(segment, 0, length);
            }
            for (int end = pass + passes; pass < end; pass++) {
                pass(pass, planes - 1 - (pass + 2) / 3, bare, style);
            }
        }
        return magnitudes;
    }

    /// The other kind of code-block (T.814): a cleanup pass, and perhaps two more in a segment of their own.
    private void decodeHighThroughput(byte[] data, CodeBlock block, Band band) throws MalformedException {
        int cleanup = 0;
        int total = 0;
        for (int piece = 0; piece < block.pieceCount; piece++) {
            int length = block.pieces[4 * piece + 1];
            cleanup += piece == 0 ? length : 0;
            total += length;
        }
        if (block.passes > 3 || band.bitPlanes() > HtBlockDecoder.MAX_BIT_PLANES) {
            throw new MalformedException(
                    block.passes + " passes of a code-block of " + band.bitPlanes() + " bit planes");
        }
        gather(data, block, 0, block.pieceCount, total);
        highThroughput.decode(
                segment,
                0,
                cleanup,
                total - cleanup,
                block.passes,
                block.zeroBitPlanes,
                band.bitPlanes(),
                width,
                height,
                causal,
                magnitudes,
                0,
                width);
        int shift = 30 - band.bitPlanes();
        for (int i = 0; i < width * height; i++) {
            int value = magnitudes[i];
            int magnitude = (value & 0x7FFFFFFF) >>> shift;
            magnitudes[i] = magnitude == 0 ? 0 : value & 0x80000000 | magnitude | 1;
        }
    }

    private void gather(byte[] data, CodeBlock block, int from, int to, int length) {
        if (segment.length < length) {
            segment = new byte[length + length / 2];
        }
        int filled = 0;
        for (int piece = from; piece < to; piece++) {
            System.arraycopy(data, block.pieces[4 * piece], segment, filled, block.pieces[4 * piece + 1]);
            filled += block.pieces[4 * piece + 1];
        }
    }

    private void pass(int pass, int plane, boolean bare, Coding style) throws MalformedException {
        switch (pass % 3) {
            case 1 -> propagate(plane, bare);
            case 2 -> refine(plane, bare);
            default -> {
                cleanUp(plane);
                if (style.has(Coding.SEGMENTATION)) {
                    int symbol = 0;
                    for (int i = 0; i < 4; i++) {
                        symbol = symbol << 1 | coder.decode(ArithmeticDecoder.UNIFORM);
                    }
                    if (symbol != 10) {
                        throw new MalformedException("a code-block whose segmentation symbol is wrong");
                    }
                }
            }
        }
        if (style.has(Coding.RESET)) {
            coder.resetContexts();
        }
    }

    private int seen(int word, int y) {
        return causal && (y & 3) == 3 ? word & ~BELOW : word;
    }

    /// Significance propagation (D.3.1): insignificant coefficients beside significant ones.
    private void propagate(int plane, boolean bare) {
        for (int top = 0; top < height; top += 4) {
            int bottom = Math.min(top + 4, height);
            for (int x = 0; x < width; x++) {
                int at = (top + 1) * stride + x + 1;
                for (int y = top; y < bottom; y++, at += stride) {
                    int word = words[at];
                    int seen = seen(word, y);
                    if ((word & SIGNIFICANT) != 0 || (seen & NEIGHBOURS) == 0) {
                        continue;
                    }
                    int bit = bare ? coder.bare() : coder.decode(zero[seen & NEIGHBOURS]);
                    words[at] |= VISITED;
                    if (bit != 0) {
                        become(at, x, y, plane, bare ? coder.bare() : sign(seen));
                    }
                }
            }
        }
    }

    private int sign(int seen) {
        int entry = SIGN[seen & 15 | seen >> 4 & 0xF0];
        return coder.decode(entry & 31) ^ entry >> 5 & 1;
    }

    /// A coefficient becomes significant, and its neighbours learn of it.
    private void become(int at, int x, int y, int plane, int sign) {
        magnitudes[y * width + x] = sign << 31 | 3 << plane;
        words[at] |= SIGNIFICANT;
        int signed = sign << SIGNS;
        words[at - stride] |= SOUTH | signed * SOUTH;
        words[at + stride] |= NORTH | signed * NORTH;
        words[at - 1] |= EAST | signed * EAST;
        words[at + 1] |= WEST | signed * WEST;
        words[at - stride - 1] |= SOUTH_EAST;
        words[at - stride + 1] |= SOUTH_WEST;
        words[at + stride - 1] |= NORTH_EAST;
        words[at + stride + 1] |= NORTH_WEST;
    }

    /// Magnitude refinement (D.3.3): one more bit of what is significant already.
    private void refine(int plane, boolean bare) {
        for (int top = 0; top < height; top += 4) {
            int bottom = Math.min(top + 4, height);
            for (int x = 0; x < width; x++) {
                int at = (top + 1) * stride + x + 1;
                for (int y = top; y < bottom; y++, at += stride) {
                    int word = words[at];
                    if ((word & (SIGNIFICANT | VISITED)) != SIGNIFICANT) {
                        continue;
                    }
                    int context = (word & REFINED) != 0 ? 16 : (seen(word, y) & NEIGHBOURS) != 0 ? 15 : 14;
                    int bit = bare ? coder.bare() : coder.decode(context);
                    words[at] = word | REFINED;
                    int index = y * width + x;
                    magnitudes[index] = magnitudes[index] & ~(2 << plane) | bit << plane + 1 | 1 << plane;
                }
            }
        }
    }

    /// Cleanup (D.3.4): all that is left, four at once where nothing is near them.
    private void cleanUp(int plane) {
        for (int top = 0; top < height; top += 4) {
            int bottom = Math.min(top + 4, height);
            for (int x = 0; x < width; x++) {
                int at = (top + 1) * stride + x + 1;
                int y = top;
                boolean forced = false;
                if (bottom - top == 4 && quiet(at)) {
                    if (coder.decode(ArithmeticDecoder.RUN) == 0) {
                        continue;
                    }
                    int run = coder.decode(ArithmeticDecoder.UNIFORM) << 1 | coder.decode(ArithmeticDecoder.UNIFORM);
                    y += run;
                    at += run * stride;
                    forced = true;
                }
                for (; y < bottom; y++, at += stride) {
                    int word = words[at];
                    if ((word & (SIGNIFICANT | VISITED)) == 0) {
                        int seen = seen(word, y);
                        if (forced || coder.decode(zero[seen & NEIGHBOURS]) != 0) {
                            become(at, x, y, plane, sign(seen));
                        }
                    }
                    words[at] &= ~VISITED;
                    forced = false;
                }
            }
        }
    }

    private boolean quiet(int at) {
        int last = words[at + 3 * stride];
        int any = words[at] | words[at + stride] | words[at + 2 * stride] | (causal ? last & ~BELOW : last);
        return (any & (NEIGHBOURS | SIGNIFICANT | VISITED)) == 0;
    }
}
