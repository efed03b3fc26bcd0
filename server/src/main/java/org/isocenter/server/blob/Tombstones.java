package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/// Which entries of packs are deleted: beside each pack a log of their offsets, to which any process may append.
///
/// A record is 16 bytes: "IsoD", the offset (8), CRC32C of both (4). A record that a halt or a full disk has
/// torn is stepped over byte by byte until the next good one. What this process knows of a log is kept in
/// memory as a sorted array and brought up to date whenever the file has grown, so a deletion made by another
/// process is seen at the next look.
final class Tombstones {
    static final String SUFFIX = ".dead";

    private static final int MAGIC = 0x49736F44;
    private static final int RECORD_BYTES = 16;
    private static final Known NOTHING = new Known(0, 0, new int[0]);

    /// What is known of one log.
    ///
    /// @param seenBytes how long the file was
    /// @param readBytes up to where its records have been read
    /// @param offsets the deleted entries, ascending
    @SuppressWarnings("ArrayRecordComponent")
    private record Known(long seenBytes, long readBytes, int[] offsets) {}

    private final Disk disk;
    private final Path folder;
    private final ConcurrentHashMap<String, Known> logs = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Integer> wiped = new ConcurrentHashMap<>();
    private final Set<String> unsynced = ConcurrentHashMap.newKeySet();

    Tombstones(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
    }

    private Path file(String pack) {
        return folder.resolve(pack + SUFFIX);
    }

    boolean isDead(String pack, int offset) throws IOException {
        return Arrays.binarySearch(offsets(pack), offset) >= 0;
    }

    /// The offsets of the deleted entries, ascending. Not to be changed.
    int[] offsets(String pack) throws IOException {
        Known known = logs.getOrDefault(pack, NOTHING);
        long lengthBytes = file(pack).toFile().length();
        return lengthBytes == known.seenBytes ? known.offsets : readOn(pack).offsets;
    }

    /// Deletes an entry, at once for this process and durably after [#sync()].
    void add(String pack, int offset) throws IOException {
        if (isDead(pack, offset)) {
            return;
        }
        ByteBuffer tombstone = ByteBuffer.allocate(RECORD_BYTES).putInt(MAGIC).putLong(offset);
        tombstone.putInt(check(tombstone.array(), 0)).flip();
        unsynced.add(pack);
        Uninterrupted.run(() -> {
            try (FileChannel channel = disk.open(file(pack), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                tombstone.rewind();
                while (tombstone.hasRemaining()) {
                    channel.write(tombstone);
                }
            }
        });
        readOn(pack);
    }

    private synchronized Known readOn(String pack) throws IOException {
        Known known = logs.getOrDefault(pack, NOTHING);
        Path file = file(pack);
        byte[][] added = {{}};
        long[] seen = {0};
        try {
            Uninterrupted.run(() -> {
                try (FileChannel channel = disk.open(file, StandardOpenOption.READ)) {
                    seen[0] = channel.size();
                    added[0] = readFrom(channel, known.readBytes, seen[0]);
                }
            });
        } catch (NoSuchFileException e) {
            // Compacted away together with its pack.
            logs.remove(pack);
            return NOTHING;
        }
        Known now = merge(known, added[0], seen[0]);
        logs.put(pack, now);
        return now;
    }

    private static byte[] readFrom(FileChannel channel, long from, long to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(to - from));
        while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
            continue;
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private static Known merge(Known known, byte[] added, long seenBytes) {
        int[] offsets = Arrays.copyOf(known.offsets, known.offsets.length + added.length / RECORD_BYTES);
        int count = known.offsets.length;
        int read = 0;
        for (int at = 0; at + RECORD_BYTES <= added.length; ) {
            if (Bytes.readInt(added, at) == MAGIC && Bytes.readInt(added, at + 12) == check(added, at)) {
                offsets[count++] = Bytes.readInt(added, at + 8);
                at += RECORD_BYTES;
                read = at;
            } else {
                at++;
            }
        }
        int[] sorted = Arrays.copyOf(offsets, count);
        Arrays.sort(sorted);
        return new Known(seenBytes, known.readBytes + read, sorted);
    }

    private static int check(byte[] bytes, int at) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, at, RECORD_BYTES - 4);
        return (int) crc.getValue();
    }

    /// Whether this process has seen to it that the contents of so many deleted entries are overwritten.
    boolean isWiped(String pack, int entries) {
        return wiped.getOrDefault(pack, 0) >= entries;
    }

    void noteWiped(String pack, int entries) {
        wiped.put(pack, entries);
    }

    /// Makes all deletions so far durable.
    void sync() throws IOException {
        if (unsynced.isEmpty()) {
            return;
        }
        for (String pack : unsynced) {
            unsynced.remove(pack);
            try {
                Uninterrupted.run(() -> {
                    try (FileChannel channel = disk.open(file(pack), StandardOpenOption.WRITE)) {
                        channel.force(false);
                    }
                });
            } catch (NoSuchFileException e) {
                // Compacted away together with its pack.
                continue;
            } catch (IOException e) {
                unsynced.add(pack);
                throw e;
            }
        }
        Uninterrupted.run(() -> disk.syncDirectory(folder));
    }

    /// Removes the log of a pack that is gone.
    synchronized void remove(String pack) throws IOException {
        disk.delete(file(pack));
        unsynced.remove(pack);
        logs.remove(pack);
        wiped.remove(pack);
    }
}
