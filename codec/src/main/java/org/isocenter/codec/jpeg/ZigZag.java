package org.isocenter.codec.jpeg;

/// The order in which the frequencies of a block are coded, the lowest first (T.81 figure A.6).
final class ZigZag {
    /// The frequencies of a block.
    static final int LENGTH = 64;

    /// Where the frequency at a place of that order is in the block, row by row.
    static final int[] ORDER = order();

    private ZigZag() {}

    private static int[] order() {
        int[] order = new int[LENGTH];
        int next = 0;
        for (int diagonal = 0; diagonal < 15; diagonal++) {
            int first = Math.max(0, diagonal - 7);
            int last = Math.min(7, diagonal);
            for (int i = first; i <= last; i++) {
                int row = diagonal % 2 == 0 ? diagonal - i : i;
                order[next++] = row * 8 + diagonal - row;
            }
        }
        return order;
    }
}
