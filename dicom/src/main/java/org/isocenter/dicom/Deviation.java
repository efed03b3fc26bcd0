package org.isocenter.dicom;

/// A place where input departs from the standard and was read all the same.
///
/// @param path the tag path, such as `(0040,0275)[2].(0040,0007)`
/// @param offset the byte offset in the input
public record Deviation(Kind kind, String path, long offset) {

    /// Each leniency of the readers, by name.
    public enum Kind {
        /// No preamble and no `DICM` prefix: the input begins with file meta information or the data set
        /// (PS3.10 7.1).
        NO_PREAMBLE,
        /// No file meta information, or none with a transfer syntax, which was told from the first elements.
        NO_FILE_META,
        /// (0002,0000) does not tell where group 0002 ends.
        FILE_META_LENGTH,
        /// File meta information in implicit VR (PS3.10 7.1 asks for explicit).
        FILE_META_IMPLICIT,
        /// The data set is not in the transfer syntax that (0002,0010) names, and only one reading fits.
        OTHER_TRANSFER_SYNTAX,
        /// A value of odd length.
        ODD_LENGTH,
        /// A tag that is not greater than the one before.
        TAG_ORDER,
        /// An explicit VR that is not the dictionary's.
        OTHER_VR,
        /// The input ends where a sequence or item delimiter was due.
        NO_DELIMITER,
        /// Zeros after the last element.
        TRAILING_ZEROS,
        /// Fragments or pixel data in a form that another transfer syntax asks for.
        PIXEL_DATA_FORM,
        /// A deflated data set inside a zlib wrapper or with the trailer of gzip (PS3.5 A.5 asks for raw
        /// deflate).
        ZLIB_WRAPPER,
        /// A character set term that is not one of PS3.3 C.12.1.1.2, or terms that do not go together.
        CHARACTER_SET,
        /// Pixel data in more than one of (7FE0,0008), (7FE0,0009) and (7FE0,0010).
        SEVERAL_PIXEL_DATA,
        /// The input ends inside a value; only what is complete was read. Never accepted unless asked for.
        TRUNCATED
    }
}
