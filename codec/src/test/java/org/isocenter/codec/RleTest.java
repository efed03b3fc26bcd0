package org.isocenter.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class RleTest {
    private static final long SEED = Long.getLong("seed", 20_250_120);

    private static final int[][] SIZES = {{1, 1}, {1, 19}, {3, 1}, {8, 3}, {131, 5}, {300, 7}, {97, 101}, {1024, 9}};

    /// Of an even number of bytes, without which GDCM does not encode.
    static final SampleFormat[] PEER_FORMATS = {
        new SampleFormat(62, 53, 1, 8, false),
        new SampleFormat(300, 41, 1, 12, true),
        new SampleFormat(67, 41, 1, 16, false),
        new SampleFormat(46, 31, 3, 8, false)
    };

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32})
    void whatIsEncodedIsDecodedAgain(int bits) throws Exception {
        Random random = new Random(SEED + bits);
        for (int[] size : SIZES) {
            for (Pictures.Kind kind : Pictures.Kind.values()) {
                int components = bits == 1 ? 1 : 1 + random.nextInt(bits > 16 ? 3 : 4);
                SampleFormat format = new SampleFormat(size[0], size[1], components, bits, random.nextBoolean());
                Samples samples = Pictures.draw(kind, format, random);
                Samples decoded = Samples.allocate(format);

                byte[] frame = Rle.codec().encode(samples);
                Rle.codec().decode(frame, decoded);

                assertThat(Pictures.mismatch(samples, decoded))
                        .as(kind + " " + format + " seed " + SEED)
                        .isEqualTo(-1);
                assertThat(frame.length % 2).isZero();
                assertThat(Rle.codec().probe(frame)).isNull();
            }
        }
    }

    /// Two rows: the runs of G.3.1 end where a row does, and two equal bytes count as a run unless literals
    /// stand before them.
    @Test
    void rowsAreCompressedApartAndSegmentsFilledUp() {
        byte[] image = HexFormat.of().parseHex("0505050501020304" + "0404070708080809");
        Samples samples = new Samples.Bytes(new SampleFormat(8, 2, 1, 8, false), image);

        byte[] frame = Rle.codec().encode(samples);

        String header = "01000000" + "40000000" + "00000000".repeat(14);
        String first = "fd05" + "0301020304";
        String second = "ff04" + "ff07" + "fe08" + "0009";
        assertThat(HexFormat.of().formatHex(frame)).isEqualTo(header + first + second + "00");
    }

    /// G.2: the most significant byte of the first component is the first segment.
    @Test
    void segmentsGoFromTheMostSignificantByteAndFromComponentToComponent() throws Exception {
        Samples samples =
                new Samples.Shorts(new SampleFormat(1, 1, 2, 16, false), new short[] {(short) 0x1234, (short) 0xABCD});

        byte[] frame = Rle.codec().encode(samples);

        String offsets = "04000000" + "40000000" + "42000000" + "44000000" + "46000000" + "00000000".repeat(11);
        assertThat(HexFormat.of().formatHex(frame)).isEqualTo(offsets + "0012" + "0034" + "00ab" + "00cd");
    }

    @Test
    void segmentsMayBeLongerThanTheirSamplesButNotShorter() throws Exception {
        String header = "01000000" + "40000000" + "00000000".repeat(14);
        SampleFormat format = new SampleFormat(5, 1, 1, 8, false);
        String[] complete = {
            "040102030405", "0401020304050000", "05010203040506", "800401020304058080", "00018003020304050000"
        };
        for (String segment : complete) {
            byte[] frame = HexFormat.of().parseHex(header + segment);
            Samples.Bytes decoded = new Samples.Bytes(format, new byte[5]);
            Rle.codec().decode(frame, decoded);
            assertThat(decoded.array()).as(segment).containsExactly(1, 2, 3, 4, 5);
        }
        Samples.Bytes decoded = new Samples.Bytes(format, new byte[5]);
        Rle.codec().decode(HexFormat.of().parseHex(header + "ed09"), decoded);
        assertThat(decoded.array()).as("a run past the end").containsExactly(9, 9, 9, 9, 9);
        for (String segment : new String[] {"", "03", "0301020304", "0401020304", "fd01", "fc", "8080", "fd0180"}) {
            byte[] frame = HexFormat.of().parseHex(header + segment);
            assertThatThrownBy(() -> Rle.codec().decode(frame, decoded))
                    .as(segment)
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void segmentsOutsideTheFrameAndOfAnotherNumberAreRefused() {
        Samples samples = Samples.allocate(new SampleFormat(20, 20, 3, 8, false));
        byte[] frame = Rle.codec().encode(samples);
        for (int segment = 1; segment <= 3; segment++) {
            for (int offset : new int[] {0, 63, frame.length + 1, Integer.MAX_VALUE, -1}) {
                byte[] broken = frame.clone();
                for (int place = 0; place < 4; place++) {
                    broken[4 * segment + place] = (byte) (offset >> 8 * place);
                }
                assertThatThrownBy(() -> Rle.codec().decode(broken, samples)).isInstanceOf(MalformedException.class);
            }
        }
        for (int count : new int[] {0, 1, 2, 4, 15, 16, 255}) {
            byte[] broken = frame.clone();
            broken[0] = (byte) count;
            assertThatThrownBy(() -> Rle.codec().decode(broken, samples))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining(count + " segments instead of 3");
        }
        Samples large = Samples.allocate(new SampleFormat(20, 20, 4, 32, false));
        assertThatThrownBy(() -> Rle.codec().decode(frame, large)).isInstanceOf(MalformedException.class);
        assertThat(Rle.codec().encodes(large.format())).isFalse();
        assertThatThrownBy(() -> Rle.codec().encode(large)).isInstanceOf(IllegalArgumentException.class);
    }

    /// Packed as implementations do, and a byte each as the standard can be read.
    @Test
    void samplesOfOneBitArePackedOrNot() throws Exception {
        SampleFormat format = new SampleFormat(13, 11, 1, 1, false);
        Samples samples = Pictures.draw(Pictures.Kind.AREAS, format, new Random(SEED));
        byte[] packed = Rle.codec().encode(samples);
        Samples bytes = new Samples.Bytes(new SampleFormat(13, 11, 1, 8, false), ((Samples.Bytes) samples).array());
        for (byte[] frame : new byte[][] {packed, Rle.codec().encode(bytes)}) {
            Samples decoded = Samples.allocate(format);
            Rle.codec().decode(frame, decoded);
            assertThat(Pictures.mismatch(samples, decoded)).isEqualTo(-1);
        }
        Samples.Bytes first = new Samples.Bytes(new SampleFormat(9, 1, 1, 1, false), new byte[9]);
        Rle.codec().decode(HexFormat.of().parseHex("01000000" + "40000000" + "00000000".repeat(14) + "010d01"), first);
        assertThat(first.array()).containsExactly(1, 0, 1, 1, 0, 0, 0, 0, 1);
    }

    /// Bits above those stored may be anything in old files, such as overlays.
    @Test
    void bitsAboveThoseOfTheFormatAreClearedOrCopiesOfTheSign() throws Exception {
        short[] stored = {(short) 0xF800, 0x0FFF, 0x7001, (short) 0x8800};
        byte[] frame = Rle.codec().encode(new Samples.Shorts(new SampleFormat(4, 1, 1, 16, false), stored));
        Samples.Shorts unsigned = new Samples.Shorts(new SampleFormat(4, 1, 1, 12, false), new short[4]);
        Samples.Shorts signed = new Samples.Shorts(new SampleFormat(4, 1, 1, 12, true), new short[4]);

        Rle.codec().decode(frame, unsigned);
        Rle.codec().decode(frame, signed);

        assertThat(unsigned.array()).containsExactly(0x800, 0xFFF, 1, 0x800);
        assertThat(signed.array()).containsExactly(-0x800, -1, 1, -0x800);
    }

    @Test
    void brokenFramesAreDecodedOrRefused() {
        Random random = new Random(SEED);
        Mutations mutations = new Mutations();
        for (int bits : new int[] {1, 8, 16, 32}) {
            SampleFormat format = new SampleFormat(37, 29, bits == 1 ? 1 : 3, bits, false);
            for (Pictures.Kind kind : Pictures.Kind.values()) {
                byte[] frame = Rle.codec().encode(Pictures.draw(kind, format, random));
                mutations.run(Rle.codec(), frame, format, 500, SEED + kind.ordinal());
            }
        }
        assertThat(mutations.decoded()).isPositive();
        assertThat(mutations.refused()).isGreaterThan(1000);
    }

    /// The same frames, compressed and not.
    @ParameterizedTest
    @CsvSource({
        "MR_small_RLE, MR_small",
        "emri_small_RLE, emri_small",
        "OBXXXX1A_rle, OBXXXX1A",
        "OBXXXX1A_rle_2frame, OBXXXX1A_2frame",
        "SC_rgb_rle, SC_rgb",
        "SC_rgb_rle_2frame, SC_rgb_2frame",
        "SC_rgb_rle_16bit, SC_rgb_16bit",
        "SC_rgb_rle_16bit_2frame, SC_rgb_16bit_2frame",
        "SC_rgb_rle_32bit, SC_rgb_32bit",
        "SC_rgb_rle_32bit_2frame, SC_rgb_32bit_2frame",
        "rtdose_rle, rtdose",
        "rtdose_rle_1frame, rtdose_1frame",
        "liver_rle, liver",
        "liver_nonbyte_aligned_rle, liver_nonbyte_aligned"
    })
    void realFramesAreTheSameAsTheirNativeForms(String compressed, String plain) throws Exception {
        TinyPart10 file = TinyPart10.corpus("pydicom/" + compressed + ".dcm");
        TinyPart10 expected = TinyPart10.corpus("pydicom/" + plain + ".dcm");
        for (int i = 0; i < file.frames().size(); i++) {
            Samples decoded = Samples.allocate(file.format());
            Rle.codec().decode(file.frames().get(i), decoded);
            assertThat(Pictures.mismatch(decoded, expected.samples(i)))
                    .as("frame %d", i)
                    .isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @FieldSource("PEER_FORMATS")
    void dcmtkAndGdcmReadWhatIsEncoded(SampleFormat format) throws Exception {
        Random random = new Random(SEED);
        for (Pictures.Kind kind : Pictures.Kind.values()) {
            Samples samples = Pictures.draw(kind, format, random);
            Path compressed = folder.resolve("compressed.dcm");
            Path plain = folder.resolve("plain.dcm");
            new TinyPart10(TinyPart10.RLE, format, Rle.codec().encode(samples)).write(compressed);
            Peer.run("dcmdrle", compressed, plain);
            assertThat(Pictures.mismatch(TinyPart10.read(plain).samples(0), samples))
                    .isEqualTo(-1);
            Peer.run("gdcmconv", "-w", compressed, plain);
            assertThat(Pictures.mismatch(TinyPart10.read(plain).samples(0), samples))
                    .isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @FieldSource("PEER_FORMATS")
    void whatDcmtkAndGdcmWriteIsDecoded(SampleFormat format) throws Exception {
        Random random = new Random(SEED);
        for (Pictures.Kind kind : Pictures.Kind.values()) {
            Samples samples = Pictures.draw(kind, format, random);
            Path plain = folder.resolve("plain.dcm");
            Path compressed = folder.resolve("compressed.dcm");
            new TinyPart10(TinyPart10.NATIVE, format, Pictures.toNative(samples)).write(plain);
            for (String[] tool : new String[][] {{"dcmcrle", "-q"}, {"gdcmconv", "-R"}}) {
                Peer.run(tool[0], tool[1], plain, compressed);
                TinyPart10 file = TinyPart10.read(compressed);
                assertThat(file.transferSyntax()).isEqualTo(TinyPart10.RLE);
                Samples decoded = Samples.allocate(format);
                Rle.codec().decode(file.frames().getFirst(), decoded);
                assertThat(Pictures.mismatch(samples, decoded))
                        .as(kind + " by " + Arrays.toString(tool))
                        .isEqualTo(-1);
            }
        }
    }
}
