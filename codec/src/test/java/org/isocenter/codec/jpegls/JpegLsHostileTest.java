package org.isocenter.codec.jpegls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.Mutations;
import org.isocenter.codec.Pictures;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.junit.jupiter.api.Test;

class JpegLsHostileTest {
    private static final long SEED = Long.getLong("seed", 20_250_122);

    private final Random random = new Random(SEED);
    private final SampleFormat gray = new SampleFormat(31, 23, 1, 8, false);
    private final Samples into = Samples.allocate(gray);
    private final byte[] frame = JpegLs.lossless().encode(Pictures.draw(Pictures.Kind.WAVES, gray, random));

    @Test
    void brokenFramesAreDecodedOrRefused() {
        Mutations mutations = new Mutations();
        for (int bits : new int[] {2, 8, 12, 16}) {
            for (int interleaving = 0; interleaving < 3; interleaving++) {
                SampleFormat format = new SampleFormat(37, 29, 3, bits, bits == 12);
                for (Pictures.Kind kind : Pictures.Kind.values()) {
                    PlainEncoder encoder = new PlainEncoder(Pictures.draw(kind, format, random), kind.ordinal() % 2);
                    encoder.interleaving = interleaving;
                    encoder.presets = true;
                    encoder.restartLines = kind == Pictures.Kind.WAVES ? 9 : 0;
                    mutations.run(JpegLs.lossless(), encoder.encode(), format, 150, SEED + kind.ordinal());
                }
            }
        }
        assertThat(mutations.decoded()).isPositive();
        assertThat(mutations.refused()).isGreaterThan(1000);
    }

    @Test
    void aFrameThatEndsEarlyIsRefusedWhereverItEnds() {
        Mutations mutations = new Mutations();
        for (Pictures.Kind kind : Pictures.Kind.values()) {
            byte[] whole = JpegLs.lossless().encode(Pictures.draw(kind, gray, random));
            for (int length = 0; length < whole.length; length++) {
                assertThat(mutations.decode(JpegLs.lossless(), Arrays.copyOf(whole, length), into))
                        .as("%d of %d bytes of %s", length, whole.length, kind)
                        .isTrue();
                if (length > 25) {
                    // The end of the image comes early instead.
                    byte[] cut = Arrays.copyOf(whole, length);
                    cut[length - 2] = (byte) 0xFF;
                    cut[length - 1] = (byte) 0xD9;
                    assertThat(mutations.decode(JpegLs.lossless(), cut, into))
                            .as("%d of %d bytes of %s", length, whole.length, kind)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void bytesBetweenTheLastSampleAndTheEndAreRefused() {
        byte[] longer = Arrays.copyOf(frame, frame.length + 6);
        longer[frame.length - 2] = 0;
        longer[frame.length - 1] = 0;
        longer[longer.length - 2] = (byte) 0xFF;
        longer[longer.length - 1] = (byte) 0xD9;
        assertRefused(longer, "goes on after its last sample");
    }

    /// Nothing is allocated for it: the caller's format decides.
    @Test
    void aFrameOfAnotherFormIsRefused() {
        byte[] large = frame.clone();
        Arrays.fill(large, 7, 11, (byte) 0xFF);
        assertRefused(large, "65535 x 65535 pixels of 1 components instead of 31 x 23 of 1");
        byte[] empty = frame.clone();
        Arrays.fill(empty, 7, 9, (byte) 0);
        assertRefused(empty, "31 x 0 pixels");
        byte[] deep = frame.clone();
        deep[6] = 9;
        assertRefused(deep, "samples of 9 bits for elements of 8");
        deep[6] = 17;
        assertRefused(deep, "samples of 17 bits");
        deep[6] = 1;
        assertRefused(deep, "samples of 1 bits");
    }

    @Test
    void whatIsNoPartOfTheStandardOrNotUnderstoodIsRefused() {
        PlainEncoder transformed = start();
        transformed.number(2, 0xFFE8);
        transformed.number(2, 7);
        transformed.number(4, 0x6D726678);
        transformed.number(1, 1);
        transformed.scan(0);
        assertRefused(transformed.end(), "colour transform 1");

        byte[] pointTransform = frame.clone();
        pointTransform[24] = 2;
        assertRefused(pointTransform, "a point transform");

        byte[] interleaving = frame.clone();
        interleaving[23] = 3;
        assertRefused(interleaving, "interleaving 3");

        byte[] process = frame.clone();
        process[3] = (byte) 0xC3;
        assertRefused(process, "marker FFc3 in JPEG-LS");

        byte[] unmapped = frame.clone();
        unmapped[21] = 1;
        assertRefused(unmapped, "mapping table 1 is not there");

        assertRefused(new byte[0], "no start of image");
        assertRefused(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xD9}, "before all components");
    }

    @Test
    void componentsOfDifferentSizeAreRefused() {
        SampleFormat color = new SampleFormat(8, 8, 3, 8, false);
        byte[] subsampled = JpegLs.lossless().encode(Samples.allocate(color));
        subsampled[13] = 0x22;
        assertThatThrownBy(() -> JpegLs.lossless().decode(subsampled, Samples.allocate(color)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("components of different size");
    }

    /// Else a small frame could ask for the work of many.
    @Test
    void eachComponentComesOnce() {
        SampleFormat color = new SampleFormat(8, 8, 3, 8, false);
        PlainEncoder encoder = new PlainEncoder(Samples.allocate(color), 0);
        encoder.start();
        encoder.scan(0);
        encoder.scan(1);
        encoder.scan(0);
        assertThatThrownBy(() -> JpegLs.lossless().decode(encoder.end(), Samples.allocate(color)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("component 0 is in two scans");
    }

    @Test
    void presetsThatContradictEachOtherAreRefused() {
        int[][] wrong = {
            {256, 3, 7, 21, 64}, {255, 8, 7, 21, 64}, {255, 3, 22, 21, 64}, {255, 3, 7, 256, 64}, {255, 3, 7, 21, 2}
        };
        for (int[] presets : wrong) {
            PlainEncoder encoder = start();
            encoder.number(2, 0xFFF8);
            encoder.number(2, 13);
            encoder.number(1, 1);
            for (int preset : presets) {
                encoder.number(2, preset);
            }
            encoder.scan(0);
            assertThatThrownBy(() -> JpegLs.lossless().decode(encoder.end(), into))
                    .as(Arrays.toString(presets))
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void restartsThatAreNotInTurnAreRefused() {
        PlainEncoder encoder = new PlainEncoder(Pictures.draw(Pictures.Kind.WAVES, gray, random), 0);
        encoder.restartLines = 3;
        byte[] whole = encoder.encode();
        for (int i = 0; i + 1 < whole.length; i++) {
            if (whole[i] == -1 && (whole[i + 1] & 0xF8) == 0xD0) {
                byte[] broken = whole.clone();
                broken[i + 1] ^= 4;
                assertRefused(broken, "no restart " + (whole[i + 1] & 7));
            }
        }
    }

    private PlainEncoder start() {
        PlainEncoder encoder = new PlainEncoder(Samples.allocate(gray), 0);
        encoder.start();
        return encoder;
    }

    private void assertRefused(byte[] broken, String reason) {
        assertThatThrownBy(() -> JpegLs.lossless().decode(broken, into))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(reason);
    }
}
