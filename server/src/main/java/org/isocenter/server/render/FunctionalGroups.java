package org.isocenter.server.render;

import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;

/// What a multi-frame instance says of single frames, or of all of them at once (PS3.3 C.7.6.16).
final class FunctionalGroups {
    private final List<DataSet> perFrame;
    private final @Nullable DataSet shared;

    FunctionalGroups(DataSet head) {
        this.perFrame = head.items(Tag.PerFrameFunctionalGroupsSequence);
        this.shared = head.findItem(Tag.SharedFunctionalGroupsSequence);
    }

    /// The first item of a functional group of a frame, its own before that of all; null where there is none.
    ///
    /// @param number of the frame, the first of which is 1
    @Nullable
    DataSet find(int number, int sequence) {
        DataSet own = number >= 1 && number <= perFrame.size()
                ? perFrame.get(number - 1).findItem(sequence)
                : null;
        return own != null || shared == null ? own : shared.findItem(sequence);
    }
}
