package org.isocenter.codec.jpegls;

import java.util.Arrays;
import org.isocenter.codec.MalformedException;

/// Decodes a scan (T.87 annexes A, B and F).
///
/// Lines have a sample more at each end than the image, so that each sample has its neighbours: the one at
/// the left is the first of the line above, the one at the right repeats the last (A.2.1). The line above
/// the first is of zeros.
final class ScanDecoder {
    /// A unary part that long leaves enough of {@link BitReader#REFILLED} bits for the rest of any code.
    private static final int SHORT_UNARY = 32;

    private static final int RESTART_MARKERS = 8;

    private final Scan scan;
    private final BitReader reader;
    private final SampleRows rows;
    private final int width;
    private final Contexts contexts;

    private final int near;
    private final int step;
    private final int maxValue;
    private final int range;
    private final int errorBits;
    private final int limit;

    ScanDecoder(Scan scan, byte[] frame, int position, SampleRows rows) {
        this.scan = scan;
        this.rows = rows;
        reader = new BitReader(frame, position);
        width = rows.width();
        Parameters parameters = scan.parameters();
        contexts = new Contexts(parameters, scan.components().length);
        near = parameters.near();
        step = 2 * near + 1;
        maxValue = parameters.maxValue();
        range = parameters.range();
        errorBits = parameters.errorBits();
        limit = parameters.limit();
    }

    /// Decodes all lines into the rows, and gives the position after them.
    int decode() throws MalformedException {
        int height = rows.height();
        long interval = scan.restartLines() == 0 ? height : scan.restartLines();
        int y = 0;
        for (int restart = 0; ; restart++) {
            int end = (int) Math.min(height, y + interval);
            if (scan.interleaving() == Scan.Interleaving.SAMPLE) {
                pixels(y, end);
            } else {
                lines(y, end);
            }
            int position = reader.end();
            if (end == height) {
                return position;
            }
            reader.restart(afterRestart(position, restart % RESTART_MARKERS));
            contexts.reset();
            y = end;
        }
    }

    private int afterRestart(int position, int number) throws MalformedException {
        byte[] data = reader.data;
        int at = position;
        while (at < data.length && (data[at] & 0xFF) == 0xFF) {
            at++;
        }
        if (at >= data.length || (data[at] & 0xFF) != Marker.FIRST_RESTART + number) {
            throw new MalformedException("no restart " + number, at);
        }
        return at + 1;
    }

    /// Lines of components that stand for themselves or alternate by line.
    private void lines(int from, int to) throws MalformedException {
        int components = scan.components().length;
        int[][] above = new int[components][width + 2];
        int[][] lines = new int[components][width + 2];
        boolean plain = near == 0 && (range & range - 1) == 0;
        for (int y = from; y < to; y++) {
            for (int component = 0; component < components; component++) {
                int[] last = above[component];
                int[] line = lines[component];
                line[0] = last[1];
                last[width + 1] = last[width];
                if (plain) {
                    losslessLine(last, line, component);
                } else {
                    line(last, line, component);
                }
                reader.checkEnd();
                rows.put(line, 1, 1, scan.components()[component], y, scan.tables()[component]);
                above[component] = line;
                lines[component] = last;
            }
        }
    }

