package org.isocenter.codec.jpeg;

import org.jspecify.annotations.Nullable;

/// A component of a frame (T.81 B.2.2): how it is sampled, and its coefficients where it has some.
final class Component {
    final int id;
    final int horizontal;
    final int vertical;
    final int quantization;

    /// In samples of its own.
    int width;

    int height;
    /// In blocks, filled up to whole units of all components.
    int blocksAcross;

    int blocksDown;

    /// Of all blocks, 64 each, in the order of their rows within a block; null in lossless frames.
    short @Nullable [] coefficients;

    Component(int id, int horizontal, int vertical, int quantization) {
        this.id = id;
        this.horizontal = horizontal;
        this.vertical = vertical;
        this.quantization = quantization;
    }

    int blocksInWidth() {
        return width + 7 >> 3;
    }

    int blocksInHeight() {
        return height + 7 >> 3;
    }
}
