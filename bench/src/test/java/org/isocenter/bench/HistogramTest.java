package org.isocenter.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HistogramTest {

    @Test
    void percentilesAreWithinTwoPercentOfTheTrueOnes() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        long[] values = random.longs(50_000, 1, 40)
                .map(exponent -> random.nextLong(1L << exponent, 1L << (exponent + 1)))
                .toArray();
        Histogram histogram = new Histogram();
        Arrays.stream(values).forEach(histogram::add);
        Arrays.sort(values);
        for (double share : new double[] {0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1}) {
            double exact = values[(int) Math.ceil(share * values.length) - 1];
            assertThat((double) histogram.percentile(share))
                    .as("seed %d, share %s", seed, share)
                    .isCloseTo(exact, within(exact * 0.02));
        }
    }

    @Test
    void smallAndLargestValuesHaveBucketsToo() {
        Histogram histogram = new Histogram();
        histogram.add(0);
        histogram.add(127);
        histogram.add(Long.MAX_VALUE);
        assertThat(histogram.percentile(0.1)).isZero();
        assertThat(histogram.percentile(0.5)).isEqualTo(127);
        assertThat((double) histogram.percentile(1)).isCloseTo(Long.MAX_VALUE, within(Long.MAX_VALUE * 0.02));
    }

    @Test
    void mergingAddsTheCounts() {
        Histogram one = new Histogram();
        Histogram other = new Histogram();
        one.add(10);
        other.add(20);
        other.add(30);
        one.addAll(other);
        assertThat(one.count()).isEqualTo(3);
        assertThat(one.percentile(0.5)).isEqualTo(20);
    }

    @Test
    void anEmptyOneAnswersZero() {
        assertThat(new Histogram().percentile(0.99)).isZero();
    }
}
