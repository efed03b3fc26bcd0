package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.Codec;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.FrameHeader.Colors;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;

/// Frames of JPEG 2000.
final class Jpeg2000Codec implements Codec {
    @Override
    public FrameHeader probe(byte[] frame) throws MalformedException {
        Codestream stream = Codestream.readHeader(frame);
        Colors colors = stream.coding.transform() ? Colors.RGB : Colors.UNTOLD;
        return new FrameHeader(stream.format(), stream.codingOf(0).reversible(), colors);
    }

    @Override
    public void decode(byte[] frame, Samples into) throws MalformedException {
        Codestream stream = Codestream.readHeader(frame);
        SampleFormat told = stream.format();
        SampleFormat wanted = into.format();
        if (told.width() != wanted.width()
                || told.height() != wanted.height()
                || told.components() != wanted.components()) {
            throw new MalformedException("%d x %d pixels of %d components instead of %d x %d of %d"
                    .formatted(
                            told.width(),
                            told.height(),
                            told.components(),
                            wanted.width(),
                            wanted.height(),
                            wanted.components()));
        }
        if (told.bits() > 8 * wanted.bytesPerSample()) {
            throw new MalformedException(
                    "samples of " + told.bits() + " bits for elements of " + 8 * wanted.bytesPerSample());
        }
        stream.readTiles();
        for (int number = 0; number < stream.tileCount(); number++) {
            new Tile(stream, number).decode(into);
        }
    }

    @Override
    public byte[] encode(Samples samples) {
        throw new IllegalArgumentException("JPEG 2000 is not encoded");
    }

    @Override
    public boolean encodes(SampleFormat format) {
        return false;
    }
}
