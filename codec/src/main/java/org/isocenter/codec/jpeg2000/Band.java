package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.MalformedException;
import org.jspecify.annotations.Nullable;

/// A band of a resolution, and the grid of code-blocks on it (T.800 B.5, B.7).
final class Band {
    /// Which frequencies: 0 LL, 1 HL (high across), 2 LH (high down), 3 HH.
    final int orientation;

    final Area area;
    /// Mb of equation E-2, with the planes that a region of interest is shifted up by.
    final int bitPlanes;

    final int roiShift;
    /// What the quantizer index 1 stands for, where the transform is irreversible.
    final double step;

    /// Exponents of the size of a code-block.
    final int blockWidth;

    final int blockHeight;
    /// Where the grid of code-blocks begins and how large it is.
    final int firstColumn;

    final int firstRow;
    final int columns;
    final int rows;

    /// What packets have brought, row by row. Made when the first of them comes.
    private @Nullable CodeBlock @Nullable [] blocks;

    Band(
            int orientation,
            Area area,
            int blockWidth,
            int blockHeight,
            int bitPlanes,
            int roiShift,
            double step,
            Budget budget)
            throws MalformedException {
        this.orientation = orientation;
        this.area = area;
        this.blockWidth = blockWidth;
        this.blockHeight = blockHeight;
        this.bitPlanes = bitPlanes;
        this.roiShift = roiShift;
        this.step = step;
        firstColumn = area.x0() >> blockWidth;
        firstRow = area.y0() >> blockHeight;
        columns = area.isEmpty() ? 0 : Area.ceilShift(area.x1(), blockWidth) - firstColumn;
        rows = area.isEmpty() ? 0 : Area.ceilShift(area.y1(), blockHeight) - firstRow;
        budget.takeLayout(blockCount());
    }

    long blockCount() {
        return (long) columns * rows;
    }

    /// The area of a code-block, whose column and row count from the grid's first.
    Area block(int column, int row) {
        int x = firstColumn + column << blockWidth;
        int y = firstRow + row << blockHeight;
        return new Area(x, y, x + (1 << blockWidth), y + (1 << blockHeight)).intersect(area);
    }

    /// What has come of the code-block in that place, counted row by row.
    @Nullable
    CodeBlock findBlock(int index) {
        return blocks == null ? null : blocks[index];
    }

    /// Makes a code-block of which the first has come.
    CodeBlock makeBlock(int index) {
        if (blocks == null) {
            blocks = new CodeBlock[(int) blockCount()];
        }
        CodeBlock block = new CodeBlock();
        blocks[index] = block;
        return block;
    }
}
