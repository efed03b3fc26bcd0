package org.isocenter.codec.jpeg2000;

import java.util.Arrays;

/// A code-block (T.800 B.7): where it is in its band, and what the packets have brought of it.
final class CodeBlock {
    final int x;
    final int y;
    final int width;
    final int height;

    boolean included;
    int zeroBitPlanes;
    int lengthBits = 3;
    int passes;

    /// The bytes of each piece: where they are, how many, how many passes they are for, and whether they go
    /// on with the segment of the piece before.
    int[] pieces = new int[4];

    int pieceCount;

    CodeBlock(int x, int y, int width, int height) {
        this.x = x;
        this.y = y;
        this.width = width;
        this.height = height;
    }

    void add(int offset, int length, int count, boolean goesOn) {
        if (4 * pieceCount == pieces.length) {
            pieces = Arrays.copyOf(pieces, 2 * pieces.length);
        }
        int at = 4 * pieceCount++;
        pieces[at] = offset;
        pieces[at + 1] = length;
        pieces[at + 2] = count;
        pieces[at + 3] = goesOn ? 1 : 0;
    }
}
