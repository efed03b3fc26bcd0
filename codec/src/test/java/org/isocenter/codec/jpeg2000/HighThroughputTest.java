package org.isocenter.codec.jpeg2000;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.isocenter.codec.Codec;
import org.isocenter.codec.FrameHeader.Colors;
import org.isocenter.codec.Mutations;
import org.isocenter.codec.Peer;
import org.isocenter.codec.Pictures;
import org.isocenter.codec.Pixmap;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What OpenJPH writes is decoded as it was.
class HighThroughputTest {
    private static final long SEED = 20_261_126;
    private static final Codec CODEC = Jpeg2000.highThroughput(Colors.UNTOLD);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-reversible true",
                "-reversible true -num_decomps 0",
                "-reversible true -num_decomps 3 -block_size {32,32}",
                "-reversible true -prog_order RPCL -precincts {64,64}",
                "-reversible true -block_size {4,256}",
                "-reversible true -tile_size {50,40}"
            })
    void reversibleStreamsAreDecodedBitForBit(String options) throws Exception {
        Random random = new Random(SEED);
        for (int bits : new int[] {8, 12, 16}) {
            for (int components : new int[] {1, 3}) {
                for (int[] size : new int[][] {{61, 53}, {128, 70}, {5, 200}, {64, 64}}) {
                    SampleFormat format = new SampleFormat(size[0], size[1], components, bits, false);
                    for (Pictures.Kind kind : Pictures.Kind.values()) {
                        Samples samples = Pictures.draw(kind, format, random);
                        Samples decoded = Samples.allocate(format);
                        CODEC.decode(encoded(samples, options), decoded);
                        assertThat(Pictures.mismatch(samples, decoded))
                                .as("%s %s", format, kind)
                                .isEqualTo(-1);
                    }
                }
            }
        }
    }

    @Test
    void brokenFramesEndBySamplesOrByRefusal() throws Exception {
        Mutations mutations = new Mutations();
        Random random = new Random(SEED);
        for (String options : List.of("-reversible true -num_decomps 2", "-qstep 0.01")) {
            SampleFormat format = new SampleFormat(40, 30, 3, 8, false);
            byte[] frame = encoded(Pictures.draw(Pictures.Kind.WAVES, format, random), options);
            mutations.run(CODEC, frame, format, 3000, SEED);
        }
        assertThat(mutations.refused()).isGreaterThan(1000);
        assertThat(mutations.decoded()).isGreaterThan(300);
    }

    private byte[] encoded(Samples samples, String options) throws Exception {
        Path image = folder.resolve(Pixmap.name("image", samples.format()));
        Path stream = folder.resolve("image.j2c");
        Pixmap.write(image, samples);
        List<Object> arguments = new ArrayList<>(List.of("-i", image, "-o", stream));
        arguments.addAll(List.of((Object[]) options.split(" ")));
        Peer.run("ojph_compress", arguments.toArray());
        return Files.readAllBytes(stream);
    }
}
