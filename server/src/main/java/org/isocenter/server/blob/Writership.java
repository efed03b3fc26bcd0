package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The name under which an open store writes. It becomes a writer only when it has something to write, so
/// that a full or read-only disk can still be read.
final class Writership implements AutoCloseable {
    private final Disk disk;
    private final Path folder;
    private volatile @Nullable Lease lease;
    private boolean closed;

    Writership(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
    }

    String name() throws IOException {
        Lease held = lease;
        return held == null ? become().writer() : held.writer();
    }

    private synchronized Lease become() throws IOException {
        if (closed) {
            throw new IllegalStateException("the blob store is closed");
        }
        Lease held = lease;
        if (held == null) {
            Uninterrupted.run(() -> lease = Lease.take(disk, folder));
            held = lease;
        }
        if (held == null) {
            throw new IllegalStateException("a lease was taken and is not there");
        }
        return held;
    }

    boolean isOwn(String writer) {
        Lease held = lease;
        return held != null && held.writer().equals(writer);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        Lease held = lease;
        lease = null;
        if (held != null) {
            held.close();
        }
    }
}
