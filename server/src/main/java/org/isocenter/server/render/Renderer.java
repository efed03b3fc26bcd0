package org.isocenter.server.render;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.isocenter.codec.jpeg2000.Jpeg2000;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.pixel.FrameDecoder;
import org.isocenter.dicom.pixel.ImagePixel;
import org.isocenter.dicom.pixel.Photometric;
import org.isocenter.server.render.RenderOptions.Annotation;
import org.isocenter.server.render.RenderOptions.Colors;
import org.isocenter.server.render.RenderOptions.Output;
import org.jspecify.annotations.Nullable;

/// Makes pictures of the frames of an image, as the image or a presentation state says they are shown (PS3.3
/// C.11, PS3.4 N.2) and as the request wants them (PS3.18 8.3.5).
///
/// A renderer is made for an instance and may be used for all its frames, by many threads if its source of
/// bulk values may.
///
/// What the standard leaves open:
///
/// - Overlays of an image are not burnt in, unless annotations are asked for or a presentation state puts
///   them into a layer. In PS3.4 N.2 they are annotations, which somebody has to switch on; whoever asks
///   for the bare image gets its pixels uncovered.
/// - A display shutter is applied, for the standard has it only for that.
/// - Padding is black, whatever the photometric interpretation is.
/// - Pixels that are not square become so, by more of them along their longer side: a picture has nothing
///   else that could tell its proportions. A viewport counts pixels of the image all the same.
public final class Renderer {
    /// A frame that is larger is not decoded.
    private static final long FRAME_BYTES_MAX = 256L << 20;

    /// Where the frames of a cine come from.
    @FunctionalInterface
    public interface FrameSource {
        /// The bytes of a frame, as {@link Renderer#render(int, byte[])} takes them.
        byte[] frame(int number) throws IOException, MalformedException;
    }

    private static final List<TransferSyntax> FORMS_OF_JP2 =
            List.of(TransferSyntax.JPEG_2000_LOSSLESS, TransferSyntax.JPEG_2000_LOSSY);
    private static final List<TransferSyntax> FORMS_OF_JPH =
            List.of(TransferSyntax.HTJ2K_LOSSLESS, TransferSyntax.HTJ2K_LOSSLESS_RPCL, TransferSyntax.HTJ2K);

    private final Instance instance;
    private final RenderOptions options;
    private final ValueBytes values;
    private final FunctionalGroups groups;
    private final @Nullable PresentationState state;
    /// Null for floating point numbers.
    private final @Nullable ImagePixel image;
    private final @Nullable FrameDecoder decoder;

    private final int columns;
    private final int rows;

    private Renderer(Instance instance, RenderOptions options, @Nullable ImagePixel image, int columns, int rows)
            throws MalformedException {
        this.instance = instance;
        this.options = options;
        this.values = new ValueBytes(instance);
        this.groups = new FunctionalGroups(instance.dataSet());
        Instance shownBy = options.presentationState();
        this.state = shownBy == null ? null : new PresentationState(shownBy, instance.dataSet());
        this.image = image;
        this.decoder = image == null ? null : new FrameDecoder(image, instance.syntax());
        this.columns = columns;
        this.rows = rows;
    }

    /// A renderer of the frames of an instance.
    ///
    /// @throws MalformedException where it is no image, or one that cannot be shown, with the reason
    public static Renderer of(Instance instance, RenderOptions options) throws MalformedException {
        DataSet head = instance.dataSet();
        if (head.contains(Tag.FloatPixelData) || head.contains(Tag.DoubleFloatPixelData)) {
            int columns = side(head, Tag.Columns);
            int rows = side(head, Tag.Rows);
            bound((long) columns * rows * Double.BYTES);
            return new Renderer(instance, options, null, columns, rows);
        }
        ImagePixel image = ImagePixel.of(head);
        if (!FrameDecoder.decodes(instance.syntax())) {
            throw new MalformedException(
                    "frames in " + instance.syntax().uid() + " are not decoded", Tags.format(Tag.PixelData), -1);
        }
        bound((long) image.columns() * image.rows() * image.samplesPerPixel() * ((image.bitsAllocated() + 7) / 8));
        return new Renderer(instance, options, image, image.columns(), image.rows());
    }

