package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.isocenter.server.telemetry.CrashPoint;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Appends small blobs to packs, with one sync for many.
///
/// Whoever comes and finds nobody at work leads: it appends all blobs that wait, with one gathered write and
/// one sync, then makes the first of those that came meanwhile the next leader and wakes those whose blobs
/// are durable. One writer alone therefore pays exactly one write and one sync, and many pay a share of one.
///
/// After any failure the pack is given up, cut back to its last durable entry where the disk allows it, and
/// the next group begins a new pack: nothing is ever appended behind bytes of unknown state.
final class PackLog {
    private static final Logger LOG = LoggerFactory.getLogger(PackLog.class);
    private static final int GROUP_BYTES = 16 << 20;

    /// One blob on its way into a pack.
    static final class Append {
        private final ByteBuffer buffer;
        private final int contentAt;
        private final int lengthBytes;
        private final boolean link;
        private final Digester.Digests digests;
        private final Thread owner = Thread.currentThread();
        private volatile State state = State.WAITING;
        private @Nullable BlobKey key;
        private @Nullable Throwable failure;

        /// @param buffer holds the content from `contentAt` on, with room for a header before it and padding
        ///     after it
        /// @param link whether the content is a link
        Append(ByteBuffer buffer, int contentAt, int lengthBytes, boolean link, Digester.Digests digests) {
            this.buffer = buffer;
            this.contentAt = contentAt;
            this.lengthBytes = lengthBytes;
            this.link = link;
            this.digests = digests;
        }

        private void wake(State next) {
            state = next;
            LockSupport.unpark(owner);
        }

        private State await() {
            boolean interrupted = false;
            while (state == State.WAITING) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return state;
        }
    }

    private enum State {
        WAITING,
        LEADING,
        OVER
    }

    /// A pack that is being written.
    private static final class Pack {
        final String name;
        final Path file;
        final FileChannel channel;
        int end = PackFormat.FIRST_ENTRY;
        int entries;

        Pack(String name, Path file, FileChannel channel) {
            this.name = name;
            this.file = file;
            this.channel = channel;
        }
    }

    private final Disk disk;
    private final Path folder;
    private final Writership self;
    private final FileBlobsOptions options;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Append> queue = new ArrayDeque<>();
    private boolean led;

    // Touched by the leader only.
    private int packsBegun;
    private @Nullable Pack pack;
    private volatile String current = "";

    PackLog(Disk disk, Path folder, Writership self, FileBlobsOptions options) {
        this.disk = disk;
        this.folder = folder;
        this.self = self;
        this.options = options;
    }

    /// Appends a blob and returns once it is durable.
    BlobKey append(Append mine) {
        appendAll(List.of(mine));
        return keyOf(mine);
    }

    /// Appends blobs of the calling thread, which must fit into one group, and returns once all have been
    /// dealt with.
    void appendAll(List<Append> mine) {
        lock.lock();
        try {
            queue.addAll(mine);
            if (!led) {
                led = true;
                queue.getFirst().state = State.LEADING;
            }
        } finally {
            lock.unlock();
        }
        for (Append append : mine) {
            if (append.await() == State.LEADING) {
                lead(append);
            }
        }
    }

    /// The key of a blob that has been dealt with.
    static BlobKey keyOf(Append append) {
        if (append.key == null) {
            throw new UnavailableException("the blob could not be appended to a pack", append.failure);
        }
        return append.key;
    }

    /// Whether entries are being appended to this pack.
    boolean isCurrent(String name) {
        return name.equals(current);
    }

