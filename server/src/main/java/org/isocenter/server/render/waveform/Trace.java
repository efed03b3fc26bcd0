package org.isocenter.server.render.waveform;

import java.util.Arrays;

/// The samples of a channel that are drawn: all of them, or of each run the least and the greatest in the order
/// in which they came, so that no peak is lost however many samples there are. A NaN is a gap.
final class Trace {
    private final int run;

    private long[] at = new long[256];
    private double[] values = new double[256];
    private int size;

    private double minimum = Double.POSITIVE_INFINITY;
    private double maximum = Double.NEGATIVE_INFINITY;

    private int inRun;
    private double low = Double.NaN;
    private double high = Double.NaN;
    private long lowAt;
    private long highAt;

    /// @param run how many samples make two points; up to 2 every sample is a point
    Trace(int run) {
        this.run = run;
    }

    /// The next sample, or NaN where the channel has none.
    void add(long sample, double value) {
        if (!Double.isNaN(value)) {
            if (Double.isNaN(low) || value < low) {
                low = value;
                lowAt = sample;
            }
            if (Double.isNaN(high) || value >= high) {
                high = value;
                highAt = sample;
            }
        }
        if (++inRun == run) {
            finish(sample);
        }
    }

    /// Ends the run that is going on.
    void finish(long sample) {
        if (inRun == 0) {
            return;
        }
        if (Double.isNaN(low)) {
            if (size > 0 && !Double.isNaN(values[size - 1])) {
                append(sample, Double.NaN);
            }
        } else if (lowAt == highAt) {
            append(lowAt, low);
        } else if (lowAt < highAt) {
            append(lowAt, low);
            append(highAt, high);
        } else {
            append(highAt, high);
            append(lowAt, low);
        }
        inRun = 0;
        low = Double.NaN;
        high = Double.NaN;
    }

    private void append(long sample, double value) {
        if (size == at.length) {
            at = Arrays.copyOf(at, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        at[size] = sample;
        values[size++] = value;
        if (!Double.isNaN(value)) {
            minimum = Math.min(minimum, value);
            maximum = Math.max(maximum, value);
        }
    }

    int size() {
        return size;
    }

    /// The number of the sample that is a point, the first of which is 0.
    long at(int point) {
        return at[point];
    }

    double value(int point) {
        return values[point];
    }

    /// The least value; 0 where there is none.
    double minimum() {
        return minimum > maximum ? 0 : minimum;
    }

    double maximum() {
        return minimum > maximum ? 0 : maximum;
    }
}
