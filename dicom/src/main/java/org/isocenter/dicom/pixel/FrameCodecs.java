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

    /// By how many grey levels of 8 bits JPEG 2000 rounds, for the same purpose; twice as many of those of
    /// more bits.
    private static final double STEP = 2;

    private enum Kind {
        RLE,
        DEFLATED,
        JPEG_BASELINE,
        JPEG_LOSSLESS,
        JPEG_LS,
        JPEG_2000,
        JPEG_2000_LOSSY,
        HIGH_THROUGHPUT,
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
            case "1.2.840.10008.1.2.4.90" -> Kind.JPEG_2000;
            case "1.2.840.10008.1.2.4.91" -> Kind.JPEG_2000_LOSSY;
            // The last of them leaves it to the sender whether anything is lost, and nothing is.
            case "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203" ->
                Kind.HIGH_THROUGHPUT;
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
            case JPEG_2000, JPEG_2000_LOSSY, HIGH_THROUGHPUT -> Jpeg2000.lossless(FrameHeader.Colors.UNTOLD);
            case NONE -> null;
        };
    }

    /// Whether frames can be encoded into a transfer syntax.
    static boolean encodes(TransferSyntax syntax) {
        return switch (kind(syntax)) {
            case JPEG, NONE -> false;
            default -> true;
        };
    }

    /// What encodes frames into a transfer syntax that can be encoded.
    ///
    /// @param image as {@link #findTarget} gives it
    static Codec encoder(TransferSyntax syntax, ImagePixel image) {
        Photometric photometric = image.photometric();
        return switch (kind(syntax)) {
            case RLE -> Rle.codec();
            case DEFLATED -> Deflated.codec();
            case JPEG_BASELINE -> Jpeg.baseline(QUALITY, colors(photometric));
            case JPEG_LOSSLESS -> Jpeg.lossless();
            // Near-lossless may be without any loss, and is.
            case JPEG_LS -> JpegLs.lossless();
            case JPEG_2000 -> Jpeg2000.lossless(colors(photometric));
            case JPEG_2000_LOSSY -> Jpeg2000.lossy(image.bitsStored() > 8 ? 2 * STEP : STEP, colors(photometric));
            case HIGH_THROUGHPUT -> Jpeg2000.highThroughput(colors(photometric));
            case JPEG, NONE -> throw new IllegalArgumentException("frames are not encoded into " + syntax.uid());
        };
    }

    private static FrameHeader.Colors colors(Photometric photometric) {
        return switch (photometric) {
            case YBR_FULL -> FrameHeader.Colors.YBR;
            case YBR_RCT, YBR_ICT -> FrameHeader.Colors.RGB;
            default -> FrameHeader.Colors.UNTOLD;
        };
    }

    /// How an image looks in a transfer syntax; null where it cannot be in it.
    ///
    /// @param flat the image as decoding leaves it
    static @Nullable ImagePixel findTarget(TransferSyntax syntax, ImagePixel flat) {
        return switch (kind(syntax)) {
            case RLE, DEFLATED -> flat;
            case JPEG_BASELINE -> findBaseline(flat);
            case JPEG_LOSSLESS, JPEG_LS -> flat.bitsAllocated() <= 16 && flat.bitsStored() >= 2 ? flat : null;
            case JPEG_2000, HIGH_THROUGHPUT ->
                flat.bitsAllocated() <= 16 ? transformed(flat, Photometric.YBR_RCT) : null;
            case JPEG_2000_LOSSY -> findLossyJpeg2000(flat);
            case JPEG, NONE -> null;
        };
    }

    /// Red, green and blue are compressed by way of the transform of the codestream (PS3.5 section 8.2.4).
    private static ImagePixel transformed(ImagePixel flat, Photometric by) {
        return flat.photometric() == Photometric.RGB ? flat.with(by, false) : flat;
    }

    /// Numbers of colours in a palette are nothing to be rounded.
    private static @Nullable ImagePixel findLossyJpeg2000(ImagePixel flat) {
        boolean fits = flat.bitsAllocated() <= 16 && flat.bitsStored() >= 8;
        return fits && flat.photometric() != Photometric.PALETTE_COLOR ? transformed(flat, Photometric.YBR_ICT) : null;
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
            case JPEG, JPEG_2000, JPEG_2000_LOSSY, HIGH_THROUGHPUT, JPEG_BASELINE, NONE -> false;
        };
    }

    /// The defined term of the method (PS3.3 C.7.6.1.1.5.1) where encoding into a transfer syntax changes
    /// samples; null where it does not.
    static @Nullable String findLoss(TransferSyntax syntax) {
        return switch (kind(syntax)) {
            case JPEG_BASELINE -> "ISO_10918_1";
            case JPEG_2000_LOSSY -> "ISO_15444_1";
            default -> null;
        };
    }
}
