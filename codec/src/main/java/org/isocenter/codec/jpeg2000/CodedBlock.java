package org.isocenter.codec.jpeg2000;

import java.util.Arrays;
import org.isocenter.codec.MalformedException;

/// The bytes of a code-block, one codeword segment behind the other. One instance serves many blocks, one
/// after the other.
final class CodedBlock {
    /// Some thirty times what 4096 coefficients can need.
    private static final int MAX_LENGTH = 1 << 20;

    byte[] bytes = new byte[4096];
    /// Bytes and passes of each segment.
    int[] lengths = new int[4];

    int[] passesOf = new int[4];
    int segments;
    int passes;

    /// Gathers a code-block from the stretches of the frame that packets have of it.
    void gather(byte[] frame, Chunks chunks, CodeBlock block, CodingStyle style) throws MalformedException {
        segments = 0;
        passes = 0;
        int filled = 0;
        int toEnd = 0;
        for (int chunk = block.firstChunk; chunk >= 0; chunk = chunks.next[chunk]) {
            int length = chunks.length[chunk];
            if (length > MAX_LENGTH - filled) {
                throw new MalformedException("a code-block of more than " + MAX_LENGTH + " bytes");
            }
            if (filled + length > bytes.length) {
                bytes = Arrays.copyOf(bytes, (filled + length) * 3 / 2);
            }
            System.arraycopy(frame, chunks.offset[chunk], bytes, filled, length);
            filled += length;
            if (toEnd == 0) {
                // A high-throughput block has two segments, whatever their passes are.
                toEnd = !style.has(CodingStyle.HIGH_THROUGHPUT)
                        ? PacketReader.passesToEnd(passes, style)
                        : segments == 0 ? chunks.passes[chunk] : Integer.MAX_VALUE;
                beginSegment();
            }
            lengths[segments - 1] += length;
            passesOf[segments - 1] += chunks.passes[chunk];
            passes += chunks.passes[chunk];
            toEnd -= chunks.passes[chunk];
        }
    }

    private void beginSegment() {
        if (segments == lengths.length) {
            lengths = Arrays.copyOf(lengths, 2 * segments);
            passesOf = Arrays.copyOf(passesOf, 2 * segments);
        }
        lengths[segments] = 0;
        passesOf[segments] = 0;
        segments++;
    }
}
