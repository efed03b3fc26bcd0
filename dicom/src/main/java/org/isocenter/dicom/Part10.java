package org.isocenter.dicom;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A DICOM file (PS3.10 section 7): preamble, file meta information and data set.
///
/// Offsets of bulk values and fragments, {@link #dataSetOffset} and {@link #lengthBytes} count from the first
/// byte of the source. Where the data set is deflated the source is taken to be a virtual one: the file up to
/// its data set, followed by the inflated data set ({@link Part10Reader#inflated} gives it).
///
/// @param preamble the 128 bytes before `DICM`, none of them where the input begins with `DICM`, or null
///     where it has neither
/// @param fileMeta the elements of group 0002; empty where there are none
/// @param dataSet the rest
/// @param transferSyntax the one that the data set is in, which (0002,0010) does not name where there is a
///     {@link Deviation.Kind#OTHER_TRANSFER_SYNTAX}, {@link Deviation.Kind#PIXEL_DATA_FORM} or {@link
///     Deviation.Kind#NO_FILE_META}. Where encapsulated pixel data stand in a data set of implicit VR or big
///     endian, it has the UID of the pixel data's transfer syntax and the encoding that was found
/// @param deviations the places where the input departs from the standard; of each kind no more than a few
/// @param dataSetOffset the position of the first byte of the data set
/// @param lengthBytes the length of the source, or -1 where it was not read to its end or has yet to be written
public record Part10(
        byte @Nullable [] preamble,
        DataSet fileMeta,
        DataSet dataSet,
        TransferSyntax transferSyntax,
        List<Deviation> deviations,
        long dataSetOffset,
        long lengthBytes) {

    /// The implementation class UID (PS3.7 D.3.3.2) of this library, in files it makes.
    public static final String IMPLEMENTATION_CLASS_UID = "2.25.193791356783845068171530802843559785341";

    /// The implementation version name of this library, in files it makes.
    public static final String IMPLEMENTATION_VERSION_NAME = "ISOCENTER";

    public Part10 {
        deviations = List.copyOf(deviations);
    }

    /// A file to be written: a data set with new file meta information, which names the SOP class and
    /// instance of the data set.
    ///
    /// Bulk values and fragments are written as they are in their source, which must be in the byte order
    /// and, for pixel data, in the encoding of the transfer syntax.
    public static Part10 of(DataSet dataSet, TransferSyntax transferSyntax) {
        DataSet meta = new DataSet()
                .put(new Element(Tag.FileMetaInformationVersion, Vr.OB, new Value.Bytes(new byte[] {0, 1})))
                .putString(Tag.MediaStorageSOPClassUID, uid(dataSet, Tag.SOPClassUID))
                .putString(Tag.MediaStorageSOPInstanceUID, uid(dataSet, Tag.SOPInstanceUID))
                .putString(Tag.TransferSyntaxUID, transferSyntax.uid())
                .putString(Tag.ImplementationClassUID, IMPLEMENTATION_CLASS_UID)
                .putString(Tag.ImplementationVersionName, IMPLEMENTATION_VERSION_NAME);
        meta.putInts(Tag.FileMetaInformationGroupLength, (int) Part10Writer.lengthBytes(meta));
        return new Part10(new byte[128], meta, dataSet, transferSyntax, List.of(), -1, -1);
    }

    private static String uid(DataSet dataSet, int tag) {
        String uid = dataSet.findString(tag);
        return uid == null ? "" : uid;
    }

    Part10 with(List<Deviation> otherDeviations) {
        return new Part10(preamble, fileMeta, dataSet, transferSyntax, otherDeviations, dataSetOffset, lengthBytes);
    }

    /// Whether the input departs from the standard in this way.
    public boolean deviates(Deviation.Kind kind) {
        return findDeviation(kind) != null;
    }

    /// The first deviation of this kind, or null.
    public @Nullable Deviation findDeviation(Deviation.Kind kind) {
        for (Deviation deviation : deviations) {
            if (deviation.kind() == kind) {
                return deviation;
            }
        }
        return null;
    }
}
