package org.isocenter.server.render;

import org.jspecify.annotations.Nullable;

/// A window on values after the modality transform, with the function that brings them to the display
/// (PS3.3 C.11.2.1.2 and C.11.2.1.3).
///
/// @param center finite
/// @param width finite and above 0. {@link Function#LINEAR} needs 1 or more; below that it is taken as
///     {@link Function#LINEAR_EXACT}, which is what writers of such widths mean
public record Window(double center, double width, Function function) implements Curve {

    /// The defined terms of (0028,1056).
    public enum Function {
        LINEAR,
        LINEAR_EXACT,
        SIGMOID;

        /// The function by its defined term, or in the spelling of PS3.18 8.3.5.1.4; null where there is
        /// none.
        public static @Nullable Function find(String term) {
            return switch (term) {
                case "LINEAR", "linear" -> LINEAR;
                case "LINEAR_EXACT", "linear-exact" -> LINEAR_EXACT;
                case "SIGMOID", "sigmoid" -> SIGMOID;
                default -> null;
            };
        }
    }

    /// @throws IllegalArgumentException where center and width give no window ({@link #valid})
    public Window {
        if (!valid(center, width)) {
            throw new IllegalArgumentException("a window of width " + width + " around " + center);
        }
    }

    /// Whether there is a window of this center and width.
    public static boolean valid(double center, double width) {
        return Double.isFinite(center) && Double.isFinite(width) && width > 0;
    }

    /// The place of a value on the display, from 0 (the formulas' y_min) to 1 (their y_max).
    @Override
    public double at(double value) {
        return switch (function) {
            case LINEAR -> width < 1 ? exact(value) : linear(value);
            case LINEAR_EXACT -> exact(value);
            case SIGMOID -> 1 / (1 + Math.exp(-4 * (value - center) / width));
        };
    }

    private double linear(double value) {
        if (value <= center - 0.5 - (width - 1) / 2) {
            return 0;
        }
        if (value > center - 0.5 + (width - 1) / 2) {
            return 1;
        }
        return (value - (center - 0.5)) / (width - 1) + 0.5;
    }

    private double exact(double value) {
        if (value <= center - width / 2) {
            return 0;
        }
        if (value > center + width / 2) {
            return 1;
        }
        return (value - center) / width + 0.5;
    }
}
