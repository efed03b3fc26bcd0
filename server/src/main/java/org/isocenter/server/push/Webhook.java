package org.isocenter.server.push;

import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Somebody who is called when something happens.
///
/// @param position up to which everything was taken, or is among what is held back or was given up
/// @param revision another whenever somebody asks for something
/// @param rests that were made one after the other since nothing was taken
/// @param restMilliseconds how long nothing is sent yet
/// @param problem what the last request failed with, or null
/// @param delivered events that were taken, in all
public record Webhook(
        long key,
        String name,
        Definition definition,
        State state,
        long position,
        long revision,
        int rests,
        long restMilliseconds,
        @Nullable String problem,
        long delivered,
        @Nullable Instant lastSuccess,
        Instant created,
        Instant changed) {

    /// What somebody asks for.
    ///
    /// @param secret that requests are signed with
    /// @param batch events of a request at most; a request has one event, in another format, where it is 1
    public record Definition(URI url, byte[] secret, EventFilter filter, int batch) {}

    public enum State {
        ACTIVE,
        PAUSED,
        /// The receiver has said that it is gone for good.
        DISABLED
    }

    /// How it stands.
    ///
    /// @param latest the highest position that there is
    /// @param waitingSince when the first event happened that it has not been told, or null
    /// @param held events that are held back
    /// @param dead events that were given up
    public record Standing(
            Webhook webhook, long latest, @Nullable Instant waitingSince, long held, long dead) {}

    /// An event that was not taken.
    ///
    /// @param due whether it is time to send it again
    public record Held(
            long position,
            Event.Study study,
            int attempts,
            @Nullable Instant firstFailed,
            @Nullable Instant lastFailed,
            boolean due,
            int status,
            @Nullable String problem) {}
}
