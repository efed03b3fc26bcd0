package org.isocenter.codec.jpegls;

import java.util.Arrays;

/// What encoder and decoder learn alike while they go through a scan (T.87 annex A).
///
/// A context of the regular mode is five numbers at {@link #STRIDE} times its number in {@link #regular}.
/// Three are those of the standard: the sum of the errors' magnitudes A, of the errors B, and the count N.
/// The others are what the next sample of the context needs, worked out when the context is updated, so
/// that it is not waited for: the correction of the prediction C, the Golomb parameter k, and the mask that
/// turns the mapping of errors upside down in the case of A.5.2.
final class Contexts {
    /// Places of the five numbers. A stride of a power of two lets the index be a sum of table entries.
    static final int STRIDE = 8;

    static final int MAGNITUDES = 0;
    static final int ERRORS = 1;
    static final int COUNT = 2;
    static final int CORRECTION = 3;
    static final int GOLOMB = 4;
    static final int UPSIDE_DOWN = 5;

    /// The orders of run lengths (A.2.1): the longer a run goes on, the more samples one bit stands for.
    static final int[] RUN_ORDERS = {
        0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15
    };

    /// No error that a context of 16 bits can see needs more; a frame that pretends otherwise is found out
    /// later.
    private static final int MAX_GOLOMB = 16;

    private static final int MIN_CORRECTION = -128;
    private static final int MAX_CORRECTION = 127;

    final int[] regular = new int[(1 + 9 * 9 * 9 / 2) * STRIDE];

    /// Which of nine kinds a gradient is (A.3.3): -4 to 4, times the stride, at the gradient plus the
    /// largest sample.
    private final byte[] kinds;

    /// The two contexts of the sample that ends a run (A.7.2).
    private final int[] runMagnitudes = new int[2];

    private final int[] runCounts = new int[2];
    private final int[] runNegatives = new int[2];

    /// The rows of {@link #RUN_ORDERS} that the components have come to.
    private final int[] runIndexes;

    /// The sum of magnitudes that a context starts with.
    private final int firstMagnitudes;

    private final int step;
    private final int reset;
    private final int losslessMask;

    Contexts(Parameters parameters, int components) {
        kinds = kinds(parameters);
        runIndexes = new int[components];
        firstMagnitudes = Math.max(2, (parameters.range() + 32) / 64);
        step = 2 * parameters.near() + 1;
        reset = parameters.reset();
        losslessMask = parameters.near() == 0 ? -1 : 0;
        reset();
    }

    private static byte[] kinds(Parameters parameters) {
        int maxValue = parameters.maxValue();
        byte[] kinds = new byte[2 * maxValue + 1];
        int[] starts = {
            0, parameters.near() + 1, parameters.threshold1(), parameters.threshold2(), parameters.threshold3()
        };
        for (int kind = 1; kind < starts.length; kind++) {
            int start = Math.min(starts[kind], maxValue + 1);
            Arrays.fill(kinds, maxValue + start, kinds.length, (byte) (kind * STRIDE));
            Arrays.fill(kinds, 0, maxValue - start + 1, (byte) (-kind * STRIDE));
        }
        return kinds;
    }

    /// The kinds of gradients.
    byte[] kinds() {
        return kinds;
    }

    /// Forgets everything, at the start of a scan and at a restart.
    void reset() {
        Arrays.fill(regular, 0);
        for (int at = 0; at < regular.length; at += STRIDE) {
            regular[at + MAGNITUDES] = firstMagnitudes;
            regular[at + COUNT] = 1;
            regular[at + GOLOMB] = golomb(firstMagnitudes, 1);
        }
        Arrays.fill(runMagnitudes, firstMagnitudes);
        Arrays.fill(runCounts, 1);
        Arrays.fill(runNegatives, 0);
        Arrays.fill(runIndexes, 0);
    }

    /// Learns the error of a sample (A.6).
    void update(int at, int error) {
        int[] context = regular;
        int count = context[at + COUNT];
        int magnitudes = context[at + MAGNITUDES] + Math.abs(error);
        int errors = context[at + ERRORS] + error * step;
        if (count == reset) {
            magnitudes >>= 1;
            errors >>= 1;
            count >>= 1;
        }
        count++;
        int tooLow = (errors + count - 1) >> 31;
        int tooHigh = -errors >> 31;
        errors = Math.min(0, Math.max(1 - count, errors + (count & tooLow) - (count & tooHigh)));
        int correction = context[at + CORRECTION] + tooLow - tooHigh;
        int golomb = golomb(magnitudes, count);
        context[at + MAGNITUDES] = magnitudes;
        context[at + ERRORS] = errors;
        context[at + COUNT] = count;
        context[at + CORRECTION] = Math.min(MAX_CORRECTION, Math.max(MIN_CORRECTION, correction));
        context[at + GOLOMB] = golomb;
        context[at + UPSIDE_DOWN] = ((2 * errors + count - 1) & (golomb - 1) & losslessMask) >> 31;
    }

    /// The least k for which the count times 2 to the k reaches the magnitudes (A.5.1).
    private static int golomb(int magnitudes, int count) {
        int k = Math.max(0, Integer.numberOfLeadingZeros(count) - Integer.numberOfLeadingZeros(magnitudes));
        return Math.min(MAX_GOLOMB, k + (((count << k) - magnitudes) >>> 31));
    }

    /// The Golomb parameter of a sample that ends a run (A.7.2.1).
    int runGolomb(int kind) {
        return golomb(runMagnitudes[kind] + kind * (runCounts[kind] >> 1), runCounts[kind]);
    }

    /// Whether errors of that Golomb parameter and kind are rather negative, which the mapping turns on.
    boolean ratherNegative(int kind, int golomb) {
        return golomb != 0 || 2 * runNegatives[kind] >= runCounts[kind];
    }

    /// Learns the error of a sample that ends a run (A.7.2.2).
    void updateRun(int kind, int error, int mapped) {
        if (error < 0) {
            runNegatives[kind]++;
        }
        runMagnitudes[kind] += (mapped + 1 - kind) >> 1;
        if (runCounts[kind] == reset) {
            runMagnitudes[kind] >>= 1;
            runCounts[kind] >>= 1;
            runNegatives[kind] >>= 1;
        }
        runCounts[kind]++;
    }

    /// The logarithm of the samples that a bit stands for in the run of a component.
    int runOrder(int component) {
        return RUN_ORDERS[runIndexes[component]];
    }

    void lengthenRuns(int component) {
        runIndexes[component] = Math.min(RUN_ORDERS.length - 1, runIndexes[component] + 1);
    }

    void shortenRuns(int component) {
        runIndexes[component] = Math.max(0, runIndexes[component] - 1);
    }
}
