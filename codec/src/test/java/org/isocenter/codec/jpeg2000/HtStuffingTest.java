package org.isocenter.codec.jpeg2000;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HtStuffingTest {
    private static final long SEED = 15_444_15;

    /// Bytes in which those that need stuffing are rare, frequent, or nearly all.
    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(100)];
        int rarity = 1 + random.nextInt(60);
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            if (random.nextInt(rarity) == 0) {
                bytes[i] = (byte) (random.nextBoolean() ? 0xFF : 0x7F);
            }
        }
        return bytes;
    }

    private static int bit(byte[] bits, int position) {
        return bits[position >>> 3] >>> (position & 7) & 1;
    }

    @Test
    void bitsOfForwardStreamsAreThoseOfOneBitAtATime() {
        Random random = new Random(SEED);
        for (int round = 0; round < 20_000; round++) {
            byte[] data = bytes(random);
            int from = random.nextInt(data.length + 1);
            int to = from + random.nextInt(data.length - from + 1);
            int beyond = random.nextBoolean() ? -1 : 0;
            byte[] bits = new byte[to - from + HtStuffing.PADDING];
            random.nextBytes(bits);
            int count = HtStuffing.removeForwards(data, from, to, bits, beyond);

            int position = 0;
            for (int i = from; i < to; i++) {
                int length = i > from && data[i - 1] == -1 ? 7 : 8;
                for (int k = 0; k < length; k++) {
                    assertThat(bit(bits, position++)).isEqualTo(data[i] >>> k & 1);
                }
            }
            assertThat(count).isEqualTo(position);
            for (int k = 0; k < 60 * 8; k++) {
                assertThat(bit(bits, position++)).isEqualTo(beyond & 1);
            }
        }
    }

    @Test
    void bitsOfBackwardStreamsAreThoseOfOneBitAtATime() {
        Random random = new Random(SEED);
        for (int round = 0; round < 20_000; round++) {
            byte[] data = bytes(random);
            int from = random.nextInt(data.length + 1);
            int to = from + random.nextInt(data.length - from + 1);
            int or = random.nextBoolean() ? 15 : 0;
            byte[] bits = new byte[to - from + HtStuffing.PADDING];
            random.nextBytes(bits);
            int count = HtStuffing.removeBackwards(data, from, to, or, bits);

            int position = 0;
            int last = 0xFF;
            for (int i = to - 1; i >= from; i--) {
                int value = data[i] & 0xFF | (i == to - 1 ? or : 0);
                int length = last > 0x8F && (value & 0x7F) == 0x7F ? 7 : 8;
                for (int k = 0; k < length; k++) {
                    assertThat(bit(bits, position++)).isEqualTo(value >>> k & 1);
                }
                last = value;
            }
            assertThat(count).isEqualTo(position);
        }
    }

    @Test
    void stuffingComesOutAsItWentIn() {
        Random random = new Random(SEED);
        for (int round = 0; round < 20_000; round++) {
            byte[] plain = bytes(random);
            int count = random.nextInt(plain.length * 8 + 1);
            int whole = count >>> 3;

            byte[] ones = Arrays.copyOf(plain, plain.length + 16);
            ones[whole] |= (byte) (-1 << (count & 7));
            Arrays.fill(ones, whole + 1, ones.length, (byte) -1);
            byte[] stuffed = new byte[plain.length * 8 / 7 + 17];
            int end = HtStuffing.insertForwards(ones, count, stuffed);
            for (int i = 1; i < end; i++) {
                assertThat(stuffed[i - 1] != -1 || stuffed[i] >= 0).isTrue();
            }
            assertThat(end == 0 || stuffed[end - 1] != -1).isTrue();
            byte[] back = new byte[stuffed.length + HtStuffing.PADDING];
            HtStuffing.removeForwards(stuffed, 0, end, back, -1);
            assertThat(Arrays.mismatch(back, 0, whole + 9, ones, 0, whole + 9)).isEqualTo(-1);

            byte[] zeros = Arrays.copyOf(plain, plain.length + 16);
            zeros[whole] &= (byte) ~(-1 << (count & 7));
            Arrays.fill(zeros, whole + 1, zeros.length, (byte) 0);
            int start = HtStuffing.insertBackwards(zeros, count, stuffed);
            for (int i = start + 1; i < stuffed.length; i++) {
                assertThat(stuffed[i - 1] != -1 || (stuffed[i] & 0xFF) <= 0x8F).isTrue();
            }
            HtStuffing.removeBackwards(stuffed, start, stuffed.length, 0, back);
            assertThat(Arrays.mismatch(back, 0, whole + 1, zeros, 0, whole + 1)).isEqualTo(-1);
        }
    }
}
