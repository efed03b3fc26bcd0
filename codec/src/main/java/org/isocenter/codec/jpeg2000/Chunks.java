package org.isocenter.codec.jpeg2000;

import java.util.Arrays;

/// Where the bytes of code-blocks are: lists of stretches of the frame, one list for each code-block. A
/// stretch is what one packet has of one codeword segment.
final class Chunks {
    int[] offset = new int[256];
    int[] length = new int[256];
    int[] passes = new int[256];
    int[] next = new int[256];
    int count;

    /// Adds a stretch to the end of a code-block's list.
    void add(CodeBlock block, int chunkOffset, int chunkLength, int chunkPasses) {
        if (count == offset.length) {
            int more = count * 2;
            offset = Arrays.copyOf(offset, more);
            length = Arrays.copyOf(length, more);
            passes = Arrays.copyOf(passes, more);
            next = Arrays.copyOf(next, more);
        }
        offset[count] = chunkOffset;
        length[count] = chunkLength;
        passes[count] = chunkPasses;
        next[count] = -1;
        if (block.lastChunk < 0) {
            block.firstChunk = count;
        } else {
            next[block.lastChunk] = count;
        }
        block.lastChunk = count++;
    }
}
