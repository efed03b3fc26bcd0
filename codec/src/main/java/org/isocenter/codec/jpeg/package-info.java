/// JPEG (ITU-T T.81): what of it DICOM knows. {@link org.isocenter.codec.jpeg.Jpeg} is the door.
///
/// {@link org.isocenter.codec.jpeg.Stream} reads the markers and goes from scan to scan. A lossless scan
/// ({@link org.isocenter.codec.jpeg.LosslessScan}, annex H) gives samples at once; scans of the discrete
/// cosine transform ({@link org.isocenter.codec.jpeg.TransformScan}, annexes F and G) gather coefficients,
/// which {@link org.isocenter.codec.jpeg.Plane} turns into samples when all have come.
@org.jspecify.annotations.NullMarked
package org.isocenter.codec.jpeg;
