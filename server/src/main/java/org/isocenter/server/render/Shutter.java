package org.isocenter.server.render;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;

/// Covers what is not to be seen of an image (PS3.3 C.7.6.11, C.7.6.15): all that is outside of a
/// rectangle, a circle or a polygon, or under the bits of an overlay. Of several shapes, what is outside of
/// any is covered.
final class Shutter {
    private static final int VERTICES_MAX = 1024;

    private final Canvas canvas;
    private final Region part;
    private final int value;

    private Shutter(Canvas canvas, Region part, int value) {
        this.canvas = canvas;
        this.part = part;
        this.value = value;
    }

    /// Applies the shutter of a data set, if it has one.
    ///
    /// @param part of the image that the canvas shows
    /// @throws MalformedException where its shape is not told: without it, what is to be covered would be
    ///     seen
    static void apply(DataSet dataSet, ValueBytes values, int frame, Canvas canvas, Region part)
            throws IOException, MalformedException {
        List<String> shapes = dataSet.strings(Tag.ShutterShape);
        if (shapes.isEmpty()) {
            return;
        }
        Integer shade = dataSet.findInt(Tag.ShutterPresentationValue);
        Shutter shutter = new Shutter(canvas, part, shade == null ? 0 : (shade & 0xFFFF) >> 8);
        for (String shape : shapes.subList(0, Math.min(4, shapes.size()))) {
            switch (shape) {
                case "RECTANGULAR" -> shutter.rectangle(dataSet);
                case "CIRCULAR" -> shutter.circle(dataSet);
                case "POLYGONAL" -> shutter.polygon(dataSet);
                case "BITMAP" -> {
                    Integer group = dataSet.findInt(Tag.ShutterOverlayGroup);
                    Overlay plane = group == null ? null : Overlay.find(dataSet, values, group, frame);
                    if (plane == null) {
                        throw new MalformedException("no overlay", Tags.format(Tag.ShutterOverlayGroup), -1);
                    }
                    plane.cover(canvas, part, shutter.value);
                }
                default -> throw new MalformedException("a shape that is not known", Tags.format(Tag.ShutterShape), -1);
            }
        }
    }

    // Rows and columns count from 1, as the standard has it.

    private void rectangle(DataSet dataSet) throws MalformedException {
        int left = edge(dataSet, Tag.ShutterLeftVerticalEdge);
        int right = edge(dataSet, Tag.ShutterRightVerticalEdge);
        int top = edge(dataSet, Tag.ShutterUpperHorizontalEdge);
        int bottom = edge(dataSet, Tag.ShutterLowerHorizontalEdge);
        for (int y = 0; y < canvas.height(); y++) {
            int row = part.y() + y + 1;
            if (row < top || row > bottom) {
                cover(y, 0, canvas.width());
            } else {
                cover(y, 0, left - 1 - part.x());
                cover(y, right - part.x(), canvas.width());
            }
        }
    }

    private static int edge(DataSet dataSet, int tag) throws MalformedException {
        List<Double> edge = Numbers.of(dataSet, tag, 1);
        if (edge.isEmpty()) {
            throw new MalformedException("no edge", Tags.format(tag), -1);
        }
        return Math.clamp(edge.getFirst().longValue(), -65536, 65536);
    }

    private void circle(DataSet dataSet) throws MalformedException {
        List<Double> center = Numbers.of(dataSet, Tag.CenterOfCircularShutter, 2);
        List<Double> radius = Numbers.of(dataSet, Tag.RadiusOfCircularShutter, 1);
        if (center.size() < 2 || radius.isEmpty()) {
            throw new MalformedException("no center or no radius", Tags.format(Tag.CenterOfCircularShutter), -1);
        }
        double square = radius.getFirst() * radius.getFirst();
        for (int y = 0; y < canvas.height(); y++) {
            double down = part.y() + y + 1 - center.get(0);
            double half = Math.sqrt(square - down * down);
            if (Double.isNaN(half)) {
                cover(y, 0, canvas.width());
            } else {
                double column = center.get(1) - part.x() - 1;
                cover(y, 0, (int) Math.ceil(column - half));
                cover(y, (int) Math.floor(column + half) + 1, canvas.width());
            }
        }
    }

    /// Even-odd, by the centers of pixels.
    private void polygon(DataSet dataSet) throws MalformedException {
        List<Double> numbers = Numbers.of(dataSet, Tag.VerticesOfThePolygonalShutter, 2 * VERTICES_MAX + 1);
        int count = numbers.size() / 2;
        if (count < 3 || count > VERTICES_MAX) {
            throw new MalformedException(count + " vertices", Tags.format(Tag.VerticesOfThePolygonalShutter), -1);
        }
        double[] crossings = new double[count];
        for (int y = 0; y < canvas.height(); y++) {
            // Between rows, so that no vertex lies on the line.
            double row = part.y() + y + 1 + 1e-6;
            int found = 0;
            for (int i = 0; i < count; i++) {
                int next = (i + 1) % count;
                double y0 = numbers.get(2 * i);
                double y1 = numbers.get(2 * next);
                if (y0 <= row != y1 <= row) {
                    double x0 = numbers.get(2 * i + 1);
                    double x1 = numbers.get(2 * next + 1);
                    crossings[found++] = x0 + (row - y0) / (y1 - y0) * (x1 - x0) - part.x() - 1;
                }
            }
            Arrays.sort(crossings, 0, found);
            int open = 0;
            for (int i = 0; i + 1 < found; i += 2) {
                cover(y, open, (int) Math.ceil(crossings[i]));
                open = Math.max(open, (int) Math.floor(crossings[i + 1]) + 1);
            }
            cover(y, open, canvas.width());
        }
    }

    /// Covers pixels of a row.
    private void cover(int y, int from, int to) {
        int components = canvas.components();
        int start = Math.clamp(from, 0, canvas.width());
        int end = Math.clamp(to, 0, canvas.width());
        if (start < end) {
            int row = y * canvas.width();
            Arrays.fill(canvas.pixels(), (row + start) * components, (row + end) * components, (byte) value);
        }
    }
}
