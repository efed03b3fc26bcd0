package org.isocenter.server;

import java.time.Duration;
import java.util.List;

/// What is told to those who do not ask.
///
/// @param stableAfter how long a study has to be left alone to have come to rest
/// @param streamsMax streams of events at a time
/// @param allowedHosts to which webhooks may lead
/// @param timeout for one request to a webhook
/// @param retryFor how long an event is tried before it is given up
public record PushSettings(
        Duration stableAfter, int streamsMax, List<String> allowedHosts, Duration timeout, Duration retryFor) {
    static PushSettings of(SettingValues values) {
        return new PushSettings(
                values.get(SettingCatalogue.PUSH_STABLE_AFTER),
                values.get(SettingCatalogue.PUSH_STREAMS_MAX),
                values.get(SettingCatalogue.PUSH_ALLOWED_HOSTS),
                values.get(SettingCatalogue.PUSH_TIMEOUT),
                values.get(SettingCatalogue.PUSH_RETRY_FOR));
    }
}
