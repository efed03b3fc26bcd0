package org.isocenter.server.blob;

/// A blob whose bytes are complete and which waits to be made durable.
public interface PendingBlob {
    /// Makes the blob durable and visible, and blocks until it is. Many threads may store at once: they share the
    /// cost of durability.
    ///
    /// @throws org.isocenter.server.telemetry.UnavailableException if that fails; the blob is discarded
    BlobRef store();

    /// Gives the blob up and leaves nothing behind. No effect once it is stored or discarded.
    void discard();
}
