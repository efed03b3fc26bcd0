package org.isocenter.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// Deflated image frames (PS3.5 8.2.16 and A.4.13): the bytes of a native frame, compressed as RFC 1951 has
/// it, without the header of zlib or gzip.
///
/// The native frame is little-endian, with elements of 1, 2 or 4 bytes as in {@link Samples}, the
/// components of a pixel side by side. Samples of 1 bit are packed, eight to a byte, the first one lowest,
/// and the last byte filled up. So the bits of a format are at least such that its elements have the size
/// of Bits Allocated: samples of 5 bits in elements of 16 are asked for as 16 bits, those of 1 bit in
/// elements of 8 as 8.
///
/// A native frame of the right length is asked for, or of one byte more where that is odd, and the end of
/// the compressed data. What comes after that is padding and ignored.
public final class Deflated implements Codec {
    private static final Deflated CODEC = new Deflated();

    /// Bytes that are compressed or decompressed at once, a multiple of what an element has.
    private static final int CHUNK = 1 << 15;

    private Deflated() {}

    public static Codec codec() {
        return CODEC;
    }

    /// Nothing: the frame has no header.
    @Override
    public @Nullable FrameHeader probe(byte[] frame) {
        return null;
    }

    @Override
    public void decode(byte[] frame, Samples into) throws MalformedException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(frame);
            long length = inflate(inflater, into);
            byte[] more = new byte[2];
            int surplus = inflateSome(inflater, more, 0, more.length);
            if (surplus > (length & 1)) {
                throw new MalformedException("a frame of more than " + length + " bytes", inflater.getBytesRead());
            }
        } catch (DataFormatException broken) {
            throw new MalformedException("no deflated data: " + broken.getMessage(), inflater.getBytesRead());
        } finally {
            inflater.end();
        }
        NativeFrame.extend(into);
    }

    /// Inflates the bytes of a frame and says how many those are.
    private static long inflate(Inflater inflater, Samples into) throws MalformedException, DataFormatException {
        int count = (int) into.format().sampleCount();
        switch (into) {
            case Samples.Bytes bytes -> {
                if (into.format().bits() > 1) {
                    inflate(inflater, bytes.array(), count);
                    return count;
                }
                byte[] chunk = new byte[CHUNK];
                for (int done = 0; done < count; done += CHUNK * 8) {
                    int some = Math.min(count - done, CHUNK * 8);
                    inflate(inflater, chunk, (int) NativeFrame.packedLength(some));
                    NativeFrame.unpack(chunk, bytes.array(), done, some);
                }
                return NativeFrame.packedLength(count);
            }
            case Samples.Shorts shorts -> {
                ByteBuffer chunk = chunk();
                for (int done = 0; done < count; done += CHUNK / Short.BYTES) {
                    int some = Math.min(count - done, CHUNK / Short.BYTES);
                    inflate(inflater, chunk.array(), some * Short.BYTES);
                    chunk.asShortBuffer().get(shorts.array(), done, some);
                }
                return (long) count * Short.BYTES;
            }
            case Samples.Ints ints -> {
                ByteBuffer chunk = chunk();
                for (int done = 0; done < count; done += CHUNK / Integer.BYTES) {
                    int some = Math.min(count - done, CHUNK / Integer.BYTES);
                    inflate(inflater, chunk.array(), some * Integer.BYTES);
                    chunk.asIntBuffer().get(ints.array(), done, some);
                }
                return (long) count * Integer.BYTES;
            }
        }
    }

    private static ByteBuffer chunk() {
        return ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void inflate(Inflater inflater, byte[] into, int length)
            throws MalformedException, DataFormatException {
        int done = inflateSome(inflater, into, 0, length);
        if (done < length) {
            throw new MalformedException(
                    "the frame ends " + (length - done) + " or more bytes early", inflater.getBytesRead());
        }
    }

    /// Inflates up to that many bytes, less at the end of the data.
    private static int inflateSome(Inflater inflater, byte[] into, int from, int length)
            throws MalformedException, DataFormatException {
        int done = 0;
        while (done < length && !inflater.finished()) {
            int some = inflater.inflate(into, from + done, length - done);
            if (some == 0 && !inflater.finished()) {
                throw new MalformedException("the deflated data end early", inflater.getBytesRead());
            }
            done += some;
        }
        return done;
    }

    @Override
    public boolean encodes(SampleFormat format) {
        return true;
    }

    @Override
    public byte[] encode(Samples samples) {
        int count = (int) samples.format().sampleCount();
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            Output output = new Output(deflater);
            switch (samples) {
                case Samples.Bytes bytes -> {
                    if (samples.format().bits() > 1) {
                        output.deflate(bytes.array(), count);
                    } else {
                        byte[] chunk = new byte[CHUNK];
                        for (int done = 0; done < count; done += CHUNK * 8) {
                            int some = Math.min(count - done, CHUNK * 8);
                            NativeFrame.pack(bytes.array(), done, some, chunk);
                            output.deflate(chunk, (int) NativeFrame.packedLength(some));
                        }
                    }
                }
                case Samples.Shorts shorts -> {
                    ByteBuffer chunk = chunk();
                    for (int done = 0; done < count; done += CHUNK / Short.BYTES) {
                        int some = Math.min(count - done, CHUNK / Short.BYTES);
                        chunk.asShortBuffer().put(shorts.array(), done, some);
                        output.deflate(chunk.array(), some * Short.BYTES);
                    }
                }
                case Samples.Ints ints -> {
                    ByteBuffer chunk = chunk();
                    for (int done = 0; done < count; done += CHUNK / Integer.BYTES) {
                        int some = Math.min(count - done, CHUNK / Integer.BYTES);
                        chunk.asIntBuffer().put(ints.array(), done, some);
                        output.deflate(chunk.array(), some * Integer.BYTES);
                    }
                }
            }
            return output.finish();
        } finally {
            deflater.end();
        }
    }

    /// Where deflated bytes go.
    private static final class Output {
        private final Deflater deflater;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final byte[] chunk = new byte[CHUNK];

        Output(Deflater deflater) {
            this.deflater = deflater;
        }

        void deflate(byte[] input, int length) {
            deflater.setInput(input, 0, length);
            while (!deflater.needsInput()) {
                bytes.write(chunk, 0, deflater.deflate(chunk));
            }
        }

        byte[] finish() {
            deflater.finish();
            while (!deflater.finished()) {
                bytes.write(chunk, 0, deflater.deflate(chunk));
            }
            return bytes.toByteArray();
        }
    }
}
