package org.isocenter.server.blob;

import java.nio.ByteBuffer;

/// Takes the bytes of a blob.
///
/// @param <X> what it may throw
@FunctionalInterface
public interface BlobSink<X extends Exception> {
    /// Takes all bytes between the buffer's position and limit. The buffer is read-only and filled with other
    /// bytes as soon as this method returns.
    void accept(ByteBuffer bytes) throws X;
}
