package org.isocenter.codec.jpeg2000;

import java.util.Arrays;
import org.isocenter.codec.MalformedException;

/// A tag tree (T.800 B.10.2): a number for each place of a grid, told or read a bit at a time by way of the
/// least of every four, of every sixteen, and so on.
final class TagTree {
    private static final int MAX_DEPTH = 17;

    private final int depth;
    /// Where the nodes of each level begin, and how many there are in a row; leaves first.
    private final int[] start = new int[MAX_DEPTH];

    private final int[] across = new int[MAX_DEPTH];
    /// What the number of a node is known to be at least.
    private final int[] low;
    /// Whether it is known to be no more.
    private final boolean[] known;
    /// The numbers, which an encoder knows.
    private int[] values = {};

    TagTree(int columns, int rows) {
        int nodes = 0;
        int level = 0;
        int w = columns;
        int h = rows;
        while (true) {
            start[level] = nodes;
            across[level] = w;
            nodes += w * h;
            level++;
            if ((long) w * h <= 1) {
                break;
            }
            w = w + 1 >> 1;
            h = h + 1 >> 1;
        }
        depth = level;
        low = new int[nodes];
        known = new boolean[nodes];
    }

    /// Reads until it is known whether the number at a place is below the limit.
    boolean readIsBelow(HeaderBits in, int x, int y, int limit) throws MalformedException {
        int least = 0;
        int node = 0;
        for (int level = depth - 1; level >= 0; level--) {
            node = start[level] + (y >> level) * across[level] + (x >> level);
            least = Math.max(least, low[node]);
            while (!known[node] && least < limit) {
                if (in.bit() != 0) {
                    known[node] = true;
                } else {
                    least++;
                }
            }
            low[node] = least;
        }
        return known[node] && least < limit;
    }

    /// Takes the numbers to tell, row by row.
    void set(int[] leaves) {
        values = new int[low.length];
        System.arraycopy(leaves, 0, values, 0, leaves.length);
        for (int level = 1; level < depth; level++) {
            int wide = across[level - 1];
            int below = start[level] - start[level - 1];
            Arrays.fill(values, start[level], level + 1 < depth ? start[level + 1] : values.length, -1);
            for (int i = 0; i < below; i++) {
                int parent = start[level] + (i / wide >> 1) * across[level] + (i % wide >> 1);
                int value = values[start[level - 1] + i];
                values[parent] = values[parent] < 0 ? value : Math.min(values[parent], value);
            }
        }
    }

    /// Tells whether the number at a place is below the limit.
    void writeIsBelow(HeaderBitWriter out, int x, int y, int limit) {
        int least = 0;
        for (int level = depth - 1; level >= 0; level--) {
            int node = start[level] + (y >> level) * across[level] + (x >> level);
            least = Math.max(least, low[node]);
            while (!known[node] && least < limit) {
                if (values[node] <= least) {
                    out.bit(1);
                    known[node] = true;
                } else {
                    out.bit(0);
                    least++;
                }
            }
            low[node] = least;
        }
    }
}
