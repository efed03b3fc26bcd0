package org.isocenter.server;

import java.time.Duration;

/// The audit trail.
///
/// @param kept how long its records are
public record AuditSettings(Recording recording, Duration kept) {
    /// When it is written.
    public enum Recording {
        WITH_ACCESS,
        ALWAYS,
        NEVER
    }

    static AuditSettings of(SettingValues values) {
        return new AuditSettings(values.get(SettingCatalogue.AUDIT_RECORDING), values.get(SettingCatalogue.AUDIT_KEPT));
    }
}
