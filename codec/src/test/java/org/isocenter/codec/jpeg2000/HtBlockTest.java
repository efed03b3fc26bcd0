package org.isocenter.codec.jpeg2000;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.isocenter.codec.MalformedException;
import org.junit.jupiter.api.Test;

/// Code-blocks come back from their encoder, and broken ones end by samples or by refusal.
class HtBlockTest {
    private static final long SEED = 814;

    private final HtBlockEncoder encoder = new HtBlockEncoder();
    private final HtBlockDecoder decoder = new HtBlockDecoder();
    private final Random random = new Random(SEED);

    /// Samples as the coder takes them, of many kinds: dense, sparse, empty, of few and of many bits.
    private int[] block(int width, int height, int planes) {
        int[] block = new int[width * height];
        int kind = random.nextInt(6);
        int bits = 1 + random.nextInt(planes);
        double density = random.nextDouble();
        for (int i = 0; i < block.length; i++) {
            int any = random.nextInt() >>> 32 - bits;
            int magnitude = switch (kind) {
                case 0 -> any;
                case 1 -> random.nextDouble() < density ? any : 0;
                case 2 -> random.nextInt(50) == 0 ? any : 0;
                case 3 -> (int) Math.abs(random.nextGaussian() * (1 << bits - 1));
                case 4 -> any >>> random.nextInt(bits);
                default -> -1 >>> 32 - bits;
            };
            block[i] = sample(magnitude & -1 >>> 32 - planes, planes);
        }
        return block;
    }

    private int sample(int magnitude, int planes) {
        return magnitude == 0 ? 0 : magnitude << 31 - planes | random.nextInt() & 0x80000000;
    }

    private byte[] encode(int[] block, int width, int height, int planes) {
        int length = encoder.encode(block, 0, width, width, height, planes);
        return Arrays.copyOf(encoder.segment(), length);
    }

    private int[] decode(byte[] segment, int width, int height, int planes) throws MalformedException {
        int[] out = new int[width * height];
        Arrays.fill(out, 77);
        decoder.decode(segment, 0, segment.length, 0, 1, planes - 1, planes, width, height, false, out, 0, width);
        return out;
    }

    private void roundTrip(int width, int height) throws MalformedException {
        int planes = 1 + random.nextInt(HtBlockDecoder.MAX_BIT_PLANES);
        int[] block = block(width, height, planes);
        byte[] segment = encode(block, width, height, planes);
        assertThat(decode(segment, width, height, planes))
                .as("%d x %d, %d bit planes, seed %d", width, height, planes, SEED)
                .isEqualTo(block);
        for (int i = 1; i < segment.length; i++) {
            assertThat(segment[i - 1] != -1 || (segment[i] & 0xFF) <= 0x8F)
                    .as("no marker is in a segment")
                    .isTrue();
        }
        assertThat(segment.length == 0 || segment[segment.length - 1] != -1).isTrue();
    }

    @Test
    void blocksOfEverySizeComeBack() throws MalformedException {
        for (int height = 1; height <= 64; height++) {
            for (int width = 1; width <= 64; width++) {
                roundTrip(width, height);
            }
        }
    }

    @Test
    void longBlocksComeBack() throws MalformedException {
        for (int round = 0; round < 100; round++) {
            roundTrip(1024, 4);
            roundTrip(4, 1024);
            roundTrip(1, 1024);
            roundTrip(1023, 3);
        }
    }

    @Test
    void largestMagnitudesComeBack() throws MalformedException {
        for (int planes = 1; planes <= HtBlockDecoder.MAX_BIT_PLANES; planes++) {
            int[] block = new int[64 * 64];
            for (int i = 0; i < block.length; i++) {
                block[i] = sample(-1 >>> 32 - planes, planes);
            }
            assertThat(decode(encode(block, 64, 64, planes), 64, 64, planes)).isEqualTo(block);
        }
    }

    @Test
    void aBlockIsPlacedInItsBand() throws MalformedException {
        int[] block = block(13, 7, 9);
        int[] band = new int[40 * 20];
        Arrays.fill(band, 5);
        for (int y = 0; y < 7; y++) {
            System.arraycopy(block, y * 13, band, 3 + (y + 2) * 40, 13);
        }
        int length = encoder.encode(band, 3 + 2 * 40, 40, 13, 7, 9);
        byte[] shifted = new byte[length + 10];
        System.arraycopy(encoder.segment(), 0, shifted, 4, length);
        int[] decoded = new int[40 * 20];
        Arrays.fill(decoded, 5);
        decoder.decode(shifted, 4, length, 0, 1, 8, 9, 13, 7, false, decoded, 3 + 2 * 40, 40);
        assertThat(decoded).isEqualTo(band);
    }

