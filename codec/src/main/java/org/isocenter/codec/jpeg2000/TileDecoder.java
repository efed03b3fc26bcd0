package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.MalformedException;

/// Decodes what is wanted of a tile.
final class TileDecoder {
    private static final int COLORS = 3;

    private final Codestream codestream;
    private final Codestream.Tile tile;
    private final TileParameters parameters;
    private final int levels;
    private final SampleWriter writer;
    private final Budget budget;
    private final TileComponent[] components;
    private final BlockDecoder blocks;
    private final PacketReader packets;

    /// @param area of the tile on the reference grid
    /// @param levels decompositions that are left away
    TileDecoder(Codestream codestream, Area area, Codestream.Tile tile, int levels, SampleWriter writer, Budget budget)
            throws MalformedException {
        this.codestream = codestream;
        this.tile = tile;
        this.levels = levels;
        this.writer = writer;
        this.budget = budget;
        parameters = tile.parameters();
        components = TileComponent.all(codestream.size, parameters, area, budget);
        packets = new PacketReader(codestream.bytes, tile.parts(), budget);
        blocks = new BlockDecoder(codestream.bytes, packets.chunks);
    }

    void decode() throws MalformedException {
        int[] needed = new int[components.length];
        for (int c = 0; c < needed.length; c++) {
            needed[c] = components[c].resolutions.length - levels;
            if (needed[c] < 1) {
                throw new MalformedException("a tile of %d decompositions, %d less than are left away"
                        .formatted(components[c].style.levels(), 1 - needed[c]));
            }
        }
        packets.read(components, parameters, tile.parts(), needed);
        int separate = 0;
        if (parameters.componentsAreTransformed()) {
            decodeColors();
            separate = COLORS;
        }
        for (int c = separate; c < components.length; c++) {
            decodeComponent(components[c]);
        }
        budget.giveBackLayout(TileComponent.layout(components));
    }

    private void decodeComponent(TileComponent component) throws MalformedException {
        Area wanted = wanted(component);
        if (wanted.isEmpty()) {
            return;
        }
        if (component.style.reversible()) {
            Rows<int[]> rows = reversible(component, wanted);
            for (int y = wanted.y0(); y < wanted.y1(); y++) {
                int[] row = rows.next();
                writer.write(component.index, wanted, y, row, rows.offset());
            }
        } else {
            Rows<float[]> rows = irreversible(component, wanted);
            int[] rounded = new int[wanted.width()];
            for (int y = wanted.y0(); y < wanted.y1(); y++) {
                float[] row = rows.next();
                int offset = rows.offset();
                for (int i = 0; i < rounded.length; i++) {
                    rounded[i] = (int) Math.rint(row[offset + i]);
                }
                writer.write(component.index, wanted, y, rounded, 0);
            }
        }
    }

    /// Decodes the first three components together, and undoes their transform (T.800 G.2, G.3).
    private void decodeColors() throws MalformedException {
        TileComponent first = components[0];
        for (int c = 1; c < COLORS; c++) {
            if (!components[c].area.equals(first.area)
                    || components[c].style.reversible() != first.style.reversible()) {
                throw new MalformedException("components that differ in what has to be the same to transform them");
            }
        }
        Area wanted = wanted(first);
        if (wanted.isEmpty()) {
            return;
        }
        int[][] colors = new int[COLORS][wanted.width()];
        if (first.style.reversible()) {
            Rows<int[]> y = reversible(components[0], wanted);
            Rows<int[]> u = reversible(components[1], wanted);
            Rows<int[]> v = reversible(components[2], wanted);
            for (int row = wanted.y0(); row < wanted.y1(); row++) {
                undoReversible(y.next(), y.offset(), u.next(), u.offset(), v.next(), v.offset(), colors);
                write(colors, wanted, row);
            }
        } else {
            Rows<float[]> y = irreversible(components[0], wanted);
            Rows<float[]> b = irreversible(components[1], wanted);
            Rows<float[]> r = irreversible(components[2], wanted);
            for (int row = wanted.y0(); row < wanted.y1(); row++) {
                undoIrreversible(y.next(), y.offset(), b.next(), b.offset(), r.next(), r.offset(), colors);
                write(colors, wanted, row);
            }
        }
    }

    private void write(int[][] colors, Area wanted, int row) {
        for (int c = 0; c < COLORS; c++) {
            writer.write(c, wanted, row, colors[c], 0);
        }
    }

