package org.isocenter.codec.jpeg;

import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;
import org.jspecify.annotations.Nullable;

/// Where decoded samples go. Those of components that are as large as the frame go into the caller's samples
/// at once, those of smaller ones into a plane of their own, which {@link #finish} brings up to size.
final class Canvas {
    private final Frame frame;
    private final Samples into;
    private final int stride;

    /// The smaller components, null for those as large as the frame.
    private final @Nullable Plane[] planes;

    /// What to shift a sample by, to the left and back, so that what is above its bits is filled up.
    private final int fill;

    private final boolean signed;

    Canvas(Frame frame, Samples into) {
        this.frame = frame;
        this.into = into;
        SampleFormat format = into.format();
        stride = format.components();
        signed = format.signed();
        fill = Integer.SIZE - (signed ? Math.min(format.bits(), frame.precision()) : frame.precision());
        planes = new Plane[stride];
        for (int i = 0; i < stride; i++) {
            Component component = frame.components()[i];
            if (component.horizontal() < frame.horizontal() || component.vertical() < frame.vertical()) {
                planes[i] = new Plane(frame, component);
            }
        }
    }

    /// Takes in a block of samples, but for those that are beyond the component.
    ///
    /// @param across which block it is in its line of blocks
    /// @param down which line of blocks that is
    void block(int component, int across, int down, int[] block) {
        Component place = frame.components()[component];
        int x = across * Dct.SIDE;
        int y = down * Dct.SIDE;
        int count = Math.min(Dct.SIDE, place.width() - x);
        int lines = Math.min(Dct.SIDE, place.height() - y);
        Plane plane = planes[component];
        for (int i = 0; i < lines; i++) {
            if (plane == null) {
                put(component, x, y + i, block, i * Dct.SIDE, count, 0);
            } else {
                plane.put(x, y + i, block, i * Dct.SIDE, count, 0);
            }
        }
    }

    /// Takes in a line of a component.
    ///
    /// @param pointTransform the low bits that its samples are without
    void line(int component, int y, int[] line, int pointTransform) {
        int count = frame.components()[component].width();
        Plane plane = planes[component];
        if (plane == null) {
            put(component, 0, y, line, 0, count, pointTransform);
        } else {
            plane.put(0, y, line, 0, count, pointTransform);
        }
    }

    /// Brings the smaller components up to size, after all samples have come.
    void finish() {
        int[] line = new int[frame.width()];
        for (int component = 0; component < stride; component++) {
            Plane plane = planes[component];
            if (plane != null) {
                for (int y = 0; y < frame.height(); y++) {
                    plane.line(y, line);
                    put(component, 0, y, line, 0, frame.width(), 0);
                }
            }
        }
    }

    private void put(int component, int x, int y, int[] source, int from, int count, int pointTransform) {
        int start = (y * frame.width() + x) * stride + component;
        int left = fill + pointTransform;
        switch (into) {
            case Samples.Bytes bytes -> put(source, from, count, left, bytes.array(), start);
            case Samples.Shorts shorts -> put(source, from, count, left, shorts.array(), start);
            case Samples.Ints ints -> put(source, from, count, left, ints.array(), start);
        }
    }

    private void put(int[] source, int from, int count, int left, byte[] target, int start) {
        int step = stride;
        int right = fill;
        if (signed) {
            for (int i = 0; i < count; i++) {
                target[start + i * step] = (byte) (source[from + i] << left >> right);
            }
        } else if (step == 1) {
            for (int i = 0; i < count; i++) {
                target[start + i] = (byte) (source[from + i] << left >>> right);
            }
        } else {
            for (int i = 0; i < count; i++) {
                target[start + i * step] = (byte) (source[from + i] << left >>> right);
            }
        }
    }

    private void put(int[] source, int from, int count, int left, short[] target, int start) {
        int step = stride;
        int right = fill;
        if (signed) {
            for (int i = 0; i < count; i++) {
                target[start + i * step] = (short) (source[from + i] << left >> right);
            }
        } else if (step == 1) {
            for (int i = 0; i < count; i++) {
                target[start + i] = (short) (source[from + i] << left >>> right);
            }
        } else {
            for (int i = 0; i < count; i++) {
                target[start + i * step] = (short) (source[from + i] << left >>> right);
            }
        }
    }

    private void put(int[] source, int from, int count, int left, int[] target, int start) {
        for (int i = 0; i < count; i++) {
            int high = source[from + i] << left;
            target[start + i * stride] = signed ? high >> fill : high >>> fill;
        }
    }
}
