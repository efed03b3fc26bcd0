package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Overwrites with zeros what deleted entries have left in packs, whoever wrote these and whether or not they
/// are still being appended to.
///
/// The digests in the header of such an entry become those of the zeros, so that it counts as whole and a
/// pack without a seal can still be gone through. The content goes first: a halt in between leaves an entry
/// that is not whole, which the next pass overwrites again.
final class Purge {
    private final Disk disk;
    private final Path folder;
    private final Tombstones tombstones;

    Purge(Disk disk, Path folder, Tombstones tombstones) {
        this.disk = disk;
        this.folder = folder;
        this.tombstones = tombstones;
    }

    /// Goes over all packs. The turn is held.
    void run() throws IOException {
        tombstones.sync();
        List<String> packs = new ArrayList<>();
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "*" + Tombstones.SUFFIX)) {
            logs.forEach(log -> packs.add(Packs.nameOf(log)));
        }
        for (String pack : packs) {
            overwrite(pack, tombstones.offsets(pack));
        }
    }

    /// Overwrites the deleted entries of a pack, unless this process knows that they are. Their
    /// deletion is durable.
    void overwrite(String pack, int[] dead) throws IOException {
        if (dead.length == 0 || tombstones.isWiped(pack, dead.length)) {
            return;
        }
        Path file = folder.resolve(pack + Packs.SUFFIX);
        try (FileChannel channel = disk.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            PackScan scan = new PackScan(channel, pack);
            List<PackFormat.Entry> entries = new ArrayList<>();
            for (int at : dead) {
                PackFormat.Entry entry = scan.findAt(at);
                if (entry != null) {
                    entries.add(entry);
                    write(channel, ByteBuffer.allocate(entry.lengthBytes()), entry.contentAt());
                }
            }
            channel.force(false);
            for (PackFormat.Entry entry : entries) {
                write(channel, blankHeader(pack, entry), entry.headerAt());
            }
            channel.force(false);
        } catch (NoSuchFileException compacted) {
            // Nothing of it is left.
            return;
        }
        tombstones.noteWiped(pack, dead.length);
    }

    private static ByteBuffer blankHeader(String pack, PackFormat.Entry entry) {
        int header = PackFormat.headerBytes(entry.lengthBytes());
        Digester digester = new Digester();
        digester.update(new byte[entry.lengthBytes()], 0, entry.lengthBytes());
        PackFormat.Entry blank = new PackFormat.Entry(
                entry.headerAt(), entry.lengthBytes(), false, entry.writtenMillis(), digester.finish());
        ByteBuffer buffer = ByteBuffer.allocate(header + entry.lengthBytes() + 8);
        return PackFormat.encode(buffer, header, pack, blank).limit(header);
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        long next = at;
        while (bytes.hasRemaining()) {
            next += channel.write(bytes, next);
        }
    }
}
