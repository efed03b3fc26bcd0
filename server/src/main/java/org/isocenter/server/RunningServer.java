package org.isocenter.server;

import java.net.URI;

/// A server that has been started, as the commands see it.
interface RunningServer extends AutoCloseable {

    /// Starts a server. Returns once it can be asked.
    @FunctionalInterface
    interface Start {
        RunningServer start(Settings settings) throws Exception;
    }

    /// Where it listens: scheme, host and the port it got.
    URI uri();

    /// Waits until the server is closed.
    void await() throws InterruptedException;

    /// Lets the requests under way finish and stops. A second call does nothing.
    @Override
    void close();
}
