package org.isocenter.server.push;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// Sends requests of POST to one receiver (RFC 9112), and wants to know of the answer no more than its
/// status.
///
/// It is not the client of Java, since that looks up the name again: here the connection goes to the address
/// that was admitted. A redirect is an answer like another. Of an answer no more is read than its head and a
/// short body, and all of it has to be there in time.
final class Post implements AutoCloseable {
    private static final int HEAD_BYTES_MAX = 16 * 1024;
    private static final long BODY_BYTES_MAX = 64 * 1024;
    private static final int INTERIM_MAX = 4;
    private static final long RETRY_AFTER_SECONDS_MAX = 3_600;
    /// Of TLS. Older ones are broken.
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.([01]) ([1-5]\\d\\d)( .*)?");

    private final AllowedHosts destinations;
    private final Duration timeout;
    private final SSLSocketFactory tls;
    private final ScheduledExecutorService clock;
    private @Nullable Connection kept;

    /// @param timeout for all of a request
    /// @param tls makes connections that are secure, and says who is believed
    /// @param clock that ends what takes longer
    Post(AllowedHosts destinations, Duration timeout, SSLSocketFactory tls, ScheduledExecutorService clock) {
        this.destinations = destinations;
        this.timeout = timeout;
        this.tls = tls;
        this.clock = clock;
    }

    /// What came of it.
    ///
    /// @param status of the answer, or 0 where there was none
    /// @param problem why there was none, or null
    /// @param retryAfterSeconds for how long nothing more is wanted
    record Reply(int status, @Nullable String problem, long retryAfterSeconds) {}

    private record Connection(URI url, Socket socket, InputStream in, OutputStream out) {
        boolean leadsTo(URI other) {
            return AllowedHosts.authority(url).equals(AllowedHosts.authority(other))
                    && url.getScheme().equals(other.getScheme());
        }
    }

    private record Head(int status, boolean persistent, long lengthBytes, long retryAfterSeconds) {}

    /// Sends a request.
    ///
    /// @param headers whose values are safe to be written
    Reply send(URI url, Map<String, String> headers, byte[] body) {
        AtomicReference<@Nullable Socket> socket = new AtomicReference<>();
        AtomicBoolean late = new AtomicBoolean();
        ScheduledFuture<?> alarm = clock.schedule(
                () -> {
                    late.set(true);
                    close(socket.get());
                },
                timeout.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            Connection old = takeKept(url);
            if (old != null) {
                try {
                    socket.set(old.socket);
                    return exchange(old, url, headers, body);
                } catch (IOException gone) {
                    close(old.socket);
                }
            }
            Connection connection = connect(url, socket);
            try {
                if (late.get()) {
                    throw new IOException("too late");
                }
                return exchange(connection, url, headers, body);
            } catch (IOException failed) {
                close(connection.socket);
                throw failed;
            }
        } catch (IOException failed) {
            return late.get() ? late() : new Reply(0, reason(failed), 0);
        } finally {
            alarm.cancel(false);
        }
    }

    private Reply late() {
        return new Reply(0, "no answer in " + timeout.toSeconds() + " s", 0);
    }

    private static String reason(IOException failed) {
        String message = failed.getMessage();
        return message == null ? failed.getClass().getSimpleName() : message;
    }

    private @Nullable Connection takeKept(URI url) {
        Connection connection = kept;
        kept = null;
        if (connection != null && !connection.leadsTo(url)) {
            close(connection.socket);
            return null;
        }
        return connection;
    }

    private Connection connect(URI url, AtomicReference<@Nullable Socket> current) throws IOException {
        IOException failure = new IOException("the host has no address");
        for (InetAddress address : destinations.resolve(url)) {
            Socket socket = new Socket();
            current.set(socket);
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(address, AllowedHosts.port(url)), (int) timeout.toMillis());
                if ("https".equalsIgnoreCase(url.getScheme())) {
                    socket = secure(socket, url);
                }
                return new Connection(
                        url, socket, new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
            } catch (IOException failed) {
                close(socket);
                failure = failed;
            }
        }
        throw failure;
    }

    private Socket secure(Socket plain, URI url) throws IOException {
        String host = url.getHost().replaceAll("[\\[\\]]", "");
        SSLSocket socket = (SSLSocket) tls.createSocket(plain, host, AllowedHosts.port(url), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(VERSIONS);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private Reply exchange(Connection connection, URI url, Map<String, String> headers, byte[] body)
            throws IOException {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        StringBuilder head = new StringBuilder("POST " + path + query + " HTTP/1.1\r\nHost: "
                + AllowedHosts.authority(url) + "\r\nUser-Agent: isocenter\r\nContent-Length: " + body.length + "\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        ByteArrayOutputStream request = new ByteArrayOutputStream(head.length() + 2 + body.length);
        request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        request.writeTo(connection.out);
        connection.out.flush();
        Head answer = readHead(connection.in);
        for (int interim = 0; answer.status < 200 && interim < INTERIM_MAX; interim++) {
            answer = readHead(connection.in);
        }
        if (answer.persistent && answer.lengthBytes >= 0 && answer.lengthBytes <= BODY_BYTES_MAX) {
            // A body that does not come is as good as a connection that is not kept.
            try {
                connection.in.skipNBytes(answer.lengthBytes);
                kept = connection;
            } catch (IOException cutShort) {
                close(connection.socket);
            }
        } else {
            close(connection.socket);
        }
        return new Reply(answer.status, null, answer.retryAfterSeconds);
    }

    private static Head readHead(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder(256);
        while (text.length() < 4 || text.indexOf("\r\n\r\n", text.length() - 4) < 0) {
            int octet = in.read();
            if (octet < 0 || text.length() >= HEAD_BYTES_MAX) {
                throw new IOException(octet < 0 ? "the answer is cut short" : "the head of the answer is too long");
            }
            text.append((char) octet);
        }
        String[] lines = text.toString().split("\r\n");
        Matcher status = STATUS.matcher(lines[0]);
        if (!status.matches()) {
            throw new IOException("the answer is not one of HTTP/1.1");
        }
        int code = Integer.parseInt(status.group(2));
        boolean persistent = status.group(1).equals("1");
        long length = code == 204 || code == 304 || code < 200 ? 0 : -1;
        long retryAfter = 0;
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            String name = colon < 0 ? "" : lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
            String value = lines[i].substring(colon + 1).strip();
            switch (name) {
                case "content-length" -> length = number(value, -1);
                case "transfer-encoding" -> persistent = false;
                case "connection" -> persistent &= !value.equalsIgnoreCase("close");
                case "retry-after" -> retryAfter = Math.min(RETRY_AFTER_SECONDS_MAX, number(value, 0));
                default -> {}
            }
        }
        return new Head(code, persistent, length, retryAfter);
    }

    private static long number(String text, long otherwise) {
        return text.matches("\\d{1,15}") ? Long.parseLong(text) : otherwise;
    }

    private static void close(@Nullable Socket socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException alreadyGone) {
                // There is nothing to be done about it.
            }
        }
    }

    @Override
    public void close() {
        Connection connection = kept;
        kept = null;
        if (connection != null) {
            close(connection.socket);
        }
    }
}
