package org.isocenter.codec.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.FrameHeader.Colors;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.Mutations;
import org.isocenter.codec.Pictures;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Forms of frames that are legal, or found in the field, and that no tool at hand writes.
class JpegFormsTest {
    private static final long SEED = Long.getLong("seed", 20_251_126);

    /// Samples of each component, in the size that its sampling factors give it.
    private static int[][][] planes(int width, int height, int precision, int[] sampling) {
        Random random = new Random(SEED);
        int across = Arrays.stream(sampling).map(factors -> factors >> 4).max().orElseThrow();
        int down = Arrays.stream(sampling).map(factors -> factors & 15).max().orElseThrow();
        int[][][] planes = new int[sampling.length][][];
        for (int i = 0; i < planes.length; i++) {
            int lines = (height * (sampling[i] & 15) + down - 1) / down;
            int columns = (width * (sampling[i] >> 4) + across - 1) / across;
            planes[i] = new int[lines][columns];
            for (int[] line : planes[i]) {
                Arrays.setAll(line, x -> random.nextInt(1 << precision));
            }
        }
        return planes;
    }

    /// T.81 H.1.2.1 word by word.
    private static int foretold(int[][] plane, int x, int y, boolean first, int predictor, int start) {
        if (first) {
            return x == 0 ? start : plane[y][x - 1];
        }
        if (x == 0) {
            return plane[y - 1][0];
        }
        int left = plane[y][x - 1];
        int above = plane[y - 1][x];
        int corner = plane[y - 1][x - 1];
        return switch (predictor) {
            case 1 -> left;
            case 2 -> above;
            case 3 -> corner;
            case 4 -> left + above - corner;
            case 5 -> left + (above - corner >> 1);
            case 6 -> above + (left - corner >> 1);
            default -> left + above >> 1;
        };
    }

    /// Writes components in the order of T.81 A.2.3. Beyond the edges of a component come differences of 0:
    /// nothing there foretells anything within.
    private static void scan(
            PlainJpeg out, int[][][] planes, int[] sampling, int[] which, int predictor, int start, int restartUnits) {
        int across = which.length == 1 ? planes[which[0]][0].length : 0;
        int down = which.length == 1 ? planes[which[0]].length : 0;
        for (int i : which.length == 1 ? new int[0] : which) {
            across = Math.max(across, (planes[i][0].length + (sampling[i] >> 4) - 1) / (sampling[i] >> 4));
            down = Math.max(down, (planes[i].length + (sampling[i] & 15) - 1) / (sampling[i] & 15));
        }
        for (int unit = 0; unit < across * down; unit++) {
            if (restartUnits > 0 && unit > 0 && unit % restartUnits == 0) {
                out.align();
                out.number(2, 0xFFD0 | unit / restartUnits - 1 & 7);
            }
            boolean firstLine = restartUnits == 0 ? unit < across : unit / across % (restartUnits / across) == 0;
            for (int i : which) {
                int h = which.length == 1 ? 1 : sampling[i] >> 4;
                int v = which.length == 1 ? 1 : sampling[i] & 15;
                for (int k = 0; k < h * v; k++) {
                    int x = unit % across * h + k % h;
                    int y = unit / across * v + k / h;
                    boolean inside = y < planes[i].length && x < planes[i][0].length;
                    out.difference(
                            inside
                                    ? planes[i][y][x]
                                            - foretold(planes[i], x, y, firstLine && k / h == 0, predictor, start)
                                    : 0);
                }
            }
        }
        out.align();
    }

