package org.isocenter.server.objects;

/// A place elsewhere does not want what it is given or asked, and will not later. The message is a sentence
/// for whoever began this, without secrets.
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RefusedException(String message) {
        super(message);
    }
}
