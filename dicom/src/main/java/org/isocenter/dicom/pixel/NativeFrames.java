package org.isocenter.dicom.pixel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.isocenter.dicom.MalformedException;

/// Native frames (PS3.5 8.1.1 and 8.2) as samples, and samples as native frames.
final class NativeFrames {
    private NativeFrames() {}

    /// The samples of a native frame, each with all the bits that are allocated, as they stand there:
    /// neither
    /// shifted nor freed of what does not belong to them. Subsampled chrominance is brought to full size.
    static Samples decode(byte[] frame, ImagePixel image, boolean bigEndian) throws MalformedException {
        if (frame.length < image.frameBytes()) {
            throw new MalformedException("a frame of " + frame.length + " bytes instead of " + image.frameBytes());
        }
        if (bigEndian && image.words() && image.bitsAllocated() <= 8 && (image.frameBytes() & 1) != 0) {
            // The last byte of a frame stands behind one that is not the frame's.
            throw new MalformedException("a frame of " + image.frameBytes() + " bytes in words of big endian");
        }
        Samples samples = Samples.allocate(image.container());
        switch (samples) {
            case Samples.Bytes bytes -> {
                byte[] plain = bigEndian && image.words() ? turned(frame, 2) : frame;
                if (image.bitsAllocated() == 1) {
                    unpack(plain, bytes.array());
                } else {
                    arrange(plain, bytes.array(), image);
                }
            }
            case Samples.Shorts shorts -> {
                ByteBuffer in = ByteBuffer.wrap(frame).order(order(bigEndian));
                short[] plain = new short[shorts.array().length];
                in.asShortBuffer().get(plain, 0, Math.min(plain.length, frame.length / 2));
                arrange(plain, shorts.array(), image);
            }
            case Samples.Ints ints -> {
                ByteBuffer in = ByteBuffer.wrap(frame).order(order(bigEndian));
                int[] plain = new int[ints.array().length];
                in.asIntBuffer().get(plain, 0, Math.min(plain.length, frame.length / 4));
                arrange(plain, ints.array(), image);
            }
        }
        return samples;
    }

    /// The bytes of a frame of big endian in little endian. Pixels of up to 8 bits are turned around as
    /// well where they stand in words (PS3.5 8.1.1): then the first of two pixels has the lower byte.
    static byte[] littleEndian(byte[] frame, ImagePixel image) {
        int unit = Math.max(image.words() ? 2 : 1, image.bitsAllocated() / 8);
        return unit == 1 ? frame : turned(frame, unit);
    }

    private static byte[] turned(byte[] frame, int unit) {
        byte[] turned = frame.clone();
        for (int i = 0; i + unit <= frame.length; i += unit) {
            for (int k = 0; k < unit; k++) {
                turned[i + k] = frame[i + unit - 1 - k];
            }
        }
        return turned;
    }

    private static ByteOrder order(boolean bigEndian) {
        return bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    private static void unpack(byte[] frame, byte[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] = (byte) (frame[i >> 3] >> (i & 7) & 1);
        }
    }

    // To pixels with their components side by side. One method for each kind of array: this is where all the bytes go.

    private static void arrange(byte[] plain, byte[] into, ImagePixel image) throws MalformedException {
        int pixels = image.columns() * image.rows();
        int samples = image.samplesPerPixel();
        switch (image.photometric()) {
            case YBR_FULL_422, YBR_PARTIAL_422 -> {
                requireEven(image);
                for (int i = 0, at = 0; i + 1 < pixels; i += 2, at += 4) {
                    into[3 * i] = plain[at];
                    into[3 * i + 3] = plain[at + 1];
                    into[3 * i + 1] = plain[at + 2];
                    into[3 * i + 4] = plain[at + 2];
                    into[3 * i + 2] = plain[at + 3];
                    into[3 * i + 5] = plain[at + 3];
                }
            }
            case YBR_PARTIAL_420 -> throw new MalformedException("native YBR_PARTIAL_420 is not read");
            default -> {
                if (!image.planar()) {
                    System.arraycopy(plain, 0, into, 0, pixels * samples);
                    return;
                }
                for (int component = 0; component < samples; component++) {
                    int from = component * pixels;
                    for (int i = 0, at = component; i < pixels; i++, at += samples) {
                        into[at] = plain[from + i];
                    }
                }
            }
        }
    }

    private static void requireEven(ImagePixel image) throws MalformedException {
        if ((image.columns() & 1) != 0) {
            throw new MalformedException(
                    image.photometric().term() + " with an odd number of columns, " + image.columns());
        }
    }

    private static void arrange(short[] plain, short[] into, ImagePixel image) throws MalformedException {
        requireWhole(image);
        int pixels = image.columns() * image.rows();
        int samples = image.samplesPerPixel();
        if (!image.planar()) {
            System.arraycopy(plain, 0, into, 0, pixels * samples);
            return;
        }
        for (int component = 0; component < samples; component++) {
            int from = component * pixels;
            for (int i = 0, at = component; i < pixels; i++, at += samples) {
                into[at] = plain[from + i];
            }
        }
    }

