package org.isocenter.dicom.pixel;

import java.util.Arrays;
import org.isocenter.codec.Codec;
import org.isocenter.codec.Samples;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Vr;
import org.jspecify.annotations.Nullable;

/// The way of an image from one transfer syntax into another: frame by frame, and the attributes that
/// change.
///
/// Samples come out bit for bit as they went in, unless one of the two syntaxes is lossy. Two things are
/// different
/// all the same. Components stand side by side afterwards, chrominance in full size. And colours that a
/// codestream
/// has transformed (lossy JPEG, and JPEG 2000 with its own transform) become RGB, which everybody can
/// show.
///
/// Bits that the attributes do not count among those stored, such as overlays in the high bits of old
/// images, are
/// kept: a frame that has some is compressed with all the bits that are allocated.
public final class Transcoding {
    private final ImagePixel image;
    private final TransferSyntax from;
    private final TransferSyntax to;
    private final FrameDecoder decoder;
    private final ImagePixel target;
    private final @Nullable Codec codec;

    private Transcoding(
            ImagePixel image, TransferSyntax from, TransferSyntax to, ImagePixel target, @Nullable Codec codec) {
        this.image = image;
        this.from = from;
        this.to = to;
        this.decoder = new FrameDecoder(image, from);
        this.target = target;
        this.codec = codec;
    }

    /// Whether there are images that can go from one transfer syntax to another.
    public static boolean possible(TransferSyntax from, TransferSyntax to) {
        return FrameDecoder.decodes(from) && (FrameDecoder.nativeFrames(to) || FrameCodecs.encodes(to));
    }

    /// The way from one transfer syntax to another; null where there is none, because nothing here
    /// decodes the one
    /// or encodes such images into the other.
    public static @Nullable Transcoding find(ImagePixel image, TransferSyntax from, TransferSyntax to) {
        if (!FrameDecoder.decodes(from)) {
            return null;
        }
        boolean bare = FrameDecoder.nativeFrames(from);
        if (from.bigEndian() && image.words() && (image.frameBytes() & 1) != 0) {
            // The last pixel of a frame stands in the first byte of a word, behind a byte that is not the frame's.
            return null;
        }
        if (FrameDecoder.nativeFrames(to)) {
            boolean turns = to.bigEndian() && !(bare && from.bigEndian());
            return turns ? null : new Transcoding(image, from, to, bare ? image : flat(image, from), null);
        }
        if (!FrameCodecs.encodes(to)
                || image.bitsAllocated() == 1
                || image.photometric() == Photometric.YBR_PARTIAL_420) {
            return null;
        }
        ImagePixel target = FrameCodecs.findTarget(to, flat(image, from));
        return target == null ? null : new Transcoding(image, from, to, target, FrameCodecs.encoder(to, target));
    }

    /// What decoding leaves of an image, before a frame has told anything: what it tells may be another
    /// colour space.
    private static ImagePixel flat(ImagePixel image, TransferSyntax from) {
        Photometric photometric = switch (image.photometric()) {
            case YBR_ICT, YBR_RCT -> Photometric.RGB;
            case YBR_FULL, YBR_FULL_422 -> lossyJpeg(from) ? Photometric.RGB : Photometric.YBR_FULL;
            default -> image.photometric();
        };
        return image.with(photometric, false);
    }

    private static boolean lossyJpeg(TransferSyntax syntax) {
        return syntax.lossy() && syntax.mediaType().equals(TransferSyntax.JPEG_BASELINE.mediaType());
    }

    /// The image in the other transfer syntax.
    public ImagePixel target() {
        return target;
    }

    /// A frame in the other transfer syntax, padded to an even length where it is compressed.
    ///
    /// @param frame all its bytes; of native frames of one bit for each pixel, beginning with its first
    ///     bit
    public byte[] frame(byte[] frame) throws MalformedException {
        boolean bare = FrameDecoder.nativeFrames(from);
        if (codec == null && bare) {
            return from.bigEndian() == to.bigEndian() ? frame : NativeFrames.littleEndian(frame, image);
        }
        FrameDecoder.Decoded decoded = decoder.decode(frame);
        Samples samples = decoded.samples();
        if (bare && codec != null && hasOtherBits(frame, samples)) {
            samples = NativeFrames.decode(frame, image, from.bigEndian());
        }
        samples = recolored(decoded.image().photometric(), samples);
        if (codec == null) {
            return NativeFrames.encode(samples, target.bitsAllocated());
        }
        if (FrameCodecs.takesContainers(to, image)) {
            samples = FrameDecoder.widened(samples, image.container());
        }
        byte[] encoded = codec.encode(samples);
        return (encoded.length & 1) == 0 ? encoded : Arrays.copyOf(encoded, encoded.length + 1);
    }

