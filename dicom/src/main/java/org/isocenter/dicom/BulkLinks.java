package org.isocenter.dicom;

import org.jspecify.annotations.Nullable;

/// Where the JSON and XML models find the addresses of values that they name rather than hold:
/// `BulkDataURI` in PS3.18 F.2.6, `BulkData` in PS3.19 A.1.5.
///
/// It is asked about every value that is not in memory, and about every value in memory whose
/// representation is one of OB, OD, OF, OL, OV, OW and UN. Other values in memory are always given
/// inline.
@FunctionalInterface
public interface BulkLinks {

    /// No addresses: what is in memory is given inline, what is not is left out.
    BulkLinks NONE = (path, element) -> null;

    /// The address of a value, or null where it has none. It is then given inline where it is in memory, and
    /// left out where it is not, so that the attribute shows its representation alone.
    ///
    /// @param path the tags on the way, with items counted from 0 and in the form of a URL path, such as
    ///     `7FE00010` or `00081140/0/00420011`
    @Nullable
    String find(String path, Element element);
}
