package org.isocenter.server.export;

/// A destination does not want what it is given, and will not later. The message is a sentence for whoever
/// began the export, without secrets.
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
        super(message);
    }
}
