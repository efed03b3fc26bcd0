package org.isocenter.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// What is told to those who do not ask.
///
/// @param stableAfter how long a study has to be left alone to have come to rest
/// @param streamsMax streams of events at a time
/// @param allowedHosts to which webhooks may lead
/// @param timeout for one request to a webhook
/// @param retryFor how long an event is tried before it is given up
/// @param trustStore file with the certificates by which receivers are believed; empty for those of Java
public record PushSettings(
        Duration stableAfter,
        int streamsMax,
        List<String> allowedHosts,
        Duration timeout,
        Duration retryFor,
        Path trustStore) {
    static PushSettings of(SettingValues values) {
        return new PushSettings(
                values.get(SettingCatalogue.PUSH_STABLE_AFTER),
                values.get(SettingCatalogue.PUSH_STREAMS_MAX),
                values.get(SettingCatalogue.PUSH_ALLOWED_HOSTS),
                values.get(SettingCatalogue.PUSH_TIMEOUT),
                values.get(SettingCatalogue.PUSH_RETRY_FOR),
                values.get(SettingCatalogue.PUSH_TRUST_STORE));
    }

    /// TLS with trust of its own, or null where that of Java does.
    ///
    /// @throws IOException if the file cannot be read
    @Nullable
    SSLContext findTls() throws IOException {
        return TrustFile.findTls(SettingCatalogue.PUSH_TRUST_STORE.key(), trustStore);
    }
}
