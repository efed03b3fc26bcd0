package org.isocenter.codec.jpegls;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.isocenter.codec.MalformedException;
import org.jspecify.annotations.Nullable;

/// Reads the marker segments of a frame (T.87 annex C), which ends in scans or in the end of the image.
///
/// It stops after the header of each scan; whoever decodes the scan says by {@link #continueAt} where it
/// ended.
final class FrameReader {
    private static final byte[] COLOR_TRANSFORM = "mrfx".getBytes(StandardCharsets.US_ASCII);

    private static final int MAX_SIDE = 65535;
    private static final int MAX_COMPONENTS = 4;
    private static final int MIN_PRECISION = 2;
    private static final int MAX_PRECISION = 16;
    private static final int MIN_RESET = 3;

    private final byte[] frame;
    private int position;

    private int precision;
    private int width;
    private int height;
    private int[] componentIds = {};

    private final int[] preset = new int[5];
    private final Map<Integer, MappingTable> tables = new HashMap<>();
    private long restartLines;

    FrameReader(byte[] frame) throws MalformedException {
        this.frame = frame;
        if (frame.length < 2 || (frame[0] & 0xFF) != 0xFF || (frame[1] & 0xFF) != Marker.START_OF_IMAGE) {
            throw new MalformedException("no start of image", 0);
        }
        position = 2;
    }

