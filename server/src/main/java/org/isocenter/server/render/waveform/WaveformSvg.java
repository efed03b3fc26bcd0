package org.isocenter.server.render.waveform;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.server.render.Instance;
import org.isocenter.server.render.document.ContentPolicy;
import org.isocenter.server.render.document.Markup;
import org.isocenter.server.render.document.Words;
import org.jspecify.annotations.Nullable;

/// Draws a waveform (PS3.3 C.10.9) as one SVG: its multiplex groups one below the other, on paper with squares of
/// a millimetre, in its true size, with names, scales, marks of calibration and axes of time ({@link
/// Sheet} says where).
///
/// Samples become values by the sensitivity, its correction and the baseline of their channel. Where there are
/// more samples than anybody could see apart, the least and the greatest of each run of them are drawn, so that
/// the picture stays below a megabyte and no peak is lost.
///
/// The picture has no script and loads nothing. Every value is escaped.
public final class WaveformSvg {
    /// Points of all traces together, each of which takes up to nine characters.
    private static final int POINTS_MAX = 90_000;

    private static final int GROUPS_MAX = 64;
    private static final int CHANNELS_MAX = 256;

    private static final int MARGIN = 500;
    private static final int NARROWEST = 18_000;
    private static final int NOTE_WIDTH = 6_500;
    private static final int LEADING = 450;

    /// The height of a mark at a time.
    private static final int TICK = 300;

    /// Above a group, for its scales.
    private static final int CAPTION = 1100;

    private static final String STYLE = """

            svg { background: #fff; color-scheme: light dark; font-family: system-ui, "Segoe UI", Roboto, sans-serif; }
            .paper { fill: #fff; } text { fill: #1b1f24; font-size: 280px; } .soft { fill: #59636e; }
            .title { font-size: 420px; font-weight: 600; } .name { font-size: 320px; font-weight: 600; }
            .fine, .thick { fill: none; stroke: #f6d9d9; stroke-width: 8; } .thick { stroke: #e6a9a9; stroke-width: 12; }
            .trace, .mark { fill: none; stroke: #14181d; stroke-width: 22; stroke-linejoin: round; }
            .mark { stroke: #59636e; } .moment { fill: none; stroke: #3b6ea8; stroke-width: 30; }
            @media screen and (prefers-color-scheme: dark) {
              svg { background: #14171b; } .paper { fill: #14171b; } text { fill: #e6e9ed; } .soft { fill: #9aa5b1; }
              .fine { stroke: #30272a; } .thick { stroke: #5f3b41; } .trace { stroke: #eef1f4; } .mark { stroke: #9aa5b1; }
              .moment { stroke: #7fb5ff; }
            }
            """;

    /// What the picture may do, as `Content-Security-Policy`.
    public static final String POLICY = ContentPolicy.style(STYLE);

    private final DataSet dataSet;
    private final List<Sheet> sheets = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private final List<String> notes;
    private final List<Annotations.Moment> moments;
    private final Markup svg;

    private WaveformSvg(Instance waveform, Appendable out) throws IOException, MalformedException {
        dataSet = waveform.dataSet();
        List<DataSet> items = dataSet.items(Tag.WaveformSequence);
        if (items.isEmpty()) {
            throw refused("no waveform");
        }
        List<MultiplexGroup> groups = new ArrayList<>();
        double samples = 0;
        for (DataSet item : items.subList(0, Math.min(items.size(), GROUPS_MAX))) {
            MultiplexGroup group = MultiplexGroup.of(item, groups.size() + 1);
            samples += (double) group.samples() * Math.min(group.channelCount(), CHANNELS_MAX);
            groups.add(group);
        }
        if (items.size() > GROUPS_MAX) {
            remarks.add("Not shown: " + (items.size() - GROUPS_MAX) + " further groups.");
        }
        // Two points for each run of samples.
        int run = (int) Math.max(2, Math.ceil(2 * samples / POINTS_MAX));
        if (run > 2) {
            remarks.add("Of each " + run + " samples the least and the greatest are drawn.");
        }
        gather(waveform, groups, run);
        Annotations annotations = Annotations.of(dataSet);
        notes = annotations.notes();
        moments = annotations.moments();
        svg = new Markup(out);
    }

