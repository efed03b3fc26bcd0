package org.isocenter.dicom.pixel;

import org.isocenter.codec.Codec;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.TransferSyntax;
import org.jspecify.annotations.Nullable;

/// Turns the bytes of a frame, native or compressed, into its samples.
///
/// Where a codestream and the data set tell different things, the size and the number of components have
/// to agree;
/// of the bits, the sign and the colours the codestream knows better how it was made, and the data set
/// how what
/// comes out is meant:
///
/// - The sign is the data set's. A codestream that has the other one, or none, has the bits right.
/// - Colours behind a transform that is part of the codestream (JPEG 2000) come out as RGB.
/// - Lossy JPEG says in markers whether it holds RGB or YBR, and where it does not, the data set is
/// believed.
public final class FrameDecoder {
    /// The samples of a frame.
    ///
    /// @param image what they are: one component beside the other, in colours that a codestream may have
    ///     changed
    public record Decoded(ImagePixel image, Samples samples) {}

    private final ImagePixel image;
    private final TransferSyntax syntax;
    private final @Nullable Codec codec;

    /// @throws IllegalArgumentException where the transfer syntax cannot be decoded ({@link #decodes})
    public FrameDecoder(ImagePixel image, TransferSyntax syntax) {
        if (!decodes(syntax)) {
            throw new IllegalArgumentException(syntax + " cannot be decoded");
        }
        this.image = image;
        this.syntax = syntax;
        this.codec = FrameCodecs.findDecoder(syntax);
    }

    /// Whether frames of this transfer syntax can be decoded.
    public static boolean decodes(TransferSyntax syntax) {
        return nativeFrames(syntax) || FrameCodecs.findDecoder(syntax) != null;
    }

    /// Whether the frames of a transfer syntax are not compressed.
    static boolean nativeFrames(TransferSyntax syntax) {
        return !syntax.encapsulated() || syntax.uid().equals(TransferSyntax.ENCAPSULATED_UNCOMPRESSED.uid());
    }

    /// Decodes a frame into the bits that are stored.
    ///
    /// @param frame all its bytes; of native frames of one bit for each pixel, beginning with its first
    ///     bit
    /// @throws MalformedException where it is broken, or is not a frame of the image
    public Decoded decode(byte[] frame) throws MalformedException {
        Codec compression = codec;
        if (compression == null) {
            Samples container = NativeFrames.decode(frame, image, syntax.bigEndian());
            return new Decoded(image.with(whole(image.photometric()), false), NativeFrames.stored(container, image));
        }
        try {
            FrameHeader header = compression.probe(frame);
            return header == null ? decodeBare(compression, frame) : decodeStream(compression, header, frame);
        } catch (org.isocenter.codec.MalformedException broken) {
            throw new MalformedException(String.valueOf(broken.getMessage()));
        }
    }

    /// Compressed native frames, which tell nothing of themselves.
    private Decoded decodeBare(Codec compression, byte[] frame) throws org.isocenter.codec.MalformedException {
        Samples container = Samples.allocate(image.container());
        compression.decode(frame, container);
        return new Decoded(image.with(whole(image.photometric()), false), NativeFrames.stored(container, image));
    }

    private Decoded decodeStream(Codec compression, FrameHeader header, byte[] frame)
            throws MalformedException, org.isocenter.codec.MalformedException {
        SampleFormat told = header.format();
        if (told.width() != image.columns()
                || told.height() != image.rows()
                || told.components() != image.samplesPerPixel()) {
            throw new MalformedException("a frame of %d x %d pixels of %d samples instead of %d x %d of %d"
                    .formatted(
                            told.width(),
                            told.height(),
                            told.components(),
                            image.columns(),
                            image.rows(),
                            image.samplesPerPixel()));
        }
        if (told.bits() > image.bitsAllocated()) {
            throw new MalformedException(
                    "samples of " + told.bits() + " bits, where " + image.bitsAllocated() + " are allocated");
        }
        Samples samples = Samples.allocate(told);
        compression.decode(frame, samples);
        ImagePixel decoded = image.with(colors(header), false)
                .withBits(image.bitsAllocated(), Math.max(told.bits(), image.bitsStored()), image.signed());
        Samples signed = reinterpreted(samples, image.signed());
        return new Decoded(decoded, widened(signed, decoded.format()));
    }

