package org.isocenter.dicom.pixel;

import org.isocenter.codec.Codec;
import org.isocenter.codec.Deflated;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.Rle;
import org.isocenter.codec.jpeg.Jpeg;
import org.isocenter.codec.jpeg2000.Jpeg2000;
import org.isocenter.codec.jpegls.JpegLs;
import org.isocenter.dicom.TransferSyntax;
import org.jspecify.annotations.Nullable;

/// Which compression a transfer syntax has, and which images it takes (PS3.5 section 8.2).
final class FrameCodecs {
    /// Of what is made for somebody to look at: hardly to be told from the original.
    private static final int QUALITY = 90;

    private enum Kind {
        RLE,
        DEFLATED,
        JPEG_BASELINE,
        JPEG_LOSSLESS,
        JPEG_LS,
        JPEG_2000,
        /// JPEG that is read only.
        JPEG,
        NONE
    }

    private FrameCodecs() {}

    private static Kind kind(TransferSyntax syntax) {
        return switch (syntax.uid()) {
            case "1.2.840.10008.1.2.5" -> Kind.RLE;
            case "1.2.840.10008.1.2.8.1" -> Kind.DEFLATED;
            case "1.2.840.10008.1.2.4.50" -> Kind.JPEG_BASELINE;
            case "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55" -> Kind.JPEG;
            case "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70" -> Kind.JPEG_LOSSLESS;
            case "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81" -> Kind.JPEG_LS;
            case "1.2.840.10008.1.2.4.90",
                    "1.2.840.10008.1.2.4.91",
                    "1.2.840.10008.1.2.4.201",
                    "1.2.840.10008.1.2.4.202",
                    "1.2.840.10008.1.2.4.203" -> Kind.JPEG_2000;
            default -> Kind.NONE;
        };
    }

    /// What decodes the frames of a transfer syntax; null for native ones, and for those that nothing here
    /// decodes.
    static @Nullable Codec findDecoder(TransferSyntax syntax) {
        return switch (kind(syntax)) {
            case RLE -> Rle.codec();
            case DEFLATED -> Deflated.codec();
            case JPEG, JPEG_BASELINE, JPEG_LOSSLESS -> Jpeg.lossless();
            case JPEG_LS -> JpegLs.lossless();
            case JPEG_2000 -> Jpeg2000.codec();
            case NONE -> null;
        };
    }

    /// What encodes frames into a transfer syntax; null where nothing here does.
    static @Nullable Codec findEncoder(TransferSyntax syntax, Photometric photometric) {
        return switch (kind(syntax)) {
            case RLE -> Rle.codec();
            case DEFLATED -> Deflated.codec();
            case JPEG_BASELINE -> Jpeg.baseline(QUALITY, colors(photometric));
            case JPEG_LOSSLESS -> Jpeg.lossless();
            case JPEG_LS -> syntax.lossy() ? null : JpegLs.lossless();
            case JPEG, JPEG_2000, NONE -> null;
        };
    }

    private static FrameHeader.Colors colors(Photometric photometric) {
        return photometric == Photometric.YBR_FULL ? FrameHeader.Colors.YBR : FrameHeader.Colors.UNTOLD;
    }

    /// How an image looks in a transfer syntax; null where it cannot be in it.
    ///
    /// @param flat the image as decoding leaves it
    static @Nullable ImagePixel findTarget(TransferSyntax syntax, ImagePixel flat) {
        return switch (kind(syntax)) {
            case RLE, DEFLATED -> flat;
            case JPEG_BASELINE -> findBaseline(flat);
            case JPEG_LOSSLESS, JPEG_LS -> flat.bitsAllocated() <= 16 && flat.bitsStored() >= 2 ? flat : null;
            case JPEG, JPEG_2000, NONE -> null;
        };
    }

    /// Eight bits without a sign. Red, green and blue are compressed as luminance and chrominance.
    private static @Nullable ImagePixel findBaseline(ImagePixel flat) {
        if (flat.bitsAllocated() != 8 || flat.bitsStored() != 8 || flat.signed()) {
            return null;
        }
        return switch (flat.photometric()) {
            case MONOCHROME1, MONOCHROME2 -> flat;
            case RGB, YBR_FULL -> flat.with(Photometric.YBR_FULL, false);
            default -> null;
        };
    }

    /// Whether samples are encoded with all the bits that are allocated. So they are where frames have no
    /// header to tell of fewer. And so they are where the header tells of no sign: decoders of the field do
    /// not extend the sign of a sample that has fewer bits than its element.
    static boolean takesContainers(TransferSyntax syntax, ImagePixel image) {
        return switch (kind(syntax)) {
            case RLE, DEFLATED -> true;
            case JPEG_LOSSLESS, JPEG_LS -> image.signed();
            case JPEG, JPEG_2000, JPEG_BASELINE, NONE -> false;
        };
    }

    /// Whether encoding into a transfer syntax changes samples.
    static boolean losesBits(TransferSyntax syntax) {
        return kind(syntax) == Kind.JPEG_BASELINE;
    }
}
