package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.MalformedException;

/// A tag tree (T.800 B.10.2): numbers of a grid, told bit by bit through the least of every four.
final class TagTree {
    private final int[] widths;
    private final int[] offsets;
    private final int[] low;
    private final boolean[] known;
    private final int levels;

    TagTree(int width, int height) {
        int[] acrosses = new int[33];
        int[] starts = new int[33];
        int total = 0;
        int count = 0;
        int across = width;
        int down = height;
        while (true) {
            acrosses[count] = across;
            starts[count++] = total;
            total += across * down;
            if (across * down <= 1) {
                break;
            }
            across = across + 1 >> 1;
            down = down + 1 >> 1;
        }
        widths = acrosses;
        offsets = starts;
        levels = count;
        low = new int[total];
        known = new boolean[total];
    }

    /// Reads until it is known whether a number is below a limit.
    boolean isBelow(HeaderBits in, int x, int y, int limit) throws MalformedException {
        int least = 0;
        for (int level = levels - 1; level >= 0; level--) {
            int node = offsets[level] + (y >> level) * widths[level] + (x >> level);
            if (low[node] < least) {
                low[node] = least;
            }
            while (!known[node] && low[node] < limit) {
                if (in.bit() != 0) {
                    known[node] = true;
                } else {
                    low[node]++;
                }
            }
            least = low[node];
            if (!known[node] && least >= limit) {
                // What is below is no less.
                continue;
            }
        }
        int leaf = offsets[0] + y * widths[0] + x;
        return known[leaf] && low[leaf] < limit;
    }
}
