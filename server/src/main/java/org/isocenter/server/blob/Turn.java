package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The right to move and to overwrite what lies in the packs of a folder: one thread of one process has it
/// at a time, so that nothing is copied to another pack while it is overwritten in this one.
///
/// Within the process it is a lock, between processes a lock on a file, which the operating system drops when
/// its holder ends, however that ends.
final class Turn implements AutoCloseable {
    private static final String FILE = "turn.lock";

    /// By folder, since a process may not lock a file twice.
    private static final ConcurrentHashMap<Path, ReentrantLock> HERE = new ConcurrentHashMap<>();

    private final ReentrantLock lock;
    private final FileChannel channel;

    private Turn(ReentrantLock lock, FileChannel channel) {
        this.lock = lock;
        this.channel = channel;
    }

    /// Waits until nobody else has it.
    static Turn take(Path folder) throws IOException {
        ReentrantLock lock = HERE.computeIfAbsent(folder.toRealPath(), path -> new ReentrantLock());
        @Nullable FileChannel[] opened = new FileChannel[1];
        boolean taken = false;
        lock.lock();
        try {
            Uninterrupted.run(() -> {
                FileChannel channel =
                        FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                opened[0] = channel;
                channel.lock();
            });
            Turn turn = new Turn(lock, Objects.requireNonNull(opened[0]));
            taken = true;
            return turn;
        } finally {
            if (!taken) {
                lock.unlock();
                if (opened[0] != null) {
                    opened[0].close();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            lock.unlock();
        }
    }
}
