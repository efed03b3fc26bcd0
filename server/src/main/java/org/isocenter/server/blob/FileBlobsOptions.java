package org.isocenter.server.blob;

import java.time.Duration;
import java.time.InstantSource;

/// How a [FileBlobs] store behaves.
///
/// @param storageClass the class that its blobs are of
/// @param packThresholdBytes blobs up to this length share pack files, longer ones have a file each. Measured
///     with 16 writers, packs are ahead up to about 150 kB (threefold at 30 kB) and behind at 200 kB, where
///     writing in one stream costs more than the syncs it saves
/// @param packBytes when a pack has reached about this length, the next one is begun
/// @param compactGrace how long a pack is left alone after its last blob was written; longer than any
///     transaction that commits a blob's key may take
/// @param folders whose files blobs may link to
/// @param clock tells when the grace is over
public record FileBlobsOptions(
        String storageClass,
        int packThresholdBytes,
        int packBytes,
        Duration compactGrace,
        Folders folders,
        InstantSource clock) {
    public FileBlobsOptions {
        if (packThresholdBytes < 4 << 10 || packThresholdBytes > 4 << 20) {
            throw new IllegalArgumentException("pack threshold must be 4 KiB to 4 MiB: " + packThresholdBytes);
        }
        if (packBytes < 1 || packBytes > 1 << 30) {
            throw new IllegalArgumentException("pack size must be 1 byte to 1 GiB: " + packBytes);
        }
        if (compactGrace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative: " + compactGrace);
        }
    }

    public static FileBlobsOptions defaults() {
        return new FileBlobsOptions(
                StorageClass.STANDARD,
                128 * 1024,
                256 << 20,
                Duration.ofMinutes(15),
                Folders.NONE,
                InstantSource.system());
    }

    FileBlobsOptions withStorageClass(String value) {
        return new FileBlobsOptions(value, packThresholdBytes, packBytes, compactGrace, folders, clock);
    }

    public FileBlobsOptions withPackThresholdBytes(int value) {
        return new FileBlobsOptions(storageClass, value, packBytes, compactGrace, folders, clock);
    }

    public FileBlobsOptions withPackBytes(int value) {
        return new FileBlobsOptions(storageClass, packThresholdBytes, value, compactGrace, folders, clock);
    }

    public FileBlobsOptions withCompactGrace(Duration value) {
        return new FileBlobsOptions(storageClass, packThresholdBytes, packBytes, value, folders, clock);
    }

    public FileBlobsOptions withFolders(Folders value) {
        return new FileBlobsOptions(storageClass, packThresholdBytes, packBytes, compactGrace, value, clock);
    }

    public FileBlobsOptions withClock(InstantSource value) {
        return new FileBlobsOptions(storageClass, packThresholdBytes, packBytes, compactGrace, folders, value);
    }
}
