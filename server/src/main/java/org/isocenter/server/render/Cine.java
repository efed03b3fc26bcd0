package org.isocenter.server.render;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.spi.ImageWriterSpi;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;

/// Writes frames one behind the other as an animated GIF that begins again at its end. Frames are written
/// as they come, so that their number does not matter.
final class Cine implements AutoCloseable {
    private static final String FORMAT = "javax_imageio_gif_image_1.0";
    private static final double DEFAULT_MILLISECONDS = 100;
    /// What shows less than 2 hundredths of a second, browsers show for 10.
    private static final int SHORTEST = 2;

    private static final ImageWriterSpi WRITERS;
    private static final IndexColorModel SHADES;

    static {
        JdkImages.headless();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        WRITERS = writer.getOriginatingProvider();
        writer.dispose();
        byte[] shades = new byte[256];
        for (int i = 0; i < shades.length; i++) {
            shades[i] = (byte) i;
        }
        SHADES = new IndexColorModel(8, shades.length, shades, shades, shades);
    }

    private final MemoryCacheImageOutputStream out;
    private final ImageWriter writer;
    private final double hundredths;
    private int frames;
    private long written;

    /// @param milliseconds between one frame and the next
    Cine(OutputStream target, double milliseconds) throws IOException {
        this.out = new MemoryCacheImageOutputStream(target);
        this.writer = WRITERS.createWriterInstance();
        this.hundredths = milliseconds / 10;
        writer.setOutput(out);
        writer.prepareWriteSequence(null);
    }

    /// The time between frames (PS3.3 C.7.6.5), within what can be seen.
    static double milliseconds(DataSet head) {
        Double time = head.findDouble(Tag.FrameTime);
        if (time == null || !(time > 0)) {
            List<Double> times = Numbers.of(head, Tag.FrameTimeVector, 2);
            time = times.size() == 2 ? times.get(1) : null;
        }
        if (time == null || !(time > 0)) {
            Double rate = head.findDouble(Tag.CineRate);
            rate = rate == null || !(rate > 0) ? head.findDouble(Tag.RecommendedDisplayFrameRate) : rate;
            time = rate == null || !(rate > 0) ? DEFAULT_MILLISECONDS : 1000 / rate;
        }
        return Math.clamp(time, 10 * SHORTEST, 10_000);
    }

    /// A GIF of one frame.
    static byte[] still(Canvas canvas) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Cine cine = new Cine(bytes, DEFAULT_MILLISECONDS)) {
            cine.add(canvas);
        }
        return bytes.toByteArray();
    }

    void add(Canvas canvas) throws IOException {
        BufferedImage image =
                canvas.components() == 1 ? JdkImages.of(SHADES, canvas, canvas.pixels()) : GifColors.reduced(canvas);
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        IIOMetadata metadata =
                writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), parameters);
        IIOMetadataNode tree = (IIOMetadataNode) metadata.getAsTree(FORMAT);
        tree.appendChild(control());
        if (frames == 0) {
            tree.appendChild(endless());
        }
        metadata.setFromTree(FORMAT, tree);
        writer.writeToSequence(new IIOImage(image, null, metadata), parameters);
        frames++;
    }

    /// How long a frame stays. Hundredths of a second are coarse: what one frame has too little of, a later
    /// one gets.
    private IIOMetadataNode control() {
        long delay = Math.max(SHORTEST, Math.round(hundredths * (frames + 1)) - written);
        written += delay;
        IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("delayTime", Long.toString(delay));
        control.setAttribute("transparentColorIndex", "0");
        return control;
    }

    private static IIOMetadataNode endless() {
        IIOMetadataNode extension = new IIOMetadataNode("ApplicationExtension");
        extension.setAttribute("applicationID", "NETSCAPE");
        extension.setAttribute("authenticationCode", "2.0");
        extension.setUserObject(new byte[] {1, 0, 0});
        IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
        extensions.appendChild(extension);
        return extensions;
    }

    @Override
    public void close() throws IOException {
        try (out) {
            if (frames > 0) {
                writer.endWriteSequence();
            }
        } finally {
            writer.dispose();
        }
    }
}
