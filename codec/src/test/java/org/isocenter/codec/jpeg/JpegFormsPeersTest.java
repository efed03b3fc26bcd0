package org.isocenter.codec.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.isocenter.codec.Codec;
import org.isocenter.codec.FrameHeader.Colors;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.Mutations;
import org.isocenter.codec.Peer;
import org.isocenter.codec.Pictures;
import org.isocenter.codec.Pixmap;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.isocenter.codec.TinyPart10;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rare forms of frames are decoded as the common libraries decode them, sample by sample.
class JpegFormsPeersTest {
    private static final long SEED = Long.getLong("seed", 20_251_127);

    @TempDir
    private Path folder;

    /// The colours are left alone, so that nothing but the samples is compared.
    private byte[] encode(Samples samples, String... options) throws Exception {
        Path picture = folder.resolve(Pixmap.name("picture", samples.format()));
        Pixmap.write(picture, samples);
        Path compressed = folder.resolve("picture.jpg");
        List<Object> arguments = new ArrayList<>(List.of(options));
        if (samples.format().components() == 3) {
            arguments.add("-rgb");
        }
        arguments.addAll(List.of("-outfile", compressed, picture));
        Peer.run("cjpeg", arguments.toArray());
        return Files.readAllBytes(compressed);
    }

    private void assertDecodedAsByLibjpeg(byte[] frame, SampleFormat format, String what) throws Exception {
        Path compressed = folder.resolve("decoded.jpg");
        Files.write(compressed, frame);
        Path plain = folder.resolve(Pixmap.name("decoded", format));
        Peer.run("djpeg", "-outfile", plain, compressed);
        Samples decoded = Samples.allocate(format);
        Jpeg.lossless().decode(frame, decoded);
        assertThat(Pictures.mismatch(decoded, Pixmap.read(plain, format)))
                .as("%s, %s, seed %d", what, format, SEED)
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1x1",
                "2x1",
                "1x2",
                "2x2",
                "4x1",
                "1x4",
                "4x2",
                "3x1",
                "2x2,2x1",
                "2x2,2x1,2x2",
                "1x1,2x2,1x2",
                "2x2,1x2,2x1",
                "1x1,1x1,2x2",
                "4x1,1x1,2x1"
            })
    void componentsOfAnySamplingAreDecoded(String sampling) throws Exception {
        Random random = new Random(SEED);
        Mutations mutations = new Mutations();
        for (int[] size : new int[][] {{1, 1}, {5, 4}, {17, 9}, {67, 40}}) {
            SampleFormat format = new SampleFormat(size[0], size[1], 3, 8, false);
            Samples samples = Pictures.draw(Pictures.Kind.WAVES, format, random);
            for (String options : new String[] {"", "-progressive", "-restart 3B -optimize"}) {
                String all = "-quality 80 -sample " + sampling + " " + options;
                byte[] frame = encode(samples, all.trim().split(" "));
                assertDecodedAsByLibjpeg(frame, format, all);
                mutations.run(Jpeg.lossless(), frame, format, 20, SEED);
            }
        }
        assertThat(mutations.refused()).isPositive();
    }

    /// The same transform, steps and rounding: the same coefficients, and so the same samples.
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 30", "1, 75", "1, 90", "1, 100", "3, 20", "3, 90", "3, 100"})
    void baselineIsEncodedAsLibjpegDoes(int components, int quality) throws Exception {
        Random random = new Random(SEED);
        Codec codec = Jpeg.baseline(quality, components == 3 ? Colors.RGB : Colors.UNTOLD);
        for (int[] size : new int[][] {{1, 1}, {8, 8}, {17, 9}, {131, 67}}) {
            SampleFormat format = new SampleFormat(size[0], size[1], components, 8, false);
            for (Pictures.Kind kind : Pictures.Kind.values()) {
                Samples samples = Pictures.draw(kind, format, random);
                byte[] theirs = encode(samples, "-baseline", "-quality", "" + quality, "-sample", "1x1");
                Samples expected = Samples.allocate(format);
                codec.decode(theirs, expected);
                byte[] ours = codec.encode(samples);
                Samples decoded = Samples.allocate(format);
                codec.decode(ours, decoded);
                assertThat(Pictures.mismatch(decoded, expected))
                        .as("%s, %s, seed %d", kind, format, SEED)
                        .isEqualTo(-1);
                assertThat(ours.length).isLessThan(theirs.length);
            }
        }
    }

    /// T.81 A.2.2: alone, a component is coded block by block, whatever its factors.
    @ParameterizedTest
    @ValueSource(strings = {"1x1", "2x2", "3x2", "4x4"})
    void factorsOfTheOnlyComponentSayNothing(String sampling) throws Exception {
        for (int[] size : new int[][] {{1, 1}, {9, 7}, {67, 40}}) {
            SampleFormat format = new SampleFormat(size[0], size[1], 1, 8, false);
            Samples samples = Pictures.draw(Pictures.Kind.WAVES, format, new Random(SEED));
            for (String options : new String[] {"-optimize", "-progressive", "-restart 1"}) {
                String all = options + " -sample " + sampling;
                assertDecodedAsByLibjpeg(encode(samples, all.split(" ")), format, all);
            }
        }
    }

    /// Sequential scans of some components, and progressive ones in orders that nobody takes. Each scan has
    /// Huffman tables of its own.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0;1;2;",
                "1;0 2;",
                "2;1;0;",
                "0 1 2: 0-0,0,0; 2: 1-63,0,0; 1: 1-1,0,0; 1: 2-63,0,0; 0: 63-63,0,0; 0: 1-62,0,0;",
                "2: 0-0,0,3; 0 1: 0-0,0,1; 2: 30-63,0,0; 0: 1-63,0,4; 2: 0-0,3,2; 0: 1-63,4,3; 1: 5-5,0,2; "
                        + "0: 1-63,3,2; 2: 0-0,2,1; 1: 5-5,2,1; 0 1: 0-0,1,0; 0: 1-63,2,1; 1: 1-4,0,1; 1: 6-63,0,0; "
                        + "2: 1-29,0,0; 0: 1-63,1,0; 2: 0-0,1,0; 1: 1-4,1,0; 1: 5-5,1,0;"
            })
    void scansOfAnyOrderAreDecoded(String script) throws Exception {
        Path scans = Files.writeString(folder.resolve("scans.txt"), script);
        Mutations mutations = new Mutations();
        for (String options : new String[] {"-sample 1x1", "-sample 2x2", "-sample 2x1,1x2,1x1 -restart 2B"}) {
            for (int[] size : new int[][] {{3, 2}, {45, 38}}) {
                SampleFormat format = new SampleFormat(size[0], size[1], 3, 8, false);
                Samples samples = Pictures.draw(Pictures.Kind.WAVES, format, new Random(SEED));
                byte[] frame = encode(samples, (options + " -optimize -scans " + scans).split(" "));
                assertDecodedAsByLibjpeg(frame, format, options);
                mutations.run(Jpeg.lossless(), frame, format, 100, SEED);

                byte[] full = filled(frame);
                assertThat(full).hasSizeGreaterThan(frame.length + 100);
                assertDecodedAsByLibjpeg(full, format, options + ", filled");
                mutations.run(Jpeg.lossless(), full, format, 100, SEED);
            }
        }
        assertThat(mutations.refused()).isPositive();
        assertThat(mutations.decoded()).isPositive();
    }

    /// The frame with bytes of FF before each marker (T.81 B.1.1.2), restarts included, and with comments and
    /// segments of applications between all others (B.2.4). Their content looks like markers.
    private static byte[] filled(byte[] frame) {
        byte[] comment = {-1, (byte) 0xFE, 0, 6, -1, (byte) 0xD9, -1, (byte) 0xDA};
        byte[] application = {-1, (byte) 0xE9, 0, 2, -1, (byte) 0xEF, 0, 4, -1, (byte) 0xC0};
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(frame, 0, 2);
        int at = 2;
        while (at < frame.length) {
            int code = frame[at] == -1 ? frame[at + 1] & 0xFF : 0;
            if (code == 0) {
                out.write(frame[at++]);
                continue;
            }
            boolean alone = Marker.isRestart(code) || code == Marker.END_OF_IMAGE;
            if (!alone) {
                out.writeBytes(comment);
                out.writeBytes(application);
            }
            out.write(0xFF);
            out.write(0xFF);
            int length = alone ? 2 : 2 + ((frame[at + 2] & 0xFF) << 8 | frame[at + 3] & 0xFF);
            out.write(frame, at, length);
            at += length;
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-arithmetic", "-arithmetic -progressive"})
    void arithmeticCodingIsRefusedByItsName(String options) throws Exception {
        SampleFormat format = new SampleFormat(40, 30, 3, 8, false);
        byte[] frame = encode(Pictures.draw(Pictures.Kind.WAVES, format, new Random(SEED)), options.split(" "));
        assertThatThrownBy(() -> Jpeg.lossless().decode(frame, Samples.allocate(format)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("arithmetic coding");
        assertThatThrownBy(() -> Jpeg.lossless().probe(frame))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("arithmetic coding");
    }

    /// Frames written word by word, so that those of {@link JpegFormsTest} are what others take them for.
    @ParameterizedTest
    @CsvSource({
        "dcmdjpeg, 8, 0",
        "dcmdjpeg, 12, 0",
        "dcmdjpeg, 16, 0",
        "dcmdjpeg, 8, 2",
        "dcmdjpeg, 16, 4",
        "gdcmconv, 8, 0",
        "gdcmconv, 12, 0",
        "gdcmconv, 16, 0"
    })
    void losslessFramesOfAnyPredictorAreDecodedAsOthersDo(String tool, int precision, int pointTransform)
            throws Exception {
        SampleFormat format = new SampleFormat(23, 17, 1, precision, false);
        for (int predictor = 1; predictor <= 7; predictor++) {
            for (int restartLines : new int[] {0, 1, 3}) {
                byte[] frame = JpegFormsTest.lossless(format, predictor, pointTransform, restartLines);
                Path compressed = folder.resolve("compressed.dcm");
                Path plain = folder.resolve("plain.dcm");
                new TinyPart10("1.2.840.10008.1.2.4.57", format, frame).write(compressed);
                if (tool.equals("gdcmconv")) {
                    Peer.run(tool, "-w", compressed, plain);
                } else {
                    Peer.run(tool, compressed, plain);
                }
                Samples decoded = Samples.allocate(format);
                Jpeg.lossless().decode(frame, decoded);
                assertThat(Pictures.mismatch(decoded, TinyPart10.read(plain).samples(0)))
                        .as("predictor %d, restarts after %d lines", predictor, restartLines)
                        .isEqualTo(-1);
            }
        }
    }
}
