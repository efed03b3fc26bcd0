package org.isocenter.server.worklist;

import org.isocenter.dicom.DataSet;
import org.jspecify.annotations.Nullable;

/// A workitem as it stands.
///
/// @param transactionUid of whoever has claimed it, or null; it is told to nobody
/// @param dataSet everything else; the state in it is that of the row
public record Workitem(
        long key, String uid, WorkitemState state, @Nullable String transactionUid, DataSet dataSet) {

    @Override
    public String toString() {
        return "Workitem[" + state + "]";
    }
}
