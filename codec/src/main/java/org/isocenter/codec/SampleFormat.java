package org.isocenter.codec;

/// The shape of a frame: its size, and what one sample is.
///
/// @param width in pixels, 1 to 65535
/// @param height in pixels, 1 to 65535
/// @param components samples of a pixel, 1 to 4
/// @param bits significant bits of a sample, 1 to 32
/// @param signed whether samples are two's complement
public record SampleFormat(int width, int height, int components, int bits, boolean signed) {
    private static final int MAX_SIDE = 65535;

    public SampleFormat {
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
            throw new IllegalArgumentException("a frame of " + width + " x " + height + " pixels");
        }
        if (components < 1 || components > 4) {
            throw new IllegalArgumentException(components + " components");
        }
        if (bits < 1 || bits > 32) {
            throw new IllegalArgumentException("samples of " + bits + " bits");
        }
    }

    /// The samples of a frame.
    public long sampleCount() {
        return (long) width * height * components;
    }

    /// The bytes of a sample in memory: 1, 2 or 4.
    public int bytesPerSample() {
        return bits <= 8 ? 1 : bits <= 16 ? 2 : 4;
    }
}
