package org.isocenter.server.blob;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.isocenter.server.telemetry.CrashPoint;

/// Writes a blob whose bytes lie in a file already: takes their digests, and stores a link.
final class LinkWriter implements BlobWriter {
    private final PackLog log;
    private final String folder;
    private final String path;
    private final Digester digester = new Digester();
    private long lengthBytes;
    private boolean over;

    LinkWriter(PackLog log, String folder, String path) {
        this.log = log;
        this.folder = folder;
        this.path = path;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireOpen();
        if (lengthBytes == 0 && length > 0) {
            CrashPoint.BLOB_HALF.pass();
        }
        digester.update(bytes, offset, length);
        lengthBytes += length;
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public PendingBlob finish() {
        requireOpen();
        over = true;
        return new PendingLink(new Link(folder, path, lengthBytes), digester.finish());
    }

    private void requireOpen() {
        if (over) {
            throw new IllegalStateException("this blob has been finished or given up");
        }
    }

    @Override
    public void close() {
        over = true;
    }

    /// A link that waits for its place in a pack.
    private final class PendingLink implements PendingBlob {
        private final Link link;
        private final Digester.Digests digests;
        private boolean told;

        PendingLink(Link link, Digester.Digests digests) {
            this.link = link;
            this.digests = digests;
        }

        @Override
        public BlobRef store() {
            if (told) {
                throw new IllegalStateException("this blob has been stored or discarded");
            }
            told = true;
            byte[] content = link.encode();
            Digester own = new Digester();
            own.update(content, 0, content.length);
            int room = PackFormat.align(PackFormat.headerBytes(content.length));
            ByteBuffer buffer = ByteBuffer.allocate(room + content.length + 8).put(room, content);
            BlobKey key = log.append(new PackLog.Append(buffer, room, content.length, true, own.finish()));
            return digests.refer(key, link.lengthBytes());
        }

        @Override
        public void discard() {
            told = true;
        }
    }
}
