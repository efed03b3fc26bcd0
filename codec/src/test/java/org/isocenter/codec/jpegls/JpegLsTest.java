package org.isocenter.codec.jpegls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.isocenter.codec.Codec;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.Pictures;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JpegLsTest {
    private static final long SEED = Long.getLong("seed", 20_250_117);

    private static final int[][] SIZES = {{1, 1}, {1, 17}, {23, 1}, {2, 2}, {31, 37}, {64, 19}, {97, 101}};

    /// T.87 H.3: an image of 4 x 4 samples, and the bytes it is coded as.
    @Test
    void theExampleOfTheStandardIsWhatItSays() throws Exception {
        byte[] image = HexFormat.of().parseHex("00005a4a44322bcd4091919164919191");
        byte[] frame = HexFormat.of()
                .parseHex("ffd8fff7000b080004000401011100ffda00080101000000"
                        + "00c000006c80208e01c00000574000006ee6000001bc18000005d800009160ffd9");
        SampleFormat format = new SampleFormat(4, 4, 1, 8, false);
        Samples.Bytes decoded = new Samples.Bytes(format, new byte[16]);

        JpegLs.lossless().decode(frame, decoded);

        assertThat(decoded.array()).isEqualTo(image);
        assertThat(JpegLs.lossless().encode(new Samples.Bytes(format, image))).isEqualTo(frame);
    }

    /// T.87 table C.3 for 8 bits, and C.2.4.1.1.1 worked out by hand.
    @Test
    void defaultParametersAreThoseOfTheStandard() {
        assertThat(Parameters.defaults(255, 0)).isEqualTo(new Parameters(255, 0, 3, 7, 21, 64));
        assertThat(Parameters.defaults(4095, 0)).isEqualTo(new Parameters(4095, 0, 18, 67, 276, 64));
        assertThat(Parameters.defaults(65535, 0)).isEqualTo(new Parameters(65535, 0, 18, 67, 276, 64));
        assertThat(Parameters.defaults(255, 3)).isEqualTo(new Parameters(255, 3, 12, 22, 42, 64));
        assertThat(Parameters.defaults(3, 0)).isEqualTo(new Parameters(3, 0, 2, 3, 3, 64));
        assertThat(Parameters.defaults(255, 3).range()).isEqualTo(38);
        assertThat(Parameters.defaults(255, 3).errorBits()).isEqualTo(6);
        assertThat(Parameters.defaults(255, 0).limit()).isEqualTo(32);
        assertThat(Parameters.defaults(65535, 0).limit()).isEqualTo(64);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void whatIsEncodedWithoutLossIsDecodedAgain(int bits) throws Exception {
        Random random = new Random(SEED + bits);
        for (int[] size : SIZES) {
            for (Pictures.Kind kind : Pictures.Kind.values()) {
                int components = 1 + random.nextInt(4);
                SampleFormat format = new SampleFormat(size[0], size[1], components, bits, random.nextBoolean());
                Samples samples = Pictures.draw(kind, format, random);
                Samples decoded = Samples.allocate(format);

                byte[] frame = JpegLs.lossless().encode(samples);
                JpegLs.lossless().decode(frame, decoded);

                String what = kind + " " + format + " seed " + SEED;
                assertThat(Pictures.mismatch(samples, decoded)).as(what).isEqualTo(-1);
                assertThat(frame).as(what).isEqualTo(plain(samples, 0));
                assertThat(JpegLs.lossless().probe(frame)).isEqualTo(header(format, true));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void whatIsEncodedNearlyWithoutLossIsOffByThatMuchAtMost(int bits) throws Exception {
        Random random = new Random(SEED + bits);
        int mostNear = Math.min(255, ((1 << bits) - 1) / 2);
        for (int[] size : SIZES) {
            for (Pictures.Kind kind : Pictures.Kind.values()) {
                int near = random.nextInt(3) == 0 ? mostNear : 1 + random.nextInt(Math.min(mostNear, 9));
                SampleFormat format =
                        new SampleFormat(size[0], size[1], 1 + random.nextInt(4), bits, random.nextBoolean());
                Samples samples = Pictures.draw(kind, format, random);
                Samples decoded = Samples.allocate(format);
                Codec codec = JpegLs.nearLossless(near);

                byte[] frame = codec.encode(samples);
                codec.decode(frame, decoded);

                String what = kind + " " + format + " near " + near + " seed " + SEED;
                for (int i = 0; i < format.sampleCount(); i++) {
                    int off = Pictures.getBits(samples, i) - Pictures.getBits(decoded, i);
                    assertThat(Math.abs(off)).as(what).isLessThanOrEqualTo(near);
                }
                assertThat(frame).as(what).isEqualTo(plain(samples, near));
                assertThat(codec.probe(frame)).isEqualTo(header(format, false));
            }
        }
    }

    private static FrameHeader header(SampleFormat format, boolean lossless) {
        SampleFormat unsigned =
                new SampleFormat(format.width(), format.height(), format.components(), format.bits(), false);
        return new FrameHeader(unsigned, lossless, FrameHeader.Colors.UNTOLD);
    }

    /// What the plain encoder makes of it, with the numbers of components that the codec writes.
    private static byte[] plain(Samples samples, int near) {
        PlainEncoder encoder = new PlainEncoder(samples, near);
        encoder.interleaving = samples.format().components() == 1 ? 0 : 1;
        encoder.presets = samples.format().bits() > 12;
        encoder.firstId = 1;
        return encoder.encode();
    }

    /// A few lines are enough for every byte to be FF at some time, and the last one too.
    @Test
    void stuffedBitsComeAndGoWhereverAByteIsFull() throws Exception {
        Random random = new Random(SEED);
        SampleFormat format = new SampleFormat(5, 2, 1, 16, false);
        Samples decoded = Samples.allocate(format);
        int endsInFf = 0;
        for (int i = 0; i < 5000; i++) {
            Samples samples = Pictures.draw(Pictures.Kind.NOISE, format, random);
            byte[] frame = JpegLs.lossless().encode(samples);
            JpegLs.lossless().decode(frame, decoded);
            assertThat(Pictures.mismatch(samples, decoded)).as("seed " + SEED).isEqualTo(-1);
            endsInFf += frame[frame.length - 4] == -1 ? 1 : 0;
        }
        assertThat(endsInFf).isPositive();
    }

    @Test
    void whatTheFormatDoesNotHaveIsRefusedByTheEncoder() {
        Codec lossless = JpegLs.lossless();
        assertThat(lossless.encodes(new SampleFormat(1, 1, 1, 1, false))).isFalse();
        assertThat(lossless.encodes(new SampleFormat(1, 1, 4, 16, true))).isTrue();
        assertThat(lossless.encodes(new SampleFormat(1, 1, 1, 17, false))).isFalse();
        assertThat(JpegLs.nearLossless(2).encodes(new SampleFormat(1, 1, 1, 2, false)))
                .isFalse();
        assertThat(JpegLs.nearLossless(255).encodes(new SampleFormat(1, 1, 1, 9, false)))
                .isTrue();
        assertThatThrownBy(() -> lossless.encode(Samples.allocate(new SampleFormat(1, 1, 1, 17, false))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JpegLs.nearLossless(256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JpegLs.nearLossless(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(JpegLs.nearLossless(0)).isSameAs(lossless);
    }
}
