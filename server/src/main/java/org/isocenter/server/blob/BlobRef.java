package org.isocenter.server.blob;

import java.util.Arrays;
import java.util.HexFormat;

/// All that is needed to read a blob and to know that it is still the same. The index keeps it.
///
/// @param lengthBytes how long the blob is
/// @param sha256 its digest, 32 bytes
/// @param chunkCrc32c the CRC32C of each chunk of [#CHUNK_BYTES] (the last one may be shorter), 4 bytes each,
///     big-endian; empty for an empty blob
///
/// The arrays are not copied and must not be changed.
public record BlobRef(BlobKey key, long lengthBytes, byte[] sha256, byte[] chunkCrc32c) {
    /// How many bytes share one CRC32C.
    public static final int CHUNK_BYTES = 128 * 1024;

    public BlobRef {
        if (lengthBytes < 0 || sha256.length != 32 || chunkCrc32c.length != 4L * chunks(lengthBytes)) {
            throw new IllegalArgumentException("digests do not fit a blob of " + lengthBytes + " bytes");
        }
    }

    /// How many chunks a blob of this length has.
    static long chunks(long lengthBytes) {
        return (lengthBytes + CHUNK_BYTES - 1) / CHUNK_BYTES;
    }

    int crc32cOf(int chunk) {
        return Bytes.readInt(chunkCrc32c, 4 * chunk);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlobRef that
                && key.equals(that.key)
                && lengthBytes == that.lengthBytes
                && Arrays.equals(sha256, that.sha256)
                && Arrays.equals(chunkCrc32c, that.chunkCrc32c);
    }

    @Override
    public int hashCode() {
        return 31 * key.hashCode() + Arrays.hashCode(sha256);
    }

    @Override
    public String toString() {
        return key + " (" + lengthBytes + " bytes, SHA-256 " + HexFormat.of().formatHex(sha256) + ")";
    }
}