    private void gather(Instance waveform, List<MultiplexGroup> groups, int run)
            throws IOException, MalformedException {
        int left = CHANNELS_MAX;
        for (MultiplexGroup group : groups) {
            List<Channel> channels = group.channels(left);
            if (channels.size() < group.channelCount()) {
                remarks.add("Not shown: " + (group.channelCount() - channels.size()) + " channels of " + group.label()
                        + ".");
            }
            if (!channels.isEmpty()) {
                left -= channels.size();
                sheets.add(new Sheet(group, channels, group.traces(waveform, channels, run), isOfHeart()));
            }
        }
    }

    /// Whether voltages are drawn as in an electrocardiogram: those of the heart, and those that are recorded beside
    /// its pressures.
    private boolean isOfHeart() {
        String sopClass = dataSet.findString(Tag.SOPClassUID);
        return "ECG".equals(dataSet.findString(Tag.Modality))
                || sopClass != null
                        && (sopClass.startsWith("1.2.840.10008.5.1.4.1.1.9.1.")
                                || sopClass.equals("1.2.840.10008.5.1.4.1.1.9.2.1"));
    }

    private static MalformedException refused(String reason) {
        return new MalformedException(reason, Tags.format(Tag.WaveformSequence), -1);
    }

    /// Writes the picture, to be sent in UTF-8. Nothing is written of a waveform that cannot be drawn.
    ///
    /// @throws MalformedException where it is no waveform, or says too little of its samples or
    ///     has too few of them
    /// @throws IOException where writing fails, or reading samples that are not in memory
    public static void write(Instance waveform, Appendable out) throws IOException, MalformedException {
        new WaveformSvg(waveform, out).picture();
    }

    private void picture() throws IOException {
        List<String> lines = head();
        int width = sheets.stream().mapToInt(sheet -> sheet.width).max().orElse(0) + 2 * MARGIN;
        width = Math.max(width, NARROWEST);
        int noteColumns = (width - 2 * MARGIN) / NOTE_WIDTH;
        int noteRows = (notes.size() + noteColumns - 1) / noteColumns;
        int top = MARGIN + (lines.size() + noteRows) * LEADING;
        int height = top + MARGIN;
        for (Sheet sheet : sheets) {
            height += CAPTION + sheet.height;
        }
        svg.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
                .open(
                        "svg",
                        "xmlns",
                        "http://www.w3.org/2000/svg",
                        "width",
                        millimetres(width),
                        "height",
                        millimetres(height),
                        "viewBox",
                        "0 0 " + width + " " + height,
                        "role",
                        "img",
                        "aria-labelledby",
                        "title description",
                        "lang",
                        "en")
                .element("title", lines.getFirst(), "id", "title")
                .element("desc", description(), "id", "description")
                .open("style")
                .raw(STYLE)
                .close()
                .line()
                .empty("rect", "class", "paper", "width", text(width), "height", text(height))
                .line();
        int y = MARGIN + 420;
        for (int i = 0; i < lines.size(); i++) {
            write(lines.get(i), MARGIN, y, width - 2 * MARGIN, i == 0 ? "title" : "soft");
            y += i == 0 ? LEADING + 50 : LEADING;
        }
        for (int i = 0; i < notes.size(); i++) {
            write(notes.get(i), MARGIN + i / noteRows * NOTE_WIDTH, y + i % noteRows * LEADING, NOTE_WIDTH, "note");
        }
        for (Sheet sheet : sheets) {
            draw(sheet, top + CAPTION);
            top += CAPTION + sheet.height;
        }
        svg.closeTo(0).line();
    }

