package org.isocenter.server.blob;

/// A blob that is being written. Its digests are computed on the way, in the same pass.
///
/// Closing it before [#finish()] aborts the write and leaves nothing behind; afterwards closing has no
/// effect, since the blob then belongs to the [PendingBlob].
public interface BlobWriter extends AutoCloseable {
    /// Appends bytes. The array may be used again as soon as the call returns.
    ///
    /// @throws org.isocenter.server.telemetry.UnavailableException if they cannot be written; the write is
    ///     aborted
    void write(byte[] buffer, int offset, int length);

    /// How many bytes have been written so far.
    long lengthBytes();

    /// Ends the blob. It is complete now, but neither durable nor visible. The caller must call
    /// [PendingBlob#store()] or [PendingBlob#discard()].
    PendingBlob finish();

    @Override
    void close();
}
