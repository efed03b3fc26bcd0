package org.isocenter.codec.jpeg;

/// The samples of a component that has fewer than the frame, and what is between them.
///
/// T.81 does not say how to find the samples in between. What most decoders in the field do by default is
/// done here, to the bit: where a lossy component has half the samples in a direction, a sample of the
/// frame is made of three parts of the nearest one and one part of the next nearest, as samples of a
/// component are thought to stand in the middle of those they replace. Anything else takes the nearest
/// sample, and so does the lossless process, which is not to invent any.
final class Plane {
    private final Frame frame;
    private final Component component;
    private final int width;
    private final short[] samples;

    Plane(Frame frame, Component component) {
        this.frame = frame;
        this.component = component;
        width = component.width();
        samples = new short[width * component.height()];
    }

    /// Takes in some samples of a line.
    ///
    /// @param pointTransform the low bits that they are without
    void put(int x, int y, int[] source, int from, int count, int pointTransform) {
        int start = y * width + x;
        for (int i = 0; i < count; i++) {
            samples[start + i] = (short) (source[from + i] << pointTransform);
        }
    }

    /// Makes a line of the size of the frame.
    void line(int y, int[] into) {
        boolean smooth = frame.process() != Frame.Process.LOSSLESS;
        boolean halfWidth = frame.horizontal() == 2 * component.horizontal();
        boolean halfHeight = frame.vertical() == 2 * component.vertical();
        boolean fullWidth = frame.horizontal() == component.horizontal();
        boolean fullHeight = frame.vertical() == component.vertical();
        if (smooth && halfWidth && fullHeight && width > 2) {
            twiceAcross(y * width, into);
        } else if (smooth && halfWidth && halfHeight && width > 2) {
            twiceBoth(y / 2 * width, neighbour(y) * width, into);
        } else if (smooth && fullWidth && halfHeight) {
            int near = y / 2 * width;
            int far = neighbour(y) * width;
            for (int x = 0; x < width; x++) {
                into[x] = 3 * sample(near + x) + sample(far + x) + 1 + (y & 1) >> 2;
            }
        } else {
            int start = y * component.vertical() / frame.vertical() * width;
            for (int x = 0; x < into.length; x++) {
                into[x] = sample(start + x * component.horizontal() / frame.horizontal());
            }
        }
    }

    /// The line beyond the nearest one, which is the nearest one at the edges.
    private int neighbour(int y) {
        return Math.clamp(y / 2 + ((y & 1) == 0 ? -1 : 1), 0, component.height() - 1);
    }

    private int sample(int index) {
        return samples[index] & 0xFFFF;
    }

    /// What is halfway between two numbers goes down at one place and up at the next.
    private void twiceAcross(int start, int[] into) {
        for (int x = 0; x < into.length; x++) {
            int here = sample(start + x / 2);
            int next = sample(start + Math.clamp(x / 2 + ((x & 1) == 0 ? -1 : 1), 0, width - 1));
            into[x] = 3 * here + next + 1 + (x & 1) >> 2;
        }
    }

    private void twiceBoth(int near, int far, int[] into) {
        int left = 3 * sample(near) + sample(far);
        int here = left;
        for (int x = 0; x < width; x++) {
            int right = x + 1 < width ? 3 * sample(near + x + 1) + sample(far + x + 1) : here;
            into[2 * x] = 3 * here + left + 8 >> 4;
            if (2 * x + 1 < into.length) {
                into[2 * x + 1] = 3 * here + right + 7 >> 4;
            }
            left = here;
            here = right;
        }
    }
}
