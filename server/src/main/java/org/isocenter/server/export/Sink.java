package org.isocenter.server.export;

/// A destination that is open. Used by many threads at a time.
public sealed interface Sink extends AutoCloseable permits ObjectSink, StowSink {
    @Override
    void close();
}
