package org.isocenter.codec.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.isocenter.codec.Peer;
import org.isocenter.codec.Pictures;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.isocenter.codec.TinyPart10;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real files, of several writers.
class JpegCorpusTest {
    @TempDir
    private Path folder;

    /// DCMTK leaves the colours as they are coded, and upsamples as we do.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "JPEG-LL",
                "JPGExtended",
                "JPGLosslessP14SV1_1s_1f_8b",
                "SC_jpeg_no_color_transform",
                "SC_jpeg_no_color_transform_2",
                "SC_rgb_dcmtk_+eb+cr",
                "SC_rgb_dcmtk_+eb+cy+n1",
                "SC_rgb_dcmtk_+eb+cy+n2",
                "SC_rgb_dcmtk_+eb+cy+np",
                "SC_rgb_dcmtk_+eb+cy+s2",
                "SC_rgb_dcmtk_+eb+cy+s4",
                "SC_rgb_jpeg_app14_dcmd",
                "SC_rgb_jpeg_dcmtk",
                "SC_rgb_jpeg_gdcm",
                "SC_rgb_jpeg_lossy_gdcm",
                "SC_rgb_small_odd_jpeg",
                "bad_sequence",
                "examples_ybr_color"
            })
    void realFramesAreWhatOthersDecode(String name) throws Exception {
        Path compressed = TinyPart10.corpusFile("pydicom/" + name + ".dcm");
        Path plain = folder.resolve("plain.dcm");
        Peer.run("dcmdjpeg", "+cn", compressed, plain);
        TinyPart10 file = TinyPart10.read(compressed);
        TinyPart10 expected = TinyPart10.read(plain);
        for (int i = 0; i < file.frames().size(); i++) {
            SampleFormat format = file.format();
            Samples decoded = Samples.allocate(format);
            Jpeg.lossless().decode(file.frames().get(i), decoded);
            assertThat(Pictures.mismatch(decoded, expected.samples(i)))
                    .as("frame %d", i)
                    .isEqualTo(-1);
        }
    }
}
