package org.isocenter.server;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the HTTP door listens. Meanings and units stand in `SettingCatalogue`.
///
/// @param publicUrl where clients reach the server, when that is not what the request says; null when unset
public record HttpSettings(
        String host,
        int port,
        @Nullable URI publicUrl,
        List<String> trustedProxies,
        boolean allowUnauthenticated,
        long requestMaxBytes,
        int requestsMax,
        Duration idleTimeout) {

    public HttpSettings {
        trustedProxies = List.copyOf(trustedProxies);
    }
}
