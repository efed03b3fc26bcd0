package org.isocenter.codec.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.isocenter.codec.Codec;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.FrameHeader.Colors;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.Mutations;
import org.isocenter.codec.Pictures;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JpegTest {
    private static final long SEED = 20_261_126;

    private static final int[][] SIZES = {{1, 1}, {1, 17}, {23, 1}, {8, 8}, {31, 29}, {64, 40}};

    @ParameterizedTest
    @EnumSource(Pictures.Kind.class)
    void losslessGivesBackWhatWentInOfEveryDepth(Pictures.Kind kind) throws MalformedException {
        Random random = new Random(SEED);
        for (int bits = 2; bits <= 16; bits++) {
            for (int components : new int[] {1, 2, 3, 4}) {
                for (int[] size : SIZES) {
                    for (boolean signed : new boolean[] {false, true}) {
                        SampleFormat format = new SampleFormat(size[0], size[1], components, bits, signed);
                        Samples samples = Pictures.draw(kind, format, random);
                        byte[] frame = Jpeg.lossless().encode(samples);
                        Samples decoded = Samples.allocate(format);
                        Jpeg.lossless().decode(frame, decoded);
                        assertThat(Pictures.mismatch(samples, decoded))
                                .as(format.toString())
                                .isEqualTo(-1);
                    }
                }
            }
        }
    }

    @Test
    void differencesOfHalfTheRangeHaveNoBitsOfTheirOwn() throws MalformedException {
        SampleFormat format = new SampleFormat(4, 2, 1, 16, false);
        short[] values = {0, (short) 0x8000, 0, (short) 0x8000, (short) 0x8000, 0, (short) 0xFFFF, 0x7FFF};
        byte[] frame = Jpeg.lossless().encode(new Samples.Shorts(format, values));
        Samples.Shorts decoded = (Samples.Shorts) Samples.allocate(format);
        Jpeg.lossless().decode(frame, decoded);
        assertThat(decoded.array()).containsExactly(values);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30, 75, 90, 100})
    void baselineIsNearWhatWentIn(int quality) throws MalformedException {
        Random random = new Random(SEED);
        for (int components : new int[] {1, 3}) {
            for (int[] size : SIZES) {
                SampleFormat format = new SampleFormat(size[0], size[1], components, 8, false);
                Samples samples = Pictures.draw(Pictures.Kind.WAVES, format, random);
                Codec codec = Jpeg.baseline(quality, components == 3 ? Colors.YBR : Colors.UNTOLD);
                Samples decoded = Samples.allocate(format);
                codec.decode(codec.encode(samples), decoded);
                double error = 0;
                for (int i = 0; i < format.sampleCount(); i++) {
                    double one = Pictures.getBits(samples, i) - Pictures.getBits(decoded, i);
                    error += one * one;
                }
                double deviation = Math.sqrt(error / format.sampleCount());
                assertThat(deviation)
                        .as("%s, quality %d", format, quality)
                        .isLessThan(quality == 100 ? 1 : 60.0 / quality + 15);
            }
        }
    }

    @Test
    void theHeaderTellsSizeBitsAndColors() throws MalformedException {
        Samples color = Pictures.draw(Pictures.Kind.WAVES, new SampleFormat(20, 10, 3, 8, false), new Random(SEED));
        assertThat(Jpeg.lossless().probe(Jpeg.baseline(90, Colors.RGB).encode(color)))
                .isEqualTo(new FrameHeader(color.format(), false, Colors.RGB));
        assertThat(Jpeg.lossless().probe(Jpeg.baseline(90, Colors.YBR).encode(color)))
                .isEqualTo(new FrameHeader(color.format(), false, Colors.YBR));
        assertThat(Jpeg.lossless().probe(Jpeg.lossless().encode(color)))
                .isEqualTo(new FrameHeader(color.format(), true, Colors.UNTOLD));
    }

    @Test
    void whatStandsBehindTheEndIsPassedOverAndAMissingEndIsNotMissed() throws MalformedException {
        SampleFormat format = new SampleFormat(33, 21, 1, 12, false);
        Samples samples = Pictures.draw(Pictures.Kind.NOISE, format, new Random(SEED));
        byte[] frame = Jpeg.lossless().encode(samples);
        for (int length : new int[] {frame.length + 1, frame.length + 300, frame.length - 2}) {
            Samples decoded = Samples.allocate(format);
            Jpeg.lossless().decode(Arrays.copyOf(frame, length), decoded);
            assertThat(Pictures.mismatch(samples, decoded)).isEqualTo(-1);
        }
    }

    @Test
    void framesOfAnotherSizeAndOtherProcessesAreRefused() {
        SampleFormat format = new SampleFormat(33, 21, 1, 8, false);
        byte[] frame = Jpeg.lossless().encode(Pictures.draw(Pictures.Kind.WAVES, format, new Random(SEED)));
        Samples other = Samples.allocate(new SampleFormat(33, 22, 1, 8, false));
        assertThatThrownBy(() -> Jpeg.lossless().decode(frame, other))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("33 x 21");
        byte[] arithmetic = frame.clone();
        arithmetic[3] = (byte) 0xC9;
        assertThatThrownBy(() -> Jpeg.lossless().decode(arithmetic, Samples.allocate(format)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("arithmetic");
        byte[] hierarchical = frame.clone();
        hierarchical[3] = (byte) 0xC7;
        assertThatThrownBy(() -> Jpeg.lossless().decode(hierarchical, Samples.allocate(format)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("hierarchical");
    }

    @Test
    void aFrameThatEndsEarlyIsRefused() {
        SampleFormat format = new SampleFormat(64, 64, 1, 12, false);
        byte[] frame = Jpeg.lossless().encode(Pictures.draw(Pictures.Kind.NOISE, format, new Random(SEED)));
        for (int length = 0; length < frame.length - 4; length += 7) {
            byte[] cut = Arrays.copyOf(frame, length);
            assertThatThrownBy(() -> Jpeg.lossless().decode(cut, Samples.allocate(format)))
                    .as("%d of %d bytes", length, frame.length)
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void brokenFramesEndBySamplesOrByRefusal() {
        Mutations mutations = new Mutations();
        Random random = new Random(SEED);
        for (int round = 0; round < 6; round++) {
            int components = round % 2 == 0 ? 1 : 3;
            SampleFormat eight = new SampleFormat(40, 30, components, 8, false);
            Samples samples = Pictures.draw(Pictures.Kind.WAVES, eight, random);
            mutations.run(Jpeg.lossless(), Jpeg.baseline(80, Colors.YBR).encode(samples), eight, 800, SEED + round);
            mutations.run(Jpeg.lossless(), Jpeg.lossless().encode(samples), eight, 800, SEED + round);
            SampleFormat sixteen = new SampleFormat(30, 20, components, 16, false);
            Samples deep = Pictures.draw(Pictures.Kind.WAVES, sixteen, random);
            mutations.run(Jpeg.lossless(), Jpeg.lossless().encode(deep), sixteen, 800, SEED + round);
        }
        assertThat(mutations.refused()).isGreaterThan(3000);
        assertThat(mutations.decoded()).isGreaterThan(300);
    }
}
