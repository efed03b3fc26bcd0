package org.isocenter.server.blob;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// How a pack looks on disk. All numbers are big-endian, and everything begins at a multiple of 8 bytes.
///
/// ```
/// pack    = head entry* seal? head    = "ISOPACK1", name (12 bytes), zeros (8), CRC32C of what precedes (4)
/// entry   = "IsoE", length of the content (4), time of writing in ms since 1970 (8), SHA-256 of the content
/// (32),
///           CRC32C of each chunk of the content (4 each), check (4), content, zeros up to a multiple of 8
/// seal    = "IsoZ", number of entries (4), zeros (4), check (4)
/// check   = CRC32C of the pack's name, the offset of this entry or seal (8), and its fields before the check
/// ```
///
/// An entry that begins with "IsoL" is a [Link]: its content is not the blob, but says where that lies.
///
/// The check ties an entry to its place: bytes that look like an entry, but were written as the content of a
/// blob or are left over from another file, do not pass for one. A pack with a seal was ended in good order;
/// without one its end may be torn, and its entries count only if their content is whole as well.
final class PackFormat {
    static final int NAME_LENGTH = 24;
    static final int FIRST_ENTRY = 32;
    static final int SEAL_BYTES = 16;

    private static final long PACK_MAGIC = 0x49534F5041434B31L;
    private static final int ENTRY_MAGIC = 0x49736F45;
    private static final int LINK_MAGIC = 0x49736F4C;
    private static final int SEAL_MAGIC = 0x49736F5A;
    private static final int DIGEST_AT = 16;
    private static final int CRCS_AT = 48;

    /// What the header of an entry says.
    ///
    /// @param headerAt where the entry begins
    /// @param link whether the content is a link
    @SuppressWarnings("ArrayRecordComponent")
    record Entry(int headerAt, int lengthBytes, boolean link, long writtenMillis, Digester.Digests digests) {
        int contentAt() {
            return headerAt + headerBytes(lengthBytes);
        }

        int endAt() {
            return align(contentAt() + lengthBytes);
        }

        boolean endsBy(long end) {
            return (long) contentAt() + lengthBytes <= end && endAt() <= end;
        }

        BlobKey key(String storageClass, String pack) {
            return BlobKey.packed(storageClass, pack, headerAt, lengthBytes, link);
        }
    }

    private PackFormat() {}

    static int headerBytes(int contentBytes) {
        return CRCS_AT + 4 * (int) BlobRef.chunks(contentBytes) + 4;
    }

    static int align(int offset) {
        return (offset + 7) & -8;
    }

    static int entryBytes(int contentBytes) {
        return align(headerBytes(contentBytes) + contentBytes);
    }

    static ByteBuffer head(String pack) {
        ByteBuffer head = ByteBuffer.allocate(FIRST_ENTRY);
        head.putLong(PACK_MAGIC).put(HexFormat.of().parseHex(pack)).putLong(0);
        CRC32C crc = new CRC32C();
        crc.update(head.array(), 0, head.position());
        return head.putInt((int) crc.getValue()).flip();
    }

    /// Writes the header of an entry into `buffer`, so that it ends where the content begins, and returns the
    /// entry as one slice: header, content, padding.
    static ByteBuffer encode(ByteBuffer buffer, int contentAt, String pack, Entry entry) {
        int start = contentAt - headerBytes(entry.lengthBytes);
        int end = contentAt + entry.lengthBytes;
        buffer.clear().position(start);
        buffer.putInt(entry.link ? LINK_MAGIC : ENTRY_MAGIC)
                .putInt(entry.lengthBytes)
                .putLong(entry.writtenMillis)
                .put(entry.digests.sha256())
                .put(entry.digests.chunkCrc32c());
        buffer.putInt(check(pack, entry.headerAt, buffer.slice(start, buffer.position() - start)));
        buffer.position(end);
        while (buffer.position() - start < entryBytes(entry.lengthBytes)) {
            buffer.put((byte) 0);
        }
        return buffer.flip().position(start);
    }

    /// The entry whose header begins at `index` of `bytes`, or null if there is none, or not all of it.
    ///
    /// @param headerAt where this is in the pack
    static @Nullable Entry findEntry(ByteBuffer bytes, int index, String pack, int headerAt) {
        int available = bytes.limit() - index;
        if (available < headerBytes(0)) {
            return null;
        }
        boolean link = bytes.getInt(index) == LINK_MAGIC;
        if (!link && bytes.getInt(index) != ENTRY_MAGIC) {
            return null;
        }
        int length = bytes.getInt(index + 4);
        if (length < 0 || length > Integer.MAX_VALUE - BlobRef.CHUNK_BYTES) {
            return null;
        }
        int checkAt = headerBytes(length) - 4;
        if (available < checkAt + 4
                || bytes.getInt(index + checkAt) != check(pack, headerAt, bytes.slice(index, checkAt))) {
            return null;
        }
        byte[] sha256 = new byte[32];
        byte[] crcs = new byte[checkAt - CRCS_AT];
        bytes.get(index + DIGEST_AT, sha256).get(index + CRCS_AT, crcs);
        return new Entry(headerAt, length, link, bytes.getLong(index + 8), new Digester.Digests(sha256, crcs));
    }

    static ByteBuffer seal(String pack, int at, int entries) {
        ByteBuffer seal = ByteBuffer.allocate(SEAL_BYTES);
        seal.putInt(SEAL_MAGIC).putInt(entries).putInt(0);
        return seal.putInt(check(pack, at, seal.slice(0, SEAL_BYTES - 4))).flip();
    }

    /// Whether these are the last bytes of a pack that was ended in good order.
    static boolean isSeal(ByteBuffer bytes, String pack, int at) {
        return bytes.remaining() == SEAL_BYTES
                && bytes.getInt(0) == SEAL_MAGIC
                && bytes.getInt(SEAL_BYTES - 4) == check(pack, at, bytes.slice(0, SEAL_BYTES - 4));
    }

    private static int check(String pack, long offset, ByteBuffer fields) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(NAME_LENGTH + 8)
                .put(pack.getBytes(StandardCharsets.US_ASCII))
                .putLong(offset)
                .flip());
        crc.update(fields);
        return (int) crc.getValue();
    }
}
