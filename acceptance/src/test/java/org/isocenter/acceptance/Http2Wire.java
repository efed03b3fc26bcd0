package org.isocenter.acceptance;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// An HTTP/2 connection (RFC 9113, in clear by prior knowledge) over which frames of our own choosing go.
final class Http2Wire implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int CONTINUATION = 9;

    static final int ACK = 1;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    private static final int PATIENCE_MILLIS = 20_000;
    private static final byte[] PREFACE = Samples.latin("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    private final Socket socket;
    private final DataInputStream in;
    private final String authority;

    /// A frame that has come.
    record Frame(int type, int flags, int stream, byte[] payload) {

        /// The index that the first field of a header block has in the static table (RFC 7541 appendix A), behind
        /// what the block may say about the size of the dynamic one.
        int firstIndex() {
            int at = 0;
            while ((payload[at] & 0xE0) == 0x20) {
                boolean more = (payload[at++] & 0x1F) == 0x1F;
                while (more) {
                    more = payload[at++] < 0;
                }
            }
            return payload[at] & 0x7F;
        }
    }

    Http2Wire(URI url) throws IOException {
        socket = new Socket(url.getHost(), url.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        authority = url.getHost() + ":" + url.getPort();
        socket.getOutputStream().write(PREFACE);
        send(SETTINGS, 0, 0);
    }

    String authority() {
        return authority;
    }

    /// Sends a frame. False where the other side has closed.
    boolean send(int type, int flags, int stream, byte... payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        try {
            socket.getOutputStream().write(frame.array());
            return true;
        } catch (SocketException closed) {
            return false;
        }
    }

    /// Names and values by turns as a header block: literals that no table keeps (RFC 7541 section 6.2.2).
    static byte[] block(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            text(block, namesAndValues[i]);
            text(block, namesAndValues[i + 1]);
        }
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        byte[] bytes = Samples.latin(text);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            block.write(127);
            int left = bytes.length - 127;
            for (; left >= 128; left >>= 7) {
                block.write(left & 127 | 128);
            }
            block.write(left);
        }
        block.writeBytes(bytes);
    }

    /// The frames that have come by now, none of them waited for.
    List<Frame> arrived() throws IOException {
        List<Frame> frames = new ArrayList<>();
        while (in.available() > 0) {
            frames.add(frame());
        }
        return frames;
    }

    /// Whether the other side sends away or closes: what it says may be lost to a reset where more has come than
    /// it reads.
    boolean isSentAway() throws IOException {
        try {
            next(GOAWAY);
            return true;
        } catch (EOFException | SocketException closed) {
            return true;
        } catch (SocketTimeoutException waited) {
            return false;
        }
    }

    /// The next frame of a type. The others before it are passed over.
    ///
    /// @throws EOFException where the connection ends before
    Frame next(int type) throws IOException {
        for (Frame frame = frame(); ; frame = frame()) {
            if (frame.type == type) {
                return frame;
            }
        }
    }

    private Frame frame() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        return new Frame(type, flags, stream, in.readNBytes(length));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
