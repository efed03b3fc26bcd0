package org.isocenter.server;

import java.time.Duration;
import java.util.List;
import org.isocenter.server.archive.KeepRule;

/// How long deleted instances, former versions and orphaned bytes are kept, and how often they are swept.
///
/// @param rules by which studies are deleted when they are old
/// @param rulesInterval how long to wait after they were applied
public record RetentionSettings(
        Duration deleted,
        Duration versions,
        Duration orphanGrace,
        Duration sweepInterval,
        List<KeepRule> rules,
        Duration rulesInterval) {
    public RetentionSettings {
        rules = List.copyOf(rules);
    }
}
