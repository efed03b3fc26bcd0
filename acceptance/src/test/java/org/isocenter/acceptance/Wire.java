package org.isocenter.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A connection over which bytes of our own choosing go.
final class Wire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final PushbackInputStream in;
    private final String authority;

    Wire(URI url) throws IOException {
        socket = new Socket(url.getHost(), url.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new PushbackInputStream(socket.getInputStream());
        authority = url.getHost() + ":" + url.getPort();
    }

    /// Sends text in which `{host}` stands for the host that is spoken to.
    Wire send(String text) throws IOException {
        return send(text.replace("{host}", authority).getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Sends as much as the other side takes: it may close before it has read all.
    Wire send(byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException closed) {
            // What the other side had to say is still to be read.
        }
        return this;
    }

    /// Sends all of a stream, or as much of it as goes out before the other side begins to answer: a client
    /// that keeps sending into an answer may lose it to a reset.
    Wire sendUntilAnswered(InputStream source) throws IOException {
        byte[] buffer = new byte[64 << 10];
        try {
            for (int count = source.read(buffer); count > 0 && in.available() == 0; count = source.read(buffer)) {
                socket.getOutputStream().write(buffer, 0, count);
            }
        } catch (SocketException closed) {
            // As above.
        }
        return this;
    }

    /// Whether something comes back within a second, or the connection is closed: nothing of it is taken.
    boolean isAnsweredWithinASecond() throws IOException {
        socket.setSoTimeout(1000);
        try {
            int first = in.read();
            if (first >= 0) {
                in.unread(first);
            }
            return true;
        } catch (SocketTimeoutException silence) {
            return false;
        } catch (SocketException reset) {
            return true;
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    Wire endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /// The next answer, whose body is taken by its length or its chunks.
    Answer answer() throws IOException {
        String statusLine = line();
        Map<String, List<String>> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        Answer head = new Answer(Integer.parseInt(statusLine.split(" ", -1)[1]), headers, new byte[0]);
        String length = head.findHeader("Content-Length");
        return new Answer(
                head.status(), headers, length == null ? new byte[0] : in.readNBytes(Integer.parseInt(length)));
    }

    /// Whatever comes until the other side closes.
    byte[] rest() throws IOException {
        return in.readAllBytes();
    }

    boolean isClosedByServer() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("closed after \"" + line + "\"");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
