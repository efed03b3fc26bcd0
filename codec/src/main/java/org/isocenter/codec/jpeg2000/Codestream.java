package org.isocenter.codec.jpeg2000;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.isocenter.codec.MalformedException;
import org.jspecify.annotations.Nullable;

/// The headers of a codestream, and where the packets of each tile are (T.800 Annex A).
///
/// What real writers do wrong and readers commonly take is taken here as well: a missing EOC, anything
/// behind the last tile-part, and a last tile-part that says it is longer than the codestream. Whether all
/// packets are there turns out when they are read.
final class Codestream {
    /// A tile as the codestream has it.
    static final class Tile {
        private TileParameters parameters;
        private final List<TilePart> parts = new ArrayList<>(1);

        private Tile(TileParameters parameters) {
            this.parameters = parameters;
        }

        TileParameters parameters() {
            return parameters;
        }

        /// In their order.
        List<TilePart> parts() {
            return parts;
        }
    }

    /// A stretch of packets of a tile.
    ///
    /// @param number TPsot, by which the parts of a tile are in order
    /// @param headers the headers of the packets where they are not in the packets themselves
    record TilePart(
            int number, int start, int end, @Nullable MarkerReader headers) {}

    /// A PPM or PPT marker segment.
    private record Packed(int index, MarkerReader content) {}

    final byte[] bytes;
    final ImageSize size;
    final TileParameters parameters;

    private final MarkerReader in;
    private final @Nullable Tile[] tiles;
    private final List<Packed> packedInMain = new ArrayList<>();
    /// What of the packed headers of the main header has not found its tile-part yet.
    private @Nullable MarkerReader packedOfParts;

    private Codestream(MarkerReader in) throws MalformedException {
        this.in = in;
        bytes = in.bytes;
        if (in.u16() != Marker.SOC || in.u16() != Marker.SIZ) {
            throw in.malformed("no SOC and SIZ where a codestream begins");
        }
        size = new ImageSize(in.segment());
        parameters = new TileParameters(size.components);
        tiles = new Tile[size.tilesAcross * size.tilesDown];
        int marker = in.u16();
        while (marker != Marker.SOT) {
            MarkerReader segment = segmentOf(marker);
            if (marker == Marker.PPM) {
                packedInMain.add(new Packed(segment.u8(), segment));
            } else if (TileParameters.isOf(marker)) {
                parameters.read(marker, segment);
            }
            marker = in.u16();
        }
        parameters.requireComplete();
    }

    /// Reads the main header; there are no tiles in what it returns.
    static Codestream readHeader(byte[] frame) throws MalformedException {
        return new Codestream(Boxes.codestream(frame));
    }

    /// The tile of that number, counted row by row.
    Tile tile(int index) throws MalformedException {
        Tile tile = tiles[index];
        if (tile == null) {
            throw new MalformedException("tile " + index + " of " + tiles.length + " is missing", in.end);
        }
        return tile;
    }

    int tiles() {
        return tiles.length;
    }

    /// Reads on behind the main header, for all tiles.
    void readTileParts() throws MalformedException {
        if (!packedInMain.isEmpty()) {
            packedOfParts = joined(packedInMain);
        }
        int start = in.position - 2;
        boolean more = true;
        while (more) {
            start = readTilePart(start);
            in.position = start;
            more = in.remaining() >= 12 && in.u16() == Marker.SOT;
        }
        for (Tile tile : tiles) {
            if (tile != null) {
                tile.parts.sort(Comparator.comparingInt(TilePart::number));
            }
        }
    }

    /// Reads the headers of the tile-part whose SOT is at `start` and has been read.
    ///
    /// @return where the next one begins if there is one
    private int readTilePart(int start) throws MalformedException {
        MarkerReader sot = in.segment();
        int index = sot.u16();
        long length = sot.u32();
        int number = sot.u8();
        if (index >= tiles.length) {
            throw sot.malformed("tile " + index + " of " + tiles.length);
        }
        int end = length == 0 || length > in.end - start ? endOfPackets() : (int) (start + length);
        Tile tile = tiles[index];
        if (tile == null) {
            tile = new Tile(parameters);
            tiles[index] = tile;
        }
        List<Packed> packed = new ArrayList<>(0);
        int marker = in.u16();
        while (marker != Marker.SOD) {
            MarkerReader segment = segmentOf(marker);
            if (marker == Marker.PPT) {
                packed.add(new Packed(segment.u8(), segment));
            } else if (TileParameters.isOf(marker)) {
                if (tile.parameters == parameters) {
                    tile.parameters = parameters.copy();
                }
                tile.parameters.read(marker, segment);
            }
            marker = in.u16();
        }
        if (in.position > end) {
            throw new MalformedException("a tile-part of " + length + " bytes ends in its header", start);
        }
        MarkerReader headers = packed.isEmpty() ? nextPackedInMain() : joined(packed);
        tile.parts.add(new TilePart(number, in.position, end, headers));
        return end;
    }

    /// The end of a last tile-part that does not tell where it ends.
    private int endOfPackets() {
        int end = in.end;
        while (end > in.position && bytes[end - 1] == 0) {
            end--;
        }
        boolean eoc = end - in.position >= 2 && (bytes[end - 2] & 0xFF) == 0xFF && (bytes[end - 1] & 0xFF) == 0xD9;
        return eoc ? end - 2 : in.end;
    }

    private MarkerReader segmentOf(int marker) throws MalformedException {
        if (marker < 0xFF01 || marker >= Marker.SOT) {
            throw in.malformed("marker %04X in a header".formatted(marker));
        }
        // Those of FF30 to FF3F are alone, without a segment (A.1.2).
        return marker >= 0xFF30 && marker <= 0xFF3F ? new MarkerReader(bytes, 0, 0) : in.segment();
    }

    /// The packed headers of the next tile-part from the main header, where Nppm says how many bytes are
    /// its own.
    private @Nullable MarkerReader nextPackedInMain() throws MalformedException {
        MarkerReader packed = packedOfParts;
        if (packed == null) {
            return null;
        }
        int start = packed.position + 4;
        long length = packed.u32();
        if (length > packed.remaining()) {
            throw in.malformed("packed packet headers of " + length + " bytes where there are less");
        }
        packed.position += (int) length;
        return new MarkerReader(packed.bytes, start, packed.position);
    }

    /// The content of marker segments in the order of their indices.
    private static MarkerReader joined(List<Packed> segments) {
        segments.sort(Comparator.comparingInt(Packed::index));
        int length = 0;
        for (Packed segment : segments) {
            length += segment.content.remaining();
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (Packed segment : segments) {
            MarkerReader content = segment.content;
            System.arraycopy(content.bytes, content.position, joined, at, content.remaining());
            at += content.remaining();
        }
        return new MarkerReader(joined, 0, length);
    }
}
