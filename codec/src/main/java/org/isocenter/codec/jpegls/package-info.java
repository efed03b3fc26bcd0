/// JPEG-LS (ITU-T T.87, ISO/IEC 14495-1), lossless and near-lossless: {@link JpegLs} is the door.
///
/// A frame is a list of marker segments ({@link FrameReader}) around one or more scans. A scan predicts
/// each sample from its neighbours, picks one of 365 contexts by the gradients around it, and writes the
/// error of the prediction with a Golomb code that the context has learnt; where the neighbours are all
/// alike it counts a run instead. {@link Contexts} is what both sides learn, {@link ScanDecoder} and {@link
/// ScanEncoder} are the sides.
@org.jspecify.annotations.NullMarked
package org.isocenter.codec.jpegls;
