package org.isocenter.dicom;

/// What a reader knows of single attributes.
final class Representations {
    private Representations() {}

    /// The representation in implicit VR (PS3.5 A.1): the dictionary's; among several the one that (0028,0103) or
    /// (0028,3002) tells, and OW before OB.
    static Vr implicit(int tag, Level level) {
        if (Tags.isPrivate(tag)) {
            return Tags.isPrivateCreator(tag) ? Vr.LO : Tags.isGroupLength(tag) ? Vr.UL : Vr.UN;
        }
        Dictionary.Attribute attribute = Dictionary.find(tag);
        if (attribute == null) {
            return Tags.isGroupLength(tag) ? Vr.UL : Vr.UN;
        }
        if (attribute.vrs().size() == 1) {
            return attribute.vr();
        }
        if (attribute.vrs().contains(Vr.OW)) {
            return tag == Tag.LUTData && level.lutEntries == 1 ? Vr.US : Vr.OW;
        }
        return level.signed ? Vr.SS : Vr.US;
    }

    /// The numbers that the size of pixel data follows from: to guess at them would be to guess at the image.
    static boolean imagePixelNumber(int tag) {
        return switch (tag) {
            case Tag.SamplesPerPixel,
                    Tag.PlanarConfiguration,
                    Tag.Rows,
                    Tag.Columns,
                    Tag.BitsAllocated,
                    Tag.BitsStored,
                    Tag.HighBit,
                    Tag.PixelRepresentation -> true;
            default -> false;
        };
    }

    /// The three attributes that pixel data stand in.
    static boolean pixelData(int tag) {
        return tag == Tag.PixelData || tag == Tag.FloatPixelData || tag == Tag.DoubleFloatPixelData;
    }
}
