package org.isocenter.server.access;

import org.jspecify.annotations.Nullable;

/// On whose behalf a use case runs, and where. Every use case takes one first.
///
/// @param partition the key of the data partition that the caller works in
/// @param snapshot the key of the snapshot of a cohort beyond which the caller sees nothing, or null for
///     all of the partition
/// @param version the revision as of which the caller retrieves studies, 0 for as they were first, or null
///     for as they are
public record Caller(
        int partition, @Nullable Long snapshot, @Nullable Long version) {

    /// The key of the data partition that exists from the start.
    private static final int DEFAULT_PARTITION = 1;

    /// Whoever works in a data partition.
    public Caller(int partition) {
        this(partition, null, null);
    }

    /// Whoever can reach a server that has no authentication: all of the default partition.
    public static Caller anyone() {
        return new Caller(DEFAULT_PARTITION);
    }

    /// The same caller, who retrieves studies as they were.
    public Caller asOf(long version) {
        return new Caller(partition, snapshot, version);
    }

    /// The same caller, who sees of the archive nothing but what a snapshot of a cohort has frozen.
    public Caller within(long snapshot) {
        return new Caller(partition, snapshot, null);
    }
}
