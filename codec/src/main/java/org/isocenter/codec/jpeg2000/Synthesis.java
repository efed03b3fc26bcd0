package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.MalformedException;

/// Puts the four bands of a decomposition together to the rows of the resolution above (T.800 F.3): first
/// across, by {@link #across}, then down. Rows are lifted as soon as those beside them are there, so that a
/// few are in memory.
///
/// The lifting steps alternate between the even and the odd rows of the resolution, the even ones first. When
/// row t has come, which is odd, row t - 1 takes the first step, t - 2 the second, and so on.
abstract class Synthesis<A> implements Rows<A> {
    private static final int RING = 8;

    /// What is put together, of the resolution.
    final Area window;
    /// The parts of it that are wanted, as rows are skipped before they are given.
    private final Area wanted;

    final Area low;
    final Area high;
    private final Rows<A> lowLow;
    private final Rows<A> highLow;
    private final Rows<A> lowHigh;
    private final Rows<A> highHigh;
    private final int steps;
    private final A[] ring;
    private int arrived;
    private int row;

    /// The bands of a resolution that are to be put together.
    ///
    /// @param window as far as it reaches in the resolution above
    /// @param wanted what is given of that
    record Bands<A>(Area window, Area wanted, Rows<A> ll, Rows<A> hl, Rows<A> lh, Rows<A> hh) {}

    /// @param ring rows of the width of the window
    Synthesis(Bands<A> bands, int steps, A[] ring) {
        window = bands.window;
        wanted = bands.wanted;
        low = window.band(1, 0, 0);
        high = window.band(1, 1, 1);
        lowLow = bands.ll;
        highLow = bands.hl;
        lowHigh = bands.lh;
        highHigh = bands.hh;
        this.steps = steps;
        this.ring = ring;
        arrived = window.y0();
        row = window.y0();
    }

    /// Puts a row of low and one of high frequencies together.
    abstract void across(A lows, int lowOffset, A highs, int highOffset, A into);

    /// Takes lifting step number `step` with a row, by those above and below it.
    abstract void lift(int step, A row, A above, A below);

    /// Halves a row, which alone makes up all of the odd rows.
    abstract void halve(A row);

    static int ringSize() {
        return RING;
    }

    @Override
    public int offset() {
        return wanted.x0() - window.x0();
    }

    @Override
    public A next() throws MalformedException {
        while (row < wanted.y0()) {
            finish(row++);
        }
        finish(row);
        return ring[row++ & RING - 1];
    }

    /// Lifts until a row has taken all its steps.
    private void finish(int wantedRow) throws MalformedException {
        if (window.height() == 1) {
            arrive();
            if ((wantedRow & 1) != 0) {
                halve(ring[wantedRow & RING - 1]);
            }
            return;
        }
        int last = wantedRow + ((wantedRow & 1) == 0 ? steps - 1 : steps);
        while (arrived <= last) {
            int t = arrived;
            if (t < window.y1()) {
                arrive();
            } else {
                arrived++;
            }
            if ((t & 1) != 0) {
                for (int step = 0; step < steps; step++) {
                    lift(step, t - 1 - step);
                }
            }
        }
    }

    private void arrive() throws MalformedException {
        A into = ring[arrived & RING - 1];
        Rows<A> lows = (arrived & 1) == 0 ? lowLow : lowHigh;
        Rows<A> highs = (arrived & 1) == 0 ? highLow : highHigh;
        A lowRow = lows.next();
        int lowOffset = lows.offset();
        A highRow = highs.next();
        across(lowRow, lowOffset, highRow, highs.offset(), into);
        arrived++;
    }

    private void lift(int step, int y) {
        if (y < window.y0() || y >= window.y1()) {
            return;
        }
        // Beyond the edges, rows are mirrored.
        int above = y > window.y0() ? y - 1 : y + 1;
        int below = y + 1 < window.y1() ? y + 1 : y - 1;
        lift(step, ring[y & RING - 1], ring[above & RING - 1], ring[below & RING - 1]);
    }
}
