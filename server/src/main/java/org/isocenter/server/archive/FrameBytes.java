package org.isocenter.server.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
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

    /// Fragments that are no farther apart are read together,
    private static final int GAP_BYTES_MAX = 64;
    /// and no more than these, so that a frame of a million fragments is no list of a million.
    private static final int RUN_RANGES_MAX = 4096;

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
    private Frames frames;

    FrameBytes(Head head, TransferSyntax syntax, BlobReader blob) {
        this.head = head;
        this.syntax = syntax;
        this.blob = blob;
        this.frames = Frames.of(head.dataSet(), syntax);
    }

    /// The frame with this number, the first of which is 1, or null where there is none.
    public @Nullable Piece find(int number) throws IOException {
        if (frames.state() == Frames.State.UNTOLD && !syntax.video()) {
            frames = frames.startingAt(starts());
        }
        List<Frames.Range> ranges = frames.findRanges(number);
        return ranges == null ? null : new Piece(ranges);
    }

    /// Which fragments begin a code stream, by looking at each: of an instance whose head is from before this
    /// was noted when it came in.
    private BitSet starts() throws IOException {
        BitSet starts = new BitSet();
        int fragment = 0;
        for (Frames.Range range : frames.pixelData()) {
            fragment++;
            if (range.lengthBytes() >= 4 && Frames.beginsCodestream(blob.bytes(range.offset(), 4), 0)) {
                starts.set(fragment);
            }
        }
        return starts;
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

    /// All pixel data: a native value is one piece, encapsulated frames are one each. Where frames cannot be
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

    /// Hands over the bytes of a piece.
    public void transfer(Piece piece, BlobSink<IOException> sink) throws IOException {
        List<Frames.Range> run = new ArrayList<>();
        long skip = piece.skipBytes();
        long left = piece.lengthBytes();
        for (Frames.Range range : piece.ranges()) {
            long skipped = Math.min(skip, range.lengthBytes());
            long length = Math.min(left, range.lengthBytes() - skipped);
            if (length > 0) {
                Frames.Range wanted = new Frames.Range(range.offset() + skipped, length);
                if (run.size() == RUN_RANGES_MAX || !run.isEmpty() && !follows(wanted, run.getLast())) {
                    transfer(run, sink);
                    run.clear();
                }
                run.add(wanted);
            }
            skip -= skipped;
            left -= length;
        }
        transfer(run, sink);
    }

    /// Whether between two ranges there is no more than the header of an item, or headers of empty ones.
    private static boolean follows(Frames.Range range, Frames.Range before) {
        long gap = range.offset() - before.offset() - before.lengthBytes();
        return gap >= 0 && gap <= GAP_BYTES_MAX;
    }

    /// Ranges that follow each other are read as one, because every read costs a look at whole chunks, or a
    /// request to a store far away.
    private void transfer(List<Frames.Range> run, BlobSink<IOException> sink) throws IOException {
        if (run.isEmpty()) {
            return;
        }
        long start = run.getFirst().offset();
        long end = run.getLast().offset() + run.getLast().lengthBytes();
        transfer(start, end - start, run.size() == 1 ? sink : new Sieve(run, sink));
    }

    /// Lets through what lies in the ranges, and drops what lies between them.
    private static final class Sieve implements BlobSink<IOException> {
        private final Iterator<Frames.Range> ranges;
        private final BlobSink<IOException> sink;
        private Frames.Range range;
        private long position;

        Sieve(List<Frames.Range> run, BlobSink<IOException> sink) {
            this.ranges = run.iterator();
            this.sink = sink;
            this.range = ranges.next();
            this.position = range.offset();
        }

        @Override
        public void accept(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                if (position == range.offset() + range.lengthBytes()) {
                    range = ranges.next();
                }
                boolean within = position >= range.offset();
                long until = within ? range.offset() + range.lengthBytes() : range.offset();
                int length = (int) Math.min(bytes.remaining(), until - position);
                if (within) {
                    sink.accept(bytes.slice(bytes.position(), length));
                }
                bytes.position(bytes.position() + length);
                position += length;
            }
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
