/// Pixel data as samples: from frames in any transfer syntax, native or encapsulated, and back into
/// others.
///
/// {@link org.isocenter.dicom.pixel.ImagePixel} is what a data set says of its pixels,
/// {@link org.isocenter.dicom.pixel.FrameDecoder} turns the bytes of a frame into samples, and
/// {@link org.isocenter.dicom.pixel.Transcoding} into a frame of another transfer syntax.
@org.jspecify.annotations.NullMarked
package org.isocenter.dicom.pixel;