    /// Whom and what it shows.
    private List<String> head() {
        String sopClass = Words.find(dataSet, Tag.SOPClassUID);
        String kind = sopClass == null ? "Waveform" : Words.sopClass(sopClass);
        String patient = Words.findPerson(dataSet, Tag.PatientName);
        List<String> lines = new ArrayList<>();
        lines.add(patient == null ? kind : kind + " of " + patient);
        List<String> facts = new ArrayList<>();
        add(facts, "", Words.findMoment(dataSet, Tag.StudyDate, Tag.StudyTime));
        String acquired = Words.find(dataSet, Tag.AcquisitionDateTime);
        add(facts, "acquired ", acquired == null ? null : Words.dateTime(acquired));
        add(facts, "ID ", Words.find(dataSet, Tag.PatientID));
        String birth = Words.find(dataSet, Tag.PatientBirthDate);
        add(facts, "born ", birth == null ? null : Words.date(birth));
        String sex = Words.find(dataSet, Tag.PatientSex);
        add(facts, "", sex == null ? null : Words.sex(sex));
        add(facts, "", Words.find(dataSet, Tag.InstitutionName));
        if (!facts.isEmpty()) {
            lines.add(String.join(" \u00B7 ", facts));
        }
        lines.addAll(remarks);
        return lines;
    }

    private static void add(List<String> facts, String before, @Nullable String fact) {
        if (fact != null) {
            facts.add(before + fact);
        }
    }

    /// What somebody who cannot see it is told.
    private String description() {
        StringBuilder words = new StringBuilder();
        for (Sheet sheet : sheets) {
            List<String> names = sheet.channels.stream()
                    .map(one -> one.channel().label())
                    .distinct()
                    .toList();
            words.append(sheet.group.label())
                    .append(": ")
                    .append(names.size() == 1 ? "channel " : "channels ")
                    .append(String.join(", ", names))
                    .append("; ")
                    .append(number(sheet.group.durationSeconds()))
                    .append(" s. ");
        }
        for (String note : notes) {
            words.append(note).append(". ");
        }
        for (Sheet sheet : sheets) {
            for (Annotations.Moment moment : moments) {
                if (moment.isIn(sheet.group)) {
                    words.append(words(moment, sheet.group)).append(". ");
                }
            }
        }
        return words.toString().strip();
    }

    /// The scales of a group and how it was sampled.
    private static String caption(Sheet sheet) {
        List<String> parts = new ArrayList<>();
        parts.add(number(sheet.speed) + " mm/s");
        if (sheet.gain > 0) {
            parts.add(number(sheet.gain) + " mm/mV");
        }
        parts.add(number(sheet.group.frequency()) + " Hz");
        List<String> bands = sheet.channels.stream()
                .map(one -> one.channel().band())
                .distinct()
                .toList();
        if (bands.size() == 1 && !bands.getFirst().isEmpty()) {
            parts.add("filter " + bands.getFirst());
        }
        String originality = Words.find(sheet.group.dataSet(), Tag.WaveformOriginality);
        if ("DERIVED".equals(originality)) {
            parts.add("derived");
        }
        return String.join(" \u00B7 ", parts);
    }

    private void draw(Sheet sheet, int top) throws IOException {
        String label = shortened(sheet.group.label(), 6000, 320);
        svg.open("text", "x", text(MARGIN), "y", text(top - 150), "class", "name")
                .text(label)
                .open("tspan", "dx", "300", "class", "soft", "font-size", "280", "font-weight", "400")
                .text(caption(sheet))
                .close()
                .close()
                .line();
        svg.open("g", "transform", "translate(" + MARGIN + " " + top + ")").line();
        int above = 0;
        for (Sheet.Axis axis : sheet.axes) {
            if (axis.y() > above) {
                grid(sheet.width, above, axis.y());
                above = axis.y() + Sheet.SQUARE;
            }
        }
        for (Sheet.Strip strip : sheet.strips) {
            draw(sheet, strip);
        }
        for (Sheet.Axis axis : sheet.axes) {
            axis(sheet, axis);
        }
        for (Annotations.Moment moment : moments) {
            if (moment.isIn(sheet.group)) {
                mark(sheet, moment);
            }
        }
        svg.close().line();
    }

