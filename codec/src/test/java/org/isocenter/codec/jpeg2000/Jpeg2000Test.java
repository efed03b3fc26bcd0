package org.isocenter.codec.jpeg2000;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.isocenter.codec.FrameHeader.Colors;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.Mutations;
import org.isocenter.codec.Peer;
import org.isocenter.codec.Pictures;
import org.isocenter.codec.Pixmap;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.isocenter.codec.TinyPart10;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What OpenJPEG writes is decoded as OpenJPEG decodes it, in everything that part 1 has.
class Jpeg2000Test {
    private static final long SEED = 20_261_126;
    private static final Jpeg2000Codec CODEC = new Jpeg2000Codec(Encoder.lossless(Colors.UNTOLD));
    private static final int[][] SIZES = {{61, 53}, {1, 1}, {128, 70}, {5, 200}};

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-n 6",
                "-n 1",
                "-n 3 -b 32,32",
                "-p RLCP -r 20,10,1",
                "-p RPCL -c [64,64],[32,32]",
                "-p PCRL -c [32,32]",
                "-p CPRL -t 40,33",
                "-t 37,41 -n 3",
                "-M 1",
                "-M 2",
                "-M 4",
                "-M 8",
                "-M 32",
                "-M 63",
                "-SOP -EPH",
                "-T 7,9 -d 13,15 -t 40,40",
                "-b 4,1024",
                "-b 1024,4",
                "-TP R",
                "-TP L -r 5,1",
                "-ROI c=0,U=3",
                "-p LRCP -r 40,20,5,1 -SOP -EPH -M 5"
            })
    void reversibleStreamsAreDecodedBitForBit(String options) throws Exception {
        Random random = new Random(SEED);
        int compared = 0;
        for (int bits : new int[] {8, 12, 16}) {
            for (int components : new int[] {1, 3}) {
                for (int[] size : SIZES) {
                    SampleFormat format = new SampleFormat(size[0], size[1], components, bits, false);
                    Samples samples = Pictures.draw(kind(random), format, random);
                    byte[] frame = encoded(samples, options);
                    if (frame.length > 0) {
                        assertThat(difference(frame, format))
                                .as(format.toString())
                                .isZero();
                        compared++;
                    }
                }
            }
        }
        assertThat(compared).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-I", "-I -r 10", "-I -t 50,50 -n 4", "-I -M 1"})
    void irreversibleStreamsAreDecodedWithinOneGreyLevel(String options) throws Exception {
        Random random = new Random(SEED);
        for (int bits : new int[] {8, 12}) {
            for (int components : new int[] {1, 3}) {
                for (int[] size : SIZES) {
                    SampleFormat format = new SampleFormat(size[0], size[1], components, bits, false);
                    byte[] frame = encoded(Pictures.draw(kind(random), format, random), options);
                    if (frame.length > 0) {
                        assertThat(difference(frame, format))
                                .as(format.toString())
                                .isLessThanOrEqualTo(1);
                    }
                }
            }
        }
    }

    private static Pictures.Kind kind(Random random) {
        return Pictures.Kind.values()[random.nextInt(Pictures.Kind.values().length)];
    }

    /// A codestream by OpenJPEG; none where it does not take such an image.
    private byte[] encoded(Samples samples, String options) throws IOException, InterruptedException {
        Path image = folder.resolve(Pixmap.name("image", samples.format()));
        Path stream = folder.resolve("image.j2k");
        Pixmap.write(image, samples);
        Files.deleteIfExists(stream);
        List<String> command =
                new ArrayList<>(List.of("opj_compress", "-i", image.toString(), "-o", stream.toString()));
        command.addAll(List.of(options.split(" ")));
        org.junit.jupiter.api.Assumptions.assumeTrue(Peer.isInstalled("opj_compress"), "opj_compress is not installed");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor() == 0 && Files.exists(stream) ? Files.readAllBytes(stream) : new byte[0];
    }

    /// The largest difference from what OpenJPEG decodes.
    private int difference(byte[] frame, SampleFormat format) throws Exception {
        Path stream = folder.resolve("again.j2k");
        Path back = folder.resolve(Pixmap.name("back", format));
        Files.write(stream, frame);
        Peer.run("opj_decompress", "-i", stream, "-o", back);
        Samples decoded = Samples.allocate(CODEC.probe(frame).format());
        CODEC.decode(frame, decoded);
        return Pictures.difference(decoded, Pixmap.read(back, decoded.format()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-n 4",
                "-n 4 -d 5,3",
                "-n 4 -t 37,41 -T 3,4 -d 5,6",
                "-n 4 -I -d 7,3",
                "-n 4 -p RPCL -c [32,32],[16,16] -b 8,8"
            })
    void regionsAreThePartsOfTheFrameAndReducedFramesThoseOfOpenJpeg(String options) throws Exception {
        Random random = new Random(SEED);
        for (int components : new int[] {1, 3}) {
            SampleFormat format = new SampleFormat(150, 117, components, 8, false);
            byte[] frame = encoded(Pictures.draw(Pictures.Kind.WAVES, format, random), options);
            Samples whole = Samples.allocate(format);
            CODEC.decode(frame, whole);
            for (int round = 0; round < 30; round++) {
                int x = random.nextInt(150);
                int y = random.nextInt(117);
                Region region = new Region(x, y, 1 + random.nextInt(150 - x), 1 + random.nextInt(117 - y));
                Samples part =
                        Samples.allocate(new SampleFormat(region.width(), region.height(), components, 8, false));
                Jpeg2000.decodeRegion(frame, region, part);
                assertThat(Pictures.mismatch(part, part(whole, region)))
                        .as(region.toString())
                        .isEqualTo(-1);
            }
            for (int levels = 1; levels <= 3; levels++) {
                Path stream = folder.resolve("again.j2k");
                Path back = folder.resolve(Pixmap.name("back", format));
                Files.write(stream, frame);
                Peer.run("opj_decompress", "-r", levels, "-i", stream, "-o", back);
                Samples reduced = Samples.allocate(Jpeg2000.reducedFormat(frame, levels));
                Jpeg2000.decodeReduced(frame, levels, reduced);
                assertThat(Pictures.difference(reduced, Pixmap.read(back, reduced.format())))
                        .as("%d levels of %s", levels, options)
                        .isLessThanOrEqualTo(options.contains("-I") ? 1 : 0);
            }
        }
    }

    private static Samples part(Samples whole, Region region) {
        SampleFormat format = whole.format();
        int components = format.components();
        Samples part = Samples.allocate(
                new SampleFormat(region.width(), region.height(), components, format.bits(), format.signed()));
        int row = region.width() * components;
        for (int i = 0; i < part.format().sampleCount(); i++) {
            int from = ((region.y() + i / row) * format.width() + region.x()) * components + i % row;
            Pictures.set(part, i, Pictures.get(whole, from));
        }
        return part;
    }

    /// The same frames, compressed and not.
    @ParameterizedTest
    @CsvSource({
        "MR_small_jp2klossless, MR_small",
        "emri_small_jpeg_2k_lossless, emri_small",
        "693_J2KR, 693_UNCR",
        "MR2_J2KR, MR2_UNCR",
        "US1_J2KR, US1_UNCR"
    })
    void realFramesAreTheSameAsTheirNativeForms(String compressed, String plain) throws Exception {
        TinyPart10 file = TinyPart10.corpus("pydicom/" + compressed + ".dcm");
        TinyPart10 expected = TinyPart10.corpus("pydicom/" + plain + ".dcm");
        for (int i = 0; i < file.frames().size(); i++) {
            Samples decoded = Samples.allocate(file.format());
            CODEC.decode(file.frames().get(i), decoded);
            assertThat(Pictures.mismatch(decoded, expected.samples(i)))
                    .as("frame %d", i)
                    .isEqualTo(-1);
        }
    }

    @Test
    void brokenFramesEndBySamplesOrByRefusal() throws Exception {
        Mutations mutations = new Mutations();
        Random random = new Random(SEED);
        for (String options :
                List.of("-n 3", "-I -n 3", "-M 63 -n 2", "-t 20,20 -n 2", "-p RPCL -c [16,16] -SOP -EPH")) {
            SampleFormat format = new SampleFormat(40, 30, 3, 8, false);
            byte[] frame = encoded(Pictures.draw(Pictures.Kind.WAVES, format, random), options);
            mutations.run(CODEC, frame, format, 1500, SEED);
        }
        assertThat(mutations.refused()).isGreaterThan(2000);
        assertThat(mutations.decoded()).isGreaterThan(500);
    }

    @Test
    void aFrameThatEndsEarlyIsRefusedAndAMissingEndIsNotMissed() throws Exception {
        SampleFormat format = new SampleFormat(64, 64, 1, 12, false);
        Samples samples = Pictures.draw(Pictures.Kind.NOISE, format, new Random(SEED));
        byte[] frame = encoded(samples, "-n 3");
        Samples decoded = Samples.allocate(format);
        CODEC.decode(Arrays.copyOf(frame, frame.length - 2), decoded);
        assertThat(Pictures.mismatch(samples, decoded)).isEqualTo(-1);
        CODEC.decode(Arrays.copyOf(frame, frame.length + 7), decoded);
        assertThat(Pictures.mismatch(samples, decoded)).isEqualTo(-1);
        for (int length = 0; length < frame.length - 8; length += 13) {
            byte[] cut = Arrays.copyOf(frame, length);
            assertThatThrownBy(() -> CODEC.decode(cut, Samples.allocate(format)))
                    .as("%d of %d bytes", length, frame.length)
                    .isInstanceOf(MalformedException.class);
        }
    }
}
