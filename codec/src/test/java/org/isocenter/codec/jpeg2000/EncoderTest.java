package org.isocenter.codec.jpeg2000;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.isocenter.codec.Codec;
import org.isocenter.codec.FrameHeader;
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
import org.junit.jupiter.params.provider.EnumSource;

/// What is encoded comes back, by our own decoder and by those of OpenJPEG and OpenJPH.
class EncoderTest {
    private static final long SEED = 444_358;
    private static final int[][] SIZES = {{1, 1}, {61, 53}, {1, 300}, {300, 1}, {64, 64}, {65, 130}, {3, 2}};
    private static final double STEP = 1;

    @TempDir
    private Path folder;

    enum Form {
        LOSSLESS,
        HIGH_THROUGHPUT,
        LOSSY;

        Codec codec(Colors colors) {
            return switch (this) {
                case LOSSLESS -> Jpeg2000.lossless(colors);
                case HIGH_THROUGHPUT -> Jpeg2000.highThroughput(colors);
                case LOSSY -> Jpeg2000.lossy(STEP, colors);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void framesOfEveryFormatComeBack(Form form) throws Exception {
        Random random = new Random(SEED);
        for (int[] size : SIZES) {
            for (int components = 1; components <= 4; components++) {
                Codec codec = form.codec(random.nextBoolean() ? Colors.RGB : Colors.UNTOLD);
                for (int bits = form == Form.LOSSY ? 8 : 1; bits <= (form == Form.LOSSY ? 16 : 24); bits++) {
                    SampleFormat format = new SampleFormat(size[0], size[1], components, bits, random.nextBoolean());
                    for (Pictures.Kind kind : Pictures.Kind.values()) {
                        Samples samples = Pictures.draw(kind, format, random);
                        byte[] frame = codec.encode(samples);
                        FrameHeader header = requireNonNull(codec.probe(frame));
                        assertThat(header.format()).isEqualTo(format);
                        assertThat(header.lossless()).isEqualTo(form != Form.LOSSY);
                        Samples back = Samples.allocate(format);
                        codec.decode(frame, back);
                        assertThat(Pictures.difference(samples, back))
                                .as("%s %s", format, kind)
                                .isLessThanOrEqualTo(form == Form.LOSSY ? 4 * (int) STEP : 0);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void otherDecodersReadTheSame(Form form) throws Exception {
        Random random = new Random(SEED);
        List<String> tools = new ArrayList<>(List.of("opj_decompress"));
        if (form == Form.HIGH_THROUGHPUT) {
            tools.add("ojph_expand");
        }
        for (int[] size : SIZES) {
            for (int components : new int[] {1, 3}) {
                for (int bits : new int[] {8, 12, 16}) {
                    SampleFormat format = new SampleFormat(size[0], size[1], components, bits, false);
                    Samples samples = Pictures.draw(
                            Pictures.Kind.values()[random.nextInt(Pictures.Kind.values().length)], format, random);
                    Codec codec = form.codec(Colors.RGB);
                    byte[] frame = codec.encode(samples);
                    Samples own = Samples.allocate(format);
                    codec.decode(frame, own);
                    Path stream = folder.resolve(form == Form.HIGH_THROUGHPUT ? "frame.j2c" : "frame.j2k");
                    Path back = folder.resolve(Pixmap.name("back", format));
                    Files.write(stream, frame);
                    for (String tool : tools) {
                        Peer.run(tool, "-i", stream, "-o", back);
                        // OpenJPEG's arithmetic of the irreversible way has less bits than 16 want.
                        assertThat(Pictures.difference(own, Pixmap.read(back, format)))
                                .as("%s by %s", format, tool)
                                .isLessThanOrEqualTo(form != Form.LOSSY ? 0 : bits == 16 ? 4 : 1);
                    }
                }
            }
        }
    }

    @Test
    void aLargerStepMakesSmallerFrames() {
        SampleFormat format = new SampleFormat(200, 150, 3, 8, false);
        Samples samples = Pictures.draw(Pictures.Kind.WAVES, format, new Random(SEED));
        int last = Jpeg2000.lossless(Colors.RGB).encode(samples).length;
        for (double step : new double[] {1, 2, 4.5, 16}) {
            int length = Jpeg2000.lossy(step, Colors.RGB).encode(samples).length;
            assertThat(length).isLessThan(last);
            last = length;
        }
    }

    /// PS3.5 section 10.18: resolution by resolution, from a thumbnail on, and it is told where each ends.
    @Test
    void theBeginningOfAHighThroughputFrameIsASmallerFrame() throws Exception {
        SampleFormat format = new SampleFormat(517, 1030, 3, 8, false);
        Samples samples = Pictures.draw(Pictures.Kind.WAVES, format, new Random(SEED));
        byte[] frame = Jpeg2000.highThroughput(Colors.RGB).encode(samples);
        int tlm = find(frame, Marker.TLM, 0);
        int sot = find(frame, Marker.SOT, tlm);
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        int parts = (bytes.getShort(tlm + 2) - 4) / 6;
        assertThat(parts).isEqualTo(6);
        int end = sot;
        for (int part = 0; part < parts; part++) {
            assertThat(bytes.getShort(end)).isEqualTo((short) Marker.SOT);
            assertThat(bytes.getShort(tlm + 6 + 6 * part)).isZero();
            end += bytes.getInt(tlm + 8 + 6 * part);
            int levels = parts - 1 - part;
            SampleFormat reduced = Jpeg2000.reducedFormat(frame, levels);
            Samples expected = Samples.allocate(reduced);
            Jpeg2000.decodeReduced(frame, levels, expected);
            Samples beginning = Samples.allocate(reduced);
            Jpeg2000.decodeReduced(Arrays.copyOf(frame, end), levels, beginning);
            assertThat(Pictures.mismatch(expected, beginning)).isEqualTo(-1);
        }
        assertThat(bytes.getShort(end)).isEqualTo((short) Marker.EOC);
        SampleFormat lowest = Jpeg2000.reducedFormat(frame, parts - 1);
        assertThat(Math.max(lowest.width(), lowest.height())).isLessThanOrEqualTo(64);
    }

    private static int find(byte[] frame, int marker, int from) {
        for (int at = from; at < frame.length - 1; at++) {
            if ((frame[at] & 0xFF) == marker >> 8 && (frame[at + 1] & 0xFF) == (marker & 0xFF)) {
                return at;
            }
        }
        throw new AssertionError("no marker %04X".formatted(marker));
    }

    @ParameterizedTest
    @EnumSource
    void brokenFramesEndBySamplesOrByRefusal(Form form) {
        Mutations mutations = new Mutations();
        SampleFormat format = new SampleFormat(70, 50, 3, 8, false);
        Codec codec = form.codec(Colors.RGB);
        byte[] frame = codec.encode(Pictures.draw(Pictures.Kind.WAVES, format, new Random(SEED)));
        mutations.run(codec, frame, format, 2000, SEED);
        assertThat(mutations.refused()).isGreaterThan(500);
    }

    @Test
    void whatCannotBeEncodedIsRefused() {
        Samples deep = Samples.allocate(new SampleFormat(4, 4, 1, 25, false));
        assertThat(Jpeg2000.lossless(Colors.UNTOLD).encodes(deep.format())).isFalse();
        assertThatThrownBy(() -> Jpeg2000.lossless(Colors.UNTOLD).encode(deep))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Jpeg2000.lossy(0, Colors.UNTOLD)).isInstanceOf(IllegalArgumentException.class);
    }
}
