package org.isocenter.server.render;

import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.jspecify.annotations.Nullable;

/// Where the pixels of an image come to stand in the picture: first the area that a presentation state
/// selects, turned and mirrored (PS3.3 C.10.4, C.10.6), of that the part that a viewport asks for, scaled
/// (PS3.18 8.3.5.1.3).
///
/// Places are told in pixels from the upper left corner of the first one, which ends at 1, 1.
final class Placement {
    private final Region source;
    private final int quarters;
    private final boolean mirrored;
    /// The part of the turned source that is shown.
    private final double left;
    private final double top;
    private final double partWidth;
    private final double partHeight;

    private final boolean leftToRight;
    private final boolean topToBottom;
    private final int width;
    private final int height;

    private Placement(
            Region source,
            int quarters,
            boolean mirrored,
            double left,
            double top,
            double partWidth,
            double partHeight,
            boolean leftToRight,
            boolean topToBottom,
            int width,
            int height) {
        this.source = source;
        this.quarters = quarters;
        this.mirrored = mirrored;
        this.left = left;
        this.top = top;
        this.partWidth = partWidth;
        this.partHeight = partHeight;
        this.leftToRight = leftToRight;
        this.topToBottom = topToBottom;
        this.width = width;
        this.height = height;
    }

    /// @throws MalformedException where nothing of the image is left, or the picture would be too large
    static Placement of(
            int columns, int rows, @Nullable PresentationState state, int frame, @Nullable Viewport viewport)
            throws MalformedException {
        Region area = new Region(0, 0, columns, rows);
        int quarters = 0;
        boolean mirrored = false;
        if (state != null) {
            DataSet selection = state.findItemFor(frame, Tag.DisplayedAreaSelectionSequence);
            area = selection == null ? area : displayed(selection, columns, rows);
            quarters = state.quarters();
            mirrored = state.mirrored();
        }
        boolean across = (quarters & 1) != 0;
        int width = across ? area.height() : area.width();
        int height = across ? area.width() : area.height();
        if (viewport == null) {
            return new Placement(area, quarters, mirrored, 0, 0, width, height, false, false, width, height);
        }
        double x = viewport.x();
        double y = viewport.y();
        double partWidth = part(viewport.partWidth(), x, width);
        double partHeight = part(viewport.partHeight(), y, height);
        if (!(partWidth > 0 && partHeight > 0)) {
            throw new MalformedException("a viewport beside the image of " + width + " x " + height + " pixels");
        }
        double scale = Math.min(viewport.width() / partWidth, viewport.height() / partHeight);
        int toWidth = Math.clamp(Math.round(partWidth * scale), 1, viewport.width());
        int toHeight = Math.clamp(Math.round(partHeight * scale), 1, viewport.height());
        if ((long) toWidth * toHeight > Viewport.PIXELS_MAX) {
            throw new MalformedException("a picture of " + toWidth + " x " + toHeight + " pixels");
        }
        if (quarters == 0 && !mirrored) {
            // Nothing is turned, so that what is not shown need not be worked out.
            int firstX = (int) x;
            int firstY = (int) y;
            area = new Region(
                    area.x() + firstX,
                    area.y() + firstY,
                    (int) Math.min(width, Math.ceil(x + partWidth)) - firstX,
                    (int) Math.min(height, Math.ceil(y + partHeight)) - firstY);
            x -= firstX;
            y -= firstY;
        }
        return new Placement(
                area,
                quarters,
                mirrored,
                x,
                y,
                partWidth,
                partHeight,
                viewport.partWidth() < 0,
                viewport.partHeight() < 0,
                toWidth,
                toHeight);
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
        return width;
    }

    int height() {
        return height;
    }

    /// The picture of the pixels that are needed.
    Canvas place(Canvas pixels) {
        Canvas turned = pixels.oriented(quarters, mirrored);
        boolean asIs = turned.width() == width
                && turned.height() == height
                && partWidth == width
                && partHeight == height
                && !topToBottom;
        if (asIs) {
            return turned.oriented(0, leftToRight);
        }
        Scaling across = new Scaling(left, partWidth, turned.width(), width, leftToRight);
        Scaling down = new Scaling(top, partHeight, turned.height(), height, topToBottom);
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
        return ofTurned(mirrored ? turnedWidth() - s : s, t);
    }

    /// The place in the picture of a place in the displayed area, whose corners are 0, 0 and 1, 1.
    double[] ofArea(double x, double y) {
        return ofTurned(x * turnedWidth(), y * turnedHeight());
    }

    private int turnedWidth() {
        return (quarters & 1) == 0 ? source.width() : source.height();
    }

    private int turnedHeight() {
        return (quarters & 1) == 0 ? source.height() : source.width();
    }

    private double[] ofTurned(double s, double t) {
        double x = (s - left) * width / partWidth;
        double y = (t - top) * height / partHeight;
        return new double[] {leftToRight ? width - x : x, topToBottom ? height - y : y};
    }
}
