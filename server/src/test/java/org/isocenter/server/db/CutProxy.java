package org.isocenter.server.db;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Stands between a client and a PostgreSQL, passes on every message of the protocol, and cuts the link at a
/// COMMIT when told to. The client must not ask for encryption (`sslmode=disable&gssEncMode=disable`).
public final class CutProxy implements AutoCloseable {
    /// Where the link is cut.
    public enum Cut {
        NEVER,
        /// The COMMIT is not passed on, both ends are closed: the database rolls back.
        BEFORE_COMMIT,
        /// The COMMIT is not passed on, only the client's end is closed: the database goes on waiting for it.
        BEFORE_COMMIT_UNNOTICED,
        /// The COMMIT is passed on and both ends are closed at once: it may or may not be done.
        WITH_COMMIT,
        /// The COMMIT is done and its answer is not passed on.
        AFTER_COMMIT
    }

    private static final int MESSAGE_MAX = 64 << 20;

    private final ServerSocket door;
    private final int port;
    private final AtomicReference<Cut> next = new AtomicReference<>(Cut.NEVER);
    private final AtomicInteger cuts = new AtomicInteger();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile boolean refusing;

    /// @param port the port of the database on the loopback address
    public CutProxy(int port) {
        try {
            this.port = port;
            this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /// The port to give to the client.
    public int port() {
        return door.getLocalPort();
    }

    /// The same database through this proxy.
    public DatabaseOptions options(DatabaseOptions direct) {
        String url = direct.url().replaceFirst(":" + port + "/", ":" + port() + "/");
        return new DatabaseOptions(url, direct.user(), direct.password(), direct.connectionsMax());
    }

    /// Cuts the next COMMIT of any connection, once.
    public void cutNext(Cut cut) {
        next.set(cut);
    }

    /// How many COMMITs were cut.
    public int cuts() {
        return cuts.get();
    }

    /// Cuts all connections and refuses new ones.
    public void goDown() {
        refusing = true;
        links.forEach(Link::close);
    }

    public void comeBack() {
        refusing = false;
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        links.forEach(Link::close);
    }

    private void accept() {
        while (true) {
            try {
                Socket client = door.accept();
                if (refusing) {
                    client.close();
                    continue;
                }
                Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), port));
                links.add(link);
                Thread.ofVirtual().start(link::passRequests);
                Thread.ofVirtual().start(link::passAnswers);
            } catch (IOException e) {
                return;
            }
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket server;
        private final Set<String> commits = new HashSet<>();
        private volatile boolean awaitsCommit;

        private Link(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        private void passRequests() {
            try {
                DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(server.getOutputStream()));
                // The start-up message alone has no type.
                byte[] startUp = body(in, in.readInt());
                out.writeInt(startUp.length + 4);
                out.write(startUp);
                out.flush();
                while (true) {
                    byte type = in.readByte();
                    byte[] body = body(in, in.readInt());
                    Cut cut = isCommit(type, body) ? next.getAndSet(Cut.NEVER) : Cut.NEVER;
                    if (cut != Cut.NEVER) {
                        cuts.incrementAndGet();
                    }
                    switch (cut) {
                        case BEFORE_COMMIT -> close();
                        case BEFORE_COMMIT_UNNOTICED -> client.close();
                        case AFTER_COMMIT -> awaitsCommit = true;
                        case NEVER, WITH_COMMIT -> {}
                    }
                    if (client.isClosed()) {
                        return;
                    }
                    out.writeByte(type);
                    out.writeInt(body.length + 4);
                    out.write(body);
                    if (in.available() == 0) {
                        out.flush();
                    }
                    if (cut == Cut.WITH_COMMIT) {
                        sync(out);
                        close();
                        return;
                    }
                }
            } catch (IOException e) {
                close();
            }
        }

        /// A bound COMMIT is carried out by the messages that follow it: Execute and Sync.
        private static void sync(DataOutputStream out) throws IOException {
            out.write(new byte[] {'E', 0, 0, 0, 9, 0, 0, 0, 0, 0, 'S', 0, 0, 0, 4});
            out.flush();
        }

        private void passAnswers() {
            try {
                DataInputStream in = new DataInputStream(new BufferedInputStream(server.getInputStream()));
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(client.getOutputStream()));
                while (true) {
                    byte type = in.readByte();
                    byte[] body = body(in, in.readInt());
                    if (awaitsCommit
                            && type == 'C'
                            && text(ByteBuffer.wrap(body)).equals("COMMIT")) {
                        close();
                        return;
                    }
                    out.writeByte(type);
                    out.writeInt(body.length + 4);
                    out.write(body);
                    if (in.available() == 0) {
                        out.flush();
                    }
                }
            } catch (IOException e) {
                if (!client.isClosed()) {
                    close();
                }
            }
        }

        /// Whether a message binds (or, in the simple protocol, is) a COMMIT.
        private boolean isCommit(byte type, byte[] body) {
            ByteBuffer message = ByteBuffer.wrap(body);
            return switch (type) {
                case 'P' -> {
                    String name = text(message);
                    if (text(message).strip().equalsIgnoreCase("COMMIT")) {
                        commits.add(name);
                    } else {
                        commits.remove(name);
                    }
                    yield false;
                }
                case 'B' -> {
                    text(message);
                    yield commits.contains(text(message));
                }
                case 'Q' -> text(message).strip().equalsIgnoreCase("COMMIT");
                default -> false;
            };
        }

        private static String text(ByteBuffer message) {
            int start = message.position();
            while (message.get() != 0) {
                // Up to the end of the text.
            }
            return new String(
                    Arrays.copyOfRange(message.array(), start, message.position() - 1), StandardCharsets.UTF_8);
        }

        private static byte[] body(DataInputStream in, int length) throws IOException {
            if (length < 4 || length > MESSAGE_MAX) {
                throw new IOException("No message of the protocol is this long");
            }
            return in.readNBytes(length - 4);
        }

        private void close() {
            links.remove(this);
            try (client;
                    server) {
                awaitsCommit = false;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
