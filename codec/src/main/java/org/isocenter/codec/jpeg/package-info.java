/// JPEG (ITU-T T.81): what of it DICOM knows. {@link org.isocenter.codec.jpeg.Jpeg} is the door.
///
/// {@link org.isocenter.codec.jpeg.FrameReader} reads the marker segments and stops at each scan. Blocks of
/// coefficients come whole ({@link org.isocenter.codec.jpeg.SequentialDecoder}, annex F), or bit by bit in
/// many scans ({@link org.isocenter.codec.jpeg.ProgressiveDecoder}, annex G), and {@link
/// org.isocenter.codec.jpeg.Dct} turns them into samples; lossless scans have differences from what
/// neighbours foretell ({@link org.isocenter.codec.jpeg.LosslessDecoder}, annex H). All samples go to
/// {@link org.isocenter.codec.jpeg.Canvas}, which brings components that have fewer up to size.
@org.jspecify.annotations.NullMarked
package org.isocenter.codec.jpeg;
