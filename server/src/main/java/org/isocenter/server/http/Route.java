package org.isocenter.server.http;

/// Answers one kind of request. Runs on a virtual thread of its own and may block. An exception it lets pass
/// becomes a problem if nothing has been sent, and otherwise ends the connection.
@FunctionalInterface
public interface Route {
    void answer(Exchange exchange) throws Exception;
}
