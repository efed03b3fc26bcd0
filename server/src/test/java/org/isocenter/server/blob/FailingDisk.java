package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// A disk whose n-th change fails, or that is full: writes then go half-way before they fail, as real ones do.
final class FailingDisk extends Disk {
    private final AtomicLong untilFailure = new AtomicLong(Long.MAX_VALUE);
    private volatile boolean forGood;
    volatile boolean full;

    void failAt(long change, boolean stays) {
        forGood = stays;
        untilFailure.set(change);
    }

    void heal() {
        full = false;
        untilFailure.set(Long.MAX_VALUE);
    }

    boolean hasFailed() {
        return untilFailure.get() <= 0;
    }

    private boolean isDue() {
        long left = untilFailure.decrementAndGet();
        return left == 0 || (forGood && left < 0);
    }

    private void change() throws IOException {
        if (isDue()) {
            throw new IOException("Input/output error, on purpose");
        }
    }

    @Override
    FileChannel open(Path file, OpenOption... options) throws IOException {
        change();
        return new Channel(super.open(file, options));
    }

    @Override
    void rename(Path from, Path to) throws IOException {
        change();
        super.rename(from, to);
    }

    @Override
    void createDirectory(Path folder) throws IOException {
        change();
        super.createDirectory(folder);
    }

    @Override
    boolean delete(Path file) throws IOException {
        change();
        return super.delete(file);
    }

    private final class Channel extends FileChannel {
        private final FileChannel channel;

        Channel(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            boolean due = isDue();
            if (full || due) {
                channel.write(source.slice(source.position(), source.remaining() / 2));
                throw new IOException(due ? "Input/output error, on purpose" : "No space left on device, on purpose");
            }
            return channel.write(source);
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
            long written = 0;
            for (int i = offset; i < offset + length; i++) {
                written += write(sources[i]);
            }
            return written;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            change();
            channel.force(metaData);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return channel.read(target);
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
            return channel.read(targets, offset, length);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return channel.read(target, position);
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            change();
            return channel.write(source, position);
        }

        @Override
        public long position() throws IOException {
            return channel.position();
        }

        @Override
        public FileChannel position(long newPosition) throws IOException {
            channel.position(newPosition);
            return this;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            change();
            channel.truncate(size);
            return this;
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
            return channel.transferTo(position, count, target);
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
            return channel.transferFrom(source, position, count);
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
            return channel.map(mode, position, size);
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) throws IOException {
            return channel.lock(position, size, shared);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return channel.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            channel.close();
        }
    }
}
