package org.isocenter.server.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.InflaterInputStream;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Writer;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.dicom.pixel.ImagePixel;
import org.isocenter.dicom.pixel.Transcoding;
import org.isocenter.server.archive.FrameBytes.Piece;
import org.isocenter.server.index.OtherForms.Received;
import org.jspecify.annotations.Nullable;

/// Gives out an instance in another transfer syntax than it is stored in. The stored bytes stay as they
/// are.
///
/// Frames go by one at a time, so that an instance of many frames costs the memory of one.
public final class Conversion {
    private static final int ITEM = 0xFFFE_E000;
    private static final int SEQUENCE_DELIMITER = 0xFFFE_E0DD;
    private static final int UNDEFINED_LENGTH = -1;

    private final Head head;
    private final TransferSyntax from;
    private final TransferSyntax to;
    private final @Nullable Transcoding pixels;
    private final int frames;
    private final @Nullable Received received;
    private byte @Nullable [] first;

    private Conversion(Head head, TransferSyntax from, TransferSyntax to, @Nullable Transcoding pixels, int frames) {
        this(head, from, to, pixels, frames, null);
    }

    private Conversion(
            Head head,
            TransferSyntax from,
            TransferSyntax to,
            @Nullable Transcoding pixels,
            int frames,
            @Nullable Received received) {
        this.head = head;
        this.from = from;
        this.to = to;
        this.pixels = pixels;
        this.frames = frames;
        this.received = received;
    }

    /// The same way, which ends by the very bytes that were received.
    Conversion restoring(Received received) {
        return new Conversion(head, from, to, pixels, frames, received);
    }

