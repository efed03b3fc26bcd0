package org.isocenter.codec.jpeg2000;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.isocenter.codec.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What other decoders make of code-blocks, the refinement passes included, for which no tool has an encoder.
///
/// An image is one code-block here, without a wavelet transform.
class HtPeersTest {
    private static final long SEED = 444_358;
    private static final int BITS = 12;

    @TempDir
    private Path folder;

    private final HtBlockEncoder encoder = new HtBlockEncoder();
    private final Random random = new Random(SEED);

    @Test
    void openJpegReadsCleanupPasses() throws Exception {
        for (int round = 0; round < 40; round++) {
            int width = 1 + random.nextInt(64);
            int height = 1 + random.nextInt(64);
            int[] numbers = numbers(width, height);
            byte[] segment = encode(numbers, width, height, BITS);
            byte[] stream = codestream(segment, segment.length, 1, BITS - 1, width, height, false);
            assertThat(readByOpenJpeg(stream, width, height)).isEqualTo(samples(numbers));
        }
    }

    @Test
    void openJphReadsCleanupPasses() throws Exception {
        for (int round = 0; round < 40; round++) {
            int width = 1 + random.nextInt(64);
            int height = 1 + random.nextInt(64);
            int[] numbers = numbers(width, height);
            byte[] segment = encode(numbers, width, height, BITS);
            byte[] stream = codestream(segment, segment.length, 1, BITS - 1, width, height, false);
            assertThat(readByOpenJph(stream, width, height)).isEqualTo(samples(numbers));
        }
    }

    /// Both tools read what {@link HtRefinement} writes, which {@link HtBlockTest} has the decoder read.
    @Test
    void refinementPassesOfTheTestsAreThoseOfOpenJpeg() throws Exception {
        for (int round = 0; round < 60; round++) {
            Refined refined = refined(round % 2 == 0);
            assertThat(readByOpenJpeg(refined.stream, refined.width, refined.height))
                    .isEqualTo(samples(refined.expected));
        }
    }

    @Test
    void refinementPassesOfTheTestsAreThoseOfOpenJph() throws Exception {
        for (int round = 0; round < 60; round++) {
            Refined refined = refined(round % 2 == 0);
            assertThat(readByOpenJph(refined.stream, refined.width, refined.height))
                    .isEqualTo(samples(refined.expected));
        }
    }

    private record Refined(byte[] stream, int[] expected, int width, int height) {}

    private Refined refined(boolean causal) {
        while (true) {
            int width = 1 + random.nextInt(64);
            int height = 1 + random.nextInt(64);
            int[] numbers = numbers(width, height);
            byte[] cleanup = encode(numbers, width, height, BITS - 1);
            if (cleanup.length > 0) {
                HtRefinement refinement = new HtRefinement(numbers, width, height, causal);
                byte[] second = refinement.segment();
                byte[] all = Arrays.copyOf(cleanup, cleanup.length + second.length);
                System.arraycopy(second, 0, all, cleanup.length, second.length);
                byte[] stream = codestream(all, cleanup.length, 3, BITS - 2, width, height, causal);
                return new Refined(stream, refinement.expected, width, height);
            }
        }
    }

    /// Magnitudes with signs at bit 31, of one bit less than the samples have.
    private int[] numbers(int width, int height) {
        int[] numbers = new int[width * height];
        int bits = 1 + random.nextInt(BITS - 1);
        double density = random.nextDouble();
        for (int i = 0; i < numbers.length; i++) {
            int magnitude = random.nextDouble() < density ? random.nextInt(1 << 1 + random.nextInt(bits)) : 0;
            numbers[i] = magnitude == 0 ? 0 : magnitude | random.nextInt() & 0x80000000;
        }
        numbers[0] = 3;
        return numbers;
    }

    private static int[] samples(int[] numbers) {
        int[] samples = new int[numbers.length];
        for (int i = 0; i < samples.length; i++) {
            int magnitude = numbers[i] & 0x7FFFFFFF;
            samples[i] = (1 << BITS - 1) + (numbers[i] < 0 ? -magnitude : magnitude);
        }
        return samples;
    }

