package org.isocenter.codec.jpeg;

import org.isocenter.codec.Codec;
import org.isocenter.codec.FrameHeader;

/// JPEG, lossy and lossless.
///
/// Every codec given out here decodes all Huffman-coded processes: baseline, extended with 8 and 12 bits,
/// progressive, and lossless with 2 to 16 bits. Arithmetic coding and hierarchical frames, which nobody in
/// the field writes, are refused by name.
///
/// Components come out as they were coded: no colour transform is undone, since the caller knows better
/// which there was. Components of fewer samples are brought to full size, by a triangle filter for factors
/// of two, as the common library does; those of lossless frames by repeating samples.
///
/// Real frames have odd things that are tolerated: bytes behind the end of the image, or no end; zeros and up
/// to 16 other bytes before a marker; components of the same name; lossless samples of more bits than the
/// frame says, whose high bits are dropped. A frame that ends early is refused. So is a progressive one whose
/// end comes while coefficients are half known, or does not come and some are not known at all, and one whose
/// scans do not add up (T.81 G.1.1.1): no bit comes twice, so a small frame cannot ask for the work of many.
///
/// JPEG knows no signs. Signed samples are their lowest bits, and are given their signs when they are
/// decoded.
public final class Jpeg {
    private Jpeg() {}

    /// Encodes baseline: 8 bits, 1 component or 3 of full size.
    ///
    /// @param quality 1 to 100, in the scale of the common library, where 50 takes the tables of T.81 annex K
    /// @param colors what three components are: markers tell decoders whether there is something to undo
    public static Codec baseline(int quality, FrameHeader.Colors colors) {
        if (quality < 1 || quality > 100) {
            throw new IllegalArgumentException("a quality of " + quality);
        }
        return new JpegCodec(new BaselineEncoder(quality, colors));
    }

    /// Encodes lossless with the first-order prediction that everybody reads (process 14, selection value
    /// 1): 2 to 16 bits, 1 to 4 components.
    public static Codec lossless() {
        return new JpegCodec(new LosslessEncoder());
    }
}
