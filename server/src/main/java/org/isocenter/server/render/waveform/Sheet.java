package org.isocenter.server.render.waveform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Where everything of a multiplex group goes on paper. Lengths are hundredths of a millimetre.
///
/// Electrocardiograms are drawn as their readers are used to: 25 mm for a second and 10 mm for a millivolt, the
/// same for all channels, unless they do not fit. What else is measured has a scale of its own for each channel,
/// with numbers beside it. All scales are of the series 1, 2.5, 5 or 1, 2, 5, and every strip begins and has its
/// zero on a thick line of the grid, so that the small squares can be counted.
///
/// A long recording goes on in further lines, as music does. Where there are short ones side by side they are
/// ordered in columns, from the top, as in the usual print of twelve leads.
final class Sheet {
    /// Between thick lines of the grid.
    static final int SQUARE = 500;

    /// Left of a strip, for its name and for the mark that shows the scale.
    static final int LABEL = 1500;

    /// The length of a line.
    static final int LINE = 25_000;

    /// Strips of a group; where there are more, the scale of time is smaller.
    private static final int STRIPS_MAX = 48;

    /// Of half a strip: more than any scale here leads to, but for values that lie.
    private static final double HIGHEST = 30_000;

    /// Steps of the series: 25 mm for a second, 10 mm for a millivolt.
    private static final int USUAL_SPEED = 4;

    private static final int USUAL_GAIN = 3;
    private static final int SHORTEST_MM = 20;
    private static final double HIGHEST_USUAL_MM = 60;
    private static final double HIGHEST_MM = 20;

    /// A part of a channel.
    ///
    /// @param firstSeconds the time at its left end, from the beginning of the group
    /// @param x of its left end
    /// @param y of its reference
    /// @param up to where it reaches above its reference
    /// @param down to where it reaches below
    record Strip(Scaled channel, double firstSeconds, double lastSeconds, int x, int y, int up, int down) {}

    /// A channel with the scale it is drawn in.
    ///
    /// @param gain millimetres for one of its unit
    /// @param reference the value that lies on the line of the strip
    record Scaled(Channel channel, Trace trace, double gain, double reference) {
        /// How far above its line a value lies.
        double height(double value) {
            return (value - reference) * gain * 100;
        }

        /// The height of the mark that shows a millivolt, or 0 where that would not help.
        int mark() {
            double millivolt = channel.voltage() ? 100 * gain : 0;
            return reference == 0 && millivolt >= 200 && millivolt <= 2000 ? (int) Math.rint(millivolt) : 0;
        }
    }

    /// A line of strips with the same time below them.
    ///
    /// @param y of the lowest strip's end
    record Axis(double firstSeconds, int x, int y) {}

    final MultiplexGroup group;

    /// Millimetres for a second.
    final double speed;

    /// Millimetres for a millivolt in all channels that are voltages; 0 where none is.
    final double gain;

    final List<Scaled> channels = new ArrayList<>();
    final List<Strip> strips = new ArrayList<>();
    final List<Axis> axes = new ArrayList<>();
    final int width;
    final int height;

    /// @param heart whether voltages are drawn as those of the heart are
    Sheet(MultiplexGroup group, List<Channel> channels, List<Trace> traces, boolean heart) {
        this.group = group;
        int count = channels.size();
        this.speed = speed(group.durationSeconds(), count);
        this.gain = sharedGain(channels, traces, heart);
        for (int i = 0; i < count; i++) {
            Trace trace = traces.get(i);
            double own = channels.get(i).voltage() ? gain : gain(range(trace), HIGHEST_MM);
            this.channels.add(new Scaled(channels.get(i), trace, own, reference(trace, own)));
        }
        double length = group.durationSeconds() * speed * 100;
        int lines = lines(group.durationSeconds(), speed);
        int strip = lines > 1 ? LINE : Math.max(SQUARE, squares(length));
        int beside = Math.max(1, Math.min(count, (LABEL + LINE) / (LABEL + strip)));
        int rows = (count + beside - 1) / beside;
        int columns = (count + rows - 1) / rows;
        this.width = columns * (LABEL + strip);
        int y = 0;
        for (int line = 0; line < lines; line++) {
            double first = line * LINE / (speed * 100);
            double last = lines > 1 ? (line + 1) * LINE / (speed * 100) : Double.POSITIVE_INFINITY;
            y = place(rows, columns, strip, first, last, y);
            // Room for the numbers of the axis.
            y += SQUARE;
        }
        this.height = y;
    }