    /// A tick at the time of an annotation, below its channel or below all, which tells its name when it is pointed
    /// at.
    private void mark(Sheet sheet, Annotations.Moment moment) throws IOException {
        double seconds = moment.seconds(sheet.group);
        int channel = moment.channel() == 0 ? sheet.channels.size() : moment.channel();
        if (channel < 1 || channel > sheet.channels.size()) {
            return;
        }
        StringBuilder path = new StringBuilder();
        for (Sheet.Strip strip : sheet.strips) {
            double last = Math.min(strip.lastSeconds(), sheet.group.durationSeconds());
            if (strip.channel() == sheet.channels.get(channel - 1)
                    && seconds >= strip.firstSeconds()
                    && seconds < last) {
                int x = strip.x() + (int) Math.rint((seconds - strip.firstSeconds()) * sheet.speed * 100);
                path.append("M%d %dv-%d".formatted(x, strip.y() + strip.down(), TICK));
            }
        }
        if (!path.isEmpty()) {
            svg.open("path", "class", "moment", "d", path.toString())
                    .element("title", words(moment, sheet.group))
                    .close()
                    .line();
        }
    }

    private static String words(Annotations.Moment moment, MultiplexGroup group) {
        return moment.words() + " at " + number(moment.seconds(group)) + " s";
    }

    private void grid(int width, int top, int bottom) throws IOException {
        StringBuilder fine = new StringBuilder();
        StringBuilder thick = new StringBuilder();
        for (int x = 0; x <= width; x += 100) {
            (x % Sheet.SQUARE == 0 ? thick : fine).append("M%d %dV%d".formatted(x, top, bottom));
        }
        for (int y = top; y <= bottom; y += 100) {
            ((y - top) % Sheet.SQUARE == 0 ? thick : fine).append("M0 %dH%d".formatted(y, width));
        }
        svg.empty("path", "class", "fine", "d", fine.toString())
                .empty("path", "class", "thick", "d", thick.toString())
                .line();
    }

    private void draw(Sheet sheet, Sheet.Strip strip) throws IOException {
        Sheet.Scaled scaled = strip.channel();
        Channel channel = scaled.channel();
        int left = strip.x() - Sheet.LABEL;
        String unit = channel.unit().isEmpty() ? "" : " in " + channel.unit();
        svg.open("g").element("title", channel.source() + unit);
        write(channel.label(), left + 80, strip.y() - strip.up() + 340, Sheet.LABEL - 100, "name");
        int mark = scaled.mark();
        if (mark > 0) {
            svg.empty(
                    "path",
                    "class",
                    "mark",
                    "d",
                    "M%d %dh150v-%dh400v%dh150".formatted(left + 750, strip.y(), mark, mark));
        } else {
            numbers(strip);
        }
        svg.empty("path", "class", "trace", "d", path(sheet, strip)).close().line();
    }

    /// Values beside a strip that has a scale of its own, every second thick line.
    private void numbers(Sheet.Strip strip) throws IOException {
        Sheet.Scaled scaled = strip.channel();
        int step = 2 * Sheet.SQUARE;
        for (int y = -strip.down() / step * step; y <= strip.up() - Sheet.SQUARE; y += step) {
            String value = number(scaled.reference() + y / 100.0 / scaled.gain());
            String unit = y == 0 && !scaled.channel().unit().isEmpty()
                    ? " " + scaled.channel().unit()
                    : "";
            svg.element(
                    "text",
                    value + unit,
                    "x",
                    text(strip.x() - 60),
                    "y",
                    text(strip.y() - y + 100),
                    "text-anchor",
                    "end",
                    "class",
                    "soft");
        }
    }

