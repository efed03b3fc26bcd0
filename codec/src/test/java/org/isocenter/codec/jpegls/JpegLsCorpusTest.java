package org.isocenter.codec.jpegls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Path;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.Peer;
import org.isocenter.codec.Pictures;
import org.isocenter.codec.Samples;
import org.isocenter.codec.TinyPart10;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Real files, of several writers.
class JpegLsCorpusTest {
    @TempDir
    private Path folder;

    /// The same frames, compressed and not.
    @ParameterizedTest
    @CsvSource({"MR_small_jpeg_ls_lossless, MR_small", "emri_small_jpeg_ls_lossless, emri_small"})
    void realFramesAreTheSameAsTheirNativeForms(String compressed, String plain) throws Exception {
        TinyPart10 file = TinyPart10.corpus("pydicom/" + compressed + ".dcm");
        assertSame(file, TinyPart10.corpus("pydicom/" + plain + ".dcm"));
    }

    /// DCMTK does not know samples of 7 bits, but GDCM does.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "JLSL_08_07_0_1F",
                "JLSL_16_15_1_1F",
                "JLSL_RGB_ILV0",
                "JLSL_RGB_ILV1",
                "JLSL_RGB_ILV2",
                "JLSN_RGB_ILV0",
                "JPEGLSNearLossless_08",
                "JPEGLSNearLossless_16",
                "MR_small_jpeg_ls_lossless",
                "SC_rgb_jls_lossy_line",
                "SC_rgb_jls_lossy_sample",
                "emri_small_jpeg_ls_lossless"
            })
    void realFramesAreWhatOthersDecode(String name) throws Exception {
        Path compressed = TinyPart10.corpusFile("pydicom/" + name + ".dcm");
        Path plain = folder.resolve("plain.dcm");
        TinyPart10 file = TinyPart10.read(compressed);
        if (file.format().bits() == 7) {
            Peer.run("gdcmconv", "-w", compressed, plain);
        } else {
            Peer.run("dcmdjpls", compressed, plain);
        }
        assertSame(file, TinyPart10.read(plain));
    }

    private static void assertSame(TinyPart10 file, TinyPart10 expected) throws Exception {
        for (int i = 0; i < file.frames().size(); i++) {
            byte[] frame = file.frames().get(i);
            FrameHeader header = JpegLs.lossless().probe(frame);
            if (header == null) {
                fail("JPEG-LS has a header");
                return;
            }
            assertThat(header.lossless()).isEqualTo(file.transferSyntax().equals(TinyPart10.JPEG_LS));
            assertThat(header.format().bits())
                    .isGreaterThanOrEqualTo(file.format().bits());
            Samples decoded = Samples.allocate(file.format());
            JpegLs.lossless().decode(frame, decoded);
            assertThat(Pictures.mismatch(decoded, expected.samples(i)))
                    .as("frame %d", i)
                    .isEqualTo(-1);
        }
    }
}
