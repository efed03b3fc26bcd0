package org.isocenter.server.render;

import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.jspecify.annotations.Nullable;

/// Where the pixels of an image come to stand in the picture: first the area that a presentation state
/// selects, turned and mirrored (PS3.3 C.10.4, C.10.6), of that the part that a viewport asks for, scaled
/// (PS3.18 8.3.5.1.3). Pixels that are not square are made so, whoever asks.
///
/// Places are told in pixels from the upper left corner of the first one, which ends at 1, 1.
final class Placement {
    /// What is displayed of the image, and the pixels of that which are needed.
    private final Region area;

    private final Region source;
    private final int quarters;
    private final boolean mirrored;
    /// Where the part that is shown begins in the turned source.
    private final double left;
    private final double top;
    private final Part part;

    private final boolean leftToRight;
    private final boolean topToBottom;

    private Placement(
            Region area, Region source, int quarters, boolean mirrored, Part part, @Nullable Viewport viewport) {
        this.area = area;
        this.source = source;
        this.quarters = quarters;
        this.mirrored = mirrored;
        this.left = part.left - (source.x() - area.x());
        this.top = part.top - (source.y() - area.y());
        this.part = part;
        this.leftToRight = viewport != null && viewport.partWidth() < 0;
        this.topToBottom = viewport != null && viewport.partHeight() < 0;
    }

    /// @param shape of the image's pixels
    /// @throws MalformedException where nothing of the image is left, or the picture would be too large
    static Placement of(
            int columns,
            int rows,
            PixelShape shape,
            @Nullable PresentationState state,
            int frame,
            @Nullable Viewport viewport)
            throws MalformedException {
        Region area = new Region(0, 0, columns, rows);
        int quarters = 0;
        boolean mirrored = false;
        PixelShape shown = shape;
        double magnified = 0;
        if (state != null) {
            DataSet selection = state.findItemFor(frame, Tag.DisplayedAreaSelectionSequence);
            if (selection != null) {
                area = displayed(selection, columns, rows);
                PixelShape own = PixelShape.findInSelection(selection);
                shown = own == null ? shape : own;
                magnified = magnification(selection);
            }
            quarters = state.quarters();
            mirrored = state.mirrored();
        }
        boolean across = (quarters & 1) != 0;
        int width = across ? area.height() : area.width();
        int height = across ? area.width() : area.height();
        shown = across ? shown.turned() : shown;
        shown = magnified > 0 ? shown.scaled(magnified) : bounded(shown, width, height);
        Part part = viewport == null
                ? Part.whole(width, height, shown)
                : magnified > 0 && viewport.whole()
                        ? Part.middle(width, height, shown, viewport)
                        : Part.fitted(width, height, shown, viewport);
        // Where nothing is turned, what is not shown need not be worked out.
        Region source = quarters == 0 && !mirrored ? part.of(area) : area;
        return new Placement(area, source, quarters, mirrored, part, viewport);
    }

    /// Pixels that are not square make a picture larger; where that were too large, the other side becomes
    /// smaller.
    private static PixelShape bounded(PixelShape shape, int width, int height) {
        double toWidth = width * shape.width();
        double toHeight = height * shape.height();
        boolean large = Math.max(toWidth, toHeight) > Viewport.SIDE_MAX || toWidth * toHeight > Viewport.PIXELS_MAX;
        return large ? shape.scaled(1 / Math.max(shape.width(), shape.height())) : shape;
    }

    /// How much larger a presentation state shows its pixels, 0 where it does not say. TRUE SIZE has no
    /// meaning without a screen, so that it is SCALE TO FIT (PS3.18 9.5.2.3).
    private static double magnification(DataSet selection) throws MalformedException {
        if (!"MAGNIFY".equals(selection.findString(Tag.PresentationSizeMode))) {
            return 0;
        }
        List<Double> ratio = Numbers.of(selection, Tag.PresentationPixelMagnificationRatio, 1);
        if (ratio.isEmpty() || !(ratio.getFirst() > 0)) {
            throw new MalformedException(
                    "a magnification that is none", Tags.format(Tag.PresentationPixelMagnificationRatio), -1);
        }
        return ratio.getFirst();
    }

    /// A part of the displayed area, and the size that it gets.
    private record Part(double left, double top, double width, double height, int toWidth, int toHeight) {

        static Part whole(int width, int height, PixelShape shape) {
            long toWidth = Math.round(width * shape.width());
            long toHeight = Math.round(height * shape.height());
            return new Part(
                    0,
                    0,
                    width,
                    height,
                    Math.clamp(toWidth, 1, Integer.MAX_VALUE),
                    Math.clamp(toHeight, 1, Integer.MAX_VALUE));
        }

        /// The pixels of an area that it touches.
        Region of(Region area) {
            int firstX = (int) left;
            int firstY = (int) top;
            return new Region(
                    area.x() + firstX,
                    area.y() + firstY,
                    Math.max(1, (int) Math.min(area.width(), Math.ceil(left + width)) - firstX),
                    Math.max(1, (int) Math.min(area.height(), Math.ceil(top + height)) - firstY));
        }

