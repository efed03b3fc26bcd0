package org.isocenter.server.render;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.isocenter.codec.jpeg2000.Jpeg2000;
import org.jspecify.annotations.Nullable;

/// Writes JPEG 2000 without loss: codestreams, and JP2 and JPH files around them (T.800 annex I, T.814
/// annex D).
final class Jpeg2000File {
    private static final int BITS = 8;
    private static final byte[] SIGNATURE = {'\r', '\n', (byte) 0x87, '\n'};
    private static final int SRGB = 16;
    private static final int GREY = 17;
    /// What a codestream begins with: its first marker and the one of its size.
    private static final byte[] CODESTREAM = {(byte) 0xFF, 0x4F, (byte) 0xFF, 0x51};

    private Jpeg2000File() {}

    /// A codestream of a picture.
    ///
    /// @param highThroughput whether by the code-blocks of part 15
    static byte[] codestream(Canvas canvas, boolean highThroughput) {
        int components = canvas.components();
        SampleFormat format = new SampleFormat(canvas.width(), canvas.height(), components, BITS, false);
        FrameHeader.Colors colors = components == 3 ? FrameHeader.Colors.RGB : FrameHeader.Colors.UNTOLD;
        return (highThroughput ? Jpeg2000.highThroughput(colors) : Jpeg2000.lossless(colors))
                .encode(new Samples.Bytes(format, canvas.pixels()));
    }

    /// A file around a codestream of 8 bits.
    ///
    /// @param brand `jp2 ` or `jph `
    static byte[] file(
            String brand, byte[] codestream, int width, int height, int components, byte @Nullable [] profile) {
        byte[] type = written(out -> {
            out.writeBytes(brand);
            out.writeInt(0);
            out.writeBytes(brand);
        });
        byte[] image = written(out -> {
            out.writeInt(height);
            out.writeInt(width);
            out.writeShort(components);
            out.writeByte(BITS - 1);
            // Compressed by what this is about, its colours known, and nobody's property.
            out.write(new byte[] {7, 0, 0});
        });
        byte[] color = written(out -> {
            out.write(new byte[] {(byte) (profile == null ? 1 : 2), 0, 0});
            if (profile == null) {
                out.writeInt(components == 3 ? SRGB : GREY);
            } else {
                out.write(profile);
            }
        });
        return written(out -> {
            box(out, "jP  ", SIGNATURE);
            box(out, "ftyp", type);
            box(out, "jp2h", written(header -> {
                box(header, "ihdr", image);
                box(header, "colr", color);
            }));
            box(out, "jp2c", codestream);
        });
    }

    /// Whether bytes are a codestream, and not a file around one or anything else.
    static boolean isCodestream(byte[] bytes) {
        for (int i = 0; i < CODESTREAM.length; i++) {
            if (i >= bytes.length || bytes[i] != CODESTREAM[i]) {
                return false;
            }
        }
        return true;
    }

    private interface Content {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] written(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            content.write(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void box(DataOutputStream out, String type, byte[] content) throws IOException {
        out.writeInt(8 + content.length);
        out.writeBytes(type);
        out.write(content);
    }
}
