package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// Reads a pack from beginning to end and finds its entries.
///
/// Where an entry should begin and none does, the next one is looked for at every multiple of 8 bytes. At the
/// end of a pack without a seal that is the torn end left by a halt, which holds nothing that was ever called
/// durable; anywhere else it is damage.
final class PackScan {
    private static final int WINDOW_BYTES = 8 * 1024;

    /// What a pack was found to be.
    ///
    /// @param lengthBytes the length of the file
    /// @param damaged whether a part of it that was once good cannot be read
    record Summary(long lengthBytes, int entries, boolean damaged) {}

    interface Found {
        void entry(PackFormat.Entry entry) throws IOException;
    }

    private final FileChannel channel;
    private final String pack;
    private final long lengthBytes;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
    private long windowAt;

    PackScan(FileChannel channel, String pack) throws IOException {
        this.channel = channel;
        this.pack = pack;
        this.lengthBytes = channel.size();
    }

    long lengthBytes() {
        return lengthBytes;
    }

    boolean isSealed() throws IOException {
        long at = lengthBytes - PackFormat.SEAL_BYTES;
        if (at < PackFormat.FIRST_ENTRY || lengthBytes > Integer.MAX_VALUE) {
            return false;
        }
        ByteBuffer seal = ByteBuffer.allocate(PackFormat.SEAL_BYTES);
        return readFully(channel, seal, at) && PackFormat.isSeal(seal.flip(), pack, (int) at);
    }

    Summary run(Found found) throws IOException {
        boolean sealed = isSealed();
        long end = Math.min(lengthBytes, Integer.MAX_VALUE) - (sealed ? PackFormat.SEAL_BYTES : 0);
        int entries = 0;
        boolean gap = false;
        boolean damaged = false;
        long at = PackFormat.FIRST_ENTRY;
        while (at < end) {
            PackFormat.Entry entry = findEntry((int) at, end);
            if (entry != null && (sealed || isWhole(channel, entry))) {
                damaged |= gap;
                entries++;
                found.entry(entry);
                at = entry.endAt();
            } else {
                gap = true;
                at += 8;
            }
        }
        return new Summary(lengthBytes, entries, damaged || (gap && sealed));
    }

    private PackFormat.@Nullable Entry findEntry(int at, long end) throws IOException {
        PackFormat.Entry entry = findInWindow(at);
        if (entry == null && windowAt + window.limit() < end && at - windowAt > WINDOW_BYTES / 2) {
            fill(at);
            entry = findInWindow(at);
        }
        return entry != null && entry.endsBy(end) ? entry : null;
    }

    private PackFormat.@Nullable Entry findInWindow(int at) throws IOException {
        if (at < windowAt || at >= windowAt + window.limit()) {
            fill(at);
        }
        return PackFormat.findEntry(window, (int) (at - windowAt), pack, at);
    }

    private void fill(int at) throws IOException {
        window.clear();
        readFully(channel, window, at);
        window.flip();
        windowAt = at;
    }

    /// The entry at an offset that somebody kept, or null if there is none.
    PackFormat.@Nullable Entry findAt(int at) throws IOException {
        return at >= lengthBytes ? null : findEntry(at, lengthBytes);
    }

    /// Whether the content of an entry still has the digests that its header names.
    static boolean isWhole(FileChannel channel, PackFormat.Entry entry) throws IOException {
        Digester digester = new Digester();
        ByteBuffer chunk = ByteBuffer.allocate(Math.min(entry.lengthBytes(), BlobRef.CHUNK_BYTES));
        for (int done = 0; done < entry.lengthBytes(); done += chunk.limit()) {
            chunk.clear().limit(Math.min(chunk.capacity(), entry.lengthBytes() - done));
            if (!readFully(channel, chunk, (long) entry.contentAt() + done)) {
                return false;
            }
            digester.update(chunk.array(), 0, chunk.limit());
        }
        return digester.finish().matches(entry.digests());
    }

    /// Fills what remains of `into` from a place in the file; false if the file ends before that.
    static boolean readFully(FileChannel channel, ByteBuffer into, long at) throws IOException {
        long from = at;
        while (into.hasRemaining()) {
            int read = channel.read(into, from);
            if (read < 0) {
                return false;
            }
            from += read;
        }
        return true;
    }
}
