package org.isocenter.codec.jpeg2000;

/// A rectangle on one of the grids of T.800 Annex B: from (x0, y0) up to but without (x1, y1).
record Area(int x0, int y0, int x1, int y1) {
    int width() {
        return Math.max(0, x1 - x0);
    }

    int height() {
        return Math.max(0, y1 - y0);
    }

    boolean isEmpty() {
        return x1 <= x0 || y1 <= y0;
    }

    long size() {
        return (long) width() * height();
    }

    Area intersect(Area other) {
        return new Area(Math.max(x0, other.x0), Math.max(y0, other.y0), Math.min(x1, other.x1), Math.min(y1, other.y1));
    }

    /// What is left of it where only each `dx`-th column and `dy`-th row is (equation B-12).
    Area subsampled(int dx, int dy) {
        return new Area(Math.ceilDiv(x0, dx), Math.ceilDiv(y0, dy), Math.ceilDiv(x1, dx), Math.ceilDiv(y1, dy));
    }

    /// The resolution that is `levels` decompositions down (B-14).
    Area reduced(int levels) {
        return new Area(ceilShift(x0, levels), ceilShift(y0, levels), ceilShift(x1, levels), ceilShift(y1, levels));
    }

    /// The band that decomposition number `level` makes of it (B-15).
    ///
    /// @param level 1 for the first decomposition
    /// @param high 0 or 1 for the low or high frequencies, across and down
    Area band(int level, int highAcross, int highDown) {
        long dx = (long) highAcross << (level - 1);
        long dy = (long) highDown << (level - 1);
        return new Area(
                ceilShift(x0 - dx, level),
                ceilShift(y0 - dy, level),
                ceilShift(x1 - dx, level),
                ceilShift(y1 - dy, level));
    }

    /// It and so many samples more to each side, as far as `bounds` goes.
    Area expanded(int margin, Area bounds) {
        return new Area(
                Math.max(x0 - margin, bounds.x0),
                Math.max(y0 - margin, bounds.y0),
                Math.min(x1 + margin, bounds.x1),
                Math.min(y1 + margin, bounds.y1));
    }

    static int ceilShift(long value, int shift) {
        return (int) ((value + (1L << shift) - 1) >> shift);
    }
}
