package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.MalformedException;

/// How much memory and time a frame may take: bounds that hold whatever its headers say.
final class Budget {
    /// What any frame may take: some megabytes, and a fraction of a second.
    private static final long FLOOR = 1 << 18;

    private long layout;
    private long visits;

    /// @param samples that are asked for
    /// @param bytes of the frame
    Budget(long samples, long bytes) {
        layout = FLOOR + samples / 8 + bytes;
        visits = 16 * (FLOOR + samples) + 8 * bytes;
    }

    /// Takes the precincts and code-blocks of a tile, which are given back with it. Code-blocks are of 16
    /// samples at least where they are worth having.
    void takeLayout(long count) throws MalformedException {
        layout -= count;
        if (layout < 0) {
            throw new MalformedException("more precincts and code-blocks than such a frame may have");
        }
    }

    void giveBackLayout(long count) {
        layout += count;
    }

    /// Takes the looks at code-blocks that a packet needs, which may take many looks by few bits.
    void takeVisits(long count) throws MalformedException {
        visits -= count;
        if (visits < 0) {
            throw new MalformedException("more layers of code-blocks than such a frame may have");
        }
    }
}
