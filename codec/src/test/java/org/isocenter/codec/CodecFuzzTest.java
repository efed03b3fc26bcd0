package org.isocenter.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.isocenter.codec.FrameHeader.Colors;
import org.isocenter.codec.jpeg.Jpeg;
import org.isocenter.codec.jpeg2000.Jpeg2000;
import org.isocenter.codec.jpegls.JpegLs;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever the bytes of a frame are, a codec ends by samples or by a {@link MalformedException}, in
/// bounded time and memory. Samples that it decoded are the same when they are encoded without loss and
/// decoded again.
///
/// The first byte of an input tells into what the rest, the frame, is decoded: into the format that its
/// header tells, or into one of a list. Without `-Dfuzz` only the seeds run.
class CodecFuzzTest {
    private static final long SEED = 20_260_114;
    private static final int BY_HEADER = 0x80;
    private static final int MOST_SAMPLES = 1 << 16;
    private static final long MOST_ALLOCATED = 64 << 20;

    private static final List<SampleFormat> FORMATS = List.of(
            new SampleFormat(24, 17, 1, 8, false),
            new SampleFormat(20, 20, 1, 16, false),
            new SampleFormat(17, 11, 3, 8, false),
            new SampleFormat(13, 19, 1, 12, true),
            new SampleFormat(9, 7, 4, 16, true));

    static Stream<Arguments> rle() {
        return seeds(Rle.codec());
    }

    @MethodSource
    @FuzzTest
    void rle(byte[] input) {
        decode(Rle.codec(), input);
    }

    static Stream<Arguments> deflated() {
        return seeds(Deflated.codec());
    }

    @MethodSource
    @FuzzTest
    void deflated(byte[] input) {
        decode(Deflated.codec(), input);
    }

    static Stream<Arguments> jpeg() {
        return seeds(Jpeg.lossless(), Jpeg.baseline(60, Colors.YBR));
    }

    @MethodSource
    @FuzzTest
    void jpeg(byte[] input) {
        decode(Jpeg.lossless(), input);
    }

    static Stream<Arguments> jpegLs() {
        return seeds(JpegLs.lossless(), JpegLs.nearLossless(2));
    }

    @MethodSource
    @FuzzTest
    void jpegLs(byte[] input) {
        decode(JpegLs.lossless(), input);
    }

    static Stream<Arguments> jpeg2000() {
        return seeds(Jpeg2000.lossless(Colors.RGB), Jpeg2000.lossy(2, Colors.UNTOLD));
    }

    @MethodSource
    @FuzzTest
    void jpeg2000(byte[] input) {
        decode(Jpeg2000.lossless(Colors.UNTOLD), input);
    }

    static Stream<Arguments> highThroughput() {
        return seeds(Jpeg2000.highThroughput(Colors.RGB));
    }

    @MethodSource
    @FuzzTest
    void highThroughput(byte[] input) {
        decode(Jpeg2000.highThroughput(Colors.UNTOLD), input);
    }

    /// Frames as the encoders make them.
    private static Stream<Arguments> seeds(Codec... encoders) {
        Random random = new Random(SEED);
        List<byte[]> seeds = new ArrayList<>();
        seeds.add(new byte[0]);
        for (Codec encoder : encoders) {
            for (int i = 0; i < FORMATS.size(); i++) {
                if (encoder.encodes(FORMATS.get(i))) {
                    for (Pictures.Kind kind : Pictures.Kind.values()) {
                        byte[] frame = encoder.encode(Pictures.draw(kind, FORMATS.get(i), random));
                        byte[] seed = new byte[frame.length + 1];
                        seed[0] = (byte) (kind.ordinal() % 2 == 0 ? i : i | BY_HEADER);
                        System.arraycopy(frame, 0, seed, 1, frame.length);
                        seeds.add(seed);
                    }
                }
            }
        }
        return seeds.stream().map(seed -> Arguments.of((Object) seed));
    }

    private static void decode(Codec codec, byte[] input) {
        if (input.length > 0 && decodeOnce(codec, input) > MOST_ALLOCATED) {
            // Classes that were loaded on the way count the first time.
            assertThat(decodeOnce(codec, input)).as("bytes allocated").isLessThan(MOST_ALLOCATED);
        }
    }

    /// Decodes and tells the bytes allocated for it.
    private static long decodeOnce(Codec codec, byte[] input) {
        byte[] frame = Arrays.copyOfRange(input, 1, input.length);
        SampleFormat format = FORMATS.get((input[0] & ~BY_HEADER & 0xFF) % FORMATS.size());
        long before = allocated();
        try {
            FrameHeader header = codec.probe(frame);
            boolean byHeader = (input[0] & BY_HEADER) != 0;
            if (byHeader && header != null && header.format().sampleCount() <= MOST_SAMPLES) {
                format = header.format();
            }
            Samples samples = Samples.allocate(format);
            codec.decode(frame, samples);
            encodeAgain(codec, samples);
        } catch (MalformedException refused) {
            assertThat(refused.offset()).isBetween(-1L, (long) frame.length);
        }
        return allocated() - before;
    }

    private static void encodeAgain(Codec codec, Samples samples) throws MalformedException {
        SampleFormat format = samples.format();
        // With fewer bits than its element has, a sample may be what the format does not know.
        if (format.bits() == 8 * format.bytesPerSample() && codec.encodes(format)) {
            Samples again = Samples.allocate(format);
            codec.decode(codec.encode(samples), again);
            assertThat(Pictures.mismatch(samples, again)).isEqualTo(-1);
        }
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().threadId());
    }
}
