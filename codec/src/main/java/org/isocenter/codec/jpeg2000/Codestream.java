package org.isocenter.codec.jpeg2000;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.SampleFormat;
import org.jspecify.annotations.Nullable;

/// The headers of a codestream, and where the bytes of its tiles are (T.800 annex A).
final class Codestream {
    private static final int TILES_MAX = 65535;

    /// A change of progression (A.6.6).
    record Change(int resolution, int component, int layerEnd, int resolutionEnd, int componentEnd, int progression) {}

    /// What is told of one tile.
    static final class TilePart {
        @Nullable
        Coding coding;

        final Map<Integer, Coding> codings = new HashMap<>();

        @Nullable
        Quantization quantization;

        final Map<Integer, Quantization> quantizations = new HashMap<>();
        final Map<Integer, Integer> shifts = new HashMap<>();
        final List<Change> changes = new ArrayList<>();
        final TreeMap<Integer, byte[]> packedHeaders = new TreeMap<>();
        /// Where its packets are, beginning and end by turns.
        int[] ranges = new int[4];

        int rangeCount;

        void add(int from, int to) {
            if (2 * rangeCount == ranges.length) {
                ranges = Arrays.copyOf(ranges, 2 * ranges.length);
            }
            ranges[2 * rangeCount] = from;
            ranges[2 * rangeCount + 1] = to;
            rangeCount++;
        }
    }

    final byte[] data;
    private final int end;
    private int at;

    int x1;
    int y1;
    int x0;
    int y0;
    int tileWidth;
    int tileHeight;
    int tileX0;
    int tileY0;
    int components;
    int[] precisions = {};
    boolean[] signs = {};
    int[] stepsX = {};
    int[] stepsY = {};

    Coding coding = new Coding(0, 1, false, false, false, 0, 6, 6, 0, true, new int[] {0xFF});
    private boolean coded;
    private final Map<Integer, Coding> codings = new HashMap<>();
    private @Nullable Quantization quantization;
    private final Map<Integer, Quantization> quantizations = new HashMap<>();
    private final Map<Integer, Integer> shifts = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final TreeMap<Integer, byte[]> packedHeaders = new TreeMap<>();
    private final Map<Integer, TilePart> tiles = new HashMap<>();

    private Codestream(byte[] data, int start, int end) {
        this.data = data;
        this.at = start;
        this.end = end;
    }

    /// Reads the main header, of the codestream itself or of the first one in a JP2 file (annex I).
    static Codestream readHeader(byte[] data) throws MalformedException {
        int start = 0;
        int end = data.length;
        while (end - start >= 8 && !(number(data, start, 2) == 0xFF4F)) {
            long length = number(data, start, 4) & 0xFFFFFFFFL;
            int head = 8;
            if (length == 1 && end - start >= 16) {
                length = (long) number(data, start + 8, 4) << 32 | number(data, start + 12, 4) & 0xFFFFFFFFL;
                head = 16;
            }
            if (length == 0) {
                length = end - start;
            }
            boolean codestream = number(data, start + 4, 4) == 0x6A703263;
            if (length < head || length > end - start && !codestream) {
                throw new MalformedException("no JPEG 2000 codestream", start);
            }
            if (codestream) {
                end = (int) Math.min(end, start + length);
                start += head;
                break;
            }
            start += (int) length;
        }
        Codestream stream = new Codestream(data, start, end);
        stream.readMainHeader();
        return stream;
    }

    private static int number(byte[] data, int at, int bytes) {
        int number = 0;
        for (int i = 0; i < bytes; i++) {
            number = number << 8 | data[at + i] & 0xFF;
        }
        return number;
    }

    private int next(int bytes, int limit) throws MalformedException {
        if (at + bytes > limit) {
            throw new MalformedException("the header ends early", at);
        }
        int number = number(data, at, bytes);
        at += bytes;
        return number;
    }