    /// The points of a strip, each relative to the one before, in whole hundredths of a millimetre.
    private static String path(Sheet sheet, Sheet.Strip strip) {
        Trace trace = strip.channel().trace();
        double skew = strip.channel().channel().skewSeconds();
        StringBuilder path = new StringBuilder(8 * trace.size());
        boolean drawing = false;
        int x = 0;
        int y = 0;
        for (int i = 0; i < trace.size(); i++) {
            double seconds = trace.at(i) / sheet.group.frequency() + skew - strip.firstSeconds();
            double length = (strip.lastSeconds() - strip.firstSeconds()) * sheet.speed * 100;
            double right = seconds * sheet.speed * 100;
            // One point beyond the end brings the line up to it.
            boolean inside = seconds >= 0 && (right < length || drawing && right < length + 100);
            if (!inside || Double.isNaN(trace.value(i)) || right > 1e8) {
                drawing = false;
                continue;
            }
            int nextX = strip.x() + (int) Math.rint(right);
            int nextY = strip.y() - (int) Math.rint(strip.channel().height(trace.value(i)));
            if (!drawing) {
                path.append('M').append(nextX).append(' ').append(nextY).append('l');
                // A point that stands alone is seen as one.
                path.append("0 0");
            } else if (nextX != x || nextY != y) {
                append(path, nextX - x);
                append(path, nextY - y);
            }
            drawing = right < length;
            x = nextX;
            y = nextY;
        }
        return path.toString();
    }

    private static void append(StringBuilder path, int distance) {
        if (distance >= 0) {
            path.append(' ');
        }
        path.append(distance);
    }

    private void axis(Sheet sheet, Sheet.Axis axis) throws IOException {
        int length = sheet.strips.getFirst().lastSeconds() < Double.POSITIVE_INFINITY
                ? Sheet.LINE
                : (int) Math.min(Sheet.LINE, sheet.group.durationSeconds() * sheet.speed * 100);
        // Two centimetres and a half make a round number of seconds at every speed of the series, or nearly so.
        int step = sheet.speed >= 10 || length <= Sheet.LINE ? 2500 : 5000;
        for (int x = 0; x <= length; x += step) {
            double seconds = sheet.group.offsetSeconds() + axis.firstSeconds() + x / 100.0 / sheet.speed;
            svg.element(
                    "text",
                    time(seconds),
                    "x",
                    text(axis.x() + x),
                    "y",
                    text(axis.y() + 330),
                    "text-anchor",
                    x == 0 ? "start" : "middle",
                    "class",
                    "soft");
        }
        svg.line();
    }

    /// Seconds, or hours, minutes and seconds where there are many.
    private static String time(double seconds) {
        if (Math.abs(seconds) < 120) {
            return number(seconds) + " s";
        }
        long whole = Math.round(Math.abs(seconds));
        String clock = "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60);
        return seconds < 0 ? "-" + clock : clock;
    }

    private void write(String words, int x, int y, int width, String style) throws IOException {
        int size = style.equals("title") ? 420 : style.equals("name") ? 320 : 280;
        svg.element("text", shortened(words, width, size), "x", text(x), "y", text(y), "class", style)
                .line();
    }

    /// Words that fit, for SVG does not break lines. Letters are taken to be a little more than half as wide as high.
    private static String shortened(String words, int width, int size) {
        int letters = Math.max(2, (int) (width / (size * 0.56)));
        String line = words.replace('\n', ' ').replace('\r', ' ');
        if (line.length() <= letters) {
            return line;
        }
        int end = letters - 1;
        return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end) + "\u2026";
    }

    private static String millimetres(int hundredths) {
        return new BigDecimal(hundredths).movePointLeft(2).stripTrailingZeros().toPlainString() + "mm";
    }

    /// A number with as many digits as anybody reads.
    static String number(double value) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(6, RoundingMode.HALF_EVEN));
        if (rounded.signum() == 0) {
            return "0";
        }
        BigDecimal stripped = rounded.stripTrailingZeros();
        return Math.abs(stripped.precision() - stripped.scale()) > 12 ? stripped.toString() : stripped.toPlainString();
    }

    private static String text(int number) {
        return Integer.toString(number);
    }
}
