package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.Codec;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.FrameHeader.Colors;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;

/// Frames of JPEG 2000.
record Jpeg2000Codec(Encoder encoder) implements Codec {
    @Override
    public FrameHeader probe(byte[] frame) throws MalformedException {
        Codestream stream = Codestream.readHeader(frame);
        Colors colors = stream.parameters.componentsAreTransformed() ? Colors.RGB : Colors.UNTOLD;
        return new FrameHeader(stream.size.format(0), stream.parameters.isReversible(), colors);
    }

    @Override
    public void decode(byte[] frame, Samples into) throws MalformedException {
        Decoder.decode(frame, 0, null, into);
    }

    @Override
    public byte[] encode(Samples samples) {
        if (!encodes(samples.format())) {
            throw new IllegalArgumentException("JPEG 2000 of " + samples.format());
        }
        return encoder.encode(samples);
    }

    @Override
    public boolean encodes(SampleFormat format) {
        return encoder.encodes(format);
    }
}