    private static int side(DataSet head, int tag) throws MalformedException {
        Integer side = head.findInt(tag);
        if (side == null || side < 1 || side > 65535) {
            throw new MalformedException("no size", Tags.format(tag), -1);
        }
        return side;
    }

    private static void bound(long bytes) throws MalformedException {
        if (bytes > FRAME_BYTES_MAX) {
            throw new MalformedException("a frame of " + bytes + " bytes", Tags.format(Tag.PixelData), -1);
        }
    }

    /// A picture of a frame.
    ///
    /// @param number of the frame, the first of which is 1
    /// @param frame its bytes as they are stored; of one bit for each pixel, beginning with its first bit
    /// @throws MalformedException where the frame is broken, or cannot be shown, with the reason
    public Picture render(int number, byte[] frame) throws IOException, MalformedException {
        Picture stored = findStored(number, frame);
        return stored == null ? picture(canvas(number, frame)) : stored;
    }

    /// The stored codestream of a frame in colour, where it is one of the form that is asked for and a
    /// picture of it would show the same; null otherwise. So what was compressed with loss does not grow by
    /// being shown without any.
    private @Nullable Picture findStored(int number, byte[] frame) throws IOException, MalformedException {
        Output output = options.output();
        boolean wanted = output == Output.JP2 && FORMS_OF_JP2.contains(instance.syntax())
                || (output == Output.JPH || output == Output.JPHC) && FORMS_OF_JPH.contains(instance.syntax());
        if (!wanted || image == null || !options.asStored() || !Jpeg2000File.isCodestream(frame)) {
            return null;
        }
        FrameHeader header = header(frame);
        SampleFormat format = header.format();
        Placement placement = placement(number);
        DataSet own = groups.find(number, Tag.FrameDisplayShutterSequence);
        boolean same = header.colors() == FrameHeader.Colors.RGB
                && format.equals(new SampleFormat(columns, rows, 3, 8, false))
                && placement.width() == columns
                && placement.height() == rows
                && (own == null ? instance.dataSet() : own).findString(Tag.ShutterShape) == null;
        return same ? new Picture(wrapped(frame, columns, rows, 3), output.mediaType(), columns, rows, 3) : null;
    }

    private static FrameHeader header(byte[] frame) throws MalformedException {
        try {
            return Objects.requireNonNull(
                    Jpeg2000.lossless(FrameHeader.Colors.UNTOLD).probe(frame));
        } catch (org.isocenter.codec.MalformedException broken) {
            throw new MalformedException(String.valueOf(broken.getMessage()));
        }
    }

    /// A picture of a frame that is decoded already. Overlays in unused bits of its pixels are not known
    /// then.
    public Picture render(int number, FrameDecoder.Decoded frame) throws IOException, MalformedException {
        return picture(canvas(number, frame, null));
    }

    /// Writes an animated GIF of frames, one after the other and none kept.
    ///
    /// @param numbers of the frames, the first of which is 1
    /// @throws MalformedException where one cannot be shown; what has been written then is no whole file
    public void animate(List<Integer> numbers, FrameSource frames, OutputStream out)
            throws IOException, MalformedException {
        try (Cine cine = new Cine(out, Cine.milliseconds(instance.dataSet()))) {
            for (int number : numbers) {
                cine.add(canvas(number, frames.frame(number)));
            }
        }
    }

    private Canvas canvas(int number, byte[] frame) throws IOException, MalformedException {
        TransferSyntax syntax = instance.syntax();
        if (decoder == null) {
            Placement placement = placement(number);
            return finished(number, reals(number, frame, placement.source()), placement, null);
        }
        boolean bare = !syntax.encapsulated() && !syntax.bigEndian();
        return canvas(number, decoder.decode(frame), bare ? frame : null);
    }

