package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.isocenter.server.telemetry.CrashPoint;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;

/// Writes one blob: into memory up to the pack threshold, and beyond that into a file of its own.
final class FileWriter implements BlobWriter {
    private final FileBlobs store;
    private final Digester digester = new Digester();
    private final ByteBuffer buffer;
    private Blanks.@Nullable Blank blank;
    private long lengthBytes;
    private boolean over;

    FileWriter(FileBlobs store) {
        this.store = store;
        this.buffer = store.takeContentBuffer();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (over) {
            throw new IllegalStateException("this blob has been finished or given up");
        }
        if (lengthBytes == 0 && length > 0) {
            CrashPoint.BLOB_HALF.pass();
        }
        digester.update(bytes, offset, length);
        int done = 0;
        while (done < length) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int step = Math.min(buffer.remaining(), length - done);
            buffer.put(bytes, offset + done, step);
            done += step;
        }
        lengthBytes += length;
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    private void flush() {
        try {
            Blanks.Blank into = blank;
            if (into == null) {
                into = store.blanks().take();
                blank = into;
            }
            buffer.limit(buffer.position()).position(store.contentAt());
            while (buffer.hasRemaining()) {
                into.channel().write(buffer);
            }
            store.prepare(buffer);
        } catch (IOException e) {
            close();
            throw new UnavailableException("a blob cannot be written", e);
        }
    }

    @Override
    public PendingBlob finish() {
        if (over) {
            throw new IllegalStateException("this blob has been finished or given up");
        }
        if (blank != null) {
            flush();
        }
        over = true;
        Digester.Digests digests = digester.finish();
        if (blank == null) {
            return new PendingEntry(store, buffer, (int) lengthBytes, digests);
        }
        store.giveContentBuffer(buffer);
        CrashPoint.BLOB_WRITTEN.pass();
        return new PendingFile(store, blank, lengthBytes, digests);
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            store.giveContentBuffer(buffer);
            if (blank != null) {
                store.blanks().discard(blank);
            }
        }
    }

    /// A blob that waits in memory for its place in a pack.
    private static final class PendingEntry implements PendingBlob {
        private final FileBlobs store;
        private final int lengthBytes;
        private final Digester.Digests digests;
        private @Nullable ByteBuffer buffer;

        PendingEntry(FileBlobs store, ByteBuffer buffer, int lengthBytes, Digester.Digests digests) {
            this.store = store;
            this.buffer = buffer;
            this.lengthBytes = lengthBytes;
            this.digests = digests;
        }

        @Override
        public BlobRef store() {
            ByteBuffer content = buffer;
            if (content == null) {
                throw new IllegalStateException("this blob has been stored or discarded");
            }
            buffer = null;
            BlobKey key =
                    store.log().append(new PackLog.Append(content, store.contentAt(), lengthBytes, false, digests));
            store.giveContentBuffer(content);
            return digests.refer(key, lengthBytes);
        }

        @Override
        public void discard() {
            if (buffer != null) {
                store.giveContentBuffer(buffer);
                buffer = null;
            }
        }
    }

    /// A blob that waits in its file for durability. Its name is durable already.
    private static final class PendingFile implements PendingBlob {
        private final FileBlobs store;
        private final Blanks.Blank blank;
        private final long lengthBytes;
        private final Digester.Digests digests;
        private boolean over;

        PendingFile(FileBlobs store, Blanks.Blank blank, long lengthBytes, Digester.Digests digests) {
            this.store = store;
            this.blank = blank;
            this.lengthBytes = lengthBytes;
            this.digests = digests;
        }

        @Override
        public BlobRef store() {
            if (over) {
                throw new IllegalStateException("this blob has been stored or discarded");
            }
            over = true;
            boolean stored = false;
            try {
                blank.channel().force(false);
                CrashPoint.BLOB_SYNCED.pass();
                blank.channel().close();
                CrashPoint.BLOB_NAMED.pass();
                stored = true;
                store.blanks().filled(blank);
                return digests.refer(blank.key(), lengthBytes);
            } catch (IOException e) {
                throw new UnavailableException("a blob cannot be made durable", e);
            } finally {
                if (!stored) {
                    store.blanks().discard(blank);
                }
            }
        }

        @Override
        public void discard() {
            if (!over) {
                over = true;
                store.blanks().discard(blank);
            }
        }
    }
}
