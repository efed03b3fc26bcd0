package org.isocenter.codec;

import org.jspecify.annotations.Nullable;

/// One compression, with the parameters of its encoder where it has any. Stateless and safe for many threads.
///
/// Decoding is for hostile input: whatever the bytes are, it ends by samples or by a {@link MalformedException},
/// in time and memory that are bounded by the format of the samples and the length of the frame. It never
/// answers with another exception, and nothing is allocated because a header says how much.
public interface Codec {
    /// Reads the header of a frame, without decoding. Null for compressions whose frames have no header, such
    /// as RLE, where the caller has to know.
    @Nullable
    FrameHeader probe(byte[] frame) throws MalformedException;

    /// Decodes a frame.
    ///
    /// The size and the number of components of the frame are those of `into`, or it is malformed. So are
    /// samples of more bits than an element of `into` has. Samples of the bits and sign that the frame has,
    /// filled up as {@link Samples} says, are left in it; what is in it after an exception is undefined.
    void decode(byte[] frame, Samples into) throws MalformedException;

    /// Encodes a frame.
    ///
    /// @throws IllegalArgumentException where the compression knows no such format, say 12 bits for JPEG
    ///     baseline
    byte[] encode(Samples samples);

    /// Whether this codec encodes frames of such a format.
    boolean encodes(SampleFormat format);
}