    @Test
    void aBlockOfZerosHasNoBytes() throws MalformedException {
        assertThat(encode(new int[35], 5, 7, 12)).isEmpty();
        assertThat(decode(new byte[0], 5, 7, 12)).isEqualTo(new int[35]);
    }

    @Test
    void halfOfTheLastPlaneIsAddedWherePlanesAreMissing() throws MalformedException {
        int[] block = block(20, 20, 12);
        int length = encoder.encode(block, 0, 20, 20, 20, 9);
        int[] decoded = new int[400];
        decoder.decode(encoder.segment(), 0, length, 0, 1, 8, 12, 20, 20, false, decoded, 0, 20);
        for (int i = 0; i < block.length; i++) {
            int magnitude = (block[i] & 0x7FFFFFFF) >>> 22;
            int expected = magnitude == 0 ? 0 : block[i] & 0x80000000 | magnitude << 22 | 1 << 21;
            assertThat(decoded[i]).isEqualTo(expected);
        }
    }

    @Test
    void refinementAddsABitPlane() throws MalformedException {
        for (int round = 0; round < 3000; round++) {
            int width = 1 + random.nextInt(round < 2500 ? 16 : 64);
            int height = 1 + random.nextInt(round < 2500 ? 16 : 64);
            int planes = 2 + random.nextInt(HtBlockDecoder.MAX_BIT_PLANES - 1);
            boolean causal = random.nextBoolean();
            // One more plane of the subband is not coded in half of the cases.
            int missing = planes < HtBlockDecoder.MAX_BIT_PLANES && random.nextBoolean() ? 1 : 0;
            int[] block = block(width, height, planes);
            int[] numbers = new int[block.length];
            for (int i = 0; i < block.length; i++) {
                numbers[i] = block[i] & 0x80000000 | (block[i] & 0x7FFFFFFF) >>> 31 - planes;
            }
            HtRefinement refinement = new HtRefinement(numbers, width, height, causal);
            byte[] cleanup = encode(block, width, height, planes - 1);
            if (cleanup.length == 0) {
                continue;
            }
            String what = "%d x %d, %d + %d planes, causal %s, round %d of seed %d"
                    .formatted(width, height, planes, missing, causal, round, SEED);
            int half = missing == 0 ? 0 : 1 << 30 - planes;

            byte[] both = join(cleanup, refinement.segment());
            int[] decoded = refined(cleanup, both, 3, planes, missing, width, height, causal);
            for (int i = 0; i < decoded.length; i++) {
                int number = refinement.expected[i];
                int expected = number == 0 ? 0 : number & 0x80000000 | number << 31 - planes | half;
                assertThat(decoded[i]).as(what).isEqualTo(expected);
            }

            byte[] one = join(cleanup, refinement.propagationSegment());
            if (one.length == cleanup.length) {
                continue;
            }
            decoded = refined(cleanup, one, 2, planes, missing, width, height, causal);
            for (int i = 0; i < decoded.length; i++) {
                int number = refinement.expected[i];
                int shift = 31 - planes;
                int expected = (number & 0x7FFFFFFF) > 1
                        ? number & 0x80000000 | (number & 0x7FFFFFFE) << shift | 1 << shift
                        : number == 0 ? 0 : number & 0x80000000 | 1 << shift | half;
                assertThat(decoded[i]).as(what).isEqualTo(expected);
            }
        }
    }

