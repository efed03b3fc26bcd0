package org.isocenter.server.render;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.pixel.ImagePixel;
import org.jspecify.annotations.Nullable;

/// A plane of one bit for each pixel that lies over an image (PS3.3 C.9.2). A plane that makes no sense, or
/// whose bits are not all there, is none.
///
/// The bits of graphics are to be seen. Those of a region of interest are the region, of which the border is
/// drawn, so that it does not hide what it is about.
///
/// @param x the column of the image that its first column is over, from 0; may be beside the image
/// @param y its row
/// @param packed eight bits to a byte, the lowest first
/// @param firstBit the place of the first one
/// @param region whether it is of a region of interest
record Overlay(int x, int y, int width, int height, byte[] packed, int firstBit, boolean region) {
    private static final int GROUP_FIRST = 0x6000;
    private static final int GROUP_LAST = 0x601E;
    /// The bits of a plane at most.
    private static final long BITS_MAX = 1L << 29;

    /// What the defined terms of a region end by that is no finding: where the image has a picture at all
    /// (PS3.3 C.9.2.1.3).
    private static final String ACTIVE_AREA = "IMAGE AREA";

    /// The planes over a frame that are to be seen.
    ///
    /// @param stored the bytes of the frame where it is native in little endian and planes may stand in its
    ///     unused bits, or null
    static List<Overlay> shown(
            DataSet dataSet, ValueBytes values, int frame, @Nullable ImagePixel image, byte @Nullable [] stored)
            throws IOException {
        List<Overlay> planes = new ArrayList<>();
        for (int group = GROUP_FIRST; group <= GROUP_LAST; group += 2) {
            if (isShown(dataSet, group)) {
                Overlay plane = findAnywhere(dataSet, values, group, frame, image, stored);
                if (plane != null) {
                    planes.add(plane);
                }
            }
        }
        return planes;
    }

    private static boolean isShown(DataSet dataSet, int group) {
        String type = dataSet.findString(tag(group, Tag.OverlayType));
        String subtype = dataSet.findString(tag(group, Tag.OverlaySubtype));
        return "G".equals(type) || "R".equals(type) && (subtype == null || !subtype.endsWith(ACTIVE_AREA));
    }

    /// The planes that a presentation state puts into a layer: its own, or those of the image.
    ///
    /// @param stored as for {@link #shown}
    static List<Overlay> activated(
            PresentationState state,
            DataSet head,
            ValueBytes values,
            int frame,
            @Nullable ImagePixel image,
            byte @Nullable [] stored)
            throws IOException {
        List<Overlay> planes = new ArrayList<>();
        for (int group = GROUP_FIRST; group <= GROUP_LAST; group += 2) {
            DataSet dataSet = state.dataSet();
            if (dataSet.findString(tag(group, Tag.OverlayActivationLayer)) != null) {
                Overlay own = find(dataSet, new ValueBytes(state.instance()), group, frame);
                Overlay plane = own == null ? findAnywhere(head, values, group, frame, image, stored) : own;
                if (plane != null) {
                    planes.add(plane);
                }
            }
        }
        return planes;
    }

    private static @Nullable Overlay findAnywhere(
            DataSet dataSet,
            ValueBytes values,
            int group,
            int frame,
            @Nullable ImagePixel image,
            byte @Nullable [] stored)
            throws IOException {
        Overlay plane = find(dataSet, values, group, frame);
        return plane != null || image == null || stored == null ? plane : findEmbedded(dataSet, group, image, stored);
    }

    private static int tag(int group, int ofFirstGroup) {
        return Tags.of(group, ofFirstGroup & 0xFFFF);
    }

