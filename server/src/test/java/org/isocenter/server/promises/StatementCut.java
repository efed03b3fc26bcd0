package org.isocenter.server.promises;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import org.isocenter.server.db.DatabaseOptions;

/// Stands between a client and a PostgreSQL and breaks the link at the n-th statement from when it was told to:
/// before the database gets it, or after it did and before the client gets the answer.
final class StatementCut implements AutoCloseable {
    private static final int MESSAGE_MAX = 64 << 20;

    private final ServerSocket door;
    private final int port;
    private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
    private volatile boolean delivers;
    private volatile boolean hasCut;

    StatementCut(int port) throws IOException {
        this.port = port;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /// The same database through this.
    DatabaseOptions options(DatabaseOptions direct) {
        String url = direct.url().replaceFirst(":" + port + "/", ":" + door.getLocalPort() + "/");
        return new DatabaseOptions(url, direct.user(), direct.password(), direct.connectionsMax());
    }

    /// Cuts at the n-th statement from now on, counted from 1.
    ///
    /// @param delivered whether the database still gets it
    void cutAt(long statement, boolean delivered) {
        hasCut = false;
        delivers = delivered;
        left.set(statement);
    }

    void cutNoMore() {
        left.set(Long.MAX_VALUE);
    }

    boolean hasCut() {
        return hasCut;
    }

    private void accept() {
        while (true) {
            try {
                Socket client = door.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> passRequests(client, server));
                Thread.ofVirtual().start(() -> passAnswers(client, server));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void passRequests(Socket client, Socket server) {
        try (client;
                server) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(server.getOutputStream()));
            // The start-up message alone has no type.
            pass(in, out);
            out.flush();
            while (true) {
                byte type = in.readByte();
                boolean cut = (type == 'E' || type == 'Q') && left.decrementAndGet() == 0;
                hasCut |= cut;
                if (cut) {
                    client.close();
                    if (!delivers) {
                        return;
                    }
                }
                out.writeByte(type);
                pass(in, out);
                if (cut) {
                    out.write(new byte[] {'S', 0, 0, 0, 4});
                    out.flush();
                    return;
                }
                if (in.available() == 0) {
                    out.flush();
                }
            }
        } catch (IOException gone) {
            // Both ends are closed.
        }
    }

    private static void pass(DataInputStream in, DataOutputStream out) throws IOException {
        int length = in.readInt();
        if (length < 4 || length > MESSAGE_MAX) {
            throw new IOException("no message of the protocol is this long");
        }
        out.writeInt(length);
        out.write(in.readNBytes(length - 4));
    }

    private static void passAnswers(Socket client, Socket server) {
        try (client;
                server) {
            server.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException gone) {
            // Both ends are closed.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
