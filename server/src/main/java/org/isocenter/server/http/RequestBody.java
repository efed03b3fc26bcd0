package org.isocenter.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Blocker;
import org.jspecify.annotations.Nullable;

/// The body of a request as a blocking stream, copied once, bounded in length and in patience.
final class RequestBody extends InputStream {
    private final Request request;
    private final long bytesMax;
    private final Pace pace;
    private Content.@Nullable Chunk chunk;
    private boolean touched;
    private boolean ended;
    private long bytes;
    private long waitedNanos;

    RequestBody(Request request, long bytesMax, Pace pace) {
        this.request = request;
        this.bytesMax = bytesMax;
        this.pace = pace;
    }

    /// Whether nobody has asked for a byte, so that a client that waits for `100 Continue` still waits.
    boolean isUntouched() {
        return !touched;
    }

    /// Whether the body is known to have been received whole.
    boolean isEnded() {
        return ended;
    }

    @Override
    public int read() throws IOException {
        ByteBuffer buffer = buffer();
        if (buffer == null) {
            return -1;
        }
        int octet = buffer.get() & 0xff;
        releaseIfEmpty(buffer);
        return octet;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        ByteBuffer buffer = buffer();
        if (buffer == null) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, offset, count);
        releaseIfEmpty(buffer);
        return count;
    }

    @Override
    public int available() {
        Content.Chunk current = chunk;
        return current == null ? 0 : current.getByteBuffer().remaining();
    }

    void release() {
        if (chunk != null) {
            chunk.release();
            chunk = null;
        }
    }

    private void releaseIfEmpty(ByteBuffer buffer) {
        if (!buffer.hasRemaining()) {
            release();
        }
    }

    /// The bytes at hand, waited for; null at the end.
    private @Nullable ByteBuffer buffer() throws IOException {
        touched = true;
        while (chunk == null) {
            if (ended) {
                return null;
            }
            Content.Chunk next = request.read();
            if (next == null) {
                await();
            } else if (Content.Chunk.isFailure(next)) {
                throw failure(next.getFailure());
            } else {
                take(next);
            }
        }
        return chunk.getByteBuffer();
    }

    private void take(Content.Chunk next) {
        ended = next.isLast();
        if (!next.hasRemaining()) {
            next.release();
            return;
        }
        chunk = next;
        bytes += next.remaining();
        if (bytes > bytesMax) {
            release();
            throw tooLong(bytesMax);
        }
        if (pace.isTooSlow(bytes, waitedNanos)) {
            release();
            throw tooSlow();
        }
    }

    private void await() throws IOException {
        long before = System.nanoTime();
        try (Blocker.Runnable arrival = Blocker.runnable()) {
            request.demand(arrival);
            arrival.block();
        }
        waitedNanos += System.nanoTime() - before;
    }

    /// Reads on without keeping anything, so that a client still sending gets to read its answer.
    ///
    /// @return whether the body ended within the bounds
    boolean drain(long drainBytesMax, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        long drained = available();
        release();
        while (!ended && drained < drainBytesMax) {
            Content.Chunk next = request.read();
            if (next == null) {
                if (!awaitUntil(deadline)) {
                    return false;
                }
            } else if (Content.Chunk.isFailure(next)) {
                return false;
            } else {
                drained += next.remaining();
                ended = next.isLast();
                next.release();
            }
        }
        return ended;
    }

    private boolean awaitUntil(long deadline) {
        try (Blocker.Runnable arrival = Blocker.runnable()) {
            request.demand(arrival);
            arrival.block(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return System.nanoTime() < deadline;
        } catch (IOException | TimeoutException ignored) {
            return false;
        }
    }

    private IOException failure(Throwable cause) {
        return switch (cause) {
            case TimeoutException ignored -> throw tooSlow();
            case HttpException ignored -> new MalformedBodyException("The body of the request is not well formed.");
            case EofException ignored -> new MalformedBodyException("The body of the request ended early.");
            default -> new ClientGoneException(cause);
        };
    }

    static Refusal tooLong(long bytesMax) {
        return new Refusal(413, "content-too-large", "The body is longer than " + bytesMax + " bytes.");
    }

    private static Refusal tooSlow() {
        return new Refusal(408, "request-timeout", "The body came too slowly.");
    }
}