    /// The plane of a group, whatever it shows; null where there is none for the frame.
    static @Nullable Overlay find(DataSet dataSet, ValueBytes values, int group, int frame) throws IOException {
        if (group < GROUP_FIRST || group > GROUP_LAST || (group & 1) != 0) {
            return null;
        }
        int rows = side(dataSet, tag(group, Tag.OverlayRows));
        int columns = side(dataSet, tag(group, Tag.OverlayColumns));
        long bits = (long) rows * columns;
        Integer count = dataSet.findInt(tag(group, Tag.NumberOfFramesInOverlay));
        Integer origin = dataSet.findInt(tag(group, Tag.ImageFrameOrigin));
        // Without a number of frames the plane is over all of them.
        long index = count == null || count == 1 && origin == null ? 0 : (long) frame - (origin == null ? 1 : origin);
        if (bits == 0 || bits > BITS_MAX || index < 0 || count != null && index >= count) {
            return null;
        }
        long firstByte = bits * index / 8 & ~1L;
        int firstBit = (int) (bits * index - 8 * firstByte);
        int length = (int) ((firstBit + bits + 7) / 8);
        byte[] packed = values.findPart(dataSet, tag(group, Tag.OverlayData), firstByte, length);
        if (packed == null) {
            return null;
        }
        int[] corner = corner(dataSet, group);
        return new Overlay(corner[1], corner[0], columns, rows, packed, firstBit, isRegion(dataSet, group));
    }

    private static boolean isRegion(DataSet dataSet, int group) {
        return "R".equals(dataSet.findString(tag(group, Tag.OverlayType)));
    }

    private static int side(DataSet dataSet, int tag) {
        Integer side = dataSet.findInt(tag);
        return side == null || side < 1 || side > 65535 ? 0 : side;
    }

    /// Row and column of the image under the first pixel, from 0.
    private static int[] corner(DataSet dataSet, int group) {
        List<Double> origin = Numbers.of(dataSet, tag(group, Tag.OverlayOrigin), 2);
        if (origin.size() < 2) {
            return new int[2];
        }
        // Written as signed words; some readers and writers take them for unsigned.
        return new int[] {
            (short) origin.get(0).intValue() - 1, (short) origin.get(1).intValue() - 1
        };
    }

    /// A plane in bits of the pixels that their samples do not use, as files before 2004 have it.
    private static @Nullable Overlay findEmbedded(DataSet dataSet, int group, ImagePixel image, byte[] stored) {
        Integer allocated = dataSet.findInt(tag(group, Tag.OverlayBitsAllocated));
        Integer bit = dataSet.findInt(tag(group, Tag.OverlayBitPosition));
        int bytes = image.bitsAllocated() / 8;
        if (allocated == null
                || bit == null
                || allocated != image.bitsAllocated()
                || bytes < 1
                || image.samplesPerPixel() != 1
                || bit < 0
                || bit >= image.bitsAllocated()
                || bit <= image.highBit() && bit > image.highBit() - image.bitsStored()) {
            return null;
        }
        int pixels = image.columns() * image.rows();
        if (stored.length / bytes < pixels) {
            return null;
        }
        byte[] packed = new byte[(pixels + 7) / 8];
        for (int i = 0; i < pixels; i++) {
            packed[i >> 3] |= (byte) ((stored[i * bytes + bit / 8] >> bit % 8 & 1) << (i & 7));
        }
        return new Overlay(0, 0, image.columns(), image.rows(), packed, 0, isRegion(dataSet, group));
    }

    private boolean at(int column, int row) {
        long bit = firstBit + (long) row * width + column;
        return (packed[(int) (bit >> 3)] >> (bit & 7) & 1) != 0;
    }

    /// Whether a bit is at the border of what there is of them: beside one that is not set.
    private boolean atBorder(int column, int row) {
        return column == 0
                || row == 0
                || column == width - 1
                || row == height - 1
                || !(at(column - 1, row) && at(column + 1, row) && at(column, row - 1) && at(column, row + 1));
    }

    /// Gives the pixels under its bits a value, of a region those at its border.
    ///
    /// @param part of the image that the canvas shows
    void draw(Canvas canvas, Region part, int value) {
        burn(canvas, part, value, region);
    }

    /// Gives the pixels under all its bits a value.
    ///
    /// @param part of the image that the canvas shows
    void cover(Canvas canvas, Region part, int value) {
        burn(canvas, part, value, false);
    }

    private void burn(Canvas canvas, Region part, int value, boolean border) {
        int first = Math.max(0, part.y() - y);
        int last = Math.min(height, part.y() + canvas.height() - y);
        for (int row = first; row < last; row++) {
            for (int column = 0; column < width; column++) {
                if (at(column, row) && (!border || atBorder(column, row))) {
                    canvas.set(x + column - part.x(), y + row - part.y(), value);
                }
            }
        }
    }
}
