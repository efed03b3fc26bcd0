package org.isocenter.server;

import java.time.Duration;

/// What is told to those who do not ask.
///
/// @param stableAfter how long a study has to be left alone to have come to rest
/// @param streamsMax streams of events at a time
public record PushSettings(Duration stableAfter, int streamsMax) {
    static PushSettings of(SettingValues values) {
        return new PushSettings(
                values.get(SettingCatalogue.PUSH_STABLE_AFTER), values.get(SettingCatalogue.PUSH_STREAMS_MAX));
    }
}
