package org.isocenter.server.blob;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Computes the digests of a blob while it passes by.
final class Digester {
    private final MessageDigest sha256 = newSha256();
    private final CRC32C crc32c = new CRC32C();
    private byte[] chunkCrc32c = new byte[4 * 8];
    private int chunks;
    private int bytesInChunk;

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    void update(byte[] bytes, int offset, int length) {
        sha256.update(bytes, offset, length);
        int done = 0;
        while (done < length) {
            int step = Math.min(length - done, BlobRef.CHUNK_BYTES - bytesInChunk);
            crc32c.update(bytes, offset + done, step);
            bytesInChunk += step;
            done += step;
            if (bytesInChunk == BlobRef.CHUNK_BYTES) {
                endChunk();
            }
        }
    }

    private void endChunk() {
        if (chunkCrc32c.length == 4 * chunks) {
            chunkCrc32c = Arrays.copyOf(chunkCrc32c, 2 * chunkCrc32c.length);
        }
        Bytes.writeInt(chunkCrc32c, 4 * chunks++, (int) crc32c.getValue());
        crc32c.reset();
        bytesInChunk = 0;
    }

    Digests finish() {
        if (bytesInChunk > 0) {
            endChunk();
        }
        return new Digests(sha256.digest(), Arrays.copyOf(chunkCrc32c, 4 * chunks));
    }

    /// What a blob's bytes add up to, in the forms of [BlobRef].
    @SuppressWarnings("ArrayRecordComponent")
    record Digests(byte[] sha256, byte[] chunkCrc32c) {
        BlobRef refer(BlobKey key, long lengthBytes) {
            return new BlobRef(key, lengthBytes, sha256, chunkCrc32c);
        }

        boolean matches(Digests that) {
            return Arrays.equals(sha256, that.sha256) && Arrays.equals(chunkCrc32c, that.chunkCrc32c);
        }
    }
}
