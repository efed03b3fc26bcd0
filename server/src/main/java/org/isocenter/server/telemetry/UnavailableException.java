package org.isocenter.server.telemetry;

import org.jspecify.annotations.Nullable;

/// Something outside the server that it cannot work without, such as the database or the store, does not
/// answer or refuses. Nothing is wrong with the request: the same request may succeed later.
public class UnavailableException extends RuntimeException {
    public UnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
