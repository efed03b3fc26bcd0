package org.isocenter.server.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.isocenter.dicom.Frames;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.server.archive.FrameBytes.Piece;
import org.isocenter.server.blob.BlobReader;
import org.isocenter.server.blob.BlobSink;
import org.isocenter.server.render.document.Encapsulated;

/// What an instance holds in a form of its own, to be given out byte for byte: a document of another
/// standard, or a stream of moving pictures.
public final class Original implements AutoCloseable {
    private final BlobReader blob;
    private final FrameBytes frames;
    private final Value.Bytes memory;
    private final Piece piece;
    private final String ending;
    private final boolean shown;

    private Original(
            BlobReader blob, FrameBytes frames, Value.Bytes memory, Piece piece, String ending, boolean shown) {
        this.blob = blob;
        this.frames = frames;
        this.memory = memory;
        this.piece = piece;
        this.ending = ending;
        this.shown = shown;
    }

    static Original of(BlobReader blob, FrameBytes frames, Encapsulated document) {
        Value.Bytes memory = document.value() instanceof Value.Bytes bytes ? bytes : Value.Bytes.EMPTY;
        Piece piece = document.value() instanceof Value.Bulk bulk
                ? new Piece(bulk.offset(), bulk.lengthBytes())
                : new Piece(List.of());
        Encapsulated.Type type = document.type();
        return new Original(blob, frames, memory, piece, type.ending(), type.shown());
    }

    /// All fragments are one stream, wherever it was cut (PS3.5 8.2.5).
    static Original ofVideo(BlobReader blob, FrameBytes frames, TransferSyntax syntax) throws IOException {
        List<Frames.Range> stream =
                frames.all().stream().flatMap(piece -> piece.ranges().stream()).toList();
        String ending = syntax.mediaType().equals("video/mpeg") ? "mpg" : "mp4";
        return new Original(blob, frames, Value.Bytes.EMPTY, new Piece(stream), ending, true);
    }

    public long lengthBytes() {
        return memory.length() + piece.lengthBytes();
    }

    /// What a file of it is called behind the point.
    public String ending() {
        return ending;
    }

    /// Whether browsers can show it.
    public boolean shown() {
        return shown;
    }

    /// Hands over a part of the bytes.
    public void transfer(long first, long lengthBytes, BlobSink<IOException> sink) throws IOException {
        if (memory.length() > 0) {
            sink.accept(ByteBuffer.wrap(memory.array(), memory.offset() + (int) first, (int) lengthBytes));
        } else {
            frames.transfer(piece.part(first, lengthBytes), sink);
        }
    }

    @Override
    public void close() {
        blob.close();
    }
}