    private Canvas canvas(int number, FrameDecoder.Decoded frame, byte @Nullable [] stored)
            throws IOException, MalformedException {
        Placement placement = placement(number);
        return finished(number, pixels(number, frame, placement.source()), placement, stored);
    }

    private Placement placement(int number) throws MalformedException {
        PixelShape shape = PixelShape.ofImage(instance.dataSet(), groups, number);
        Placement placement = Placement.of(columns, rows, shape, state, number, options.viewport());
        if (Math.max(placement.width(), placement.height()) > Viewport.SIDE_MAX
                || (long) placement.width() * placement.height() > Viewport.PIXELS_MAX) {
            throw new MalformedException("a picture of %d x %d pixels, of which only a part, or a smaller one, is made"
                    .formatted(placement.width(), placement.height()));
        }
        return placement;
    }

    /// The pixels of a part of a frame, in grey or in colour.
    private Canvas pixels(int number, FrameDecoder.Decoded frame, Region part) throws IOException, MalformedException {
        Samples samples = frame.samples();
        Photometric photometric = frame.image().photometric();
        boolean signed = samples.format().signed();
        return switch (photometric) {
            case MONOCHROME1, MONOCHROME2 -> {
                GreyPipeline grey = pipeline(number, photometric, signed);
                Palette supplement = supplemented() ? Palette.find(instance.dataSet(), values, signed) : null;
                yield supplement == null
                        ? new Canvas(part.width(), part.height(), 1, grey.shades(samples, columns, part))
                        : ColorPixels.ofSupplement(samples, supplement, grey, columns, part);
            }
            case PALETTE_COLOR -> {
                Palette palette = Palette.find(instance.dataSet(), values, signed);
                if (palette == null) {
                    throw new MalformedException(
                            "colours without a palette", Tags.format(Tag.RedPaletteColorLookupTableDescriptor), -1);
                }
                yield ColorPixels.ofPalette(samples, palette, columns, part);
            }
            case RGB, YBR_FULL, YBR_FULL_422, YBR_PARTIAL_422, YBR_PARTIAL_420, YBR_ICT, YBR_RCT ->
                ColorPixels.ofComponents(samples, photometric, columns, part);
            case OTHER ->
                throw new MalformedException(
                        "pixels of a kind that is not known", Tags.format(Tag.PhotometricInterpretation), -1);
        };
    }

    /// Whether grey pixels have colours beside them (PS3.3 C.8.16.2.1.1.3).
    private boolean supplemented() {
        String presentation = instance.dataSet().findString(Tag.PixelPresentation);
        return state == null && ("COLOR".equals(presentation) || "MIXED".equals(presentation));
    }

    private GreyPipeline pipeline(int number, Photometric photometric, boolean signed)
            throws IOException, MalformedException {
        DataSet head = instance.dataSet();
        Padding padding = image == null
                ? Padding.ofReals(head, values, !head.contains(Tag.FloatPixelData))
                : Padding.ofIntegers(head, values, signed);
        return state == null
                ? GreyPipeline.ofImage(head, groups, number, values, photometric, signed, padding, options)
                : GreyPipeline.ofState(state, number, signed, padding, options);
    }

