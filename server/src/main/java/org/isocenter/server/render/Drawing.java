package org.isocenter.server.render;

import java.util.Arrays;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;

/// Draws the graphics and texts of a presentation state (PS3.3 C.10.5), as lines of one pixel in white, and
/// areas that are filled in white that may let the image through. Smooth lines go straight from point to
/// point. Compound graphics are drawn by the plain ones that stand beside them for those who know no others.
final class Drawing {
    /// The points of all graphics of a frame.
    private static final int POINTS_MAX = 20_000;
    private static final int TEXTS_MAX = 200;
    private static final int WHITE = 255;
    private static final int ARCS = 128;
    /// Pixels to fill, and edges to look at for each row, of all areas of a frame.
    private static final long FILLING_MAX = 1L << 29;

    private final Canvas canvas;
    private final Placement placement;
    private int points;
    private int texts;
    private long filling;

    private Drawing(Canvas canvas, Placement placement) {
        this.canvas = canvas;
        this.placement = placement;
    }

    /// Draws what a state has for a frame.
    ///
    /// @throws MalformedException where there is more of it than anybody draws by hand
    static void draw(PresentationState state, int frame, Canvas canvas, Placement placement) throws MalformedException {
        Drawing drawing = new Drawing(canvas, placement);
        for (DataSet annotation : state.itemsFor(frame, Tag.GraphicAnnotationSequence)) {
            for (DataSet graphic : annotation.items(Tag.GraphicObjectSequence)) {
                drawing.graphic(graphic);
            }
            for (DataSet text : annotation.items(Tag.TextObjectSequence)) {
                drawing.text(text);
            }
        }
    }

    private void graphic(DataSet graphic) throws MalformedException {
        List<Double> data = Numbers.of(graphic, Tag.GraphicData, 2 * POINTS_MAX);
        int count = data.size() / 2;
        points += count;
        if (points > POINTS_MAX) {
            throw new MalformedException(
                    "graphics of more than " + POINTS_MAX + " points", Tags.format(Tag.GraphicData), -1);
        }
        boolean image = !"DISPLAY".equals(graphic.findString(Tag.GraphicAnnotationUnits));
        double[][] places = new double[count][];
        for (int i = 0; i < count; i++) {
            places[i] = place(image, data.get(2 * i), data.get(2 * i + 1));
        }
        String type = graphic.findString(Tag.GraphicType);
        switch (type == null ? "" : type) {
            case "POINT" -> {
                for (double[] place : places) {
                    line(place[0] - 3, place[1], place[0] + 3, place[1]);
                    line(place[0], place[1] - 3, place[0], place[1] + 3);
                }
            }
            case "POLYLINE", "INTERPOLATED" -> outline(graphic, places);
            case "CIRCLE" -> {
                if (count >= 2) {
                    double[] center = places[0];
                    double x = places[1][0] - center[0];
                    double y = places[1][1] - center[1];
                    // A circle is one where it is seen, whatever the shape of the image's pixels is.
                    outline(graphic, ellipse(center, x, y, -y, x));
                }
            }
            case "ELLIPSE" -> {
                if (count >= 4) {
                    double[] center = {(places[0][0] + places[1][0]) / 2, (places[0][1] + places[1][1]) / 2};
                    double[][] ellipse = ellipse(
                            center,
                            (places[1][0] - places[0][0]) / 2,
                            (places[1][1] - places[0][1]) / 2,
                            (places[3][0] - places[2][0]) / 2,
                            (places[3][1] - places[2][1]) / 2);
                    outline(graphic, ellipse);
                }
            }
            default -> {
                // A kind that is not known is not drawn.
            }
        }
    }

    private double[] place(boolean ofImage, double x, double y) {
        return ofImage ? placement.ofImage(x, y) : placement.ofArea(x, y);
    }

    /// The lines around an area, and the area where it is filled.
    private void outline(DataSet graphic, double[][] places) throws MalformedException {
        if ("Y".equals(graphic.findString(Tag.GraphicFilled)) && places.length > 2) {
            DataSet style = graphic.findItem(Tag.FillStyleSequence);
            Double opacity = style == null ? null : style.findDouble(Tag.PatternOnOpacity);
            fill(places, opacity == null || !(opacity >= 0 && opacity <= 1) ? 1 : opacity);
        }
        polyline(places);
    }

