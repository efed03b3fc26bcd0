package org.isocenter.server.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What somebody may do, and where.
///
/// @param partitions the names of the data partitions in which it is permitted; empty for all of them, and
///     for what is one for the whole server
public record Grant(Set<Action> actions, Set<String> partitions) {
    public Grant {
        actions = Set.copyOf(actions);
        partitions = Set.copyOf(partitions);
    }

    /// @param partition by its name, or null for the whole server
    boolean permits(Action action, @Nullable String partition) {
        return actions.contains(action)
                && (partitions.isEmpty() || partition != null && partitions.contains(partition));
    }
}
