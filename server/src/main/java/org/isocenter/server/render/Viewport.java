package org.isocenter.server.render;

/// What part of a picture is shown, and in what size (PS3.18 8.3.5.1.3).
///
/// The part is cut out, mirrored where its width or height is negative, and scaled with its proportions kept
/// until it is as wide or as high as asked for, whichever comes first.
///
/// @param width of the picture at most, in pixels
/// @param height of the picture at most, in pixels
/// @param x the left edge of the part, in pixels of the image as it is presented
/// @param y its upper edge
/// @param partWidth its width; negative to mirror left to right; 0 for all that is right of `x`
/// @param partHeight its height; negative to mirror top to bottom; 0 for all that is below `y`
public record Viewport(int width, int height, double x, double y, double partWidth, double partHeight) {
    /// The longest side of a picture.
    public static final int SIDE_MAX = 16384;
    /// The pixels of a picture at most.
    public static final int PIXELS_MAX = 1 << 26;

    /// @throws IllegalArgumentException where the size is not from 1 to {@link #SIDE_MAX}, or a number is not
    ///     finite, or the part begins left of or above the image
    public Viewport {
        if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX) {
            throw new IllegalArgumentException("a viewport of " + width + " x " + height + " pixels");
        }
        if (!Double.isFinite(partWidth) || !Double.isFinite(partHeight)) {
            throw new IllegalArgumentException("a part of " + partWidth + " x " + partHeight + " pixels");
        }
        if (!(x >= 0 && y >= 0 && x <= 65535 && y <= 65535)) {
            throw new IllegalArgumentException("a part that begins at " + x + ", " + y);
        }
    }

    /// Whether no part is named.
    boolean whole() {
        return x == 0 && y == 0 && partWidth == 0 && partHeight == 0;
    }

    /// The whole image within this size.
    public Viewport(int width, int height) {
        this(width, height, 0, 0, 0, 0);
    }
}
