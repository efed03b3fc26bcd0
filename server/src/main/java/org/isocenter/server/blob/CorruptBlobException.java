package org.isocenter.server.blob;

/// A blob is not what was once stored under its key.
public final class CorruptBlobException extends RuntimeException {
    private final transient BlobKey key;
    private final int chunk;

    /// @param chunk the number of the chunk, from 0, that differs; -1 if the blob differs as a whole
    public CorruptBlobException(BlobKey key, int chunk, String reason) {
        super("blob " + key + (chunk < 0 ? "" : ", chunk " + chunk) + ": " + reason);
        this.key = key;
        this.chunk = chunk;
    }

    public BlobKey key() {
        return key;
    }

    public int chunk() {
        return chunk;
    }
}
