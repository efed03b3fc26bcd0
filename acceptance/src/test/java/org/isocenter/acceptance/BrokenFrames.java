package org.isocenter.acceptance;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.isocenter.dicom.Tag;

/// Compressed frames of 16 x 16 pixels of 8 bits that are broken, and drafts around them.
final class BrokenFrames {
    static final String RLE = "1.2.840.10008.1.2.5";
    static final String JPEG = "1.2.840.10008.1.2.4.50";
    static final String JPEG_EXTENDED = "1.2.840.10008.1.2.4.51";
    static final String JPEG_LS = "1.2.840.10008.1.2.4.80";
    static final String JPEG_2000 = "1.2.840.10008.1.2.4.90";
    static final String HTJ2K = "1.2.840.10008.1.2.4.201";
    static final String JPEG_XL = "1.2.840.10008.1.2.4.110";
    static final String DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1";

    private static final int SIDE = 16;
    private static final int PIXELS = SIDE * SIDE;

    private BrokenFrames() {}

    /// A draft of 16 x 16 pixels of 8 bits.
    static Draft picture(Draft draft) {
        return us(us(us(draft.image(SIDE, SIDE, 1), Tag.BitsAllocated, 8), Tag.BitsStored, 8), Tag.HighBit, 7)
                .element(Tag.PixelData, out -> {
                    byte[] pixels = new byte[PIXELS];
                    for (int i = 0; i < PIXELS; i++) {
                        pixels[i] = (byte) (i * 3);
                    }
                    out.bytes(Tag.PixelData, "OB", pixels);
                });
    }

    /// The same around frames that are compressed, a fragment each.
    static Draft picture(Draft draft, String syntax, byte[]... frames) {
        return picture(draft)
                .text(Tag.NumberOfFrames, "IS", Integer.toString(frames.length))
                .transferSyntax(syntax)
                .element(Tag.PixelData, out -> out.fragments(even(frames)));
    }

    private static byte[][] even(byte[]... frames) {
        return Arrays.stream(frames)
                .map(frame -> Arrays.copyOf(frame, frame.length + (frame.length & 1)))
                .toArray(byte[][]::new);
    }

    static Draft us(Draft draft, int tag, int... values) {
        return draft.element(tag, out -> out.shorts(tag, values));
    }

    /// A value of an element that a draft need not have.
    static Draft text(Draft draft, int tag, String vr, String value) {
        return draft.text(tag, vr, value);
    }

    // RLE (PS3.5 annex G)

    /// A header of 16 words, and segments behind it.
    static byte[] rle(long segments, long[] offsets, byte... content) {
        ByteBuffer frame = ByteBuffer.allocate(64 + content.length).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt((int) segments);
        for (int i = 0; i < 15; i++) {
            frame.putInt(i < offsets.length ? (int) offsets[i] : 0);
        }
        return frame.put(content).array();
    }

    /// Runs of 128 times a byte each.
    static byte[] runs(int count) {
        byte[] runs = new byte[2 * count];
        for (int i = 0; i < runs.length; i += 2) {
            runs[i] = -127;
            runs[i + 1] = 5;
        }
        return runs;
    }

    // JPEG (ITU-T T.81 annex B) and JPEG-LS (ITU-T T.87 annex C)

    static byte[] markers(byte[]... segments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xD8});
        for (byte[] segment : segments) {
            out.writeBytes(segment);
        }
        out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xD9});
        return out.toByteArray();
    }

    static byte[] segment(int marker, int... content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0xFF);
        out.write(marker);
        out.write(content.length + 2 >> 8);
        out.write(content.length + 2);
        for (int octet : content) {
            out.write(octet);
        }
        return out.toByteArray();
    }

    /// The header of a frame of one component, or of more.
    static byte[] frameHeader(int marker, int bits, int width, int height, int components) {
        int[] content = new int[6 + 3 * components];
        content[0] = bits;
        content[1] = height >> 8;
        content[2] = height & 0xFF;
        content[3] = width >> 8;
        content[4] = width & 0xFF;
        content[5] = components;
        for (int i = 0; i < components; i++) {
            content[6 + 3 * i] = i + 1;
            content[7 + 3 * i] = 0x11;
        }
        return segment(marker, content);
    }

    /// A scan of one component, with bits that no table tells.
    static byte[] scan(int... parameters) {
        int[] content = {1, 1, 0, parameters[0], parameters[1], parameters[2]};
        return joined(segment(0xDA, content), new byte[] {0x12, 0x34, 0x56, 0x78});
    }

    static byte[] repeated(byte[] bytes, int times) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    /// Another size in the frame header of a stream.
    static byte[] resized(byte[] stream, int marker, int width, int height) {
        byte[] other = stream.clone();
        int at = indexOf(other, marker);
        ByteBuffer.wrap(other).putShort(at + 5, (short) height).putShort(at + 7, (short) width);
        return other;
    }

    /// Bytes put in before the first marker of a kind.
    static byte[] before(byte[] stream, int marker, byte[] more) {
        int at = indexOf(stream, marker);
        return joined(Arrays.copyOf(stream, at), more, Samples.tail(stream, at));
    }

    /// A stream without its first segment of a kind.
    static byte[] without(byte[] stream, int marker) {
        int at = indexOf(stream, marker);
        int length = (stream[at + 2] & 0xFF) << 8 | stream[at + 3] & 0xFF;
        return joined(Arrays.copyOf(stream, at), Samples.tail(stream, at + 2 + length));
    }

    /// Another value of a byte of a segment, counted from its marker.
    static byte[] patched(byte[] stream, int marker, int offset, int octet) {
        byte[] other = stream.clone();
        other[indexOf(other, marker) + offset] = (byte) octet;
        return other;
    }

    /// Where the first marker of a kind stands. The streams patched here have none of them among their data.
    private static int indexOf(byte[] stream, int marker) {
        for (int i = 0; i + 1 < stream.length; i++) {
            if (stream[i] == (byte) 0xFF && stream[i + 1] == (byte) marker) {
                return i;
            }
        }
        throw new IllegalArgumentException("no marker " + Integer.toHexString(marker));
    }

    // JPEG 2000 (ITU-T T.800 annex A and I)

    /// A codestream of one component whose tiles have this size and whose code blocks are in so many levels.
    static byte[] codestream(int width, int height, int tileWidth, int tileHeight, int levels) {
        ByteBuffer siz = ByteBuffer.allocate(43);
        siz.putShort((short) 0xFF51).putShort((short) 41).putShort((short) 0);
        siz.putInt(width).putInt(height).putInt(0).putInt(0);
        siz.putInt(tileWidth).putInt(tileHeight).putInt(0).putInt(0);
        siz.putShort((short) 1).put(new byte[] {7, 1, 1});
        byte[] cod = segment(0x52, 0, 0, 0, 1, 0, levels, 4, 4, 0, 1);
        byte[] qcd = segment(0x5C, 0x40, 0x40, 0x48, 0x48, 0x50);
        byte[] tile = segment(0x90, 0, 0, 0, 0, 0, 0, 0, 1);
        byte[] data = {(byte) 0xFF, (byte) 0x93, 0x12, 0x34, (byte) 0xFF, (byte) 0xD9};
        return joined(new byte[] {(byte) 0xFF, 0x4F}, siz.array(), cod, qcd, tile, data);
    }

    static byte[] box(String type, byte... content) {
        return joined(ByteBuffer.allocate(4).putInt(8 + content.length).array(), Samples.latin(type), content);
    }

    static byte[] joined(byte[]... pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            out.writeBytes(piece);
        }
        return out.toByteArray();
    }
}
