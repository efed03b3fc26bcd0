package org.isocenter.codec.jpegls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.Pictures;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.junit.jupiter.api.Test;

/// Forms of frames that the codec reads and does not write.
class JpegLsFormsTest {
    private static final long SEED = Long.getLong("seed", 20_250_118);

    private final Random random = new Random(SEED);

    /// All that a frame can differ in, thrown together.
    @Test
    void everyInterleavingPresetAndRestartIntervalIsDecoded() throws Exception {
        for (int i = 0; i < 1500; i++) {
            int bits = 2 + random.nextInt(15);
            SampleFormat format = new SampleFormat(
                    1 + random.nextInt(40), 1 + random.nextInt(25), 1 + random.nextInt(4), bits, random.nextBoolean());
            Pictures.Kind[] kinds = Pictures.Kind.values();
            Samples samples = Pictures.draw(kinds[random.nextInt(kinds.length)], format, random);
            int near = random.nextBoolean() ? 0 : random.nextInt(1 + Math.min(30, ((1 << bits) - 1) / 2));
            PlainEncoder encoder = new PlainEncoder(samples, near);
            encoder.interleaving = random.nextInt(3);
            if (random.nextBoolean()) {
                presets(encoder, samples);
            }
            if (random.nextInt(3) == 0) {
                encoder.restartLines = 1 + random.nextInt(format.height());
                encoder.restartBytes = 2 + random.nextInt(3);
            }
            byte[] frame = encoder.encode();
            Samples decoded = Samples.allocate(format);

            JpegLs.lossless().decode(frame, decoded);

            for (int sample = 0; sample < format.sampleCount(); sample++) {
                assertThat(Math.abs(Pictures.getBits(samples, sample) - Pictures.getBits(decoded, sample)))
                        .as("frame %d of seed %d, %s", i, SEED, format)
                        .isLessThanOrEqualTo(near);
                assertThat(encoder.seen(sample)).isEqualTo(Pictures.getBits(decoded, sample));
            }
        }
    }

    /// Other parameters than the defaults, for samples that may be less than all bits can hold.
    private void presets(PlainEncoder encoder, Samples samples) {
        int largest = 0;
        for (int i = 0; i < samples.format().sampleCount(); i++) {
            largest = Math.max(largest, Pictures.getBits(samples, i));
        }
        encoder.presets = true;
        encoder.maxval = Math.max(largest, Math.max(3, 2 * encoder.near));
        int[] thresholds = {threshold(encoder), threshold(encoder), threshold(encoder)};
        Arrays.sort(thresholds);
        encoder.t1 = thresholds[0];
        encoder.t2 = thresholds[1];
        encoder.t3 = thresholds[2];
        encoder.reset = 3 + random.nextInt(random.nextBoolean() ? 10 : 250);
    }

    private int threshold(PlainEncoder encoder) {
        return encoder.near + 1 + random.nextInt(encoder.maxval - encoder.near);
    }

    @Test
    void aZeroAmongThePresetsIsTheDefault() throws Exception {
        SampleFormat format = new SampleFormat(33, 20, 1, 12, false);
        Samples samples = Pictures.draw(Pictures.Kind.WAVES, format, random);
        PlainEncoder encoder = new PlainEncoder(samples, 0);
        encoder.maxval = 3000;
        encoder.defaults();
        encoder.presets = true;
        byte[] frame = encoder.encode();
        int preset = 2 + 13 + 5;
        assertThat(frame[preset + 1]).isEqualTo((byte) (3000 & 0xFF));
        Arrays.fill(frame, preset + 2, preset + 10, (byte) 0);
        Samples decoded = Samples.allocate(format);

        JpegLs.lossless().decode(frame, decoded);

        assertThat(Pictures.mismatch(samples, decoded)).isEqualTo(-1);
    }

