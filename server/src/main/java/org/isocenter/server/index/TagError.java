package org.isocenter.server.index;

import java.time.Instant;

/// A value that cannot be searched by, and where it is.
///
/// @param message in words that do not hold the value
public record TagError(
        String partition, String studyUid, String seriesUid, String instanceUid, Instant created, String message) {}
