package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.Codec;
import org.isocenter.codec.FrameHeader.Colors;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;

/// JPEG 2000 and High-Throughput JPEG 2000, reversible and irreversible.
///
/// Every codec given out here decodes codestreams, and JP2 and JPH files around them, with everything that
/// part 1 of the standard has: all five orders of progression and changes between them, tiles and
/// tile-parts, precincts, layers, regions of interest, packed headers and every style of code-block, with
/// samples of up to 31 bits; and with the code-blocks of part 15. Colours behind the transform of the
/// codestream come out as RGB; subsampled components are brought to full size by repeating samples.
///
/// A stream that lacks its last marker is whole when all its packets are there.
///
/// Encoded is one tile of one layer. Three components that are red, green and blue are transformed (T.800
/// Annex G), others are coded as they are.
public final class Jpeg2000 {
    private Jpeg2000() {}

    /// Encodes without loss, up to 24 bits.
    public static Codec lossless(Colors colors) {
        return new Jpeg2000Codec(Encoder.lossless(colors));
    }

    /// Encodes with loss, 8 to 16 bits.
    ///
    /// @param step by how much samples are rounded, about, in grey levels: twice the step is half the bits of
    ///     noise, and errors are seldom larger than it
    public static Codec lossy(double step, Colors colors) {
        return new Jpeg2000Codec(Encoder.lossy(step, colors));
    }

    /// Encodes without loss by the code-blocks of part 15, up to 24 bits. Resolutions come one after the
    /// other, the lowest of which is not larger than 64 x 64, and the main header tells how long each is:
    /// the RPCL form of DICOM (PS3.5 section 10.18).
    public static Codec highThroughput(Colors colors) {
        return new Jpeg2000Codec(Encoder.highThroughput(colors));
    }

    /// The format of a frame of which so many decompositions are left away; each halves its width and height.
    public static SampleFormat reducedFormat(byte[] frame, int levels) throws MalformedException {
        return Codestream.readHeader(frame).size.format(levels);
    }

    /// Decodes a frame without its highest resolutions.
    public static void decodeReduced(byte[] frame, int levels, Samples into) throws MalformedException {
        Decoder.decode(frame, levels, null, into);
    }

    /// Decodes a part of a frame, and little more than its code-blocks.
    public static void decodeRegion(byte[] frame, Region region, Samples into) throws MalformedException {
        Decoder.decode(frame, 0, region, into);
    }
}
