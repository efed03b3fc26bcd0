package org.isocenter.server.access;

/// A token is not one that this server takes. The message says why, without a word of the token itself.
public final class InvalidTokenException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidTokenException(String message) {
        super(message, null, false, false);
    }
}