    private int segmentEnd() throws MalformedException {
        int start = at;
        int length = next(2, end);
        if (length < 2 || start + length > end) {
            throw new MalformedException("a marker segment of " + length + " bytes", start);
        }
        return start + length;
    }

    private void readMainHeader() throws MalformedException {
        if (next(2, end) != 0xFF4F || next(2, end) != 0xFF51) {
            throw new MalformedException("no JPEG 2000 codestream: it does not begin with SOC and SIZ", at);
        }
        readSize();
        while (true) {
            int marker = next(2, end);
            if (marker == 0xFF90) {
                at -= 2;
                break;
            }
            if (marker == 0xFF60) {
                readPacked(packedHeaders);
            } else {
                read(marker, null);
            }
        }
        if (!coded || quantization == null) {
            throw new MalformedException("no coding style or no quantization in the main header", at);
        }
    }

    private void readSize() throws MalformedException {
        int start = at;
        int limit = segmentEnd();
        next(2, limit);
        x1 = next(4, limit);
        y1 = next(4, limit);
        x0 = next(4, limit);
        y0 = next(4, limit);
        tileWidth = next(4, limit);
        tileHeight = next(4, limit);
        tileX0 = next(4, limit);
        tileY0 = next(4, limit);
        components = next(2, limit);
        boolean legal = x0 >= 0
                && y0 >= 0
                && x1 > x0
                && y1 > y0
                && tileWidth > 0
                && tileHeight > 0
                && tileX0 >= 0
                && tileY0 >= 0
                && tileX0 <= x0
                && tileY0 <= y0
                && (long) tileX0 + tileWidth > x0
                && (long) tileY0 + tileHeight > y0
                && components >= 1
                && components <= 4
                && (long) x1 - x0 <= 65535
                && (long) y1 - y0 <= 65535
                && x1 < 1 << 30
                && y1 < 1 << 30;
        if (!legal) {
            throw new MalformedException(
                    "an image from " + x0 + ", " + y0 + " to " + x1 + ", " + y1 + " of " + components + " components",
                    start);
        }
        precisions = new int[components];
        signs = new boolean[components];
        stepsX = new int[components];
        stepsY = new int[components];
        for (int i = 0; i < components; i++) {
            int depth = next(1, limit);
            precisions[i] = (depth & 0x7F) + 1;
            signs[i] = depth > 0x7F;
            stepsX[i] = next(1, limit);
            stepsY[i] = next(1, limit);
            if (precisions[i] > 31 || stepsX[i] == 0 || stepsY[i] == 0) {
                throw new MalformedException("a component of " + precisions[i] + " bits", start);
            }
            if (precisions[i] != precisions[0] || signs[i] != signs[0]) {
                throw new MalformedException("components of different depths, which are not read", start);
            }
        }
        if ((long) tilesAcross() * tilesDown() > TILES_MAX) {
            throw new MalformedException("more than " + TILES_MAX + " tiles", start);
        }
        at = limit;
    }

    SampleFormat format() {
        return new SampleFormat(x1 - x0, y1 - y0, components, precisions[0], signs[0]);
    }

    int tilesAcross() {
        return ceil(x1 - tileX0, tileWidth);
    }

    int tilesDown() {
        return ceil(y1 - tileY0, tileHeight);
    }

    int tileCount() {
        return tilesAcross() * tilesDown();
    }

    static int ceil(int value, int divisor) {
        return (int) (((long) value + divisor - 1) / divisor);
    }

