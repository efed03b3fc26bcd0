package org.isocenter.server.access;

/// On whose behalf a use case runs, and where. Every use case takes one first.
///
/// @param partition the key of the data partition that the caller works in
public record Caller(int partition) {

    /// The key of the data partition that exists from the start.
    private static final int DEFAULT_PARTITION = 1;

    /// Whoever can reach a server that has no authentication: all of the default partition.
    public static Caller anyone() {
        return new Caller(DEFAULT_PARTITION);
    }
}
