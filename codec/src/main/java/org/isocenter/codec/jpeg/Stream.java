package org.isocenter.codec.jpeg;

import java.util.Arrays;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.FrameHeader.Colors;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.jspecify.annotations.Nullable;

/// A JPEG stream: its markers and what they set (T.81 annex B).
///
/// Bytes that are no marker where one is due are passed over, as all decoders do; so is everything behind
/// the end of the image. A stream that ends without its last marker is whole when all samples have come.
final class Stream {
    private static final int START_OF_IMAGE = 0xD8;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int START_OF_SCAN = 0xDA;
    private static final int HUFFMAN_TABLES = 0xC4;
    private static final int ARITHMETIC_CONDITIONING = 0xCC;
    private static final int QUANTIZATION_TABLES = 0xDB;
    private static final int RESTART_INTERVAL = 0xDD;
    private static final int APPLICATION_0 = 0xE0;
    private static final int APPLICATION_14 = 0xEE;

    /// Scans of a frame, each of which goes through all its samples at most once: progressive ones have
    /// some ten.
    private static final int SCANS_MAX = 1000;

    private static final long COEFFICIENTS_MAX = 1 << 30;

    /// The order of coefficients in a stream (T.81 figure A.6), by rows.
    static final int[] ZIGZAG = zigzag();

    private final byte[] data;
    private int at;

    private int process = -1;
    private int precision;
    private int width;
    private int height;
    private Component[] components = {};
    private int adobeTransform = -1;
    private boolean jfif;

    private final @Nullable HuffmanTable[] direct = new HuffmanTable[4];
    private final @Nullable HuffmanTable[] alternating = new HuffmanTable[4];
    private final int[][] quantization = new int[4][];
    private int restartInterval;

    Stream(byte[] data) {
        this.data = data;
    }

    private static int[] zigzag() {
        int[] order = new int[64];
        int row = 0;
        int column = 0;
        for (int i = 0; i < 64; i++) {
            order[i] = 8 * row + column;
            boolean up = (row + column & 1) == 0;
            if (up ? column == 7 : row == 7) {
                if (up) {
                    row++;
                } else {
                    column++;
                }
            } else if (up ? row == 0 : column == 0) {
                if (up) {
                    column++;
                } else {
                    row++;
                }
            } else {
                row += up ? -1 : 1;
                column += up ? 1 : -1;
            }
        }
        return order;
    }

    // Markers

    /// The next marker, with the stream behind it; the end of the image where the stream ends.
    private int nextMarker() {
        while (at + 1 < data.length) {
            int next = data[at + 1] & 0xFF;
            if (data[at] == (byte) 0xFF && next != 0 && next != 0xFF) {
                at += 2;
                return next;
            }
            at++;
        }
        at = data.length;
        return END_OF_IMAGE;
    }

    /// The end of the segment that begins here; the stream is then behind its length.
    private int segment() throws MalformedException {
        if (at + 2 > data.length) {
            throw new MalformedException("the stream ends within a marker segment", at);
        }
        int length = unsignedShort(at);
        if (length < 2 || at + length > data.length) {
            throw new MalformedException("a marker segment of " + length + " bytes", at);
        }
        int end = at + length;
        at += 2;
        return end;
    }

    private int unsignedShort(int offset) {
        return (data[offset] & 0xFF) << 8 | data[offset + 1] & 0xFF;
    }

    private int octet(int end) throws MalformedException {
        if (at >= end) {
            throw new MalformedException("a marker segment that is too short", at);
        }
        return data[at++] & 0xFF;
    }

    /// Reads up to the header of the frame.
    void readToFrame() throws MalformedException {
        if (data.length < 4 || data[0] != (byte) 0xFF || (data[1] & 0xFF) != START_OF_IMAGE) {
            throw new MalformedException("no JPEG stream: it does not begin with FFD8", 0);
        }
        at = 2;
        while (process < 0) {
            int marker = nextMarker();
            if (marker == END_OF_IMAGE || marker == START_OF_SCAN) {
                throw new MalformedException("no frame header", at);
            }
            read(marker);
        }
    }

    private void read(int marker) throws MalformedException {
        switch (marker) {
            case 0x01, 0xD0, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, START_OF_IMAGE -> {
                // Stands alone and says nothing here.
            }
            case 0xC0, 0xC1, 0xC2, 0xC3 -> readFrame(marker);
            case 0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF, 0xDE, 0xDF ->
                throw new MalformedException("a hierarchical JPEG, which is not read", at);
            case 0xC9, 0xCA, 0xCB, ARITHMETIC_CONDITIONING ->
                throw new MalformedException("a JPEG with arithmetic coding, which is not read", at);
            case HUFFMAN_TABLES -> readHuffmanTables();
            case QUANTIZATION_TABLES -> readQuantizationTables();
            case RESTART_INTERVAL -> {
                int end = segment();
                restartInterval = octet(end) << 8 | octet(end);
                at = end;
            }
            case APPLICATION_0 -> {
                int end = segment();
                jfif |= startsWith("JFIF", end);
                at = end;
            }
            case APPLICATION_14 -> {
                int end = segment();
                if (startsWith("Adobe", end) && at + 11 < end) {
                    adobeTransform = data[at + 11] & 0xFF;
                }
                at = end;
            }
            default -> at = segment();
        }
    }

