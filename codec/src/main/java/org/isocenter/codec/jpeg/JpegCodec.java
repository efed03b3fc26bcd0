package org.isocenter.codec.jpeg;

import org.isocenter.codec.Codec;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;

/// Frames of JPEG, of which all are decoded and one kind is encoded.
final class JpegCodec implements Codec {
    private final FrameEncoder encoder;

    JpegCodec(FrameEncoder encoder) {
        this.encoder = encoder;
    }

    /// Reads as far as the first scan: a segment that tells the colours may stand behind the frame header.
    @Override
    public FrameHeader probe(byte[] frame) throws MalformedException {
        FrameReader reader = new FrameReader(frame);
        if (reader.findScan() == null) {
            throw new MalformedException("no scan", reader.position());
        }
        Frame header = reader.header();
        return new FrameHeader(
                new SampleFormat(
                        header.width(), header.height(), header.components().length, header.precision(), false),
                header.process() == Frame.Process.LOSSLESS,
                reader.colors());
    }

    @Override
    public void decode(byte[] frame, Samples into) throws MalformedException {
        FrameReader reader = new FrameReader(frame);
        Scan scan = reader.findScan();
        if (scan == null) {
            throw new MalformedException("no scan", reader.position());
        }
        Frame header = reader.header();
        check(header, into.format());
        Canvas canvas = new Canvas(header, into);
        if (header.process() == Frame.Process.PROGRESSIVE) {
            ProgressiveDecoder decoder = new ProgressiveDecoder(header);
            for (; scan != null; scan = reader.findScan()) {
                BitReader bits = new BitReader(frame, reader.position());
                decoder.decode(scan, bits);
                reader.continueAt(bits.position());
            }
            decoder.finish(reader.ended(), canvas);
        } else {
            int missing = (1 << header.components().length) - 1;
            for (; scan != null; scan = reader.findScan()) {
                missing = without(missing, scan, reader);
                BitReader bits = new BitReader(frame, reader.position());
                if (header.process() == Frame.Process.LOSSLESS) {
                    LosslessDecoder.decode(header, scan, bits, canvas);
                } else {
                    SequentialDecoder.decode(header, scan, bits, canvas);
                }
                reader.continueAt(bits.position());
            }
            if (missing != 0) {
                throw new MalformedException("the image ends before all components have come", reader.position());
            }
        }
        canvas.finish();
    }

    /// Takes the components of a scan from those that are missing. None comes twice, or a small frame could
    /// ask for the work of many.
    private static int without(int missing, Scan scan, FrameReader reader) throws MalformedException {
        int left = missing;
        for (int component : scan.components()) {
            if ((left >> component & 1) == 0) {
                throw new MalformedException("component " + component + " in two scans", reader.position());
            }
            left -= 1 << component;
        }
        return left;
    }

    private static void check(Frame frame, SampleFormat format) throws MalformedException {
        if (frame.width() != format.width()
                || frame.height() != format.height()
                || frame.components().length != format.components()) {
            throw new MalformedException("%d x %d pixels of %d components instead of %d x %d of %d"
                    .formatted(
                            frame.width(),
                            frame.height(),
                            frame.components().length,
                            format.width(),
                            format.height(),
                            format.components()));
        }
        if (frame.precision() > Byte.SIZE * format.bytesPerSample()) {
            throw new MalformedException(
                    "samples of " + frame.precision() + " bits for elements of " + Byte.SIZE * format.bytesPerSample());
        }
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
