package org.isocenter.server.render;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.spi.ImageWriterSpi;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.NodeList;

/// Writes JPEG files by the JDK's encoder, with colour profiles beside what it can do.
final class JpegFile {
    /// From this quality on, chrominance is not made smaller than luminance.
    private static final int FULL_CHROMINANCE = 90;

    private static final String FORMAT = "javax_imageio_jpeg_image_1.0";
    private static final int APP2 = 0xE2;
    private static final byte[] PROFILE_NAME = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);
    /// What fits in a marker segment beside its length, the name and the two numbers of the part.
    private static final int PROFILE_PART = 65535 - 2 - 14;

    private static final ImageWriterSpi WRITERS;

    static {
        JdkImages.headless();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        WRITERS = writer.getOriginatingProvider();
        writer.dispose();
    }

    private JpegFile() {}

    static byte[] encode(Canvas canvas, int quality, byte @Nullable [] profile) {
        BufferedImage image = JdkImages.of(canvas);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(canvas.pixels().length / 4 + 1024);
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriter writer = WRITERS.createWriterInstance();
            try {
                ImageWriteParam parameters = writer.getDefaultWriteParam();
                parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                parameters.setCompressionQuality(quality / 100f);
                writer.setOutput(out);
                IIOMetadata metadata = canvas.components() == 3 && quality >= FULL_CHROMINANCE
                        ? fullChrominance(writer, image, parameters)
                        : null;
                writer.write(null, new IIOImage(image, null, metadata), parameters);
            } finally {
                writer.dispose();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return profile == null ? bytes.toByteArray() : withProfile(bytes.toByteArray(), profile);
    }

    private static IIOMetadata fullChrominance(ImageWriter writer, BufferedImage image, ImageWriteParam parameters)
            throws IIOInvalidTreeException {
        IIOMetadata metadata =
                writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), parameters);
        IIOMetadataNode tree = (IIOMetadataNode) metadata.getAsTree(FORMAT);
        NodeList components = tree.getElementsByTagName("componentSpec");
        for (int i = 0; i < components.getLength(); i++) {
            IIOMetadataNode component = (IIOMetadataNode) components.item(i);
            component.setAttribute("HsamplingFactor", "1");
            component.setAttribute("VsamplingFactor", "1");
        }
        metadata.setFromTree(FORMAT, tree);
        return metadata;
    }

    /// Puts a profile behind the first marker segment, in as many APP2 segments as it takes (ICC.1 annex
    /// B.4).
    private static byte[] withProfile(byte[] file, byte[] profile) {
        int head = 4 + ((file[4] & 0xFF) << 8 | file[5] & 0xFF);
        int parts = (profile.length + PROFILE_PART - 1) / PROFILE_PART;
        if ((file[2] & 0xFF) != 0xFF || head > file.length || parts > 255) {
            return file;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(file.length + profile.length + 18 * parts);
        out.write(file, 0, head);
        for (int i = 0; i < parts; i++) {
            int start = i * PROFILE_PART;
            int length = Math.min(PROFILE_PART, profile.length - start);
            int segment = length + 2 + 14;
            out.write(0xFF);
            out.write(APP2);
            out.write(segment >> 8);
            out.write(segment);
            out.writeBytes(PROFILE_NAME);
            out.write(i + 1);
            out.write(parts);
            out.write(profile, start, length);
        }
        out.write(file, head, file.length - head);
        return out.toByteArray();
    }
}
