package org.isocenter.server.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.Frames;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Part10Reader;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.blob.BlobReader;
import org.isocenter.server.blob.BlobSink;
import org.jspecify.annotations.Nullable;

/// The frames of an instance, and other values that were left in its blob.
public final class FrameBytes {
    /// A larger frame is not held in memory, and so neither converted nor rendered.
    static final long FRAME_BYTES_MAX = 256L << 20;

    private static final int BUFFER_BYTES = 64 << 10;

    /// Ranges of the source whose bytes follow each other in an answer.
    ///
    /// @param skipBytes how many of the bytes at the beginning are left out
    public record Piece(List<Frames.Range> ranges, long skipBytes, long lengthBytes) {

        public Piece(List<Frames.Range> ranges) {
            this(ranges, 0, ranges.stream().mapToLong(Frames.Range::lengthBytes).sum());
        }

        public Piece(long offset, long lengthBytes) {
            this(List.of(new Frames.Range(offset, lengthBytes)));
        }

        /// A part of this piece.
        public Piece part(long first, long lengthBytes) {
            return new Piece(ranges, skipBytes + first, lengthBytes);
        }
    }

    private final Head head;
    private final TransferSyntax syntax;
    private final BlobReader blob;
    private final Frames frames;

    FrameBytes(Head head, TransferSyntax syntax, BlobReader blob) {
        this.head = head;
        this.syntax = syntax;
        this.blob = blob;
        this.frames = Frames.of(head.dataSet(), syntax);
    }

    /// The frame with this number, the first of which is 1, or null where there is none.
    public @Nullable Piece find(int number) throws IOException {
        return switch (frames.state()) {
            case LOCATED -> {
                List<Frames.Range> ranges = frames.findRanges(number);
                yield ranges == null ? null : new Piece(ranges);
            }
            case UNTOLD -> {
                List<Piece> found = byCodestreams();
                yield number <= found.size() ? found.get(number - 1) : null;
            }
            case CONTRADICTORY, ABSENT -> null;
        };
    }

    /// The bytes of a frame. Of one bit for each pixel, they begin with its first bit.
    ///
    /// @param piece what {@link #find} has found for this number
    public byte[] bytes(int number, Piece piece) throws IOException, MalformedException {
        if (piece.lengthBytes() > FRAME_BYTES_MAX) {
            throw new MalformedException("frame " + number + " has " + piece.lengthBytes() + " bytes");
        }
        byte[] bytes = new byte[(int) piece.lengthBytes()];
        ByteBuffer into = ByteBuffer.wrap(bytes);
        transfer(piece, into::put);
        int shift = frames.firstBit(number);
        return shift == 0 ? bytes : shifted(bytes, shift);
    }

    /// Native frames of one bit for each pixel begin where the one before ends.
    private static byte[] shifted(byte[] bytes, int shift) {
        byte[] aligned = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            int next = i + 1 < bytes.length ? bytes[i + 1] & 0xFF : 0;
            aligned[i] = (byte) ((bytes[i] & 0xFF) >> shift | next << 8 - shift);
        }
        return aligned;
    }

    /// Where large values of the data set are copied from.
    BulkSource bulk() {
        return (offset, lengthBytes, out) -> {
            WritableByteChannel channel = Channels.newChannel(out);
            transfer(new Piece(offset, lengthBytes), channel::write);
        };
    }

    /// How many frames there are to be.
    public int count() {
        return frames.count();
    }

    /// All pixel data: a native value is one piece, encapsulated frames are one each. Where frames
    /// cannot be
    /// told apart, all fragments are one piece.
    public List<Piece> all() throws IOException {
        List<Frames.Range> pixelData = frames.pixelData();
        if (pixelData.isEmpty()) {
            return List.of();
        }
        if (!syntax.encapsulated()) {
            return List.of(new Piece(pixelData));
        }
        List<Piece> pieces = new ArrayList<>();
        for (int number = 1; number <= frames.count(); number++) {
            Piece piece = find(number);
            if (piece == null) {
                return List.of(new Piece(pixelData));
            }
            pieces.add(piece);
        }
        return pieces;
    }

    /// Frames whose fragments no table tells apart: a fragment that begins like a code stream begins a
    /// frame.
    /// Believed only where that gives as many frames as there are to be.
    private List<Piece> byCodestreams() throws IOException {
        List<List<Frames.Range>> found = new ArrayList<>();
        for (Frames.Range fragment : frames.pixelData()) {
            if (found.isEmpty() || beginsCodestream(fragment)) {
                found.add(new ArrayList<>());
            }
            found.getLast().add(fragment);
        }
        return found.size() == frames.count() ? found.stream().map(Piece::new).toList() : List.of();
    }

    private boolean beginsCodestream(Frames.Range fragment) throws IOException {
        if (fragment.lengthBytes() < 4) {
            return false;
        }
        try (InputStream in = blob.stream(fragment.offset(), 4)) {
            int marker = in.read() << 8 | in.read();
            int next = in.read() << 8 | in.read();
            // SOI of JPEG and JPEG-LS before another marker; SOC of JPEG 2000 before SIZ; the box of a JP2 file.
            return marker == 0xFFD8 && next >>> 8 == 0xFF
                    || marker == 0xFF4F && next == 0xFF51
                    || marker == 0 && next == 12;
        }
    }

    /// Hands over the bytes of a piece.
    public void transfer(Piece piece, BlobSink<IOException> sink) throws IOException {
        long skip = piece.skipBytes();
        long left = piece.lengthBytes();
        for (Frames.Range range : piece.ranges()) {
            long skipped = Math.min(skip, range.lengthBytes());
            long length = Math.min(left, range.lengthBytes() - skipped);
            if (length > 0) {
                transfer(range.offset() + skipped, length, sink);
            }
            skip -= skipped;
            left -= length;
        }
    }

    private void transfer(long offset, long lengthBytes, BlobSink<IOException> sink) throws IOException {
        if (!syntax.deflated()) {
            blob.transfer(offset, lengthBytes, sink);
            return;
        }
        // The offset counts in the file as it would be without deflation.
        try (InputStream whole =
                Part10Reader.inflated(blob.stream(0, blob.lengthBytes()), syntax, head.dataSetOffset())) {
            whole.skipNBytes(offset);
            byte[] buffer = new byte[BUFFER_BYTES];
            for (long left = lengthBytes; left > 0; ) {
                int count = whole.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
                if (count == 0) {
                    throw new IOException("the deflated data set ends before its pixel data");
                }
                sink.accept(ByteBuffer.wrap(buffer, 0, count));
                left -= count;
            }
        }
    }
}
