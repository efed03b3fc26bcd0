package org.isocenter.codec.jpeg2000;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.Mutations;
import org.isocenter.codec.Peer;
import org.isocenter.codec.Pictures;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What OpenJPH writes is decoded as it was, and code-blocks come back from their own encoder.
class HighThroughputTest {
    private static final long SEED = 20_261_126;

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
                        Jpeg2000.codec().decode(encoded(samples, options), decoded);
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
            mutations.run(Jpeg2000.codec(), frame, format, 3000, SEED);
        }
        assertThat(mutations.refused()).isGreaterThan(1000);
        assertThat(mutations.decoded()).isGreaterThan(300);
    }

    private byte[] encoded(Samples samples, String options) throws Exception {
        SampleFormat format = samples.format();
        byte[] head = "P%d\n%d %d\n%d\n"
                .formatted(format.components() == 1 ? 5 : 6, format.width(), format.height(), (1 << format.bits()) - 1)
                .getBytes(StandardCharsets.US_ASCII);
        int bytes = format.bytesPerSample();
        byte[] all = Arrays.copyOf(head, head.length + (int) format.sampleCount() * bytes);
        for (int i = 0; i < format.sampleCount(); i++) {
            int value = Pictures.getBits(samples, i);
            for (int k = 0; k < bytes; k++) {
                all[head.length + i * bytes + k] = (byte) (value >> 8 * (bytes - 1 - k));
            }
        }
        Path image = folder.resolve(format.components() == 1 ? "image.pgm" : "image.ppm");
        Path stream = folder.resolve("image.j2c");
        Files.write(image, all);
        List<Object> arguments = new ArrayList<>(List.of("-i", image, "-o", stream));
        arguments.addAll(List.of((Object[]) options.split(" ")));
        Peer.run("ojph_compress", arguments.toArray());
        return Files.readAllBytes(stream);
    }

    @Test
    void codeBlocksOfAnySizeComeBack() throws MalformedException {
        Random random = new Random(SEED);
        HtBlockEncoder encoder = new HtBlockEncoder();
        HtBlockDecoder decoder = new HtBlockDecoder();
        for (int round = 0; round < 3000; round++) {
            int width = 1 + random.nextInt(64);
            int height = 1 + random.nextInt(64);
            int planes = 1 + random.nextInt(24);
            int density = 1 + random.nextInt(20);
            int[] block = new int[width * height];
            for (int i = 0; i < block.length; i++) {
                int magnitude = random.nextInt(density) == 0 ? random.nextInt(1 << 1 + random.nextInt(planes)) : 0;
                magnitude &= (1 << planes) - 1;
                block[i] = magnitude == 0 ? 0 : random.nextInt() & 0x80000000 | magnitude << 31 - planes;
            }
            int length = encoder.encode(block, 0, width, width, height, planes);
            int[] back = new int[block.length];
            if (length > 0) {
                byte[] bytes = Arrays.copyOf(encoder.segment(), length);
                decoder.decode(bytes, 0, length, 0, 1, planes - 1, planes, width, height, false, back, 0, width);
            }
            assertThat(back).as("%d x %d, %d planes", width, height, planes).containsExactly(block);
        }
    }
}