    /// A line of what nearly all images are, lossless with a power of two of values, which is where the
    /// time goes: what it needs is in registers, and it branches only where the next sample goes another
    /// way.
    private void losslessLine(int[] above, int[] line, int component) throws MalformedException {
        byte[] kinds = contexts.kinds();
        int[] states = contexts.regular;
        byte[] data = reader.data;
        int maxValue = this.maxValue;
        int width = this.width;
        int lastWide = data.length - Long.BYTES;
        int shortUnary = Math.min(SHORT_UNARY, limit - errorBits - 2);
        int tooLarge = 0;
        long bits = reader.bits;
        int valid = reader.valid;
        int position = reader.position;

        int left = line[0];
        int aboveLeft = above[0];
        int overhead = above[1];
        int kind = kinds[overhead - aboveLeft + maxValue];
        int x = 1;
        while (x <= width) {
            int aboveRight = above[x + 1];
            int nextKind = kinds[aboveRight - overhead + maxValue];
            int at = nextKind * 81 + kind * 9 + kinds[aboveLeft - left + maxValue];
            if (at == 0) {
                reader.bits = bits;
                reader.valid = valid;
                reader.position = position;
                x = run(above, line, x, component);
                bits = reader.bits;
                valid = reader.valid;
                position = reader.position;
                if (x > width) {
                    break;
                }
                left = line[x - 1];
                aboveLeft = above[x - 1];
                overhead = above[x];
                kind = kinds[overhead - aboveLeft + maxValue];
                continue;
            }
            int sign = at >> 31;
            at = (at ^ sign) - sign;
            int k = states[at + Contexts.GOLOMB];

            if (valid < BitReader.REFILLED) {
                long eight;
                if (position <= lastWide && !BitReader.hasFf(eight = BitReader.eightBytes(data, position))) {
                    bits |= eight >>> valid;
                    int bytes = (63 - valid) >> 3;
                    position += bytes;
                    valid += bytes << 3;
                } else {
                    reader.bits = bits;
                    reader.valid = valid;
                    reader.position = position;
                    reader.refill();
                    bits = reader.bits;
                    valid = reader.valid;
                    position = reader.position;
                }
            }
            int zeros = Long.numberOfLeadingZeros(bits);
            int mapped;
            if (zeros <= shortUnary) {
                // The 1 that ends the unary part is taken for a bit of the rest, and counted off.
                mapped = (int) (bits << zeros >>> (63 - k)) + ((zeros - 1) << k);
                int length = zeros + 1 + k;
                bits <<= length;
                valid -= length;
            } else {
                reader.bits = bits;
                reader.valid = valid;
                reader.position = position;
                mapped = reader.golomb(k, limit, errorBits);
                bits = reader.bits;
                valid = reader.valid;
                position = reader.position;
            }
            tooLarge |= maxValue + 1 - mapped;
            int error = (mapped >>> 1) ^ -(mapped & 1) ^ states[at + Contexts.UPSIDE_DOWN];

            int predicted =
                    Math.max(Math.min(left, overhead), Math.min(Math.max(left, overhead), left + overhead - aboveLeft));
            predicted += (states[at + Contexts.CORRECTION] ^ sign) - sign;
            predicted = Math.max(0, Math.min(maxValue, predicted));
            left = (predicted + (error ^ sign) - sign) & maxValue;
            line[x] = left;
            contexts.update(at, error);

            aboveLeft = overhead;
            overhead = aboveRight;
            kind = nextKind;
            x++;
        }
        reader.bits = bits;
        reader.valid = valid;
        reader.position = position;
        if (tooLarge < 0) {
            throw new MalformedException("an error of prediction is out of range", position);
        }
    }

    /// A line of any kind.
    private void line(int[] above, int[] line, int component) throws MalformedException {
        int x = 1;
        while (x <= width) {
            int at = context(above[x + 1], above[x], above[x - 1], line[x - 1]);
            if (at == 0) {
                x = run(above, line, x, component);
            } else {
                line[x] = regular(at, line[x - 1], above[x], above[x - 1]);
                x++;
            }
        }
    }

    /// Lines of components that alternate by sample: a run is one of all components (B.3).
    private void pixels(int from, int to) throws MalformedException {
        int components = scan.components().length;
        int[] above = new int[(width + 2) * components];
        int[] line = new int[above.length];
        for (int y = from; y < to; y++) {
            System.arraycopy(above, components, line, 0, components);
            System.arraycopy(above, width * components, above, (width + 1) * components, components);
            pixelLine(above, line, components);
            reader.checkEnd();
            for (int component = 0; component < components; component++) {
                rows.put(
                        line,
                        components + component,
                        components,
                        scan.components()[component],
                        y,
                        scan.tables()[component]);
            }
            int[] last = above;
            above = line;
            line = last;
        }
    }

    private void pixelLine(int[] above, int[] line, int components) throws MalformedException {
        int[] found = new int[components];
        int end = (width + 1) * components;
        int i = components;
        while (i < end) {
            int any = 0;
            for (int component = 0; component < components; component++) {
                int here = i + component;
                int at = context(
                        above[here + components], above[here], above[here - components], line[here - components]);
                found[component] = at;
                any |= at;
            }
            if (any == 0) {
                i = pixelRun(above, line, i, components);
                continue;
            }
            for (int component = 0; component < components; component++, i++) {
                line[i] = regular(found[component], line[i - components], above[i], above[i - components]);
            }
        }
    }

