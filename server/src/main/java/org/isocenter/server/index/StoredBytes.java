package org.isocenter.server.index;

/// Where the bytes of an instance are, and by what they are known again.
///
/// @param blob the key of the blob
/// @param sha256 the digest of all bytes
/// @param crc32c the checksums of the blob's chunks
public record StoredBytes(String blob, long lengthBytes, byte[] sha256, byte[] crc32c) {}
