package org.isocenter.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// RLE of DICOM (PS3.5 annex G): a header of 64 bytes, and a segment for each byte of a pixel, which holds
/// that byte of all pixels, compressed as PackBits does. The segments go from component to component, the
/// most significant byte first.
///
/// The frame says nothing of its samples. Elements are those of {@link Samples}, of 1, 2 or 4 bytes, and
/// the number of segments has to fit; so the bits of a format are at least such that its elements have the
/// size of Bits Allocated: samples of 5 bits in elements of 16 are asked for as 16 bits.
///
/// Samples of 1 bit are packed before they are compressed, eight to a byte, the first one lowest. That is
/// what implementations do; G.2 can be read to ask for a byte each, and a segment of as many bytes is
/// decoded so. Rows of such samples that end within a byte are not compressed apart, as others are.
///
/// A segment may be longer than its samples need, which padding makes it. One that is shorter is refused.
public final class Rle implements Codec {
    private static final Rle CODEC = new Rle();

    private static final int HEADER_BYTES = 64;
    private static final int MAX_SEGMENTS = 15;

    /// Pixels that are put together at once, so that their bytes stay in the cache meanwhile.
    private static final int BLOCK = 1 << 12;

    private Rle() {}

    public static Codec codec() {
        return CODEC;
    }

    /// Nothing: the header only tells where segments are.
    @Override
    public @Nullable FrameHeader probe(byte[] frame) {
        return null;
    }

    @Override
    public boolean encodes(SampleFormat format) {
        return format.components() * format.bytesPerSample() <= MAX_SEGMENTS
                && (format.bits() > 1 || format.components() == 1);
    }

    @Override
    public void decode(byte[] frame, Samples into) throws MalformedException {
        SampleFormat format = into.format();
        PackBits[] segments = segments(frame, format.components() * format.bytesPerSample());
        int pixels = format.width() * format.height();
        switch (into) {
            case Samples.Bytes bytes -> {
                byte[] array = bytes.array();
                if (format.bits() == 1 && format.components() == 1 && !segments[0].holds(Math.max(3, pixels))) {
                    byte[] packed = new byte[(int) NativeFrame.packedLength(pixels)];
                    segments[0].read(packed, packed.length);
                    NativeFrame.unpack(packed, array, 0, pixels);
                } else if (format.components() == 1) {
                    segments[0].read(array, pixels);
                } else {
                    decode(segments, pixels, array);
                }
            }
            case Samples.Shorts shorts -> decode(segments, pixels, format.components(), shorts.array());
            case Samples.Ints ints -> decode(segments, pixels, format.components(), ints.array());
        }
        NativeFrame.extend(into);
    }

    private static void decode(PackBits[] segments, int pixels, byte[] array) throws MalformedException {
        int components = segments.length;
        byte[] only = new byte[BLOCK];
        for (int component = 0; component < components; component++) {
            int at = component;
            for (int done = 0; done < pixels; done += BLOCK) {
                int some = Math.min(BLOCK, pixels - done);
                segments[component].read(only, some);
                for (int i = 0; i < some; i++, at += components) {
                    array[at] = only[i];
                }
            }
        }
    }

    private static void decode(PackBits[] segments, int pixels, int components, short[] array)
            throws MalformedException {
        byte[] high = new byte[BLOCK];
        byte[] low = new byte[BLOCK];
        for (int component = 0; component < components; component++) {
            int at = component;
            for (int done = 0; done < pixels; done += BLOCK) {
                int some = Math.min(BLOCK, pixels - done);
                segments[2 * component].read(high, some);
                segments[2 * component + 1].read(low, some);
                for (int i = 0; i < some; i++, at += components) {
                    array[at] = (short) (high[i] << 8 | low[i] & 0xFF);
                }
            }
        }
    }

    private static void decode(PackBits[] segments, int pixels, int components, int[] array) throws MalformedException {
        byte[] plane = new byte[BLOCK];
        for (int component = 0; component < components; component++) {
            for (int done = 0; done < pixels; done += BLOCK) {
                int some = Math.min(BLOCK, pixels - done);
                int start = done * components + component;
                for (int segment = 0; segment < Integer.BYTES; segment++) {
                    segments[Integer.BYTES * component + segment].read(plane, some);
                    for (int i = 0, at = start; i < some; i++, at += components) {
                        array[at] = array[at] << 8 | plane[i] & 0xFF;
                    }
                }
            }
        }
    }

