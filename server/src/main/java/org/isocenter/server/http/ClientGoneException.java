package org.isocenter.server.http;

import java.io.IOException;

/// The client hung up, or reads so slowly that the server did. Nobody's mistake: it ends the exchange and is not
/// logged as an error.
public final class ClientGoneException extends IOException {
    ClientGoneException(Throwable cause) {
        super("the client is gone", cause);
    }
}
