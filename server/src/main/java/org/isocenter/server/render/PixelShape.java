package org.isocenter.server.render;

import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;

/// How large the pixels of an image are shown, in pixels of the picture. The shorter side of a pixel that is
/// not square is 1, so that nothing of the image is lost where nobody names a size.
///
/// @param width above 0
/// @param height above 0
record PixelShape(double width, double height) {
    static final PixelShape SQUARE = new PixelShape(1, 1);

    /// Sides that differ by less than nobody sees are the same: spacings are measured, and rounded.
    private static final double SAME = 1.01;
    /// Pixels that are longer than this are a mistake.
    private static final double LONGEST = 100;

    /// The attributes that tell the distance of rows, then that of columns, the most exact one first; and
    /// the one that has the same as whole numbers (PS3.3 C.7.6.3.1.7).
    private static final int[] SPACINGS = {
        Tag.PixelSpacing, Tag.ImagerPixelSpacing, Tag.NominalScannedPixelSpacing, Tag.PixelAspectRatio
    };

    /// The functional groups that have one of them (PS3.3 C.7.6.16.2.1, C.8.19.6.4).
    private static final int[] GROUPS = {Tag.PixelMeasuresSequence, Tag.FramePixelDataPropertiesSequence};

    /// The shape that the pixels of a frame have. Numbers that make no sense are passed over.
    static PixelShape ofImage(DataSet head, FunctionalGroups groups, int frame) {
        for (int group : GROUPS) {
            DataSet item = groups.find(frame, group);
            PixelShape found = item == null ? null : find(item, SPACINGS);
            if (found != null) {
                return found;
            }
        }
        PixelShape found = find(head, SPACINGS);
        return found == null ? SQUARE : found;
    }

    /// The shape that a presentation state gives them; null where it says nothing of it (PS3.3 C.10.4).
    static @Nullable PixelShape findInSelection(DataSet selection) {
        return find(selection, Tag.PresentationPixelSpacing, Tag.PresentationPixelAspectRatio);
    }

    private static @Nullable PixelShape find(DataSet dataSet, int... tags) {
        for (int tag : tags) {
            List<Double> distances = Numbers.of(dataSet, tag, 2);
            if (distances.size() == 2 && distances.get(0) > 0 && distances.get(1) > 0) {
                double ratio = distances.get(0) / distances.get(1);
                if (Math.max(ratio, 1 / ratio) <= LONGEST) {
                    return of(ratio);
                }
            }
        }
        return null;
    }

    /// @param ratio of height to width
    private static PixelShape of(double ratio) {
        if (Math.max(ratio, 1 / ratio) < SAME) {
            return SQUARE;
        }
        return ratio > 1 ? new PixelShape(1, ratio) : new PixelShape(1 / ratio, 1);
    }

    /// The shape after a quarter of a turn.
    PixelShape turned() {
        return new PixelShape(height, width);
    }

    PixelShape scaled(double factor) {
        return new PixelShape(width * factor, height * factor);
    }
}
