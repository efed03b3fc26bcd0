package org.isocenter.server.db;

import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;

/// The link to the database broke while a transaction was being committed, and it could not be found out in time
/// whether it was. The caller must answer neither success nor "nothing happened".
public final class CommitUnknownException extends UnavailableException {
    CommitUnknownException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
