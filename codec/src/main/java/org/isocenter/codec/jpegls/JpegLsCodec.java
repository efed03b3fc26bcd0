package org.isocenter.codec.jpegls;

import org.isocenter.codec.Codec;
import org.isocenter.codec.FrameHeader;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;

/// Frames of JPEG-LS. The encoder writes one scan, with the components of colour alternating by line: that
/// is what the toolkits of the field write by default, so every viewer has met it, and it is decoded faster
/// than alternating samples because each line is one of plain samples.
final class JpegLsCodec implements Codec {
    private static final int MIN_BITS = 2;
    private static final int MAX_BITS = 16;

    /// Above it some readers in the field take other default thresholds than the standard, unless they are
    /// told.
    private static final int MAX_BITS_OF_UNDISPUTED_DEFAULTS = 12;

    private final int near;

    JpegLsCodec(int near) {
        this.near = near;
    }

    @Override
    public FrameHeader probe(byte[] frame) throws MalformedException {
        FrameReader reader = new FrameReader(frame);
        Scan scan = reader.findScan();
        if (scan == null) {
            throw new MalformedException("no scan", reader.position());
        }
        int bits = 0;
        for (MappingTable table : scan.tables()) {
            bits = Math.max(bits, table == null ? reader.precision() : table.bits());
        }
        return new FrameHeader(
                new SampleFormat(reader.width(), reader.height(), reader.components(), bits, false),
                scan.parameters().near() == 0,
                FrameHeader.Colors.UNTOLD);
    }

    @Override
    public void decode(byte[] frame, Samples into) throws MalformedException {
        FrameReader reader = new FrameReader(frame);
        int missing = (1 << into.format().components()) - 1;
        for (Scan scan = reader.findScan(); scan != null; scan = reader.findScan()) {
            int start = reader.position();
            check(reader, scan, into.format());
            for (int component : scan.components()) {
                int flag = 1 << component;
                if ((missing & flag) == 0) {
                    throw new MalformedException("component " + component + " is in two scans", start);
                }
                missing -= flag;
            }
            SampleRows rows =
                    new SampleRows(into, reader.precision(), scan.parameters().near());
            reader.continueAt(new ScanDecoder(scan, frame, start, rows).decode());
        }
        if (missing != 0) {
            throw new MalformedException("the image ends before all components have come", reader.position());
        }
    }

    private static void check(FrameReader reader, Scan scan, SampleFormat format) throws MalformedException {
        if (reader.width() != format.width()
                || reader.height() != format.height()
                || reader.components() != format.components()) {
            throw new MalformedException(reader.width() + " x " + reader.height() + " pixels of " + reader.components()
                    + " components instead of " + format.width() + " x " + format.height() + " of "
                    + format.components());
        }
        int room = format.bytesPerSample() * Byte.SIZE;
        for (MappingTable table : scan.tables()) {
            int bits = table == null ? reader.precision() : table.bits();
            if (bits > room) {
                throw new MalformedException("samples of " + bits + " bits for elements of " + room);
            }
        }
    }

    @Override
    public boolean encodes(SampleFormat format) {
        return format.bits() >= MIN_BITS && format.bits() <= MAX_BITS && near <= maxValue(format) / 2;
    }

    private static int maxValue(SampleFormat format) {
        return (1 << format.bits()) - 1;
    }

    @Override
    public byte[] encode(Samples samples) {
        SampleFormat format = samples.format();
        if (!encodes(format)) {
            throw new IllegalArgumentException(
                    "samples of " + format.bits() + " bits, off by " + near + ", in JPEG-LS");
        }
        Parameters parameters = Parameters.defaults(maxValue(format), near);
        BitWriter writer = new BitWriter();
        int components = format.components();
        writer.marker(Marker.START_OF_IMAGE);
        writer.marker(Marker.START_OF_FRAME);
        writer.bytes(2, 8 + 3 * components);
        writer.bytes(1, format.bits());
        writer.bytes(2, format.height());
        writer.bytes(2, format.width());
        writer.bytes(1, components);
        for (int component = 1; component <= components; component++) {
            writer.bytes(1, component);
            writer.bytes(2, 0x1100);
        }
        if (format.bits() > MAX_BITS_OF_UNDISPUTED_DEFAULTS) {
            writer.marker(Marker.PRESET);
            writer.bytes(2, 13);
            writer.bytes(1, 1);
            writer.bytes(2, parameters.maxValue());
            writer.bytes(2, parameters.threshold1());
            writer.bytes(2, parameters.threshold2());
            writer.bytes(2, parameters.threshold3());
            writer.bytes(2, parameters.reset());
        }
        writer.marker(Marker.START_OF_SCAN);
        writer.bytes(2, 6 + 2 * components);
        writer.bytes(1, components);
        for (int component = 1; component <= components; component++) {
            writer.bytes(2, component << Byte.SIZE);
        }
        writer.bytes(1, near);
        writer.bytes(1, (components == 1 ? Scan.Interleaving.NONE : Scan.Interleaving.LINE).ordinal());
        writer.bytes(1, 0);
        new ScanEncoder(parameters, writer, new SampleRows(samples, format.bits(), near), components).encode();
        writer.marker(Marker.END_OF_IMAGE);
        return writer.toBytes();
    }
}
