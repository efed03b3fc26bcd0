package org.isocenter.server.push;

import java.util.List;
import java.util.Set;
import org.isocenter.server.push.Event.Kind;
import org.jspecify.annotations.Nullable;

/// Which events are meant.
///
/// @param partition the name of the only data partition, or null
/// @param modalities any of which, in capitals; all where there are none
/// @param kinds any of which; all where there are none
public record EventFilter(@Nullable String partition, List<String> modalities, Set<Kind> kinds) {
    boolean admits(Event event) {
        return (partition == null || partition.equals(event.partition()))
                && (kinds.isEmpty() || kinds.contains(event.kind()))
                && (modalities.isEmpty() || event.modalities().stream().anyMatch(modalities::contains));
    }

    /// Those of the events that are meant.
    public List<Notice> of(List<Notice> notices) {
        return notices.stream().filter(notice -> admits(notice.event())).toList();
    }
}
