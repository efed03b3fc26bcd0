package org.isocenter.server.render.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.render.document.Words;
import org.jspecify.annotations.Nullable;

/// Coordinates in space and time in words (PS3.3 C.18.6, C.18.7 and C.18.9).
final class Coordinates {
    private static final int POINTS_MAX = 8;
    private static final int RANGES_MAX = 24;

    private Coordinates() {}

    /// The form that a SCOORD item marks in an image, or a SCOORD3D item in space.
    ///
    /// @param dimensions 2 or 3
    static String space(DataSet item, int dimensions) {
        String type = Words.find(item, Tag.GraphicType);
        List<String> points = points(item.strings(Tag.GraphicData), dimensions);
        String shape = type == null ? "Coordinates" : sentence(type);
        List<String> parts = new ArrayList<>();
        parts.add(
                switch (type == null ? "" : type) {
                    case "POINT" -> shape + " " + list(points);
                    case "CIRCLE" ->
                        points.size() == 2
                                ? "Circle around " + points.get(0) + " through " + points.get(1)
                                : shape + ": " + list(points);
                    case "ELLIPSE" ->
                        points.size() == 4
                                ? "Ellipse with axes from " + points.get(0) + " to " + points.get(1) + " and from "
                                        + points.get(2) + " to " + points.get(3)
                                : shape + ": " + list(points);
                    default -> shape + " of " + points.size() + " points: " + list(points);
                });
        String origin = Words.find(item, Tag.PixelOriginInterpretation);
        if ("VOLUME".equals(origin)) {
            parts.add("in the total pixel matrix");
        }
        String fiducial = Words.find(item, Tag.FiducialUID);
        if (fiducial != null) {
            parts.add("fiducial " + fiducial);
        }
        String frame = Words.find(item, Tag.ReferencedFrameOfReferenceUID);
        if (frame != null) {
            parts.add("frame of reference " + frame);
        }
        return String.join(", ", parts);
    }

    private static List<String> points(List<String> numbers, int dimensions) {
        List<String> points = new ArrayList<>();
        for (int i = 0; i + dimensions <= numbers.size(); i += dimensions) {
            StringBuilder point = new StringBuilder("(");
            for (int axis = 0; axis < dimensions; axis++) {
                point.append(axis == 0 ? "" : ", ").append(Words.number(numbers.get(i + axis)));
            }
            points.add(point.append(')').toString());
        }
        return points;
    }

    private static String list(List<String> points) {
        if (points.isEmpty()) {
            return "without coordinates";
        }
        return points.size() <= POINTS_MAX
                ? String.join(", ", points)
                : String.join(", ", points.subList(0, POINTS_MAX)) + " and " + (points.size() - POINTS_MAX) + " more";
    }

    /// The points or spans of time that a TCOORD item marks.
    static String time(DataSet item) {
        String type = Words.find(item, Tag.TemporalRangeType);
        String range = type == null ? "Time" : sentence(type);
        List<String> samples = item.strings(Tag.ReferencedSamplePositions);
        List<String> offsets = item.strings(Tag.ReferencedTimeOffsets);
        List<String> moments = item.strings(Tag.ReferencedDateTime).stream()
                .map(Words::dateTime)
                .toList();
        if (!samples.isEmpty()) {
            return range + " at sample " + Words.ranges(samples, RANGES_MAX);
        }
        if (!offsets.isEmpty()) {
            return range + " at " + Words.ranges(offsets, RANGES_MAX) + " s";
        }
        return moments.isEmpty() ? range : range + " at " + Words.ranges(moments, RANGES_MAX);
    }

    /// Frames, segments and channels of an instance, as far as a reference names them; or null for all of it.
    static @Nullable String findPart(DataSet reference) {
        List<String> parts = new ArrayList<>();
        add(parts, "frame", reference.strings(Tag.ReferencedFrameNumber));
        add(parts, "segment", reference.strings(Tag.ReferencedSegmentNumber));
        // Pairs of multiplex group and channel, 0 for all channels of the group (PS3.3 C.18.5.1.1).
        List<String> channels = reference.strings(Tag.ReferencedWaveformChannels);
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i + 1 < channels.size(); i += 2) {
            pairs.add(
                    channels.get(i + 1).equals("0")
                            ? "group " + channels.get(i)
                            : "channel " + channels.get(i + 1) + " of group " + channels.get(i));
        }
        if (!pairs.isEmpty()) {
            parts.add(Words.ranges(pairs, RANGES_MAX));
        }
        return parts.isEmpty() ? null : String.join(", ", parts);
    }

    private static void add(List<String> parts, String what, List<String> numbers) {
        if (!numbers.isEmpty()) {
            parts.add(what + (numbers.size() == 1 ? " " : "s ") + Words.ranges(numbers, RANGES_MAX));
        }
    }

    private static String sentence(String term) {
        return term.charAt(0) + term.substring(1).toLowerCase(Locale.ROOT);
    }
}
