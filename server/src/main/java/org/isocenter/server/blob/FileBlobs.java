package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A store of one class in a folder of a file system.
///
/// ``` <folder>/files/ab/cd/abcd…            a large blob: 32 digits, found by its first four
/// <folder>/packs/<writer><number>.pack  small blobs, appended one after the other (see PackFormat), and
/// links to
///                                       files that lie elsewhere (see Link)
/// <folder>/packs/<writer><number>.dead  which of them are deleted (see Tombstones)
/// <folder>/packs/<writer>.writer        locked by that writer while it lives (see Lease)
/// ```
///
/// A large blob costs a sync of its file, whose name was made durable beforehand with those of others; a
/// small one a share of a sync of the pack. Nothing about the store is known but what lies in the folder,
/// so it needs no recovery when it is opened: every process that writes begins packs of its own, and never
/// goes on with one it finds.
public final class FileBlobs implements BlobStore {
    private static final Logger LOG = LoggerFactory.getLogger(FileBlobs.class);
    private static final String CHANGED = "The file to which blob {} links is gone or has changed";
    private static final int NAME_LENGTH = 32;
    private static final int IDLE_BUFFERS = 64;
    private static final int PROBE_BYTES = 64 * 1024;
    private static final Duration BLANK_AGE_MAX = Duration.ofDays(1);

    private final Disk disk;
    private final Path filesFolder;
    private final Path packsFolder;
    private final FileBlobsOptions options;
    private final Drawers drawers;
    private final Writership self;
    private final Tombstones tombstones;
    private final Packs packs;
    private final PackLog log;
    private final Buffers contents;
    private final Buffers chunks = new Buffers(BlobRef.CHUNK_BYTES, IDLE_BUFFERS);
    private final int contentAt;

    /// Folders whose removed names may not be durable.
    private final Set<Path> deletedFrom = ConcurrentHashMap.newKeySet();
    private final Blanks blanks;

    private FileBlobs(Path folder, FileBlobsOptions options, Disk disk) throws IOException {
        this.disk = disk;
        this.filesFolder = folder.resolve("files");
        this.packsFolder = folder.resolve("packs");
        this.options = options;
        disk.createDirectory(filesFolder);
        disk.createDirectory(packsFolder);
        disk.syncDirectory(folder);
        this.drawers = new Drawers(disk, filesFolder);
        this.blanks = new Blanks(options.storageClass(), disk, drawers);
        this.self = new Writership(disk, packsFolder);
        this.tombstones = new Tombstones(disk, packsFolder);
        this.packs = new Packs(options.storageClass(), disk, packsFolder, tombstones);
        this.log = new PackLog(disk, packsFolder, self, options);
        this.contentAt = PackFormat.align(PackFormat.headerBytes(options.packThresholdBytes()));
        this.contents = new Buffers(contentAt + options.packThresholdBytes() + 8, IDLE_BUFFERS);
    }

    /// Opens the store in a folder, which is made if it is not there. Touches nothing inside that is.
    ///
    /// @throws UnavailableException if the folder cannot be used
    public static FileBlobs open(Path folder, FileBlobsOptions options) {
        return open(folder, options, new Disk());
    }

