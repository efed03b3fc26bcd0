package org.isocenter.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeflatedTest {
    private static final long SEED = Long.getLong("seed", 20_250_121);

    private static final int[][] SIZES = {{1, 1}, {1, 19}, {3, 1}, {97, 101}, {521, 523}};

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 12, 16, 17, 31, 32})
    void whatIsEncodedIsDecodedAgain(int bits) throws Exception {
        Random random = new Random(SEED + bits);
        for (int[] size : SIZES) {
            for (Pictures.Kind kind : Pictures.Kind.values()) {
                SampleFormat format =
                        new SampleFormat(size[0], size[1], 1 + random.nextInt(4), bits, random.nextBoolean());
                Samples samples = Pictures.draw(kind, format, random);
                Samples decoded = Samples.allocate(format);

                byte[] frame = Deflated.codec().encode(samples);
                Deflated.codec().decode(frame, decoded);

                assertThat(Pictures.mismatch(samples, decoded))
                        .as(kind + " " + format + " seed " + SEED)
                        .isEqualTo(-1);
                assertThat(Deflated.codec().probe(frame)).isNull();
            }
        }
    }

    @Test
    void theFrameIsItsNativeBytesDeflatedWithoutAHeader() throws Exception {
        Samples samples = Pictures.draw(Pictures.Kind.WAVES, new SampleFormat(40, 30, 3, 12, true), new Random(SEED));
        byte[] frame = Deflated.codec().encode(samples);
        assertThat(inflate(frame)).isEqualTo(Pictures.toNative(samples));

        byte[] bits = {1, 0, 1, 1, 0, 0, 0, 0, 1};
        Samples mask = new Samples.Bytes(new SampleFormat(3, 3, 1, 1, false), bits);
        assertThat(inflate(Deflated.codec().encode(mask))).containsExactly(0x0D, 0x01);
    }

    private static byte[] inflate(byte[] frame) throws Exception {
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(frame), new Inflater(true))) {
            return in.readAllBytes();
        }
    }

    private static byte[] deflate(byte[] bytes) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try (DeflaterOutputStream deflating = new DeflaterOutputStream(out, deflater)) {
            deflating.write(bytes);
        } finally {
            deflater.end();
        }
        return out.toByteArray();
    }

    @Test
    void paddingIsPassedOverInsideAndOutside() throws Exception {
        byte[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        Samples.Bytes decoded = new Samples.Bytes(new SampleFormat(3, 3, 1, 8, false), new byte[9]);
        byte[] even = deflate(Arrays.copyOf(image, 10));
        byte[] padded = Arrays.copyOf(even, even.length + 1);

        Deflated.codec().decode(padded, decoded);

        assertThat(decoded.array()).isEqualTo(image);
    }

    @Test
    void framesOfAnotherLengthAreRefused() throws Exception {
        for (int bits : new int[] {1, 8, 16, 32}) {
            SampleFormat format = new SampleFormat(64, 5, 1, bits, false);
            Samples samples = Samples.allocate(format);
            int length = 64 * 5 * bits / 8;
            Deflated.codec().decode(deflate(new byte[length]), samples);
            for (int wrong : new int[] {0, 1, length / 2, length - 1, length + 1, 2 * length, 50_000_000}) {
                byte[] frame = deflate(new byte[wrong]);
                assertThatThrownBy(() -> Deflated.codec().decode(frame, samples))
                        .as(bits + " bits, " + wrong + " bytes")
                        .isInstanceOf(MalformedException.class);
            }
        }
    }

    @Test
    void aFrameThatEndsEarlyIsRefusedWhereverItEnds() {
        SampleFormat format = new SampleFormat(50, 40, 1, 16, false);
        byte[] frame = Deflated.codec().encode(Pictures.draw(Pictures.Kind.WAVES, format, new Random(SEED)));
        Samples samples = Samples.allocate(format);
        Mutations mutations = new Mutations();
        for (int length = 0; length < frame.length; length++) {
            assertThat(mutations.decode(Deflated.codec(), Arrays.copyOf(frame, length), samples))
                    .as(length + " bytes")
                    .isTrue();
        }
    }

    @Test
    void brokenFramesAreDecodedOrRefused() {
        Random random = new Random(SEED);
        Mutations mutations = new Mutations();
        for (int bits : new int[] {1, 8, 16, 32}) {
            SampleFormat format = new SampleFormat(37, 29, 3, bits, false);
            for (Pictures.Kind kind : Pictures.Kind.values()) {
                byte[] frame = Deflated.codec().encode(Pictures.draw(kind, format, random));
                mutations.run(Deflated.codec(), frame, format, 500, SEED + kind.ordinal());
            }
        }
        assertThat(mutations.decoded()).isPositive();
        assertThat(mutations.refused()).isGreaterThan(1000);
    }

    /// The same frames, compressed and not.
    @ParameterizedTest
    @CsvSource({"liver_deflate, liver", "liver_nonbyte_aligned_deflate, liver_nonbyte_aligned"})
    void realFramesAreTheSameAsTheirNativeForms(String compressed, String plain) throws Exception {
        TinyPart10 file = TinyPart10.corpus("pydicom/" + compressed + ".dcm");
        TinyPart10 expected = TinyPart10.corpus("pydicom/" + plain + ".dcm");
        assertThat(file.frames()).hasSize(3);
        for (int i = 0; i < 3; i++) {
            Samples decoded = Samples.allocate(file.format());
            Deflated.codec().decode(file.frames().get(i), decoded);
            assertThat(Pictures.mismatch(decoded, expected.samples(i)))
                    .as("frame %d", i)
                    .isEqualTo(-1);
        }
    }
}
