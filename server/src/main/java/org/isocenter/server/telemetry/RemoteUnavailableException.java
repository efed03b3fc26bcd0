package org.isocenter.server.telemetry;

import org.jspecify.annotations.Nullable;

/// What the operator has named elsewhere, such as a destination of exports, does not answer now. The
/// message is a sentence without secrets, for whoever waits for it.
public final class RemoteUnavailableException extends UnavailableException {
    private static final long serialVersionUID = 1;

    public RemoteUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