    /// Fills what is within a closed line, by the centers of pixels; what it surrounds twice is outside.
    private void fill(double[][] places, double opacity) throws MalformedException {
        double top = canvas.height();
        double bottom = 0;
        for (double[] place : places) {
            top = Math.min(top, place[1]);
            bottom = Math.max(bottom, place[1]);
        }
        int first = (int) Math.max(0, Math.floor(top));
        int last = (int) Math.min(canvas.height() - 1, Math.floor(bottom));
        filling += (long) Math.max(0, last - first + 1) * (canvas.width() + places.length);
        if (filling > FILLING_MAX) {
            throw new MalformedException("areas that take too long to fill", Tags.format(Tag.GraphicFilled), -1);
        }
        double[] crossings = new double[places.length];
        for (int y = first; y <= last; y++) {
            int found = 0;
            double[] from = places[places.length - 1];
            for (double[] to : places) {
                if (from[1] <= y + 0.5 != to[1] <= y + 0.5) {
                    crossings[found++] = from[0] + (y + 0.5 - from[1]) / (to[1] - from[1]) * (to[0] - from[0]);
                }
                from = to;
            }
            Arrays.sort(crossings, 0, found);
            for (int i = 0; i + 1 < found; i += 2) {
                int end = (int) Math.min(canvas.width(), Math.ceil(crossings[i + 1] - 0.5));
                for (int x = (int) Math.max(0, Math.ceil(crossings[i] - 0.5)); x < end; x++) {
                    canvas.lighten(x, y, opacity);
                }
            }
        }
    }

    private void polyline(double[][] places) {
        for (int i = 1; i < places.length; i++) {
            line(places[i - 1][0], places[i - 1][1], places[i][0], places[i][1]);
        }
    }

    /// The line around an ellipse, by its center and two half axes.
    private static double[][] ellipse(double[] center, double x1, double y1, double x2, double y2) {
        double[][] places = new double[ARCS + 1][];
        for (int i = 0; i <= ARCS; i++) {
            double angle = 2 * Math.PI * i / ARCS;
            double cos = Math.cos(angle);
            double sin = Math.sin(angle);
            places[i] = new double[] {center[0] + cos * x1 + sin * x2, center[1] + cos * y1 + sin * y2};
        }
        return places;
    }

    /// A straight line, of which only what lies in the picture is walked along.
    private void line(double x0, double y0, double x1, double y1) {
        double dx = x1 - x0;
        double dy = y1 - y0;
        double[] bounds = {0, 1};
        boolean seen = clip(-dx, x0 + 1, bounds)
                && clip(dx, canvas.width() - x0, bounds)
                && clip(-dy, y0 + 1, bounds)
                && clip(dy, canvas.height() - y0, bounds);
        if (!seen || !(bounds[0] <= bounds[1])) {
            return;
        }
        double fromX = x0 + bounds[0] * dx;
        double fromY = y0 + bounds[0] * dy;
        double alongX = (bounds[1] - bounds[0]) * dx;
        double alongY = (bounds[1] - bounds[0]) * dy;
        int steps = (int) Math.ceil(Math.max(Math.abs(alongX), Math.abs(alongY)));
        int last = Math.min(steps, 4 * Viewport.SIDE_MAX);
        for (int i = 0; i <= last; i++) {
            double share = last == 0 ? 0 : (double) i / last;
            canvas.set((int) Math.floor(fromX + share * alongX), (int) Math.floor(fromY + share * alongY), WHITE);
        }
    }

    /// Narrows the bounds of a line to where it is on the right side of an edge (Liang and Barsky).
    private static boolean clip(double towards, double distance, double[] bounds) {
        if (towards == 0) {
            return distance >= 0;
        }
        double crossing = distance / towards;
        if (towards < 0) {
            bounds[0] = Math.max(bounds[0], crossing);
        } else {
            bounds[1] = Math.min(bounds[1], crossing);
        }
        return bounds[0] <= bounds[1];
    }

    private void text(DataSet object) throws MalformedException {
        String text = object.findString(Tag.UnformattedTextValue);
        if (text == null) {
            return;
        }
        if (++texts > TEXTS_MAX) {
            throw new MalformedException("more than " + TEXTS_MAX + " texts", Tags.format(Tag.TextObjectSequence), -1);
        }
        List<Double> corner = Numbers.of(object, Tag.BoundingBoxTopLeftHandCorner, 2);
        boolean boxed = corner.size() == 2;
        if (!boxed) {
            corner = Numbers.of(object, Tag.AnchorPoint, 2);
        }
        if (corner.size() < 2) {
            return;
        }
        String units = object.findString(boxed ? Tag.BoundingBoxAnnotationUnits : Tag.AnchorPointAnnotationUnits);
        double[] place = place(!"DISPLAY".equals(units), corner.get(0), corner.get(1));
        Lettering.write(canvas, Lettering.lines(text), (int) place[0], (int) place[1]);
    }
}
