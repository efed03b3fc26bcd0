package org.isocenter.server.dicomweb;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Query;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.render.RenderOptions;
import org.isocenter.server.render.RenderOptions.Annotation;
import org.isocenter.server.render.RenderOptions.Colors;
import org.isocenter.server.render.Viewport;
import org.isocenter.server.render.Window;
import org.jspecify.annotations.Nullable;

/// The query parameters of rendered resources (PS3.18 8.3.5).
final class RenderParameters {
    private RenderParameters() {}

    /// How a picture is wanted.
    ///
    /// @throws Refusal 400 where a parameter has no value that it may have
    static RenderOptions read(Exchange exchange, RenderOptions.Output output) {
        Query query = exchange.query();
        RenderOptions options = RenderOptions.of(output);
        String quality = query.findFirst("quality");
        if (quality != null) {
            options = options.withQuality(quality(quality));
        }
        Viewport viewport = findViewport(query);
        if (viewport != null) {
            options = options.within(viewport);
        }
        String window = query.findFirst("window");
        if (window != null) {
            options = options.with(window(window));
        }
        String annotation = query.findFirst("annotation");
        if (annotation != null) {
            options = options.with(annotations(annotation));
        }
        String profile = query.findFirst("iccprofile");
        if (profile != null) {
            options = options.with(colors(profile, output));
        }
        return options;
    }

    static int quality(String text) {
        int quality = (int) number(text, "quality");
        if (quality < 1 || quality > 100) {
            throw refused("quality", "is a whole number from 1 to 100");
        }
        return quality;
    }

    /// `vw,vh` or `vw,vh,sx,sy,sw,sh`, of which the last four may be left empty.
    static @Nullable Viewport findViewport(Query query) {
        String text = query.findFirst("viewport");
        if (text == null) {
            return null;
        }
        String[] parts = text.split(",", -1);
        if (parts.length != 2 && parts.length != 6) {
            throw refused("viewport", "is width,height or width,height,x,y,width,height");
        }
        double[] numbers = new double[6];
        for (int i = 0; i < parts.length; i++) {
            numbers[i] = i > 1 && parts[i].isBlank() ? 0 : number(parts[i], "viewport");
        }
        try {
            return new Viewport((int) numbers[0], (int) numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
        } catch (IllegalArgumentException wrong) {
            throw refused("viewport", "cannot be " + wrong.getMessage());
        }
    }

    /// `center,width,function`.
    private static Window window(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length != 2 && parts.length != 3) {
            throw refused("window", "is center,width,function");
        }
        Window.Function function = parts.length == 2 ? Window.Function.LINEAR : Window.Function.find(parts[2].strip());
        if (function == null) {
            throw refused("window", "has the functions linear, linear-exact and sigmoid");
        }
        return window(number(parts[0], "window"), number(parts[1], "window"), function);
    }

    static Window window(double center, double width, Window.Function function) {
        if (!Window.valid(center, width)) {
            throw refused("window", "has a width above 0");
        }
        return new Window(center, width, function);
    }

    static Set<Annotation> annotations(String text) {
        Set<Annotation> annotations = EnumSet.noneOf(Annotation.class);
        for (String one : text.split(",", -1)) {
            Annotation annotation = switch (one.strip().toLowerCase(Locale.ROOT)) {
                case "patient" -> Annotation.PATIENT;
                case "technique" -> Annotation.TECHNIQUE;
                default -> null;
            };
            if (annotation == null || !annotations.add(annotation)) {
                throw refused("annotation", "is patient, technique, or both");
            }
        }
        return annotations;
    }

    private static Colors colors(String text, RenderOptions.Output output) {
        Colors colors = switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "no" -> Colors.UNTOLD;
            case "yes" -> Colors.OWN;
            case "srgb" -> Colors.SRGB;
            case "adobergb" -> Colors.ADOBE_RGB;
            case "rommrgb" -> Colors.ROMM_RGB;
            default -> throw refused("iccprofile", "is no, yes, srgb, adobergb or rommrgb");
        };
        // What has no place for a profile is taken for sRGB.
        if (!output.holdsProfile() && (colors == Colors.ADOBE_RGB || colors == Colors.ROMM_RGB)) {
            throw refused("iccprofile", "is no, yes or srgb for " + output.mediaType());
        }
        return colors;
    }

    static double number(String text, String parameter) {
        String stripped = text.strip();
        boolean plain = !stripped.isEmpty()
                && stripped.length() <= 24
                && stripped.chars().allMatch(c -> c >= '0' && c <= '9' || "+-.eE".indexOf(c) >= 0);
        try {
            double number = plain ? Double.parseDouble(stripped) : Double.NaN;
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw refused(parameter, "has something that is no number");
        }
        throw refused(parameter, "has something that is no number");
    }

    static Refusal refused(String parameter, String what) {
        return new Refusal(400, "invalid-query", parameter + " " + what);
    }
}
