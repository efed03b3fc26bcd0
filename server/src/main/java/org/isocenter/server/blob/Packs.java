package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The packs of a store as they lie on disk, whoever wrote them.
final class Packs {
    static final String SUFFIX = ".pack";

    private final String storageClass;
    private final Disk disk;
    private final Path folder;
    private final Tombstones tombstones;

    Packs(String storageClass, Disk disk, Path folder, Tombstones tombstones) {
        this.storageClass = storageClass;
        this.disk = disk;
        this.folder = folder;
        this.tombstones = tombstones;
    }

    Path file(String pack) {
        return folder.resolve(pack + SUFFIX);
    }

    /// The pack in which a blob lies, open for reading; the caller closes it. Null if the blob is not there
    /// any more.
    @Nullable
    FileChannel findOpen(BlobKey key) throws IOException {
        if (tombstones.isDead(key.pack(), key.packOffset())) {
            return null;
        }
        try {
            return disk.open(file(key.pack()), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /// The header of a blob's entry, or null if there is none that fits the key.
    PackFormat.@Nullable Entry findEntry(BlobKey key) throws IOException {
        try (FileChannel channel = findOpen(key)) {
            if (channel == null) {
                return null;
            }
            PackFormat.Entry entry = new PackScan(channel, key.pack()).findAt(key.packOffset());
            boolean fits = entry != null && entry.lengthBytes() == key.packedLength() && entry.link() == key.isLink();
            return fits ? entry : null;
        }
    }

    /// The link under a key, or null if there is none.
    ///
    /// @throws CorruptBlobException if it is not what was written
    @Nullable
    Link findLink(BlobKey key) throws IOException {
        PackFormat.Entry entry = findEntry(key);
        try (FileChannel channel = findOpen(key)) {
            if (entry == null || channel == null) {
                return null;
            }
            ByteBuffer content = ByteBuffer.allocate(entry.lengthBytes());
            PackScan.readFully(channel, content, entry.contentAt());
            Digester digester = new Digester();
            digester.update(content.array(), 0, content.position());
            Link link = digester.finish().matches(entry.digests()) ? Link.decode(content.flip()) : null;
            if (link == null && !tombstones.isDead(key.pack(), key.packOffset())) {
                throw new CorruptBlobException(key, -1, "its link has changed since it was written");
            }
            return link;
        }
    }

    void delete(BlobKey key) throws IOException {
        if (Files.exists(file(key.pack()))) {
            tombstones.add(key.pack(), key.packOffset());
        }
    }

    void forEach(BlobVisitor visitor) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                visit(nameOf(file), file, visitor);
            }
        }
    }

    private void visit(String pack, Path file, BlobVisitor visitor) throws IOException {
        try (FileChannel channel = disk.open(file, StandardOpenOption.READ)) {
            int[] dead = tombstones.offsets(pack);
            new PackScan(channel, pack).run(entry -> {
                if (Arrays.binarySearch(dead, entry.headerAt()) < 0) {
                    visitor.visit(
                            entry.key(storageClass, pack),
                            entry.lengthBytes(),
                            Instant.ofEpochMilli(entry.writtenMillis()),
                            false);
                }
            });
        } catch (NoSuchFileException e) {
            // Compacted away by somebody else since the folder was listed: its blobs are in a pack of theirs.
            return;
        }
    }

    static String nameOf(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }
}
