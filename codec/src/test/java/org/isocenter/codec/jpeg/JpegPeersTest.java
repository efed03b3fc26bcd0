package org.isocenter.codec.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.isocenter.codec.Codec;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.FrameHeader.Colors;
import org.isocenter.codec.Mutations;
import org.isocenter.codec.Peer;
import org.isocenter.codec.Pictures;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.isocenter.codec.TinyPart10;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// DCMTK, GDCM and libjpeg-turbo read what the codec writes, and the other way round.
class JpegPeersTest {
    private static final long SEED = 20_261_126;
    private static final String SV1 = "1.2.840.10008.1.2.4.70";
    private static final String BASELINE = "1.2.840.10008.1.2.4.50";

    private static final SampleFormat[] GREY = {
        new SampleFormat(61, 53, 1, 8, false),
        new SampleFormat(67, 41, 1, 12, false),
        new SampleFormat(67, 41, 1, 16, false),
        new SampleFormat(1, 1, 1, 8, false)
    };

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"dcmdjpeg", "gdcmconv -w"})
    void othersReadWhatIsEncodedLossless(String tool) throws Exception {
        Random random = new Random(SEED);
        for (SampleFormat format : GREY) {
            for (Pictures.Kind kind : Pictures.Kind.values()) {
                Samples samples = Pictures.draw(kind, format, random);
                Path compressed = folder.resolve("compressed.dcm");
                Path plain = folder.resolve("plain.dcm");
                new TinyPart10(SV1, format, Jpeg.lossless().encode(samples)).write(compressed);
                convert(compressed, plain, tool.split(" "));
                assertThat(Pictures.mismatch(TinyPart10.read(plain).samples(0), samples))
                        .as("%s %s", format, kind)
                        .isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dcmcjpeg +e1",
                "dcmcjpeg +el +sv 1",
                "dcmcjpeg +el +sv 2",
                "dcmcjpeg +el +sv 3",
                "dcmcjpeg +el +sv 4",
                "dcmcjpeg +el +sv 5",
                "dcmcjpeg +el +sv 6",
                "dcmcjpeg +el +sv 7",
                "gdcmconv -J"
            })
    void whatOthersEncodeLosslessIsDecoded(String tool) throws Exception {
        Random random = new Random(SEED);
        for (SampleFormat format : GREY) {
            if (tool.startsWith("gdcm") && format.sampleCount() == 1) {
                continue;
            }
            for (Pictures.Kind kind : Pictures.Kind.values()) {
                Samples samples = Pictures.draw(kind, format, random);
                byte[] frame = encodedBy(tool, samples);
                Samples decoded = Samples.allocate(format);
                Jpeg.lossless().decode(frame, decoded);
                assertThat(Pictures.mismatch(samples, decoded))
                        .as("%s %s", format, kind)
                        .isEqualTo(-1);
            }
        }
    }

    /// Baseline, extended, spectral selection and full progression, of 8 and of 12 bits.
    @ParameterizedTest
    @CsvSource({"+eb, 8", "+ee, 8", "+es, 8", "+ep, 8", "+ee, 12", "+es, 12", "+ep, 12"})
    void whatDcmtkEncodesLossyIsDecodedAsItDoes(String process, int bits) throws Exception {
        Random random = new Random(SEED);
        for (int[] size : new int[][] {{61, 53}, {8, 8}, {130, 7}}) {
            SampleFormat format = new SampleFormat(size[0], size[1], 1, bits, false);
            for (Pictures.Kind kind : Pictures.Kind.values()) {
                Samples samples = Pictures.draw(kind, format, random);
                byte[] frame = encodedBy("dcmcjpeg " + process + " +q 85", samples);
                Path plain = folder.resolve("plain.dcm");
                Peer.run("dcmdjpeg", folder.resolve("compressed.dcm"), plain);
                Samples expected = TinyPart10.read(plain).samples(0);
                Samples decoded = Samples.allocate(format);
                Jpeg.lossless().decode(frame, decoded);
                for (int i = 0; i < format.sampleCount(); i++) {
                    assertThat(Math.abs(Pictures.getBits(expected, i) - Pictures.getBits(decoded, i)))
                            .as("%s %s, sample %d", format, kind, i)
                            .isLessThanOrEqualTo(1);
                }
                new Mutations().run(Jpeg.lossless(), frame, format, 60, SEED);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-sample 1x1",
                "-sample 2x1",
                "-sample 2x2",
                "-sample 1x2",
                "-sample 2x2 -progressive",
                "-sample 2x1 -restart 1B",
                "-sample 2x2 -restart 1 -optimize",
                "-sample 4x1",
                "-rgb"
            })
    void whatLibjpegEncodesInColorIsDecodedAsItDoes(String options) throws Exception {
        Random random = new Random(SEED);
        for (int[] size : new int[][] {{61, 53}, {16, 16}, {130, 7}, {3, 3}, {17, 33}}) {
            SampleFormat format = new SampleFormat(size[0], size[1], 3, 8, false);
            Samples samples = Pictures.draw(Pictures.Kind.WAVES, format, random);
            Path picture = folder.resolve("picture.ppm");
            Path compressed = folder.resolve("picture.jpg");
            Path back = folder.resolve("back.ppm");
            Files.write(picture, pixmap(samples));
            Object[] arguments = new Object[options.split(" ").length + 5];
            System.arraycopy(options.split(" "), 0, arguments, 0, arguments.length - 5);
            arguments[arguments.length - 5] = "-quality";
            arguments[arguments.length - 4] = "90";
            arguments[arguments.length - 3] = "-outfile";
            arguments[arguments.length - 2] = compressed;
            arguments[arguments.length - 1] = picture;
            Peer.run("cjpeg", arguments);
            Peer.run("djpeg", "-outfile", back, compressed);
            byte[] expected = Files.readAllBytes(back);
            int offset = expected.length - (int) format.sampleCount();

            byte[] frame = Files.readAllBytes(compressed);
            FrameHeader header = Jpeg.lossless().probe(frame);
            Samples.Bytes decoded = (Samples.Bytes) Samples.allocate(format);
            Jpeg.lossless().decode(frame, decoded);
            assertThat(header).isNotNull();
            if (header != null && header.colors() == Colors.YBR) {
                toRgb(decoded.array());
            }
            for (int i = 0; i < format.sampleCount(); i++) {
                assertThat(Math.abs((expected[offset + i] & 0xFF) - (decoded.array()[i] & 0xFF)))
                        .as("%s, %s, sample %d", options, format, i)
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void othersReadWhatIsEncodedBaseline(int components) throws Exception {
        SampleFormat format = new SampleFormat(61, 53, components, 8, false);
        Samples samples = Pictures.draw(Pictures.Kind.WAVES, format, new Random(SEED));
        Codec codec = Jpeg.baseline(85, components == 3 ? Colors.RGB : Colors.UNTOLD);
        byte[] frame = codec.encode(samples);
        Path compressed = folder.resolve("compressed.dcm");
        Path plain = folder.resolve("plain.dcm");
        new TinyPart10(BASELINE, format, frame).write(compressed);
        Peer.run("dcmdjpeg", compressed, plain);
        Samples expected = TinyPart10.read(plain).samples(0);
        Samples decoded = Samples.allocate(format);
        codec.decode(frame, decoded);
        for (int i = 0; i < format.sampleCount(); i++) {
            assertThat(Math.abs(Pictures.getBits(expected, i) - Pictures.getBits(decoded, i)))
                    .isLessThanOrEqualTo(1);
        }
    }

    private byte[] encodedBy(String tool, Samples samples) throws Exception {
        Path plain = folder.resolve("plain.dcm");
        Path compressed = folder.resolve("compressed.dcm");
        new TinyPart10(TinyPart10.NATIVE, samples.format(), Pictures.toNative(samples)).write(plain);
        convert(plain, compressed, tool.split(" "));
        TinyPart10 file = TinyPart10.read(compressed);
        assertThat(file.transferSyntax()).startsWith("1.2.840.10008.1.2.4.");
        return file.frames().getFirst();
    }

    private static void convert(Path from, Path to, String... tool) throws Exception {
        Object[] arguments = new Object[tool.length + 1];
        System.arraycopy(tool, 1, arguments, 0, tool.length - 1);
        arguments[tool.length - 1] = from;
        arguments[tool.length] = to;
        Peer.run(tool[0], arguments);
    }

    private static byte[] pixmap(Samples samples) {
        byte[] head = "P6\n%d %d\n255\n"
                .formatted(samples.format().width(), samples.format().height())
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] pixels = ((Samples.Bytes) samples).array();
        byte[] all = java.util.Arrays.copyOf(head, head.length + pixels.length);
        System.arraycopy(pixels, 0, all, head.length, pixels.length);
        return all;
    }

    /// As JFIF has it.
    private static void toRgb(byte[] pixels) {
        for (int i = 0; i < pixels.length; i += 3) {
            double y = pixels[i] & 0xFF;
            double b = (pixels[i + 1] & 0xFF) - 128;
            double r = (pixels[i + 2] & 0xFF) - 128;
            pixels[i] = clamp(y + 1.402 * r);
            pixels[i + 1] = clamp(y - 0.344136 * b - 0.714136 * r);
            pixels[i + 2] = clamp(y + 1.772 * b);
        }
    }

    private static byte clamp(double value) {
        return (byte) Math.clamp(Math.round(value), 0, 255);
    }
}