    private byte[] encode(int[] numbers, int width, int height, int planes) {
        int[] block = new int[numbers.length];
        for (int i = 0; i < block.length; i++) {
            block[i] = numbers[i] & 0x80000000 | numbers[i] << 31 - BITS & 0x7FFFFFFF;
        }
        int length = encoder.encode(block, 0, width, width, height, planes);
        return Arrays.copyOf(encoder.segment(), length);
    }

    private int[] readByOpenJpeg(byte[] stream, int width, int height) throws Exception {
        Path in = folder.resolve("block.j2k");
        Path out = folder.resolve("block.pgm");
        Files.write(in, stream);
        Peer.run("opj_decompress", "-i", in, "-o", out);
        return pgm(Files.readAllBytes(out), width, height);
    }

    private int[] readByOpenJph(byte[] stream, int width, int height) throws Exception {
        Path in = folder.resolve("block.j2c");
        Path out = folder.resolve("block.pgm");
        Files.write(in, stream);
        Peer.run("ojph_expand", "-i", in, "-o", out);
        return pgm(Files.readAllBytes(out), width, height);
    }

    private static int[] pgm(byte[] file, int width, int height) {
        int[] samples = new int[width * height];
        int start = file.length - 2 * samples.length;
        assertThat(new String(file, 0, start, StandardCharsets.ISO_8859_1)).contains(width + " " + height);
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (file[start + 2 * i] & 0xFF) << 8 | file[start + 2 * i + 1] & 0xFF;
        }
        return samples;
    }

    /// The codestream (T.800 annex A, T.814 annex A) of an image that is one code-block.
    private static byte[] codestream(
            byte[] block, int cleanup, int passes, int zeroBitPlanes, int width, int height, boolean causal) {
        byte[] header = packetHeader(cleanup, block.length - cleanup, passes, zeroBitPlanes);
        ByteBuffer out = ByteBuffer.allocate(200 + header.length + block.length);
        out.putShort((short) 0xFF4F);
        out.putShort((short) 0xFF51).putShort((short) 41).putShort((short) 0x4000);
        out.putInt(width).putInt(height).putInt(0).putInt(0);
        out.putInt(width).putInt(height).putInt(0).putInt(0);
        out.putShort((short) 1).put((byte) (BITS - 1)).put((byte) 1).put((byte) 1);
        // One part of the standard is used, number 15; HTONLY, one set, no region of interest, reversible.
        out.putShort((short) 0xFF50).putShort((short) 8).putInt(1 << 32 - 15).putShort((short) 0x0005);
        out.putShort((short) 0xFF52).putShort((short) 12);
        out.put((byte) 0).put((byte) 0).putShort((short) 1).put((byte) 0);
        out.put((byte) 0).put((byte) 4).put((byte) 4);
        out.put((byte) (0x40 | (causal ? 0x08 : 0))).put((byte) 1);
        out.putShort((short) 0xFF5C).putShort((short) 4).put((byte) (1 << 5)).put((byte) (BITS << 3));
        out.putShort((short) 0xFF90).putShort((short) 10).putShort((short) 0);
        out.putInt(14 + header.length + block.length).put((byte) 0).put((byte) 1);
        out.putShort((short) 0xFF93).put(header).put(block).putShort((short) 0xFFD9);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static byte[] packetHeader(int cleanup, int refinement, int passes, int zeroBitPlanes) {
        StringBuilder bits = new StringBuilder("11");
        bits.append("0".repeat(zeroBitPlanes)).append('1');
        bits.append(
                switch (passes) {
                    case 1 -> "0";
                    case 2 -> "10";
                    default -> "1100";
                });
        int lengthBits = 16;
        bits.append("1".repeat(lengthBits - 3)).append('0');
        bits.append(binary(cleanup, lengthBits));
        if (passes > 1) {
            bits.append(binary(refinement, lengthBits + (passes == 3 ? 1 : 0)));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int last = 0;
        for (int at = 0; at < bits.length() || last == 0xFF; ) {
            int count = last == 0xFF ? 7 : 8;
            String some = bits.substring(Math.min(at, bits.length()), Math.min(at + count, bits.length()));
            last = some.isEmpty() ? 0 : Integer.parseInt(some, 2) << count - some.length();
            bytes.write(last);
            at += count;
        }
        return bytes.toByteArray();
    }

    private static String binary(int value, int bits) {
        return Integer.toBinaryString(value | 1 << bits).substring(1);
    }
}
