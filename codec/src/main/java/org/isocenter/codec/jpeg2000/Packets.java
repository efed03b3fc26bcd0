package org.isocenter.codec.jpeg2000;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.isocenter.codec.MalformedException;

/// Goes through the packets of a tile in their order (T.800 B.12) and tells its code-blocks which bytes are
/// theirs.
final class Packets {
    private static final int SOP = 0xFF91;
    private static final int EPH = 0xFF92;

    private final Codestream stream;
    private final TileComponent[] components;
    private final Coding coding;
    private final Codestream.TilePart tile;
    private HeaderBits body;
    private HeaderBits headers;
    private int range;

    /// A precinct of a resolution of a component, and where it begins on the reference grid.
    private record Place(int component, int resolution, int precinct, long x, long y) {}

    Packets(Codestream stream, Codestream.TilePart tile, TileComponent[] components, Coding coding) {
        this.stream = stream;
        this.tile = tile;
        this.components = components;
        this.coding = coding;
        this.body = new HeaderBits(stream.data, tile.ranges[0], tile.ranges[1]);
        this.headers = body;
        if (!tile.packedHeaders.isEmpty()) {
            int total = tile.packedHeaders.values().stream()
                    .mapToInt(one -> one.length)
                    .sum();
            byte[] all = new byte[total];
            int filled = 0;
            for (byte[] one : tile.packedHeaders.values()) {
                System.arraycopy(one, 0, all, filled, one.length);
                filled += one.length;
            }
            this.headers = new HeaderBits(all, 0, total);
        }
    }

    /// @param tileX0 the left edge of the tile on the reference grid
    void read(int tileX0, int tileY0) throws MalformedException {
        List<Place> places = places(tileX0, tileY0);
        List<Codestream.Change> changes = stream.changesOf(tile);
        if (changes.isEmpty()) {
            changes = List.of(new Codestream.Change(0, 0, coding.layers(), 33, 256, coding.progression()));
        }
        for (Codestream.Change change : changes) {
            int layerEnd = Math.min(change.layerEnd(), coding.layers());
            List<Place> volume = new ArrayList<>(places.stream()
                    .filter(place -> place.resolution >= change.resolution()
                            && place.resolution < change.resolutionEnd()
                            && place.component >= change.component()
                            && place.component < change.componentEnd())
                    .toList());
            volume.sort(order(change.progression()));
            read(volume, layerEnd, change.progression());
        }
    }

    private static Comparator<Place> order(int progression) {
        Comparator<Place> byResolution = Comparator.comparingInt(Place::resolution);
        Comparator<Place> byComponent = Comparator.comparingInt(Place::component);
        Comparator<Place> byPrecinct = Comparator.comparingInt(Place::precinct);
        Comparator<Place> byPlace = Comparator.comparingLong(Place::y).thenComparingLong(Place::x);
        return switch (progression) {
            case 0, 1 -> byResolution.thenComparing(byComponent).thenComparing(byPrecinct);
            case 2 ->
                byResolution.thenComparing(byPlace).thenComparing(byComponent).thenComparing(byPrecinct);
            case 3 ->
                byPlace.thenComparing(byComponent).thenComparing(byResolution).thenComparing(byPrecinct);
            default ->
                byComponent.thenComparing(byPlace).thenComparing(byResolution).thenComparing(byPrecinct);
        };
    }

    private void read(List<Place> volume, int layerEnd, int progression) throws MalformedException {
        if (progression == 0) {
            for (int layer = 0; layer < layerEnd; layer++) {
                for (Place place : volume) {
                    readNext(place, layer);
                }
            }
        } else if (progression == 1) {
            for (int r = 0; r <= 32; r++) {
                int resolution = r;
                List<Place> some = volume.stream()
                        .filter(place -> place.resolution == resolution)
                        .toList();
                for (int layer = 0; layer < layerEnd && !some.isEmpty(); layer++) {
                    for (Place place : some) {
                        readNext(place, layer);
                    }
                }
            }
        } else {
            for (Place place : volume) {
                for (int layer = 0; layer < layerEnd; layer++) {
                    readNext(place, layer);
                }
            }
        }
    }

    private List<Place> places(int tileX0, int tileY0) {
        List<Place> places = new ArrayList<>();
        for (int c = 0; c < components.length; c++) {
            TileComponent component = components[c];
            for (int r = 0; r < component.resolutions.length; r++) {
                Resolution resolution = component.resolutions[r];
                int down = component.coding.levels() - r;
                int ppx = component.coding.precinctWidth(r);
                int ppy = component.coding.precinctHeight(r);
                for (int p = 0; p < resolution.nextLayers().length; p++) {
                    long column = (resolution.x0() >> ppx) + p % resolution.precinctsAcross();
                    long row = (resolution.y0() >> ppy) + p / resolution.precinctsAcross();
                    long x = Math.max(tileX0, (column << ppx + down) * stream.stepsX[c]);
                    long y = Math.max(tileY0, (row << ppy + down) * stream.stepsY[c]);
                    places.add(new Place(c, r, p, x, y));
                }
            }
        }
        return places;
    }