    private void read(int marker, @Nullable TilePart tile) throws MalformedException {
        int start = at;
        switch (marker) {
            case 0xFF52 -> readCoding(tile);
            case 0xFF53 -> readComponentCoding(tile);
            case 0xFF5C -> {
                int limit = segmentEnd();
                Quantization read = readQuantization(limit);
                if (tile == null) {
                    quantization = read;
                } else {
                    tile.quantization = read;
                }
                at = limit;
            }
            case 0xFF5D -> {
                int limit = segmentEnd();
                int component = next(1, limit);
                (tile == null ? quantizations : tile.quantizations).put(component, readQuantization(limit));
                at = limit;
            }
            case 0xFF5E -> {
                int limit = segmentEnd();
                int component = next(1, limit);
                next(1, limit);
                (tile == null ? shifts : tile.shifts).put(component, next(1, limit));
                at = limit;
            }
            case 0xFF5F -> {
                int limit = segmentEnd();
                while (limit - at >= 7) {
                    Change change = new Change(
                            next(1, limit),
                            next(1, limit),
                            next(2, limit),
                            next(1, limit),
                            next(1, limit),
                            next(1, limit));
                    int componentEnd = change.componentEnd == 0 ? 256 : change.componentEnd;
                    (tile == null ? changes : tile.changes)
                            .add(new Change(
                                    change.resolution,
                                    change.component,
                                    change.layerEnd,
                                    change.resolutionEnd,
                                    componentEnd,
                                    change.progression));
                }
                at = limit;
            }
            default -> {
                if (marker >>> 8 != 0xFF || marker < 0xFF30) {
                    throw new MalformedException("no marker where one is due", start - 2);
                }
                if (marker > 0xFF3F) {
                    at = segmentEnd();
                }
            }
        }
    }

    private void readPacked(TreeMap<Integer, byte[]> into) throws MalformedException {
        int limit = segmentEnd();
        int index = next(1, limit);
        into.put(index, Arrays.copyOfRange(data, at, limit));
        at = limit;
    }

    private void readCoding(@Nullable TilePart tile) throws MalformedException {
        int limit = segmentEnd();
        int style = next(1, limit);
        int progression = next(1, limit);
        int layers = next(2, limit);
        int transform = next(1, limit);
        if (progression > 4 || layers == 0) {
            throw new MalformedException("progression " + progression + " of " + layers + " layers", at);
        }
        Coding frame = new Coding(
                progression, layers, transform == 1, (style & 2) != 0, (style & 4) != 0, 0, 6, 6, 0, true, new int[0]);
        Coding read = readBlocks(frame, (style & 1) != 0, limit);
        if (tile == null) {
            coding = read;
            coded = true;
        } else {
            tile.coding = read;
        }
        at = limit;
    }

    private void readComponentCoding(@Nullable TilePart tile) throws MalformedException {
        int limit = segmentEnd();
        int component = next(1, limit);
        int style = next(1, limit);
        Coding read = readBlocks(coding, (style & 1) != 0, limit);
        (tile == null ? codings : tile.codings).put(component, read);
        at = limit;
    }

    private Coding readBlocks(Coding frame, boolean precincts, int limit) throws MalformedException {
        int levels = next(1, limit);
        int width = next(1, limit) + 2;
        int height = next(1, limit) + 2;
        int style = next(1, limit);
        int transform = next(1, limit);
        if (levels > 32 || width > 10 || height > 10 || width + height > 12 || transform > 1) {
            throw new MalformedException(
                    "code-blocks of 2^" + width + " x 2^" + height + ", " + levels + " levels", at);
        }
        if (style > 0x7F) {
            throw new MalformedException("code-blocks of both kinds, which are not decoded", at);
        }
        int[] sizes = new int[levels + 1];
        for (int i = 0; i <= levels; i++) {
            sizes[i] = precincts ? next(1, limit) : 0xFF;
            if (i > 0 && ((sizes[i] & 15) == 0 || sizes[i] >> 4 == 0)) {
                throw new MalformedException("a precinct without room for a band", at);
            }
        }
        return new Coding(
                frame.progression(),
                frame.layers(),
                frame.transform(),
                frame.markedStart(),
                frame.markedEnd(),
                levels,
                width,
                height,
                style,
                transform == 1,
                sizes);
    }

    private Quantization readQuantization(int limit) throws MalformedException {
        int style = next(1, limit);
        int[] steps = new int[limit - at];
        int count = 0;
        if ((style & 31) > 2) {
            throw new MalformedException("quantization of style " + (style & 31), at);
        }
        while (at < limit) {
            steps[count++] = (style & 31) == 0 ? next(1, limit) >> 3 << 11 : next(2, limit);
        }
        if (count == 0) {
            throw new MalformedException("a quantization of no band", at);
        }
        return new Quantization(style & 31, style >> 5, Arrays.copyOf(steps, count));
    }

