package org.isocenter.server.blob;

import static java.util.Objects.requireNonNull;

import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Bytes to store, and ways to store them.
final class Blobs {
    private Blobs() {}

    static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static BlobRef store(BlobStore store, byte[] bytes) {
        return finish(store, bytes).store();
    }

    static PendingBlob finish(BlobStore store, byte[] bytes) {
        try (BlobWriter writer = store.write(store.classes().getLast())) {
            for (int done = 0; done < bytes.length; done += 50_000) {
                writer.write(bytes, done, Math.min(50_000, bytes.length - done));
            }
            return writer.finish();
        }
    }

    static byte[] read(BlobStore store, BlobRef ref) {
        try (BlobReader reader = store.open(ref)) {
            return reader.bytes(0, (int) reader.lengthBytes());
        }
    }

    /// The reference that an index keeps after a blob has moved.
    static BlobRef moved(@Nullable BlobRef ref, BlobKey to) {
        return new BlobRef(to, requireNonNull(ref).lengthBytes(), ref.sha256(), ref.chunkCrc32c());
    }
}
