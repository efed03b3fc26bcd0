package org.isocenter.server;

/// What is written to the log.
public record LogSettings(Level level) {

    /// From the quietest to the most talkative.
    public enum Level {
        ERROR,
        WARNING,
        INFO,
        DEBUG,
        TRACE
    }
}
