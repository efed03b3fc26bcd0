package org.isocenter.server.index;

/// What became of an entry.
public sealed interface Indexed {
    /// The instance was not there before.
    record Added(long revision) implements Indexed {}

    /// The instance took the place of one with the same UIDs and other bytes, which is kept as a former
    /// version.
    ///
    /// @param formerBytes that version's length
    record Replaced(long revision, long formerBytes) implements Indexed {}

    /// The instance is there already, with the same bytes.
    record AlreadyThere() implements Indexed {}

    /// An instance with the same UIDs and other bytes is there, and stays.
    record Refused() implements Indexed {}

    /// The partition would hold more than it may.
    record OverQuota() implements Indexed {}
}
