package org.isocenter.server.blob;

/// What a compaction did.
///
/// @param packsRemoved how many packs are gone
/// @param blobsMoved how many blobs were moved out of them
/// @param bytesFreed how many bytes are free that were not, net of what the moved blobs take up now
/// @param packsDamaged how many packs were left alone because part of them cannot be read
public record CompactReport(int packsRemoved, int blobsMoved, long bytesFreed, int packsDamaged) {
    CompactReport plus(CompactReport other) {
        return new CompactReport(
                packsRemoved + other.packsRemoved,
                blobsMoved + other.blobsMoved,
                bytesFreed + other.bytesFreed,
                packsDamaged + other.packsDamaged);
    }
}
