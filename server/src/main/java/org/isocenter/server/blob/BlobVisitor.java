package org.isocenter.server.blob;

import java.time.Instant;

/// Is shown what a store holds.
@FunctionalInterface
public interface BlobVisitor {
    /// @param lengthBytes the length of the blob, or of what there is of it
    /// @param written when it was written, by the clock of the machine that wrote it
    /// @param partial true if there is nothing in it, because its write never began
    void visit(BlobKey key, long lengthBytes, Instant written, boolean partial);
}
