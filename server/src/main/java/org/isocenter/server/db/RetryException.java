package org.isocenter.server.db;

import org.isocenter.server.telemetry.UnavailableException;

/// Work that was certainly not done, and that would likely succeed if it were tried again at once: two
/// transactions were in each other's way and the database ended this one, or the pool lent a connection whose
/// link had broken unnoticed.
final class RetryException extends UnavailableException {
    private final boolean stale;

    RetryException(String message, boolean stale) {
        super(message, null);
        this.stale = stale;
    }

    /// Whether a connection of the pool was broken before anything was done with it: then its neighbours may
    /// be, too.
    boolean isStale() {
        return stale;
    }
}