    /// Whether what it restores is what was received.
    boolean isExact(FrameBytes source) throws IOException, MalformedException {
        MessageDigest digest = sha256();
        restore(
                Objects.requireNonNull(received),
                source,
                new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        return Arrays.equals(digest.digest(), Objects.requireNonNull(received).sha256());
    }

    /// Whether there are instances that can go from one transfer syntax to another.
    static boolean possible(TransferSyntax from, TransferSyntax to) {
        return !to.deflated() && !to.bigEndian() && Transcoding.possible(from, to);
    }

    /// The way of an instance into another transfer syntax, or null where there is none.
    static @Nullable Conversion find(Head head, TransferSyntax from, TransferSyntax to) {
        if (to.deflated() || to.bigEndian()) {
            return null;
        }
        DataSet dataSet = head.dataSet();
        boolean swaps = from.bigEndian() && hasOtherBulk(dataSet);
        if (swaps) {
            return null;
        }
        if (!dataSet.contains(Tag.PixelData)) {
            boolean floats = dataSet.contains(Tag.FloatPixelData) || dataSet.contains(Tag.DoubleFloatPixelData);
            return to.encapsulated() || floats && from.bigEndian() ? null : new Conversion(head, from, to, null, 0);
        }
        try {
            ImagePixel image = ImagePixel.of(dataSet);
            if (image.frameBytes() > FrameBytes.FRAME_BYTES_MAX) {
                return null;
            }
            Transcoding pixels = Transcoding.find(image, from, to);
            return pixels == null ? null : new Conversion(head, from, to, pixels, image.frames());
        } catch (MalformedException noImage) {
            boolean plain = !from.encapsulated() && !to.encapsulated() && !from.bigEndian();
            return plain ? new Conversion(head, from, to, null, 0) : null;
        }
    }

    /// Whether there are bulk values besides the pixel data. In big endian nothing here turns their
    /// bytes around.
    private static boolean hasOtherBulk(DataSet dataSet) {
        for (Element element : dataSet) {
            if (element.value() instanceof Value.Bulk
                    && element.tag() != Tag.PixelData
                    && element.vr().unitBytes() > 1) {
                return true;
            }
        }
        return false;
    }

    /// The transfer syntax that instances and frames are converted to.
    public TransferSyntax to() {
        return to;
    }

    /// The length of every converted frame, or -1 where that is known only afterwards.
    public long frameBytes() {
        return to.encapsulated() || pixels == null ? -1 : pixels.target().frameBytes();
    }

    /// Converts the first frame and keeps it for {@link #write}, so that an instance that cannot be
    /// converted is
    /// found out before anything is sent.
    ///
    /// @throws MalformedException where the stored frame is broken or missing
    public void rehearse(FrameBytes source) throws IOException, MalformedException {
        if (!keepsFrames()) {
            first = converted(source, 1);
        }
    }

    /// Whether the pixel data are the same bytes in both transfer syntaxes.
    private boolean keepsFrames() {
        return pixels == null || !from.encapsulated() && !to.encapsulated() && !from.bigEndian();
    }

    private byte[] converted(FrameBytes source, int number) throws IOException, MalformedException {
        byte[] kept = first;
        if (number == 1 && kept != null) {
            first = null;
            return kept;
        }
        return frame(source, number, piece(source, number));
    }

    /// A frame, converted.
    ///
    /// @param piece where the frame is, from {@link FrameBytes#find}
    /// @throws MalformedException where the stored frame is broken
    public byte[] frame(FrameBytes source, int number, Piece piece) throws IOException, MalformedException {
        return Objects.requireNonNull(pixels).frame(source.bytes(number, piece));
    }

    /// Writes the instance as a DICOM file.
    ///
    /// @throws MalformedException where a stored frame is broken or missing; what has been written then
    /// is no
    ///     whole file
    public void write(FrameBytes source, OutputStream out) throws IOException, MalformedException {
        Received whole = received;
        if (whole != null) {
            DigestOutputStream checked = new DigestOutputStream(out, sha256());
            restore(whole, source, checked);
            if (!Arrays.equals(checked.getMessageDigest().digest(), whole.sha256())) {
                throw new IOException("what was received does not come back");
            }
            return;
        }
        BulkSource bulk = source.bulk();
        if (keepsFrames()) {
            Part10Writer.write(Part10.of(without(head.dataSet(), 0), to), bulk, out);
            return;
        }
        DataSet before = new DataSet().inherit(head.dataSet().characterSets());
        DataSet after = new DataSet().inherit(head.dataSet().characterSets());
        for (Element element : without(head.dataSet(), Tag.PixelData)) {
            (Integer.compareUnsigned(element.tag(), Tag.PixelData) < 0 ? before : after).put(element);
        }
        Transcoding way = Objects.requireNonNull(pixels);
        way.describe(before, 0, 0);
        Part10Writer.write(Part10.of(before, to), bulk, out);
        if (to.encapsulated()) {
            writeFragments(way, source, out);
        } else {
            writeNative(way, source, out);
        }
        Part10Writer.writeDataSet(after, to, bulk, out);
    }

    /// Writes the instance as a DICOM file to somebody who has begun to take it.
    ///
    /// @throws IOException where a stored frame is broken or missing as well
    public void send(FrameBytes source, OutputStream out) throws IOException {
        try {
            write(source, out);
        } catch (MalformedException broken) {
            throw new IOException("a stored frame cannot be converted: " + broken.getMessage(), broken);
        }
    }

    private void restore(Received whole, FrameBytes source, OutputStream out) throws IOException, MalformedException {
        inflate(whole.beginning(), out);
        for (int number = 1; number <= frames; number++) {
            out.write(converted(source, number));
        }
        inflate(whole.ending(), out);
    }

    private static void inflate(byte[] deflated, OutputStream out) throws IOException {
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
            in.transferTo(out);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// A copy without group lengths, which another encoding makes wrong, and without one more element.
    private static DataSet without(DataSet dataSet, int tag) {
        DataSet copy = new DataSet().inherit(dataSet.characterSets());
        for (Element element : dataSet) {
            boolean groupLength = (element.tag() & 0xFFFF) == 0;
            if (!groupLength && element.tag() != tag) {
                copy.put(element);
            }
        }
        return copy;
    }

    private void writeFragments(Transcoding way, FrameBytes source, OutputStream out)
            throws IOException, MalformedException {
        out.write(header(way.pixelDataVr(), UNDEFINED_LENGTH));
        out.write(item(ITEM, 0));
        for (int number = 1; number <= frames; number++) {
            byte[] frame = converted(source, number);
            out.write(item(ITEM, frame.length));
            out.write(frame);
        }
        out.write(item(SEQUENCE_DELIMITER, 0));
    }

    private void writeNative(Transcoding way, FrameBytes source, OutputStream out)
            throws IOException, MalformedException {
        ImagePixel image = way.target();
        long bits = image.bitsAllocated() == 1
                ? (long) image.columns() * image.rows() * image.samplesPerPixel()
                : 8 * image.frameBytes();
        long bytes = (bits * frames + 7) / 8;
        out.write(header(way.pixelDataVr(), Math.toIntExact(bytes + (bytes & 1))));
        BitJoiner joiner = new BitJoiner(out);
        for (int number = 1; number <= frames; number++) {
            joiner.write(converted(source, number), bits);
        }
        joiner.finish();
        if ((bytes & 1) != 0) {
            out.write(0);
        }
    }

    private static Piece piece(FrameBytes source, int number) throws IOException, MalformedException {
        Piece piece = source.find(number);
        if (piece == null) {
            throw new MalformedException("frame " + number + " is missing", Tags.format(Tag.PixelData), -1);
        }
        return piece;
    }

    private byte[] header(Vr vr, int length) {
        ByteBuffer header = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        header.putShort((short) (Tag.PixelData >>> 16)).putShort((short) Tag.PixelData);
        if (to.explicitVr()) {
            header.put((byte) (vr.code() >> 8)).put((byte) vr.code()).putShort((short) 0);
        }
        header.putInt(length);
        byte[] bytes = new byte[header.position()];
        header.flip().get(bytes);
        return bytes;
    }

    private static byte[] item(int tag, int length) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) (tag >>> 16))
                .putShort((short) tag)
                .putInt(length)
                .array();
    }

    /// Writes frames one behind the other that need not end with a byte (PS3.5 8.1.1).
    private static final class BitJoiner {
        private final OutputStream out;
        private final ByteArrayOutputStream joined = new ByteArrayOutputStream();
        private int pending;
        private int pendingBits;

        BitJoiner(OutputStream out) {
            this.out = out;
        }

        void write(byte[] frame, long bits) throws IOException {
            if (pendingBits == 0 && bits % 8 == 0) {
                out.write(frame, 0, (int) (bits / 8));
                return;
            }
            joined.reset();
            long left = bits;
            for (int i = 0; left > 0; i++) {
                int count = (int) Math.min(8, left);
                pending |= (frame[i] & (1 << count) - 1) << pendingBits;
                pendingBits += count;
                left -= count;
                if (pendingBits >= 8) {
                    joined.write(pending);
                    pending >>>= 8;
                    pendingBits -= 8;
                }
            }
            joined.writeTo(out);
        }

        void finish() throws IOException {
            if (pendingBits > 0) {
                out.write(pending);
                pendingBits = 0;
            }
        }
    }
}
