package org.isocenter.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// The body of a response as a blocking stream. Small writes are gathered, large ones go to the socket as
/// they are.
///
/// Closing flushes but does not end the message: only a route that returns does. One that fails half way leaves a
/// response that the client can see is broken, even if its stream was closed on the way out.
public final class ResponseBody extends OutputStream {
    private static final int GATHER_BYTES = 16 * 1024;
    private static final int ZIP_BYTES = 4 * 1024;

    /// Takes the bytes of a buffer, all of them, before it returns.
    interface Wire {
        void write(ByteBuffer bytes) throws IOException;
    }

    private final Wire wire;
    private final long lengthBytes;
    private final boolean discarding;
    private final @Nullable GZIPOutputStream zip;
    private byte @Nullable [] gathered;
    private int count;
    private long written;
    private boolean closed;

    /// @param lengthBytes the length announced, or -1
    /// @param discarding whether the client asked for the head alone
    ResponseBody(Wire wire, long lengthBytes, boolean discarding, boolean zipped) throws IOException {
        this.wire = wire;
        this.lengthBytes = lengthBytes;
        this.discarding = discarding;
        this.zip = zipped && !discarding ? new FastGzip(new Plain()) : null;
    }

    /// Level 1: a quarter of the time of the usual level for nearly all of its gain on JSON.
    static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, ZIP_BYTES, true);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    private final class Plain extends OutputStream {
        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            gather(bytes, offset, length);
        }
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        count(length);
        if (zip != null) {
            zip.write(bytes, offset, length);
        } else {
            gather(bytes, offset, length);
        }
    }

    /// Writes what remains in the buffer, which may be used again as soon as this returns.
    public void write(ByteBuffer bytes) throws IOException {
        if (zip != null) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            write(copy, 0, copy.length);
            return;
        }
        count(bytes.remaining());
        if (discarding) {
            bytes.position(bytes.limit());
            return;
        }
        if (bytes.remaining() <= GATHER_BYTES - count) {
            int length = bytes.remaining();
            bytes.get(gathered(), count, length);
            count += length;
        } else {
            sendGathered();
            wire.write(bytes);
        }
    }

    private void gather(byte[] bytes, int offset, int length) throws IOException {
        if (discarding) {
            return;
        }
        if (length > GATHER_BYTES - count) {
            sendGathered();
        }
        if (length >= GATHER_BYTES) {
            wire.write(ByteBuffer.wrap(bytes, offset, length));
        } else {
            System.arraycopy(bytes, offset, gathered(), count, length);
            count += length;
        }
    }

    private void count(int length) throws IOException {
        if (closed) {
            throw new IOException("the body has been closed");
        }
        written += length;
        if (lengthBytes >= 0 && written > lengthBytes) {
            throw new IllegalStateException("the body is longer than was announced");
        }
    }

    private byte[] gathered() {
        return gathered == null ? (gathered = new byte[GATHER_BYTES]) : gathered;
    }

    private void sendGathered() throws IOException {
        if (count > 0) {
            ByteBuffer bytes = ByteBuffer.wrap(gathered(), 0, count);
            count = 0;
            wire.write(bytes);
        }
    }

    @Override
    public void flush() throws IOException {
        if (zip != null && !closed) {
            zip.flush();
        }
        sendGathered();
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            if (zip != null) {
                zip.close();
            }
            sendGathered();
        }
    }

    /// Closes and makes sure that what was announced has been written.
    void complete() throws IOException {
        close();
        if (lengthBytes >= 0 && !discarding && written != lengthBytes) {
            throw new IllegalStateException("the body is shorter than was announced");
        }
    }
}
