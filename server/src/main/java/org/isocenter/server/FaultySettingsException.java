package org.isocenter.server;

import java.util.List;

/// The settings cannot be used. Carries every fault there is, so that one start tells all of them.
public final class FaultySettingsException extends Exception {
    private static final long serialVersionUID = 1;

    /// One thing that is wrong.
    ///
    /// @param source `isocenter.yaml:4`, an environment variable, or a flag
    /// @param problem what is wrong there, and what would be right
    public record Fault(String source, String problem) {}

    private final transient List<Fault> faults;

    FaultySettingsException(List<Fault> faults) {
        super(describe(faults));
        this.faults = List.copyOf(faults);
    }

    public List<Fault> faults() {
        return faults;
    }

    private static String describe(List<Fault> faults) {
        int width = 0;
        for (Fault fault : faults) {
            width = Math.max(width, fault.source().length());
        }
        StringBuilder text = new StringBuilder(
                faults.size() == 1 ? "One setting is wrong:" : faults.size() + " settings are wrong:");
        for (Fault fault : faults) {
            text.append(System.lineSeparator())
                    .append("  ")
                    .append(fault.source())
                    .repeat(' ', width - fault.source().length() + 2)
                    .append(fault.problem());
        }
        return text.toString();
    }
}
