package org.isocenter.server.render;

import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.TransferSyntax;

/// An instance as rendering reads it: an image, or a presentation state.
///
/// @param dataSet its head: what is large may be left in the source ({@link org.isocenter.dicom.Value.Bulk})
/// @param syntax in which it is stored, and its frames with it
/// @param bulk where values come from that are not in memory: large tables, overlays, colour profiles
public record Instance(DataSet dataSet, TransferSyntax syntax, BulkSource bulk) {}