    @ParameterizedTest
    @CsvSource({
        "8, 0, false, 11", "16, 0, false, 11", "12, 3, false, 11", "2, 1, false, 11", // one component
        "8, 0, false, 22", "8, 0, false, 11 11 11", "16, 2, true, 11 11 11", "8, 0, false, 22 22",
        "8, 0, true, 21 21 21", "8, 0, false, 22 11 11", "8, 0, true, 22 11 11", "12, 1, false, 21 11 11",
        "8, 0, false, 12 11 11 12", "8, 0, false, 41 11 21", "16, 0, false, 31 22 11"
    })
    void losslessFramesOfAnyPredictorAndSamplingAreDecoded(
            int precision, int pointTransform, boolean oneScanEach, String factors) throws MalformedException {
        int[] sampling = Arrays.stream(factors.split(" ", -1))
                .mapToInt(text -> Integer.parseInt(text, 16))
                .toArray();
        int[] ids = new int[sampling.length];
        Arrays.setAll(ids, i -> i + 1);
        int width = 23;
        int height = 17;
        int[][][] planes = planes(width, height, precision - pointTransform, sampling);
        for (int predictor = 1; predictor <= 7; predictor++) {
            for (int restartLines : new int[] {0, 1, 3}) {
                PlainJpeg out = new PlainJpeg();
                out.frame(0xFFC3, precision, width, height, ids, sampling);
                int start = 1 << precision - pointTransform - 1;
                for (int i = 0; i < (oneScanEach ? ids.length : 1); i++) {
                    int[] which = {i};
                    if (!oneScanEach) {
                        which = new int[ids.length];
                        Arrays.setAll(which, k -> k);
                    }
                    int units = units(planes, sampling, which) * restartLines;
                    out.restartInterval(units);
                    out.scan(predictor, 0, pointTransform, oneScanEach ? new int[] {ids[i]} : ids);
                    scan(out, planes, sampling, which, predictor, start, units);
                }
                SampleFormat format = new SampleFormat(width, height, ids.length, precision, false);
                Samples decoded = Samples.allocate(format);

                byte[] frame = out.end();
                Jpeg.lossless().decode(frame, decoded);

                assertSame(decoded, planes, sampling, pointTransform, "predictor " + predictor + " " + restartLines);
                if (restartLines == 1) {
                    new Mutations().run(Jpeg.lossless(), frame, format, 20, SEED);
                }
            }
        }
    }

    /// A frame of one component, whose samples are noise.
    ///
    /// @param restartLines lines of a restart interval, 0 for no restarts
    static byte[] lossless(SampleFormat format, int predictor, int pointTransform, int restartLines) {
        int[] sampling = {0x11};
        int[] ids = {1};
        int precision = format.bits() - pointTransform;
        int[][][] planes = planes(format.width(), format.height(), precision, sampling);
        PlainJpeg out = new PlainJpeg();
        out.frame(0xFFC3, format.bits(), format.width(), format.height(), ids, sampling);
        out.restartInterval(restartLines * format.width());
        out.scan(predictor, 0, pointTransform, ids);
        scan(out, planes, sampling, new int[] {0}, predictor, 1 << precision - 1, restartLines * format.width());
        return out.end();
    }

    /// Units in a line of a scan.
    private static int units(int[][][] planes, int[] sampling, int[] which) {
        int across = 0;
        for (int i : which) {
            int h = which.length == 1 ? 1 : sampling[i] >> 4;
            across = Math.max(across, (planes[i][0].length + h - 1) / h);
        }
        return across;
    }

    private static void assertSame(Samples decoded, int[][][] planes, int[] sampling, int pointTransform, String what) {
        SampleFormat format = decoded.format();
        int across = Arrays.stream(sampling).map(factors -> factors >> 4).max().orElseThrow();
        int down = Arrays.stream(sampling).map(factors -> factors & 15).max().orElseThrow();
        for (int i = 0; i < format.sampleCount(); i++) {
            int component = i % format.components();
            int x = i / format.components() % format.width() * (sampling[component] >> 4) / across;
            int y = i / format.components() / format.width() * (sampling[component] & 15) / down;
            assertThat(Pictures.getBits(decoded, i))
                    .as("sample %d, %s, seed %d", i, what, SEED)
                    .isEqualTo(planes[component][y][x] << pointTransform);
        }
    }

    private interface BlockWriter {
        void write(int component, int across, int down);
    }

    /// Goes through the blocks of a scan in the order of T.81 A.2.
    ///
    /// @param restart what is done before a restart marker's interval begins
    private static void walk(
            PlainJpeg out,
            SampleFormat format,
            int[] sampling,
            int[] which,
            int restartUnits,
            Runnable restart,
            BlockWriter writer) {
        boolean alone = which.length == 1;
        int most = most(sampling);
        int h = alone ? sampling[which[0]] >> 4 : 1;
        int v = alone ? sampling[which[0]] & 15 : 1;
        int width = alone ? ceiling(format.width() * h, most >> 4) : format.width();
        int height = alone ? ceiling(format.height() * v, most & 15) : format.height();
        int across = ceiling(width, alone ? 8 : 8 * (most >> 4));
        int down = ceiling(height, alone ? 8 : 8 * (most & 15));
        for (int unit = 0; unit < across * down; unit++) {
            if (restartUnits > 0 && unit > 0 && unit % restartUnits == 0) {
                out.align();
                out.number(2, 0xFFD0 | unit / restartUnits - 1 & 7);
                restart.run();
            }
            for (int i : which) {
                int columns = alone ? 1 : sampling[i] >> 4;
                int lines = alone ? 1 : sampling[i] & 15;
                for (int k = 0; k < columns * lines; k++) {
                    writer.write(i, unit % across * columns + k % columns, unit / across * lines + k / columns);
                }
            }
        }
        out.align();
    }

