package org.isocenter.server.db;

/// The database refused a statement that it should never have been sent: a bug.
///
/// The message carries no value of any statement, and the driver's own exception is not kept as the cause,
/// because its message may.
public final class DatabaseException extends RuntimeException {
    DatabaseException(String message) {
        super(message);
    }
}
