package org.isocenter.server.blob;

/// There is no blob under a key.
public final class MissingBlobException extends RuntimeException {
    private final transient BlobKey key;

    public MissingBlobException(BlobKey key) {
        super("no blob is stored under the key " + key);
        this.key = key;
    }

    public BlobKey key() {
        return key;
    }
}
