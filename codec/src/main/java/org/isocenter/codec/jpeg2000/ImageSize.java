package org.isocenter.codec.jpeg2000;

import java.util.Arrays;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.SampleFormat;

/// The reference grid with the image, its tiles and its components on it: the SIZ marker segment (T.800
/// A.5.1).
///
/// The grid of the *frame* is that of the components with the most samples. Others are brought up to it by
/// repeating samples.
final class ImageSize {
    private static final int MAX_TILES = 65535;
    private static final int MAX_COMPONENTS = 4;
    private static final int MAX_BITS = 38;
    /// The reference grid may be larger, but no frame is; and so coordinates can be added without care.
    private static final int MAX_COORDINATE = 1 << 30;

    /// The image on the reference grid.
    final Area image;
    /// The tile at the top left, as if it were whole.
    final Area firstTile;

    final int components;
    final int[] bits;
    final boolean signed;
    /// How far apart samples of a component are on the reference grid.
    final int[] dx;

    final int[] dy;
    final int tilesAcross;
    final int tilesDown;
    private final int frameDx;
    private final int frameDy;

    /// An image of one tile at the origin.
    ImageSize(SampleFormat format) {
        image = new Area(0, 0, format.width(), format.height());
        firstTile = image;
        components = format.components();
        bits = new int[components];
        Arrays.fill(bits, format.bits());
        signed = format.signed();
        dx = new int[components];
        dy = new int[components];
        Arrays.fill(dx, 1);
        Arrays.fill(dy, 1);
        tilesAcross = 1;
        tilesDown = 1;
        frameDx = 1;
        frameDy = 1;
    }

    ImageSize(MarkerReader in) throws MalformedException {
        in.u16(); // Rsiz, the capabilities
        int x1 = in.i32();
        int y1 = in.i32();
        int x0 = in.i32();
        int y0 = in.i32();
        image = new Area(x0, y0, x1, y1);
        // A tile larger than the grid is no larger than the grid.
        long tileWidth = in.u32();
        long tileHeight = in.u32();
        int tileX = in.i32();
        int tileY = in.i32();
        firstTile = new Area(tileX, tileY, clamp(tileX + tileWidth), clamp(tileY + tileHeight));
        if (image.isEmpty()
                || x1 > MAX_COORDINATE
                || y1 > MAX_COORDINATE
                || tileWidth == 0
                || tileHeight == 0
                || tileX > x0
                || tileY > y0
                || firstTile.x1() <= x0
                || firstTile.y1() <= y0) {
            throw in.malformed("an image " + image + " with tiles " + firstTile);
        }
        tilesAcross = Math.ceilDiv(x1 - tileX, firstTile.width());
        tilesDown = Math.ceilDiv(y1 - tileY, firstTile.height());
        if ((long) tilesAcross * tilesDown > MAX_TILES) {
            throw in.malformed(tilesAcross + " x " + tilesDown + " tiles");
        }
        components = in.u16();
        if (components < 1 || components > MAX_COMPONENTS) {
            throw in.malformed(components + " components where 1 to 4 are known");
        }
        bits = new int[components];
        dx = new int[components];
        dy = new int[components];
        boolean anySigned = false;
        boolean anyUnsigned = false;
        for (int c = 0; c < components; c++) {
            int depth = in.u8();
            bits[c] = (depth & 0x7F) + 1;
            anySigned |= depth >= 0x80;
            anyUnsigned |= depth < 0x80;
            dx[c] = in.u8();
            dy[c] = in.u8();
            if (bits[c] > MAX_BITS || dx[c] == 0 || dy[c] == 0) {
                throw in.malformed("a component of " + bits[c] + " bits, sampled " + dx[c] + " x " + dy[c]);
            }
            if (image.subsampled(dx[c], dy[c]).isEmpty()) {
                throw in.malformed("a component without samples");
            }
        }
        if (anySigned && anyUnsigned) {
            throw in.malformed("components that are signed beside others that are not");
        }
        signed = anySigned;
        frameDx = Arrays.stream(dx).min().getAsInt();
        frameDy = Arrays.stream(dy).min().getAsInt();
    }

    int maxBits() {
        int max = 0;
        for (int b : bits) {
            max = Math.max(max, b);
        }
        return max;
    }

    /// The area of a tile on the reference grid (equations B-7 to B-10).
    Area tile(int index) {
        long across = index % tilesAcross;
        long down = index / tilesAcross;
        long x = firstTile.x0() + across * firstTile.width();
        long y = firstTile.y0() + down * firstTile.height();
        return new Area((int) x, (int) y, clamp(x + firstTile.width()), clamp(y + firstTile.height())).intersect(image);
    }

    /// What of an area on the reference grid a component has.
    Area component(int component, Area area) {
        return area.subsampled(dx[component], dy[component]);
    }

    /// The area of the frame on its own grid, after so many decompositions have been left away.
    Area frame(int levels) {
        return image.subsampled(frameDx, frameDy).reduced(levels);
    }

    /// The column of a component that a column of the frame shows.
    int componentColumn(int component, int column) {
        return (int) ((long) column * frameDx / dx[component]);
    }

    /// The row of a component that a row of the frame shows.
    int componentRow(int component, int row) {
        return (int) ((long) row * frameDy / dy[component]);
    }

    /// Whether a component has a sample for every pixel of the frame.
    boolean isFull(int component) {
        return dx[component] == frameDx && dy[component] == frameDy;
    }

    /// The format of the frame after so many decompositions have been left away.
    SampleFormat format(int levels) throws MalformedException {
        Area frame = frame(levels);
        int most = maxBits();
        if (frame.isEmpty() || frame.width() > 65535 || frame.height() > 65535 || most > 32) {
            throw new MalformedException("a frame " + frame + " of " + most + " bits");
        }
        return new SampleFormat(frame.width(), frame.height(), components, most, signed);
    }

    private static int clamp(long coordinate) {
        return (int) Math.min(coordinate, Integer.MAX_VALUE);
    }
}
