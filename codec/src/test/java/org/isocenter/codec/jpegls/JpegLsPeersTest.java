package org.isocenter.codec.jpegls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.isocenter.codec.Codec;
import org.isocenter.codec.Peer;
import org.isocenter.codec.Pictures;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.isocenter.codec.TinyPart10;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// DCMTK and GDCM read what the codec writes, and the other way round. Both stand on CharLS, of different
/// age.
class JpegLsPeersTest {
    private static final long SEED = 20_250_119;

    /// Escapes, the ordinary and runs; each picture costs a process.
    private static final Pictures.Kind[] KINDS = {Pictures.Kind.NOISE, Pictures.Kind.WAVES, Pictures.Kind.SPECKS};

    static final SampleFormat[] FORMATS = {
        new SampleFormat(1, 1, 1, 8, false),
        new SampleFormat(61, 53, 1, 8, false),
        new SampleFormat(61, 53, 1, 8, true),
        new SampleFormat(40, 31, 1, 10, false),
        new SampleFormat(67, 41, 1, 12, true),
        new SampleFormat(67, 41, 1, 13, false),
        new SampleFormat(67, 41, 1, 16, false),
        new SampleFormat(67, 41, 1, 16, true),
        new SampleFormat(45, 31, 3, 8, false)
    };

    @TempDir
    private Path folder;

    @ParameterizedTest
    @FieldSource("FORMATS")
    void dcmtkReadsWhatIsEncoded(SampleFormat format) throws Exception {
        readBy(format, "dcmdjpls");
    }

    @ParameterizedTest
    @FieldSource("FORMATS")
    void gdcmReadsWhatIsEncoded(SampleFormat format) throws Exception {
        readBy(format, "gdcmconv", "-w");
    }

    private void readBy(SampleFormat format, String... tool) throws Exception {
        Random random = new Random(SEED);
        for (Pictures.Kind kind : KINDS) {
            for (int near : new int[] {0, 3}) {
                Samples samples = Pictures.draw(kind, format, random);
                Codec codec = JpegLs.nearLossless(near);
                byte[] frame = codec.encode(samples);
                Samples expected = Samples.allocate(format);
                codec.decode(frame, expected);
                String syntax = near == 0 ? TinyPart10.JPEG_LS : TinyPart10.JPEG_LS_NEAR;
                Path compressed = folder.resolve("compressed.dcm");
                Path plain = folder.resolve("plain.dcm");
                new TinyPart10(syntax, format, frame).write(compressed);

                convert(compressed, plain, tool);

                assertThat(Pictures.mismatch(TinyPart10.read(plain).samples(0), expected))
                        .as(kind + " near " + near)
                        .isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"+il", "+is", "+in"})
    void whatDcmtkWritesIsDecoded(String interleaving) throws Exception {
        for (SampleFormat format : FORMATS) {
            writtenBy(format, 0, "dcmcjpls", interleaving);
            // It refuses to lose anything of signed samples.
            if (!format.signed()) {
                writtenBy(format, 4, "dcmcjpls", interleaving, "+en", "+md", "4");
            }
        }
    }

    @ParameterizedTest
    @FieldSource("FORMATS")
    void whatDcmtkWritesWithOtherParametersIsDecoded(SampleFormat format) throws Exception {
        writtenBy(format, 0, "dcmcjpls", "+t1", "5", "+t2", "9", "+t3", "33", "+rs", "31");
    }

    @ParameterizedTest
    @FieldSource("FORMATS")
    void whatGdcmWritesIsDecoded(SampleFormat format) throws Exception {
        if (format.sampleCount() == 1) {
            // It allots no room for a header, so that one sample does not fit.
            return;
        }
        writtenBy(format, 0, "gdcmconv", "-L");
        // It codes all bits allocated, so that samples which are off may leave the range of those stored.
        if (!format.signed() || format.bits() == format.bytesPerSample() * 8) {
            writtenBy(format, 2, "gdcmconv", "-L", "-Y", "-e", "2");
        }
    }

    private void writtenBy(SampleFormat format, int near, String... tool) throws Exception {
        Random random = new Random(SEED);
        for (Pictures.Kind kind : KINDS) {
            Samples samples = Pictures.draw(kind, format, random);
            Path plain = folder.resolve("plain.dcm");
            Path compressed = folder.resolve("compressed.dcm");
            new TinyPart10(TinyPart10.NATIVE, format, Pictures.toNative(samples)).write(plain);

            convert(plain, compressed, tool);

            TinyPart10 file = TinyPart10.read(compressed);
            assertThat(file.transferSyntax()).startsWith("1.2.840.10008.1.2.4.8");
            Samples decoded = Samples.allocate(format);
            JpegLs.lossless().decode(file.frames().getFirst(), decoded);
            for (int i = 0; i < format.sampleCount(); i++) {
                assertThat(Math.abs(Pictures.getBits(samples, i) - Pictures.getBits(decoded, i)))
                        .as("%s of %s by %s", kind, format, String.join(" ", tool))
                        .isLessThanOrEqualTo(near);
            }
        }
    }

    private static void convert(Path from, Path to, String... tool) throws Exception {
        Object[] arguments = new Object[tool.length + 1];
        System.arraycopy(tool, 1, arguments, 0, tool.length - 1);
        arguments[tool.length - 1] = from;
        arguments[tool.length] = to;
        Peer.run(tool[0], arguments);
    }
}
