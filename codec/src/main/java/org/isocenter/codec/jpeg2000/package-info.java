/// JPEG 2000 (ITU-T T.800 | ISO/IEC 15444-1) and High-Throughput JPEG 2000 (T.814 | 15444-15).
///
/// The door is {@link org.isocenter.codec.jpeg2000.Jpeg2000}. Behind it, a frame takes these steps, each a
/// class:
///
/// ```text Boxes       finds the codestream in a JP2 or JPH file Codestream  reads the headers: ImageSize,
/// TileParameters, and where the bytes of each tile are TileDecoder lays out a tile: TileComponent,
/// Resolution, Band, Precinct (Annex B) PacketOrder, PacketReader   gather the bytes of every code-block
/// from the packets (Annex B) BlockDecoder                gives coefficients, by EbcotDecoder (Annexes C
/// and D) or HtBlockDecoder (T.814) BandRows, Synthesis         make rows of coefficients, and of them rows
/// of samples (Annexes E and F) SampleWriter                places the samples in the frame ```
///
/// Encoding goes the other way: Analysis makes coefficients, EbcotEncoder or HtBlockEncoder code-blocks of
/// them, PacketWriter packets, and CodestreamWriter what is around them.
///
/// Rows flow through the wavelet transform one at a time, and code-blocks are decoded when their first row is
/// asked for, so that a frame needs little more memory than its compressed bytes and its samples.
///
/// Block coders meet the rest in one form of coefficient: an int of **sign and magnitude**. Bit 31 is the
/// sign. Bits 30 to 0 are the magnitude, with the most significant bit plane of the band, number Mb - 1, at
/// bit 30; so a quantizer index q is `q << (31 - Mb)`. Just below the last decoded bit plane of a
/// coefficient that is not zero is a one, which puts it into the middle of what it may be; where Mb is 31
/// and all planes are decoded there is no room for that and none is needed. Reversible coding shifts the
/// additional bit out.
@org.jspecify.annotations.NullMarked
package org.isocenter.codec.jpeg2000;
