package org.isocenter.server.access;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Somebody whose token was found good.
///
/// @param subject whom the token is about
/// @param client to which the token was issued, or null where it does not say
/// @param grants what the roles in it permit
public record Identity(String subject, @Nullable String client, List<Grant> grants) {
    public Identity {
        grants = List.copyOf(grants);
    }

    /// Whether one of these actions is permitted.
    ///
    /// @param partition in the data partition of this name, or null for the whole server
    public boolean permits(Collection<Action> actions, @Nullable String partition) {
        return actions.stream().anyMatch(action -> grants.stream().anyMatch(grant -> grant.permits(action, partition)));
    }

    /// Whether one of these actions is permitted somewhere.
    public boolean permitsSomewhere(Collection<Action> actions) {
        return grants.stream().anyMatch(grant -> actions.stream().anyMatch(grant.actions()::contains));
    }
}