    @Test
    void scansOfSomeComponentsEachComeInAnyOrder() throws Exception {
        SampleFormat format = new SampleFormat(21, 13, 4, 8, false);
        Samples samples = Pictures.draw(Pictures.Kind.WAVES, format, random);
        for (int interleaving = 1; interleaving <= 2; interleaving++) {
            PlainEncoder encoder = new PlainEncoder(samples, 0);
            encoder.interleaving = interleaving;
            encoder.start();
            encoder.scan(3, 1);
            encoder.scan(2);
            encoder.scan(0);
            Samples decoded = Samples.allocate(format);

            JpegLs.lossless().decode(encoder.end(), decoded);

            assertThat(Pictures.mismatch(samples, decoded)).isEqualTo(-1);
        }
    }

    @Test
    void samplesOfAMappingTableAreItsValues() throws Exception {
        SampleFormat coded = new SampleFormat(16, 9, 1, 4, false);
        Samples indexes = Pictures.draw(Pictures.Kind.NOISE, coded, random);
        for (int entryBytes = 1; entryBytes <= 4; entryBytes++) {
            int[] values = new int[16];
            PlainEncoder encoder = new PlainEncoder(indexes, 0);
            encoder.start();
            // The second half of the table continues the first.
            for (int half = 0; half < 2; half++) {
                encoder.number(2, 0xFFF8);
                encoder.number(2, 5 + 8 * entryBytes);
                encoder.number(1, 2 + half);
                encoder.number(1, 7);
                encoder.number(1, entryBytes);
                for (int i = 0; i < 8; i++) {
                    values[8 * half + i] = random.nextInt() >>> 32 - 8 * entryBytes;
                    encoder.number(entryBytes, values[8 * half + i]);
                }
            }
            encoder.table = 7;
            encoder.scan(0);
            byte[] frame = encoder.end();
            SampleFormat format = new SampleFormat(16, 9, 1, 8 * entryBytes, false);
            Samples decoded = Samples.allocate(format);

            JpegLs.lossless().decode(frame, decoded);

            assertThat(JpegLs.lossless().probe(frame))
                    .isEqualTo(new FrameHeader(format, true, FrameHeader.Colors.UNTOLD));
            for (int i = 0; i < format.sampleCount(); i++) {
                assertThat(Pictures.getBits(decoded, i)).isEqualTo(values[Pictures.get(indexes, i)]);
            }
            if (entryBytes > 1) {
                assertThatThrownBy(() -> JpegLs.lossless().decode(frame, Samples.allocate(coded)))
                        .isInstanceOf(MalformedException.class)
                        .hasMessageContaining("bits for elements of 8");
            }
        }
    }

    @Test
    void aSizeThatDoesNotFitTheFrameHeaderStandsInThePresets() throws Exception {
        SampleFormat format = new SampleFormat(300, 5, 1, 8, false);
        Samples samples = Pictures.draw(Pictures.Kind.AREAS, format, random);
        PlainEncoder encoder = new PlainEncoder(samples, 0);
        encoder.start();
        encoder.number(2, 0xFFF8);
        encoder.number(2, 12);
        encoder.number(1, 4);
        encoder.number(1, 4);
        encoder.number(4, 5);
        encoder.number(4, 300);
        encoder.scan(0);
        byte[] frame = encoder.end();
        Arrays.fill(frame, 7, 11, (byte) 0);
        Samples decoded = Samples.allocate(format);

        JpegLs.lossless().decode(frame, decoded);

        assertThat(Pictures.mismatch(samples, decoded)).isEqualTo(-1);
        frame[2 + 13 + 6 + 1] = 1;
        assertThatThrownBy(() -> JpegLs.lossless().decode(frame, decoded))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("300 x 65541 pixels");
    }

