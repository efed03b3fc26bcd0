/// The compressions of medical images: one {@link org.isocenter.codec.Codec} for each, samples in and out.
///
/// A codec knows nothing of DICOM. It turns a compressed frame into {@link org.isocenter.codec.Samples} that the
/// caller provides, and back; what the samples mean (photometric interpretation, rescaling, windows) is the
/// business of whoever holds the data set.
@org.jspecify.annotations.NullMarked
package org.isocenter.codec;
