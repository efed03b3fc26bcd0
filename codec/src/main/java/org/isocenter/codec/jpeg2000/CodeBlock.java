package org.isocenter.codec.jpeg2000;

/// What the packets have brought of a code-block so far (T.800 B.10).
final class CodeBlock {
    /// The bit planes from the top that are zero; P.
    int zeroBitPlanes;
    /// Lblock.
    int lengthBits = 3;
    /// Coding passes, with the ones that an HT block leaves empty.
    int passes;
    /// The ends of its list in {@link Chunks}, or -1.
    int firstChunk = -1;

    int lastChunk = -1;
}