        /// Magnified pixels are not fitted: of them the middle is seen through the viewport.
        static Part middle(int width, int height, PixelShape shape, Viewport viewport) {
            double partWidth = Math.min(width, viewport.width() / shape.width());
            double partHeight = Math.min(height, viewport.height() / shape.height());
            return new Part(
                    (width - partWidth) / 2,
                    (height - partHeight) / 2,
                    partWidth,
                    partHeight,
                    Math.clamp(Math.round(partWidth * shape.width()), 1, viewport.width()),
                    Math.clamp(Math.round(partHeight * shape.height()), 1, viewport.height()));
        }

        /// As large as the viewport lets it be, in its proportions.
        static Part fitted(int width, int height, PixelShape shape, Viewport viewport) throws MalformedException {
            double partWidth = part(viewport.partWidth(), viewport.x(), width);
            double partHeight = part(viewport.partHeight(), viewport.y(), height);
            if (!(partWidth > 0 && partHeight > 0)) {
                throw new MalformedException("a viewport beside the image of " + width + " x " + height + " pixels");
            }
            double shownWidth = partWidth * shape.width();
            double shownHeight = partHeight * shape.height();
            double scale = Math.min(viewport.width() / shownWidth, viewport.height() / shownHeight);
            return new Part(
                    viewport.x(),
                    viewport.y(),
                    partWidth,
                    partHeight,
                    Math.clamp(Math.round(shownWidth * scale), 1, viewport.width()),
                    Math.clamp(Math.round(shownHeight * scale), 1, viewport.height()));
        }
    }

    /// How much of a side is shown.
    private static double part(double asked, double start, int side) {
        double rest = side - start;
        return asked == 0 ? rest : Math.min(Math.abs(asked), rest);
    }

    /// The area between two corners, which count pixels from 1 and change places where the image is turned.
    private static Region displayed(DataSet selection, int columns, int rows) throws MalformedException {
        int[] one = corner(selection, Tag.DisplayedAreaTopLeftHandCorner);
        int[] other = corner(selection, Tag.DisplayedAreaBottomRightHandCorner);
        int left = Math.max(1, Math.min(one[0], other[0]));
        int top = Math.max(1, Math.min(one[1], other[1]));
        int right = Math.min(columns, Math.max(one[0], other[0]));
        int bottom = Math.min(rows, Math.max(one[1], other[1]));
        if (right < left || bottom < top) {
            throw new MalformedException(
                    "a displayed area beside the image", Tags.format(Tag.DisplayedAreaSelectionSequence), -1);
        }
        return new Region(left - 1, top - 1, right - left + 1, bottom - top + 1);
    }

    private static int[] corner(DataSet selection, int tag) throws MalformedException {
        List<Double> numbers = Numbers.of(selection, tag, 2);
        if (numbers.size() < 2) {
            throw new MalformedException("no corner of a displayed area", Tags.format(tag), -1);
        }
        return new int[] {numbers.get(0).intValue(), numbers.get(1).intValue()};
    }

    /// The pixels of the image that are needed.
    Region source() {
        return source;
    }

    int width() {
        return part.toWidth;
    }

    int height() {
        return part.toHeight;
    }

    /// The picture of the pixels that are needed.
    Canvas place(Canvas pixels) {
        Canvas turned = pixels.oriented(quarters, mirrored);
        boolean asIs = turned.width() == part.toWidth
                && turned.height() == part.toHeight
                && part.width == part.toWidth
                && part.height == part.toHeight
                && !topToBottom;
        if (asIs) {
            return turned.oriented(0, leftToRight);
        }
        Scaling across = new Scaling(left, part.width, turned.width(), part.toWidth, leftToRight);
        Scaling down = new Scaling(top, part.height, turned.height(), part.toHeight, topToBottom);
        return Scaling.scaled(turned, across, down);
    }

    /// The place in the picture, across and down, of a place in the image.
    double[] ofImage(double x, double y) {
        double u = x - source.x();
        double v = y - source.y();
        double w = source.width();
        double h = source.height();
        double s = switch (quarters) {
            case 0 -> u;
            case 1 -> h - v;
            case 2 -> w - u;
            default -> v;
        };
        double t = switch (quarters) {
            case 0 -> v;
            case 1 -> u;
            case 2 -> h - v;
            default -> w - u;
        };
        return ofTurned(mirrored ? turnedSide(source.width(), source.height()) - s : s, t);
    }

    /// The place in the picture of a place in the displayed area, whose corners are 0, 0 and 1, 1.
    double[] ofArea(double x, double y) {
        double s = x * turnedSide(area.width(), area.height()) - (source.x() - area.x());
        double t = y * turnedSide(area.height(), area.width()) - (source.y() - area.y());
        return ofTurned(s, t);
    }

    private int turnedSide(int upright, int across) {
        return (quarters & 1) == 0 ? upright : across;
    }

    private double[] ofTurned(double s, double t) {
        double x = (s - left) * width() / part.width;
        double y = (t - top) * height() / part.height;
        return new double[] {leftToRight ? width() - x : x, topToBottom ? height() - y : y};
    }
}
