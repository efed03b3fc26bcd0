package org.isocenter.codec.jpeg2000;

import java.util.Iterator;
import java.util.List;
import org.isocenter.codec.MalformedException;
import org.jspecify.annotations.Nullable;

/// Reads the packets of a tile, and tells its code-blocks which bytes are theirs (T.800 B.9, B.10).
final class PacketReader {
    private static final int SOP_LENGTH = 6;
    private static final int MAX_ZERO_BIT_PLANES = 74;
    private static final int MAX_LENGTH_BITS = 31;

    /// Passes of arithmetic coding before the first that bypasses it (table D.9).
    private static final int PASSES_BEFORE_BYPASS = 10;

    /// What the packets had.
    final Chunks chunks = new Chunks();

    private final byte[] frame;
    private final Budget budget;
    private final Iterator<Codestream.TilePart> parts;
    private MarkerReader body;
    private @Nullable MarkerReader packedHeaders;

    PacketReader(byte[] frame, List<Codestream.TilePart> parts, Budget budget) {
        this.frame = frame;
        this.parts = parts.iterator();
        this.budget = budget;
        body = new MarkerReader(frame, 0, 0);
    }

    /// Reads all packets of the tile, or as many as it takes until no more is needed.
    ///
    /// @param needed the resolutions of each component that are asked for
    void read(TileComponent[] components, TileParameters parameters, List<Codestream.TilePart> tileParts, int[] needed)
            throws MalformedException {
        List<Precinct> precincts = TileComponent.precincts(components);
        PacketOrder order = new PacketOrder(precincts, parameters);
        // A packet has a byte at least, so that more packets than bytes are a lie.
        long bytes = 0;
        for (Codestream.TilePart part : tileParts) {
            MarkerReader headers = part.headers();
            bytes += part.end() - part.start() + (headers == null ? 0 : headers.remaining());
        }
        if (order.left() > bytes) {
            throw new MalformedException("%d packets in %d bytes".formatted(order.left(), bytes));
        }
        long wanted = 0;
        for (Precinct precinct : precincts) {
            wanted += isNeeded(precinct, needed) ? parameters.layers() : 0;
        }
        while (wanted > 0) {
            Precinct precinct = order.next();
            if (precinct == null) {
                throw new MalformedException("the changes of progression leave out " + wanted + " packets");
            }
            readPacket(precinct, precinct.layers - 1, components[precinct.resolution.component].style);
            wanted -= isNeeded(precinct, needed) ? 1 : 0;
        }
    }

    private static boolean isNeeded(Precinct precinct, int[] needed) {
        return precinct.resolution.number < needed[precinct.resolution.component];
    }

    private void readPacket(Precinct precinct, int layer, CodingStyle style) throws MalformedException {
        while (body.remaining() == 0 && (packedHeaders == null || packedHeaders.remaining() == 0) && parts.hasNext()) {
            Codestream.TilePart part = parts.next();
            body = new MarkerReader(frame, part.start(), part.end());
            packedHeaders = part.headers();
        }
        skipMarker(body, Marker.SOP, SOP_LENGTH);
        MarkerReader headers = packedHeaders == null ? body : packedHeaders;
        HeaderBits bits = new HeaderBits(headers);
        int firstChunk = chunks.count;
        long length = 0;
        if (bits.bit() != 0) {
            for (int b = 0; b < precinct.resolution.bands.length; b++) {
                length = readBlocks(bits, precinct.part(b), layer, style, length);
            }
        }
        bits.end();
        skipMarker(headers, Marker.EPH, 2);
        if (length > body.remaining()) {
            throw new MalformedException(
                    "a packet of %d bytes where there are %d".formatted(length, body.remaining()), body.position);
        }
        for (int chunk = firstChunk; chunk < chunks.count; chunk++) {
            chunks.offset[chunk] += body.position;
        }
        body.position += (int) length;
    }

    /// Neither SOP nor EPH can be the beginning of a header or of data, so they are passed over wherever
    /// they are.
    private static void skipMarker(MarkerReader in, int marker, int length) {
        if (in.remaining() >= length
                && (in.bytes[in.position] & 0xFF) == marker >> 8
                && (in.bytes[in.position + 1] & 0xFF) == (marker & 0xFF)) {
            in.position += length;
        }
    }

