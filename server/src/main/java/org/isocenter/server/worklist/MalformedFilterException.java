package org.isocenter.server.worklist;

/// Matching keys that nothing can be searched by.
public final class MalformedFilterException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean unsupported;

    MalformedFilterException(String message, boolean unsupported) {
        super(message);
        this.unsupported = unsupported;
    }

    /// Whether the key is an attribute that is not searched by, and not a fault of writing.
    public boolean unsupported() {
        return unsupported;
    }
}
