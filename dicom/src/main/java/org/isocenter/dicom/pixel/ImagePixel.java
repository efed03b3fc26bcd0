package org.isocenter.dicom.pixel;

import org.isocenter.codec.SampleFormat;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Vr;

/// What a data set says of its integer pixels (PS3.3 C.7.6.3), found to make sense.
///
/// @param frames of the instance, at least 1
/// @param planar whether the components of a native pixel stand in planes of their own
/// @param bitsAllocated 1, 8, 16 or 32
/// @param bitsStored 1 to `bitsAllocated`
/// @param words whether native pixel data stand in words of 16 bits (OW), whose bytes big endian turns around
///     whatever the pixels have
/// @param highBit the place of the most significant bit, `bitsStored - 1` to `bitsAllocated - 1`
public record ImagePixel(
        int columns,
        int rows,
        int frames,
        int samplesPerPixel,
        Photometric photometric,
        boolean planar,
        int bitsAllocated,
        int bitsStored,
        int highBit,
        boolean signed,
        boolean words) {

    /// Reads the attributes of the image pixel module. What has a safe reading is read so: bits that do
    /// not agree
    /// are those of bits allocated, a photometric interpretation that is missing follows from the
    /// samples.
    ///
    /// @throws MalformedException where there is no image, or its attributes give none
    public static ImagePixel of(DataSet dataSet) throws MalformedException {
        int columns = required(dataSet, Tag.Columns, 1, 65535);
        int rows = required(dataSet, Tag.Rows, 1, 65535);
        int samples = dataSet.contains(Tag.SamplesPerPixel) ? required(dataSet, Tag.SamplesPerPixel, 1, 4) : 1;
        int allocated = required(dataSet, Tag.BitsAllocated, 1, 32);
        if (allocated != 1 && allocated != 8 && allocated != 16 && allocated != 32) {
            throw new MalformedException(allocated + " bits allocated", Tags.format(Tag.BitsAllocated), -1);
        }
        int stored = optional(dataSet, Tag.BitsStored, allocated);
        if (stored < 1 || stored > allocated) {
            stored = allocated;
        }
        int high = optional(dataSet, Tag.HighBit, stored - 1);
        if (high < stored - 1 || high >= allocated) {
            high = stored - 1;
        }
        Photometric photometric = Photometric.find(dataSet.findString(Tag.PhotometricInterpretation));
        if (photometric == null) {
            photometric = samples == 1 ? Photometric.MONOCHROME2 : samples == 3 ? Photometric.RGB : Photometric.OTHER;
        }
        if (photometric.samples() != 0 && photometric.samples() != samples) {
            throw new MalformedException(
                    photometric.term() + " with " + samples + " samples per pixel",
                    Tags.format(Tag.PhotometricInterpretation),
                    -1);
        }
        Element pixels = dataSet.find(Tag.PixelData);
        return new ImagePixel(
                columns,
                rows,
                Math.max(1, optional(dataSet, Tag.NumberOfFrames, 1)),
                samples,
                photometric,
                samples > 1 && optional(dataSet, Tag.PlanarConfiguration, 0) == 1,
                allocated,
                stored,
                high,
                optional(dataSet, Tag.PixelRepresentation, 0) == 1,
                pixels != null && pixels.vr() == Vr.OW);
    }

    private static int required(DataSet dataSet, int tag, int minimum, int maximum) throws MalformedException {
        Integer value = dataSet.findInt(tag);
        if (value == null || value < minimum || value > maximum) {
            throw new MalformedException(
                    value == null ? "no value" : value + " is not from " + minimum + " to " + maximum,
                    Tags.format(tag),
                    -1);
        }
        return value;
    }

    private static int optional(DataSet dataSet, int tag, int other) {
        Integer value = dataSet.findInt(tag);
        return value == null ? other : value;
    }

    /// The samples of a frame, each with the bits that are stored.
    public SampleFormat format() {
        return new SampleFormat(columns, rows, samplesPerPixel, bitsStored, signed);
    }

    /// The samples of a frame, each with all the bits that are allocated.
    SampleFormat container() {
        return new SampleFormat(columns, rows, samplesPerPixel, bitsAllocated, signed);
    }

    /// The bytes of a native frame. Of one bit for each pixel it may begin and end within a byte; this
    /// is with
    /// the first bit at the beginning of one.
    public long frameBytes() {
        long pixels = (long) columns * rows;
        if (bitsAllocated == 1) {
            return (pixels * samplesPerPixel + 7) / 8;
        }
        long samples = switch (photometric) {
            case YBR_FULL_422, YBR_PARTIAL_422 -> pixels * 2;
            case YBR_PARTIAL_420 -> pixels * 3 / 2;
            default -> pixels * samplesPerPixel;
        };
        return samples * (bitsAllocated / 8);
    }

    ImagePixel with(Photometric otherPhotometric, boolean otherPlanar) {
        return new ImagePixel(
                columns,
                rows,
                frames,
                samplesPerPixel,
                otherPhotometric,
                otherPlanar,
                bitsAllocated,
                bitsStored,
                highBit,
                signed,
                words);
    }

    ImagePixel withBits(int otherAllocated, int otherStored, boolean otherSigned) {
        return new ImagePixel(
                columns,
                rows,
                frames,
                samplesPerPixel,
                photometric,
                planar,
                otherAllocated,
                otherStored,
                otherStored - 1,
                otherSigned,
                words);
    }
}