    private int[] refined(
            byte[] cleanup, byte[] all, int passes, int planes, int missing, int width, int height, boolean causal)
            throws MalformedException {
        int[] decoded = new int[width * height];
        decoder.decode(
                all,
                0,
                cleanup.length,
                all.length - cleanup.length,
                passes,
                planes - 2,
                planes + missing,
                width,
                height,
                causal,
                decoded,
                0,
                width);
        return decoded;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    @Test
    void falseLengthsAndPlanesAreRefused() {
        byte[] segment = encode(block(8, 8, 8), 8, 8, 8);
        int[] out = new int[64];
        int end = segment.length;
        assertThatThrownBy(() -> decoder.decode(segment, 0, 1, 0, 1, 7, 8, 8, 8, false, out, 0, 8))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> decoder.decode(segment, 0, 0, end, 3, 6, 8, 8, 8, false, out, 0, 8))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> decoder.decode(segment, 0, end, 0, 1, 8, 8, 8, 8, false, out, 0, 8))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> decoder.decode(segment, 0, end - 1, 1, 2, 7, 8, 8, 8, false, out, 0, 8))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> decoder.decode(segment, 0, end, 0, 4, 7, 8, 8, 8, false, out, 0, 8))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> decoder.decode(segment, 0, end, 0, 1, 7, 31, 8, 8, false, out, 0, 8))
                .isInstanceOf(MalformedException.class);
        for (int suffix : new int[] {0, 1, end + 1, 4080, 4095}) {
            byte[] false1 = segment.clone();
            false1[end - 1] = (byte) (suffix >> 4);
            false1[end - 2] = (byte) (false1[end - 2] & 0xF0 | suffix & 15);
            assertThatThrownBy(() -> decode(false1, 8, 8, 8)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void magnitudesBeyondTheBitPlanesAreRefused() {
        int[] block = new int[64];
        Arrays.fill(block, 1);
        // Seven planes of ones, of which the decoder is told less.
        for (int i = 0; i < 64; i++) {
            block[i] = sample(127, 7);
        }
        byte[] segment = encode(block, 8, 8, 7);
        for (int planes = 1; planes < 7; planes++) {
            int fewer = planes;
            assertThatThrownBy(() -> decode(segment, 8, 8, fewer))
                    .as("%d planes", fewer)
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void samplesOutsideTheBlockAreRefused() {
        int[] block = new int[64];
        Arrays.fill(block, sample(1, 4));
        byte[] segment = encode(block, 8, 8, 4);
        assertThatThrownBy(() -> decode(segment, 7, 8, 4)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> decode(segment, 8, 7, 4)).isInstanceOf(MalformedException.class);
    }

    @Test
    void codesThatEndEarlyAreRefused() {
        int[] block = new int[32 * 32];
        for (int i = 0; i < block.length; i++) {
            block[i] = sample(1, 8);
        }
        byte[] segment = encode(block, 32, 32, 8);
        int end = segment.length;
        int suffix = (segment[end - 1] & 0xFF) << 4 | segment[end - 2] & 15;
        // The only run, which is for the first quad, is made the same again.
        for (int shorter = suffix - 10; shorter >= suffix - 20; shorter--) {
            byte[] cut = segment.clone();
            cut[end - shorter] = 0;
            cut[end - 1] = (byte) (shorter >> 4);
            cut[end - 2] = (byte) (cut[end - 2] & 0xF0 | shorter & 15);
            assertThatThrownBy(() -> decode(cut, 32, 32, 8))
                    .as("%d bytes of %d", shorter, suffix)
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("reach beyond");
        }
    }

    @Test
    void anyBytesEndBySamplesOrByRefusal() {
        int decoded = 0;
        int refused = 0;
        for (int round = 0; round < 40_000; round++) {
            int width = 1 + random.nextInt(20);
            int height = 1 + random.nextInt(20);
            int planes = 1 + random.nextInt(HtBlockDecoder.MAX_BIT_PLANES);
            byte[] bytes = encode(block(width, height, planes), width, height, planes);
            int length = bytes.length;
            if (random.nextInt(4) == 0) {
                length = random.nextInt(200);
                bytes = new byte[length];
                random.nextBytes(bytes);
            }
            bytes = Arrays.copyOf(bytes, length + random.nextInt(30));
            for (int change = random.nextInt(4); change >= 0 && bytes.length > 0; change--) {
                int at = random.nextInt(bytes.length);
                switch (random.nextInt(3)) {
                    case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                    case 1 -> bytes[at] = (byte) random.nextInt();
                    default -> Arrays.fill(bytes, at, Math.min(at + 8, bytes.length), (byte) (random.nextInt(2) - 1));
                }
            }
            int cleanup = random.nextInt(8) == 0 ? random.nextInt(bytes.length + 1) : Math.min(length, bytes.length);
            int[] out = new int[width * height];
            try {
                decoder.decode(
                        bytes,
                        0,
                        cleanup,
                        bytes.length - cleanup,
                        1 + random.nextInt(3),
                        random.nextInt(4) == 0 ? random.nextInt(40) : Math.max(planes - 1 - random.nextInt(2), 0),
                        planes,
                        random.nextInt(8) == 0 ? 1 + random.nextInt(width) : width,
                        height,
                        random.nextBoolean(),
                        out,
                        0,
                        width);
                decoded++;
            } catch (MalformedException expected) {
                refused++;
            }
        }
        assertThat(decoded).isGreaterThan(5000);
        assertThat(refused).isGreaterThan(5000);
    }
}
