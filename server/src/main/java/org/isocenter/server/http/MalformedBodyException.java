package org.isocenter.server.http;

import java.io.IOException;

/// The body of a request is not what its framing says: cut short, a multipart without its end, a broken part
/// header. A route that lets it pass answers 400.
public final class MalformedBodyException extends IOException {
    public MalformedBodyException(String message) {
        super(message);
    }
}