    int precision() {
        return precision;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    int components() {
        return componentIds.length;
    }

    /// Where the next byte is read: after a call of {@link #findScan}, where the data of the scan begins.
    int position() {
        return position;
    }

    void continueAt(int end) {
        position = end;
    }

    /// Reads up to the data of the next scan. Null at the end of the image.
    @Nullable
    Scan findScan() throws MalformedException {
        while (true) {
            int marker = marker();
            if (marker == Marker.END_OF_IMAGE) {
                return null;
            }
            int start = position;
            need(2, frame.length);
            int end = start + unsigned(2);
            if (end < start + 2 || end > frame.length) {
                throw new MalformedException("a segment of " + (end - start) + " bytes", start);
            }
            if (marker == Marker.START_OF_SCAN) {
                Scan scan = scan(end);
                position = end;
                return scan;
            }
            segment(marker, end);
            position = end;
        }
    }

    private int marker() throws MalformedException {
        int start = position;
        need(2, frame.length);
        if (unsigned(1) != 0xFF) {
            throw new MalformedException("no marker", start);
        }
        int code = unsigned(1);
        while (code == 0xFF) {
            need(1, frame.length);
            code = unsigned(1);
        }
        return code;
    }

    private void segment(int marker, int end) throws MalformedException {
        if (marker == Marker.START_OF_FRAME) {
            startOfFrame(end);
        } else if (marker == Marker.PRESET) {
            preset(end);
        } else if (marker == Marker.RESTART_INTERVAL) {
            int bytes = end - position;
            if (bytes < 2 || bytes > 4) {
                throw new MalformedException("a restart interval of " + bytes + " bytes", position);
            }
            restartLines = Integer.toUnsignedLong(unsigned(bytes));
        } else if (marker == Marker.APPLICATION_8) {
            refuseColorTransform(end);
        } else if (marker == Marker.NUMBER_OF_LINES) {
            throw new MalformedException("a number of lines after the scan", position);
        } else if (marker != Marker.COMMENT
                && (marker < Marker.FIRST_APPLICATION || marker > Marker.LAST_APPLICATION)) {
            throw new MalformedException("marker FF" + Integer.toHexString(marker) + " in JPEG-LS", position);
        }
    }

    /// Hewlett-Packard wrote colour transforms of its own, announced by "mrfx" and a number, 0 for none.
    private void refuseColorTransform(int end) throws MalformedException {
        int length = COLOR_TRANSFORM.length;
        if (end - position <= length) {
            return;
        }
        for (int i = 0; i < length; i++) {
            if (frame[position + i] != COLOR_TRANSFORM[i]) {
                return;
            }
        }
        if (frame[position + length] != 0) {
            throw new MalformedException("colour transform " + frame[position + length], position);
        }
    }

    private void startOfFrame(int end) throws MalformedException {
        if (componentIds.length > 0) {
            throw new MalformedException("a second start of frame", position);
        }
        need(6, end);
        precision = unsigned(1);
        if (precision < MIN_PRECISION || precision > MAX_PRECISION) {
            throw new MalformedException("samples of " + precision + " bits", position);
        }
        size(unsigned(2), unsigned(2));
        int count = unsigned(1);
        if (count < 1 || count > MAX_COMPONENTS) {
            throw new MalformedException(count + " components", position);
        }
        need(3 * count, end);
        int[] ids = new int[count];
        int sampling = 0;
        for (int i = 0; i < count; i++) {
            ids[i] = unsigned(1);
            for (int other = 0; other < i; other++) {
                if (ids[other] == ids[i]) {
                    throw new MalformedException("component " + ids[i] + " twice", position);
                }
            }
            int own = unsigned(1);
            if (i > 0 && own != sampling) {
                throw new MalformedException("components of different size", position);
            }
            sampling = own;
            position++;
        }
        componentIds = ids;
    }

    /// A size of zeros may stand elsewhere: in an earlier or later segment of presets.
    private void size(int lines, int columns) throws MalformedException {
        if (lines < 0 || columns < 0 || lines > MAX_SIDE || columns > MAX_SIDE) {
            throw new MalformedException(
                    Integer.toUnsignedString(columns) + " x " + Integer.toUnsignedString(lines) + " pixels", position);
        }
        if (lines > 0) {
            height = lines;
        }
        if (columns > 0) {
            width = columns;
        }
    }

    private void preset(int end) throws MalformedException {
        need(1, end);
        int type = unsigned(1);
        switch (type) {
            case 1 -> {
                need(10, end);
                for (int i = 0; i < preset.length; i++) {
                    preset[i] = unsigned(2);
                }
            }
            case 2, 3 -> {
                need(2, end);
                int id = unsigned(1);
                int entryBytes = unsigned(1);
                MappingTable table = type == 2 ? new MappingTable(entryBytes) : tables.get(id);
                if (table == null || table.entryBytes() != entryBytes) {
                    throw new MalformedException("a mapping table continues that did not begin", position);
                }
                table.append(frame, position, end);
                tables.put(id, table);
            }
            case 4 -> {
                need(1, end);
                int bytes = unsigned(1);
                if (bytes < 2 || bytes > 4) {
                    throw new MalformedException("a size of " + bytes + " bytes", position);
                }
                need(2 * bytes, end);
                size(unsigned(bytes), unsigned(bytes));
            }
            default -> throw new MalformedException("preset parameters of type " + type, position);
        }
    }

    private Scan scan(int end) throws MalformedException {
        if (componentIds.length == 0) {
            throw new MalformedException("a scan before the start of frame", position);
        }
        if (width == 0 || height == 0) {
            throw new MalformedException(width + " x " + height + " pixels", position);
        }
        need(1, end);
        int count = unsigned(1);
        if (count < 1 || count > componentIds.length) {
            throw new MalformedException("a scan of " + count + " components", position);
        }
        need(2 * count + 3, end);
        int[] components = new int[count];
        @Nullable MappingTable[] mappings = new MappingTable[count];
        for (int i = 0; i < count; i++) {
            components[i] = component(unsigned(1));
            int table = unsigned(1);
            mappings[i] = tables.get(table);
            if (table != 0 && mappings[i] == null) {
                throw new MalformedException("mapping table " + table + " is not there", position);
            }
        }
        int near = unsigned(1);
        Scan.Interleaving interleaving = Scan.Interleaving.of(unsigned(1));
        if (count == 1) {
            // There is nothing to alternate, whatever the frame says.
            interleaving = Scan.Interleaving.NONE;
        } else if (interleaving == Scan.Interleaving.NONE) {
            throw new MalformedException("a scan of " + count + " components that do not alternate", position);
        }
        int transform = unsigned(1);
        if (transform != 0) {
            throw new MalformedException("a point transform", position);
        }
        return new Scan(components, interleaving, parameters(near), mappings, restartLines);
    }

    private int component(int id) throws MalformedException {
        for (int i = 0; i < componentIds.length; i++) {
            if (componentIds[i] == id) {
                return i;
            }
        }
        throw new MalformedException("a scan of component " + id + ", which is not there", position);
    }

    /// The presets, each of them with its default where it is 0 (C.2.4.1.1).
    private Parameters parameters(int near) throws MalformedException {
        int maxValue = preset[0] == 0 ? (1 << precision) - 1 : preset[0];
        if (maxValue >= 1 << precision || near > maxValue / 2) {
            throw new MalformedException(
                    "samples up to " + maxValue + " of " + precision + " bits, off by " + near, position);
        }
        Parameters defaults = Parameters.defaults(maxValue, near);
        int threshold1 = preset[1] == 0 ? defaults.threshold1() : preset[1];
        int threshold2 = preset[2] == 0 ? defaults.threshold2() : preset[2];
        int threshold3 = preset[3] == 0 ? defaults.threshold3() : preset[3];
        int reset = preset[4] == 0 ? defaults.reset() : preset[4];
        if (threshold1 <= near
                || threshold2 < threshold1
                || threshold3 < threshold2
                || threshold3 > maxValue
                || reset < MIN_RESET) {
            throw new MalformedException(
                    "thresholds " + threshold1 + ", " + threshold2 + ", " + threshold3 + " and reset " + reset,
                    position);
        }
        return new Parameters(maxValue, near, threshold1, threshold2, threshold3, reset);
    }

    private void need(int bytes, int end) throws MalformedException {
        if (end - position < bytes) {
            throw new MalformedException("the frame or segment ends " + bytes + " bytes early", position);
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
