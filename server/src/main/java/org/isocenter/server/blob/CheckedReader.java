package org.isocenter.server.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;

/// Reads a blob that lies in one piece in a file, chunk by chunk, and hands on only what has proved to be
/// unchanged.
final class CheckedReader implements BlobReader {
    private final FileChannel channel;
    private final long base;
    private final BlobRef ref;
    private final Buffers chunks;
    private final BooleanSupplier deleted;
    private final CRC32C crc32c = new CRC32C();

    /// @param base where in the file the blob begins
    /// @param chunks gives buffers of one chunk each
    /// @param deleted tells whether the blob has been deleted since it was opened
    CheckedReader(FileChannel channel, long base, BlobRef ref, Buffers chunks, BooleanSupplier deleted) {
        this.channel = channel;
        this.base = base;
        this.ref = ref;
        this.chunks = chunks;
        this.deleted = deleted;
    }

    @Override
    public long lengthBytes() {
        return ref.lengthBytes();
    }

    @Override
    public <X extends Exception> void transfer(long offset, long length, BlobSink<X> sink) throws X {
        Objects.checkFromIndexSize(offset, length, ref.lengthBytes());
        ByteBuffer chunk = chunks.take();
        try {
            long at = offset;
            long end = offset + length;
            while (at < end) {
                load(at, end, chunk);
                at += chunk.remaining();
                sink.accept(chunk.slice().asReadOnlyBuffer());
            }
        } finally {
            chunks.give(chunk);
        }
    }

    @Override
    public byte[] bytes(long offset, int length) {
        Objects.checkFromIndexSize(offset, length, ref.lengthBytes());
        ByteBuffer bytes = ByteBuffer.allocate(length);
        transfer(offset, length, bytes::put);
        return bytes.array();
    }

    @Override
    public InputStream stream(long offset, long length) {
        Objects.checkFromIndexSize(offset, length, ref.lengthBytes());
        return new Stream(offset, offset + length);
    }

    /// Reads the chunk in which `at` lies, checks it, and sets the buffer to its part from `at` up to `end`.
    private void load(long at, long end, ByteBuffer buffer) {
        int chunk = (int) (at / BlobRef.CHUNK_BYTES);
        long chunkAt = (long) chunk * BlobRef.CHUNK_BYTES;
        int chunkBytes = (int) Math.min(BlobRef.CHUNK_BYTES, ref.lengthBytes() - chunkAt);
        buffer.clear().limit(chunkBytes);
        try {
            if (!PackScan.readFully(channel, buffer, base + chunkAt)) {
                throw changed(chunk, "the file ends before it");
            }
        } catch (IOException e) {
            throw new UnavailableException("blob " + ref.key() + " cannot be read", e);
        }
        crc32c.reset();
        crc32c.update(buffer.flip());
        if ((int) crc32c.getValue() != ref.crc32cOf(chunk)) {
            throw changed(chunk, "its bytes have changed since they were written");
        }
        buffer.limit((int) Math.min(chunkBytes, end - chunkAt)).position((int) (at - chunkAt));
    }

    /// Bytes that are not those that were written: a compaction has overwritten what was deleted, or else
    /// they rotted.
    private RuntimeException changed(int chunk, String how) {
        return deleted.getAsBoolean()
                ? new MissingBlobException(ref.key())
                : new CorruptBlobException(ref.key(), chunk, how);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UnavailableException("blob " + ref.key() + " cannot be closed", e);
        }
    }

    /// A range as a stream. Its buffer goes back when the range has been read or the stream is closed.
    private final class Stream extends InputStream {
        private long at;
        private final long end;
        private @Nullable ByteBuffer chunk;

        Stream(long at, long end) {
            this.at = at;
            this.end = end;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            if (at == end) {
                close();
                return -1;
            }
            ByteBuffer loaded = loaded();
            int step = Math.min(length, loaded.remaining());
            loaded.get(bytes, offset, step);
            at += step;
            return step;
        }

        private ByteBuffer loaded() {
            if (chunk == null) {
                chunk = chunks.take().limit(0);
            }
            if (!chunk.hasRemaining()) {
                chunk.limit(0);
                ByteBuffer next = chunk;
                chunk = null;
                load(at, end, next);
                chunk = next;
            }
            return chunk;
        }

        @Override
        public int available() {
            return chunk == null ? 0 : chunk.remaining();
        }

        @Override
        public void close() {
            at = end;
            if (chunk != null) {
                chunks.give(chunk);
                chunk = null;
            }
        }
    }
}
