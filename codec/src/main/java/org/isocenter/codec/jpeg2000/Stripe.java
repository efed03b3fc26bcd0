package org.isocenter.codec.jpeg2000;

/// The flags of four coefficients, one below the other, in one int: what bit plane coding has to know of
/// them and of their neighbours to find contexts (T.800 D.3).
///
/// A code-block is coded in stripes of four rows, column by column, so that a word has what is coded
/// together. Bits 0 to 17 tell which of the 3 x 6 coefficients in and around the column are significant,
/// row by row from the one above: coefficient number n has its own at bit 3 n + 4, and its neighbourhood in
/// the nine bits from 3 n on. Above are three bits for each coefficient, of which two are in use: at 3 n +
/// 19 whether it was refined before, and at 3 n + 20 whether it has been coded in this bit plane.
///
/// The words of a block have one more stripe and one more column on each side.
final class Stripe {
    /// The neighbourhood of coefficient 0, and itself in it.
    static final int NEIGHBOURHOOD = 0x1FF;

    static final int SELF = 0x10;
    static final int NEIGHBOURS = NEIGHBOURHOOD & ~SELF;

    static final int REFINED = 1 << 19;
    static final int CODED = 1 << 20;

    /// The same flags of all four.
    static final int ALL = 1 | 1 << 3 | 1 << 6 | 1 << 9;

    static final int ALL_SELF = ALL * SELF;
    static final int ALL_CODED = ALL * CODED;

    /// The neighbours of the same row in the columns beside.
    static final int WEST = 1 << 3;

    static final int EAST = 1 << 5;

    /// The row above the four, in the word of the stripe below, and the row below them in the word of the
    /// one above: from the column to the west, from its own and from the one to the east.
    static final int ABOVE_WEST = 1;

    static final int ABOVE = 1 << 1;
    static final int ABOVE_EAST = 1 << 2;
    static final int BELOW_WEST = 1 << 15;
    static final int BELOW = 1 << 16;
    static final int BELOW_EAST = 1 << 17;

    /// The context of zero coding by the neighbourhood (table D.1), for each orientation of a band.
    private static final byte[][] ZERO_CONTEXTS = {zeroContexts(0), zeroContexts(1), zeroContexts(2), zeroContexts(3)};

    /// The context of sign coding (tables D.2 and D.3) by which of the four direct neighbours are
    /// significant (bits 1, 3, 5 and 7: north, west, east, south, as in a neighbourhood) and negative (the
    /// bit below); and at bit 7 the sign that is coded as 0.
    static final byte[] SIGN_CONTEXTS = signContexts();

    private Stripe() {}

    /// Tells the neighbours in other words that a coefficient has become significant, but for the
    /// stripe above where that is `causal` and does not look down.
    static void tell(int[] words, int stride, int word, int shift, boolean causal) {
        words[word - 1] |= EAST << shift;
        words[word + 1] |= WEST << shift;
        if (shift == 0) {
            if (!causal) {
                int above = word - stride;
                words[above - 1] |= BELOW_EAST;
                words[above] |= BELOW;
                words[above + 1] |= BELOW_WEST;
            }
        } else if (shift == 9) {
            int below = word + stride;
            words[below - 1] |= ABOVE_EAST;
            words[below] |= ABOVE;
            words[below + 1] |= ABOVE_WEST;
        }
    }

    /// The context of refinement (table D.4), of flags that begin with a coefficient's.
    static int refinementContext(int seen) {
        if ((seen & REFINED) != 0) {
            return MqStates.REFINEMENT + 2;
        }
        return (seen & NEIGHBOURS) != 0 ? MqStates.REFINEMENT + 1 : MqStates.REFINEMENT;
    }

    static byte[] zeroContexts(Band band) {
        return ZERO_CONTEXTS[band.orientation];
    }

    private static byte[] zeroContexts(int orientation) {
        byte[] contexts = new byte[512];
        for (int n = 0; n < contexts.length; n++) {
            int across = (n >> 3 & 1) + (n >> 5 & 1);
            int down = (n >> 1 & 1) + (n >> 7 & 1);
            int diagonal = (n & 1) + (n >> 2 & 1) + (n >> 6 & 1) + (n >> 8 & 1);
            int context = switch (orientation) {
                case 3 -> diagonalContext(diagonal, across + down);
                // What is high across has its context turned.
                case 1 -> straightContext(down, across, diagonal);
                default -> straightContext(across, down, diagonal);
            };
            contexts[n] = (byte) (MqStates.ZERO + context);
        }
        return contexts;
    }

    private static int straightContext(int along, int other, int diagonal) {
        if (along == 2) {
            return 8;
        }
        if (along == 1) {
            return other > 0 ? 7 : diagonal > 0 ? 6 : 5;
        }
        return other > 0 ? 2 + other : Math.min(diagonal, 2);
    }

    private static int diagonalContext(int diagonal, int straight) {
        return switch (diagonal) {
            case 0 -> Math.min(straight, 2);
            case 1 -> 3 + Math.min(straight, 2);
            case 2 -> straight > 0 ? 7 : 6;
            default -> 8;
        };
    }

    private static byte[] signContexts() {
        byte[] contexts = new byte[256];
        for (int n = 0; n < contexts.length; n++) {
            int across = Integer.signum(contribution(n, 3) + contribution(n, 5));
            int down = Integer.signum(contribution(n, 1) + contribution(n, 7));
            boolean turned = across < 0 || across == 0 && down < 0;
            int context = MqStates.SIGN + Math.abs(across) * 3 + (turned ? -down : down);
            contexts[n] = (byte) (turned ? context | 0x80 : context);
        }
        return contexts;
    }

    private static int contribution(int flags, int significant) {
        return (flags >> significant & 1) * (1 - 2 * (flags >> significant - 1 & 1));
    }
}
