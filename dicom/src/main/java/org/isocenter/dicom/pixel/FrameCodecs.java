package org.isocenter.dicom.pixel;

import org.isocenter.codec.Codec;
import org.isocenter.codec.Deflated;
import org.isocenter.codec.Rle;
import org.isocenter.codec.jpegls.JpegLs;
import org.isocenter.dicom.TransferSyntax;
import org.jspecify.annotations.Nullable;

/// Which compression a transfer syntax has, and which images it takes (PS3.5 section 8.2).
final class FrameCodecs {
    private enum Kind {
        RLE,
        DEFLATED,
        JPEG_LS,
        NONE
    }

    private FrameCodecs() {}

    private static Kind kind(TransferSyntax syntax) {
        return switch (syntax.uid()) {
            case "1.2.840.10008.1.2.5" -> Kind.RLE;
            case "1.2.840.10008.1.2.8.1" -> Kind.DEFLATED;
            case "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81" -> Kind.JPEG_LS;
            default -> Kind.NONE;
        };
    }

    /// What decodes the frames of a transfer syntax; null for native ones, and for those that nothing
    /// here decodes.
    static @Nullable Codec findDecoder(TransferSyntax syntax) {
        return switch (kind(syntax)) {
            case RLE -> Rle.codec();
            case DEFLATED -> Deflated.codec();
            case JPEG_LS -> JpegLs.lossless();
            case NONE -> null;
        };
    }

    /// What encodes frames into a transfer syntax; null where nothing here does.
    static @Nullable Codec findEncoder(TransferSyntax syntax, Photometric photometric) {
        return switch (kind(syntax)) {
            case RLE -> Rle.codec();
            case DEFLATED -> Deflated.codec();
            case JPEG_LS -> syntax.lossy() ? null : JpegLs.lossless();
            case NONE -> null;
        };
    }

    /// How an image looks in a transfer syntax; null where it cannot be in it.
    ///
    /// @param flat the image as decoding leaves it
    static @Nullable ImagePixel findTarget(TransferSyntax syntax, ImagePixel flat) {
        return switch (kind(syntax)) {
            case RLE, DEFLATED -> flat;
            case JPEG_LS -> flat.bitsAllocated() <= 16 && flat.bitsStored() >= 2 ? flat : null;
            case NONE -> null;
        };
    }

    /// Whether samples are encoded with all the bits that are allocated. So they are where frames have no
    /// header to tell of fewer. And so they are where the header tells of no sign: decoders of the field do
    /// not extend the sign of a sample that has fewer bits than its element.
    static boolean takesContainers(TransferSyntax syntax, ImagePixel image) {
        return switch (kind(syntax)) {
            case RLE, DEFLATED -> true;
            case JPEG_LS -> image.signed();
            case NONE -> false;
        };
    }

    /// Whether encoding into a transfer syntax changes samples.
    static boolean losesBits(TransferSyntax syntax) {
        return syntax.uid().equals(TransferSyntax.JPEG_BASELINE.uid());
    }
}
