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
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One pass over all packs that gives back the space of deleted blobs.
///
/// A pack with nothing alive in it is removed. One that is less than half alive has its living entries copied
/// to the current pack, and is removed when these are durable and whoever knows their keys has taken note. A
/// halt at any moment leaves each entry at one place at least; copies that nobody knows are orphans for the
/// sweep.
///
/// What is deleted and stays, because most of its pack is alive, is overwritten (see [Purge]).
///
/// Left alone are packs that may still be appended to, packs so young that the keys of their entries may
/// not be committed yet, and damaged packs, whose unreadable part may be somebody's only evidence.
final class Compaction {
    private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);
    private static final int BATCH_ENTRIES = 32;
    private static final int BATCH_BYTES = 4 << 20;

    private final Disk disk;
    private final Path folder;
    private final Tombstones tombstones;
    private final PackLog log;
    private final Writership self;
    private final FileBlobsOptions options;
    private final Relocation relocation;
    private final Lease.Roll writers;

    private int packsRemoved;
    private int blobsMoved;
    private long bytesFreed;
    private int packsDamaged;

    Compaction(
            Disk disk,
            Path folder,
            Tombstones tombstones,
            PackLog log,
            Writership self,
            FileBlobsOptions options,
            Relocation relocation) {
        this.disk = disk;
        this.folder = folder;
        this.tombstones = tombstones;
        this.log = log;
        this.self = self;
        this.options = options;
        this.relocation = relocation;
        this.writers = new Lease.Roll(folder);
    }

    CompactReport run() throws IOException {
        // Listed first, since what is moved comes into packs that must not be met again.
        List<Path> packs = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + Packs.SUFFIX)) {
            files.forEach(packs::add);
        }
        for (Path file : packs) {
            try {
                compact(Packs.nameOf(file), file);
            } catch (NoSuchFileException e) {
                LOG.debug("The pack {} was compacted by somebody else", file, e);
            }
        }
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "*" + Tombstones.SUFFIX)) {
            for (Path file : logs) {
                if (!Files.exists(folder.resolve(Packs.nameOf(file) + Packs.SUFFIX))) {
                    tombstones.remove(Packs.nameOf(file));
                }
            }
        }
        writers.clean();
        tombstones.sync();
        return new CompactReport(packsRemoved, blobsMoved, bytesFreed, packsDamaged);
    }

    private void compact(String pack, Path file) throws IOException {
        if (Files.getLastModifiedTime(file)
                .toInstant()
                .plus(options.compactGrace())
                .isAfter(options.clock().instant())) {
            return;
        }
        int[] dead = tombstones.offsets(pack);
        if (dead.length > 0) {
            log.sealIfIdle(pack);
        }
        if (log.isCurrent(pack)) {
            return;
        }
        try (FileChannel channel = disk.open(file, StandardOpenOption.READ)) {
            PackScan scan = new PackScan(channel, pack);
            boolean sealed = scan.isSealed();
            if ((!sealed && isWriting(pack)) || (sealed && dead.length == 0)) {
                return;
            }
            long[] aliveBytes = {0};
            PackScan.Summary summary = scan.run(entry -> {
                if (Arrays.binarySearch(dead, entry.headerAt()) < 0) {
                    aliveBytes[0] += entry.endAt() - entry.headerAt();
                }
            });
            boolean worthwhile = 2 * aliveBytes[0] < summary.lengthBytes() || (!sealed && dead.length > 0);
            if (summary.damaged()) {
                packsDamaged++;
                LOG.warn("The pack {} is damaged and was left alone", file);
            } else if (!worthwhile && sealed) {
                tombstones.sync();
                new Purge(disk, folder, tombstones).overwrite(pack, dead);
            } else if (worthwhile && (aliveBytes[0] == 0 || moveAlive(pack, channel, dead))) {
                disk.delete(file);
                tombstones.remove(pack);
                packsRemoved++;
                bytesFreed += summary.lengthBytes() - aliveBytes[0];
            }
        }
    }

    /// Whether more may be appended to a pack without a seal. One of our own that is not current was given
    /// up.
    private boolean isWriting(String pack) throws IOException {
        String writer = pack.substring(0, 16);
        return !self.isOwn(writer) && writers.isAlive(writer);
    }

    /// Copies all living entries; false if one of them has rotted.
    private boolean moveAlive(String pack, FileChannel channel, int[] dead) throws IOException {
        List<PackFormat.Entry> batch = new ArrayList<>();
        int[] batchBytes = {0};
        boolean[] whole = {true};
        new PackScan(channel, pack).run(entry -> {
            if (Arrays.binarySearch(dead, entry.headerAt()) < 0 && whole[0]) {
                batch.add(entry);
                batchBytes[0] += entry.lengthBytes();
                if (batch.size() == BATCH_ENTRIES || batchBytes[0] >= BATCH_BYTES) {
                    whole[0] = move(pack, channel, batch);
                    batch.clear();
                    batchBytes[0] = 0;
                }
            }
        });
        return whole[0] && move(pack, channel, batch);
    }

    private boolean move(String pack, FileChannel channel, List<PackFormat.Entry> batch) throws IOException {
        List<PackLog.Append> appends = new ArrayList<>();
        for (PackFormat.Entry entry : batch) {
            if (!PackScan.isWhole(channel, entry)) {
                packsDamaged++;
                LOG.warn(
                        "The pack {} holds a blob that has changed and was left alone: {}",
                        pack,
                        entry.key(options.storageClass(), pack));
                return false;
            }
            int room = PackFormat.headerBytes(entry.lengthBytes());
            ByteBuffer content = ByteBuffer.allocate(room + entry.lengthBytes() + 8);
            PackScan.readFully(channel, content.position(room).limit(room + entry.lengthBytes()), entry.contentAt());
            appends.add(new PackLog.Append(content, room, entry.lengthBytes(), entry.link(), entry.digests()));
        }
        if (appends.isEmpty()) {
            return true;
        }
        log.appendAll(appends);
        List<Moved> moves = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            moves.add(new Moved(batch.get(i).key(options.storageClass(), pack), PackLog.keyOf(appends.get(i))));
        }
        relocation.move(List.copyOf(moves));
        blobsMoved += moves.size();
        return true;
    }
}