    private static void undoReversible(int[] y, int fromY, int[] u, int fromU, int[] v, int fromV, int[][] into) {
        int[] red = into[0];
        int[] green = into[1];
        int[] blue = into[2];
        for (int i = 0; i < green.length; i++) {
            int bluish = u[fromU + i];
            int reddish = v[fromV + i];
            int g = y[fromY + i] - (bluish + reddish >> 2);
            red[i] = reddish + g;
            green[i] = g;
            blue[i] = bluish + g;
        }
    }

    private static void undoIrreversible(
            float[] y, int fromY, float[] b, int fromB, float[] r, int fromR, int[][] into) {
        int[] red = into[0];
        int[] green = into[1];
        int[] blue = into[2];
        for (int i = 0; i < green.length; i++) {
            float light = y[fromY + i];
            float bluish = b[fromB + i];
            float reddish = r[fromR + i];
            red[i] = (int) Math.rint(light + 1.402f * reddish);
            green[i] = (int) Math.rint(light - 0.344136f * bluish - 0.714136f * reddish);
            blue[i] = (int) Math.rint(light + 1.772f * bluish);
        }
    }

    private Area wanted(TileComponent component) {
        return writer.wanted(component.index, component.area.reduced(levels));
    }

    private Rows<int[]> reversible(TileComponent component, Area wanted) {
        Area[] windows = windows(component, wanted, Synthesis53.REACH);
        CodingStyle style = component.style;
        Resolution[] resolutions = component.resolutions;
        Rows<int[]> rows = BandRows.reversible(resolutions[0].bands[0], style, windows[0], blocks);
        for (int r = 1; r <= style.levels() - levels; r++) {
            Area window = windows[r].expanded(Synthesis53.REACH, resolutions[r].area);
            Band[] bands = resolutions[r].bands;
            rows = new Synthesis53(new Synthesis.Bands<>(
                    window,
                    windows[r],
                    rows,
                    BandRows.reversible(bands[0], style, window.band(1, 1, 0), blocks),
                    BandRows.reversible(bands[1], style, window.band(1, 0, 1), blocks),
                    BandRows.reversible(bands[2], style, window.band(1, 1, 1), blocks)));
        }
        return rows;
    }

    private Rows<float[]> irreversible(TileComponent component, Area wanted) {
        Area[] windows = windows(component, wanted, Synthesis97.REACH);
        CodingStyle style = component.style;
        Resolution[] resolutions = component.resolutions;
        int top = style.levels() - levels;
        // What the scaling of the resolutions above makes of the lower frequencies.
        double[] above = new double[top + 2];
        above[top + 1] = 1;
        above[top] = 1;
        for (int r = top; r > 0; r--) {
            Area area = resolutions[r].area;
            above[r - 1] = above[r] * Synthesis97.scale(false, area.width()) * Synthesis97.scale(false, area.height());
        }
        Rows<float[]> rows = BandRows.irreversible(resolutions[0].bands[0], style, windows[0], blocks, above[0]);
        for (int r = 1; r <= top; r++) {
            Area area = resolutions[r].area;
            Area window = windows[r].expanded(Synthesis97.REACH, area);
            Band[] bands = resolutions[r].bands;
            rows = new Synthesis97(new Synthesis.Bands<>(
                    window,
                    windows[r],
                    rows,
                    irreversible(bands[0], style, window, area, above[r]),
                    irreversible(bands[1], style, window, area, above[r]),
                    irreversible(bands[2], style, window, area, above[r])));
        }
        return rows;
    }

    private Rows<float[]> irreversible(Band band, CodingStyle style, Area window, Area resolution, double above) {
        int across = band.orientation & 1;
        int down = band.orientation >> 1;
        double scale = above
                * Synthesis97.scale(across == 1, resolution.width())
                * Synthesis97.scale(down == 1, resolution.height());
        return BandRows.irreversible(band, style, window.band(1, across, down), blocks, scale);
    }

    /// What is wanted of each resolution, so that there is what is wanted of the highest.
    private Area[] windows(TileComponent component, Area wanted, int reach) {
        int top = component.style.levels() - levels;
        Area[] windows = new Area[top + 1];
        windows[top] = wanted;
        for (int r = top; r > 0; r--) {
            windows[r - 1] =
                    windows[r].expanded(reach, component.resolutions[r].area).band(1, 0, 0);
        }
        return windows;
    }
}