    /// Whether a native frame has bits beyond those that are stored.
    private boolean hasOtherBits(byte[] frame, Samples stored) throws MalformedException {
        if (image.bitsStored() == image.bitsAllocated()) {
            return false;
        }
        Samples container = NativeFrames.decode(frame, image, from.bigEndian());
        byte[] whole = NativeFrames.encode(container, image.bitsAllocated());
        return !Arrays.equals(whole, NativeFrames.encode(stored, image.bitsAllocated()));
    }

    private Samples recolored(Photometric now, Samples samples) throws MalformedException {
        boolean wantsRgb = target.photometric() != Photometric.YBR_FULL;
        boolean toRgb = now == Photometric.YBR_FULL && wantsRgb;
        boolean toFull = now == Photometric.RGB && target.photometric() == Photometric.YBR_FULL;
        if (!toRgb && !toFull) {
            return samples;
        }
        if (!(samples instanceof Samples.Bytes bytes)) {
            throw new MalformedException("colours of " + samples.format().bits() + " bits behind a transform");
        }
        int pixels = samples.format().width() * samples.format().height();
        if (toRgb) {
            Colors.fullToRgb(bytes.array(), pixels);
        } else {
            Colors.rgbToFull(bytes.array(), pixels);
        }
        return samples;
    }

    /// Whether the samples may differ from those of the source.
    public boolean lossy() {
        return codec != null && FrameCodecs.findLoss(to) != null;
    }

    /// The representation of the pixel data element in the other transfer syntax (PS3.5 A.2 and A.4).
    public Vr pixelDataVr() {
        return codec != null || target.bitsAllocated() <= 8 && to.explicitVr() ? Vr.OB : Vr.OW;
    }

    /// Puts the attributes into a data set that are different in the other transfer syntax (PS3.3
    /// C.7.6.3).
    ///
    /// @param dataSet a copy of that of the source
    /// @param originalBytes of the pixels, uncompressed
    /// @param compressedBytes of the pixels in the other syntax, or 0 where that is not known
    public void describe(DataSet dataSet, long originalBytes, long compressedBytes) {
        if (target.photometric() != image.photometric()) {
            dataSet.putString(
                    Tag.PhotometricInterpretation, target.photometric().term());
        }
        if (target.samplesPerPixel() > 1 && (codec != null || target.planar() != image.planar())) {
            dataSet.putInts(Tag.PlanarConfiguration, target.planar() ? 1 : 0);
        }
        dataSet.remove(Tag.ExtendedOffsetTable);
        dataSet.remove(Tag.ExtendedOffsetTableLengths);
        String loss = codec == null ? null : FrameCodecs.findLoss(to);
        if (loss != null) {
            describeLoss(dataSet, loss, originalBytes, compressedBytes);
        }
    }

    /// PS3.3 C.7.6.1.1.5: once lossy, always lossy; each compression adds a ratio and a method.
    private static void describeLoss(DataSet dataSet, String method, long originalBytes, long compressedBytes) {
        dataSet.putString(Tag.LossyImageCompression, "01");
        String ratio = compressedBytes <= 0
                ? "1"
                : Double.toString(Math.round(100.0 * originalBytes / compressedBytes) / 100.0);
        dataSet.putString(Tag.LossyImageCompressionRatio, appended(dataSet, Tag.LossyImageCompressionRatio, ratio));
        dataSet.putString(Tag.LossyImageCompressionMethod, appended(dataSet, Tag.LossyImageCompressionMethod, method));
        Element type = dataSet.find(Tag.ImageType);
        if (type != null) {
            String[] values = dataSet.strings(Tag.ImageType).toArray(String[]::new);
            if (values.length > 0) {
                values[0] = "DERIVED";
                dataSet.putString(Tag.ImageType, values);
            }
        }
    }

    private static String[] appended(DataSet dataSet, int tag, String value) {
        String[] values = dataSet.strings(tag).toArray(String[]::new);
        String[] more = Arrays.copyOf(values, values.length + 1);
        more[values.length] = value;
        return more;
    }
}