    /// Sets one line of all channels, column by column, and returns where it ends.
    private int place(int rows, int columns, int strip, double first, double last, int top) {
        int y = top;
        for (int row = 0; row < rows; row++) {
            int up = SQUARE;
            int down = SQUARE;
            for (int i = row; i < channels.size(); i += rows) {
                Scaled one = channels.get(i);
                up = Math.max(up, squares(one.height(one.trace.maximum()) + 150));
                // The name stands above the mark.
                up = Math.max(up, squares(one.mark() + 400));
                down = Math.max(down, squares(-one.height(one.trace.minimum()) + 50));
            }
            y += up;
            for (int column = 0; column < columns && column * rows + row < channels.size(); column++) {
                int x = column * (LABEL + strip) + LABEL;
                strips.add(new Strip(channels.get(column * rows + row), first, last, x, y, up, down));
            }
            y += down;
        }
        for (int column = 0; column < columns; column++) {
            axes.add(new Axis(first, column * (LABEL + strip) + LABEL, y));
        }
        return y;
    }

    private static int squares(double length) {
        return (int) Math.ceil(Math.min(length, HIGHEST) / SQUARE) * SQUARE;
    }

    private static int lines(double seconds, double speed) {
        return (int) Math.max(1, Math.ceil(seconds * speed * 100 / LINE - 1e-9));
    }

    /// The usual one, or the next larger one that shows something, or the next smaller one that fits.
    private static double speed(double seconds, int channels) {
        int step = USUAL_SPEED;
        while (seconds * step(step) < SHORTEST_MM && step(step) < 1e6) {
            step++;
        }
        while (seconds * step(step) > 1e6
                || lines(seconds, step(step)) > 1 && (long) lines(seconds, step(step)) * channels > STRIPS_MAX) {
            step--;
        }
        return step(step);
    }

    /// The series 1, 2.5, 5, 10 and on, and down below 1.
    private static double step(int number) {
        double[] mantissas = {1, 2.5, 5};
        return mantissas[Math.floorMod(number, 3)] * Math.pow(10, Math.floorDiv(number, 3));
    }

    private static double sharedGain(List<Channel> channels, List<Trace> traces, boolean heart) {
        List<Double> ranges = new ArrayList<>();
        for (int i = 0; i < channels.size(); i++) {
            if (channels.get(i).voltage()) {
                ranges.add(range(traces.get(i)));
            }
        }
        if (ranges.isEmpty()) {
            return 0;
        }
        double range = Collections.max(ranges);
        if (!heart) {
            return gain(range, HIGHEST_MM);
        }
        int step = USUAL_GAIN;
        while (range * step(step) > HIGHEST_USUAL_MM) {
            step--;
        }
        return step(step);
    }

    /// The largest gain of the series 1, 2, 5 at which a range is no higher than that.
    private static double gain(double range, double highest) {
        if (!(range > 1e-30)) {
            return 1;
        }
        double most = highest / range;
        double decade = Math.pow(10, Math.floor(Math.log10(most)));
        double mantissa = most / decade;
        return (mantissa >= 5 ? 5 : mantissa >= 2 ? 2 : 1) * decade;
    }

    /// What has to have room: with zero, unless that is far away.
    private static double range(Trace trace) {
        return withZero(trace)
                ? Math.max(trace.maximum(), 0) - Math.min(trace.minimum(), 0)
                : trace.maximum() - trace.minimum();
    }

    private static boolean withZero(Trace trace) {
        double span = trace.maximum() - trace.minimum();
        return Math.max(trace.maximum(), 0) - Math.min(trace.minimum(), 0) <= 3 * span;
    }

    /// Zero, or the multiple of a square that is nearest to the middle; of a straight line its one value.
    private static double reference(Trace trace, double gain) {
        if (withZero(trace)) {
            return 0;
        }
        if (trace.maximum() == trace.minimum()) {
            return trace.maximum();
        }
        double square = SQUARE / 100.0 / gain;
        return Math.rint((trace.maximum() + trace.minimum()) / 2 / square) * square;
    }
}
