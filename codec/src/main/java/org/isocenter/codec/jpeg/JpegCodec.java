package org.isocenter.codec.jpeg;

import org.isocenter.codec.Codec;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;

/// Frames of JPEG.
final class JpegCodec implements Codec {
    private final FrameEncoder encoder;

    JpegCodec(FrameEncoder encoder) {
        this.encoder = encoder;
    }

    @Override
    public FrameHeader probe(byte[] frame) throws MalformedException {
        Stream stream = new Stream(frame);
        stream.readToFrame();
        return stream.header();
    }

    @Override
    public void decode(byte[] frame, Samples into) throws MalformedException {
        new Stream(frame).decode(into);
    }

    @Override
    public byte[] encode(Samples samples) {
        if (!encodes(samples.format())) {
            throw new IllegalArgumentException(samples.format() + " in this process of JPEG");
        }
        return encoder.encode(samples);
    }

    @Override
    public boolean encodes(SampleFormat format) {
        return encoder.encodes(format);
    }
}