    private static int ceiling(int number, int divisor) {
        return (number + divisor - 1) / divisor;
    }

    /// The largest factors, as a pair in four bits each.
    private static int most(int[] sampling) {
        int across = Arrays.stream(sampling).map(factors -> factors >> 4).max().orElseThrow();
        int down = Arrays.stream(sampling).map(factors -> factors & 15).max().orElseThrow();
        return across << 4 | down;
    }

    /// Each block has one value throughout, so that each sample is known. Between samples of a component is
    /// what stands to the left and above; factors of two, for which that is smoothed, are not among them.
    @ParameterizedTest
    @CsvSource({
        "8, false, 11", "12, false, 11", "8, false, 33 11", "12, false, 31 21", "8, false, 41 31 11",
        "12, false, 32 22", "8, false, 13 12 11", "8, false, 31 11 21 31", "12, true, 11", "8, true, 33 11",
        "12, true, 23 11", "8, true, 31 11 21 31"
    })
    void blocksOfAnySamplingAreWhereTheyBelong(int precision, boolean progressive, String factors)
            throws MalformedException {
        int[] sampling = Arrays.stream(factors.split(" ", -1))
                .mapToInt(text -> Integer.parseInt(text, 16))
                .toArray();
        int count = sampling.length;
        Mutations mutations = new Mutations();
        for (int[] size : new int[][] {{1, 1}, {3, 50}, {67, 43}}) {
            SampleFormat format = new SampleFormat(size[0], size[1], count, precision, false);
            for (boolean oneScanEach : new boolean[] {false, true}) {
                for (int restartUnits : new int[] {0, 1, 5}) {
                    for (boolean linesBehind : new boolean[] {false, true}) {
                        Random random = new Random(SEED);
                        int[][][] values =
                                new int[count][ceiling(format.height(), 8) * 4 + 4][ceiling(format.width(), 8) * 4 + 4];
                        for (int[][] component : values) {
                            for (int[] line : component) {
                                Arrays.setAll(line, x -> random.nextInt(1 << precision) - (1 << precision - 1));
                            }
                        }
                        byte[] frame =
                                blocks(format, values, sampling, progressive, oneScanEach, restartUnits, linesBehind);
                        Samples decoded = Samples.allocate(format);

                        Jpeg.lossless().decode(frame, decoded);

                        assertBlocks(decoded, values, sampling);
                        if (restartUnits == 5) {
                            mutations.run(Jpeg.lossless(), frame, format, 20, SEED);
                        }
                    }
                }
            }
        }
        assertThat(mutations.refused()).isPositive();
    }

    private static void assertBlocks(Samples decoded, int[][][] values, int[] sampling) {
        SampleFormat format = decoded.format();
        int most = most(sampling);
        for (int i = 0; i < format.sampleCount(); i++) {
            int component = i % format.components();
            int x = i / format.components() % format.width() * (sampling[component] >> 4) / (most >> 4);
            int y = i / format.components() / format.width() * (sampling[component] & 15) / (most & 15);
            assertThat(Pictures.getBits(decoded, i))
                    .as("sample %d of %s, seed %d", i, format, SEED)
                    .isEqualTo(values[component][y / 8][x / 8] + (1 << format.bits() - 1));
        }
    }