    // Tiles

    /// Reads the headers of all tile-parts.
    void readTiles() throws MalformedException {
        int part = 0;
        while (at + 2 <= end) {
            int marker = number(data, at, 2);
            if (marker != 0xFF90) {
                // The end, or bytes behind it that some writers add.
                break;
            }
            readTilePart(part++);
        }
        for (int number = 0; number < tileCount(); number++) {
            if (!tiles.containsKey(number)) {
                throw new MalformedException("the stream ends before tile " + number, at);
            }
        }
    }

    private void readTilePart(int part) throws MalformedException {
        int start = at;
        at += 2;
        int limit = segmentEnd();
        int number = next(2, limit);
        long length = next(4, limit) & 0xFFFFFFFFL;
        next(2, limit);
        at = limit;
        if (number >= tileCount() || length != 0 && length < 14) {
            throw new MalformedException("a part of " + length + " bytes of tile " + number, start);
        }
        TilePart tile = tiles.computeIfAbsent(number, any -> new TilePart());
        int partEnd = length == 0 ? endWithoutMarker() : (int) Math.min(end, start + length);
        for (int marker = next(2, end); marker != 0xFF93; marker = next(2, end)) {
            if (marker == 0xFF61) {
                readPacked(tile.packedHeaders);
            } else {
                read(marker, tile);
            }
        }
        if (at > partEnd) {
            throw new MalformedException("a tile-part that is shorter than its header", start);
        }
        byte[] packed = packedHeaders.isEmpty() ? null : mainPacked(part);
        if (packed != null) {
            tile.packedHeaders.put(tile.packedHeaders.size(), packed);
        }
        tile.add(at, partEnd);
        at = partEnd;
    }

    private int endWithoutMarker() {
        return end - at >= 2 && number(data, end - 2, 2) == 0xFFD9 ? end - 2 : end;
    }

    /// The packet headers of a tile-part that stand in the main header (A.7.4).
    private byte[] mainPacked(int part) throws MalformedException {
        int total = packedHeaders.values().stream().mapToInt(one -> one.length).sum();
        byte[] all = new byte[total];
        int filled = 0;
        for (byte[] one : packedHeaders.values()) {
            System.arraycopy(one, 0, all, filled, one.length);
            filled += one.length;
        }
        int from = 0;
        for (int i = 0; from + 4 <= total; i++) {
            int length = number(all, from, 4);
            if (length < 0 || length > total - from - 4) {
                break;
            }
            if (i == part) {
                return Arrays.copyOfRange(all, from + 4, from + 4 + length);
            }
            from += 4 + length;
        }
        throw new MalformedException("no packed headers of tile-part " + part);
    }

    // What holds for a component of a tile: the nearest of what is told (A.6)

    TilePart tile(int number) {
        return Objects.requireNonNull(tiles.get(number));
    }

    Coding codingOf(int component) {
        return codings.getOrDefault(component, coding);
    }

    Coding codingOf(TilePart tile, int component) {
        Coding own = tile.codings.get(component);
        if (own != null) {
            return own;
        }
        return tile.coding != null ? tile.coding : codingOf(component);
    }

    Quantization quantizationOf(TilePart tile, int component) {
        Quantization own = tile.quantizations.get(component);
        if (own != null) {
            return own;
        }
        return tile.quantization != null
                ? tile.quantization
                : quantizations.getOrDefault(component, Objects.requireNonNull(quantization));
    }

    int shiftOf(TilePart tile, int component) {
        return tile.shifts.getOrDefault(component, shifts.getOrDefault(component, 0));
    }

    List<Change> changesOf(TilePart tile) {
        return tile.changes.isEmpty() ? changes : tile.changes;
    }
}