    private static void arrange(int[] plain, int[] into, ImagePixel image) throws MalformedException {
        requireWhole(image);
        int pixels = image.columns() * image.rows();
        int samples = image.samplesPerPixel();
        if (!image.planar()) {
            System.arraycopy(plain, 0, into, 0, pixels * samples);
            return;
        }
        for (int component = 0; component < samples; component++) {
            int from = component * pixels;
            for (int i = 0, at = component; i < pixels; i++, at += samples) {
                into[at] = plain[from + i];
            }
        }
    }

    /// Subsampled chrominance is defined for 8 bits only (PS3.3 C.7.6.3.1.2).
    private static void requireWhole(ImagePixel image) throws MalformedException {
        switch (image.photometric()) {
            case YBR_FULL_422, YBR_PARTIAL_422, YBR_PARTIAL_420 ->
                throw new MalformedException(
                        image.photometric().term() + " with " + image.bitsAllocated() + " bits allocated");
            default -> {}
        }
    }

    /// The native frame of these samples in little endian, components side by side, in elements of as
    /// many bits as
    /// are allocated.
    static byte[] encode(Samples samples, int bitsAllocated) {
        int count = (int) samples.format().sampleCount();
        if (bitsAllocated == 1) {
            return pack(((Samples.Bytes) samples).array(), count);
        }
        byte[] frame = new byte[count * (bitsAllocated / 8)];
        ByteBuffer out = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        boolean signed = samples.format().signed();
        switch (samples) {
            case Samples.Bytes bytes -> {
                if (bitsAllocated == 8) {
                    out.put(bytes.array(), 0, count);
                } else {
                    for (int i = 0; i < count; i++) {
                        widen(out, signed ? bytes.array()[i] : bytes.array()[i] & 0xFF, bitsAllocated);
                    }
                }
            }
            case Samples.Shorts shorts -> {
                if (bitsAllocated == 16) {
                    out.asShortBuffer().put(shorts.array(), 0, count);
                } else {
                    for (int i = 0; i < count; i++) {
                        widen(out, signed ? shorts.array()[i] : shorts.array()[i] & 0xFFFF, bitsAllocated);
                    }
                }
            }
            case Samples.Ints ints -> out.asIntBuffer().put(ints.array(), 0, count);
        }
        return frame;
    }

    private static void widen(ByteBuffer out, int value, int bitsAllocated) {
        if (bitsAllocated == 16) {
            out.putShort((short) value);
        } else {
            out.putInt(value);
        }
    }

    private static byte[] pack(byte[] bits, int count) {
        byte[] packed = new byte[(count + 7) / 8];
        for (int i = 0; i < count; i++) {
            packed[i >> 3] |= (byte) ((bits[i] & 1) << (i & 7));
        }
        return packed;
    }

    /// The samples with the bits that are stored: what lies above and below them in their elements is
    /// removed, and
    /// the sign extended.
    static Samples stored(Samples container, ImagePixel image) {
        SampleFormat format = image.format();
        int left = 32 - image.highBit() - 1;
        int right = 32 - image.bitsStored();
        int count = (int) format.sampleCount();
        boolean signed = image.signed();
        return switch (container) {
            case Samples.Bytes bytes -> {
                byte[] array = bytes.array();
                if (image.bitsStored() < 8) {
                    for (int i = 0; i < count; i++) {
                        int top = array[i] << left;
                        array[i] = (byte) (signed ? top >> right : top >>> right);
                    }
                }
                yield new Samples.Bytes(format, array);
            }
            case Samples.Shorts shorts -> {
                short[] array = shorts.array();
                if (image.bitsStored() <= 8) {
                    byte[] narrow = new byte[count];
                    for (int i = 0; i < count; i++) {
                        int top = array[i] << left;
                        narrow[i] = (byte) (signed ? top >> right : top >>> right);
                    }
                    yield new Samples.Bytes(format, narrow);
                }
                if (image.bitsStored() < 16) {
                    for (int i = 0; i < count; i++) {
                        int top = array[i] << left;
                        array[i] = (short) (signed ? top >> right : top >>> right);
                    }
                }
                yield new Samples.Shorts(format, array);
            }
            case Samples.Ints ints -> {
                int[] array = ints.array();
                for (int i = 0; i < count; i++) {
                    int top = array[i] << left;
                    array[i] = signed ? top >> right : top >>> right;
                }
                yield narrowed(format, array, count);
            }
        };
    }

    private static Samples narrowed(SampleFormat format, int[] array, int count) {
        return switch (format.bytesPerSample()) {
            case 1 -> {
                byte[] narrow = new byte[count];
                for (int i = 0; i < count; i++) {
                    narrow[i] = (byte) array[i];
                }
                yield new Samples.Bytes(format, narrow);
            }
            case 2 -> {
                short[] narrow = new short[count];
                for (int i = 0; i < count; i++) {
                    narrow[i] = (short) array[i];
                }
                yield new Samples.Shorts(format, narrow);
            }
            default -> new Samples.Ints(format, array);
        };
    }
}
