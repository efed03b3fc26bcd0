package org.isocenter.server.cast;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.isocenter.dicom.DataSet;
import org.jspecify.annotations.Nullable;

/// An archive that is followed.
public interface Source {
    /// Something happened to a study.
    ///
    /// @param position in the feed
    /// @param study null where it is in a data partition that is not followed
    /// @param takesAway whether something that was there may be gone: after a deletion or an update
    record Change(long position, @Nullable Study study, boolean takesAway, Instant occurred) {}

    /// A study, which may be there or not.
    record Study(int partition, String uid) {}

    /// The changes behind a position, oldest first.
    List<Change> changes(long after, int limit);

    /// Gives the metadata of all instances of a study, series by series, always in the same order; nothing
    /// where there is no such study.
    void read(Study study, Consumer<DataSet> instances);
}