    static FileBlobs open(Path folder, FileBlobsOptions options, Disk disk) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UnavailableException("the blob store cannot be opened: " + folder, e);
        }
        return openIn(folder, options, disk);
    }

    /// Opens the store in a folder that is there; it is never made.
    static FileBlobs openIn(Path folder, FileBlobsOptions options, Disk disk) {
        try {
            return new FileBlobs(folder, options, disk);
        } catch (IOException e) {
            throw new UnavailableException("the blob store cannot be opened: " + folder, e);
        }
    }

    @Override
    public List<String> classes() {
        return List.of(options.storageClass());
    }

    private void requireOwn(String storageClass) {
        if (!storageClass.equals(options.storageClass())) {
            throw AwayException.storageClass(storageClass);
        }
    }

    @Override
    public BlobWriter write(String storageClass) {
        requireOwn(storageClass);
        return new FileWriter(this);
    }

    @Override
    public BlobWriter link(String storageClass, Folder folder, String path) {
        requireOwn(storageClass);
        if (!folder.equals(options.folders().find(folder.name()))) {
            throw new IllegalArgumentException("no folder that the store may read: " + folder.name());
        }
        return new LinkWriter(log, folder.name(), path);
    }

    @Override
    public BlobReader open(BlobRef ref) {
        BlobKey key = ref.key();
        if (key.isLink()) {
            return openLinked(ref);
        }
        try {
            FileChannel channel = key.isPacked() ? packs.findOpen(key) : findOpenFile(key);
            if (channel == null) {
                throw new MissingBlobException(key);
            }
            long base = key.isPacked() ? key.packOffset() + (long) PackFormat.headerBytes(key.packedLength()) : 0;
            long stored = key.isPacked() ? Math.min(key.packedLength(), channel.size() - base) : channel.size();
            if (stored != ref.lengthBytes()) {
                channel.close();
                throw new CorruptBlobException(key, -1, "it has " + stored + " bytes, not " + ref.lengthBytes());
            }
            return new CheckedReader(channel, base, ref, chunks, () -> !exists(key));
        } catch (IOException e) {
            throw new UnavailableException("blob " + key + " cannot be opened", e);
        }
    }

    private BlobReader openLinked(BlobRef ref) {
        BlobKey key = ref.key();
        try {
            FileChannel channel = openLinked(key);
            if (channel.size() != ref.lengthBytes()) {
                channel.close();
                throw changed(key);
            }
            return new CheckedReader(channel, 0, ref, chunks, () -> {
                LOG.warn(CHANGED, key);
                return true;
            });
        } catch (IOException e) {
            throw new UnavailableException("the file to which blob " + key + " links cannot be opened", e);
        }
    }

    /// The file to which a blob links, open for reading.
    private FileChannel openLinked(BlobKey key) throws IOException {
        Link link = packs.findLink(key);
        if (link == null) {
            throw new MissingBlobException(key);
        }
        Folder folder = options.folders().find(link.folder());
        if (folder == null || !folder.holds("")) {
            throw AwayException.linked(link.folder());
        }
        try {
            return folder.open(link.path());
        } catch (NoSuchFileException gone) {
            throw changed(key);
        }
    }

    /// A file that its owner has changed or removed: of the blob there is nothing any more.
    private static MissingBlobException changed(BlobKey key) {
        LOG.warn(CHANGED, key);
        return new MissingBlobException(key);
    }

    private @Nullable FileChannel findOpenFile(BlobKey key) throws IOException {
        try {
            return disk.open(drawers.file(key), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public BlobRef refer(BlobKey key) {
        try {
            if (key.isLink()) {
                return referTo(key, openLinked(key));
            }
            return key.isPacked() ? referToEntry(key) : referTo(key, findOpenFile(key));
        } catch (IOException e) {
            throw new UnavailableException("blob " + key + " cannot be read", e);
        }
    }

    private BlobRef referToEntry(BlobKey key) throws IOException {
        PackFormat.Entry entry = packs.findEntry(key);
        try (FileChannel channel = packs.findOpen(key)) {
            if (entry == null || channel == null) {
                throw new MissingBlobException(key);
            }
            if (!PackScan.isWhole(channel, entry)) {
                if (!exists(key)) {
                    throw new MissingBlobException(key);
                }
                throw new CorruptBlobException(key, -1, "its bytes have changed since they were written");
            }
            return entry.digests().refer(key, entry.lengthBytes());
        }
    }

    private static BlobRef referTo(BlobKey key, @Nullable FileChannel file) throws IOException {
        try (FileChannel channel = file) {
            if (channel == null) {
                throw new MissingBlobException(key);
            }
            Digester digester = new Digester();
            ByteBuffer chunk = ByteBuffer.allocate(BlobRef.CHUNK_BYTES);
            long lengthBytes = 0;
            while (channel.read(chunk.clear()) >= 0) {
                digester.update(chunk.array(), 0, chunk.position());
                lengthBytes += chunk.position();
            }
            return digester.finish().refer(key, lengthBytes);
        }
    }

    @Override
    public boolean exists(BlobKey key) {
        try {
            return key.isPacked() ? packs.findEntry(key) != null : Files.exists(drawers.file(key));
        } catch (IOException e) {
            throw new UnavailableException("blob " + key + " cannot be looked for", e);
        }
    }

    @Override
    public void delete(BlobKey key) {
        try {
            if (key.isPacked()) {
                packs.delete(key);
            } else {
                Path file = drawers.file(key);
                if (disk.delete(file)) {
                    deletedFrom.add(file.resolveSibling("").normalize());
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new UnavailableException("blob " + key + " cannot be deleted", e);
        }
    }

    @Override
    public void forEach(BlobVisitor visitor) {
        try {
            try (DirectoryStream<Path> outer = Files.newDirectoryStream(filesFolder, "[0-9a-f][0-9a-f]")) {
                for (Path half : outer) {
                    try (DirectoryStream<Path> inner = Files.newDirectoryStream(half, "[0-9a-f][0-9a-f]")) {
                        for (Path drawer : inner) {
                            visitDrawer(drawer, visitor);
                        }
                    }
                }
            }
            packs.forEach(visitor);
        } catch (IOException | DirectoryIteratorException e) {
            throw new UnavailableException("the blob store cannot be listed", e);
        }
    }

    private void visitDrawer(Path drawer, BlobVisitor visitor) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(drawer)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.length() != NAME_LENGTH || !BlobKey.isLowerHex(name, 0)) {
                    LOG.warn("A file in the blob store is none of its own: {}", file);
                } else if (!blanks.holds(file)) {
                    visitFile(file, BlobKey.file(options.storageClass(), name), visitor);
                }
            }
        }
    }

    /// Shows a file, unless it is without bytes and not old: then it may be a name that another process
    /// keeps ready.
    private void visitFile(Path file, BlobKey key, BlobVisitor visitor) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            LOG.debug("The file was deleted since its folder was listed: {}", file, e);
            return;
        }
        Instant written = attributes.lastModifiedTime().toInstant();
        boolean empty = attributes.size() == 0;
        if (!empty || written.isBefore(options.clock().instant().minus(BLANK_AGE_MAX))) {
            visitor.visit(key, attributes.size(), written, empty);
        }
    }

    @Override
    public CompactReport compact(Relocation relocation) {
        try (var _ = Turn.take(packsFolder)) {
            return new Compaction(disk, packsFolder, tombstones, log, self, options, relocation).run();
        } catch (IOException | DirectoryIteratorException e) {
            throw new UnavailableException("the packs cannot be compacted", e);
        }
    }

    @Override
    public void purge() {
        try (var _ = Turn.take(packsFolder)) {
            new Purge(disk, packsFolder, tombstones).run();
            for (Path drawer : deletedFrom) {
                syncDeletions(drawer);
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new UnavailableException("what is left of deleted blobs cannot be overwritten", e);
        }
    }

    private void syncDeletions(Path drawer) throws IOException {
        deletedFrom.remove(drawer);
        try {
            disk.syncDirectory(drawer);
        } catch (IOException e) {
            deletedFrom.add(drawer);
            throw e;
        }
    }

    @Override
    public void probe(String storageClass) {
        requireOwn(storageClass);
        byte[] sample = new byte[PROBE_BYTES];
        ThreadLocalRandom.current().nextBytes(sample);
        Blanks.Blank blank = null;
        try {
            blank = blanks.take();
            for (ByteBuffer bytes = ByteBuffer.wrap(sample); bytes.hasRemaining(); ) {
                blank.channel().write(bytes);
            }
            blank.channel().force(false);
            ByteBuffer back = ByteBuffer.allocate(PROBE_BYTES);
            try (FileChannel channel = disk.open(blank.path(), StandardOpenOption.READ)) {
                if (channel.size() != PROBE_BYTES
                        || !PackScan.readFully(channel, back, 0)
                        || !back.flip().equals(ByteBuffer.wrap(sample))) {
                    throw new IOException("what was written is not what is read back");
                }
            }
        } catch (IOException e) {
            throw new UnavailableException("the blob store cannot take blobs: " + e.getMessage(), e);
        } finally {
            if (blank != null) {
                blanks.discard(blank);
            }
        }
    }

    @Override
    public void close() {
        blanks.close();
        try {
            log.seal();
            tombstones.sync();
            self.close();
        } catch (IOException e) {
            throw new UnavailableException("the blob store cannot be closed in good order", e);
        }
    }

    Disk disk() {
        return disk;
    }

    Blanks blanks() {
        return blanks;
    }

    PackLog log() {
        return log;
    }

    /// Where in a content buffer the content begins: before it is room for the header of an entry.
    int contentAt() {
        return contentAt;
    }

    ByteBuffer takeContentBuffer() {
        return prepare(contents.take());
    }

    /// Sets a content buffer to take content up to the pack threshold.
    ByteBuffer prepare(ByteBuffer buffer) {
        return buffer.clear().limit(buffer.capacity() - 8).position(contentAt);
    }

    void giveContentBuffer(ByteBuffer buffer) {
        contents.give(buffer);
    }
}