    /// Reads what a packet's header says of the code-blocks of one band.
    ///
    /// @param before the bytes of the packet that belong to code-blocks before these
    /// @return and these included
    private long readBlocks(HeaderBits bits, Precinct.Part part, int layer, CodingStyle style, long before)
            throws MalformedException {
        long length = before;
        Band band = part.band;
        budget.takeVisits((long) part.columns * part.rows);
        for (int row = 0; row < part.rows; row++) {
            for (int column = 0; column < part.columns; column++) {
                int place = (part.firstRow + row) * band.columns + part.firstColumn + column;
                CodeBlock block = band.findBlock(place);
                if (block == null) {
                    if (!part.inclusion.readIsBelow(bits, column, row, layer + 1)) {
                        continue;
                    }
                    block = band.makeBlock(place);
                    while (!part.zeroBitPlanes.readIsBelow(bits, column, row, block.zeroBitPlanes + 1)) {
                        block.zeroBitPlanes++;
                        if (block.zeroBitPlanes > MAX_ZERO_BIT_PLANES) {
                            throw new MalformedException("a code-block of too many zero bit planes", body.position);
                        }
                    }
                } else if (bits.bit() == 0) {
                    continue;
                }
                length = readLengths(bits, block, style, length);
            }
        }
        return length;
    }

    private long readLengths(HeaderBits bits, CodeBlock block, CodingStyle style, long before)
            throws MalformedException {
        int passes = readPasses(bits);
        while (bits.bit() != 0) {
            block.lengthBits++;
        }
        long length = before;
        int left = passes;
        while (left > 0) {
            int count = style.has(CodingStyle.HIGH_THROUGHPUT)
                    ? highThroughputPasses(block.passes, left)
                    : Math.min(left, passesToEnd(block.passes, style));
            int lengthBits = block.lengthBits + 31 - Integer.numberOfLeadingZeros(count);
            if (lengthBits > MAX_LENGTH_BITS) {
                throw new MalformedException("a length of " + lengthBits + " bits", body.position);
            }
            int chunk = bits.bits(lengthBits);
            if (length + chunk > body.remaining()) {
                throw new MalformedException("a packet that is longer than its tile-part", body.position);
            }
            chunks.add(block, (int) length, chunk, count);
            length += chunk;
            block.passes += count;
            left -= count;
        }
        return length;
    }

    /// The number of passes (table B.4).
    private static int readPasses(HeaderBits bits) throws MalformedException {
        if (bits.bit() == 0) {
            return 1;
        }
        if (bits.bit() == 0) {
            return 2;
        }
        int more = bits.bits(2);
        if (more < 3) {
            return 3 + more;
        }
        more = bits.bits(5);
        if (more < 31) {
            return 6 + more;
        }
        return 37 + bits.bits(7);
    }

    /// How many passes there are from one to the end of its codeword segment (B.10.7, D.4.2, D.6).
    static int passesToEnd(int pass, CodingStyle style) {
        if (style.has(CodingStyle.TERMINATE_ALL)) {
            return 1;
        }
        if (!style.has(CodingStyle.BYPASS)) {
            return Integer.MAX_VALUE;
        }
        if (pass < PASSES_BEFORE_BYPASS) {
            return PASSES_BEFORE_BYPASS - pass;
        }
        // Significance propagation and refinement are bare, the cleanup pass behind them is not.
        return switch ((pass - PASSES_BEFORE_BYPASS) % 3) {
            case 0 -> 2;
            default -> 1;
        };
    }

    /// The same for the segments of T.814: the cleanup pass with the empty passes before it, which come by
    /// threes, then both refinement passes.
    private static int highThroughputPasses(int before, int coming) {
        return before == 0 ? (coming - 1) / 3 * 3 + 1 : coming;
    }

    /// Whether a pass is one of those that bypass the arithmetic coder.
    static boolean isBare(int pass, CodingStyle style) {
        return style.has(CodingStyle.BYPASS) && pass >= PASSES_BEFORE_BYPASS && pass % 3 != 0;
    }
}
