package org.isocenter.codec.jpegls;

import org.isocenter.codec.Codec;

/// JPEG-LS (ITU-T T.87) of 2 to 16 bits and 1 to 4 components.
///
/// Both codecs decode every frame, lossless or not, of any interleaving, with preset coding parameters,
/// mapping tables and restart intervals. Refused are frames whose components differ in size, point
/// transforms, heights that follow in a DNL segment, and the colour transforms of Hewlett-Packard, which
/// are no part of the standard.
///
/// The format knows no sign. A signed sample is coded as its low bits, those of the format, and decoded by
/// extending the sign from bit `bits` of the format asked for, or from the precision of the frame if that
/// is less. What a mapping table yields counts the bits of its entries.
///
/// Bytes after the end of the image are padding and ignored. A frame that ends early is refused.
public final class JpegLs {
    private static final int MAX_NEAR = 255;

    private static final Codec LOSSLESS = new JpegLsCodec(0);

    private JpegLs() {}

    /// Encodes so that decoding gives back every sample.
    public static Codec lossless() {
        return LOSSLESS;
    }

    /// Encodes so that a decoded sample is off by `near` at most, 0 to 255, and to half of the largest
    /// sample.
    public static Codec nearLossless(int near) {
        if (near < 0 || near > MAX_NEAR) {
            throw new IllegalArgumentException("samples off by " + near);
        }
        return near == 0 ? LOSSLESS : new JpegLsCodec(near);
    }
}
