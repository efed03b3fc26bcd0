package org.isocenter.server.dicomweb;

import org.isocenter.dicom.Limits;
import org.isocenter.server.http.MultipartLimits;

/// How the DICOMweb resources behave.
///
/// @param replaceOnConflict whether other bytes under the same UIDs take their place without being asked to
/// @param metadataCacheBytes how much ready metadata is kept in memory
public record DicomwebOptions(
        Limits limits,
        MultipartLimits multipart,
        boolean replaceOnConflict,
        long metadataCacheBytes,
        SearchLimits search) {

    /// @param limitDefault results of a page where the client names no limit
    /// @param limitMax results of a page at the most
    public record SearchLimits(int limitDefault, int limitMax, int offsetMax) {}
}
