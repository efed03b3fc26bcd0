package org.isocenter.server.render;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a picture is wanted (PS3.18 8.3.5).
///
/// @param quality of lossy pictures, 1 to 100
/// @param viewport the part and the size; null for the image as it is
/// @param window in place of those that the instance names; ignored for colours
/// @param voiName which of several windows or tables of the instance is meant, by its explanation
///     ((0028,1055), (0028,3003)); the first one where that is null or names none
/// @param annotations burnt into the picture
/// @param colors in which space colours are. Grey pictures have none: what their shades mean on a screen is
///     not defined (PS3.18 9.5.2)
/// @param presentationState that says how the image is shown, in place of what the image says itself
public record RenderOptions(
        Output output,
        int quality,
        @Nullable Viewport viewport,
        @Nullable Window window,
        @Nullable String voiName,
        Set<Annotation> annotations,
        Colors colors,
        @Nullable Instance presentationState) {

    /// In what form.
    public enum Output {
        JPEG("image/jpeg"),
        PNG("image/png"),
        GIF("image/gif"),
        /// A file of JPEG 2000, without loss.
        JP2("image/jp2"),
        /// The same by High-Throughput JPEG 2000.
        JPH("image/jph"),
        /// The bare codestream of that.
        JPHC("image/jphc"),
        /// The bare pixels, 8 bits a component.
        RAW("application/octet-stream");

        private final String mediaType;

        Output(String mediaType) {
            this.mediaType = mediaType;
        }

        public String mediaType() {
            return mediaType;
        }

        /// Whether a picture in this form can say in which space its colours are.
        public boolean holdsProfile() {
            return switch (this) {
                case JPEG, PNG, JP2, JPH -> true;
                case GIF, JPHC, RAW -> false;
            };
        }
    }

    /// What is written into the picture (PS3.18 8.3.5.1.1). Whoever asks for any of it also gets the
    /// image's overlays: see {@link Renderer}.
    public enum Annotation {
        /// Who: name, identifier, date of birth, sex.
        PATIENT,
        /// What: date, modality, body part, exposure, the place of the image in its series.
        TECHNIQUE
    }

    /// In which space colours are, and whether the picture says so by a profile (PS3.18 8.3.5.1.5).
    public enum Colors {
        /// As the image has them, and no word of it.
        UNTOLD(null),
        /// As the image has them, with its profile, or that of sRGB where it has none.
        OWN(null),
        SRGB(RgbSpace.SRGB),
        ADOBE_RGB(RgbSpace.ADOBE_RGB),
        ROMM_RGB(RgbSpace.ROMM_RGB);

        private final @Nullable RgbSpace space;

        Colors(@Nullable RgbSpace space) {
            this.space = space;
        }

        /// The space they are brought into; null where they stay as they are.
        @Nullable
        RgbSpace findSpace() {
            return space;
        }
    }

    /// @throws IllegalArgumentException where the quality is not from 1 to 100
    public RenderOptions {
        if (quality < 1 || quality > 100) {
            throw new IllegalArgumentException("a quality of " + quality);
        }
        annotations = Set.copyOf(annotations);
    }

    /// A quality at which nobody sees a difference from afar.
    public static final int DEFAULT_QUALITY = 90;

    /// A picture in this form and nothing else asked for.
    public static RenderOptions of(Output output) {
        return new RenderOptions(output, DEFAULT_QUALITY, null, null, null, Set.of(), Colors.UNTOLD, null);
    }

    /// Whether colours are to be seen as the image has them, all of them and nothing else.
    boolean asStored() {
        return viewport == null && annotations.isEmpty() && colors.findSpace() == null && presentationState == null;
    }

    public RenderOptions withQuality(int other) {
        return new RenderOptions(output, other, viewport, window, voiName, annotations, colors, presentationState);
    }

    public RenderOptions within(Viewport other) {
        return new RenderOptions(output, quality, other, window, voiName, annotations, colors, presentationState);
    }

    public RenderOptions with(Window other) {
        return new RenderOptions(output, quality, viewport, other, voiName, annotations, colors, presentationState);
    }

    public RenderOptions withVoi(String name) {
        return new RenderOptions(output, quality, viewport, window, name, annotations, colors, presentationState);
    }

    public RenderOptions with(Set<Annotation> other) {
        return new RenderOptions(output, quality, viewport, window, voiName, other, colors, presentationState);
    }

    public RenderOptions with(Colors other) {
        return new RenderOptions(output, quality, viewport, window, voiName, annotations, other, presentationState);
    }

    public RenderOptions with(Instance state) {
        return new RenderOptions(output, quality, viewport, window, voiName, annotations, colors, state);
    }
}
