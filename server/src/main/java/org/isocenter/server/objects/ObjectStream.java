package org.isocenter.server.objects;

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.isocenter.server.telemetry.RemoteUnavailableException;
import org.jspecify.annotations.Nullable;

/// Reads an object range by range, so that a connection that breaks costs one range and nothing of it is ever
/// in memory but one. All ranges are of one version of the object: of the tag that the first one had.
final class ObjectStream extends InputStream {
    static final int RANGE_BYTES = 4 << 20;

    private static final int ATTEMPTS_MAX = 4;
    private static final long FIRST_PAUSE_NANOS = 100_000_000L;

    /// Asks for a range.
    interface Ranges {
        /// @param last byte of the range
        /// @param tag of the version to be read, or null for whatever there is
        HttpResponse<byte[]> get(long first, long last, @Nullable String tag);
    }

    private final String label;
    private final long lengthBytes;
    private final Ranges ranges;
    private final byte[] single = new byte[1];
    private byte[] range = {};
    private int at;
    private long asked;
    private @Nullable String tag;

    /// @param label of the store, for messages
    /// @param lengthBytes of the object
    ObjectStream(String label, long lengthBytes, Ranges ranges) {
        this.label = label;
        this.lengthBytes = lengthBytes;
        this.ranges = ranges;
    }

    @Override
    public int read() {
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            return 0;
        }
        if (at == range.length) {
            if (asked == lengthBytes) {
                return -1;
            }
            range = fetch();
            at = 0;
        }
        int count = Math.min(length, range.length - at);
        System.arraycopy(range, at, buffer, offset, count);
        at += count;
        return count;
    }

    private byte[] fetch() {
        int length = (int) Math.min(RANGE_BYTES, lengthBytes - asked);
        long pause = FIRST_PAUSE_NANOS;
        for (int attempt = 1; ; attempt++) {
            try {
                HttpResponse<byte[]> answer = ranges.get(asked, asked + length - 1, tag);
                if (answer.body().length != length) {
                    throw new RefusedException(label + " has another length than it lists");
                }
                tag = answer.headers().firstValue("ETag").orElse(null);
                asked += length;
                return answer.body();
            } catch (RemoteUnavailableException unavailable) {
                if (attempt == ATTEMPTS_MAX || Thread.currentThread().isInterrupted()) {
                    throw unavailable;
                }
                LockSupport.parkNanos(pause);
                pause *= 4;
            }
        }
    }
}
