package org.isocenter.codec.jpeg;

import org.isocenter.codec.MalformedException;

/// The order in which the blocks of a scan come (T.81 A.2): those of one component line by line, those of
/// several in minimum coded units, with as many of each as its sampling factors say, beyond its samples where
/// they do not come out even.
final class Interleaving {
    /// Decodes what {@link #walk} comes to.
    interface BlockDecoder {
        /// Decodes the next block.
        ///
        /// @param index of the component in the scan
        /// @param across which block it is in its line of blocks
        /// @param down which line of blocks that is
        void block(int index, int across, int down) throws MalformedException;

        /// Forgets what was, for a new restart interval.
        void restart();
    }

    private Interleaving() {}

    static void walk(Frame frame, Scan scan, BitReader reader, BlockDecoder decoder) throws MalformedException {
        int count = scan.components().length;
        boolean alone = count == 1;
        Component first = frame.components()[scan.components()[0]];
        int unitsAcross = alone ? frame.unitsAcross(first) : frame.unitsAcross();
        int unitsDown = alone ? frame.unitsDown(first) : frame.unitsDown();
        int restarts = 0;
        int left = scan.restartInterval();
        for (int down = 0; down < unitsDown; down++) {
            for (int across = 0; across < unitsAcross; across++) {
                if (scan.restartInterval() > 0 && left-- == 0) {
                    reader.restart(restarts++);
                    decoder.restart();
                    left = scan.restartInterval() - 1;
                }
                if (alone) {
                    decoder.block(0, across, down);
                } else {
                    for (int i = 0; i < count; i++) {
                        unit(i, frame.components()[scan.components()[i]], across, down, decoder);
                    }
                }
            }
            reader.check();
        }
    }

    private static void unit(int index, Component component, int across, int down, BlockDecoder decoder)
            throws MalformedException {
        for (int v = 0; v < component.vertical(); v++) {
            for (int h = 0; h < component.horizontal(); h++) {
                decoder.block(index, across * component.horizontal() + h, down * component.vertical() + v);
            }
        }
    }
}