    /// Reads a packet unless it came in an earlier progression.
    private void readNext(Place place, int layer) throws MalformedException {
        TileComponent component = components[place.component];
        Resolution resolution = component.resolutions[place.resolution];
        if (resolution.nextLayers()[place.precinct] != layer) {
            return;
        }
        resolution.nextLayers()[place.precinct]++;
        while (body.at >= body.end() && range + 1 < tile.rangeCount) {
            range++;
            boolean shared = headers == body;
            body = new HeaderBits(stream.data, tile.ranges[2 * range], tile.ranges[2 * range + 1]);
            headers = shared ? body : headers;
        }
        body.skip(SOP, 6);
        List<CodeBlock> coming = new ArrayList<>();
        List<int[]> lengths = new ArrayList<>();
        if (headers.bit() != 0) {
            for (Band band : resolution.bands()) {
                readHeader(band.precincts()[place.precinct], layer, component.coding, coming, lengths);
            }
        }
        headers.endHeader();
        headers.skip(EPH, 2);
        for (int i = 0; i < coming.size(); i++) {
            int[] pieces = lengths.get(i);
            for (int k = 0; k < pieces.length; k += 3) {
                if (pieces[k] < 0 || pieces[k] > body.end() - body.at) {
                    throw new MalformedException("a packet that ends early", body.at);
                }
                coming.get(i).add(body.at, pieces[k], pieces[k + 1], pieces[k + 2] != 0);
                body.at += pieces[k];
            }
        }
    }

    private void readHeader(Precinct precinct, int layer, Coding style, List<CodeBlock> coming, List<int[]> lengths)
            throws MalformedException {
        for (int i = 0; i < precinct.blocks.length; i++) {
            CodeBlock block = precinct.blocks[i];
            int x = i % precinct.across;
            int y = i / precinct.across;
            if (block.included) {
                if (headers.bit() == 0) {
                    continue;
                }
            } else {
                if (!precinct.inclusion.isBelow(headers, x, y, layer + 1)) {
                    continue;
                }
                block.included = true;
                while (!precinct.zeroBitPlanes.isBelow(headers, x, y, block.zeroBitPlanes + 1)) {
                    if (++block.zeroBitPlanes > 74) {
                        throw new MalformedException("a code-block of too many zero bit planes", headers.at);
                    }
                }
            }
            int passes = passes();
            while (headers.bit() != 0) {
                if (++block.lengthBits > 32) {
                    throw new MalformedException("a code-block of too many bytes", headers.at);
                }
            }
            coming.add(block);
            lengths.add(pieces(block, passes, style));
        }
    }

    /// T.800 table B.4.
    private int passes() throws MalformedException {
        if (headers.bit() == 0) {
            return 1;
        }
        if (headers.bit() == 0) {
            return 2;
        }
        int more = headers.bits(2);
        if (more < 3) {
            return 3 + more;
        }
        more = headers.bits(5);
        if (more < 31) {
            return 6 + more;
        }
        return 37 + headers.bits(7);
    }

    /// The lengths of the pieces of a code-block in a packet (B.10.7): one, unless passes end segments of
    /// their own.
    private int[] pieces(CodeBlock block, int passes, Coding style) throws MalformedException {
        List<int[]> pieces = new ArrayList<>();
        int left = passes;
        while (left > 0) {
            int room = segmentPasses(block.passes, style);
            int count = Math.min(left, room);
            int width = block.lengthBits + 31 - Integer.numberOfLeadingZeros(count);
            if (width > 31) {
                throw new MalformedException("a length of " + width + " bits", headers.at);
            }
            pieces.add(
                    new int[] {headers.bits(width), count, block.passes > 0 && !begins(block.passes, style) ? 1 : 0});
            block.passes += count;
            left -= count;
        }
        return pieces.stream().flatMapToInt(java.util.Arrays::stream).toArray();
    }

    /// Whether a pass begins a segment.
    static boolean begins(int pass, Coding style) {
        if (style.has(Coding.HIGH_THROUGHPUT)) {
            // The cleanup pass, then both others (T.814 clause 7.1).
            return pass < 2;
        }
        if (style.has(Coding.TERMINATE)) {
            return true;
        }
        // Ten passes by arithmetic coding, then two bare ones and one coded by turns (table D.9).
        return pass == 0 || style.has(Coding.BYPASS) && pass >= 10 && (pass - 10) % 3 != 1;
    }

    private static int segmentPasses(int pass, Coding style) {
        int count = 1;
        while (count < 200 && !begins(pass + count, style)) {
            count++;
        }
        return count;
    }
}
