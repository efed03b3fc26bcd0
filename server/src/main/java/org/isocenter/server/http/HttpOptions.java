package org.isocenter.server.http;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the door stands.
///
/// @param host address to listen on
/// @param port port to listen on; 0 takes a free one
/// @param publicUrl what clients call the server, if that cannot be seen from their requests
/// @param trustedProxies addresses or CIDR ranges whose `Forwarded` and `X-Forwarded-*` headers are believed
/// @param requestBytesMax longest body taken
/// @param idleTimeout how long a connection may stand still
/// @param requestsMax requests admitted at once; one more is answered 503 without waiting
public record HttpOptions(
        String host,
        int port,
        @Nullable URI publicUrl,
        List<String> trustedProxies,
        long requestBytesMax,
        Duration idleTimeout,
        int requestsMax) {
    public HttpOptions {
        trustedProxies = List.copyOf(trustedProxies);
    }
}