    /// The pixels of a part of a frame of floating point numbers (PS3.3 C.7.6.24 and C.7.6.25).
    private Canvas reals(int number, byte[] frame, Region part) throws IOException, MalformedException {
        boolean doubles = !instance.dataSet().contains(Tag.FloatPixelData);
        int count = columns * rows;
        int bytes = doubles ? Double.BYTES : Float.BYTES;
        if (frame.length / bytes < count) {
            throw new MalformedException("a frame of " + frame.length + " bytes instead of " + (long) count * bytes);
        }
        ByteBuffer numbers = ByteBuffer.wrap(frame)
                .order(instance.syntax().bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        IntToDoubleFunction stored =
                doubles ? i -> numbers.getDouble(i * Double.BYTES) : i -> numbers.getFloat(i * Float.BYTES);
        String photometric = instance.dataSet().findString(Tag.PhotometricInterpretation);
        Photometric meaning =
                Photometric.MONOCHROME1.term().equals(photometric) ? Photometric.MONOCHROME1 : Photometric.MONOCHROME2;
        byte[] shades = pipeline(number, meaning, true).shades(stored, count, columns, part);
        return new Canvas(part.width(), part.height(), 1, shades);
    }

    /// Covers, places and annotates the pixels of a frame.
    private Canvas finished(int number, Canvas pixels, Placement placement, byte @Nullable [] stored)
            throws IOException, MalformedException {
        DataSet head = instance.dataSet();
        Region part = placement.source();
        if (state != null) {
            Shutter.apply(state.dataSet(), new ValueBytes(state.instance()), number, pixels, part);
            for (Overlay overlay : Overlay.activated(state, head, values, number, image, stored)) {
                overlay.draw(pixels, part, 255);
            }
        } else {
            DataSet own = groups.find(number, Tag.FrameDisplayShutterSequence);
            Shutter.apply(own == null ? head : own, values, number, pixels, part);
            if (!options.annotations().isEmpty()) {
                for (Overlay overlay : Overlay.shown(head, values, number, image, stored)) {
                    overlay.draw(pixels, part, 255);
                }
            }
        }
        Canvas placed = placement.place(pixels);
        if (placed.components() == 3) {
            IccProfile.convert(placed, options.colors(), ownProfile());
        }
        if (state != null) {
            Drawing.draw(state, number, placed, placement);
        }
        if (options.annotations().contains(Annotation.PATIENT)) {
            Lettering.writeInCorner(placed, Captions.patient(head), false);
        }
        if (options.annotations().contains(Annotation.TECHNIQUE)) {
            int frames = image == null ? 1 : image.frames();
            Lettering.writeInCorner(placed, Captions.technique(head, number, frames), true);
        }
        return placed;
    }

    private Picture picture(Canvas canvas) throws IOException, MalformedException {
        int width = canvas.width();
        int height = canvas.height();
        int components = canvas.components();
        Output output = options.output();
        byte[] bytes = switch (output) {
            case JPEG -> JpegFile.encode(canvas, options.quality(), findProfile(components));
            case PNG -> PngFile.encode(canvas, findProfile(components));
            case GIF -> Cine.still(canvas);
            case JP2 -> wrapped(Jpeg2000File.codestream(canvas, false), width, height, components);
            case JPH, JPHC -> wrapped(Jpeg2000File.codestream(canvas, true), width, height, components);
            case RAW -> canvas.pixels();
        };
        return new Picture(bytes, output.mediaType(), width, height, components);
    }

    /// A codestream in the file that is asked for, if one is.
    private byte[] wrapped(byte[] codestream, int width, int height, int components)
            throws IOException, MalformedException {
        Output output = options.output();
        return output == Output.JPHC
                ? codestream
                : Jpeg2000File.file(
                        output == Output.JP2 ? "jp2 " : "jph ",
                        codestream,
                        width,
                        height,
                        components,
                        findProfile(components));
    }

    /// The profile that a picture is to come with, or null.
    private byte @Nullable [] findProfile(int components) throws IOException, MalformedException {
        return components == 3 ? IccProfile.find(options.colors(), ownProfile()) : null;
    }

    /// The profile that a presentation state has for the colours of its images, or else that of the image
    /// (PS3.4 N.2.2); null where there is none, or none is needed.
    private byte @Nullable [] ownProfile() throws IOException, MalformedException {
        if (options.colors() == Colors.UNTOLD) {
            return null;
        }
        byte[] own = state == null ? null : IccProfile.ofImage(state.dataSet(), new ValueBytes(state.instance()));
        return own == null ? IccProfile.ofImage(instance.dataSet(), values) : own;
    }
}