    /// The place of a context, negative where its signs are turned (A.3.4).
    private int context(int aboveRight, int overhead, int aboveLeft, int left) {
        byte[] kinds = contexts.kinds();
        return kinds[aboveRight - overhead + maxValue] * 81
                + kinds[overhead - aboveLeft + maxValue] * 9
                + kinds[aboveLeft - left + maxValue];
    }

    /// A sample of the regular mode.
    private int regular(int context, int left, int overhead, int aboveLeft) throws MalformedException {
        int sign = context >> 31;
        int at = (context ^ sign) - sign;
        int[] states = contexts.regular;
        int mapped = reader.golomb(states[at + Contexts.GOLOMB], limit, errorBits);
        if (mapped > range) {
            throw new MalformedException("an error of prediction is out of range", reader.position);
        }
        int error = (mapped >>> 1) ^ -(mapped & 1) ^ states[at + Contexts.UPSIDE_DOWN];
        int predicted =
                Math.max(Math.min(left, overhead), Math.min(Math.max(left, overhead), left + overhead - aboveLeft));
        predicted += (states[at + Contexts.CORRECTION] ^ sign) - sign;
        predicted = Math.max(0, Math.min(maxValue, predicted));
        contexts.update(at, error);
        return sample(predicted, (error ^ sign) - sign);
    }

    /// A sample from its prediction and error (A.4.5, A.8), which wraps around the range.
    private int sample(int predicted, int error) {
        int sample = predicted + error * step;
        if (sample < -near) {
            sample += range * step;
        } else if (sample > maxValue + near) {
            sample -= range * step;
        }
        return Math.max(0, Math.min(maxValue, sample));
    }

    /// Decodes a run and the sample that ends it (A.7), and gives the place of the next sample.
    private int run(int[] above, int[] line, int start, int component) throws MalformedException {
        int value = line[start - 1];
        int x = start + runLength(width + 1 - start, component);
        Arrays.fill(line, start, x, value);
        if (x > width) {
            return x;
        }
        int overhead = above[x];
        if (Math.abs(value - overhead) <= near) {
            line[x] = sample(value, runError(1, component));
        } else {
            int error = runError(0, component);
            line[x] = sample(overhead, value > overhead ? -error : error);
        }
        contexts.shortenRuns(component);
        return x + 1;
    }

    private int pixelRun(int[] above, int[] line, int start, int components) throws MalformedException {
        int length = runLength(width + 1 - start / components, 0);
        int i = start;
        for (int end = start + length * components; i < end; i++) {
            line[i] = line[i - components];
        }
        if (i == (width + 1) * components) {
            return i;
        }
        for (int component = 0; component < components; component++, i++) {
            int error = runError(0, 0);
            int overhead = above[i];
            line[i] = sample(overhead, line[i - components] > overhead ? -error : error);
        }
        contexts.shortenRuns(0);
        return i;
    }

    /// The length of a run (A.7.1). A run that fills the line has no sample that ends it.
    private int runLength(int most, int component) throws MalformedException {
        int length = 0;
        while (length < most) {
            int order = contexts.runOrder(component);
            if (reader.bit() == 0) {
                length += reader.read(order);
                if (length >= most) {
                    throw new MalformedException("a run past the end of the line", reader.position);
                }
                return length;
            }
            length += 1 << order;
            if (length <= most) {
                contexts.lengthenRuns(component);
            }
        }
        return most;
    }

    /// The error of a sample that ends a run (A.7.2).
    private int runError(int kind, int component) throws MalformedException {
        int k = contexts.runGolomb(kind);
        int mapped = reader.golomb(k, limit - contexts.runOrder(component) - 1, errorBits);
        if (mapped > range) {
            throw new MalformedException("an error of prediction is out of range", reader.position);
        }
        int doubled = mapped + kind;
        int magnitude = (doubled + 1) >> 1;
        boolean negative = (doubled & 1) == 1 == contexts.ratherNegative(kind, k);
        int error = negative ? -magnitude : magnitude;
        contexts.updateRun(kind, error, mapped);
        return error;
    }
}
