package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.MalformedException;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.jspecify.annotations.Nullable;

/// Decodes a frame or a part of it, tile by tile.
final class Decoder {
    private Decoder() {}

    /// @param levels decompositions that are left away, each of which halves the frame
    /// @param region the part of the frame that is asked for; null for all
    /// @throws MalformedException also where `into` is not of the size of what is asked for
    static void decode(byte[] frame, int levels, @Nullable Region region, Samples into) throws MalformedException {
        Codestream codestream = Codestream.readHeader(frame);
        SampleFormat told = codestream.size.format(levels);
        SampleFormat format = into.format();
        int width = region == null ? told.width() : region.width();
        int height = region == null ? told.height() : region.height();
        if (format.width() != width || format.height() != height || format.components() != told.components()) {
            throw new MalformedException("%d x %d pixels of %d components where %d x %d of %d are asked for"
                    .formatted(width, height, told.components(), format.width(), format.height(), format.components()));
        }
        if (told.bits() > 8 * format.bytesPerSample()) {
            throw new MalformedException(
                    "samples of %d bits where %d have to do".formatted(told.bits(), 8 * format.bytesPerSample()));
        }
        Area window = codestream.size.frame(levels);
        if (region != null) {
            if ((long) region.x() + width > told.width() || (long) region.y() + height > told.height()) {
                throw new MalformedException(region + " of a frame of " + told.width() + " x " + told.height());
            }
            int x = window.x0() + region.x();
            int y = window.y0() + region.y();
            window = new Area(x, y, x + width, y + height);
        }
        codestream.readTileParts();
        SampleWriter writer = new SampleWriter(codestream.size, levels, window, into);
        Budget budget = new Budget(format.sampleCount(), frame.length);
        for (int index = 0; index < codestream.tiles(); index++) {
            Area tile = codestream.size.tile(index);
            if (writer.wants(tile)) {
                new TileDecoder(codestream, tile, codestream.tile(index), levels, writer, budget).decode();
            }
        }
    }
}