    /// @param values of each block of each component, less the one in the middle of the range
    /// @param linesBehind whether the number of lines comes behind the first scan (T.81 B.2.5)
    private static byte[] blocks(
            SampleFormat format,
            int[][][] values,
            int[] sampling,
            boolean progressive,
            boolean oneScanEach,
            int restartUnits,
            boolean linesBehind) {
        int count = sampling.length;
        int[] ids = new int[count];
        Arrays.setAll(ids, i -> 10 + i);
        PlainJpeg out = new PlainJpeg();
        // Eight steps of a DC coefficient are one of the samples (T.81 A.3.3).
        out.quantization(8);
        out.alternating(0);
        out.frame(
                progressive ? 0xFFC2 : 0xFFC1,
                format.bits(),
                format.width(),
                linesBehind ? 0 : format.height(),
                ids,
                sampling);
        out.restartInterval(restartUnits);
        boolean first = true;
        for (int low = progressive ? 2 : 0; low >= 0; low--) {
            boolean more = progressive && low < 2;
            int shift = low;
            for (int i = 0; i < (oneScanEach ? count : 1); i++) {
                int[] which = oneScanEach ? new int[] {i} : indexes(count);
                int approximation = more ? low + 1 << 4 | low : low;
                out.scan(0, progressive ? 0 : 63, approximation, oneScanEach ? new int[] {ids[i]} : ids);
                int[] former = new int[count];
                walk(out, format, sampling, which, restartUnits, () -> Arrays.fill(former, 0), (component, x, y) -> {
                    int value = values[component][y][x] >> shift;
                    if (more) {
                        out.bits(value, 1);
                        return;
                    }
                    out.difference(value - former[component]);
                    former[component] = value;
                    if (!progressive) {
                        out.bits(0, 1);
                    }
                });
                if (first && linesBehind) {
                    out.number(2, 0xFFDC);
                    out.number(2, 4);
                    out.number(2, format.height());
                }
                first = false;
            }
        }
        return out.end();
    }

    private static int[] indexes(int count) {
        int[] indexes = new int[count];
        Arrays.setAll(indexes, i -> i);
        return indexes;
    }

    /// T.81 B.2.4.1: a table holds until another one of its number comes.
    @Test
    void aScanHasTheQuantisationTableThatCameBeforeIt() throws MalformedException {
        PlainJpeg out = new PlainJpeg();
        out.alternating(0);
        out.frame(0xFFC0, 8, 8, 8, new int[] {1, 2}, 0x11, 0x11);
        for (int id = 1; id <= 2; id++) {
            out.quantization(id == 1 ? 8 : 80);
            out.scan(0, 63, 0, id);
            out.difference(5);
            out.bits(0, 1);
            out.align();
        }
        Samples.Bytes decoded = new Samples.Bytes(new SampleFormat(8, 8, 2, 8, false), new byte[128]);

        Jpeg.lossless().decode(out.end(), decoded);

        assertThat(decoded.array()[0] & 0xFF).isEqualTo(128 + 5);
        assertThat(decoded.array()[1] & 0xFF).isEqualTo(128 + 50);
    }

    /// T.81 B.2.5.
    @Test
    void theNumberOfLinesMayComeBehindTheFirstScan() throws MalformedException {
        PlainJpeg out = new PlainJpeg();
        out.frame(0xFFC3, 8, 3, 0, new int[] {1}, 0x11);
        out.scan(1, 0, 0, 1);
        for (int difference : new int[] {0, 3, 3, -5, 127, -1}) {
            out.difference(difference);
        }
        out.align();
        out.number(2, 0xFFDC);
        out.number(2, 4);
        out.number(2, 2);
        byte[] frame = out.end();
        Samples.Bytes decoded = new Samples.Bytes(new SampleFormat(3, 2, 1, 8, false), new byte[6]);

        Jpeg.lossless().decode(frame, decoded);

        assertThat(probe(frame).format()).isEqualTo(decoded.format());
        assertThat(decoded.array()).containsExactly(128, 131, 134, 123, 250, 249);
        byte[] untold = Arrays.copyOf(frame, frame.length - 8);
        assertThatThrownBy(() -> Jpeg.lossless().decode(untold, decoded))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("no number of lines");
    }

    @Test
    void componentsOfTheSameNameComeInTurn() throws MalformedException {
        Samples.Bytes decoded = new Samples.Bytes(new SampleFormat(1, 1, 3, 8, false), new byte[3]);

        Jpeg.lossless().decode(colors(new int[] {0, 0, 0}, -1, -1), decoded);

        assertThat(decoded.array()).containsExactly(129, 130, 131);
    }

    @Test
    void whatTellsTheColoursMayStandBehindTheFrameHeaderAndGoesBeforeNames() throws MalformedException {
        int[] names = {1, 2, 3};
        int[] letters = {'R', 'G', 'B'};
        assertThat(probe(colors(names, -1, -1)).colors()).isEqualTo(Colors.UNTOLD);
        assertThat(probe(colors(letters, -1, -1)).colors()).isEqualTo(Colors.RGB);
        assertThat(probe(colors(letters, 1, -1)).colors()).isEqualTo(Colors.YBR);
        assertThat(probe(colors(names, 0, -1)).colors()).isEqualTo(Colors.RGB);
        assertThat(probe(colors(names, -1, 0)).colors()).isEqualTo(Colors.RGB);
        assertThat(probe(colors(names, -1, 1)).colors()).isEqualTo(Colors.YBR);
    }