    /// Ends this pack if it is the current one and nobody is appending right now.
    void sealIfIdle(String name) throws IOException {
        lock.lock();
        try {
            if (!led && isCurrent(name)) {
                seal();
            }
        } catch (IOException e) {
            giveUpPack();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void lead(Append leader) {
        List<Append> group = nextGroup();
        try {
            write(group);
        } finally {
            Append next;
            lock.lock();
            try {
                next = queue.peek();
                led = next != null;
            } finally {
                lock.unlock();
            }
            if (next != null) {
                next.wake(State.LEADING);
            }
            leader.state = State.OVER;
            for (Append append : group) {
                if (append != leader) {
                    append.wake(State.OVER);
                }
            }
        }
    }

    private List<Append> nextGroup() {
        List<Append> group = new ArrayList<>();
        lock.lock();
        try {
            int bytes = 0;
            for (Append next = queue.peek(); next != null; next = queue.peek()) {
                bytes += PackFormat.entryBytes(next.lengthBytes);
                if (bytes > GROUP_BYTES && !group.isEmpty()) {
                    break;
                }
                group.add(queue.remove());
            }
        } finally {
            lock.unlock();
        }
        return group;
    }

    /// Appends a group, or notes in each of its members why that failed. A leader that is interrupted has its
    /// channel closed under it; the others must not suffer from that, so the group is written again into a
    /// new pack.
    private void write(List<Append> group) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    writeDurably(group);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                    giveUpPack();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            giveUpPack();
            for (Append append : group) {
                append.failure = e;
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void writeDurably(List<Append> group) throws IOException {
        int groupBytes = 0;
        for (Append append : group) {
            groupBytes += PackFormat.entryBytes(append.lengthBytes);
        }
        Pack into = packWithRoomFor(groupBytes);
        long now = options.clock().instant().toEpochMilli();
        ByteBuffer[] slices = new ByteBuffer[group.size()];
        BlobKey[] keys = new BlobKey[group.size()];
        int end = into.end;
        for (int i = 0; i < slices.length; i++) {
            Append append = group.get(i);
            var entry = new PackFormat.Entry(end, append.lengthBytes, append.link, now, append.digests);
            slices[i] = PackFormat.encode(append.buffer, append.contentAt, into.name, entry);
            keys[i] = entry.key(options.storageClass(), into.name);
            end = entry.endAt();
        }
        writeFully(into.channel, slices);
        passForEach(group, CrashPoint.BLOB_WRITTEN);
        into.channel.force(false);
        passForEach(group, CrashPoint.BLOB_SYNCED);
        into.end = end;
        into.entries += slices.length;
        for (int i = 0; i < keys.length; i++) {
            group.get(i).key = keys[i];
        }
        passForEach(group, CrashPoint.BLOB_NAMED);
    }

    private static void passForEach(List<Append> group, CrashPoint point) {
        for (int i = 0; i < group.size(); i++) {
            point.pass();
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer... slices) throws IOException {
        int done = 0;
        while (done < slices.length) {
            channel.write(slices, done, slices.length - done);
            while (done < slices.length && !slices[done].hasRemaining()) {
                done++;
            }
        }
    }

    private Pack packWithRoomFor(int bytes) throws IOException {
        Pack open = pack;
        if (open != null && open.entries > 0 && (long) open.end + bytes > options.packBytes()) {
            seal();
            open = null;
        }
        return open == null ? begin() : open;
    }

    private Pack begin() throws IOException {
        String name = self.name() + HexFormat.of().toHexDigits(packsBegun++);
        Path file = folder.resolve(name + Packs.SUFFIX);
        // Named before it is there, so that a compaction never takes it for one that was given up.
        current = name;
        FileChannel channel = disk.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Pack begun = new Pack(name, file, channel);
        pack = begun;
        writeFully(channel, PackFormat.head(name));
        channel.force(true);
        disk.syncDirectory(folder);
        return begun;
    }

    /// Ends the current pack in good order. Waits for nobody: only the leader, or whoever holds
    /// the lock while there is none, or the last user may call it.
    void seal() throws IOException {
        Pack open = pack;
        if (open == null) {
            return;
        }
        Uninterrupted.run(() -> {
            if (open.channel.isOpen()) {
                try (FileChannel channel = open.channel) {
                    writeFully(channel, PackFormat.seal(open.name, open.end, open.entries));
                    channel.force(true);
                }
            }
        });
        pack = null;
        current = "";
    }

    private void giveUpPack() {
        Pack open = pack;
        if (open == null) {
            return;
        }
        pack = null;
        current = "";
        try {
            open.channel.close();
            if (open.entries == 0) {
                disk.delete(open.file);
            } else {
                try (FileChannel channel = disk.open(open.file, StandardOpenOption.WRITE)) {
                    channel.truncate(open.end);
                }
            }
        } catch (IOException e) {
            LOG.warn("The pack {} was given up and keeps a torn end: {}", open.file, e.toString());
        }
    }
}
