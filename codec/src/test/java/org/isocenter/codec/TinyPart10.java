package org.isocenter.codec;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// As much of a DICOM file as independent tools need to read a frame, and to give us theirs. Little endian
/// only, and one frame where it is written.
///
/// @param transferSyntax its UID
/// @param format the samples; their bits are Bits Stored
/// @param bitsAllocated 1, 8, 16 or 32
/// @param planar Planar Configuration
/// @param frames native frames, one behind the other in one array, or one array for each compressed frame
public record TinyPart10(
        String transferSyntax, SampleFormat format, int bitsAllocated, int planar, List<byte[]> frames) {
    public static final String NATIVE = "1.2.840.10008.1.2.1";
    public static final String RLE = "1.2.840.10008.1.2.5";
    public static final String JPEG_LS = "1.2.840.10008.1.2.4.80";
    public static final String JPEG_LS_NEAR = "1.2.840.10008.1.2.4.81";

    private static final String IMPLICIT = "1.2.840.10008.1.2";
    private static final String CLASS = "1.2.840.10008.5.1.4.1.1.7";
    private static final int UNDEFINED = -1;
    private static final int NUMBER_OF_FRAMES = 0x00280008;
    private static final int PIXEL_DATA = 0x7FE00010;
    private static final int ITEM = 0xFFFEE000;
    private static final int ITEM_END = 0xFFFEE00D;
    private static final int SEQUENCE_END = 0xFFFEE0DD;

    public TinyPart10(String transferSyntax, SampleFormat format, byte[] frame) {
        this(transferSyntax, format, format.bytesPerSample() * 8, 0, List.of(frame));
    }

    /// A file of the corpus that `../../shared/corpus` is, or the system property `corpus` names; the test
    /// is skipped where there is none.
    public static TinyPart10 corpus(String file) throws IOException {
        return read(corpusFile(file));
    }

    public static Path corpusFile(String file) {
        String named = System.getProperty("corpus");
        Path folder = named == null ? Path.of("..", "..", "shared", "corpus") : Path.of(named);
        assumeTrue(Files.isDirectory(folder), "no corpus of real files beside the repository");
        return folder.resolve(file);
    }

    /// The samples of a native file's frame, the components of a pixel side by side.
    public Samples samples(int frame) {
        byte[] bytes = frames.getFirst();
        if (bitsAllocated == 1) {
            // Frames follow each other without a gap, wherever in a byte the last one ends.
            Samples samples = Samples.allocate(format);
            for (int i = 0; i < format.sampleCount(); i++) {
                int bit = frame * (int) format.sampleCount() + i;
                Pictures.set(samples, i, bytes[bit / 8] >> bit % 8);
            }
            return samples;
        }
        long length = format.sampleCount() * format.bytesPerSample();
        int start = (int) (frame * length);
        if (planar == 1) {
            byte[] turned = new byte[(int) length];
            int pixels = (int) format.sampleCount() / format.components();
            int element = format.bytesPerSample();
            for (int i = 0; i < turned.length; i++) {
                int component = i / element % format.components();
                int pixel = i / element / format.components();
                turned[i] = bytes[start + (component * pixels + pixel) * element + i % element];
            }
            return Pictures.ofNative(format, turned, 0);
        }
        return Pictures.ofNative(format, bytes, start);
    }

    public static TinyPart10 read(Path file) throws IOException {
        return read(Files.readAllBytes(file));
    }

    /// Reads the elements of the outermost data set; those of sequences are passed over.
    private static TinyPart10 read(byte[] file) {
        int[] numbers = new int[9];
        int[] tags = {
            0x00280002, 0x00280006, NUMBER_OF_FRAMES, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280103
        };
        String transferSyntax = "";
        List<byte[]> frames = new ArrayList<>();
        int depth = 0;
        // Some files have neither preamble nor prefix.
        int at = file[128] == 'D' && file[129] == 'I' ? 132 : 0;
        while (at + 8 <= file.length) {
            int tag = number(file, at, 2) << 16 | number(file, at + 2, 2);
            if (tag == ITEM || tag == ITEM_END || tag == SEQUENCE_END) {
                depth -= tag == SEQUENCE_END ? 1 : 0;
                at += 8;
                continue;
            }
            int length;
            if (tag >>> 16 != 2 && transferSyntax.equals(IMPLICIT)) {
                length = number(file, at + 4, 4);
                at += 8;
            } else {
                String vr = new String(file, at + 4, 2, StandardCharsets.US_ASCII);
                boolean wide = "OB OW OF OD OL OV SQ UC UN UR UT".contains(vr);
                length = wide ? number(file, at + 8, 4) : number(file, at + 6, 2);
                at += wide ? 12 : 8;
            }
            if (length == UNDEFINED && tag != PIXEL_DATA) {
                depth++;
                continue;
            }
            if (depth == 0 && tag == 0x00020010) {
                transferSyntax = text(file, at, length);
            } else if (depth == 0 && tag == PIXEL_DATA) {
                if (length == UNDEFINED) {
                    fragments(file, at, frames);
                    break;
                }
                frames.add(Arrays.copyOfRange(file, at, at + length));
            }
            for (int i = 0; i < tags.length; i++) {
                if (depth == 0 && tag == tags[i]) {
                    numbers[i] =
                            tag == NUMBER_OF_FRAMES ? Integer.parseInt(text(file, at, length)) : number(file, at, 2);
                }
            }
            at += length;
        }
        int count = Math.max(1, numbers[2]);
        SampleFormat format = new SampleFormat(numbers[4], numbers[3], numbers[0], numbers[6], numbers[7] == 1);
        boolean whole = frames.size() == 1 || frames.size() == count;
        return new TinyPart10(transferSyntax, format, numbers[5], numbers[1], whole ? frames : List.of(joined(frames)));
    }

    private static void fragments(byte[] file, int start, List<byte[]> frames) {
        int at = start + 8 + number(file, start + 4, 4);
        while (number(file, at + 2, 2) != (SEQUENCE_END & 0xFFFF)) {
            int length = number(file, at + 4, 4);
            frames.add(Arrays.copyOfRange(file, at + 8, at + 8 + length));
            at += 8 + length;
        }
    }

    private static byte[] joined(List<byte[]> fragments) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        fragments.forEach(frame::writeBytes);
        return frame.toByteArray();
    }

    private static String text(byte[] file, int at, int length) {
        return new String(file, at, length, StandardCharsets.US_ASCII)
                .replace('\0', ' ')
                .trim();
    }

    private static int number(byte[] file, int at, int bytes) {
        int value = 0;
        for (int place = bytes - 1; place >= 0; place--) {
            value = value << 8 | file[at + place] & 0xFF;
        }
        return value;
    }

    public void write(Path file) throws IOException {
        ByteArrayOutputStream meta = new ByteArrayOutputStream();
        element(meta, 0x00020001, "OB", new byte[] {0, 1});
        element(meta, 0x00020002, "UI", uid(CLASS));
        element(meta, 0x00020003, "UI", uid("2.25.1"));
        element(meta, 0x00020010, "UI", uid(transferSyntax));
        element(meta, 0x00020012, "UI", uid("2.25.2"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[128]);
        out.writeBytes("DICM".getBytes(StandardCharsets.US_ASCII));
        element(out, 0x00020000, "UL", little(meta.size(), 4));
        out.writeBytes(meta.toByteArray());
        element(out, 0x00080016, "UI", uid(CLASS));
        element(out, 0x00080018, "UI", uid("2.25.1"));
        element(out, 0x0020000D, "UI", uid("2.25.3"));
        element(out, 0x0020000E, "UI", uid("2.25.4"));
        String color = format.components() == 1 ? "MONOCHROME2 " : "RGB ";
        element(out, 0x00280002, "US", little(format.components(), 2));
        element(out, 0x00280004, "CS", color.getBytes(StandardCharsets.US_ASCII));
        if (format.components() > 1) {
            element(out, 0x00280006, "US", little(planar, 2));
        }
        element(out, 0x00280010, "US", little(format.height(), 2));
        element(out, 0x00280011, "US", little(format.width(), 2));
        element(out, 0x00280100, "US", little(bitsAllocated, 2));
        element(out, 0x00280101, "US", little(format.bits(), 2));
        element(out, 0x00280102, "US", little(format.bits() - 1, 2));
        element(out, 0x00280103, "US", little(format.signed() ? 1 : 0, 2));
        if (transferSyntax.equals(NATIVE)) {
            byte[] bytes = frames.getFirst();
            element(out, PIXEL_DATA, "OW", Arrays.copyOf(bytes, bytes.length + 1 & ~1));
        } else {
            out.writeBytes(little(PIXEL_DATA >>> 16, 2));
            out.writeBytes(little(PIXEL_DATA & 0xFFFF, 2));
            out.writeBytes("OB".getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(little(0, 2));
            out.writeBytes(little(UNDEFINED, 4));
            item(out, ITEM, new byte[0]);
            for (byte[] frame : frames) {
                item(out, ITEM, Arrays.copyOf(frame, frame.length + 1 & ~1));
            }
            item(out, SEQUENCE_END, new byte[0]);
        }
        Files.write(file, out.toByteArray());
    }

    private static void element(ByteArrayOutputStream out, int tag, String vr, byte[] value) {
        out.writeBytes(little(tag >>> 16, 2));
        out.writeBytes(little(tag & 0xFFFF, 2));
        out.writeBytes(vr.getBytes(StandardCharsets.US_ASCII));
        if (vr.startsWith("O")) {
            out.writeBytes(little(0, 2));
            out.writeBytes(little(value.length, 4));
        } else {
            out.writeBytes(little(value.length, 2));
        }
        out.writeBytes(value);
    }

    private static void item(ByteArrayOutputStream out, int tag, byte[] value) {
        out.writeBytes(little(tag >>> 16, 2));
        out.writeBytes(little(tag & 0xFFFF, 2));
        out.writeBytes(little(value.length, 4));
        out.writeBytes(value);
    }

    private static byte[] uid(String uid) {
        byte[] bytes = uid.getBytes(StandardCharsets.US_ASCII);
        return Arrays.copyOf(bytes, bytes.length + 1 & ~1);
    }

    private static byte[] little(int value, int bytes) {
        byte[] number = new byte[bytes];
        for (int place = 0; place < bytes; place++) {
            number[place] = (byte) (value >> 8 * place);
        }
        return number;
    }
}
