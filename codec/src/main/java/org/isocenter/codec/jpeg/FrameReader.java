package org.isocenter.codec.jpeg;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.isocenter.codec.FrameHeader.Colors;
import org.isocenter.codec.MalformedException;
import org.jspecify.annotations.Nullable;

/// Reads the marker segments of a frame (T.81 annex B), which ends in scans or in the end of the image.
///
/// It stops after the header of each scan; whoever decodes the scan says by {@link #continueAt} where it
/// ended.
final class FrameReader {
    private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);

    /// Where the colour transform is in a segment of Adobe, and how long that is (T.872 6.5.3).
    private static final int ADOBE_TRANSFORM = 11;

    private static final int MAX_COMPONENTS = 4;
    private static final int MAX_SAMPLING = 4;
    private static final int TABLES = 4;
    private static final int TABLE_HEADER_BYTES = 1 + HuffmanTable.LONGEST_CODE;
    private static final int MAX_SYMBOLS = 256;

    /// Bytes other than zeros that may stand before a marker and mean nothing.
    private static final int MAX_STRAY_BYTES = 16;

    private final byte[] frame;
    private int position;
    private boolean ended;

    private @Nullable Frame header;
    /// Empty where a table has not come.
    private final int[][] quantization = new int[TABLES][0];
    private final @Nullable HuffmanTable[] dc = new HuffmanTable[TABLES];
    private final @Nullable HuffmanTable[] ac = new HuffmanTable[TABLES];
    private int restartInterval;
    private boolean jfif;
    private int adobeTransform = -1;

    FrameReader(byte[] frame) throws MalformedException {
        this.frame = frame;
        if (frame.length < 2 || (frame[0] & 0xFF) != 0xFF || (frame[1] & 0xFF) != Marker.START_OF_IMAGE) {
            throw new MalformedException("no start of image", 0);
        }
        position = 2;
    }

    /// The header of the frame, which stands before every scan.
    Frame header() throws MalformedException {
        if (header == null) {
            throw new MalformedException("no start of frame", position);
        }
        return header;
    }

    /// Where the next byte is read: after a call of {@link #findScan}, where the data of the scan begins.
    int position() {
        return position;
    }

    void continueAt(int end) {
        position = end;
    }

    /// Whether the end of the image has come, and not just that of the bytes.
    boolean ended() {
        return ended;
    }

    /// What three components are. Adobe's segment says so, that of JFIF means YBR, and the letters R, G and B
    /// for components go without saying (T.872 6.1). Which of them is right is told by the most specific.
    Colors colors() throws MalformedException {
        Component[] components = header().components();
        if (components.length != 3) {
            return Colors.UNTOLD;
        }
        if (adobeTransform == 0 || adobeTransform == 1) {
            return adobeTransform == 0 ? Colors.RGB : Colors.YBR;
        }
        if (jfif) {
            return Colors.YBR;
        }
        boolean letters = components[0].id() == 'R' && components[1].id() == 'G' && components[2].id() == 'B';
        return letters ? Colors.RGB : Colors.UNTOLD;
    }

    /// Reads up to the data of the next scan. Null at the end of the image, or where no more bytes come.
    @Nullable
    Scan findScan() throws MalformedException {
        while (true) {
            int marker = findMarker();
            if (marker < 0) {
                return null;
            }
            int end = segmentEnd(position);
            position += 2;
            if (marker == Marker.START_OF_SCAN) {
                Scan scan = scan(end);
                position = end;
                return scan;
            }
            segment(marker, end);
            position = end;
        }
    }

    /// The end of a segment, by its length.
    private int segmentEnd(int start) throws MalformedException {
        int length = start + 2 <= frame.length ? (frame[start] & 0xFF) << Byte.SIZE | frame[start + 1] & 0xFF : 0;
        if (length < 2 || length > frame.length - start) {
            throw new MalformedException("a segment of " + length + " bytes", start);
        }
        return start + length;
    }

    /// The next marker that has a segment. -1 at the end of the image, or where no more bytes come.
    ///
    /// Passed over are zeros and a few other bytes that some writers leave behind, and a restart after the
    /// last interval. All samples before them have been decoded.
    private int findMarker() throws MalformedException {
        int strays = 0;
        int start = position;
        while (position < frame.length) {
            int octet = frame[position++] & 0xFF;
            if (octet == 0xFF && position < frame.length) {
                int code = frame[position] & 0xFF;
                if (code == Marker.END_OF_IMAGE) {
                    ended = true;
                    return -1;
                }
                // An FF before another one fills up.
                if (code != 0 && code != 0xFF && code != Marker.TEMPORARY && !Marker.isRestart(code)) {
                    position++;
                    return code;
                }
                position += code == 0xFF ? 0 : 1;
            } else if (octet != 0 && octet != 0xFF) {
                strays++;
            }
            if (strays > MAX_STRAY_BYTES) {
                throw new MalformedException("no marker", start);
            }
        }
        return -1;
    }

    private void segment(int marker, int end) throws MalformedException {
        switch (marker) {
            case Marker.BASELINE, Marker.EXTENDED -> startOfFrame(Frame.Process.SEQUENTIAL, end);
            case Marker.PROGRESSIVE -> startOfFrame(Frame.Process.PROGRESSIVE, end);
            case Marker.LOSSLESS -> startOfFrame(Frame.Process.LOSSLESS, end);
            case Marker.HUFFMAN_TABLES -> huffmanTables(end);
            case Marker.QUANTIZATION_TABLES -> quantizationTables(end);
            case Marker.RESTART_INTERVAL -> {
                need(2, end);
                restartInterval = unsigned(2);
            }
            case Marker.APPLICATION_0 -> jfif |= startsWith(JFIF, end);
            case Marker.APPLICATION_14 -> {
                if (startsWith(ADOBE, end) && end - position > ADOBE_TRANSFORM) {
                    adobeTransform = frame[position + ADOBE_TRANSFORM] & 0xFF;
                }
            }
            // It has been read in advance where it counts.
            case Marker.NUMBER_OF_LINES, Marker.COMMENT -> {}
            default -> {
                if (marker < Marker.APPLICATION_0 || marker > Marker.LAST_APPLICATION) {
                    throw new MalformedException(Marker.foreign(marker), position);
                }
            }
        }
    }

    private boolean startsWith(byte[] name, int end) {
        return Arrays.equals(frame, position, Math.min(end, position + name.length), name, 0, name.length);
    }

    private void startOfFrame(Frame.Process process, int end) throws MalformedException {
        if (header != null) {
            throw new MalformedException("a second start of frame", position);
        }
        need(6, end);
        int precision = unsigned(1);
        boolean known = process == Frame.Process.LOSSLESS
                ? precision >= 2 && precision <= 16
                : precision == 8 || precision == 12;
        if (!known) {
            throw new MalformedException("samples of " + precision + " bits", position);
        }
        int height = unsigned(2);
        int width = unsigned(2);
        if (height == 0) {
            height = numberOfLines(end);
        }
        if (width == 0 || height == 0) {
            throw new MalformedException(width + " x " + height + " pixels", position);
        }
        int count = unsigned(1);
        if (count < 1 || count > MAX_COMPONENTS) {
            throw new MalformedException(count + " components", position);
        }
        need(3 * count, end);
        header = new Frame(process, precision, width, height, components(count, width, height));
    }

    private Component[] components(int count, int width, int height) throws MalformedException {
        int horizontal = 1;
        int vertical = 1;
        for (int i = 0; i < count; i++) {
            int across = frame[position + 3 * i + 1] >> 4 & 15;
            int down = frame[position + 3 * i + 1] & 15;
            if (across < 1 || across > MAX_SAMPLING || down < 1 || down > MAX_SAMPLING) {
                throw new MalformedException("a sampling of " + across + " x " + down, position);
            }
            horizontal = Math.max(horizontal, across);
            vertical = Math.max(vertical, down);
        }
        Component[] components = new Component[count];
        for (int i = 0; i < count; i++) {
            int id = unsigned(1);
            int sampling = unsigned(1);
            int across = sampling >> 4;
            int down = sampling & 15;
            components[i] = new Component(
                    id,
                    across,
                    down,
                    unsigned(1),
                    Frame.ceilingOfQuotient(width * across, horizontal),
                    Frame.ceilingOfQuotient(height * down, vertical));
        }
        return components;
    }

    /// The height of a frame that does not tell it before the end of its first scan (B.2.5).
    private int numberOfLines(int start) throws MalformedException {
        int at = start;
        boolean scan = false;
        while (at + 1 < frame.length) {
            int code = (frame[at] & 0xFF) == 0xFF ? frame[at + 1] & 0xFF : 0;
            if (code == 0xFF) {
                at++;
            } else if (code == Marker.NUMBER_OF_LINES && scan && segmentEnd(at + 2) == at + 6) {
                return (frame[at + 4] & 0xFF) << Byte.SIZE | frame[at + 5] & 0xFF;
            } else if (scan && (code == 0 || Marker.isRestart(code))) {
                at += code == 0 ? 1 : 2;
            } else if (scan || code == 0 || code == Marker.END_OF_IMAGE) {
                break;
            } else {
                scan = code == Marker.START_OF_SCAN;
                at = segmentEnd(at + 2);
            }
        }
        throw new MalformedException("no number of lines", start);
    }

    private void huffmanTables(int end) throws MalformedException {
        while (position < end) {
            need(TABLE_HEADER_BYTES, end);
            int start = position;
            int type = unsigned(1);
            if (type >> 4 > 1 || (type & 15) >= TABLES) {
                throw new MalformedException("Huffman table " + (type & 15) + " of class " + (type >> 4), start);
            }
            int[] counts = new int[HuffmanTable.LONGEST_CODE];
            int sum = 0;
            for (int i = 0; i < counts.length; i++) {
                counts[i] = unsigned(1);
                sum += counts[i];
            }
            if (sum > MAX_SYMBOLS) {
                throw new MalformedException("a Huffman table of " + sum + " codes", start);
            }
            need(sum, end);
            byte[] symbols = Arrays.copyOfRange(frame, position, position + sum);
            position += sum;
            (type >> 4 == 0 ? dc : ac)[type & 15] = new HuffmanTable(counts, symbols);
        }
    }

    private void quantizationTables(int end) throws MalformedException {
        while (position < end) {
            int start = position;
            int type = unsigned(1);
            int bytes = (type >> 4) + 1;
            if (bytes > 2 || (type & 15) >= TABLES) {
                throw new MalformedException("quantisation table " + (type & 15) + " of " + bytes + " bytes", start);
            }
            need(ZigZag.LENGTH * bytes, end);
            int[] steps = new int[ZigZag.LENGTH];
            for (int i = 0; i < steps.length; i++) {
                steps[i] = unsigned(bytes);
            }
            quantization[type & 15] = steps;
        }
    }

    private Scan scan(int end) throws MalformedException {
        Frame frameHeader = header();
        int start = position;
        need(1, end);
        int count = unsigned(1);
        if (count < 1 || count > frameHeader.components().length) {
            throw new MalformedException("a scan of " + count + " components", start);
        }
        need(2 * count + 3, end);
        int[] components = new int[count];
        @Nullable HuffmanTable[] dcTables = new HuffmanTable[count];
        @Nullable HuffmanTable[] acTables = new HuffmanTable[count];
        int[][] steps = new int[count][0];
        int taken = 0;
        for (int i = 0; i < count; i++) {
            components[i] = component(frameHeader, unsigned(1), taken);
            taken |= 1 << components[i];
            int tables = unsigned(1);
            if (tables >> 4 >= TABLES || (tables & 15) >= TABLES) {
                throw new MalformedException("Huffman tables " + (tables >> 4) + " and " + (tables & 15), start);
            }
            dcTables[i] = dc[tables >> 4];
            acTables[i] = ac[tables & 15];
            int step = frameHeader.components()[components[i]].quantization();
            if (step < TABLES) {
                steps[i] = quantization[step];
            }
        }
        int first = unsigned(1);
        int last = unsigned(1);
        int approximation = unsigned(1);
        return new Scan(
                components,
                dcTables,
                acTables,
                steps,
                restartInterval,
                first,
                last,
                approximation >> 4,
                approximation & 15);
    }

    /// The place of a component that the scan does not have yet. Some writers give all the same id.
    private int component(Frame frameHeader, int id, int taken) throws MalformedException {
        Component[] components = frameHeader.components();
        for (int i = 0; i < components.length; i++) {
            if (components[i].id() == id && (taken >> i & 1) == 0) {
                return i;
            }
        }
        throw new MalformedException("a scan of component " + id + ", which is not there", position);
    }

    private void need(int bytes, int end) throws MalformedException {
        if (end - position < bytes) {
            throw new MalformedException("a segment ends " + (bytes - (end - position)) + " bytes early", position);
        }
    }

    /// The big-endian number of the next bytes, which are there.
    private int unsigned(int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << Byte.SIZE | frame[position++] & 0xFF;
        }
        return value;
    }
}
