package org.isocenter.server.archive;

import java.util.List;
import java.util.Set;
import org.isocenter.dicom.CharacterSets;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.ValueRules;
import org.isocenter.dicom.Vr;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.ReturnKeys;
import org.jspecify.annotations.Nullable;

/// A change of attributes: values that take the place of others, sequences as a whole, and attributes that
/// go.
///
/// It is about what is said of pixels, not about pixels, and about what an instance is, not about which one
/// it is; so the description of pixels (PS3.3 C.7.6.3) and unique identifiers are not to be changed.
public record Edit(DataSet values, List<Integer> removed) {
    static final CharacterSets UNICODE = CharacterSets.of(List.of("ISO_IR 192"));

    /// Of group 0028, beside the palettes and their descriptors.
    private static final Set<Integer> PIXELS = Set.of(
            Tag.SamplesPerPixel,
            Tag.PhotometricInterpretation,
            Tag.PlanarConfiguration,
            Tag.NumberOfFrames,
            Tag.FrameIncrementPointer,
            Tag.Rows,
            Tag.Columns,
            Tag.BitsAllocated,
            Tag.BitsStored,
            Tag.HighBit,
            Tag.PixelRepresentation,
            Tag.SmallestImagePixelValue,
            Tag.LargestImagePixelValue,
            Tag.PixelPaddingValue,
            Tag.LossyImageCompression,
            Tag.LossyImageCompressionRatio,
            Tag.LossyImageCompressionMethod);

    /// The level of which all instances have an attribute in common, as far as the index knows, or null.
    public static @Nullable Level findLevel(int tag) {
        return ReturnKeys.findLevel(tag);
    }

    /// Why an attribute may not be set or removed, or null where it may.
    public static @Nullable String refusal(int tag) {
        int group = Tags.group(tag);
        boolean structural = group <= 0x0002 || group == 0xFFFE || (tag & 0xFFFF) == 0;
        if (structural || tag == Tag.SpecificCharacterSet) {
            return "is part of the encoding";
        }
        if (Tags.isPrivate(tag)) {
            return null;
        }
        Dictionary.Attribute attribute = Dictionary.find(tag);
        if (attribute == null) {
            return "is not in the data dictionary";
        }
        if (attribute.vr() == Vr.UI) {
            return "is a unique identifier";
        }
        boolean palette = group == 0x0028 && (tag & 0xFF00) >= 0x1100 && (tag & 0xFF00) <= 0x1400;
        return PIXELS.contains(tag) || palette || group == 0x7FE0 || (group & 0xFF00) == 0x6000
                ? "describes or holds pixels"
                : null;
    }

    /// Why an attribute cannot get this value, or null where it can.
    public static @Nullable String refusal(Element element, CharacterSets characterSets) {
        String refusal = refusal(element.tag());
        if (refusal != null) {
            return refusal;
        }
        Dictionary.Attribute attribute = Dictionary.find(element.tag());
        if (attribute != null && !attribute.vrs().contains(element.vr())) {
            return "has the representation " + attribute.vr();
        }
        if (attribute == null && element.vr().binary()) {
            return "is binary";
        }
        return ValueRules.findViolation(element, characterSets);
    }

    /// The data set with the change, or null where it is that way already. Text is put into the character
    /// sets of the data set; where these have no code for some of it, all is put into Unicode.
    ///
    /// @throws MalformedException where that cannot be, since there is text too long to be held in memory
    @Nullable
    DataSet apply(DataSet dataSet) throws MalformedException {
        DataSet text = values.in(dataSet.characterSets());
        DataSet base = dataSet;
        if (text == null) {
            base = dataSet.in(UNICODE);
            text = values.in(UNICODE);
            if (base == null || text == null) {
                throw new MalformedException("some text is too long to be put into another character set");
            }
        }
        DataSet changed = new DataSet().inherit(base.characterSets());
        boolean differs = base != dataSet;
        for (Element element : base) {
            if (removed.contains(element.tag())) {
                differs = true;
            } else if (!Tags.isGroupLength(element.tag()) && element.tag() != Tag.DataSetTrailingPadding) {
                changed.put(element);
            }
        }
        for (Element element : text) {
            if (element.tag() != Tag.SpecificCharacterSet && !element.equals(changed.find(element.tag()))) {
                changed.put(element);
                differs = true;
            }
        }
        return differs ? changed : null;
    }
}