    private static PackBits[] segments(byte[] frame, int expected) throws MalformedException {
        if (frame.length < HEADER_BYTES) {
            throw new MalformedException("a header of " + frame.length + " bytes", 0);
        }
        long count = offset(frame, 0);
        if (count != expected || count > MAX_SEGMENTS) {
            throw new MalformedException(count + " segments instead of " + expected, 0);
        }
        PackBits[] segments = new PackBits[expected];
        long end = frame.length;
        for (int i = expected; i > 0; i--) {
            long start = offset(frame, i);
            if (start < HEADER_BYTES || start > end) {
                throw new MalformedException(
                        "segment " + i + " from byte " + start + " to byte " + end, (long) Integer.BYTES * i);
            }
            segments[i - 1] = new PackBits(frame, (int) start, (int) end);
            end = start;
        }
        return segments;
    }

    /// A number of the header, little-endian.
    private static long offset(byte[] frame, int index) {
        int value = 0;
        for (int place = Integer.BYTES - 1; place >= 0; place--) {
            value = value << 8 | frame[index * Integer.BYTES + place] & 0xFF;
        }
        return Integer.toUnsignedLong(value);
    }

    /// Reads a segment (G.3.2) piece by piece, as blocks ask for it.
    private static final class PackBits {
        private final byte[] data;
        private final int end;
        private int position;

        /// What is left of a run: a repeated byte, or bytes that follow.
        private int left;

        private boolean repeated;
        private byte value;

        PackBits(byte[] data, int start, int end) {
            this.data = data;
            this.end = end;
            position = start;
        }

        /// Reads the next bytes of the segment.
        void read(byte[] into, int length) throws MalformedException {
            int at = 0;
            while (at < length) {
                if (left == 0) {
                    next();
                }
                int some = Math.min(left, length - at);
                if (repeated) {
                    Arrays.fill(into, at, at + some, value);
                } else {
                    if (some > end - position) {
                        throw new MalformedException("a segment ends within a run", position);
                    }
                    System.arraycopy(data, position, into, at, some);
                    position += some;
                }
                at += some;
                left -= some;
            }
        }

        private void next() throws MalformedException {
            int code = -128;
            while (code == -128 && position < end) {
                code = data[position++];
            }
            if (code == -128 || position == end) {
                throw new MalformedException("a segment ends early", position);
            }
            repeated = code < 0;
            if (repeated) {
                left = 1 - code;
                value = data[position++];
            } else {
                left = code + 1;
            }
        }

        /// Whether the segment has that many bytes.
        boolean holds(int length) {
            long bytes = 0;
            int at = position;
            while (at < end && bytes < length) {
                int code = data[at++];
                if (code >= 0) {
                    bytes += Math.min(code + 1, end - at);
                    at += code + 1;
                } else if (code > -128 && at < end) {
                    bytes += 1 - code;
                    at++;
                }
            }
            return bytes >= length;
        }
    }

    @Override
    public byte[] encode(Samples samples) {
        SampleFormat format = samples.format();
        if (!encodes(format)) {
            throw new IllegalArgumentException(
                    format.components() + " components of " + format.bits() + " bits in RLE");
        }
        int elementBytes = format.bytesPerSample();
        Output output = new Output(format.components() * elementBytes);
        for (int component = 0; component < format.components(); component++) {
            for (int shift = (elementBytes - 1) * 8; shift >= 0; shift -= 8) {
                output.startSegment();
                if (format.bits() == 1) {
                    encodeBits(samples, output);
                } else {
                    encodePlane(samples, component, shift, output);
                }
                output.endSegment();
            }
        }
        return output.toBytes();
    }

    private static void encodeBits(Samples samples, Output output) {
        SampleFormat format = samples.format();
        int pixels = format.width() * format.height();
        byte[] packed = new byte[(int) NativeFrame.packedLength(pixels)];
        NativeFrame.pack(((Samples.Bytes) samples).array(), 0, pixels, packed);
        int row = format.width() % 8 == 0 ? format.width() / 8 : packed.length;
        for (int start = 0; start < packed.length; start += row) {
            output.run(packed, start, start + row);
        }
    }

