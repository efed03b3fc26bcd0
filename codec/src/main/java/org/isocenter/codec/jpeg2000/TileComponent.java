package org.isocenter.codec.jpeg2000;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.codec.MalformedException;

/// A component of a tile, laid out (T.800 B.3 to B.7).
final class TileComponent {
    final int index;
    final CodingStyle style;
    final Area area;
    /// From the lowest.
    final Resolution[] resolutions;

    /// @param tile the tile on the reference grid
    TileComponent(ImageSize size, TileParameters parameters, int index, Area tile, Budget budget)
            throws MalformedException {
        this.index = index;
        style = parameters.style(index);
        area = size.component(index, tile);
        resolutions = new Resolution[style.levels() + 1];
        for (int r = 0; r < resolutions.length; r++) {
            resolutions[r] = new Resolution(size, parameters, index, r, tile, area, budget);
        }
    }

    static TileComponent[] all(ImageSize size, TileParameters parameters, Area tile, Budget budget)
            throws MalformedException {
        TileComponent[] components = new TileComponent[size.components];
        for (int c = 0; c < components.length; c++) {
            components[c] = new TileComponent(size, parameters, c, tile, budget);
        }
        return components;
    }

    static List<Precinct> precincts(TileComponent[] components) {
        List<Precinct> precincts = new ArrayList<>();
        for (TileComponent component : components) {
            for (Resolution resolution : component.resolutions) {
                precincts.addAll(List.of(resolution.precincts));
            }
        }
        return precincts;
    }

    static long layout(TileComponent[] components) {
        long count = 0;
        for (TileComponent component : components) {
            for (Resolution resolution : component.resolutions) {
                count += resolution.layout();
            }
        }
        return count;
    }

    /// The largest of its bands' Mb.
    int maxBitPlanes() {
        int max = 0;
        for (Resolution resolution : resolutions) {
            for (Band band : resolution.bands) {
                max = Math.max(max, band.bitPlanes);
            }
        }
        return max;
    }
}
