package org.isocenter.server.db;

/// A statement adds something to a data partition that was removed, maybe a moment ago. The transaction it
/// was part of is over.
public final class NoPartitionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoPartitionException() {
        super("The data partition was removed", null, false, false);
    }
}
