package org.isocenter.bench;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The cheapest HTTP/1.1 client that will do: one kept connection, requests written from prepared direct
/// buffers in one gathering write, answers read into one direct buffer and dropped there. The driver shares
/// the cores with the server it measures, so what it does not do counts.
///
/// It understands what servers under test send: a status line, headers, and a body by length, by chunks, or
/// up to the end of the connection.
final class WireClient implements AutoCloseable {

    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int MAX_HEAD_BYTES = 32 * 1024;
    private static final int MAX_KEPT_BYTES = 256 * 1024 * 1024;

    /// Servers close connections that idle; one that has been quiet for this long is replaced instead of
    /// raced for.
    private static final long STALE_NANOSECONDS = TimeUnit.MILLISECONDS.toNanos(400);

    private final InetSocketAddress address;
    private final ByteBuffer input = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
    private volatile @Nullable SocketChannel channel;
    private long lastUse;

    WireClient(InetSocketAddress address) {
        this.address = address;
    }

    /// Sends a request and drains the answer.
    WireAnswer exchange(ByteBuffer... request) throws IOException {
        return exchange(request, null);
    }

    /// Sends a request and keeps the body of the answer.
    WireAnswer fetch(ByteBuffer... request) throws IOException {
        return exchange(request, new ByteArrayOutputStream());
    }

    /// A GET request for a path on the server, ready to be sent any number of times as duplicates.
    static ByteBuffer get(InetSocketAddress address, String path, String accept) {
        String text = "GET " + path + " HTTP/1.1\r\nHost: " + host(address) + "\r\nAccept: " + accept + "\r\n\r\n";
        return direct(text.getBytes(StandardCharsets.US_ASCII));
    }

    static String host(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    @Override
    public void close() {
        SocketChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException failure) {
                // The connection is gone either way.
                return;
            }
        }
    }

    private WireAnswer exchange(ByteBuffer[] request, @Nullable ByteArrayOutputStream kept) throws IOException {
        boolean whole = false;
        try {
            SocketChannel open = open();
            write(open, request);
            WireAnswer answer = read(open, kept);
            lastUse = System.nanoTime();
            whole = true;
            return answer;
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    private SocketChannel open() throws IOException {
        SocketChannel open = channel;
        if (open != null && System.nanoTime() - lastUse < STALE_NANOSECONDS) {
            return open;
        }
        close();
        open = SocketChannel.open();
        open.setOption(StandardSocketOptions.TCP_NODELAY, true);
        open.connect(address);
        input.clear().limit(0);
        channel = open;
        return open;
    }

    private static void write(SocketChannel open, ByteBuffer[] request) throws IOException {
        int first = 0;
        while (first < request.length) {
            open.write(request, first, request.length - first);
            while (first < request.length && !request[first].hasRemaining()) {
                first++;
            }
        }
    }

    private WireAnswer read(SocketChannel open, @Nullable ByteArrayOutputStream kept) throws IOException {
        String head = readHead(open);
        int status = status(head);
        while (status == 100) {
            head = readHead(open);
            status = status(head);
        }
        String headers = head.toLowerCase(Locale.ROOT);
        String length = header(headers, "content-length");
        long bytes;
        if (headers.contains("\r\ntransfer-encoding: chunked")) {
            bytes = readChunks(open, kept);
        } else if (length != null) {
            bytes = Long.parseLong(length);
            drain(open, bytes, kept);
        } else if (status == 204 || status == 304) {
            bytes = 0;
        } else {
            bytes = drainToEnd(open, kept);
        }
        if (headers.contains("\r\nconnection: close")) {
            close();
        }
        return new WireAnswer(status, bytes, kept == null ? new byte[0] : kept.toByteArray());
    }

    /// The status line and the headers, up to but without the empty line.
    private String readHead(SocketChannel open) throws IOException {
        int from = 0;
        while (true) {
            for (int i = Math.max(input.position(), input.position() + from - 3); i + 3 < input.limit(); i++) {
                if (input.get(i) == '\r'
                        && input.get(i + 1) == '\n'
                        && input.get(i + 2) == '\r'
                        && input.get(i + 3) == '\n') {
                    byte[] head = new byte[i - input.position()];
                    input.get(head);
                    input.position(i + 4);
                    return new String(head, StandardCharsets.ISO_8859_1);
                }
            }
            from = input.remaining();
            if (from > MAX_HEAD_BYTES) {
                throw new ProtocolException("the head of the answer has no end");
            }
            input.compact();
            int read = open.read(input);
            input.flip();
            if (read < 0) {
                throw new EOFException("the server closed the connection");
            }
        }
    }

    private static int status(String head) throws ProtocolException {
        if (head.length() < 12 || !head.startsWith("HTTP/1.")) {
            throw new ProtocolException("not an HTTP answer");
        }
        return Integer.parseInt(head.substring(9, 12));
    }

    private static @Nullable String header(String headers, String name) {
        int at = headers.indexOf("\r\n" + name + ":");
        if (at < 0) {
            return null;
        }
        int start = at + name.length() + 3;
        int end = headers.indexOf("\r\n", start);
        return headers.substring(start, end < 0 ? headers.length() : end).strip();
    }

    private long readChunks(SocketChannel open, @Nullable ByteArrayOutputStream kept) throws IOException {
        long total = 0;
        while (true) {
            String line = readLine(open);
            int extension = line.indexOf(';');
            long size = Long.parseLong((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
            if (size == 0) {
                break;
            }
            drain(open, size, kept);
            total += size;
            if (!readLine(open).isEmpty()) {
                throw new ProtocolException("a chunk is longer than it says");
            }
        }
        while (!readLine(open).isEmpty()) {
            // Trailers say nothing that is of interest here.
            continue;
        }
        return total;
    }

    private String readLine(SocketChannel open) throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < MAX_HEAD_BYTES) {
            fill(open);
            char next = (char) (input.get() & 0xFF);
            if (next == '\n') {
                int end = line.length() - 1;
                return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
            }
            line.append(next);
        }
        throw new ProtocolException("a line has no end");
    }

    private void drain(SocketChannel open, long bytes, @Nullable ByteArrayOutputStream kept) throws IOException {
        long left = bytes;
        while (left > 0) {
            fill(open);
            int here = (int) Math.min(left, input.remaining());
            take(here, kept);
            left -= here;
        }
    }

    private long drainToEnd(SocketChannel open, @Nullable ByteArrayOutputStream kept) throws IOException {
        long total = 0;
        do {
            total += input.remaining();
            take(input.remaining(), kept);
            input.clear();
            int read = open.read(input);
            input.flip();
            if (read < 0) {
                close();
                return total;
            }
        } while (true);
    }

    private void take(int bytes, @Nullable ByteArrayOutputStream kept) throws IOException {
        if (kept == null) {
            input.position(input.position() + bytes);
            return;
        }
        if (kept.size() + bytes > MAX_KEPT_BYTES) {
            throw new ProtocolException("the answer is too long to keep");
        }
        byte[] piece = new byte[bytes];
        input.get(piece);
        kept.writeBytes(piece);
    }

    private void fill(SocketChannel open) throws IOException {
        while (!input.hasRemaining()) {
            input.clear();
            int read = open.read(input);
            input.flip();
            if (read < 0) {
                throw new EOFException("the server closed the connection within an answer");
            }
        }
    }
}
