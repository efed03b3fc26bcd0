package org.isocenter.codec.jpegls;

/// Encodes a scan of components that alternate by line (T.87 annexes A and B). Lines are those of {@link
/// ScanDecoder}; where samples may be off, they hold what the decoder will see.
final class ScanEncoder {
    /// Bytes that a sample can take: a code of 64 bits, stuffed, and the codes of a run.
    private static final int MAX_SAMPLE_BYTES = 10;

    private final BitWriter writer;
    private final SampleRows rows;
    private final int components;
    private final int width;
    private final Contexts contexts;

    private final int near;
    private final int step;
    private final int maxValue;
    private final int range;
    private final int errorBits;
    private final int limit;

    ScanEncoder(Parameters parameters, BitWriter writer, SampleRows rows, int components) {
        this.writer = writer;
        this.rows = rows;
        this.components = components;
        width = rows.width();
        contexts = new Contexts(parameters, components);
        near = parameters.near();
        step = 2 * near + 1;
        maxValue = parameters.maxValue();
        range = parameters.range();
        errorBits = parameters.errorBits();
        limit = parameters.limit();
    }

    void encode() {
        int[][] above = new int[components][width + 2];
        int[][] lines = new int[components][width + 2];
        int height = rows.height();
        for (int y = 0; y < height; y++) {
            for (int component = 0; component < components; component++) {
                int[] last = above[component];
                int[] line = lines[component];
                line[0] = last[1];
                last[width + 1] = last[width];
                rows.get(line, 1, 1, component, y);
                writer.room((long) width * MAX_SAMPLE_BYTES);
                if (near == 0) {
                    losslessLine(last, line, component);
                } else {
                    nearLine(last, line, component);
                }
                above[component] = line;
                lines[component] = last;
            }
        }
        writer.room(MAX_SAMPLE_BYTES);
        writer.pad();
    }

    /// A line without loss. This is where the time goes: what it needs is in registers, and it branches
    /// only where the next sample goes another way.
    private void losslessLine(int[] above, int[] line, int component) {
        byte[] kinds = contexts.kinds();
        int[] states = contexts.regular;
        int maxValue = this.maxValue;
        int half = (maxValue + 1) >> 1;
        int width = this.width;
        int longest = limit - errorBits - 1;

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
                x = run(above, line, x, component);
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
            int sample = line[x];

            int predicted =
                    Math.max(Math.min(left, overhead), Math.min(Math.max(left, overhead), left + overhead - aboveLeft));
            predicted += (states[at + Contexts.CORRECTION] ^ sign) - sign;
            predicted = Math.max(0, Math.min(maxValue, predicted));
            // Half the range is added and taken off, so that masking wraps the error into -half to half - 1.
            int error = ((((sample - predicted) ^ sign) - sign + half) & maxValue) - half;
            int turned = error ^ states[at + Contexts.UPSIDE_DOWN];
            int mapped = turned << 1 ^ turned >> 31;
            int k = states[at + Contexts.GOLOMB];
            int zeros = mapped >> k;
            int length = zeros + 1 + k;
            if (length <= Integer.SIZE && zeros < longest) {
                writer.write(1 << k | mapped & (1 << k) - 1, length);
            } else {
                writer.golomb(mapped, k, limit, errorBits);
            }
            contexts.update(at, error);

            left = sample;
            aboveLeft = overhead;
            overhead = aboveRight;
            kind = nextKind;
            x++;
        }
    }

    private void nearLine(int[] above, int[] line, int component) {
        byte[] kinds = contexts.kinds();
        int x = 1;
        while (x <= width) {
            int left = line[x - 1];
            int aboveLeft = above[x - 1];
            int overhead = above[x];
            int at = kinds[above[x + 1] - overhead + maxValue] * 81
                    + kinds[overhead - aboveLeft + maxValue] * 9
                    + kinds[aboveLeft - left + maxValue];
            if (at == 0) {
                x = run(above, line, x, component);
            } else {
                line[x] = regular(at, line[x], left, overhead, aboveLeft);
                x++;
            }
        }
    }

    /// Encodes a sample of the regular mode, and gives what the decoder will see.
    private int regular(int context, int sample, int left, int overhead, int aboveLeft) {
        int sign = context >> 31;
        int at = (context ^ sign) - sign;
        int[] states = contexts.regular;
        int predicted =
                Math.max(Math.min(left, overhead), Math.min(Math.max(left, overhead), left + overhead - aboveLeft));
        predicted += (states[at + Contexts.CORRECTION] ^ sign) - sign;
        predicted = Math.max(0, Math.min(maxValue, predicted));
        int quantized = quantize(((sample - predicted) ^ sign) - sign);
        int seen = seen(predicted + ((quantized ^ sign) - sign) * step);
        int error = wrap(quantized);
        int turned = error ^ states[at + Contexts.UPSIDE_DOWN];
        writer.golomb(turned << 1 ^ turned >> 31, states[at + Contexts.GOLOMB], limit, errorBits);
        contexts.update(at, error);
        return seen;
    }

    /// How many steps an error has (A.4.4), to the nearest.
    private int quantize(int error) {
        return error > 0 ? (error + near) / step : -((near - error) / step);
    }

    private int seen(int sample) {
        return Math.max(0, Math.min(maxValue, sample));
    }

    /// The least error that stands for the same sample (A.4.5).
    private int wrap(int error) {
        int positive = error < 0 ? error + range : error;
        return positive >= (range + 1) / 2 ? positive - range : positive;
    }

    /// Encodes a run and the sample that ends it (A.7), and gives the place of the next sample.
    private int run(int[] above, int[] line, int start, int component) {
        int value = line[start - 1];
        int x = start;
        while (x <= width && Math.abs(line[x] - value) <= near) {
            line[x] = value;
            x++;
        }
        runLength(x - start, x > width, component);
        if (x > width) {
            return x;
        }
        int overhead = above[x];
        int kind = Math.abs(value - overhead) <= near ? 1 : 0;
        int predicted = kind == 1 ? value : overhead;
        int sign = kind == 0 && value > overhead ? -1 : 1;
        int quantized = quantize((line[x] - predicted) * sign);
        line[x] = seen(predicted + quantized * sign * step);
        int error = wrap(quantized);
        int k = contexts.runGolomb(kind);
        boolean odd = error != 0 && error < 0 == contexts.ratherNegative(kind, k);
        int mapped = 2 * Math.abs(error) - kind - (odd ? 1 : 0);
        writer.golomb(mapped, k, limit - contexts.runOrder(component) - 1, errorBits);
        contexts.updateRun(kind, error, mapped);
        contexts.shortenRuns(component);
        return x + 1;
    }

    private void runLength(int length, boolean endOfLine, int component) {
        int left = length;
        while (left >= 1 << contexts.runOrder(component)) {
            writer.write(1, 1);
            left -= 1 << contexts.runOrder(component);
            contexts.lengthenRuns(component);
        }
        if (!endOfLine) {
            writer.write(left, contexts.runOrder(component) + 1);
        } else if (left > 0) {
            writer.write(1, 1);
        }
    }
}
