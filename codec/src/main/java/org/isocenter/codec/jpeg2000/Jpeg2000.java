package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.Codec;

/// JPEG 2000 and High-Throughput JPEG 2000, reversible and irreversible.
///
/// Read are codestreams, and JP2 and JPH files around them, with everything that part 1 of the standard
/// has: all five orders of progression and changes between them, tiles and tile-parts, precincts, layers,
/// regions of interest, packed headers and every style of code-block, with samples of up to 31 bits; and
/// with the code-blocks of part 15. Colours behind the transform of the codestream come out as RGB;
/// subsampled components are brought to full size by repeating samples.
///
/// A stream that lacks its last marker is whole when all its packets are there. Nothing is encoded yet.
public final class Jpeg2000 {
    private Jpeg2000() {}

    /// Decodes; encodes nothing.
    public static Codec codec() {
        return new Jpeg2000Codec();
    }
}