    /// The same bits with or without a sign.
    private static Samples reinterpreted(Samples samples, boolean signed) {
        SampleFormat format = samples.format();
        if (format.signed() == signed) {
            return samples;
        }
        SampleFormat other =
                new SampleFormat(format.width(), format.height(), format.components(), format.bits(), signed);
        int shift = 32 - format.bits();
        int count = (int) format.sampleCount();
        return switch (samples) {
            case Samples.Bytes bytes -> {
                byte[] array = bytes.array();
                for (int i = 0; i < count; i++) {
                    array[i] = (byte) (signed ? array[i] << shift >> shift : array[i] << shift >>> shift);
                }
                yield new Samples.Bytes(other, array);
            }
            case Samples.Shorts shorts -> {
                short[] array = shorts.array();
                for (int i = 0; i < count; i++) {
                    array[i] = (short) (signed ? array[i] << shift >> shift : array[i] << shift >>> shift);
                }
                yield new Samples.Shorts(other, array);
            }
            case Samples.Ints ints -> {
                int[] array = ints.array();
                for (int i = 0; i < count; i++) {
                    array[i] = signed ? array[i] << shift >> shift : array[i] << shift >>> shift;
                }
                yield new Samples.Ints(other, array);
            }
        };
    }

    /// The same numbers in elements that hold the bits of a format, which has no fewer bits.
    static Samples widened(Samples samples, SampleFormat format) {
        int count = (int) format.sampleCount();
        boolean signed = format.signed();
        return switch (format.bytesPerSample()) {
            case 1 -> new Samples.Bytes(format, ((Samples.Bytes) samples).array());
            case 2 -> {
                if (samples instanceof Samples.Shorts shorts) {
                    yield new Samples.Shorts(format, shorts.array());
                }
                byte[] narrow = ((Samples.Bytes) samples).array();
                short[] wide = new short[count];
                for (int i = 0; i < count; i++) {
                    wide[i] = (short) (signed ? narrow[i] : narrow[i] & 0xFF);
                }
                yield new Samples.Shorts(format, wide);
            }
            default -> new Samples.Ints(format, wideInts(samples, count, signed));
        };
    }

    private static int[] wideInts(Samples samples, int count, boolean signed) {
        return switch (samples) {
            case Samples.Bytes bytes -> {
                int[] wide = new int[count];
                for (int i = 0; i < count; i++) {
                    wide[i] = signed ? bytes.array()[i] : bytes.array()[i] & 0xFF;
                }
                yield wide;
            }
            case Samples.Shorts shorts -> {
                int[] wide = new int[count];
                for (int i = 0; i < count; i++) {
                    wide[i] = signed ? shorts.array()[i] : shorts.array()[i] & 0xFFFF;
                }
                yield wide;
            }
            case Samples.Ints ints -> ints.array();
        };
    }

    private Photometric colors(FrameHeader header) {
        Photometric told = whole(image.photometric());
        if (image.samplesPerPixel() != 3) {
            return told;
        }
        boolean lossyJpeg = syntax.lossy() && syntax.mediaType().equals(TransferSyntax.JPEG_BASELINE.mediaType());
        if (lossyJpeg) {
            return switch (header.colors()) {
                case RGB -> Photometric.RGB;
                case YBR -> Photometric.YBR_FULL;
                case UNTOLD -> told;
            };
        }
        return told;
    }

    /// What is in the samples after decoding: no more subsampling, no more transforms of a codestream.
    private static Photometric whole(Photometric photometric) {
        return switch (photometric) {
            case YBR_FULL_422 -> Photometric.YBR_FULL;
            case YBR_ICT, YBR_RCT -> Photometric.RGB;
            default -> photometric;
        };
    }
}
