package org.isocenter.server.archive;

/// What became of a deletion.
public sealed interface DeleteOutcome {
    /// Instances have been deleted.
    record Deleted(int instances) implements DeleteOutcome {}

    /// The caller has nothing with these UIDs.
    record NothingThere() implements DeleteOutcome {}

    /// Nothing was deleted, since somebody holds the study.
    record Held() implements DeleteOutcome {}
}
