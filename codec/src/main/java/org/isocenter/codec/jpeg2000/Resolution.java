package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.MalformedException;

/// A resolution of a component of a tile: its bands, and its grid of precincts (T.800 B.5, B.6).
final class Resolution {
    final int component;
    /// 0 for the lowest.
    final int number;

    final Area area;
    final Band[] bands;
    final Precinct[] precincts;

    /// @param tile the tile on the reference grid
    /// @param component the area of the component
    Resolution(
            ImageSize size, TileParameters parameters, int component, int number, Area tile, Area whole, Budget budget)
            throws MalformedException {
        this.component = component;
        this.number = number;
        CodingStyle style = parameters.style(component);
        int down = style.levels() - number;
        area = whole.reduced(down);
        // A precinct is half as wide and high on the bands of a decomposition as on what they are put together to.
        int half = number == 0 ? 0 : 1;
        int precinctWidth = style.precinctWidth(number);
        int precinctHeight = style.precinctHeight(number);
        int blockWidth = Math.min(style.blockWidth(), precinctWidth - half);
        int blockHeight = Math.min(style.blockHeight(), precinctHeight - half);
        bands = new Band[number == 0 ? 1 : 3];
        for (int b = 0; b < bands.length; b++) {
            int orientation = b + half;
            Area bandArea = number == 0 ? area : whole.band(down + 1, orientation & 1, orientation >> 1);
            int index = number == 0 ? 0 : 3 * number - 2 + b;
            int roiShift = parameters.roiShift(component);
            Quantization quantization = parameters.quantization(component);
            int gain = Integer.bitCount(orientation);
            bands[b] = new Band(
                    orientation,
                    bandArea,
                    blockWidth,
                    blockHeight,
                    quantization.guardBits() + quantization.exponent(index) - 1 + roiShift,
                    roiShift,
                    Math.scalb(quantization.step(index), size.bits[component] + gain),
                    budget);
        }
        int x0 = area.x0() >> precinctWidth;
        int y0 = area.y0() >> precinctHeight;
        int across = area.isEmpty() ? 0 : Area.ceilShift(area.x1(), precinctWidth) - x0;
        int downward = area.isEmpty() ? 0 : Area.ceilShift(area.y1(), precinctHeight) - y0;
        budget.takeLayout((long) across * downward);
        precincts = new Precinct[across * downward];
        for (int p = 0; p < precincts.length; p++) {
            long x = (long) (x0 + p % across) << precinctWidth;
            long y = (long) (y0 + p / across) << precinctHeight;
            precincts[p] = new Precinct(
                    this,
                    p,
                    (int) Math.max(tile.x0(), (x << down) * size.dx[component]),
                    (int) Math.max(tile.y0(), (y << down) * size.dy[component]),
                    new Area((int) (x >> half), (int) (y >> half), (int) (x + (1L << precinctWidth) >> half), (int)
                            (y + (1L << precinctHeight) >> half)));
        }
    }

    /// What of the budget for the layout it has.
    long layout() {
        long count = precincts.length;
        for (Band band : bands) {
            count += band.blockCount();
        }
        return count;
    }
}
