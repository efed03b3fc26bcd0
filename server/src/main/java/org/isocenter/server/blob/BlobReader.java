package org.isocenter.server.blob;

import java.io.InputStream;

/// An open blob. It stays readable until it is closed, even when the blob is deleted meanwhile; only where
/// a compaction has overwritten the deleted bytes, these are missing.
///
/// Whatever way bytes are read, each chunk of [BlobRef#CHUNK_BYTES] that overlaps the range is read whole and
/// checked before any of its bytes is handed on.
public interface BlobReader extends AutoCloseable {
    long lengthBytes();

    /// Hands a range of the blob to `sink`, in order, in slices of at most [BlobRef#CHUNK_BYTES]. What the
    /// sink throws passes through unchanged.
    ///
    /// @throws MissingBlobException at the first chunk of a deleted blob that has been overwritten
    /// @throws CorruptBlobException at the first chunk that differs from what was written; chunks before it
    ///     have been handed on, none of its own bytes
    /// @throws IndexOutOfBoundsException if the range is not inside the blob
    <X extends Exception> void transfer(long offset, long length, BlobSink<X> sink) throws X;

    /// The same as a stream, which is usable until this reader is closed. Closing the stream leaves the
    /// reader open. Its reads throw the same unchecked exceptions.
    InputStream stream(long offset, long length);

    /// A range of the blob as a new array.
    byte[] bytes(long offset, int length);

    @Override
    void close();
}
