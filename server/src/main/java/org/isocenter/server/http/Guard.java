package org.isocenter.server.http;

/// Decides who is let in.
@FunctionalInterface
public interface Guard {
    /// Lets everybody in.
    Guard OPEN = (route, exchange) -> {};

    /// Lets a request pass to its route.
    ///
    /// @throws Refusal where it may not
    void admit(Router.Entry route, Exchange exchange);
}
