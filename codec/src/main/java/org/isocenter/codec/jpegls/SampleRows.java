package org.isocenter.codec.jpegls;

import org.isocenter.codec.MalformedException;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.jspecify.annotations.Nullable;

/// Moves lines of a component, ints of no sign, into samples and out of them.
final class SampleRows {
    private final Samples samples;
    private final int width;
    private final int components;

    /// The bits of a coded sample.
    private final int bits;

    /// How far a coded sample may be off.
    private final int near;

    SampleRows(Samples samples, int bits, int near) {
        this.samples = samples;
        this.bits = bits;
        this.near = near;
        width = samples.format().width();
        components = samples.format().components();
    }

    int width() {
        return width;
    }

    int height() {
        return samples.format().height();
    }

    /// Puts a line into the samples.
    ///
    /// @param line its samples from an index `from` on, every `step`
    void put(int[] line, int from, int step, int component, int y, @Nullable MappingTable table)
            throws MalformedException {
        SampleFormat format = samples.format();
        int[] source = line;
        int first = from;
        int stride = step;
        int codedBits = bits;
        if (table != null || near > 0 && bits > format.bits() && !format.signed()) {
            source = new int[width];
            for (int x = 0; x < width; x++) {
                int sample = line[from + x * step];
                source[x] = table == null ? nearest(sample) : table.get(sample);
            }
            first = 0;
            stride = 1;
            codedBits = table == null ? bits : table.bits();
        }
        int shift = format.signed() ? Integer.SIZE - Math.min(format.bits(), codedBits) : 0;
        int start = y * width * components + component;
        switch (samples) {
            case Samples.Bytes bytes -> put(source, first, stride, shift, bytes.array(), start);
            case Samples.Shorts shorts -> put(source, first, stride, shift, shorts.array(), start);
            case Samples.Ints ints -> put(source, first, stride, shift, ints.array(), start);
        }
    }

    /// Takes back what a sample is off above the largest value of the format, where the frame has room for
    /// more: white would turn black for whoever looks at the bits of the format alone.
    private int nearest(int sample) {
        int largest = (1 << samples.format().bits()) - 1;
        return sample > largest && sample <= largest + near ? largest : sample;
    }

    private void put(int[] source, int from, int step, int shift, byte[] target, int start) {
        int stride = components;
        if (stride == 1 && step == 1) {
            for (int x = 0; x < width; x++) {
                target[start + x] = (byte) (source[from + x] << shift >> shift);
            }
        } else {
            for (int x = 0; x < width; x++) {
                target[start + x * stride] = (byte) (source[from + x * step] << shift >> shift);
            }
        }
    }

    private void put(int[] source, int from, int step, int shift, short[] target, int start) {
        int stride = components;
        if (stride == 1 && step == 1) {
            for (int x = 0; x < width; x++) {
                target[start + x] = (short) (source[from + x] << shift >> shift);
            }
        } else {
            for (int x = 0; x < width; x++) {
                target[start + x * stride] = (short) (source[from + x * step] << shift >> shift);
            }
        }
    }

    private void put(int[] source, int from, int step, int shift, int[] target, int start) {
        for (int x = 0; x < width; x++) {
            target[start + x * components] = source[from + x * step] << shift >> shift;
        }
    }

    /// Takes a line of a component out of the samples, as the low bits of each, into every `step` of an
    /// index `from` on.
    void get(int[] line, int from, int step, int component, int y) {
        int mask = (1 << bits) - 1;
        int stride = components;
        int start = y * width * stride + component;
        switch (samples) {
            case Samples.Bytes bytes -> {
                byte[] source = bytes.array();
                for (int x = 0; x < width; x++) {
                    line[from + x * step] = source[start + x * stride] & mask;
                }
            }
            case Samples.Shorts shorts -> {
                short[] source = shorts.array();
                for (int x = 0; x < width; x++) {
                    line[from + x * step] = source[start + x * stride] & mask;
                }
            }
            case Samples.Ints ints ->
                throw new IllegalArgumentException("samples of " + ints.format().bits() + " bits in JPEG-LS");
        }
    }
}
