package org.isocenter.server.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.server.Handshaker;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;

/// The channels that are open.
final class Channels {
    private static final int CHANNELS_MAX = 1000;

    /// Longest frame taken from a client, which has nothing to say.
    private static final long FRAME_BYTES_MAX = 64 * 1024;

    private static final Configuration.Customizer BOUNDS =
            configuration -> configuration.setMaxFrameSize(FRAME_BYTES_MAX);

    private final Handshaker handshaker = Handshaker.newInstance();
    private final WebSocketComponents components;
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final Semaphore room = new Semaphore(CHANNELS_MAX);

    /// @param server that is not started yet
    Channels(Server server) {
        this.components = WebSocketServerComponents.ensureWebSocketComponents(server);
    }

    /// Makes a channel of the connection of a request.
    ///
    /// @param opened gets it on a virtual thread
    /// @param before what to do when it is about to open
    void open(Request request, Response response, Consumer<Channel> opened, Runnable before) {
        if (!handshaker.isWebSocketUpgradeRequest(request)) {
            throw new Refusal(426, "upgrade-required", "The resource is a WebSocket.")
                    .withHeader("Upgrade", "websocket");
        }
        if (!room.tryAcquire()) {
            throw new Refusal(429, "too-many-channels", "There are " + CHANNELS_MAX + " channels already.");
        }
        Channel[] channel = new Channel[1];
        channel[0] = new Channel(() -> {
            open.remove(channel[0]);
            room.release();
        });
        boolean upgraded = false;
        try {
            Channel.Frames frames = channel[0].new Frames(() -> {
                open.add(channel[0]);
                opened.accept(channel[0]);
            });
            WebSocketNegotiator negotiator = (upgrade, answer, callback) -> {
                before.run();
                return frames;
            };
            upgraded = handshaker.upgradeRequest(negotiator, request, response, Callback.NOOP, components, BOUNDS);
        } finally {
            if (!upgraded) {
                room.release();
            }
        }
        if (!upgraded) {
            throw new Refusal(400, "malformed-header", "The handshake of the WebSocket is not understood.");
        }
    }

    /// Tells everybody that the server goes.
    void close() {
        open.forEach(channel -> channel.close(Channel.GOING_AWAY, "the server stops"));
    }
}