    private static FrameHeader probe(byte[] frame) throws MalformedException {
        return Objects.requireNonNull(Jpeg.lossless().probe(frame));
    }

    private static byte[] colors(int[] ids, int transformBefore, int transformBehind) {
        PlainJpeg out = new PlainJpeg();
        if (transformBefore >= 0) {
            out.adobe(transformBefore);
        }
        out.frame(0xFFC3, 8, 1, 1, ids, 0x11, 0x11, 0x11);
        if (transformBehind >= 0) {
            out.adobe(transformBehind);
        }
        out.scan(1, 0, 0, ids);
        for (int difference = 1; difference <= 3; difference++) {
            out.difference(difference);
        }
        return out.end();
    }

    /// A frame of some bytes may not ask for hundreds of times the work that its samples are.
    @Test
    void scansThatBringTheSameBitsAgainAreRefused() {
        int side = 256;
        PlainJpeg out = new PlainJpeg();
        out.quantization(1);
        // The end of 16384 blocks or more, and a coefficient.
        out.alternating(0xE0, 0x01);
        out.frame(0xFFC2, 8, side, side, new int[] {1}, 0x11);
        out.scan(0, 0, 0, 1);
        for (int block = 0; block < side / 8 * (side / 8); block++) {
            out.difference(0);
        }
        for (int i = 0; i < 2; i++) {
            out.align();
            out.scan(1, 63, 0x10, 1);
            out.bits(0, 15);
        }
        Samples into = Samples.allocate(new SampleFormat(side, side, 1, 8, false));
        byte[] frame = out.end();

        assertThatThrownBy(() -> Jpeg.lossless().decode(frame, into))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("not in order");
    }

    /// Without a scan an image is only blurred, which nobody sees.
    @Test
    void aProgressiveFrameThatHasLostAScanIsRefused() throws Exception {
        byte[] frame = progressive(64, 48);
        Samples into = Samples.allocate(new SampleFormat(64, 48, 1, 8, false));
        Jpeg.lossless().decode(frame, into);
        int scans = 0;
        for (int i = 0; i + 1 < frame.length; i++) {
            if (frame[i] != (byte) 0xFF || frame[i + 1] != (byte) 0xDA) {
                continue;
            }
            byte[] cut = Arrays.copyOf(frame, i);
            assertThatThrownBy(() -> Jpeg.lossless().decode(cut, into))
                    .as("the bytes end before scan %d", scans)
                    .isInstanceOf(MalformedException.class);
            byte[] damaged = frame.clone();
            damaged[i + 1] = 1;
            assertThatThrownBy(() -> Jpeg.lossless().decode(damaged, into))
                    .as("the marker of scan %d is damaged", scans)
                    .isInstanceOf(MalformedException.class);
            scans++;
        }
        assertThat(scans).isGreaterThan(3);
    }

    private static byte[] progressive(int width, int height) throws Exception {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        Random random = new Random(SEED);
        for (int i = 0; i < width * height; i++) {
            image.getRaster().setSample(i % width, i / width, 0, 3 * (i % width) + random.nextInt(40));
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    @Test
    void aFewBytesBeforeAMarkerAreNothingButManyAreASampleTooMany() throws MalformedException {
        SampleFormat format = new SampleFormat(40, 30, 1, 16, false);
        Samples samples = Pictures.draw(Pictures.Kind.NOISE, format, new Random(SEED));
        byte[] frame = Jpeg.lossless().encode(samples);
        for (int zeros : new int[] {1, 500}) {
            Samples decoded = Samples.allocate(format);
            Jpeg.lossless().decode(withBytesBeforeTheEnd(frame, new byte[zeros]), decoded);
            assertThat(Pictures.mismatch(samples, decoded)).isEqualTo(-1);
        }
        byte[] some = new byte[40];
        Arrays.fill(some, (byte) 0x55);
        assertThatThrownBy(() -> Jpeg.lossless().decode(withBytesBeforeTheEnd(frame, some), Samples.allocate(format)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("no marker");
    }

    private static byte[] withBytesBeforeTheEnd(byte[] frame, byte[] more) {
        byte[] longer = Arrays.copyOf(frame, frame.length + more.length);
        System.arraycopy(more, 0, longer, frame.length - 2, more.length);
        System.arraycopy(frame, frame.length - 2, longer, longer.length - 2, 2);
        return longer;
    }
}
