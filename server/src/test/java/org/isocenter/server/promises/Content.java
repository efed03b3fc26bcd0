package org.isocenter.server.promises;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Writer;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.index.Entry.Identity;

/// An instance to store: who it is, its bytes, and their digest.
record Content(Identity identity, byte[] bytes, String sha256) {
    static final String ROOT = "2.25.4711";

    /// @param variant another one gives other bytes under the same UIDs
    static Content of(Identity identity, long variant, int pixelBytes) {
        return of(identity, dataSet(identity, variant), variant, pixelBytes);
    }

    static Content of(Identity identity, DataSet dataSet, long variant, int pixelBytes) {
        byte[] pixels = new byte[pixelBytes & ~1];
        new SplittableRandom(variant * 31 + identity.instanceUid().hashCode()).nextBytes(pixels);
        return ofPixels(identity, dataSet, pixels);
    }

    static Content ofPixels(Identity identity, DataSet dataSet, byte[] pixels) {
        dataSet.put(new Element(Tag.PixelData, Vr.OW, new Value.Bytes(pixels)));
        ByteArrayOutputStream out = new ByteArrayOutputStream(pixels.length + 1024);
        try {
            Part10Writer.write(Part10.of(dataSet, TransferSyntax.EXPLICIT_LITTLE_ENDIAN), BulkSource.NONE, out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        byte[] bytes = out.toByteArray();
        return new Content(identity, bytes, sha256(bytes));
    }

    static DataSet dataSet(Identity identity, long variant) {
        return new DataSet()
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.7")
                .putString(Tag.SOPInstanceUID, identity.instanceUid())
                .putString(Tag.StudyDate, "20260131")
                .putString(Tag.Modality, "OT")
                .putString(Tag.PatientName, "Promise^Variant " + variant)
                .putString(Tag.PatientID, "P" + identity.studyUid().hashCode())
                .putString(Tag.StudyInstanceUID, identity.studyUid())
                .putString(Tag.SeriesInstanceUID, identity.seriesUid())
                .putInts(Tag.SamplesPerPixel, 1)
                .putString(Tag.PhotometricInterpretation, "MONOCHROME2")
                .putInts(Tag.Rows, 1)
                .putInts(Tag.Columns, 1)
                .putInts(Tag.BitsAllocated, 16)
                .putInts(Tag.BitsStored, 16)
                .putInts(Tag.HighBit, 15)
                .putInts(Tag.PixelRepresentation, 0);
    }

    /// The same numbers give the same UIDs.
    static Identity identity(long study, long series, long instance) {
        String studyUid = ROOT + "." + study;
        return new Identity(1, studyUid, studyUid + "." + series, studyUid + "." + series + "." + instance);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public String toString() {
        return identity.instanceUid() + " " + sha256.substring(0, 8);
    }
}
