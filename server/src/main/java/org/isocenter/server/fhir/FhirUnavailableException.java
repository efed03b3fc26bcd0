package org.isocenter.server.fhir;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A FHIR server did not do what it was asked, and may when it is asked again: it was not reached, took too
/// long, is busy, failed, or somebody else changed the same thing. Whether it was done is not known.
public final class FhirUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final @Nullable Duration retryAfter;

    /// @param status of the answer, or 0 where there was none
    /// @param retryAfter how long the server wants to be left alone, or null
    public FhirUnavailableException(
            int status, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    public int status() {
        return status;
    }

    public @Nullable Duration findRetryAfter() {
        return retryAfter;
    }

    /// Whether somebody else was at the same resource, which says nothing about the server.
    public boolean isConflict() {
        return status == 409 || status == 412;
    }
}
