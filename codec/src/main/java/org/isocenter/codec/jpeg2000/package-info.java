/// JPEG 2000 (ITU-T T.800 | ISO/IEC 15444-1) and its high-throughput code-blocks (T.814 | 15444-15). {@link
/// org.isocenter.codec.jpeg2000.Jpeg2000} is the door.
///
/// {@link org.isocenter.codec.jpeg2000.Codestream} reads the headers and where the bytes of each tile are.
/// A {@link org.isocenter.codec.jpeg2000.Tile} lays out its components, resolutions, bands, precincts and
/// code-blocks (annex B), {@link org.isocenter.codec.jpeg2000.Packets} gives each code-block its bytes,
/// {@link org.isocenter.codec.jpeg2000.BlockDecoder} makes coefficients of them (annexes C and D), and
/// {@link org.isocenter.codec.jpeg2000.Wavelet} makes samples of those (annex F).
@org.jspecify.annotations.NullMarked
package org.isocenter.codec.jpeg2000;
