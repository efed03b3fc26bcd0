package org.isocenter.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;

/// A line on which a client is told things: a WebSocket (RFC 6455) that carries text one way. What the client
/// says is read and dropped. A client from which nothing has been heard for a while, not even the answer to a
/// ping, is taken for gone.
public final class Channel {
    /// The other side is asked to come back later (RFC 6455 section 7.4.1).
    static final int GOING_AWAY = CloseStatus.SHUTDOWN;

    private static final Duration PING = Duration.ofSeconds(20);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(60);
    private static final Duration SENDING_MAX = Duration.ofSeconds(30);

    private final ReentrantLock sending = new ReentrantLock();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Runnable onClosed;
    private volatile @Nullable CoreSession session;
    private volatile long heardNanos = System.nanoTime();

    /// @param onClosed is run once when the line is closed, by whomever
    Channel(Runnable onClosed) {
        this.onClosed = onClosed;
    }

    public boolean isOpen() {
        return closed.getCount() > 0;
    }

    /// Sends a message, and waits until it is through.
    ///
    /// @param text in UTF-8
    /// @throws IOException if the line is closed, or the client does not take the message within 30 seconds
    public void send(byte[] text) throws IOException {
        send(new Frame(OpCode.TEXT, ByteBuffer.wrap(text)));
    }

    private void send(Frame frame) throws IOException {
        CoreSession open = session;
        if (open == null || !isOpen()) {
            throw new IOException("the channel is closed");
        }
        sending.lock();
        try (Blocker.Callback done = Blocker.callback()) {
            open.sendFrame(frame, done, false);
            try {
                done.block(SENDING_MAX.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException tooSlow) {
                open.abort();
                throw new IOException("the client does not take what it is told", tooSlow);
            }
        } finally {
            sending.unlock();
        }
    }

    void close(int code, String reason) {
        CoreSession open = session;
        if (open != null) {
            open.close(code, reason, Callback.NOOP);
        }
    }

    /// Pings until the line is closed.
    private void keepAlive() {
        try {
            while (!closed.await(PING.toNanos(), TimeUnit.NANOSECONDS)) {
                CoreSession open = session;
                if (open != null && System.nanoTime() - heardNanos > SILENCE_MAX.toNanos()) {
                    open.abort();
                }
                send(new Frame(OpCode.PING));
            }
        } catch (IOException gone) {
            closed();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void closed() {
        if (isOpen()) {
            closed.countDown();
            onClosed.run();
        }
    }

    /// What the engine calls.
    final class Frames implements FrameHandler {
        private final Runnable opened;

        /// @param opened is run on a virtual thread when the line is open
        Frames(Runnable opened) {
            this.opened = opened;
        }

        @Override
        public void onOpen(CoreSession open, Callback callback) {
            session = open;
            open.setIdleTimeout(SILENCE_MAX.plus(PING));
            callback.succeeded();
            Thread.ofVirtual().name("channel-ping").start(Channel.this::keepAlive);
            Thread.ofVirtual().name("channel-open").start(opened);
            open.demand();
        }

        @Override
        public void onFrame(Frame frame, Callback callback) {
            CoreSession open = session;
            heardNanos = System.nanoTime();
            if (open != null && frame.getOpCode() == OpCode.PING) {
                ByteBuffer payload = frame.hasPayload() ? ByteBuffer.allocate(frame.getPayloadLength()) : null;
                Frame pong = payload == null
                        ? new Frame(OpCode.PONG)
                        : new Frame(OpCode.PONG, payload.put(frame.getPayload()).flip());
                open.sendFrame(pong, Callback.NOOP, false);
            }
            callback.succeeded();
            if (open != null && frame.getOpCode() != OpCode.CLOSE) {
                open.demand();
            }
        }

        @Override
        public void onError(Throwable cause, Callback callback) {
            callback.succeeded();
        }

        @Override
        public void onClosed(CloseStatus status, Callback callback) {
            closed();
            callback.succeeded();
        }
    }
}
