package org.isocenter.server.render;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.jspecify.annotations.Nullable;

/// A softcopy presentation state and the image that it is applied to (PS3.3 A.33, PS3.4 N.2).
///
/// What it says takes the place of everything that the image says of the same, and where it is silent, the
/// step does nothing: the image's own window is not used then.
final class PresentationState {
    /// The kinds that this package knows how to apply: grayscale and colour.
    private static final Set<String> APPLIED = Set.of("1.2.840.10008.5.1.4.1.1.11.1", "1.2.840.10008.5.1.4.1.1.11.2");

    private final Instance state;
    private final @Nullable String imageUid;

    /// @throws MalformedException where it is of a kind that is not applied, subtracts a mask, or refers to
    ///     other images
    PresentationState(Instance state, DataSet image) throws MalformedException {
        DataSet dataSet = state.dataSet();
        String kind = dataSet.findString(Tag.SOPClassUID);
        if (kind == null || !APPLIED.contains(kind)) {
            throw new MalformedException("a presentation state that is not applied", Tags.format(Tag.SOPClassUID), -1);
        }
        if (!dataSet.items(Tag.MaskSubtractionSequence).isEmpty()) {
            throw new MalformedException(
                    "a presentation state that subtracts a mask", Tags.format(Tag.MaskSubtractionSequence), -1);
        }
        this.state = state;
        this.imageUid = image.findString(Tag.SOPInstanceUID);
        List<DataSet> series = dataSet.items(Tag.ReferencedSeriesSequence);
        if (!series.isEmpty()
                && series.stream().noneMatch(one -> refersToImage(one.items(Tag.ReferencedImageSequence)))) {
            throw new MalformedException(
                    "a presentation state of other images", Tags.format(Tag.ReferencedSeriesSequence), -1);
        }
    }

    private boolean refersToImage(List<DataSet> references) {
        return references.stream().anyMatch(one -> isImage(one));
    }

    private boolean isImage(DataSet reference) {
        return imageUid != null && imageUid.equals(reference.findString(Tag.ReferencedSOPInstanceUID));
    }

    Instance instance() {
        return state;
    }

    DataSet dataSet() {
        return state.dataSet();
    }

    /// The items of one of its sequences that are for a frame of the image: those that name it, and those
    /// that name no image.
    List<DataSet> itemsFor(int frame, int sequence) {
        List<DataSet> chosen = new ArrayList<>();
        for (DataSet item : state.dataSet().items(sequence)) {
            List<DataSet> references = item.items(Tag.ReferencedImageSequence);
            if (references.isEmpty() || references.stream().anyMatch(one -> isImage(one) && isFrame(one, frame))) {
                chosen.add(item);
            }
        }
        return chosen;
    }

    private static boolean isFrame(DataSet reference, int frame) {
        List<String> frames = reference.strings(Tag.ReferencedFrameNumber);
        return frames.isEmpty() || frames.contains(Integer.toString(frame));
    }

    /// The first of them, or null.
    @Nullable
    DataSet findItemFor(int frame, int sequence) {
        List<DataSet> items = itemsFor(frame, sequence);
        return items.isEmpty() ? null : items.getFirst();
    }

    /// Quarters of a circle by which the image is turned, clockwise (PS3.3 C.10.6).
    int quarters() {
        Integer degrees = state.dataSet().findInt(Tag.ImageRotation);
        return degrees == null || degrees % 90 != 0 ? 0 : Math.floorMod(degrees / 90, 4);
    }

    /// Whether the image is mirrored left to right after that.
    boolean mirrored() {
        return "Y".equals(state.dataSet().findString(Tag.ImageHorizontalFlip));
    }
}