    @Test
    void elementsLargerThanNeededAreFilledUp() throws Exception {
        SampleFormat coded = new SampleFormat(19, 7, 2, 6, true);
        Samples samples = Pictures.draw(Pictures.Kind.NOISE, coded, random);
        byte[] frame = JpegLs.lossless().encode(samples);
        for (int bits : new int[] {6, 8, 12, 16, 32}) {
            Samples signed = Samples.allocate(new SampleFormat(19, 7, 2, bits, true));
            Samples unsigned = Samples.allocate(new SampleFormat(19, 7, 2, bits, false));

            JpegLs.lossless().decode(frame, signed);
            JpegLs.lossless().decode(frame, unsigned);

            for (int i = 0; i < coded.sampleCount(); i++) {
                assertThat(Pictures.get(signed, i)).isEqualTo(Pictures.get(samples, i));
                assertThat(Pictures.get(unsigned, i)).isEqualTo(Pictures.getBits(samples, i));
            }
        }
    }

    /// Writers that code all bits allocated put no sign above those stored, or put one: both come out
    /// alike.
    @Test
    void theSignIsThatOfTheBitsAskedForWhereMoreAreCoded() throws Exception {
        SampleFormat format = new SampleFormat(19, 7, 1, 12, true);
        Samples samples = Pictures.draw(Pictures.Kind.NOISE, format, random);
        SampleFormat wide = new SampleFormat(19, 7, 1, 16, false);
        Samples extended = Samples.allocate(wide);
        Samples masked = Samples.allocate(wide);
        for (int i = 0; i < format.sampleCount(); i++) {
            Pictures.set(extended, i, Pictures.get(samples, i));
            Pictures.set(masked, i, Pictures.getBits(samples, i));
        }
        for (Samples coded : new Samples[] {extended, masked}) {
            Samples decoded = Samples.allocate(format);
            JpegLs.lossless().decode(JpegLs.lossless().encode(coded), decoded);
            assertThat(Pictures.mismatch(samples, decoded)).isEqualTo(-1);
        }
    }

    @Test
    void whiteStaysWhiteWhereTheFrameHasRoomAboveIt() throws Exception {
        SampleFormat format = new SampleFormat(30, 30, 1, 10, false);
        Samples samples = Pictures.draw(Pictures.Kind.NOISE, format, random);
        Samples wide = Samples.allocate(new SampleFormat(30, 30, 1, 16, false));
        for (int i = 0; i < format.sampleCount(); i++) {
            Pictures.set(samples, i, Pictures.getBits(samples, i) | 0x3F0);
            Pictures.set(wide, i, Pictures.getBits(samples, i));
        }
        byte[] frame = JpegLs.nearLossless(7).encode(wide);
        Samples decoded = Samples.allocate(format);

        JpegLs.lossless().decode(frame, wide);
        JpegLs.lossless().decode(frame, decoded);

        int off = 0;
        for (int i = 0; i < format.sampleCount(); i++) {
            off = Math.max(off, Pictures.get(wide, i) - 1023);
            assertThat(Pictures.get(decoded, i)).isEqualTo(Math.min(1023, Pictures.get(wide, i)));
        }
        assertThat(off).isPositive();
    }

    @Test
    void fillBytesCommentsAndApplicationSegmentsArePassedOver() throws Exception {
        SampleFormat format = new SampleFormat(8, 8, 1, 8, false);
        Samples samples = Pictures.draw(Pictures.Kind.WAVES, format, random);
        PlainEncoder encoder = new PlainEncoder(samples, 0);
        encoder.start();
        encoder.number(2, 0xFFFF);
        encoder.number(2, 0xFFFE);
        encoder.number(2, 4);
        encoder.number(2, 0xFFD9);
        encoder.number(2, 0xFFE8);
        encoder.number(2, 7);
        encoder.number(4, 0x6D726678);
        encoder.number(1, 0);
        encoder.scan(0);
        // The marker of the end is filled up, too, and padding follows it.
        encoder.number(1, 0xFF);
        encoder.end();
        encoder.number(3, 0x00FF00);
        Samples decoded = Samples.allocate(format);

        JpegLs.lossless().decode(encoder.end(), decoded);

        assertThat(Pictures.mismatch(samples, decoded)).isEqualTo(-1);
    }
}
