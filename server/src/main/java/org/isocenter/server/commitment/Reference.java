package org.isocenter.server.commitment;

import org.jspecify.annotations.Nullable;

/// An instance that somebody wants to be kept.
///
/// @param studyUid where the request names it within its study; null otherwise, as is `seriesUid`
public record Reference(
        @Nullable String studyUid, @Nullable String seriesUid, String sopClassUid, String instanceUid) {}