    private boolean startsWith(String name, int end) {
        for (int i = 0; i < name.length(); i++) {
            if (at + i >= end || data[at + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void readFrame(int marker) throws MalformedException {
        if (process >= 0) {
            throw new MalformedException("a second frame", at);
        }
        int start = at;
        int end = segment();
        precision = octet(end);
        height = octet(end) << 8 | octet(end);
        width = octet(end) << 8 | octet(end);
        int count = octet(end);
        boolean lossless = marker == 0xC3;
        boolean legal =
                lossless ? precision >= 2 && precision <= 16 : precision == 8 || precision == 12 && marker != 0xC0;
        if (!legal) {
            throw new MalformedException("samples of " + precision + " bits", start);
        }
        if (width == 0 || height == 0) {
            throw new MalformedException("a frame of " + width + " x " + height + " pixels", start);
        }
        if (count < 1 || count > 4) {
            throw new MalformedException(count + " components", start);
        }
        components = new Component[count];
        for (int i = 0; i < count; i++) {
            int id = octet(end);
            int sampling = octet(end);
            Component component = new Component(id, sampling >> 4, sampling & 15, octet(end) & 3);
            if (component.horizontal < 1
                    || component.horizontal > 4
                    || component.vertical < 1
                    || component.vertical > 4) {
                throw new MalformedException("a component sampled " + (sampling >> 4) + " x " + (sampling & 15), start);
            }
            components[i] = component;
        }
        process = marker;
        at = end;
        measure();
    }

    private void measure() {
        int across = maxHorizontal();
        int down = maxVertical();
        int unitsAcross = ceil(width, 8 * across);
        int unitsDown = ceil(height, 8 * down);
        for (Component component : components) {
            component.width = ceil(width * component.horizontal, across);
            component.height = ceil(height * component.vertical, down);
            component.blocksAcross = unitsAcross * component.horizontal;
            component.blocksDown = unitsDown * component.vertical;
        }
    }

    private static int ceil(int value, int divisor) {
        return (value + divisor - 1) / divisor;
    }

    private int maxHorizontal() {
        return Arrays.stream(components).mapToInt(one -> one.horizontal).max().orElse(1);
    }

    private int maxVertical() {
        return Arrays.stream(components).mapToInt(one -> one.vertical).max().orElse(1);
    }

    private void readHuffmanTables() throws MalformedException {
        int end = segment();
        while (at < end) {
            int which = octet(end);
            int[] counts = new int[HuffmanTable.LONGEST_CODE];
            int total = 0;
            for (int i = 0; i < counts.length; i++) {
                counts[i] = octet(end);
                total += counts[i];
            }
            if (total > 256 || at + total > end || (which & 15) > 3 || which >> 4 > 1) {
                throw new MalformedException("a Huffman table that does not fit", at);
            }
            HuffmanTable table = new HuffmanTable(counts, Arrays.copyOfRange(data, at, at + total));
            (which >> 4 == 0 ? direct : alternating)[which & 15] = table;
            at += total;
        }
    }

    private void readQuantizationTables() throws MalformedException {
        int end = segment();
        while (at < end) {
            int which = octet(end);
            if ((which & 15) > 3 || which >> 4 > 1) {
                throw new MalformedException("a quantization table " + which, at);
            }
            int[] table = new int[64];
            for (int i = 0; i < 64; i++) {
                table[ZIGZAG[i]] = which >> 4 == 0 ? octet(end) : octet(end) << 8 | octet(end);
            }
            quantization[which & 15] = table;
        }
    }

    // What the frame is

    FrameHeader header() {
        return new FrameHeader(
                new SampleFormat(width, height, components.length, precision, false), process == 0xC3, colors());
    }

    private Colors colors() {
        if (components.length != 3) {
            return Colors.UNTOLD;
        }
        if (adobeTransform == 0 || components[0].id == 'R' && components[1].id == 'G' && components[2].id == 'B') {
            return Colors.RGB;
        }
        return adobeTransform == 1 || jfif ? Colors.YBR : Colors.UNTOLD;
    }

    /// Decodes the whole stream.
    void decode(Samples into) throws MalformedException {
        readToFrame();
        SampleFormat format = into.format();
        if (width != format.width() || height != format.height() || components.length != format.components()) {
            throw new MalformedException("%d x %d pixels of %d components instead of %d x %d of %d"
                    .formatted(width, height, components.length, format.width(), format.height(), format.components()));
        }
        if (precision > 8 * format.bytesPerSample()) {
            throw new MalformedException(
                    "samples of " + precision + " bits for elements of " + 8 * format.bytesPerSample());
        }
        if (process == 0xC3) {
            decodeLossless(into);
        } else {
            decodeTransform(into);
        }
    }

    /// The next scan of the frame, with the stream behind its header; null where the image ends.
    private @Nullable Scan nextScan() throws MalformedException {
        while (true) {
            int marker = nextMarker();
            if (marker == END_OF_IMAGE) {
                return null;
            }
            if (marker == START_OF_SCAN) {
                return readScan();
            }
            read(marker);
        }
    }

    private Scan readScan() throws MalformedException {
        int start = at;
        int end = segment();
        int count = octet(end);
        if (count < 1 || count > components.length) {
            throw new MalformedException("a scan of " + count + " components", start);
        }
        int[] indexes = new int[count];
        @Nullable HuffmanTable[] directs = new HuffmanTable[count];
        @Nullable HuffmanTable[] alternatings = new HuffmanTable[count];
        for (int i = 0; i < count; i++) {
            int id = octet(end);
            int tables = octet(end);
            indexes[i] = index(id, start);
            for (int k = 0; k < i; k++) {
                if (indexes[k] == indexes[i]) {
                    throw new MalformedException("a component twice in a scan", start);
                }
            }
            if (tables >> 4 > 3 || (tables & 15) > 3) {
                throw new MalformedException("a Huffman table " + tables, start);
            }
            directs[i] = direct[tables >> 4];
            alternatings[i] = alternating[tables & 15];
        }
        Scan scan =
                new Scan(indexes, directs, alternatings, octet(end), octet(end), octet(end), restartInterval, start);
        at = end;
        return scan;
    }

    private int index(int id, int start) throws MalformedException {
        for (int i = 0; i < components.length; i++) {
            if (components[i].id == id) {
                return i;
            }
        }
        throw new MalformedException("a scan of component " + id + ", which the frame has not", start);
    }

    private void decodeLossless(Samples into) throws MalformedException {
        int missing = (1 << components.length) - 1;
        for (Scan scan = nextScan(); scan != null && missing != 0; scan = nextScan()) {
            for (int index : scan.components()) {
                if ((missing >> index & 1) == 0) {
                    throw new MalformedException("a component in two scans", scan.start());
                }
                missing &= ~(1 << index);
                if (scan.components().length > 1
                                && (components[index].horizontal != components[scan.components()[0]].horizontal
                                        || components[index].vertical != components[scan.components()[0]].vertical)
                        || components[index].width != width
                        || components[index].height != height) {
                    throw new MalformedException("lossless components of different size, which are not read");
                }
            }
            at = new LosslessScan(scan, precision, data, at, into).decode();
        }
        if (missing != 0) {
            throw new MalformedException("the image ends before all components have come", at);
        }
    }

    private void decodeTransform(Samples into) throws MalformedException {
        for (Component component : components) {
            long count = 64L * component.blocksAcross * component.blocksDown;
            if (count > COEFFICIENTS_MAX) {
                throw new MalformedException(count + " coefficients of a component");
            }
            component.coefficients = new short[(int) count];
        }
        int[] seen = new int[components.length];
        int scans = 0;
        for (Scan scan = nextScan(); scan != null; scan = nextScan()) {
            if (++scans > SCANS_MAX) {
                throw new MalformedException("more than " + SCANS_MAX + " scans", at);
            }
            for (int index : scan.components()) {
                seen[index]++;
                if (process != 0xC2 && seen[index] > 1) {
                    throw new MalformedException("a component in two scans", scan.start());
                }
            }
            at = new TransformScan(
                            scan, components, process == 0xC2, precision, maxHorizontal(), maxVertical(), width, height)
                    .decode(data, at);
        }
        for (int i = 0; i < components.length; i++) {
            int[] table = quantization[components[i].quantization];
            if (seen[i] == 0 || table == null) {
                throw new MalformedException(
                        seen[i] == 0 ? "the image ends before all components have come" : "no quantization table", at);
            }
            Plane plane = Plane.of(components[i], table, precision);
            plane.upsampled(
                            maxHorizontal(),
                            components[i].horizontal,
                            maxVertical(),
                            components[i].vertical,
                            width,
                            height)
                    .store(into, i, precision);
        }
    }
}
