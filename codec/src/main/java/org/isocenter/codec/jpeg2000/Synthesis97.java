package org.isocenter.codec.jpeg2000;

/// The inverse of the irreversible 9/7 transform (T.800 F.3.8.2), but for its scaling by K, which is taken
/// together with the step of the quantizer: see {@link #scale}.
final class Synthesis97 extends Synthesis<float[]> {
    /// How far a sample depends on others to each side.
    static final int REACH = 4;

    static final float ALPHA = -1.586134342059924f;
    static final float BETA = -0.052980118572961f;
    static final float GAMMA = 0.882911075530934f;
    static final float DELTA = 0.443506852043971f;
    static final double K = 1.230174104914001;

    private static final float[] STEPS = {DELTA, GAMMA, BETA, ALPHA};

    /// The factor of a lifting step of the forward transform, which takes them the other way.
    static float forward(int lifting) {
        return STEPS[STEPS.length - 1 - lifting];
    }

    private final int odd;
    private final float[] evens;
    private final float[] odds;

    Synthesis97(Bands<float[]> bands) {
        super(bands, STEPS.length, new float[ringSize()][bands.window().width()]);
        odd = window.x0() & 1;
        evens = new float[low.width()];
        odds = new float[high.width()];
    }

    /// What coefficients of a band are multiplied by at one decomposition, for one direction.
    ///
    /// @param high whether they are of the high frequencies there
    /// @param length of the resolution above in that direction, which does not transform a single sample
    static double scale(boolean high, int length) {
        if (length == 1) {
            return high ? 0.5 : 1;
        }
        return high ? 1 / K : K;
    }

    @Override
    void lift(int step, float[] row, float[] above, float[] below) {
        float by = STEPS[step];
        for (int i = 0; i < row.length; i++) {
            row[i] -= by * (above[i] + below[i]);
        }
    }

    @Override
    void halve(float[] row) {
        // That is in the scale.
    }

    @Override
    void across(float[] lows, int lowOffset, float[] highs, int highOffset, float[] into) {
        if (into.length < 2) {
            if (into.length == 1) {
                into[0] = odd == 0 ? lows[lowOffset] : highs[highOffset];
            }
            return;
        }
        System.arraycopy(lows, lowOffset, evens, 0, evens.length);
        System.arraycopy(highs, highOffset, odds, 0, odds.length);
        for (int step = 0; step < STEPS.length; step += 2) {
            lift(evens, odds, odd, STEPS[step]);
            lift(odds, evens, 1 - odd, STEPS[step + 1]);
        }
        for (int i = 0; i < evens.length; i++) {
            into[2 * i + odd] = evens[i];
        }
        for (int i = 0; i < odds.length; i++) {
            into[2 * i + 1 - odd] = odds[i];
        }
    }

    /// Lifts each sample by those of the other kind beside it, of which the one to its right has the number
    /// of the sample and `shift` more.
    static void lift(float[] samples, float[] others, int shift, float by) {
        int end = Math.min(samples.length, others.length - shift);
        int start = 1 - shift;
        if (start == 1) {
            samples[0] -= by * 2 * others[0];
        }
        if (shift == 1) {
            for (int i = 0; i < end; i++) {
                samples[i] -= by * (others[i] + others[i + 1]);
            }
        } else {
            for (int i = 1; i < end; i++) {
                samples[i] -= by * (others[i - 1] + others[i]);
            }
        }
        for (int i = Math.max(start, end); i < samples.length; i++) {
            samples[i] -= by * 2 * others[others.length - 1];
        }
    }
}
