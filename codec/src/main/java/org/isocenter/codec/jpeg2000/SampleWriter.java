package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.Samples;

/// Places the samples of components in the frame: shifted to their range and limited to it (T.800 G.1), and
/// repeated where a component has less of them than there are pixels.
final class SampleWriter {
    private final ImageSize size;
    private final int levels;
    private final Area window;
    private final Samples into;
    private final int components;
    private final int pixels;

    /// For each component, what of it the window shows.
    private final Area[] wanted;

    /// For each component, where in a row of the window its samples begin, from that of the first column it
    /// shows.
    private final int[][] columns;

    /// @param window the part of the frame that is written, on the grid of the frame
    SampleWriter(ImageSize size, int levels, Area window, Samples into) {
        this.size = size;
        this.levels = levels;
        this.window = window;
        this.into = into;
        components = size.components;
        pixels = window.width();
        wanted = new Area[components];
        columns = new int[components][];
        for (int c = 0; c < components; c++) {
            wanted[c] = new Area(
                    column(c, window.x0()),
                    row(c, window.y0()),
                    column(c, window.x1() - 1) + 1,
                    row(c, window.y1() - 1) + 1);
            columns[c] = starts(c);
        }
    }

    /// Whether any sample of a tile is in the window.
    boolean wants(Area tile) {
        boolean wants = false;
        for (int c = 0; c < components; c++) {
            wants |= !wanted(c, size.component(c, tile).reduced(levels)).isEmpty();
        }
        return wants;
    }

    /// What is wanted of an area of a component, at its resolution.
    Area wanted(int component, Area area) {
        return area.intersect(wanted[component]);
    }

    private int column(int component, int column) {
        Area all = all(component);
        return Math.clamp(size.componentColumn(component, column), all.x0(), all.x1() - 1);
    }

    private int row(int component, int row) {
        Area all = all(component);
        return Math.clamp(size.componentRow(component, row), all.y0(), all.y1() - 1);
    }

    private Area all(int component) {
        return size.component(component, size.image).reduced(levels);
    }

    /// Where the samples of a component begin and end in a row of the window.
    private int[] starts(int component) {
        Area shown = wanted[component];
        int[] starts = new int[shown.width() + 1];
        int sample = 0;
        for (int x = 0; x < pixels; x++) {
            int column = column(component, window.x0() + x) - shown.x0();
            while (sample < column) {
                starts[++sample] = x;
            }
        }
        while (sample < shown.width()) {
            starts[++sample] = pixels;
        }
        return starts;
    }

    /// Writes samples of a row of a component.
    ///
    /// @param area the first sample is at its left edge, the last before its right one
    /// @param y the row of the component, wherever the area is
    void write(int component, Area area, int y, int[] row, int offset) {
        int from = area.x0() - wanted[component].x0();
        int[] starts = columns[component];
        int first = starts[from];
        int last = starts[from + area.width()];
        for (int frameRow = firstRow(component, y); frameRow < window.y1(); frameRow++) {
            if (row(component, frameRow) != y) {
                break;
            }
            int at = ((frameRow - window.y0()) * pixels + first) * components + component;
            if (last - first == area.width()) {
                write(component, row, offset, last - first, at);
            } else {
                int[] repeated = new int[last - first];
                for (int i = 0; i < area.width(); i++) {
                    for (int x = starts[from + i]; x < starts[from + i + 1]; x++) {
                        repeated[x - first] = row[offset + i];
                    }
                }
                write(component, repeated, 0, repeated.length, at);
            }
        }
    }

    /// The first row of the window that shows a row of a component.
    private int firstRow(int component, int y) {
        if (size.isFull(component)) {
            return y;
        }
        int low = window.y0();
        int high = window.y1();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (row(component, middle) < y) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void write(int component, int[] row, int offset, int count, int start) {
        int bits = size.bits[component];
        int shift = size.signed ? 0 : 1 << bits - 1;
        int min = size.signed ? -1 << bits - 1 : 0;
        int max = bits == 32 ? Integer.MAX_VALUE : (1 << bits - (size.signed ? 1 : 0)) - 1;
        int step = components;
        switch (into) {
            case Samples.Bytes(var format, var array) -> {
                int at = start;
                for (int i = 0; i < count; i++, at += step) {
                    array[at] = (byte) Math.min(Math.max(row[offset + i] + shift, min), max);
                }
            }
            case Samples.Shorts(var format, var array) -> {
                int at = start;
                for (int i = 0; i < count; i++, at += step) {
                    array[at] = (short) Math.min(Math.max(row[offset + i] + shift, min), max);
                }
            }
            case Samples.Ints(var format, var array) -> {
                int at = start;
                for (int i = 0; i < count; i++, at += step) {
                    array[at] = Math.min(Math.max(row[offset + i] + shift, min), max);
                }
            }
        }
    }
}
