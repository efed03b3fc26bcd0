package org.isocenter.server;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.isocenter.server.archive.WorkRule;

/// What work studies make by themselves.
///
/// @param quiet how long a study has to be left alone before
public record WorklistSettings(List<WorkRule> rules, Duration quiet) {

    static WorklistSettings of(SettingValues values) {
        return new WorklistSettings(
                values.get(SettingCatalogue.WORKLIST_RULES).stream()
                        .map(rule -> Objects.requireNonNull(WorkRule.find(rule)))
                        .toList(),
                values.get(SettingCatalogue.WORKLIST_QUIET));
    }
}
