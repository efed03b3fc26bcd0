package org.isocenter.codec.jpeg2000;

import org.jspecify.annotations.Nullable;

/// A precinct of a resolution: the code-blocks that have a packet for each layer (T.800 B.6).
final class Precinct {
    final Resolution resolution;
    /// Its number in the resolution, row by row.
    final int number;
    /// Where it begins on the reference grid, or where the tile does if that is later.
    final int referenceX;

    final int referenceY;
    /// How many of its packets have been met.
    int layers;

    /// On the bands.
    private final Area area;

    private @Nullable Part @Nullable [] parts;

    /// What it has of one band: code-blocks, which are a rectangle of the band's grid, and their tag trees.
    static final class Part {
        final Band band;
        final int firstColumn;
        final int firstRow;
        final int columns;
        final int rows;
        final TagTree inclusion;
        final TagTree zeroBitPlanes;

        Part(Band band, Area area) {
            this.band = band;
            Area common = area.intersect(band.area);
            boolean empty = common.isEmpty();
            firstColumn = (common.x0() >> band.blockWidth) - band.firstColumn;
            firstRow = (common.y0() >> band.blockHeight) - band.firstRow;
            columns = empty ? 0 : Area.ceilShift(common.x1(), band.blockWidth) - band.firstColumn - firstColumn;
            rows = empty ? 0 : Area.ceilShift(common.y1(), band.blockHeight) - band.firstRow - firstRow;
            inclusion = new TagTree(columns, rows);
            zeroBitPlanes = new TagTree(columns, rows);
        }
    }

    Precinct(Resolution resolution, int number, int referenceX, int referenceY, Area area) {
        this.resolution = resolution;
        this.number = number;
        this.referenceX = referenceX;
        this.referenceY = referenceY;
        this.area = area;
    }

    /// What it has of a band of the resolution, made when first asked for.
    Part part(int band) {
        if (parts == null) {
            parts = new Part[resolution.bands.length];
        }
        Part part = parts[band];
        if (part == null) {
            part = new Part(resolution.bands[band], area);
            parts[band] = part;
        }
        return part;
    }
}
