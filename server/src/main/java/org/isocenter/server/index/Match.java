package org.isocenter.server.index;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A result of a search.
///
/// @param key of the row of the level that was searched
/// @param seriesUid null for a study
/// @param instanceUid null for a study or a series
/// @param attributes to return, by ascending tag
public record Match(
        long key,
        String studyUid,
        @Nullable String seriesUid,
        @Nullable String instanceUid,
        List<Attributes.Attribute> attributes) {

    /// The same with further attributes.
    public Match with(List<Attributes.Attribute> further) {
        return new Match(key, studyUid, seriesUid, instanceUid, Attributes.merge(attributes, further));
    }
}
