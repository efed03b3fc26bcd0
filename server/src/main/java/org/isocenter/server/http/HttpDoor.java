package org.isocenter.server.http;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The listening server: HTTP/1.1, and HTTP/2 in clear by prior knowledge or upgrade, on one port. A few
/// platform threads move bytes; every request is served on a virtual thread.
public final class HttpDoor implements AutoCloseable {
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final int ENGINE_THREADS_MAX = 32;
    private static final int INPUT_BUFFER_BYTES = 32 * 1024;

    private final Server server;
    private final Channels channels;
    private final URI uri;

    private HttpDoor(Server server, Channels channels, URI uri) {
        this.server = server;
        this.channels = channels;
        this.uri = uri;
    }

    /// Opens the door: when this returns, clients are served.
    ///
    /// @throws IOException if the address cannot be listened on
    public static HttpDoor open(HttpOptions options, Router router) throws IOException {
        return open(options, router, Pace.DEFAULT);
    }

    static HttpDoor open(HttpOptions options, Router router, Pace pace) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(ENGINE_THREADS_MAX, 4);
        threads.setName("http");
        threads.setVirtualThreadsExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("http-", 0).factory()));
        Server server = new Server(threads);
        server.setStopTimeout(DRAIN.toMillis());
        server.setErrorHandler(new ProblemPages());
        Channels channels = new Channels(server);
        server.setHandler(new GracefulHandler(new Reception(options, router, pace, channels)));

        HttpConfiguration configuration = configuration();
        HttpConnectionFactory http1 = new HttpConnectionFactory(configuration);
        http1.setInputBufferSize(INPUT_BUFFER_BYTES);
        ServerConnector connector =
                new ServerConnector(server, 1, -1, http1, new HTTP2CServerConnectionFactory(configuration));
        connector.setHost(options.host());
        connector.setPort(options.port());
        connector.setIdleTimeout(options.idleTimeout().toMillis());
        connector.setAcceptedTcpNoDelay(true);
        connector.setAcceptQueueSize(1024);
        server.addConnector(connector);
        try {
            server.start();
        } catch (Exception failed) {
            stop(server);
            throw failed instanceof IOException io ? io : new IOException("the HTTP server does not start", failed);
        }
        new SlowHeads(connector, server.getScheduler(), pace.grace()).watch();
        String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
        return new HttpDoor(server, channels, URI.create("http://" + host + ":" + connector.getLocalPort()));
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setHttpCompliance(HttpCompliance.STRICT);
        configuration.setUriCompliance(UriCompliance.RFC3986);
        configuration.setSendServerVersion(false);
        configuration.setSendXPoweredBy(false);
        configuration.setSendDateHeader(true);
        configuration.setRelativeRedirectAllowed(true);
        // Room for a URL and headers at their limits: what exceeds one of them is answered by the reception.
        configuration.setRequestHeaderSize(Reception.HEADERS_BYTES_MAX + Reception.URL_CHARS_MAX + 1024);
        return configuration;
    }

    /// Where the door is, with the port that was taken.
    public URI uri() {
        return uri;
    }

    /// Stops accepting, ends the channels, lets requests under way finish for at most 30 seconds, then ends.
    @Override
    public void close() {
        channels.close();
        stop(server);
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception failed) {
            throw new IllegalStateException("the HTTP server does not stop", failed);
        }
    }
}