    private static void encodePlane(Samples samples, int component, int shift, Output output) {
        SampleFormat format = samples.format();
        int width = format.width();
        int components = format.components();
        byte[] row = new byte[width];
        for (int y = 0; y < format.height(); y++) {
            int at = y * width * components + component;
            switch (samples) {
                case Samples.Bytes bytes -> {
                    byte[] array = bytes.array();
                    for (int x = 0; x < width; x++, at += components) {
                        row[x] = array[at];
                    }
                }
                case Samples.Shorts shorts -> {
                    short[] array = shorts.array();
                    for (int x = 0; x < width; x++, at += components) {
                        row[x] = (byte) (array[at] >> shift);
                    }
                }
                case Samples.Ints ints -> {
                    int[] array = ints.array();
                    for (int x = 0; x < width; x++, at += components) {
                        row[x] = (byte) (array[at] >> shift);
                    }
                }
            }
            output.run(row, 0, width);
        }
    }

    /// A frame that is being written.
    private static final class Output {
        private static final int MAX_RUN = 128;

        /// A shorter run does not pay within other bytes.
        private static final int MIN_RUN = 3;

        private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(
                        long[].class, ByteOrder.LITTLE_ENDIAN)
                .withInvokeExactBehavior();

        private byte[] bytes = new byte[1 << 12];
        private int position = HEADER_BYTES;
        private int segments;

        Output(int segmentCount) {
            number(0, segmentCount);
        }

        private void number(int index, int value) {
            for (int place = 0; place < Integer.BYTES; place++) {
                bytes[index * Integer.BYTES + place] = (byte) (value >> 8 * place);
            }
        }

        void startSegment() {
            segments++;
            number(segments, position);
        }

        void endSegment() {
            room(1);
            if ((position & 1) == 1) {
                bytes[position++] = 0;
            }
        }

        private void room(int count) {
            long needed = (long) position + count;
            int most = Integer.MAX_VALUE - 8;
            if (needed > most) {
                throw new IllegalArgumentException("a compressed frame of more than " + most + " bytes");
            }
            if (needed > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(needed, bytes.length * 2L)));
            }
        }

        /// Compresses a row (G.3.1).
        void run(byte[] row, int from, int to) {
            room((to - from) + (to - from) / MAX_RUN + 2);
            int pending = from;
            int at = from;
            while (at < to) {
                if (at > pending) {
                    at = skipLiterals(row, at, to);
                }
                byte value = row[at];
                int most = Math.min(to, at + MAX_RUN);
                int next = at + 1;
                while (next < most && row[next] == value) {
                    next++;
                }
                if (next - at >= MIN_RUN || next - at == 2 && pending == at) {
                    literals(row, pending, at);
                    bytes[position++] = (byte) (1 - (next - at));
                    bytes[position++] = value;
                    pending = next;
                }
                at = next;
            }
            literals(row, pending, to);
        }

        /// The next place where three bytes are the same, or one that is not far from the end. Eight places
        /// are looked at together: one begins such a run if its byte and the next two differ in no bit.
        private static int skipLiterals(byte[] row, int from, int to) {
            int at = from;
            while (at + Long.BYTES + 2 <= to) {
                long first = (long) LONG.get(row, at);
                long second = (long) LONG.get(row, at + 1);
                long third = (long) LONG.get(row, at + 2);
                long differing = (first ^ second) | (first ^ third);
                // The lowest byte of zeros has its high bit set here, and no lower one has.
                long zeros = (differing - 0x0101_0101_0101_0101L) & ~differing & 0x8080_8080_8080_8080L;
                if (zeros != 0) {
                    return at + (Long.numberOfTrailingZeros(zeros) >> 3);
                }
                at += Long.BYTES;
            }
            return at;
        }

        private void literals(byte[] row, int from, int to) {
            int at = from;
            while (at < to) {
                int some = Math.min(MAX_RUN, to - at);
                bytes[position++] = (byte) (some - 1);
                System.arraycopy(row, at, bytes, position, some);
                position += some;
                at += some;
            }
        }

        byte[] toBytes() {
            return Arrays.copyOf(bytes, position);
        }
    }
}
